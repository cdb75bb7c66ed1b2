"""What a merge wrote, row by row, as it was and as it became: enough to undo it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from consult.kernel import audit
from consult.kernel.audit import encode
from consult.kernel.db import db
from consult.organisations.folding import Drop
from consult.organisations.references import Place, Row, place_of
from consult.organisations.rewriting import Update

STAMPS = ("updated_at", "updated_by_id")
Derived = Mapping[tuple[str, int], Mapping[str, Any]]
"""Columns computed from others, by table and id."""


class Journal:
    """Collects what is written; `as_dict` is what the merge keeps."""

    def __init__(self) -> None:
        self._stages: dict[str, list[Any]] = {}
        self._drops: list[Any] = []
        self._made: list[Any] = []
        self._derived: list[Any] = []

    def note_updates(self, stage: str, updates: Iterable[Update]) -> None:
        """Note rows about to have had values changed, each as it was before."""
        for table, row, values in updates:
            key = [encode(value) for value in place_of(table, {**row, **values})[1]]
            changed = {name: [encode(row[name]), encode(value)] for name, value in values.items()}
            self._stages.setdefault(stage, []).append([table.name, key, changed, {n: encode(row[n]) for n in STAMPS if n in row}])

    def note_drops(self, drops: Iterable[Drop]) -> None:
        """Note rows that fell away."""
        self._drops += [[each.table.name, {name: encode(value) for name, value in each.row.items()}] for each in drops]

    def note_made(self, table: sa.Table, row_id: int) -> None:
        """Note a row that was made."""
        self._made.append([table.name, row_id])

    def note_derived(self, before: Derived, after: Derived) -> None:
        """Note how computed columns changed."""
        for place, values in after.items():
            former = before.get(place, {})
            changed = {name: [former.get(name), value] for name, value in values.items() if former.get(name) != value}
            if changed:
                self._derived.append([*place, changed])

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {**self._stages, "dropped": self._drops, "made": self._made, "derived": self._derived}


class Written:
    """A row that a merge changed, read back from its journal."""

    def __init__(self, entry: Any) -> None:
        name, key, changed, stamps = entry
        self.table: sa.Table = db.metadata.tables[name]
        kinds = {column.name: column.type for column in self.table.columns}
        primary = [column.name for column in self.table.primary_key.columns]
        self.key = tuple(audit.decoded(kinds[n], value) for n, value in zip(primary, key, strict=True))
        self.old = {n: audit.decoded(kinds[n], pair[0]) for n, pair in changed.items()}
        self.new = {n: audit.decoded(kinds[n], pair[1]) for n, pair in changed.items()}
        self.stamps = {n: audit.decoded(kinds[n], value) for n, value in stamps.items()}

    @property
    def place(self) -> Place:
        """Where the row is."""
        return self.table.name, self.key


def written(journal: Mapping[str, Any], stage: str) -> list[Written]:
    """Return the rows that one stage of a merge changed."""
    return [Written(entry) for entry in journal.get(stage, ())]


def dropped(journal: Mapping[str, Any]) -> list[tuple[sa.Table, Row]]:
    """Return the rows that fell away, those that others name first."""
    found = []
    for name, row in journal["dropped"]:
        table = db.metadata.tables[name]
        found.append((table, {column: audit.decoded(table.c[column].type, value) for column, value in row.items()}))
    order = {table.name: number for number, table in enumerate(db.metadata.sorted_tables)}
    return sorted(found, key=lambda each: order[each[0].name])
