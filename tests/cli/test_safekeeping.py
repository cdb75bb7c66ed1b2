"""Backup and restore: nothing is lost, a bad archive changes nothing, and what is replaced is kept."""

from __future__ import annotations

import itertools
import json
import sqlite3
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from consult.cli.frame import new_application
from consult.cli.preparing import turn
from consult.kernel.audit import AuditEntry
from consult.kernel.db import unit_of_work
from tests.cli.conftest import Consult, add_user, emails


@pytest.fixture
def archive(consult: Consult, prepared: Path, tmp_path: Path) -> Path:
    """A backup of an installation with one user and one file."""
    (prepared / "uploads").mkdir()
    (prepared / "uploads/list.xlsx").write_bytes(b"sheet")
    made = tmp_path / "kept.zip"
    assert consult("backup", "--out", made).code == 0
    return made


def test_a_restored_installation_is_what_was_backed_up(consult: Consult, archive: Path, prepared: Path) -> None:
    key = (prepared / "secret_key").read_text()
    add_user("later@example.org")
    (prepared / "uploads/list.xlsx").write_bytes(b"changed")
    (prepared / "uploads/later.xlsx").write_bytes(b"later")

    told = consult("restore", archive, "--yes")

    assert told.code == 0
    assert emails() == ["first@example.org"]
    assert [path.name for path in (prepared / "uploads").iterdir()] == ["list.xlsx"]
    assert (prepared / "uploads/list.xlsx").read_bytes() == b"sheet"
    assert (prepared / "secret_key").read_text() == key


def test_taking_a_backup_and_putting_it_back_are_in_the_audit(consult: Consult, archive: Path) -> None:
    def deeds() -> list[str]:
        with new_application("en"), unit_of_work() as session:
            entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.entity == "installation").order_by(AuditEntry.id))
            return [entry.deed.value for entry in entries]

    assert deeds() == ["exported"]
    consult("restore", archive, "--yes")
    assert deeds() == ["restored"]


def test_what_is_replaced_is_kept_aside(consult: Consult, archive: Path, prepared: Path) -> None:
    add_user("later@example.org")
    consult("restore", archive, "--yes")
    (aside,) = prepared.glob("before-restore-*")
    with sqlite3.connect(aside / "consult.sqlite") as former:
        assert [row[0] for row in former.execute("SELECT email FROM user_account ORDER BY id")] == [
            "first@example.org",
            "later@example.org",
        ]
    former.close()
    assert (aside / "uploads/list.xlsx").read_bytes() == b"sheet"


def test_restoring_on_a_bare_machine_needs_no_preparation(
    consult: Consult, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSULT_INSTANCE", str(tmp_path / "other"))
    assert consult("restore", archive).code == 0
    assert emails() == ["first@example.org"]


def test_data_are_replaced_only_when_asked(consult: Consult, archive: Path, prepared: Path) -> None:
    add_user("later@example.org")
    told = consult("restore", archive)
    assert (told.code, "--yes" in told.err) == (2, True)
    assert emails() == ["first@example.org", "later@example.org"]


def test_a_running_installation_is_not_replaced(consult: Consult, archive: Path, prepared: Path) -> None:
    with turn(prepared / "serving.lock", shared=True):
        told = consult("restore", archive, "--yes")
    assert (told.code, told.err) == (2, "consult: Consult is running on this installation: stop it first.\n")


def truncated(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-200])


