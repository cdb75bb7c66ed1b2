"""What the rooms that write a plan share: each record as the file leaves it, and rows of the directory as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa

from consult.exchange.fields import ORGANISATION, PERSON, by_name
from consult.kernel.bulk import Image, Ledger, chunks
from consult.kernel.changes import Part, Place, Planned, Target, Verdict
from consult.kernel.db import db


@cache
def _columns(table: str) -> Mapping[str, str]:
    """The columns of a table by the fields that fill them."""
    return {each.name: each.column for each in by_name().values() if each.table == table and not each.spec.refers}


@dataclass(slots=True)
class Written:
    """One record as a file leaves it: the first row that changes it, what the rows set, and the images that undo it.

    `owner` is its organisation, `holder` its person, `organisations` all those that its row names; `beside` are the images of records that
    were made for it and may stay without it, each a list of its own.
    """

    entity: str
    target: Target
    row: int = 0
    fresh: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    owner: Place | None = None
    holder: Place | None = None
    organisations: list[Place] = field(default_factory=list)
    id: int = 0
    images: list[Image] = field(default_factory=list)
    beside: list[list[Image]] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    """The columns by which a new organisation is found."""

    def of(self, table: str) -> dict[str, Any]:
        """What is set in the columns of a table."""
        columns = _columns(table)
        return {columns[name]: value for name, value in self.values.items() if name in columns}


class Records:
    """The records of the rows of a plan that are taken, by entity and place, and the ledger they are written in."""

    def __init__(self, plan: Iterable[Planned], ledger: Ledger) -> None:
        self.ledger = ledger
        self.by_place: dict[tuple[str, Place], Written] = {}
        for row in plan:
            if row.verdict not in (Verdict.REFUSED, Verdict.AMBIGUOUS):
                self._collect(row)

    def _collect(self, row: Planned) -> None:
        organisations, holder = [part.target.place for part in row.parts if part.entity == ORGANISATION], None
        for part in row.parts:
            holder = part.target.place if part.entity == PERSON else holder
            record = self.by_place.setdefault((part.entity, part.target.place), Written(part.entity, part.target))
            record.fresh = record.fresh or part.fresh
            if part.changes or part.fresh:
                record.row = record.row or row.row
            record.owner, record.holder, record.organisations = organisations[0], holder, organisations
            _take(part, record)

    def of(self, entity: str) -> list[Written]:
        """The records of an entity, in the order of the file."""
        return [record for (kind, _place), record in self.by_place.items() if kind == entity]

    def id_of(self, entity: str, place: Place | None) -> int:
        """The id of the record that stands at a place; 0 where none is named."""
        return self.by_place[entity, place].id if place is not None else 0


def _take(part: Part, record: Written) -> None:
    for change in part.changes:
        (record.extra if change.extra else record.values)[change.field] = change.new


def rows_by_id(model: Any, ids: Iterable[Any]) -> dict[int, dict[str, Any]]:
    """Rows as they are now, by id."""
    return {row["id"]: row for row in rows_where(model, model.__table__.c.id, ids)}


def rows_where(model: Any, column: Any, values: Iterable[Any], *where: Any) -> list[dict[str, Any]]:
    """Rows as they are now, of which a column has one of the values."""
    table = model.__table__
    return [dict(row._mapping) for some in chunks(values) for row in db.session.execute(sa.select(table).where(column.in_(some), *where))]


def having(column: Any, condition: Any, values: Sequence[int]) -> set[int]:
    """Those of the values of a column for which a row satisfies a condition."""
    return {each for some in chunks(values) for each in db.session.scalars(sa.select(column).where(column.in_(some), condition))}
