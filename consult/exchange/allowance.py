"""How many files somebody may still send within the hour. Only those that could be read count, and each of them once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from consult.exchange.models import ImportBatch
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.model import now
from consult.kernel.scope import unscoped

WINDOW = dt.timedelta(hours=1)
TRIES = 10
"""How many times more files may be sent that cannot be read: each mistake costs its reading, and nothing else."""
FEW = 3
"""When so many are left, the page says so."""


@dataclass(frozen=True)
class Allowance:
    """How many files were taken within the hour, how many may still come, and when there will be one more."""

    taken: int
    left: int
    next_at: dt.datetime | None

    @property
    def few(self) -> bool:
        """Whether it is time to say how many are left."""
        return self.left <= FEW and self.taken > 0


def allowance(user_id: int, per_hour: int) -> Allowance:
    """Return what somebody may still send, in whatever study."""
    read = sa.and_(ImportBatch.created_by_id == user_id, ImportBatch.created_at > now() - WINDOW, ImportBatch.layout.is_not(None))
    with unscoped("files are counted per person, over all studies"):
        times = db.session.scalars(sa.select(ImportBatch.created_at).where(read).order_by(ImportBatch.created_at)).all()
    frees = times[max(0, len(times) - per_hour)] + WINDOW if times else None
    return Allowance(len(times), max(0, per_hour - len(times)), frees)


def refuse_beyond(user_id: int, per_hour: int) -> None:
    """Raise Refused("import_throttled") when somebody has sent as many files as they may within the hour."""
    found = allowance(user_id, per_hour)
    if not found.left:
        raise Refused("import_throttled", number=found.taken, at=found.next_at)
