"""Several terms made one: every use moves, in every study, and can be moved back.

What uses a term is read from the tables themselves, so that no use is forgotten when a slice is added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import inspect

from consult.kernel import actor
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.model import Base, now
from consult.kernel.scope import unscoped
from consult.terms.models import Term, TermMerge

WHY = "a term is one for the installation: merging it moves its uses in every study"


@dataclass(frozen=True)
class Use:
    """A column that names a term; `beside` are the columns with which it is unique, if it is."""

    model: type[Any]
    column: str
    beside: tuple[str, ...]


def _uses() -> Iterator[Use]:
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        if isinstance(table, sa.Table) and mapper.class_ not in (Term, TermMerge):
            for column in table.columns:
                if any(key.column.table.name == Term.__tablename__ for key in column.foreign_keys):
                    yield Use(mapper.class_, column.key, _beside(table, column))


def _beside(table: sa.Table, column: sa.Column[Any]) -> tuple[str, ...]:
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint) and column.key in constraint.columns:
            return tuple(each.key for each in constraint.columns if each is not column)
    return ()


def count_uses() -> Counter[int]:
    """Return how often each term is used by what the study in scope sees."""
    counts: Counter[int] = Counter()
    for use in _uses():
        named = getattr(use.model, use.column)
        query = sa.select(named, sa.func.count()).where(named.is_not(None)).group_by(named)
        counts.update({term_id: number for term_id, number in db.session.execute(query) if term_id is not None})
    return counts


def is_used(term: Term) -> bool:
    """Tell whether anything in the installation uses a term."""
    with unscoped(WHY):
        return any(_rows(use, [term.id]) for use in _uses())


def _rows(use: Use, term_ids: Sequence[int]) -> Sequence[Any]:
    query = sa.select(use.model).where(getattr(use.model, use.column).in_(term_ids))
    return db.session.scalars(query.order_by(inspect(use.model).primary_key[0]).execution_options(include_deleted=True)).all()


def merge(kept: Term, others: Sequence[Term]) -> TermMerge:
    """Put terms of one list into another: their uses become its uses, and their labels lead to it. Raises Refused."""
    gone = [term for term in others if term.id != kept.id]
    if not gone or any(term.list != kept.list for term in gone):
        raise Refused("nothing_to_merge")
    record = TermMerge(kept_id=kept.id, merged={"terms": [term.id for term in gone], "moved": [], "dropped": []})
    with unscoped(WHY):
        for use in _uses():
            _move(use, kept, gone, record.merged)
        for term in gone:
            term.merged_into_id, term.deleted_at, term.deleted_by_id = kept.id, now(), actor.current().user_id
        db.session.add(record)
        db.session.flush()
    return record


def _move(use: Use, kept: Term, gone: Sequence[Term], notes: dict[str, Any]) -> None:
    """Have every use of the terms that go name the one that stays; where that one is named already, the use falls away."""
    taken = {_place(use, row) for row in _rows(use, [kept.id])}
    for row in _rows(use, [term.id for term in gone]):
        former, place, table = getattr(row, use.column), _place(use, row), use.model.__tablename__
        if place and place in taken:
            notes["dropped"].append([table, use.column, former, dict(zip(use.beside, place, strict=True))])
            db.session.delete(row)
        else:
            taken.add(place)
            notes["moved"].append([table, use.column, former, row.id])
            setattr(row, use.column, kept.id)


def _place(use: Use, row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in use.beside)


def undo(kept: Term) -> None:
    """Undo the last merge into a term: terms and uses are as before, but for uses removed since. Raises Refused when there is none.

    Where a label came back meanwhile by another way, the term that bears it now stands for the former one, and takes its uses.
    """
    query = sa.select(TermMerge).where(TermMerge.kept_id == kept.id, TermMerge.undone_at.is_(None)).order_by(TermMerge.id.desc())
    record = db.session.scalar(query.limit(1))
    if record is None:
        raise Refused("nothing_to_undo")
    with unscoped(WHY):
        bearers = _bring_back(kept, record.merged["terms"])
        uses = {(use.model.__tablename__, use.column): use for use in _uses()}
        for table, column, former, row_id in record.merged["moved"]:
            _move_back(uses[table, column], row_id, kept, bearers[former])
        db.session.flush()
        for table, column, former, place in record.merged["dropped"]:
            _put_back(uses[table, column], bearers[former], place)
        record.undone_at = now()
        db.session.flush()


def _bring_back(kept: Term, term_ids: Sequence[int]) -> dict[int, int]:
    """Bring merged terms back; gives who stands for each from now on. Raises Refused when the term that was kept has taken a label."""
    bearers: dict[int, int] = {}
    query = sa.select(Term).where(Term.id.in_(term_ids)).execution_options(include_deleted=True)
    for term in db.session.scalars(query).all():
        bearer = db.session.scalar(sa.select(Term).where(Term.list == term.list, Term.key == term.key))
        if bearer is kept:
            raise Refused("term_taken", label=term.label_fr)
        if bearer is None:
            term.merged_into_id = term.deleted_at = term.deleted_by_id = None
        else:
            term.merged_into_id = bearer.id
        bearers[term.id] = bearer.id if bearer else term.id
    return bearers


def _move_back(use: Use, row_id: int, kept: Term, bearer: int) -> None:
    """Have a use that a merge moved name its former term again, unless it names another by now; where that use is there, it falls away."""
    row = db.session.get(use.model, row_id)
    if row is None or getattr(row, use.column) != kept.id:
        return
    if use.beside and _is_there(use, {**dict(zip(use.beside, _place(use, row), strict=True)), use.column: bearer}):
        db.session.delete(row)
    else:
        setattr(row, use.column, bearer)


def _is_there(use: Use, values: dict[str, Any]) -> bool:
    clauses = (getattr(use.model, name) == value for name, value in values.items())
    return db.session.scalar(sa.select(use.model).where(*clauses)) is not None


def _put_back(use: Use, former: int, place: dict[str, Any]) -> None:
    values = {**place, use.column: former}
    if not _is_there(use, values):
        db.session.add(use.model(**values))
        db.session.flush()
