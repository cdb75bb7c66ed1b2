"""Register a kind of work, start it once the transaction has committed, tell how far it is, run it."""

from __future__ import annotations

import contextlib
import functools
import importlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

import sqlalchemy as sa
import structlog

from consult.jobs.models import Job, JobState
from consult.kernel.db import db, on_commit, writing
from consult.kernel.errors import Refused
from consult.kernel.model import now
from consult.kernel.settings import Settings

Work = Callable[..., dict[str, Any] | None]
W = TypeVar("W", bound=Work)
log = structlog.get_logger(__name__)

_kinds: dict[str, Work] = {}
_interrupted: dict[str, Callable[[Any], None]] = {}
_entry: list[Callable[[Any], AbstractContextManager[Any]]] = []
_table = cast(sa.Table, Job.__table__)


def kind(name: str, interrupted: Callable[[Any], None] | None = None) -> Callable[[W], W]:
    """Register work under a name. It is called as `work(job, **arguments)` inside a unit of work of its own making and may return
    a result; `interrupted(job)` is called at the next start when the server was killed in the middle."""

    def register(work: W) -> W:
        _kinds[name] = work
        if interrupted:
            _interrupted[name] = interrupted
        return work

    return register


def enter_through(entry: Callable[[Any], AbstractContextManager[Any]]) -> None:
    """Name the context in which jobs run: who acts, and in which study."""
    _entry[:] = [entry]


class Jobs:
    """The way to the installation's queue, which is opened when it is first needed."""

    def __init__(self, settings: Settings, context: Callable[[], AbstractContextManager[Any]]) -> None:
        self._settings, self._context = settings, context

    @functools.cached_property
    def queue(self) -> Any:
        """The open queue (`consult.jobs.queue.Queue`)."""
        return importlib.import_module("consult.jobs.queue").Queue(self._settings, self._context)

    def start(self, job_id: int) -> None:
        """Put a job into the queue."""
        self.queue.start(job_id)


def enqueue(jobs: Jobs, name: str, user_id: int | None, study_id: int | None = None, **arguments: Any) -> int:
    """Note a job now and start it when the present transaction has committed. Returns its id, for the progress page."""
    with _connection() as connection:
        row = {"kind": name, "state": JobState.WAITING, "study_id": study_id, "user_id": user_id, "arguments": arguments}
        job_id = connection.execute(sa.insert(_table).values(**row)).inserted_primary_key[0]  # type: ignore[index]
    on_commit(lambda: jobs.start(job_id))
    return int(job_id)


def progress(job_id: int, done: int, total: int, said: str | None = None) -> None:
    """Say how far a job is. Seen at once by everybody, whatever the job's own transaction holds."""
    _update(job_id, done=done, total=total, said=said)


def read(job_id: int, user_id: int | None = None) -> Any | None:
    """Return a job's row, or None if it does not exist or is not this person's."""
    with db.engines["jobs"].connect() as connection:
        row = connection.execute(sa.select(_table).where(_table.c.id == job_id)).one_or_none()
    return row if row is not None and user_id in (None, row.user_id) else None


def leave(job_id: int, **result: Any) -> None:
    """Leave facts with a job, for whoever looks at it later."""
    _update(job_id, result=result)


def of_user(user_id: int, limit: int = 20) -> list[Any]:
    """Return a person's latest jobs, newest first."""
    with db.engines["jobs"].connect() as connection:
        query = sa.select(_table).where(_table.c.user_id == user_id).order_by(_table.c.id.desc()).limit(limit)
        return list(connection.execute(query))


def run(job_id: int) -> None:
    """Run a waiting job to its end and note how it ended. A refusal is its result; anything else unforeseen is logged and says so."""
    job = read(job_id)
    if job is None or job.state != JobState.WAITING:
        return
    _update(job_id, state=JobState.RUNNING, started_at=now())
    try:
        with _entry[0](job) if _entry else contextlib.nullcontext():
            result = _kinds[job.kind](job, **job.arguments) or {}
        _update(job_id, state=JobState.DONE, result=result, finished_at=now())
    except Refused as refusal:
        _update(job_id, state=JobState.FAILED, said=refusal.code, result=refusal.values, finished_at=now())
    except Exception:
        log.exception("job_failed", job=job_id, kind=job.kind)
        _update(job_id, state=JobState.FAILED, said="unforeseen", finished_at=now())


def sweep() -> list[Any]:
    """At start, find the jobs that a killed server left running, mark them interrupted, tell their kinds; returns them."""
    with db.engines["jobs"].connect() as connection:
        left = list(connection.execute(sa.select(_table).where(_table.c.state == JobState.RUNNING)))
    for job in left:
        _update(job.id, state=JobState.INTERRUPTED, finished_at=now())
        if job.kind in _interrupted:
            with _entry[0](job) if _entry else contextlib.nullcontext():
                _interrupted[job.kind](job)
    return left


def prepare() -> None:
    """Make the tables of the queue's database where they are missing; it holds nothing that a release must migrate."""
    db.metadatas["jobs"].create_all(db.engines["jobs"])


def _update(job_id: int, **values: Any) -> None:
    with _connection() as connection:
        connection.execute(sa.update(_table).where(_table.c.id == job_id).values(**values))


@contextlib.contextmanager
def _connection() -> Iterator[sa.Connection]:
    with writing(), db.engines["jobs"].begin() as connection:
        yield connection
