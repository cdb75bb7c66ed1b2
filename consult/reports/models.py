"""Figures kept as they were."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Model
from consult.kernel.model import Record, StudyScoped, now


class WeekSnapshot(Record, StudyScoped, Model):
    """A week of field work in figures, as they stood when it was taken. `week` is its Monday; a week not over yet may be taken again."""

    __tablename__ = "week_snapshot"
    __table_args__ = (sa.UniqueConstraint("study_id", "week"),)

    week: Mapped[dt.date]
    taken_at: Mapped[dt.datetime] = mapped_column(default=now)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
