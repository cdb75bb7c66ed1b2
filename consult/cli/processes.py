"""The processes of a running installation: started together, restarted where it helps, stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from types import FrameType

STOP_SECONDS = 20.0
LOOK_SECONDS = 0.2
RESTART_SECONDS = 5.0
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process. `essential`: the installation ends with it; another is started again."""

    name: str
    command: list[str]
    essential: bool
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started_at: float = field(default=0.0)

    def start(self) -> None:
        """Start the process in a group of its own, so that Ctrl+C reaches it through us alone."""
        self.started_at = time.monotonic()
        orphaned = partial(_end_with, os.getpid()) if sys.platform == "linux" else None
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=orphaned)  # noqa: PLW1509 (no thread runs yet)

    def ask_to_stop(self) -> None:
        """Ask the process to finish what it is doing and end."""
        if self.process:
            self.process.send_signal(self.stop_signal)

    @property
    def ended(self) -> int | None:
        """The exit code, or None while the process runs."""
        return self.process.poll() if self.process else None


class Family:
    """The children and their life: `run()` returns the exit code once all have ended."""

    def __init__(self, children: list[Child]) -> None:
        self._children = children
        self._asked_to_stop = False

    def run(self, ready: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        """Start all, call `when_ready` once `ready` says so, and stay until asked to stop or an essential child has ended."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        try:
            for child in self._children:
                child.start()
            return self._watch(ready, when_ready)
        finally:
            self._stop()

    def _watch(self, ready: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        announced = False
        while not self._asked_to_stop:
            if not announced and ready():
                announced = True
                when_ready()
            for child in self._children:
                if child.ended is not None and child.essential:
                    return child.ended or 1
                if child.ended is not None and time.monotonic() - child.started_at > RESTART_SECONDS:
                    child.start()
            time.sleep(LOOK_SECONDS)
        return 0

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop = True

    def _stop(self) -> None:
        running = [child for child in self._children if child.process and child.ended is None]
        for child in running:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for process in [child.process for child in running if child.process]:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def port_is_free(host: str, port: int) -> bool:
    """Whether a server can be opened there."""
    return why_not_open(host, port) is None


def why_not_open(host: str, port: int) -> OSError | None:
    """What keeps a server from being opened there; None when nothing does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def answers(host: str, port: int) -> bool:
    """Whether a server accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _end_with(parent: int) -> None:
    """Have the kernel end this process when its parent is killed, so that nothing goes on unseen."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
