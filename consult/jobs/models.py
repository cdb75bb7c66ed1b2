"""A piece of long work. It lives in a database of its own, so that progress is seen while a transaction holds the main one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Model
from consult.kernel.model import LABEL, Choice, UTCDateTime, choice, now


class JobState(Choice):
    WAITING = "waiting", "En attente", "Waiting"
    RUNNING = "running", "En cours", "Running"
    DONE = "done", "Terminé", "Done"
    FAILED = "failed", "Échoué", "Failed"
    INTERRUPTED = "interrupted", "Interrompu", "Interrupted"


class Job(Model):
    """One run of a registered kind of work. `said` is a code that the kind's slice puts into words; `result` what it leaves."""

    __tablename__ = "job"
    __bind_key__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    state: Mapped[JobState] = choice(JobState, default=JobState.WAITING)
    study_id: Mapped[int | None]
    user_id: Mapped[int | None]
    arguments: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    said: Mapped[str | None] = mapped_column(sa.String(LABEL))
    seen: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=now)
    started_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
