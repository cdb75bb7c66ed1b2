"""The database is locked, full, or away for a while: a clear answer, nothing typed is lost, and all goes on by itself afterwards."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.faults.amounts import SEED, amount
from tests.faults.installation import Answer, Installation, Sent
from tests.faults.kits import Kit, kit, needs_postgresql, once
from tests.faults.monkey import encoded

HOUR_OF_WORK = "What took an hour to type: é, œ, 3 < 4 & so on."
LOCK = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
database.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
"""


def _save(installation: Installation, text: str = HOUR_OF_WORK) -> Answer:
    """Save the study's objectives."""
    path = f"/studies/{installation.here.study.id}/edit"
    form = next(form for form in installation.forms_at("lead", path) if form.action == path)
    return installation.send(_sent(path, form.filled(), text))


def _sent(path: str, filled: list[tuple[str, str]], text: str) -> Sent:
    pairs = [(name, (text if name == "objectives" else value).encode()) for name, value in filled]
    return Sent("lead", "POST", path, "", encoded(pairs))


def _objectives(installation: Installation) -> str:
    form = next(f for f in installation.forms_at("lead", f"/studies/{installation.here.study.id}/edit") if "objectives" in f.kinds)
    return dict(form.fields)["objectives"].strip()


def _given_back(answer: Answer) -> bool:
    return "What took an hour to type: é, œ, 3 &lt; 4 &amp; so on." in answer.text


@contextlib.contextmanager
def _locked_by_another(path: Path, seconds: float) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", LOCK, str(path), str(seconds)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        yield
        other.wait()


@pytest.fixture
def sqlite() -> Iterator[Kit]:
    with kit("sqlite") as made:
        yield made


@once
def test_a_lock_of_three_seconds_is_waited_for(sqlite: Kit) -> None:
    installation = sqlite.fresh()
    installation.get("lead", "/account")
    with _locked_by_another(sqlite.directory / "consult.sqlite", 3):
        begun = time.monotonic()
        assert installation.get("lead", "/account").status == 200
        assert time.monotonic() - begun < 2, "reading waited for a writer"
        assert _save(installation).status == 303
    assert _objectives(installation) == HOUR_OF_WORK


@once
def test_a_lock_of_eight_seconds_is_told_with_the_text_and_passes(sqlite: Kit) -> None:
    installation = sqlite.fresh()
    installation.get("lead", "/account")
    with _locked_by_another(sqlite.directory / "consult.sqlite", 8):
        begun = time.monotonic()
        answer = _save(installation)
        assert time.monotonic() - begun < 8, "the answer waited for the database again"
        assert answer.status == 503
        assert _given_back(answer)
        assert installation.get("lead", "/account").status == 200
    assert _objectives(installation) == ""
    assert _save(installation).status == 303
    assert _objectives(installation) == HOUR_OF_WORK


