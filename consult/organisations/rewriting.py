"""Rows written below the session, with what the session would have written beside each: stamps, version and audit entry.

For merging records of the directory and for its way back. The caller has lifted the study filter and says why. Keys that other rows name
change at the same moment as those rows: on SQLite foreign keys are looked at when the transaction ends, on PostgreSQL when the statement
ends, so that there it is one statement.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.kernel import actor, audit
from consult.kernel.audit import Deed
from consult.kernel.bulk import audited_changes, chunks, models_by_table, noter
from consult.kernel.db import db
from consult.kernel.model import Audited, Versioned
from consult.organisations.references import Row, links_onto, place_of, rows_at

Update = tuple[sa.Table, Row, dict[str, Any]]
"""A table, a row of it as it stands, and new values."""
Stamps = Callable[[Row], dict[str, Any]]
"""What a row that is changed is stamped with."""


def stamped(at: dt.datetime) -> Stamps:
    """Stamp rows with who changes them at an instant."""
    stamps = {"updated_at": at, "updated_by_id": actor.current().user_id}
    return lambda row: stamps if "updated_at" in row else {}


def update(updates: Iterable[Update], stamps: Stamps) -> None:
    """Give rows new values; keys and what names them at the same moment."""
    known = [(table, row, {**values, **stamps(row)}) for table, row, values in updates]
    tied, loose = _parted(known)
    if db.engine.dialect.name == "postgresql":
        _at_once(_updates(tied))
    else:
        db.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        loose += tied
    _one_by_one(loose)
    audit.write(db.session(), _noted_changes(known))


def _parted(updates: Sequence[Update]) -> tuple[list[Update], list[Update]]:
    """Part the rows of tables whose keys change, or that name such keys, from all others."""
    changed: dict[sa.Table, set[str]] = {}
    for table, _row, values in updates:
        changed.setdefault(table, set()).update(values)
    keyed = {table for table, names in changed.items() if any(names & set(link.targets) for link in links_onto(table.name))}
    naming = {
        table
        for table, names in changed.items()
        for constraint in table.foreign_key_constraints
        if constraint.referred_table in keyed and names & set(constraint.column_keys)
    }
    tied = keyed | naming
    return [each for each in updates if each[0] in tied], [each for each in updates if each[0] not in tied]


def _at_once(statements: Sequence[Any]) -> None:
    if statements:
        parts = [each.returning(sa.literal(1).label("done")).cte(f"part_{number}") for number, each in enumerate(statements)]
        db.session.execute(sa.select(sa.literal(1)).add_cte(*parts))


def _updates(updates: Sequence[Update]) -> list[Any]:
    """One statement for the rows of a table that get the same values."""
    alike: dict[Any, tuple[sa.Table, dict[str, Any], list[tuple[Any, ...]]]] = {}
    for table, row, values in updates:
        key = (table.name, repr(sorted(values.items(), key=lambda item: item[0])))
        alike.setdefault(key, (table, values, []))[2].append(place_of(table, row)[1])
    return [
        sa.update(table).where(rows_at(table, some)).values({**values, **_next_version(table)})
        for table, values, keys in alike.values()
        for some in chunks(keys, 400)
    ]


def _one_by_one(updates: Sequence[Update]) -> None:
    """One statement for the rows of a table that get values for the same columns."""
    alike: dict[Any, tuple[sa.Table, list[dict[str, Any]]]] = {}
    for table, row, values in updates:
        primary = {f"key_{number}": value for number, value in enumerate(place_of(table, row)[1])}
        rows = alike.setdefault((table.name, tuple(sorted(values))), (table, []))[1]
        rows.append({**primary, **{f"new_{name}": value for name, value in values.items()}})
    for (_name, names), (table, rows) in alike.items():
        at = (column == sa.bindparam(f"key_{number}") for number, column in enumerate(table.primary_key.columns))
        new = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
        db.session.connection().execute(sa.update(table).where(*at).values({**new, **_next_version(table)}), rows)


def _next_version(table: sa.Table) -> dict[str, Any]:
    return {"version": table.c.version + 1} if is_versioned(table) else {}


def put_in(rows: Iterable[tuple[sa.Table, Row]]) -> None:
    """Put rows in as they are, those that others name first."""
    every = list(rows)
    for table, run in itertools.groupby(every, key=lambda each: each[0]):
        db.session.connection().execute(sa.insert(table), [dict(row) for _table, row in run])
    audit.write(db.session(), _noted(every, Deed.RESTORED, made=True))


def is_versioned(table: sa.Table) -> bool:
    """Whether the rows of a table are under optimistic lock."""
    model = models_by_table().get(table.name)
    return model is not None and issubclass(model, Versioned)


def insert(table: sa.Table, values: Row) -> int:
    """Put a new row in and return its id."""
    made = db.session.execute(sa.insert(table).values(dict(values)).returning(table.c.id)).scalar_one()
    audit.write(db.session(), _noted([(table, {**values, "id": made})], Deed.CREATED, made=True))
    return int(made)


def delete(rows: Iterable[tuple[sa.Table, Row]]) -> None:
    """Take rows out, those that name others first."""
    order = {table.name: number for number, table in enumerate(db.metadata.sorted_tables)}
    every = sorted(rows, key=lambda each: -order[each[0].name])
    for table, run in itertools.groupby(every, key=lambda each: each[0]):
        for some in chunks((place_of(table, row)[1] for _table, row in run), 400):
            db.session.execute(sa.delete(table).where(rows_at(table, some)))
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
