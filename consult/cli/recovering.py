"""After a stop: who serves and who works on this installation now, and what the last stop cut short."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

from flask import current_app

from consult.cli.frame import say
from consult.cli.preparing import turn, turn_if_free
from consult.jobs import sweeping
from consult.kernel.settings import Settings
from consult.web.i18n import _, written_datetime

LAST_WORKER_SECONDS = 10.0
"""A worker whose parent was killed ends by itself: so long it may take."""


def serving_lock(settings: Settings) -> Path:
    """The lock that everybody who serves this database shares; the demonstration has one of its own."""
    return settings.instance / ("demo-serving.lock" if settings.demo else "serving.lock")


def serving_locks(settings: Settings) -> list[Path]:
    """The locks of all that may be served from this directory."""
    return [settings.instance / name for name in ("serving.lock", "demo-serving.lock")]


@contextlib.contextmanager
def working(settings: Settings) -> Iterator[None]:
    """Be a worker of this installation for the length of a block. The only one deals first with what a stopped one left."""
    with turn_if_free(_working_lock(settings)) as alone:
        sweeping.sweep_unattended(current_app.extensions["jobs"], alone)
    with turn(_working_lock(settings), shared=True):
        yield


def tell_interrupted(settings: Settings) -> None:
    """Deal with what the last stop left, unless somebody serves this installation, and say what it cut short."""
    with turn_if_free(serving_lock(settings)) as alone:
        if alone and _nobody_works(_working_lock(settings)):
            for left in sweeping.sweep(current_app.extensions["jobs"], alone=True, grace=dt.timedelta(0)):
                say(_said(left))


def _said(left: sweeping.Left) -> str:
    what = left.remains.what
    if not left.begun:
        at = written_datetime(left.job.created_at)
        return _(
            "The last stop came before %(what)s, asked for %(at)s, had begun: nothing of it was done. Start it again.", what=what, at=at
        )
    at = written_datetime(left.job.started_at)
    if left.remains.whole:
        return _("The last stop came after %(what)s, begun %(at)s, had been done whole.", what=what, at=at)
    return _("The last stop cut short %(what)s, begun %(at)s: nothing of it was done. Start it again.", what=what, at=at)


def _nobody_works(lock: Path) -> bool:
    deadline = time.monotonic() + LAST_WORKER_SECONDS
    while time.monotonic() < deadline:
        with turn_if_free(lock) as free:
            if free:
                return True
        time.sleep(0.1)
    return False


def _working_lock(settings: Settings) -> Path:
    return settings.instance / ("demo-working.lock" if settings.demo else "working.lock")