@contextlib.contextmanager
def _small_disk(mebibytes: int) -> Iterator[Path]:
    """A disk of so many MiB."""
    place = Path(tempfile.mkdtemp(prefix="consult-full-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "none", str(place)], capture_output=True, text=True, check=False
    )
    try:
        if mounted.returncode:
            pytest.skip(f"no disk of limited size can be mounted here: {mounted.stderr.strip()}")
        yield place
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", "-l", str(place)], check=True)
        place.rmdir()


def _fill(path: Path) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while True:
            os.write(handle, b"\0" * 4096)
    os.close(handle)


@once
def test_a_full_disk_is_told_with_the_text_and_saving_works_once_there_is_room() -> None:
    with _small_disk(24) as disk:
        made = Kit("sqlite", disk)
        try:
            installation = made.fresh()
            assert _save(installation, "before").status == 303
            _fill(disk / "filler")
            answers = [_save(installation, HOUR_OF_WORK + "x" * 60_000 + str(turn)) for turn in range(3)]
            assert {answer.status for answer in answers} == {507}
            assert all(_given_back(answer) for answer in answers)
            assert installation.get("lead", "/account").status == 200
            assert _objectives(installation) == "before"
            (disk / "filler").unlink()
            assert _save(installation).status == 303
            assert _objectives(installation) == HOUR_OF_WORK
        finally:
            made.drop()


@needs_postgresql
def test_a_row_locked_by_somebody_else_is_told_with_the_text_and_passes() -> None:
    psycopg = pytest.importorskip("psycopg")
    with kit("postgresql") as made:
        installation = made.fresh()
        with psycopg.connect(made.url.replace("+psycopg", "", 1)) as other:
            other.execute("SELECT * FROM study FOR UPDATE")
            begun = time.monotonic()
            answer = _save(installation)
            assert time.monotonic() - begun < 8
            assert answer.status == 503
            assert _given_back(answer)
            assert installation.get("lead", "/account").status == 200
        assert _save(installation).status == 303
        assert _objectives(installation) == HOUR_OF_WORK


class Cluster:
    """A PostgreSQL server of our own, to be stopped and started at will."""

    def __init__(self, directory: Path) -> None:
        self._tools = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
        if self._tools is None or not shutil.which("runuser") or os.geteuid() != 0:
            pytest.skip("a PostgreSQL server of our own needs Debian's tools, and root to give it away")
        self._data, self._port = directory / "data", 5600 + os.getpid() % 300
        directory.chmod(0o755)
        self._data.mkdir()
        shutil.chown(self._data, "postgres")
        self._as_postgres("initdb", "-D", str(self._data), "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8")
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        self._control("start", "-o", f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off")

    def stop(self, how: str) -> None:
        self._control("stop", "-m", how)

    def _control(self, *arguments: str) -> None:
        self._as_postgres("pg_ctl", "-D", str(self._data), "-w", "-l", str(self._data / "log"), *arguments)

    def _as_postgres(self, tool: str, *arguments: str) -> None:
        assert self._tools is not None
        command = ["runuser", "-u", "postgres", "--", str(self._tools / tool), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd="/")


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="consult-cluster-") as directory:
        made = Cluster(Path(directory))
        made.start()
        try:
            yield made
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                made.stop("immediate")


@needs_postgresql
def test_a_server_that_goes_away_and_comes_back_is_survived_without_a_restart(cluster: Cluster, tmp_path: Path) -> None:
    made = Kit("postgresql", tmp_path, url=cluster.url)
    installation = made.fresh()
    path = f"/studies/{installation.here.study.id}/edit"
    try:
        for turn in range(amount(2, 10)):
            assert _save(installation, f"turn {turn}").status == 303
            form = next(form for form in installation.forms_at("lead", path) if form.action == path)
            sent = _sent(path, form.filled(), HOUR_OF_WORK)
            cluster.stop(("fast", "immediate")[(SEED + turn) % 2])
            away = [installation.send(sent), installation.get("lead", "/account"), installation.get("nobody", "/sign-in")]
            assert [answer.status for answer in away][:2] == [503, 503]
            assert away[2].status in (200, 503)
            assert _given_back(away[0])
            cluster.start()
            assert installation.get("lead", "/account").status == 200, "the first request after the restart"
            assert _objectives(installation) == f"turn {turn}"
            assert installation.send(sent).status == 303
            assert _objectives(installation) == HOUR_OF_WORK
    finally:
        made.drop()


def _fail(*_anything: object) -> None:
    raise sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))


@once
def test_nothing_is_handed_out_that_the_audit_cannot_know_of(sqlite: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    installation = sqlite.fresh()
    path = f"/studies/{installation.here.study.id}/reports/partners.xlsx"
    assert "attachment" in installation.get("lead", path).headers["Content-Disposition"]
    monkeypatch.setattr("consult.kernel.audit.write", _fail)
    answer = installation.get("lead", path)
    assert answer.status == 503
    assert "Content-Disposition" not in answer.headers


@once
def test_an_answer_holds_though_what_is_noted_beside_it_fails(sqlite: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    installation = sqlite.fresh()
    monkeypatch.setattr("consult.accounts.sessions.TOUCH_EVERY", dt.timedelta(days=-1))
    monkeypatch.setattr("consult.accounts.sessions._touch", _fail)
    assert installation.get("lead", "/account").status == 200
