"""What becomes of all that names a record when it is made one with another: planned here, written by `rewriting`.

Every row that names the one that goes names the one that stays. Where that one has such a row already (a rule of the table says that there
is one at most, or both say the same), the two are made one in their turn: what is blank in the row that stays is filled, and whatever
named the other names it. A relation that would lead from a record to itself falls away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from consult.kernel.db import db
from consult.organisations.references import KEYED_BY, Link, Place, Row, keyed_by, links_onto, place_of, unlike
from consult.organisations.siblings import Siblings, naming

STAMPS = frozenset({"version", "created_at", "created_by_id", "updated_at", "updated_by_id", "deleted_at", "deleted_by_id"})
DERIVED = frozenset({"sort_name", "search_key", "name_key"})
FIRST = "position"
"""The column that puts rows in order: of two made one, the place nearer to the front is kept."""

Prefer = Callable[[Row, Row], dict[str, Any]]
"""Which values to keep of two rows made one: given the one that stays and the one that goes."""


@dataclass
class Change:
    """What is to become of a row: values for columns that name another row, and for others."""

    table: sa.Table
    row: Row
    moved: dict[str, Any] = field(default_factory=dict)
    filled: dict[str, Any] = field(default_factory=dict)

    @property
    def after(self) -> dict[str, Any]:
        """The row as it will be."""
        return {**self.row, **self.moved, **self.filled}


@dataclass(frozen=True)
class Drop:
    """A row that falls away: into another one, or, without one, because it would name the same record twice."""

    table: sa.Table
    row: Row
    into: Place | None


class Moves:
    """All that follows from making one row of two. Reads only; the caller has lifted the study filter."""

    def __init__(self, prefer: Mapping[str, Prefer] | None = None) -> None:
        self.changes: dict[Place, Change] = {}
        self.drops: dict[Place, Drop] = {}
        self._prefer = prefer or {}
        self._links: dict[str, list[Link]] = {}

    def relink(self, table: sa.Table, old: Row, new: Row) -> None:
        """Have whatever names a row as it was name it as it will be, or the row that takes its place."""
        for link in self._links_onto(table.name):
            was, becomes = (tuple(row[name] for name in link.targets) for row in (old, new))
            if was != becomes and None not in was:
                self._follow(link, was, becomes)

    def _links_onto(self, name: str) -> list[Link]:
        if name not in self._links:
            self._links[name] = list(links_onto(name))
        return self._links[name]

    def _follow(self, link: Link, was: tuple[Any, ...], becomes: tuple[Any, ...]) -> None:
        rows = naming(link, was)
        if rows:
            beside = Siblings(link, was, becomes)
            for row in rows:
                self._move(link.table, row, dict(zip(link.columns, becomes, strict=True)), beside)

    def _move(self, table: sa.Table, row: Row, values: dict[str, Any], beside: Siblings) -> None:
        place = place_of(table, row)
        if place in self.drops:
            return
        before = self.changes[place].after if place in self.changes else dict(row)
        target = {**before, **values}
        if target == before:
            return  # another of its keys led here already
        if any(target[one] == target[other] and target[one] is not None for one, other in unlike(table)):
            self.drops[place] = Drop(table, row, None)
            return
        twin = beside.twin(row, target, self._planned)
        if twin is not None:
            self._fold(table, target, row, twin, beside)
            return
        values |= dict.fromkeys(beside.flags_taken(row, target), False)
        change = self.changes.setdefault(place, Change(table, row))
        change.moved |= values
        self.relink(table, row, change.after)

    def _planned(self, table: sa.Table, row: Row) -> Row | None:
        """A row as it will be; None when it falls away."""
        place = place_of(table, row)
        return None if place in self.drops else self.changes[place].after if place in self.changes else row

    def _fold(self, table: sa.Table, target: Row, row: Row, twin: Row, beside: Siblings) -> None:
        into = place_of(table, twin)
        self.drops[place_of(table, row)] = Drop(table, row, into)
        change = self.changes.setdefault(into, Change(table, twin))
        change.filled |= self._filling(table, change.after, target, beside)
        if not (change.filled or change.moved):
            del self.changes[into]
        self.relink(table, row, {**twin, **change.moved})
        self._rekey(table, row, twin)

    def _filling(self, table: sa.Table, stays: Row, goes: Row, beside: Siblings) -> dict[str, Any]:
        """What the row that stays takes from the other: what it lacks; all of it when it was deleted and the other is not."""
        if goes.get("deleted_at") is not None:
            return {}
        own = [c for c in table.columns if c.name not in STAMPS | DERIVED and not c.primary_key and stays[c.name] != goes[c.name]]
        if stays.get("deleted_at") is not None:
            return {**{c.name: goes[c.name] for c in own}, "deleted_at": None, "deleted_by_id": None}
        taken = {c.name: value for c in own if (value := _of_both(c, stays[c.name], goes[c.name])) != stays[c.name]}
        for flag in beside.flags_taken(goes, goes, but=stays):
            taken.pop(flag, None)
        preferred = self._prefer[table.name](stays, goes) if table.name in self._prefer else {}
        return {name: value for name, value in {**taken, **preferred}.items() if value != stays[name]}

    def _rekey(self, table: sa.Table, row: Row, twin: Row) -> None:
        """Values that other rows keep by the id of the row that goes are kept by the id of the one that stays."""
        if "id" not in row:
            return
        was, becomes = str(row["id"]), str(twin["id"])
        for other, column in keyed_by(table.name):
            holds = [sa.cast(other.c[column], sa.Text).contains(f'"{was}"', autoescape=True)]
            holds += [other.c.study_id == row["study_id"]] if "study_id" in row and "study_id" in other.c else []
            for each in [dict(found) for found in db.session.execute(sa.select(other).where(*holds)).mappings()]:
                place = place_of(other, each)
                change = self.changes.setdefault(place, Change(other, each))
                held = dict(change.after[column])
                if was in held:
                    change.filled[column] = {becomes: held.pop(was), **held}


def _of_both(column: sa.Column[Any], stays: Any, goes: Any) -> Any:
    if isinstance(column.type, sa.Boolean) and not column.nullable:
        return stays or goes
    if stays in (None, ""):
        return goes
    if column.name == FIRST and goes is not None:
        return min(stays, goes)
    return {**goes, **stays} if isinstance(stays, dict) and isinstance(goes, dict) and KEYED_BY not in column.info else stays
