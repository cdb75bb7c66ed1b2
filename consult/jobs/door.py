"""Register a kind of work, start it once the transaction has committed, tell how far it is, run it."""

from __future__ import annotations

import contextlib
import functools
import importlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Remains:
    """What a stopped server left of a job, for people: what it was about, and whether all of it had been done."""

    what: str
    whole: bool = False


@dataclass(frozen=True)
class Kind:
    """A registered kind of work, what it is called while it is done, and what becomes of it when a stopped server did not finish it."""

    work: Work
    title: Any
    remains: Callable[[Any], Remains] | None
    again: bool
    put_right: Callable[[], None] | None


_kinds: dict[str, Kind] = {}
_hourly: list[Callable[[], None]] = []
_entry: list[Callable[[Any], AbstractContextManager[Any]]] = []
_table = cast(sa.Table, Job.__table__)


def kind(
    name: str,
    title: Any = None,
    remains: Callable[[Any], Remains] | None = None,
    again: bool = False,
    put_right: Callable[[], None] | None = None,
) -> Callable[[W], W]:
    """Register work under a name. It is called as `work(job, **arguments)` and may return a result. `title` says to whoever waits for it
    what is being done.

    When a stopped server did not finish it (`consult.jobs.sweeping`): work that nobody else would start is begun `again`; of any other,
    `remains(job)` tells what there is of it. `put_right()` mends whatever hangs on jobs that are neither waiting nor at work.
    """

    def register(work: W) -> W:
        _kinds[name] = Kind(work, title, remains, again, put_right)
        return work

    return register


def hourly(work: Callable[[], None]) -> Callable[[], None]:
    """Have something done every hour by the worker, as the system: what is due by now and was not done. It must bear being done twice."""
    _hourly.append(work)
    return work


def each_hour() -> None:
    """Do what is due by the hour; what fails is logged and does not keep the rest from being done."""
    for work in _hourly:
        try:
            work()
        except Exception:
            log.exception("hourly_failed", work=work.__qualname__)


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
        return importlib.import_module("consult.jobs.queue").Queue(self, self._settings, self._context)

    def start(self, job_id: int) -> None:
        """Put a job into the queue."""
        self.queue.start(job_id)

    def queued(self) -> set[int]:
        """Return the ids of the jobs that are in the queue."""
        found: set[int] = self.queue.queued()
        return found


def enqueue(jobs: Jobs, name: str, user_id: int | None, study_id: int | None = None, **arguments: Any) -> int:
    """Note a job now and start it when the present transaction has committed. Returns its id, for the progress page."""
    with connection() as at:
        row = {"kind": name, "state": JobState.WAITING, "study_id": study_id, "user_id": user_id, "arguments": arguments}
        job_id = at.execute(sa.insert(_table).values(**row)).inserted_primary_key[0]  # type: ignore[index]
    on_commit(lambda: jobs.start(job_id))
    return int(job_id)


def progress(job_id: int, done: int, total: int, said: str | None = None) -> None:
    """Say how far a job is. Seen at once by everybody, whatever the job's own transaction holds."""
    _update(job_id, done=done, total=total, said=said)


def read(job_id: int, user_id: int | None = None) -> Any | None:
    """Return a job's row, or None if it does not exist or is not this person's."""
    with db.engines["jobs"].connect() as reading:
        row = reading.execute(sa.select(_table).where(_table.c.id == job_id)).one_or_none()
    return row if row is not None and user_id in (None, row.user_id) else None


def is_alive(job_id: int | None) -> bool:
    """Tell whether a job waits or is at work; not when there is no such job."""
    job = read(job_id) if job_id else None
    return job is not None and job.state in (JobState.WAITING, JobState.RUNNING)


def run(job_id: int) -> None:
    """Run a waiting job to its end and note how it ended. A refusal is its result; anything else unforeseen is logged and says so."""
    job = read(job_id)
    if job is None or not change(job_id, JobState.WAITING, state=JobState.RUNNING, started_at=now()):
        return
    try:
        with entered(job):
            result = _kinds[job.kind].work(job, **job.arguments) or {}
        _update(job_id, state=JobState.DONE, result=result, finished_at=now())
    except Refused as refusal:
        _update(job_id, state=JobState.FAILED, said=refusal.code, result=refusal.values, finished_at=now())
    except Exception:
        log.exception("job_failed", job=job_id, kind=job.kind)
        _update(job_id, state=JobState.FAILED, said="unforeseen", finished_at=now())


def entered(job: Any) -> AbstractContextManager[Any]:
    """Return the surroundings in which a job is worked on."""
    return _entry[0](job) if _entry else contextlib.nullcontext()


def known(name: str) -> Kind | None:
    """Return a kind of work; None when this version knows no such kind."""
    return _kinds.get(name)


def kinds() -> list[Kind]:
    """Return every kind of work."""
    return list(_kinds.values())


def change(job_id: int, present: JobState, **values: Any) -> bool:
    """Change a job that is still in its present state; tells whether it was. Of two who try at once, one succeeds."""
    with connection() as at:
        query = sa.update(_table).where(_table.c.id == job_id, _table.c.state == present).values(**values)
        return at.execute(query).rowcount == 1


def prepare() -> None:
    """Make the tables of the queue's database where they are missing; it holds nothing that a release must migrate."""
    db.metadatas["jobs"].create_all(db.engines["jobs"])


def _update(job_id: int, **values: Any) -> None:
    with connection() as at:
        at.execute(sa.update(_table).where(_table.c.id == job_id).values(**values))


@contextlib.contextmanager
def connection() -> Iterator[sa.Connection]:
    """Write to the jobs in a short transaction of its own."""
    with writing(), db.engines["jobs"].begin() as opened:
        yield opened
