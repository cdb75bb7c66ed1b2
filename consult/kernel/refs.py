"""Stable codes that people read and quote: ORG-0042. A number is given once, even if its record is deleted."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Model, db


class RefCounter(Model):
    """The last number given for a prefix."""

    __tablename__ = "ref_counter"
    prefix: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


def take(prefix: str, count: int = 1) -> list[str]:
    """Return the next `count` codes of a prefix, in order. They are given for good when the transaction commits."""
    last = db.session.scalar(
        sa.update(RefCounter).where(RefCounter.prefix == prefix).values(last=RefCounter.last + count).returning(RefCounter.last)
    )
    if last is None:
        db.session.execute(sa.insert(RefCounter).values(prefix=prefix, last=count))
        last = count
    return [f"{prefix}-{number:04d}" for number in range(last - count + 1, last + 1)]
