"""The terms of the open lists: found, made, renamed, put aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from consult.kernel import actor
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import expect_version, first_come
from consult.kernel.model import NAME, now
from consult.kernel.text import fold, squeeze
from consult.terms.models import Term, TermList

SUGGESTED = 20


def terms(kind: TermList) -> Sequence[Term]:
    """Return the live terms of a list, in alphabetical order."""
    return db.session.scalars(sa.select(Term).where(Term.list == kind).order_by(Term.key, Term.id)).all()


def get(term_id: int) -> Term:
    """Return a live term; a merged one answers with the term that replaced it. Raises NotFound."""
    term = db.session.scalar(sa.select(Term).where(Term.id == term_id).execution_options(include_deleted=True))
    for _step in range(20):
        if term is None or term.deleted_at is None:
            break
        target = term.merged_into_id
        term = db.session.scalar(sa.select(Term).where(Term.id == target).execution_options(include_deleted=True)) if target else None
    if term is None:
        raise NotFound
    return term


def label_of(term_id: int, language: str) -> str:
    """Return the label of a term, merged and deleted ones too; nothing for one that is not there."""
    term = db.session.scalar(sa.select(Term).where(Term.id == term_id).execution_options(include_deleted=True))
    return term.label(language) if term is not None else ""


def find(kind: TermList, label: str) -> Term | None:
    """Return the live term with a label in either language, however it is written; a merged label leads to what replaced it."""
    key = fold(label)[:NAME]
    same = sa.and_(Term.list == kind, sa.or_(Term.key == key, sa.func.lower(Term.label_en) == label.strip().lower()))
    live = db.session.scalar(sa.select(Term).where(same).order_by(Term.id).limit(1))
    if live is not None or not key:
        return live
    merged = sa.select(Term.id).where(Term.list == kind, Term.key == key, Term.merged_into_id.is_not(None)).order_by(Term.id.desc())
    former = db.session.scalar(merged.limit(1).execution_options(include_deleted=True))
    return get(former) if former else None


def by_label() -> dict[tuple[TermList, str], Term]:
    """Return the live terms by list and folded label, in either language; a label of a merged term leads to what replaced it.

    Where two claim a label, the French one of a live term comes first, then the English one: as `find` answers, for many at once.
    """
    every = {term.id: term for term in db.session.scalars(sa.select(Term).order_by(Term.id).execution_options(include_deleted=True))}
    live = [term for term in every.values() if term.deleted_at is None]
    found = {(term.list, term.key): term for term in live}
    for term in live:
        found.setdefault((term.list, fold(term.label_en)), term)
    for former in reversed(every.values()):
        heir = _heir(former, every)
        if heir is not None:
            found.setdefault((former.list, former.key), heir)
    return {place: term for place, term in found.items() if place[1]}


def _heir(term: Term, every: Mapping[int, Term]) -> Term | None:
    """The live term that a merged one leads to, if there is one."""
    for _step in range(20):
        target = every.get(term.merged_into_id or 0)
        if target is None or target.deleted_at is None:
            return target
        term = target
    return None


def find_or_create(kind: TermList, label: str) -> Term:
    """Return the term with a label, made if there is none. Raises Refused("term_empty") when nothing of the label is left to search by."""
    return find(kind, label) or create(kind, label)


def create(kind: TermList, label_fr: str, label_en: str | None = None) -> Term:
    """Add a term to a list. Raises Refused when the label is empty or taken."""
    term = Term(list=kind, key=_key(kind, label_fr, None), label_fr=squeeze(label_fr), label_en=squeeze(label_en))
    with _alone_with(label_fr):
        db.session.add(term)
    return term


def rename(term: Term, values: Mapping[str, Any], seen: int | None) -> None:
    """Give a term other labels. Raises Conflict, or Refused when another term has the label: they can be merged."""
    expect_version(term, seen)
    key = _key(term.list, values["label_fr"], term)
    with _alone_with(values["label_fr"]):
        term.key, term.label_fr, term.label_en = key, values["label_fr"], values["label_en"]


def delete(term: Term) -> None:
    """Put a term aside that nothing uses any more."""
    term.deleted_at, term.deleted_by_id = now(), actor.current().user_id
    db.session.flush()


def restore(term_id: int) -> Term:
    """Bring a term back that was put aside. Raises NotFound, or Refused when another took its label meanwhile."""
    term = db.session.scalar(sa.select(Term).where(Term.id == term_id).execution_options(include_deleted=True))
    if term is None or term.merged_into_id is not None:
        raise NotFound
    _key(term.list, term.label_fr, term)
    with _alone_with(term.label_fr):
        term.deleted_at = term.deleted_by_id = None
    return term


def suggest(kind: TermList, text: str) -> Sequence[Term]:
    """Return the terms of a list that hold what was typed, those that begin with it first."""
    wanted = fold(text)
    found = [term for term in terms(kind) if wanted in term.key or wanted in fold(term.label_en)]
    return sorted(found, key=lambda term: not term.key.startswith(wanted))[:SUGGESTED]


def _key(kind: TermList, label: str, present: Term | None) -> str:
    key = fold(label)[:NAME]
    if not key:
        raise Refused("term_empty", "label_fr")
    taken = db.session.scalar(sa.select(Term).where(Term.list == kind, Term.key == key))
    if taken is not None and taken is not present:
        raise Refused("term_taken", "label_fr", label=taken.label_fr)
    return key


def _alone_with(label: str) -> AbstractContextManager[None]:
    return first_come("term_taken", "label_fr", label=label)
