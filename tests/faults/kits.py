"""The makings of installations: an application, and a database of its own that goes back to its first state in no time."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from consult import create_app
from consult.accounts.models import User
from consult.kernel import actor, scope
from consult.kernel.db import db
from consult.kernel.settings import load
from tests import factories
from tests.faults.amounts import SOAK
from tests.faults.installation import Installation
from tests.guards.world import corner

SERVER = os.environ.get("CONSULT_TEST_DATABASE_URL", "")
BOTH = ["sqlite", "postgresql"] if SERVER else ["sqlite"]
"""The engines whose answers are compared."""

ENGINES = BOTH if SOAK else BOTH[-1:]
"""The engines tried one by one: the server's when one is named, since the run without a server has tried the other."""

_numbers = itertools.count(1)


class Kit:
    """The makings of one engine's installations: an application, and a database that is brought back to its first state in no time.

    A database lent by its `url` stays as it is.
    """

    def __init__(self, engine: str, directory: Path, url: str = "") -> None:
        self.engine, self.directory, self._lent = engine, directory, bool(url)
        self._name = f"consult_faults_{os.getpid()}_{next(_numbers)}"
        self.url = url
        if engine == "postgresql" and not url:
            on_server(f'CREATE DATABASE "{self._name}"')
            self.url = sa.make_url(SERVER).set(database=self._name).render_as_string(hide_password=False)
        given = {"database_url": self.url} if self.url else {}
        self.app = create_app(load(directory, environ={}, testing=True, argon2_memory_kib=8, argon2_passes=1, **given))
        self.app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
        with self.app.app_context():
            for bind, metadata in db.metadatas.items():
                metadata.create_all(db.engines[bind])
            self._first = self._furnish()
            self._close()
        self._keep_first()

    def _furnish(self) -> Installation:
        scope.install(None, db.session())
        actor.install(actor.SYSTEM)
        factories._numbers = itertools.count(1)  # the same names on both engines
        make = factories.Make()
        here, there = corner(make, "Here"), corner(make, "There")
        with make.inside(None):
            lead = db.session.get_one(User, here.members["lead"].id)
            lead.is_admin = lead.may_create_studies = True
        users = {role: user.id for role, user in here.members.items()} | {"outsider": there.members["lead"].id}
        return Installation(self.app, self.engine, here, there, users)

    def fresh(self) -> Installation:
        """Return the installation in its first state."""
        with self.app.app_context():
            self._close()
        if self._lent:
            return self._first
        if self.engine == "postgresql":
            on_server(
                f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)', f'CREATE DATABASE "{self._name}" TEMPLATE "{self._name}_first"'
            )
        else:
            for path in self._files():
                shutil.copy(path.with_suffix(".first"), path)
        self._first.cookies.clear()
        return self._first

    def _keep_first(self) -> None:
        if self._lent:
            return
        if self.engine == "postgresql":
            on_server(f'CREATE DATABASE "{self._name}_first" TEMPLATE "{self._name}"')
        else:
            for path in self._files():
                shutil.copy(path, path.with_suffix(".first"))

    def _files(self) -> list[Path]:
        return [self.directory / name for name in ("consult.sqlite", "jobs.sqlite")]

    def _close(self) -> None:
        db.session.remove()
        for engine in db.engines.values():
            if engine.dialect.name == "sqlite":
                with contextlib.suppress(sa.exc.OperationalError), engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            engine.dispose()

    def drop(self) -> None:
        """Leave nothing behind: not on the server, and nobody who acts."""
        with self.app.app_context():
            scope.install(None, db.session())
            actor.install(actor.SYSTEM)
            self._close()
        if self.engine == "postgresql" and not self._lent:
            on_server(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in (self._name, f"{self._name}_first")))


def on_server(*statements: str) -> None:
    """Run statements on the PostgreSQL server of the tests, outside any transaction."""
    engine = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


@contextlib.contextmanager
def kit(engine: str) -> Iterator[Kit]:
    """Make the makings of one engine, in memory where there is such a place, and leave nothing behind."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="consult-faults-") as directory:
        made = Kit(engine, Path(directory))
        try:
            yield made
        finally:
            made.drop()


needs_postgresql = pytest.mark.skipif(not SERVER, reason="CONSULT_TEST_DATABASE_URL names no server")

once = pytest.mark.skipif(bool(SERVER) and not SOAK, reason="the run without a server has tried it")
"""For what has nothing to do with the engine."""
