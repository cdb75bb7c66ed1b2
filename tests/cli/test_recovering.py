"""What the last stop left is dealt with when the installation is served again, and by its worker; and said."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from consult.cli.frame import new_application
from consult.cli.preparing import turn
from consult.cli.recovering import serving_lock, tell_interrupted, working
from consult.jobs import door
from consult.jobs.models import JobState
from consult.kernel.db import unit_of_work
from consult.kernel.model import now
from consult.mail.tasks import DELIVER
from tests.cli.test_serving import until

FORMER = "former.work"
"""A kind of work that this version does not know any more."""


class DeadQueue(door.Jobs):
    """The queue of a server that was killed before it could fill it."""

    def __init__(self) -> None:
        """Nothing is opened."""

    def start(self, job_id: int) -> None:
        """It was killed."""


@pytest.fixture
def app(prepared: Path) -> Iterator[Flask]:
    with new_application("en") as made:
        yield made


def _left(kind: str, running: bool = False, **values: Any) -> int:
    with unit_of_work():
        job_id = door.enqueue(DeadQueue(), kind, user_id=1)
    begun = {"state": JobState.RUNNING, "started_at": now()} if running else {"state": JobState.WAITING}
    door.change(job_id, JobState.WAITING, **begun, **values)
    return job_id


def _state(job_id: int) -> Any:
    job = door.read(job_id)
    return job and job.state


def test_what_was_left_is_said_once(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    _left(FORMER, running=True)
    _left(FORMER)
    settings = app.config["SETTINGS"]
    tell_interrupted(settings)
    cut_short, never_begun = capsys.readouterr().out.splitlines()
    assert cut_short.startswith("The last stop cut short former.work, begun ")
    assert never_begun.startswith("The last stop came before former.work, asked for ")
    tell_interrupted(settings)
    assert capsys.readouterr().out == ""


def test_somebody_else_who_serves_the_installation_is_not_disturbed(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    job_id = _left(FORMER, running=True)
    settings = app.config["SETTINGS"]
    with turn(serving_lock(settings), shared=True):
        tell_interrupted(settings)
    assert (capsys.readouterr().out, _state(job_id)) == ("", JobState.RUNNING)


def test_a_worker_that_starts_alone_ends_what_the_last_one_left_and_another_beside_it_nothing(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    first = _left(FORMER, running=True)
    with working(settings):
        second = _left(FORMER, running=True)
        with working(settings):
            assert (_state(first), _state(second)) == (JobState.INTERRUPTED, JobState.RUNNING)


@pytest.mark.slow
def test_a_worker_does_what_never_came_into_the_queue_when_nobody_else_would_start_it(app: Flask) -> None:
    job_id = _left(DELIVER, created_at=now() - dt.timedelta(hours=1))
    worker = subprocess.Popen([sys.executable, "-m", "consult", "worker"])
    try:
        assert until(lambda: _state(job_id) is JobState.DONE), _state(job_id)
    finally:
        worker.kill()
        worker.wait(20)
