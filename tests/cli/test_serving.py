"""`consult serve` from start to stop, and what it refuses."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consult.cli.processes import Child, Family, port_is_free
from tests.cli.conftest import Consult, emails

SECONDS = 40


class Serving:
    """A `consult serve` in a process of its own."""

    def __init__(self, port: int, said: Path, *arguments: str) -> None:
        self.port, self._said = port, said
        command = [sys.executable, "-m", "consult", "serve", "--port", str(port), "--workers", "1", "--lang", "en", *arguments]
        with said.open("w") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)

    def wait_until_said(self, pattern: str) -> re.Match[str]:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if found := re.search(pattern, self.said):
                return found
            assert self.process.poll() is None, self.said
            time.sleep(0.1)
        raise AssertionError(self.said)

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


@pytest.fixture
def serve(installation: Path, tmp_path: Path) -> Iterator[Callable[..., Serving]]:
    """Start `consult serve` on a free port; whatever the test leaves running is killed."""
    started: list[Serving] = []

    def start(*arguments: str) -> Serving:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        started.append(Serving(port, tmp_path / f"said-{len(started)}", *arguments))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait(SECONDS)


def until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


@pytest.mark.slow
def test_it_serves_until_it_is_asked_to_stop_and_keeps_the_data(serve: Callable[..., Serving], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULT_ADMIN_EMAIL", "boss@example.org")
    monkeypatch.setenv("CONSULT_ADMIN_PASSWORD", "a long enough sentence")
    first = serve()
    address = first.wait_until_said(r"answers at (\S+)")[1]
    with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
        assert answer.status == 200
    assert "one-time" not in first.said
    assert first.stop() == 0
    assert port_is_free("127.0.0.1", first.port)

    second = serve()
    second.wait_until_said("answers at")
    assert "was created" not in second.said
    assert second.stop(signal.SIGINT) == 0
    assert emails() == ["boss@example.org"]


@pytest.mark.slow
def test_without_any_user_it_prints_where_the_first_administrator_begins(serve: Callable[..., Serving]) -> None:
    running = serve()
    link = running.wait_until_said(r"(http://127\.0\.0\.1:\d+/\S+)\n")[1]
    with urllib.request.urlopen(running.wait_until_said(r"\n\s+(http\S+)\n")[1], timeout=10) as answer:
        assert answer.status == 200
        assert b"password" in answer.read()
    assert link.startswith("http://127.0.0.1:")
    assert running.stop() == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends orphans on Linux alone")
def test_nothing_goes_on_when_it_is_killed(serve: Callable[..., Serving]) -> None:
    running = serve()
    running.wait_until_said("answers at")
    running.stop(signal.SIGKILL)
    assert until(lambda: port_is_free("127.0.0.1", running.port))


def test_plain_http_is_not_opened_to_other_machines(consult: Consult) -> None:
    told = consult("serve", "--host", "0.0.0.0")
    assert told.code == 2
    assert "CONSULT_ALLOW_HTTP" in told.err


def test_a_port_in_use_is_named(consult: Consult) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = consult("serve", "--port", taken.getsockname()[1])
    assert (told.code, "--port" in told.err) == (2, True)


def test_an_address_of_another_machine_is_not_said_to_be_in_use(consult: Consult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULT_ALLOW_HTTP", "1")
    told = consult("serve", "--host", "203.0.113.7", "--lang", "en")
    assert (told.code, told.err) == (2, "consult: 203.0.113.7 is no address of this machine: --host takes one such as 127.0.0.1.\n")


def test_a_secret_key_that_others_can_read_is_refused(consult: Consult, prepared: Path) -> None:
    (prepared / "secret_key").chmod(0o644)
    told = consult("serve")
    assert (told.code, "chmod 600" in told.err) == (2, True)


def test_the_directory_of_the_data_and_its_key_are_for_their_owner_alone(prepared: Path) -> None:
    assert prepared.stat().st_mode & 0o077 == 0
    assert (prepared / "secret_key").stat().st_mode & 0o077 == 0


def test_an_administrator_without_a_password_is_not_made(consult: Consult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULT_ADMIN_EMAIL", "boss@example.org")
    told = consult("init")
    assert (told.code, "CONSULT_ADMIN_PASSWORD" in told.err) == (2, True)


@pytest.fixture
def signals() -> Iterator[None]:
    """The test's own answers to signals, put back afterwards."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, answer in kept.items():
        signal.signal(number, answer)


def child(name: str, code: str, essential: bool) -> Child:
    return Child(name, [sys.executable, "-c", code], essential)


@pytest.mark.usefixtures("signals")
def test_when_the_server_ends_all_ends_with_its_code() -> None:
    sleeper = child("worker", "import time; time.sleep(60)", essential=False)
    family = Family([child("server", "raise SystemExit(3)", essential=True), sleeper])
    assert family.run(lambda: False, lambda: None) == 3
    assert sleeper.ended is not None


@pytest.mark.usefixtures("signals")
def test_a_worker_that_ends_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consult.cli.processes.RESTART_SECONDS", 0.0)
    runs = tmp_path / "runs"
    worker = child("worker", f"open({str(runs)!r}, 'a').write('x')", essential=False)
    server = child("server", "import time; time.sleep(60)", essential=True)

    def stop_after_two() -> bool:
        if runs.exists() and len(runs.read_text()) >= 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return False

    assert Family([server, worker]).run(stop_after_two, lambda: None) == 0
    assert len(runs.read_text()) >= 2
