"""Rows written below the session, with what the session would have written beside each: stamps, version and audit entry.

For merging records of the directory and for its way back. The caller has lifted the study filter and says why. Keys that other rows name
change at the same moment as those rows: on SQLite foreign keys are looked at when the transaction ends, on PostgreSQL when the statement
ends, so that there it is one statement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.kernel import actor, audit
from consult.kernel.audit import Deed
from consult.kernel.bulk import audited_changes, chunks, models_by_table, noter
from consult.kernel.db import db
from consult.kernel.model import Audited, Versioned
from consult.organisations.references import Row, place_of

Update = tuple[sa.Table, Row, dict[str, Any]]
"""A table, a row of it as it stands, and new values."""
Stamps = Callable[[Row], dict[str, Any]]
"""What a row that is changed is stamped with."""


def stamped(at: dt.datetime) -> Stamps:
    """Stamp rows with who changes them at an instant."""
    stamps = {"updated_at": at, "updated_by_id": actor.current().user_id}
    return lambda row: stamps if "updated_at" in row else {}


def update(updates: Iterable[Update], stamps: Stamps) -> None:
    """Give rows new values, all at the same moment."""
    together(updates, (), stamps)


def together(updates: Iterable[Update], inserts: Iterable[tuple[sa.Table, Row]], stamps: Stamps) -> None:
    """Give rows new values and put rows in as they are, all at the same moment."""
    known = list(updates)
    statements = [*_insertions(inserts), *_updates(known, stamps)]
    if db.engine.dialect.name == "postgresql" and len(statements) > 1:
        parts = [each.returning(sa.literal(1).label("done")).cte(f"part_{number}") for number, each in enumerate(statements)]
        db.session.execute(sa.select(sa.literal(1)).add_cte(*parts))
    else:
        _foreign_keys_wait()
        for statement in statements:
            db.session.execute(statement)
    audit.write(db.session(), [*_noted_changes(known), *_noted(inserts, Deed.RESTORED, made=True)])


def _foreign_keys_wait() -> None:
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")


def _updates(updates: Sequence[Update], stamps: Stamps) -> list[Any]:
    """One statement for the rows of a table that get the same values."""
    alike: dict[Any, tuple[sa.Table, dict[str, Any], list[tuple[Any, ...]]]] = {}
    for table, row, values in updates:
        whole = {**values, **stamps(row)}
        key = (table.name, repr(sorted(whole.items(), key=lambda item: item[0])))
        alike.setdefault(key, (table, whole, []))[2].append(place_of(table, row)[1])
    return [_one(table, values, some) for table, values, keys in alike.values() for some in chunks(keys, 400)]


def _one(table: sa.Table, values: dict[str, Any], keys: Sequence[tuple[Any, ...]]) -> Any:
    version = {"version": table.c.version + 1} if is_versioned(table) else {}
    primary = list(table.primary_key.columns)
    among = primary[0].in_([key[0] for key in keys]) if len(primary) == 1 else sa.tuple_(*primary).in_(keys)
    return sa.update(table).where(among).values({**values, **version})


def is_versioned(table: sa.Table) -> bool:
    """Whether the rows of a table are under optimistic lock."""
    model = models_by_table().get(table.name)
    return model is not None and issubclass(model, Versioned)


def _insertions(rows: Iterable[tuple[sa.Table, Row]]) -> list[Any]:
    by_table: dict[str, tuple[sa.Table, list[dict[str, Any]]]] = {}
    for table, row in rows:
        by_table.setdefault(table.name, (table, []))[1].append(dict(row))
    return [sa.insert(table).values(some) for table, every in by_table.values() for some in chunks(every, 20)]


def insert(table: sa.Table, values: Row) -> int:
    """Put a new row in and return its id."""
    made = db.session.execute(sa.insert(table).values(dict(values)).returning(table.c.id)).scalar_one()
    audit.write(db.session(), _noted([(table, {**values, "id": made})], Deed.CREATED, made=True))
    return int(made)


def delete(rows: Iterable[tuple[sa.Table, Row]]) -> None:
    """Take rows out, those that name others first."""
    order = {table.name: number for number, table in enumerate(db.metadata.sorted_tables)}
    every = sorted(rows, key=lambda each: -order[each[0].name])
    for table, row in every:
        keys = zip(table.primary_key.columns, place_of(table, row)[1], strict=True)
        db.session.execute(sa.delete(table).where(*(column == value for column, value in keys)))
    audit.write(db.session(), _noted(every, Deed.DELETED, made=False))


def note(deed: Deed, table: sa.Table, row: Row, changes: Mapping[str, Any]) -> None:
    """Write an entry about a row that tells of more than its columns: it is of no version, since no version can be rebuilt from it."""
    model = models_by_table()[table.name]
    audit.write(db.session(), [noter(model)(row["id"], deed, dict(changes), row, None)])


def _noted_changes(updates: Sequence[Update]) -> list[dict[str, Any]]:
    models, entries = models_by_table(), []
    for table, row, values in updates:
        model = models.get(table.name)
        if model is None or not issubclass(model, Audited) or "id" not in row:
            continue
        changes = audited_changes(model, {name: (row[name], value) for name, value in values.items()})
        if changes:
            deed = _deed(changes)
            entries.append(noter(model)(row["id"], deed, changes, {**row, **values}, (row.get("version") or 0) + 1))
    return entries


def _deed(changes: Mapping[str, Any]) -> Deed:
    if "deleted_at" not in changes:
        return Deed.CHANGED
    return Deed.RESTORED if changes["deleted_at"][1] is None else Deed.DELETED


def _noted(rows: Iterable[tuple[sa.Table, Row]], deed: Deed, made: bool) -> list[dict[str, Any]]:
    models, entries = models_by_table(), []
    for table, row in rows:
        model = models.get(table.name)
        if model is not None and issubclass(model, Audited) and "id" in row:
            pairs = {name: (None, value) if made else (value, None) for name, value in row.items()}
            entries.append(noter(model)(row["id"], deed, audited_changes(model, pairs), row, row.get("version")))
    return entries
