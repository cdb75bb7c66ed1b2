"""What a study's own words mean: its segments, its members, the terms of the open lists. Each is read when it is first asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.exchange.fields import SEGMENT_NAMED
from consult.kernel.db import db
from consult.kernel.scope import current
from consult.kernel.text import fold
from consult.organisations import participating
from consult.studies.models import Membership, Segment, SegmentKind
from consult.terms import service as glossary
from consult.terms.models import TermList


class Names:
    """Says which segment, member or term a cell means: by the label under which it is known here, or nothing where there is doubt."""

    def meant(self, reference: str, text: str) -> str | None:
        """The label of the segment or member that a text means."""
        return (self.segments if reference == SEGMENT_NAMED else self.members).get(_key(text))

    def terms_of(self, kind: TermList, labels: Iterable[str]) -> tuple[str, ...]:
        """Labels of terms as those terms are called here; a label that nobody knows stays as it is."""
        known = (self._terms.get((kind, fold(label)[:200])) for label in labels)
        return tuple(dict.fromkeys(term.label_fr if term else label for term, label in zip(known, labels, strict=True)))

    @cached_property
    def segments(self) -> dict[str, str]:
        """Segments by label, and by their kind in both languages where only one is of it."""
        rows = participating.segments()
        kinds = [(text, row.label) for row in rows for text in _kind_names(row.kind)]
        return {**_unambiguous(kinds), **_unambiguous([(row.label, row.label) for row in rows])}

    @cached_property
    def members(self) -> dict[str, str]:
        """Members of the study by name, whichever of its words comes first, by address, and by initials where only one has them."""
        found: list[tuple[str, str]] = []
        rows = member_labels()
        for user, label in rows:
            words = user.name.split()
            found += [(text, label) for text in (user.name, " ".join([words[-1], *words[:-1]]), user.email)]
        initials = [(user.initials, label) for user, label in rows if len(user.initials) > 1]
        return {**_unambiguous(initials), **_unambiguous(found)}

    @cached_property
    def _terms(self) -> dict[tuple[TermList, str], Any]:
        return glossary.by_label()


def member_labels() -> list[tuple[User, str]]:
    """The members of the study in scope with the label by which an import calls them: the name, with the address where two share one."""
    here = sa.select(User).join(Membership, Membership.user_id == User.id).where(Membership.study_id == current().study_id)
    users = list(db.session.scalars(here.order_by(User.id)))
    often = Counter(fold(user.name) for user in users)
    return [(user, user.name if often[fold(user.name)] == 1 else f"{user.name} <{user.email}>") for user in users]


def ids(reference: str) -> dict[str, int]:
    """The ids of the segments or members of the study in scope, by label."""
    if reference == SEGMENT_NAMED:
        here = sa.select(Segment.label, Segment.id).where(Segment.study_id == current().study_id, Segment.deleted_at.is_(None))
        return {row.label: row.id for row in db.session.execute(here)}
    return {label: user.id for user, label in member_labels()}


def _kind_names(kind: SegmentKind) -> tuple[str, ...]:
    return kind.value, kind.fr, kind.en


def _key(text: str) -> str:
    """A label as it is compared: folded, plural or not."""
    return " ".join(word.rstrip("s") or word for word in fold(text).split())


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What each text means, for the texts that mean one thing only."""
    meanings: dict[str, set[str]] = {}
    for text, label in pairs:
        meanings.setdefault(_key(text), set()).add(label)
    return {key: next(iter(labels)) for key, labels in meanings.items() if len(labels) == 1 and key}