def flipped(archive: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[len(content) // 3] ^= 0xFF
    archive.write_bytes(content)


def rewritten(**changes: object) -> Callable[[Path], None]:
    def rewrite(archive: Path) -> None:
        with zipfile.ZipFile(archive) as packed:
            members = {name: packed.read(name) for name in packed.namelist()}
        manifest = json.loads(members["manifest.json"]) | changes
        members["manifest.json"] = json.dumps(manifest).encode()
        with zipfile.ZipFile(archive, "w") as packed:
            for name, content in members.items():
                packed.writestr(name, content)

    return rewrite


def not_a_zip(archive: Path) -> None:
    archive.write_bytes(b"PK\x03\x04 a picture of a backup")


def outside(archive: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        digests = json.loads(packed.read("manifest.json"))["digests"]
    rewritten(digests=digests | {"../outside": "0"})(archive)
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr("../outside", "out")


def with_more(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr("files/more", "more")


@pytest.mark.parametrize(
    "spoil",
    [
        truncated,
        flipped,
        not_a_zip,
        outside,
        with_more,
        rewritten(counts={"user_account": 7}),
        rewritten(counts=None, extra=1),
        rewritten(revision="9999"),
        rewritten(format=2),
        rewritten(engine="postgresql"),
        rewritten(engine="other"),
    ],
)
def test_a_bad_archive_is_refused_in_one_line_and_changes_nothing(
    consult: Consult, archive: Path, prepared: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(archive)
    told = consult("restore", archive, "--yes")
    assert told.code == 2
    assert told.err.count("\n") == 1
    assert emails() == ["first@example.org"]
    assert not list(prepared.glob("before-restore-*"))
    assert not list(prepared.glob("*.tmp"))
    assert not (prepared.parent / "outside").exists()


def test_a_backup_is_whole_while_others_write(consult: Consult, prepared: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def write_on() -> None:
        writer = sqlite3.connect(prepared / "consult.sqlite", isolation_level=None, timeout=10)
        for number in itertools.count():
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("UPDATE user_account SET name = ?", (f"{number}@example.org",))
            writer.execute("UPDATE user_account SET email = name")
            writer.execute("COMMIT")
            if stop.wait(0.005):
                break
        writer.close()

    other = threading.Thread(target=write_on)
    other.start()
    told = [consult("backup", "--out", tmp_path / f"{number}.zip") for number in range(3)]
    stop.set()
    other.join()

    assert [each.code for each in told] == [0, 0, 0]
    for number in range(3):
        with zipfile.ZipFile(tmp_path / f"{number}.zip") as packed:
            (tmp_path / "copy.sqlite").write_bytes(packed.read("database.sqlite"))
        copy = sqlite3.connect(tmp_path / "copy.sqlite")
        ((name, email),) = copy.execute("SELECT name, email FROM user_account")
        copy.close()
        assert name == email


def test_a_backup_is_for_its_owner_alone_and_leaves_former_ones_out(consult: Consult, prepared: Path) -> None:
    assert consult("backup").code == 0
    (made,) = (prepared / "backups").iterdir()
    assert made.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(made) as packed:
        assert set(packed.namelist()) == {"manifest.json", "database.sqlite", "files/secret_key"}


def test_a_backup_where_nothing_can_be_written_says_so(consult: Consult, prepared: Path) -> None:
    told = consult("backup", "--out", "/nowhere/at/all.zip")
    assert (told.code, told.err.count("\n")) == (2, 1)


def test_the_demonstration_and_an_ordinary_installation_do_not_take_each_others_place(
    consult: Consult, archive: Path, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = tmp_path / "demo.zip"
    monkeypatch.setenv("CONSULT_DEMO", "1")
    assert consult("init").code == 0
    assert consult("backup", "--out", demo).code == 0
    told = consult("restore", archive, "--yes", "--lang", "en")
    assert (told.code, "not the demonstration" in told.err) == (2, True)
    monkeypatch.delenv("CONSULT_DEMO")
    told = consult("restore", demo, "--yes", "--lang", "en")
    assert (told.code, "holds the demonstration" in told.err) == (2, True)
    assert emails() == ["first@example.org"]


def test_a_backup_that_cannot_be_written_names_the_file_asked_for_and_leaves_nothing(
    consult: Consult, prepared: Path, tmp_path: Path
) -> None:
    told = consult("backup", "--out", tmp_path / "nowhere" / "b.zip", "--lang", "en")
    assert (told.code, told.err) == (2, f"consult: {tmp_path}/nowhere/b.zip: there is no such file or directory.\n")
    told = consult("backup", "--out", tmp_path, "--lang", "en")
    assert (told.code, "is a directory" in told.err) == (2, True)
    assert list(tmp_path.rglob("*.tmp")) == []
