"""The lock between writers outlives what befalls its file and its holders."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from consult.kernel.errors import Busy
from consult.kernel.fairlock import FairLock

HOLD = """
import sys, time
from pathlib import Path
from consult.kernel.fairlock import FairLock
FairLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(60)
"""


def test_a_lock_whose_file_cannot_be_made_is_busy_now_and_works_later(tmp_path: Path) -> None:
    lock = FairLock(tmp_path / "not-there-yet" / "lock", patience=5)
    with pytest.raises(Busy):
        lock.acquire()
    (tmp_path / "not-there-yet").mkdir()
    lock.release(lock.acquire())


def test_a_holder_that_is_killed_lets_the_next_writer_in(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        lock = FairLock(path, patience=0.3)
        with pytest.raises(Busy):
            lock.acquire()
        other.kill()
    patient = FairLock(path, patience=10)
    patient.release(patient.acquire())


def test_a_writer_that_gave_up_does_not_keep_the_others_waiting(tmp_path: Path) -> None:
    lock = FairLock(tmp_path / "lock", patience=0.2)
    first = lock.acquire()
    with pytest.raises(Busy):
        lock.acquire()
    lock.release(first)
    lock.release(lock.acquire())
