"""Many new rows of one table, put in at once: values are bound column by column, and the statement goes to the driver as it is.

SQLAlchemy binds each value of each row by itself, which took longer than the database did. The study filter is obeyed as for any Core
statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.kernel import scope
from consult.kernel.db import insert_or

AT_ONCE = 500
"""So many rows are bound at a time, so that what binds them stays small."""
MOST_PARAMETERS = 999
"""As many as any SQLite takes in one statement."""


def insert(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]], same: Mapping[str, Any] | None = None) -> None:
    """Insert rows. All name the same columns, or leave out what `same` gives for the rows that do not say otherwise. Columns whose default
    is Python's have to be named; a row that lacks one raises KeyError."""
    if not rows:
        return
    scope.refuse_unfiltered(table)
    connection = session.connection()
    statement = _Statement(table, connection.dialect, list(dict.fromkeys(chain(same or (), chain.from_iterable(rows)))))
    for start in range(0, len(rows), AT_ONCE):
        connection.exec_driver_sql(statement.text, statement.bound(rows[start : start + AT_ONCE], same or {}))


def upsert(session: Session, model: Any, rows: Sequence[Mapping[str, Any]], by: Sequence[str]) -> None:
    """Insert rows that all hold the same columns; one that is there already, by the columns `by`, becomes as given.

    On SQLite many rows are one statement: a trigger that writes into a full-text table has that flushed at the end of each.
    """
    if not rows:
        return
    scope.refuse_unfiltered(model.__table__)
    connection, names = session.connection(), list(rows[0])
    new = insert_or(session, model)
    new = new.on_conflict_do_update(index_elements=list(by), set_={name: new.excluded[name] for name in names if name not in by})
    statement = _Statement(model.__table__, connection.dialect, names, new)
    in_one = connection.dialect.name == "sqlite"
    step = MOST_PARAMETERS // len(names) if in_one else AT_ONCE
    for start in range(0, len(rows), step):
        bound = statement.bound(rows[start : start + step], {})
        if in_one:
            connection.exec_driver_sql(statement.of_many(len(bound)), tuple(chain.from_iterable(bound)))
        else:
            connection.exec_driver_sql(statement.text, bound)


class _Statement:
    """The insert of some columns of a table, as an engine's driver takes it."""

    def __init__(self, table: sa.Table, dialect: sa.Dialect, names: Sequence[str], insert: sa.Insert | None = None) -> None:
        compiled: Any = (sa.insert(table) if insert is None else insert).compile(dialect=dialect, column_keys=names)
        self.text = str(compiled)
        self._positional: bool = compiled.positional
        self._names: list[str] = list(compiled.positiontup) if compiled.positional else list(compiled.params)
        self._binders = [_binder(table.c[name].type, dialect) for name in self._names]

    def of_many(self, count: int) -> str:
        """The same statement for several rows, where parameters are told by their place."""
        one = f"({', '.join('?' * len(self._names))})"
        return self.text.replace(f"VALUES {one}", f"VALUES {', '.join([one] * count)}", 1)

    def bound(self, rows: Sequence[Mapping[str, Any]], same: Mapping[str, Any]) -> Any:
        columns = [_column(rows, name, bind, same) for name, bind in zip(self._names, self._binders, strict=True)]
        lines = list(zip(*columns, strict=True))
        return lines if self._positional else [dict(zip(self._names, line, strict=True)) for line in lines]


def _binder(kind: Any, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    found: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _column(rows: Sequence[Mapping[str, Any]], name: str, bind: Callable[[Any], Any] | None, same: Mapping[str, Any]) -> Iterable[Any]:
    values = [row.get(name, same[name]) for row in rows] if name in same else [row[name] for row in rows]
    if bind is None:
        return values
    first = values[0]
    return repeat(bind(first), len(values)) if values.count(first) == len(values) else map(bind, values)
