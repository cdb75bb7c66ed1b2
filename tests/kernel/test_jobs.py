"""Long work is a row with its progress: started after commit, honest about how it ended."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask

from consult.jobs import door
from consult.jobs.door import Remains
from consult.jobs.models import JobState
from consult.jobs.sweeping import GRACE, sweep
from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import Refused
from consult.kernel.model import now


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

    door.kind("probe", remains=lambda job: Remains(f"probe {job.arguments['number']}", whole=job.arguments["number"] == 100))(work)
    door.kind("lone probe", again=True)(work)
    entry = list(door._entry)
    door._entry.clear()
    yield seen
    door._entry[:] = entry
    door._kinds.pop("probe")
    door._kinds.pop("lone probe")


def _enqueue(app: Flask, number: int, kind: str = "probe") -> int:
    with unit_of_work():
        return door.enqueue(app.extensions["jobs"], kind, user_id=7, number=number)


class DeadQueue(door.Jobs):
    """A queue that a server was killed before it could fill; what is put into it stays there."""

    def __init__(self, *queued: int) -> None:
        self.ids = list(queued)

    def start(self, job_id: int) -> None:
        self.ids.append(job_id)

    def queued(self) -> set[int]:
        return set(self.ids)


def _left_waiting(number: int, kind: str = "probe", user_id: int | None = 7) -> int:
    with unit_of_work():
        return door.enqueue(DeadQueue(), kind, user_id=user_id, number=number)


def _state(job_id: int) -> Any:
    job = door.read(job_id)
    return job and (job.state, job.said)


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


AT_ONCE = dt.timedelta(0)


def test_work_cut_short_by_a_killed_server_is_said_interrupted_once(app: Flask, ran: list[Any]) -> None:
    job_id = _left_waiting(5)
    door.change(job_id, JobState.WAITING, state=JobState.RUNNING, started_at=now())
    assert [(left.job.id, left.remains, left.begun) for left in sweep(DeadQueue(), alone=True)] == [(job_id, Remains("probe 5"), True)]
    assert _state(job_id) == (JobState.INTERRUPTED, "interrupted")
    assert sweep(DeadQueue(), alone=True) == []


def test_work_that_had_been_done_whole_when_the_server_was_killed_is_said_done(app: Flask, ran: list[Any]) -> None:
    job_id = _left_waiting(100)
    door.change(job_id, JobState.WAITING, state=JobState.RUNNING, started_at=now())
    assert [left.remains.whole for left in sweep(DeadQueue(), alone=True)] == [True]
    assert _state(job_id) == (JobState.DONE, None)


def test_work_under_way_is_left_alone_while_another_worker_may_be_at_it(app: Flask, ran: list[Any]) -> None:
    job_id = _left_waiting(5)
    door.change(job_id, JobState.WAITING, state=JobState.RUNNING, started_at=now())
    assert sweep(DeadQueue(), alone=False, grace=AT_ONCE) == []
    assert _state(job_id) == (JobState.RUNNING, None)


def test_work_that_never_came_into_the_queue_is_said_never_begun_once(app: Flask, ran: list[Any]) -> None:
    job_id = _left_waiting(5)
    assert [(left.job.id, left.begun) for left in sweep(DeadQueue(), alone=True, grace=AT_ONCE)] == [(job_id, False)]
    assert _state(job_id) == (JobState.INTERRUPTED, "never_begun")
    assert sweep(DeadQueue(), alone=True, grace=AT_ONCE) == []
    door.run(job_id)
    assert ran == [], "what was said never begun must not begin after all"


def test_work_in_the_queue_is_left_there(app: Flask, ran: list[Any]) -> None:
    job_id = _left_waiting(5)
    queue = DeadQueue(job_id)
    assert sweep(queue, alone=True, grace=AT_ONCE) == []
    assert (_state(job_id), queue.ids) == ((JobState.WAITING, None), [job_id])


def test_work_just_asked_for_may_not_be_in_the_queue_yet(app: Flask, ran: list[Any]) -> None:
    job_id = _left_waiting(5)
    assert sweep(DeadQueue(), alone=False) == []
    assert _state(job_id) == (JobState.WAITING, None)
    with time_machine.travel(now() + 2 * GRACE):
        assert [left.job.id for left in sweep(DeadQueue(), alone=False)] == [job_id]


def test_work_that_nobody_would_start_again_is_queued_again_and_done_once(app: Flask, ran: list[Any]) -> None:
    job_id = _left_waiting(5, "lone probe", user_id=None)
    queue = DeadQueue()
    assert sweep(queue, alone=True, grace=AT_ONCE) == sweep(queue, alone=True, grace=AT_ONCE) == []
    assert queue.ids == [job_id]
    for queued in queue.ids * 2:
        door.run(queued)
    assert ran == [(job_id, 5)]
    assert _state(job_id) == (JobState.DONE, "halfway")


def test_such_work_cut_short_is_begun_again_but_not_for_ever(app: Flask, ran: list[Any]) -> None:
    job_id = _left_waiting(5, "lone probe", user_id=None)
    queue = DeadQueue()
    for _time in range(2):
        door.change(job_id, JobState.WAITING, state=JobState.RUNNING, started_at=now())
        door.progress(job_id, 1, 2, "halfway")
        sweep(queue, alone=True)
    assert queue.ids == [job_id]
    assert _state(job_id) == (JobState.INTERRUPTED, "interrupted")


def test_the_worker_looks_for_lost_work_now_and_then(app: Flask, ran: list[Any]) -> None:
    lost, fresh = _left_waiting(5), _left_waiting(6)
    door.change(lost, JobState.WAITING, created_at=now() - 2 * GRACE)
    queue = app.extensions["jobs"].queue.huey
    for task in queue._registry.periodic_tasks:
        queue.execute(task)
    assert (_state(lost), _state(fresh)) == ((JobState.INTERRUPTED, "never_begun"), (JobState.WAITING, None))


def test_of_two_workers_that_take_one_job_only_one_does_it(app: Flask, ran: list[Any]) -> None:
    job_id = _left_waiting(5)
    gate = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            gate.wait()
            door.run(job_id)
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert ran == [(job_id, 5)]


def test_rows_of_ended_work_are_kept_for_a_month_and_those_of_other_work_for_ever(app: Flask, ran: list[Any]) -> None:
    ended, waiting = _enqueue(app, 5), _left_waiting(6)
    queue = DeadQueue(waiting)
    with time_machine.travel(now() + dt.timedelta(days=29)):
        sweep(queue, alone=True)
        assert door.read(ended) is not None
    with time_machine.travel(now() + dt.timedelta(days=31)):
        sweep(queue, alone=True)
        assert door.read(ended) is None
        assert door.read(waiting) is not None
