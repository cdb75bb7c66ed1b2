"""What every test stands on: one application, a fresh database for each test, people signed in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult import create_app
from consult.accounts import sessions
from consult.accounts.models import User
from consult.jobs import door
from consult.kernel import actor, kept, scope
from consult.kernel.audit import AuditEntry
from consult.kernel.db import db, unit_of_work
from consult.kernel.settings import load
from tests import factories

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real files kept beside the repository; their tests are skipped where they are absent, but not where everything must run."""
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{SHARED} is missing")
        pytest.skip("the shared files are not here")
    return SHARED


class Browser(FlaskClient):
    """A browser whose every request begins afresh: the application context that a test holds open would lend it its `g`."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def _app(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Flask]:
    """The application, on a database that does not wait for the disk: what has to survive a fall of the power has tests of its own."""
    instance = tmp_path_factory.mktemp("instance")
    url = _database_url(worker_id)
    given = {"database_url": url} if url else {}
    quiet = pytest.MonkeyPatch()
    if url:
        quiet.setattr(kept, "stamp", _stamp_of_a_quiet_server)
    app = create_app(load(instance, environ={}, testing=True, argon2_memory_kib=8, argon2_passes=1, **given))
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Browser
    with app.app_context():
        for bind, metadata in db.metadatas.items():
            metadata.create_all(db.engines[bind])
        for engine in db.engines.values():
            if engine.dialect.name == "sqlite":
                sa.event.listen(engine, "connect", lambda connection, _entry: connection.execute("PRAGMA synchronous=OFF"))
            engine.dispose()
    for name in _files(instance):
        shutil.copy(name, name.with_suffix(".template"))
    yield app
    quiet.undo()
    if url:
        _on_server(f'DROP DATABASE IF EXISTS "{sa.make_url(url).database}" WITH (FORCE)')


def _stamp_of_a_quiet_server() -> Any:
    """What is kept waits on PostgreSQL for every transaction of the server, also of the tests beside: numbers would change with them."""
    return sa.cast(sa.select(sa.func.coalesce(sa.func.max(AuditEntry.id), 0)).scalar_subquery(), sa.String) + "/1/1"


def _database_url(worker_id: str) -> str:
    server = os.environ.get("CONSULT_TEST_DATABASE_URL", "")
    if not server:
        return ""
    name = f"consult_test_{worker_id}_{os.getpid()}"
    _on_server(
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}"',
        f'ALTER DATABASE "{name}" SET synchronous_commit = off',
    )
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def _on_server(*statements: str) -> None:
    engine = sa.create_engine(os.environ["CONSULT_TEST_DATABASE_URL"], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


def _files(instance: Path) -> list[Path]:
    return [path for path in (instance / "consult.sqlite", instance / "jobs.sqlite") if path.exists()]


@pytest.fixture
def app(_app: Flask) -> Iterator[Flask]:
    """The application with an empty, fully made database."""
    with emptied(_app):
        yield _app


@contextmanager
def emptied(app: Flask) -> Iterator[None]:
    """Work in the application on an empty, fully made database."""
    with app.app_context():
        _empty(app)
        yield
        rest()
        for engine in db.engines.values():
            engine.dispose()


def rest() -> None:
    """Leave nobody acting, no study entered, and nothing in the session."""
    db.session.remove()
    scope.install(None, db.session())
    actor.install(actor.SYSTEM)


def _empty(app: Flask) -> None:
    kept.forget()
    instance = Path(app.config["SETTINGS"].instance)
    if db.engine.dialect.name == "sqlite":
        for path in _files(instance):
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            shutil.copy(path.with_suffix(".template"), path)
        return
    with db.engine.begin() as connection:
        _empty_server(connection)


def _empty_server(connection: sa.Connection) -> None:
    """Delete every row and start the numbers afresh. TRUNCATE of all tables takes fifty times as long: it makes each file anew."""
    names = [table.name for metadata in db.metadatas.values() for table in metadata.tables.values()]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
    used = "SELECT quote_ident(sequencename) FROM pg_sequences WHERE last_value IS NOT NULL"
    filled_tables, used_sequences = (connection.scalars(sa.text(query)).all() for query in (filled, used))
    connection.execute(sa.text("SET LOCAL session_replication_role = replica"))  # whatever the order, whatever triggers guard
    for name in filled_tables:
        connection.execute(sa.text(f'DELETE FROM "{name}"'))
    for name in used_sequences:
        connection.execute(sa.text(f"ALTER SEQUENCE {name} RESTART"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """Return a browser in which the given user is signed in."""

    def signed_in(user: User, **cookies: str) -> FlaskClient:
        with unit_of_work():
            token = sessions.begin(db.session.get_one(User, user.id), "test")
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        for name, value in cookies.items():
            browser.set_cookie(name, value)
        return browser

    return signed_in


@pytest.fixture
def make(app: Flask) -> factories.Make:
    """Make rows: `make.study()`, `make.member(study, "lead")`, `make.organisation(study, name=…)`; each in a transaction of its own."""
    return factories.Make()


@pytest.fixture
def jobs_table(app: Flask) -> Any:
    """The queue's rows."""
    return door._table
