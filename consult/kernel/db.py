"""The database: one door, one transaction per request or unit of work, and what each engine needs to be safe under many writers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
import structlog
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from consult.kernel.errors import Busy
from consult.kernel.fairlock import FairLock
from consult.kernel.model import Base
from consult.kernel.settings import Settings

Result = TypeVar("Result")
log = structlog.get_logger(__name__)

db = SQLAlchemy(model_class=Base, disable_autonaming=True)

if TYPE_CHECKING:

    class Model(Base):
        """What every mapped class derives from."""

        __abstract__ = True
else:
    Model = db.Model

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_afterwards: ContextVar[list[tuple[Callable[[Session], None], bool]] | None] = ContextVar("afterwards", default=None)
_on_commit: ContextVar[list[Callable[[], None]] | None] = ContextVar("on_commit", default=None)

POSTGRES_LIMITS = "-c statement_timeout=30000 -c lock_timeout=4000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"


def configuration(settings: Settings) -> dict[str, Any]:
    """Return what Flask-SQLAlchemy is to be configured with for these settings."""
    return {
        "SQLALCHEMY_DATABASE_URI": settings.sqlalchemy_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings.sqlalchemy_url),
        "SQLALCHEMY_BINDS": {"jobs": {"url": settings.jobs_url, **_engine_options(settings.jobs_url)}},
    }


def _engine_options(url: str) -> dict[str, Any]:
    quiet = {"hide_parameters": True}  # what somebody typed is a statement's parameter, and an unforeseen error's text goes into the log
    if url.startswith("sqlite"):
        return {**quiet, "connect_args": {"timeout": 5, "check_same_thread": False}}
    return {**quiet, "pool_pre_ping": True, "pool_size": 8, "max_overflow": 8, "connect_args": {"options": POSTGRES_LIMITS}}


def prepare_engines(engines: Mapping[str | None, Engine]) -> None:
    """Attach to each SQLite engine its pragmas, immediate transactions for writers, and the fair lock between them."""
    for engine in engines.values():
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine)


def _prepare_sqlite(engine: Engine) -> None:
    database = make_url(str(engine.url)).database
    lock = FairLock(Path(database + ".lock")) if database and database != ":memory:" else None

    @sa.event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not _writing.get():
            connection.exec_driver_sql("BEGIN")
            return
        if lock:
            connection.info["turn"] = lock.acquire()
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @sa.event.listens_for(engine, "reset")
    def _let_next_in(connection: Any, entry: ConnectionPoolEntry, _state: Any) -> None:
        turn = entry.info.pop("turn", None)
        if turn and lock:
            if connection.in_transaction:
                connection.rollback()
            lock.release(turn)


@contextlib.contextmanager
def writing(intent: bool = True) -> Iterator[None]:
    """Say whether transactions begun inside mean to write: on SQLite a writer's first query takes the fair lock and BEGIN IMMEDIATE."""
    token = _writing.set(intent)
    try:
        yield
    finally:
        _writing.reset(token)


def is_writing() -> bool:
    """Tell whether the present transaction means to write."""
    return _writing.get()


@contextlib.contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction outside a request (command line, job): commits when the block ends well, rolls back when it raises."""
    with asides_afterwards(), writing():
        db.session.rollback()
        try:
            yield db.session()
            commit()
        finally:
            db.session.rollback()


def commit() -> None:
    """End the present transaction well and start what waited for that. Only the request, a unit of work and `aside` may."""
    db.session.commit()
    waiting = _on_commit.get() or []
    _on_commit.set(None)
    for action in waiting:
        action()


def on_commit(action: Callable[[], None]) -> None:
    """Have `action` run when the present transaction has committed; a rollback forgets it."""
    waiting = _on_commit.get()
    if waiting is None:
        _on_commit.set([action])
    else:
        waiting.append(action)


def aside(action: Callable[[Session], None], vital: bool = False) -> None:
    """Have `action` run in a short transaction of its own once the present one has ended, whichever way it ends.

    For what must outlive a rollback or happens on a GET: throttles, refusals and exports audited, session touches. When the database
    fails it, a vital one takes the answer with it (nothing is handed out that the audit does not know of); any other is logged, for the
    answer it belongs to holds.
    """
    waiting = _afterwards.get()
    if waiting is None:
        _run_aside(action, vital)
    else:
        waiting.append((action, vital))


@contextlib.contextmanager
def asides_afterwards() -> Iterator[None]:
    """Collect the asides asked for inside and run them at the end, after the session's transaction has been left."""
    if _afterwards.get() is not None:
        yield
        return
    token = _afterwards.set([])
    _on_commit.set(None)
    try:
        yield
    finally:
        waiting = _afterwards.get() or []
        _afterwards.reset(token)
        db.session.rollback()
        for action, vital in waiting:
            _run_aside(action, vital)


def _run_aside(action: Callable[[Session], None], vital: bool) -> None:
    try:
        with writing(), Session(db.engine) as session, session.begin():
            action(session)
    except (sa.exc.DBAPIError, Busy) as error:
        if vital:
            raise
        log.error("aside_failed", kind=type(error).__name__)


def at_once(action: Callable[[Session], Result]) -> Result:
    """Run `action` in a short transaction of its own now, and return its result; the present transaction is rolled back first.

    For what must be counted before anything else is done, so that attempts made at the same time cannot slip through: the throttles.
    """
    db.session.rollback()
    with writing(), Session(db.engine) as session, session.begin():
        return action(session)


_insert: dict[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_or(session: Session, model: Any) -> sqlite.Insert | postgresql.Insert:
    """Return the engine's own insert into a model's table: the one that can say what to do when the row is there already."""
    return _insert[session.get_bind().dialect.name](model)


def know_sizes(session: Session) -> None:
    """Have SQLite look at how many rows its tables hold, so that it chooses its indexes well. Reads every index once.

    An `aside`: it changes nothing that a transaction could take back. PostgreSQL looks by itself.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("ANALYZE"))
