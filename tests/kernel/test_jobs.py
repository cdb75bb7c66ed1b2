"""Long work is a row with its progress: started after commit, honest about how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from consult.jobs import door
from consult.jobs.models import JobState
from consult.kernel.db import unit_of_work
from consult.kernel.errors import Refused


@pytest.fixture
def ran(app: Flask) -> Iterator[list[Any]]:
    """What the probing kinds of work saw."""
    seen: list[Any] = []

    def work(job: Any, number: int) -> dict[str, Any]:
        seen.append((job.id, number))
        door.progress(job.id, 1, 2, "halfway")
        if number == 13:
            raise Refused("unforeseen")
        if number == 99:
            raise ValueError("unexpected")
        return {"number": number}

    door.kind("probe", interrupted=lambda job: seen.append(("interrupted", job.id)))(work)
    entry = list(door._entry)
    door._entry.clear()
    yield seen
    door._entry[:] = entry
    door._kinds.pop("probe")
    door._interrupted.pop("probe")


def _enqueue(app: Flask, number: int) -> int:
    with unit_of_work():
        return door.enqueue(app.extensions["jobs"], "probe", user_id=7, number=number)


def test_a_job_runs_after_the_commit_and_leaves_its_result_and_progress(app: Flask, ran: list[Any]) -> None:
    with unit_of_work():
        job_id = door.enqueue(app.extensions["jobs"], "probe", user_id=7, number=5)
        assert ran == []
    job = door.read(job_id)
    assert ran == [(job_id, 5)]
    assert job is not None
    assert (job.state, job.result, job.done, job.total) == (JobState.DONE, {"number": 5}, 1, 2)


def test_a_job_of_a_transaction_that_failed_never_starts(app: Flask, ran: list[Any]) -> None:
    with pytest.raises(ValueError, match="no"), unit_of_work():
        door.enqueue(app.extensions["jobs"], "probe", user_id=7, number=5)
        raise ValueError("no")
    assert ran == []


@pytest.mark.parametrize(("number", "said"), [(13, "unforeseen"), (99, "unforeseen")])
def test_a_job_that_fails_says_so(app: Flask, ran: list[Any], number: int, said: str) -> None:
    job = door.read(_enqueue(app, number))
    assert job is not None
    assert (job.state, job.said) == (JobState.FAILED, said)


def test_a_job_is_shown_to_its_owner_only(app: Flask, ran: list[Any]) -> None:
    job_id = _enqueue(app, 5)
    assert door.read(job_id, user_id=7) is not None
    assert door.read(job_id, user_id=8) is None


def test_jobs_left_running_by_a_killed_server_are_said_interrupted_at_the_next_start(app: Flask, ran: list[Any]) -> None:
    job_id = _enqueue(app, 5)
    door._update(job_id, state=JobState.RUNNING)
    assert [job.id for job in door.sweep()] == [job_id]
    job = door.read(job_id)
    assert job is not None
    assert job.state == JobState.INTERRUPTED
    assert ("interrupted", job_id) in ran
