"""How Alembic reaches the database: through the application, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from consult.kernel.db import db, writing
from consult.kernel.model import ChoiceType, UTCDateTime
from consult.kernel.search import is_ours

NOT_OURS = ("job", "alembic_version")


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our column types as the plain types they are stored in, so that a migration never depends on the code of its day."""
    if kind == "type" and isinstance(item, ChoiceType):
        return f"sa.String(length={item.impl.length})"
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime()"
    return False


def include_object(item: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    """Pass over the queue's tables, which are made where they are missing and never migrated, and over the engine's own search index."""
    if reflected and is_ours(name):
        return False
    return not (kind == "table" and reflected and (name in NOT_OURS or (name or "").startswith("huey")))


def run() -> None:
    """Run the migrations in one transaction; SQLite's foreign keys are off meanwhile, since its ALTER copies tables."""
    with writing(), db.engine.connect() as connection, _without_foreign_keys(connection):
        context.configure(
            connection=connection, target_metadata=db.metadata, render_item=render_item, include_object=include_object,
            transactional_ddl=True,  # true of SQLite too since we begin transactions ourselves; else each revision would begin its own
            **current_app.extensions["migrate"].configure_args,
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


@contextlib.contextmanager
def _without_foreign_keys(connection: sa.Connection) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection  # before SQLAlchemy begins: inside a transaction the pragma is ignored
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


run()
