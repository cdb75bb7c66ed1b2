"""Rows written in bulk, with what the session would have written beside each: its identity, stamps, version and audit entry.

For the declared bulk paths only (imports): Core statements are some six times faster than objects. The caller lifts the study filter and
says why; every value has been checked before it comes here.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import inspect
from sqlalchemy.orm.exc import StaleDataError

from consult.kernel import actor, audit
from consult.kernel.audit import Deed
from consult.kernel.db import aside, db, know_sizes
from consult.kernel.model import Audited, Base, Record, StudyScoped, Versioned, now
from consult.kernel.rows import insert
from consult.kernel.scope import current_or_none

CHUNK = 900
"""How many values a statement may list: SQLite knows at least 999 parameters."""
MANY = 1_000
"""After so many new rows the database looks at its sizes anew."""

Each = TypeVar("Each")
Image = list[Any]
"""What undoes one written row: [table, id, former values, or None when the row was made]."""


def chunks(values: Iterable[Each], size: int = CHUNK) -> Iterator[list[Each]]:
    """Part values into lists that a statement can take."""
    every = list(values)
    for start in range(0, len(every), size):
        yield every[start : start + size]


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Hold back Python's search for cycles in a block that makes millions of values and no cycle: it looks at all of them every time."""
    held = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if held:
            gc.enable()


class Ledger:
    """What is to be written, collected and then written at once by `write`. Every row written carries the stamp `at`."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at
        self._next: dict[Any, Iterator[int]] = {}
        self._inserts: dict[Any, list[dict[str, Any]]] = {}
        self._updates: dict[Any, dict[int, tuple[int | None, dict[str, Any], dict[str, Any]]]] = {}
        self._images: dict[tuple[str, int], Image] = {}

    def insert(self, model: Any, **values: Any) -> tuple[int, Image]:
        """Add a new row; columns that are not named get their defaults. Returns its id and the image that undoes it."""
        if model not in self._next:
            self._next[model] = new_ids(model)
        row = {"id": next(self._next[model]), **values}
        self._inserts.setdefault(model, []).append(row)
        return row["id"], self._images.setdefault((model.__tablename__, row["id"]), [model.__tablename__, row["id"], None])

    def update(self, model: Any, row: Mapping[str, Any], new: Mapping[str, Any]) -> Image:
        """Change columns of a row as it was read. Writing fails with StaleDataError when it has another version by then.

        A row that was written already and is changed again keeps one image: what it was before the first time.
        """
        old = {name: row[name] for name in new}
        self._updates.setdefault(model, {})[row["id"]] = (row.get("version"), dict(old), dict(new))
        stamps = {name: row[name] for name in ("updated_at", "updated_by_id") if name in row}
        before = {name: encoded(value) for name, value in {**old, **stamps}.items()}
        image = self._images.setdefault((model.__tablename__, row["id"]), [model.__tablename__, row["id"], {}])
        if image[2] is not None:
            image[2] = {**before, **image[2]}
        return image

    def write(self) -> None:
        """Write everything, parents before children, with the audit."""
        order = {table: place for place, table in enumerate(db.metadata.sorted_tables)}
        if sum(map(len, self._inserts.values())) > MANY:
            aside(know_sizes)
        for model in sorted(self._inserts, key=lambda m: order[m.__table__]):
            self._insert_all(model, self._inserts[model])
        for model, rows in self._updates.items():
            audit.write(db.session(), self._update_all(model, rows))
        self._inserts.clear()
        self._updates.clear()

    def _insert_all(self, model: Any, rows: list[dict[str, Any]]) -> None:
        """Insert rows with their audit, some at a time: what says what was written weighs more than the rows."""
        template, note = {**_defaults(model), **self._stamps(model, made=True)}, noter(model)
        for some in chunks(rows):
            insert(db.session(), model.__table__, some, template)
            if issubclass(model, Audited):
                audit.write(db.session(), [note(row["id"], Deed.CREATED, _made(model, row), row, 1) for row in some])

    def _update_all(self, model: Any, rows: dict[int, tuple[int | None, dict[str, Any], dict[str, Any]]]) -> list[dict[str, Any]]:
        alike: dict[tuple[tuple[str, ...], bool], list[dict[str, Any]]] = {}
        for row_id, (version, _old, new) in rows.items():
            names = tuple(sorted(new))
            alike.setdefault((names, version is not None), []).append(
                {"b_id": row_id, "b_version": version, **{f"b_{n}": new[n] for n in names}}
            )
        for (names, versioned), values in alike.items():
            self._update_alike(model, names, versioned, values)
        if not issubclass(model, Audited):
            return []
        note, subjects = noter(model), _subjects(model, rows)
        return [
            note(row_id, Deed.CHANGED, changes, subjects[row_id], version + 1 if version else None)
            for row_id, (version, old, new) in rows.items()
            if (changes := audited_changes(model, {name: (old.get(name), value) for name, value in new.items()}))
        ]

    def _update_alike(self, model: Any, names: Sequence[str], versioned: bool, values: list[dict[str, Any]]) -> None:
        table = model.__table__
        statement = sa.update(table).where(table.c.id == sa.bindparam("b_id"))
        changes: dict[str, Any] = {**self._stamps(model), **{name: sa.bindparam(f"b_{name}", type_=table.c[name].type) for name in names}}
        if versioned:
            statement = statement.where(table.c.version == sa.bindparam("b_version"))
            changes["version"] = table.c.version + 1
        found: Any = db.session.execute(statement.values(changes), values if versioned else [_without(v, "b_version") for v in values])
        if found.rowcount != len(values):
            raise StaleDataError(f"{table.name}: {len(values) - found.rowcount} rows were changed meanwhile")

    def _stamps(self, model: Any, made: bool = False) -> dict[str, Any]:
        if not issubclass(model, Record):
            return {}
        who = actor.current().user_id
        stamps = {"updated_at": self.at, "updated_by_id": who}
        return {**stamps, "created_at": self.at, "created_by_id": who} if made else stamps


encoded = audit.encode


def decoded(model: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return column values out of an image."""
    return {name: audit.decoded(model.__table__.c[name].type, value) for name, value in values.items()}


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def new_ids(model: Any) -> Iterator[int]:
    """Yield new ids of a table; on SQLite from where its sequence stands, which an audited table has."""
    table = model.__table__
    if db.engine.dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        block = sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, 500).alias("n"))
        while True:
            yield from db.session.scalars(block).all()
    given = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
    last = db.session.scalar(sa.select(given.c.seq).where(given.c.name == table.name))
    number = last or db.session.scalar(sa.select(sa.func.max(table.c.id))) or 0
    while True:
        number += 1
        yield number


