"""Stable codes that people read and quote: ORG-0042. A number is given once, even if its record is deleted."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.kernel.db import Model, db, insert_or


class RefCounter(Model):
    """The last number given for a prefix."""

    __tablename__ = "ref_counter"
    prefix: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


def take(prefix: str, count: int = 1, session: Session | None = None) -> list[str]:
    """Return the next `count` codes of a prefix, in order. They are given for good when the transaction commits.

    In one statement, so that two transactions that need the first code of a prefix at once wait for each other.
    """
    here = session or db.session()
    row = insert_or(here, RefCounter).values(prefix=prefix, last=count)
    taken = row.on_conflict_do_update(index_elements=["prefix"], set_={"last": RefCounter.last + count}).returning(RefCounter.last)
    last = here.execute(taken).scalar_one()
    return [f"{prefix}-{number:04d}" for number in range(last - count + 1, last + 1)]
