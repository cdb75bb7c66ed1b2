"""Which rows name a record, and what forbids two of them: read from the tables themselves, so that a table added later is known too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.kernel.db import db

Place = tuple[str, tuple[Any, ...]]
"""A row of a table: its name, and the values of its primary key."""
Row = Mapping[str, Any]
_UNLIKE = re.compile(r"^\s*(\w+)\s*(?:<>|!=)\s*(\w+)\s*$")
KEYED_BY = "keyed_by"
"""In the `info` of a JSON column: the table whose ids are the keys of its values."""


@dataclass(frozen=True)
class Link:
    """A foreign key: the rows of `table` name a row of another by `columns`, which hold its `targets`."""

    table: sa.Table
    columns: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Unique:
    """Columns in which no two rows agree, among those that `where` tells of. `flag` is a yes-or-no of those rows, which one has at most."""

    columns: tuple[str, ...]
    where: sa.TextClause | None = None
    flag: str | None = None


def place_of(table: sa.Table, row: Row) -> Place:
    """Return the place of a row."""
    return table.name, tuple(row[column.name] for column in table.primary_key.columns)


def rows_at(table: sa.Table, keys: Sequence[tuple[Any, ...]]) -> sa.ColumnElement[bool]:
    """Return the clause that a row has one of these primary keys."""
    primary = list(table.primary_key.columns)
    return primary[0].in_([key[0] for key in keys]) if len(primary) == 1 else sa.tuple_(*primary).in_(keys)


def links_onto(name: str) -> Iterator[Link]:
    """Yield every foreign key onto a table."""
    for table in db.metadata.sorted_tables:
        for constraint in sorted(table.foreign_key_constraints, key=lambda each: tuple(each.column_keys)):
            if constraint.referred_table.name == name:
                elements = constraint.elements
                yield Link(table, tuple(e.parent.name for e in elements), tuple(e.column.name for e in elements))


def keyed_by(name: str) -> Iterator[tuple[sa.Table, str]]:
    """Yield the JSON columns whose values are kept by id of a row of a table."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if column.info.get(KEYED_BY) == name:
                yield table, column.name


def uniques(table: sa.Table) -> Iterator[Unique]:
    """Yield what is unique in a table."""
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint):
            yield Unique(tuple(column.name for column in constraint.columns))
    for index in table.indexes:
        if index.unique:
            where = index.dialect_options[db.engine.dialect.name].get("where")
            names = tuple(column.name for column in index.columns)
            yield Unique(names, where, _flag(table, names, str(where)) if where is not None else None)


def _flag(table: sa.Table, names: tuple[str, ...], where: str) -> str | None:
    """The yes-or-no column that a partial index wants to be true."""
    wanted = set(re.findall(r"(?<!NOT )\b\w+\b", where))
    flags = [c.name for c in table.columns if isinstance(c.type, sa.Boolean) and c.name in wanted and c.name not in names]
    return flags[0] if flags else None


def unlike(table: sa.Table) -> Iterator[tuple[str, str]]:
    """Yield the pairs of columns that may not hold the same."""
    for constraint in table.constraints:
        if isinstance(constraint, sa.CheckConstraint) and (found := _UNLIKE.match(str(constraint.sqltext))):
            yield found.group(1), found.group(2)
