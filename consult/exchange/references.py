"""What a study's own words mean: its segments, its members, the terms of the open lists. Each is read when it is first asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.excel.several import split_values
from consult.excel.text import clean_name
from consult.exchange.fields import SEGMENT_NAMED
from consult.interviews.taking_part import TEAM
from consult.kernel.db import db
from consult.kernel.scope import current
from consult.kernel.text import fold
from consult.organisations import participating
from consult.organisations.models import Alias, Organisation
from consult.organisations.name_keys import name_key
from consult.studies.models import Membership, Role, Segment, SegmentKind
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

    def organisations_in(self, text: str, marks: Sequence[str] | None = None) -> list[str]:
        """The organisations that a cell names: one that is called so as a whole; else what semicolons, bars and line breaks part; else what
        commas and slashes part, if every piece is known here. `marks`, if chosen, part them whatever they are."""
        whole = [clean_name(text)]
        if marks is not None:
            return split_values(text, marks) if marks else whole
        if name_key(whole[0]) in self._organisations:
            return whole
        parted = split_values(text, (";", "|", "\n"))
        smaller = split_values(text) if len(parted) == 1 else []
        return smaller if len(smaller) > 1 and all(name_key(each) in self._organisations for each in smaller) else parted or whole

    def segments_in(self, text: str) -> tuple[str, ...]:
        """The segments that a cell names, if it names several and each is known."""
        found = [self.meant(SEGMENT_NAMED, piece) for piece in split_values(text, (";", ",", "|", "\n"))]
        return tuple(each for each in found if each) if len(found) > 1 and all(found) else ()

    def asker(self, text: str) -> str | None:
        """The label of the member who may hold interviews that a text means."""
        return self._team.get(_key(text))

    @cached_property
    def segments(self) -> dict[str, str]:
        """Segments by label, and by their kind in both languages where only one is of it."""
        rows = participating.segments()
        kinds = [(text, row.label) for row in rows for text in _kind_names(row.kind)]
        return {**_unambiguous(kinds), **_unambiguous([(row.label, row.label) for row in rows])}

    @cached_property
    def members(self) -> dict[str, str]:
        """Members of the study by name, whichever of its words comes first, by address, and by initials where only one has them."""
        return _called(member_labels())

    @cached_property
    def _team(self) -> dict[str, str]:
        return _called(member_labels(TEAM))

    @cached_property
    def _organisations(self) -> frozenset[str]:
        """The names of the organisations of the study, as they are compared."""
        names = sa.union_all(sa.select(Organisation.name), sa.select(Alias.name))
        return frozenset(name_key(name) for name in db.session.scalars(names))

    @cached_property
    def _terms(self) -> dict[tuple[TermList, str], Any]:
        return glossary.by_label()


def member_labels(roles: Sequence[Role] = tuple(Role)) -> list[tuple[User, str]]:
    """The members of the study in scope with the label by which an import calls them: the name, with the address where two share one."""
    here = sa.select(User, Membership.role).join(Membership, Membership.user_id == User.id)
    rows = db.session.execute(here.where(Membership.study_id == current().study_id).order_by(User.id)).all()
    often = Counter(fold(user.name) for user, _role in rows)
    return [(user, user.name if often[fold(user.name)] == 1 else f"{user.name} <{user.email}>") for user, role in rows if role in roles]


def _called(members: Sequence[tuple[User, str]]) -> dict[str, str]:
    found: list[tuple[str, str]] = []
    for user, label in members:
        words = user.name.split()
        found += [(text, label) for text in (user.name, " ".join([words[-1], *words[:-1]]), user.email, label)]
    initials = [(user.initials, label) for user, label in members if len(user.initials) > 1]
    return {**_unambiguous(initials), **_unambiguous(found)}


def ids(reference: str) -> dict[str, int]:
    """The ids of the segments or members of the study in scope, by label."""
    if reference == SEGMENT_NAMED:
        here = sa.select(Segment.label, Segment.id).where(Segment.study_id == current().study_id, Segment.deleted_at.is_(None))
        return {row.label: row.id for row in db.session.execute(here)}
    return {label: user.id for user, label in member_labels()}


def ids_of_team() -> dict[str, int]:
    """The ids of the members who may hold interviews, by label."""
    return {label: user.id for user, label in member_labels(TEAM)}


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
