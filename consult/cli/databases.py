"""The database of an installation as a whole: copied out while it is used, proved, put back."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from consult.web.i18n import _


class NotWhole(Exception):
    """A database could not be copied, or a copy does not prove to be whole; the text says why."""


@dataclass(frozen=True)
class Contents:
    """What a database holds: the revision of its tables and the number of rows in each."""

    revision: str
    counts: dict[str, int]


def contents(connection: Connection) -> Contents:
    """Count the rows of every table but the search index's own, and read the revision of the tables."""
    names = [name for name in sa.inspect(connection).get_table_names() if "_fts" not in name]
    if "alembic_version" not in names:
        return Contents("", {})
    revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    counted = {name: connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one() for name in sorted(names)}
    return Contents(revision or "", counted)


def copy_out(engine: Engine, target: Path) -> Contents:
    """Write a consistent copy of the database to `target` while others use it, and say what is in it. Raises NotWhole."""
    if engine.dialect.name == "sqlite":
        _copy_sqlite(Path(str(engine.url.database)), target)
        return prove_sqlite(target)
    return _dump_postgres(engine, target)


def prove_sqlite(path: Path) -> Contents:
    """Check the integrity and the references of a database file and say what is in it. Raises NotWhole."""
    try:
        database = sqlite3.connect(path)
        try:
            found = database.execute("PRAGMA integrity_check").fetchone()[0]
            broken = database.execute("PRAGMA foreign_key_check").fetchone()
        finally:
            database.close()
    except sqlite3.DatabaseError as error:
        raise NotWhole(_("The database cannot be read: %(reason)s", reason=error)) from error
    if found != "ok":
        raise NotWhole(_("The database is damaged: %(reason)s", reason=found))
    if broken:
        raise NotWhole(_("A row of the table %(table)s refers to a row that does not exist.", table=broken[0]))
    engine = sa.create_engine(URL.create("sqlite", database=str(path)))
    try:
        with engine.connect() as connection:
            return contents(connection)
    finally:
        engine.dispose()


def release(path: Path) -> None:
    """Fold a database file's log into it, so that the file alone is the database. Raises NotWhole when somebody uses it."""
    database = sqlite3.connect(path, timeout=1)
    try:
        database.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise NotWhole(_("The database is in use: stop what works with it first.")) from error
    finally:
        database.close()


def load_postgres(engine: Engine, dump: Path) -> Contents:
    """Replace everything in the PostgreSQL database by what the dump holds, and say what is there now. Raises NotWhole."""
    engine.dispose()
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    _postgres_tool("pg_restore", engine.url, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(dump))
    with engine.connect() as connection:
        return contents(connection)


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise NotWhole(_("There is no database at %(path)s yet.", path=source))
    reading, writing = sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True), sqlite3.connect(target)
    try:
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE")
    finally:
        reading.close()
        writing.close()
    with target.open("rb") as written:
        os.fsync(written.fileno())


def _dump_postgres(engine: Engine, target: Path) -> Contents:
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")  # it waits while the tool reads what it sees
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        found = contents(connection)
        _postgres_tool("pg_dump", engine.url, "--format=custom", f"--snapshot={snapshot}", "--no-owner", f"--file={target}")
    return found


def _postgres_tool(tool: str, url: URL, *options: str) -> None:
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, "PGPASSWORD": url.password} if url.password else dict(os.environ)
    try:
        subprocess.run([tool, f"--dbname={address}", *options], env=environment, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise NotWhole(_("%(tool)s is needed for a PostgreSQL database; install PostgreSQL's client programs.", tool=tool)) from error
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or [str(error)]
        raise NotWhole(_("%(tool)s failed: %(reason)s", tool=tool, reason=lines[0])) from error
