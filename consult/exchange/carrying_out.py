"""Applying: plan again, compare with what was previewed, and write in one transaction, in which the batch says that it was applied.

So a server killed in the middle leaves all or nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from consult.exchange import plans, previewing, service
from consult.exchange.applying import Application, Tell
from consult.exchange.fields import by_name
from consult.exchange.models import BatchState, ImportBatch
from consult.exchange.planning import Plan
from consult.exchange.reading import Store, kept, table_of
from consult.exchange.table import Table
from consult.kernel import actor
from consult.kernel.audit import AuditEntry
from consult.kernel.bulk import Ledger, uncollected
from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import Refused
from consult.kernel.model import now

IMPORT_LOCK = 7_261_001
"""The number of the lock that imports take on PostgreSQL."""


def apply(store: Store, batch_id: int, tell: Tell | None = None) -> dict[str, int]:
    """Apply a batch that is marked so. All in one transaction; Refused("import_changed") when its preview no longer holds."""
    batch = service.get(batch_id)
    service.refuse_unless(batch, (BatchState.APPLYING,))
    file, choices, expected = kept(store, batch), dict(batch.choices), batch.plan_digest
    with table_of(store, file, choices) as table:
        made, _ref = carry_out(table, choices, lambda: service.get(batch_id), expected, tell)
    plans.forget(store.folder, batch_id)
    return made.counts


@uncollected()
def carry_out(
    table: Table, choices: Mapping[str, Any], batch_of: Callable[[], ImportBatch], expected: str | None, tell: Tell | None = None
) -> tuple[Plan, str]:
    """Plan and write in a transaction of its own, into the batch that `batch_of` gives there; returns the plan and the batch's reference.

    Planned outside the write lock, and again when somebody changed the directory before the lock was had; the fourth time under the lock.
    """
    for attempt in range(4):
        mark = _mark()
        made = previewing.plan(table, choices, tell) if attempt < 3 else None
        with unit_of_work():
            _one_at_a_time()
            if made is not None and _moved(mark):
                continue
            made = made or previewing.plan(table, choices, tell)
            if expected is not None and made.digest != expected:
                raise Refused("import_changed")
            batch = batch_of()
            with _as_import(batch.id):
                write(batch, table, made, tell, enters_frame(choices, table))
            return made, batch.ref
    raise Refused("import_changed")


def enters_frame(choices: Mapping[str, Any], table: Table) -> bool:
    """Tell whether new organisations enter the target list: as it was decided, else only if a column says where they stand."""
    if choices.get("frame") in ("in", "out"):
        return bool(choices["frame"] == "in")
    named = by_name()
    return any(use.field in named and named[use.field].table in ("participation", "role") for use in table.uses if use.field)


def write(batch: ImportBatch, table: Table, made: Plan, tell: Tell | None = None, in_frame: bool = False) -> None:
    """Write a plan in the present transaction, with the rows that remember it. Raises Refused when somebody changed a record meanwhile."""
    ledger = Ledger(now())
    application = Application(made.rows, ledger, tell, in_frame)
    try:
        application.write()
        plans.remember(batch, table, made, application)
        batch.state, batch.applied_at, batch.applied_by_id = BatchState.APPLIED, ledger.at, actor.current().user_id
        batch.counts = {**made.counts, "cells": made.cells.as_dict()}
        db.session.flush()
    except (StaleDataError, IntegrityError) as error:
        raise Refused("import_changed") from error


@contextlib.contextmanager
def _as_import(batch_id: int) -> Iterator[None]:
    with actor.acting(actor.Actor(actor.current().user_id, actor.Via.IMPORT, None, batch_id)):
        yield


def _one_at_a_time() -> None:
    """On PostgreSQL, where writers do not queue by themselves, have imports wait for each other: each sees what the one before made."""
    if db.engine.dialect.name == "postgresql":
        for name in ("lock_timeout", "statement_timeout"):
            db.session.execute(sa.select(sa.func.set_config(name, "120s", True)))
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(IMPORT_LOCK)))


def _mark() -> int:
    return db.session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0


def _moved(mark: int) -> bool:
    query = sa.select(AuditEntry.id).where(AuditEntry.id > mark, AuditEntry.entity.in_(service.WATCHED)).limit(1)
    return db.session.scalar(query) is not None
