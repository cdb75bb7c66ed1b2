"""What a stopped server left behind: work cut short, work that never began. And work ended long ago, whose rows are cleared away.

It is looked for when an installation is served, when its worker starts, and now and then while it works. Each job is dealt with once,
however many look at the same moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import sqlalchemy as sa
import structlog

from consult.jobs import door
from consult.jobs.door import Jobs, Remains
from consult.jobs.models import Job, JobState
from consult.kernel.db import db
from consult.kernel.errors import NotFound
from consult.kernel.model import now

KEPT = dt.timedelta(days=30)
"""How long the row of ended work is kept, so that whoever asked for it finds how it ended."""
GRACE = dt.timedelta(minutes=5)
"""Work is noted before the request that asks for it has committed, and queued afterwards: so long it may stand in between."""
CUT_SHORT, NEVER_BEGUN = "interrupted", "never_begun"
AGAIN = "begun_again"

log = structlog.get_logger(__name__)
_table = cast(sa.Table, Job.__table__)


@dataclass(frozen=True)
class Left:
    """A job that a stopped server left, and what is left of it."""

    job: Any
    remains: Remains
    begun: bool


def sweep(jobs: Jobs, alone: bool, grace: dt.timedelta = GRACE) -> list[Left]:
    """Deal with what a stopped server left and return what people must be told of it.

    `alone`: no worker is at work, so that whatever looks as if it were running was cut short. Work that waits without being in the queue
    for longer than `grace` was lost. Either is begun again if nobody else would start it, else marked as interrupted.
    """
    cut_short = [job for job in (_in_state(JobState.RUNNING) if alone else ()) if not _begun_again(jobs, job)]
    never_begun = [job for job in _lost(jobs, grace) if not _queued_again(jobs, job)]
    left = [Left(job, _remains(job), begun=job in cut_short) for job in (*cut_short, *never_begun)]
    told = [each for each in left if _end(each)]
    for kind in door.kinds():
        if kind.put_right:
            kind.put_right()
    clear()
    return told


def sweep_unattended(jobs: Jobs, alone: bool) -> None:
    """Deal with what a stopped server left where nobody reads what is printed: it goes into the log."""
    for left in sweep(jobs, alone):
        log.warning("job_left", job=left.job.id, kind=left.job.kind, begun=left.begun, whole=left.remains.whole)


def clear() -> None:
    """Clear away the rows of work that ended long ago."""
    with door.connection() as at:
        at.execute(sa.delete(_table).where(_table.c.finished_at < now() - KEPT))


def _in_state(state: JobState, before: dt.datetime | None = None) -> Sequence[Any]:
    query = sa.select(_table).where(_table.c.state == state).order_by(_table.c.id)
    if before is not None:
        query = query.where(_table.c.created_at <= before)
    with db.engines["jobs"].connect() as reading:
        return reading.execute(query).all()


def _lost(jobs: Jobs, grace: dt.timedelta) -> list[Any]:
    """The jobs that wait outside the queue. One that a worker takes out of it meanwhile is settled by whoever changes its state first."""
    waiting = _in_state(JobState.WAITING, now() - grace)
    queued = jobs.queued() if waiting else set()
    return [job for job in waiting if job.id not in queued]


def _queued_again(jobs: Jobs, job: Any) -> bool:
    kind = door.known(job.kind)
    if kind is None or not kind.again:
        return False
    jobs.start(job.id)
    return True


def _begun_again(jobs: Jobs, job: Any) -> bool:
    """Once: work that was cut short a second time may be what stops the server."""
    kind = door.known(job.kind)
    if kind is None or not kind.again or job.result.get(AGAIN):
        return False
    if door.change(job.id, JobState.RUNNING, state=JobState.WAITING, result={AGAIN: True}):
        jobs.start(job.id)
    return True


def _end(left: Left) -> bool:
    """Mark a job as ended, unless somebody else dealt with it since it was read."""
    job, said = left.job, CUT_SHORT if left.begun else NEVER_BEGUN
    if left.remains.whole:
        return door.change(job.id, job.state, state=JobState.DONE, finished_at=now())
    return door.change(job.id, job.state, state=JobState.INTERRUPTED, said=said, finished_at=now())


def _remains(job: Any) -> Remains:
    """Ask the kind of work, as the system: whoever asked for it may have left since. What is about a deleted study is not told of."""
    kind = door.known(job.kind)
    if kind is None or kind.remains is None:
        return Remains(job.kind)
    try:
        with door.entered(SimpleNamespace(study_id=job.study_id, user_id=None)):
            return kind.remains(job)
    except NotFound:
        return Remains(job.kind)
