"""A real server of an installation, on a free port of this machine, that can be killed at any moment; and a person at its forms."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from consult.cli.serving import server_command
from tests.faults.discovery import FoundForm, forms_of
from tests.faults.installation import Installation
from tests.faults.kits import Kit

SECONDS = 40.0


class Server:
    """Gunicorn as `consult serve` starts it, in a group of its own."""

    def __init__(self, kit: Kit, workers: int = 2) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._command = server_command("127.0.0.1", self.port, workers)
        given = {
            "CONSULT_INSTANCE": str(kit.directory),
            "CONSULT_DATABASE_URL": kit.url,
            "CONSULT_ARGON2_MEMORY_KIB": "8",
            "CONSULT_ARGON2_PASSES": "1",
        }
        self._environment = {**{k: v for k, v in os.environ.items() if not k.startswith("CONSULT_")}, **given}
        self._log = kit.directory / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + SECONDS
        while not self._answers():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def workers(self) -> list[int]:
        """The ids of the worker processes that run now."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def kill_worker(self, number: int) -> None:
        """Kill one of the workers, as the kernel does when memory runs out."""
        running = self.workers()
        if running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(running[number % len(running)], signal.SIGKILL)

    def kill(self) -> None:
        """Kill the whole server, as a power cut does."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(SECONDS)

    @property
    def said(self) -> str:
        """The end of what the server wrote."""
        return self._log.read_text("utf-8", "replace")[-3000:] if self._log.exists() else ""

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz")
            with contextlib.closing(connection.getresponse()) as answer:
                return answer.status == 200
        return False


@contextlib.contextmanager
def serving(kit: Kit, workers: int = 2) -> Iterator[Server]:
    """Serve an installation for the length of a block."""
    server = Server(kit, workers)
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Person:
    """Somebody signed in at a real server. Refused connections are raised to the caller."""

    def __init__(self, server: Server, installation: Installation, who: str = "lead") -> None:
        self._server = server
        self._cookies = "; ".join(f"{k}={v}" for k, v in installation.signed_in(who).items())

    def get(self, path: str) -> tuple[int, str]:
        """Read a page."""
        return self._ask("GET", path, b"", {})

    def form(self, path: str) -> FoundForm:
        """Read the form of a page that posts back to it."""
        status, text = self.get(path)
        assert status == 200, (path, status)
        return next(form for form in forms_of(path, text) if form.action == path and "csrf_token" in form.kinds)

    def post(self, path: str, fields: list[tuple[str, str]]) -> tuple[int, str]:
        """Send a form."""
        return self._ask("POST", path, urlencode(fields).encode(), {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=SECONDS)
        try:
            connection.request(method, path, body, {"Cookie": self._cookies, **headers})
            with contextlib.closing(connection.getresponse()) as answer:
                text = answer.read().decode("utf-8")
                for line in answer.headers.get_all("Set-Cookie") or ():
                    self._cookies = line.partition(";")[0]
                return answer.status, text
        finally:
            connection.close()
