"""The queue itself: the only module that knows Huey. Loaded when the first job is started, since it is heavy and most workers never do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from huey import Huey, MemoryHuey, RedisHuey, SqliteHuey, crontab

from consult.jobs import sweeping
from consult.jobs.door import Jobs, each_hour, run
from consult.kernel.settings import Settings


def queue_for(settings: Settings) -> Huey:
    """Return the queue of an installation: in memory and at once for tests, Redis when one is named, else a file beside the database."""
    if settings.testing:
        return MemoryHuey("consult", immediate=True)
    if settings.redis_url:
        return RedisHuey("consult-demo" if settings.demo else "consult", url=settings.redis_url)
    return SqliteHuey("consult", filename=str(settings.instance / ("demo-queue.sqlite" if settings.demo else "queue.sqlite")))


class Queue:
    """The installation's queue with its task, which runs the job of a given id inside the application's context, and its broom."""

    def __init__(self, jobs: Jobs, settings: Settings, context: Callable[[], AbstractContextManager[Any]]) -> None:
        self.huey = queue_for(settings)
        self._jobs, self._context = jobs, context
        self.start = self.huey.task(name="run")(self._perform)
        self.huey.periodic_task(crontab(minute="*/10"), name="sweep")(self._sweep)
        self.huey.periodic_task(crontab(minute="7"), name="hourly")(self._hourly)

    def queued(self) -> set[int]:
        """Return the ids of the jobs in the queue."""
        return {task.args[0] for task in self.huey.pending() if task.args}

    def work(self) -> None:
        """Do the queued work until this process is asked to stop."""
        self.huey.create_consumer(workers=2, periodic=True, max_delay=0.5).run()

    def _perform(self, job_id: int) -> None:
        with self._context():
            run(job_id)

    def _hourly(self) -> None:
        with self._context():
            each_hour()

    def _sweep(self) -> None:
        with self._context():
            sweeping.sweep_unattended(self._jobs, alone=False)