def _defaults(model: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in model.__table__.c:
        if column.name == "id":
            continue
        default = column.default
        found[column.name] = None if default is None or default.is_callable else default.arg
        if default is not None and default.is_callable and isinstance(column.type, sa.JSON):
            found[column.name] = {}
    return found


def _made(model: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit says of a new row: its columns that say something."""
    skip = model.audit_skip
    return {name: [None, encoded(value)] for name, value in row.items() if (value or value in (0, False)) and name not in skip}


def audited_changes(model: Any, changes: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    skip = model.audit_skip
    empty: tuple[Any, ...] = (None, "", [], {})
    pairs = ((name, encoded(old), encoded(new)) for name, (old, new) in changes.items() if name not in skip)
    return {name: [old, new] for name, old, new in pairs if old != new and not (old in empty and new in empty)}


def noter(model: Any) -> Any:
    """Return a function that makes the audit entry of one row of a table."""
    who, scope, moment = actor.current(), current_or_none(), now()
    fixed = {
        "at": moment,
        "actor_id": who.user_id,
        "via": who.via,
        "entity": model.__tablename__,
        "reason": who.reason,
        "batch_id": who.batch_id,
    }
    versioned, scoped, study_id = issubclass(model, Versioned), issubclass(model, StudyScoped), scope.study_id if scope else None

    def note(row_id: int, deed: Deed, changes: dict[str, Any], row: Mapping[str, Any], version: int | None) -> dict[str, Any]:
        subject, subject_id = model.audit_subject(SimpleNamespace(**{**row, "id": row_id}, __tablename__=model.__tablename__))
        return {
            **fixed, "deed": deed, "changes": changes, "entity_id": row_id, "subject": subject, "subject_id": subject_id,
            "study_id": row["study_id"] if scoped else study_id, "version": version if versioned else None,
        }  # fmt: skip

    return note


def _subjects(model: Any, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The columns by which changed rows tell their subject: their foreign keys."""
    table = model.__table__
    keys = [table.c.id, *(column for column in table.c if column.foreign_keys and column.name not in ("created_by_id", "updated_by_id"))]
    if len(keys) == 1:
        return {row_id: {} for row_id in ids}
    found: dict[int, dict[str, Any]] = {}
    for some in chunks(ids):
        found.update((row.id, dict(row._mapping)) for row in db.session.execute(sa.select(*keys).where(table.c.id.in_(some))))
    return found


def models_by_table() -> dict[str, Any]:
    """Return the mapped class of each table."""
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


def columns(model: Any) -> list[str]:
    """Return the names of a class's columns."""
    return [column.key for column in inspect(model).columns]
