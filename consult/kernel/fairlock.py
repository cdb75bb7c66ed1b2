"""A first-come-first-served lock for the writers of an SQLite database, over threads and processes.

SQLite's own busy handler sleeps and retries, so a late writer may overtake for seconds. The kernel queues `flock` waiters in order;
one broker thread per process waits there on behalf of this process's threads, which queue in order too.
"""

from __future__ import annotations

import fcntl
import os
import queue
import threading
from pathlib import Path

from consult.kernel.errors import Busy

PATIENCE_SECONDS = 30.0


class _Turn:
    """One writer's place in the queue: granted by the broker, or given up by the writer, whichever comes first."""

    def __init__(self) -> None:
        self.granted = threading.Event()
        self.released = threading.Event()
        self.guard = threading.Lock()
        self.given_up = False


class FairLock:
    """The write lock of one database file. `acquire()` waits its turn, `release()` lets the next writer in."""

    def __init__(self, path: Path, patience: float = PATIENCE_SECONDS) -> None:
        self._path = path
        self._patience = patience
        self._turns: queue.SimpleQueue[_Turn] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._owner_pid = 0

    def acquire(self) -> _Turn:
        """Wait for the lock and return the turn to give back to `release`.

        Raises Busy after the patience has run out, and at once when the lock's file cannot be opened.
        """
        self._start_broker()
        turn = _Turn()
        self._turns.put(turn)
        if turn.granted.wait(self._patience):
            return turn
        with turn.guard:
            if turn.granted.is_set():
                return turn
            turn.given_up = True
        raise Busy

    def release(self, turn: _Turn) -> None:
        """Give the lock back."""
        turn.released.set()

    def _start_broker(self) -> None:
        with self._starting:
            if self._owner_pid == os.getpid():
                return
            handle = self._open()
            self._turns = queue.SimpleQueue()  # a forked child must not inherit its parent's waiters
            threading.Thread(target=self._serve, args=(self._turns, handle), name="write-lock", daemon=True).start()
            self._owner_pid = os.getpid()

    def _open(self) -> int:
        """Open the lock's file. Where that fails, as on a full disk, this writer is told and the next one tries again."""
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Busy from error

    def _serve(self, turns: queue.SimpleQueue[_Turn], handle: int) -> None:
        while True:
            turn = turns.get()
            if turn.given_up:
                continue
            fcntl.flock(handle, fcntl.LOCK_EX)
            with turn.guard:
                if not turn.given_up:
                    turn.granted.set()
            if turn.granted.is_set():
                turn.released.wait()
            fcntl.flock(handle, fcntl.LOCK_UN)
