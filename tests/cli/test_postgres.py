"""The command line on PostgreSQL: prepared, backed up while it is used, put back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.cli.conftest import Consult, add_user, emails

SERVER = os.environ.get("CONSULT_TEST_DATABASE_URL", "")

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not SERVER, reason="no PostgreSQL server is named"),
    pytest.mark.skipif(not shutil.which("pg_dump"), reason="PostgreSQL's client programs are missing"),
]


@pytest.fixture
def database(installation: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty database, which the installation uses."""
    name = f"consult_cli_{os.getpid()}"
    server = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    address = sa.make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    monkeypatch.setenv("CONSULT_DATABASE_URL", address)
    yield address
    with server.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


def test_a_backup_is_put_back_whole_and_what_it_replaces_is_kept(
    consult: Consult, database: str, installation: Path, tmp_path: Path
) -> None:
    assert consult("init").code == 0
    add_user("first@example.org")
    assert consult("backup", "--out", tmp_path / "kept.zip").code == 0
    add_user("later@example.org")

    told = consult("restore", tmp_path / "kept.zip", "--yes")

    assert (told.code, told.err) == (0, "")
    assert emails() == ["first@example.org"]
    (aside,) = installation.glob("before-restore-*")
    assert (aside / "database.dump").stat().st_size > 0
    assert consult("user", "list").code == 0


def test_a_backup_of_the_other_kind_of_database_is_refused(
    consult: Consult, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert consult("init").code == 0
    assert consult("backup", "--out", tmp_path / "kept.zip").code == 0
    monkeypatch.delenv("CONSULT_DATABASE_URL")
    told = consult("restore", tmp_path / "kept.zip")
    assert (told.code, told.err.count("\n"), "postgresql" in told.err) == (2, 1, True)


def test_a_server_that_does_not_answer_is_named_in_one_line(consult: Consult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULT_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/none")
    told = consult("init")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert "secret" not in told.err
