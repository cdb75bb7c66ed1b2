"""Bring an installation to the state this version of Consult needs: tables and queue."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from consult.jobs import door as jobs
from consult.kernel import search
from consult.kernel.db import db, unit_of_work


def prepare(instance: Path) -> None:
    """Bring the tables to this version's, index what was not searched before and make the queue's. Safe to call at every start, and by
    two processes at once."""
    with turn(instance / "preparing.lock"):
        if not at_head():
            db.session.remove()
            command.upgrade(current_app.extensions["migrate"].migrate.get_config(), "head")
        _index()
        jobs.prepare()


def _index() -> None:
    missing = search.missing()
    db.session.rollback()
    if missing:
        with unit_of_work():
            search.fill(missing)


def at_head() -> bool:
    """Whether the tables are those of this version."""
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_heads()
    return set(present) == set(_scripts().get_heads())


def is_known(revision: str) -> bool:
    """Whether this version can bring tables of that revision to its own."""
    return any(script.revision == revision for script in _scripts().walk_revisions())


@contextlib.contextmanager
def turn(path: Path, shared: bool = False) -> Iterator[bool]:
    """Hold a lock between processes for the length of a block, waiting for it; several may share it."""
    with _opened(path) as handle:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield True


@contextlib.contextmanager
def turn_if_free(path: Path) -> Iterator[bool]:
    """Hold the lock for the length of a block if nobody holds it; says whether it does."""
    with _opened(path) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)  # and the lock with it


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
