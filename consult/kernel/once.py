"""Forms sent twice. The first sending is noted, with where it led, in the very transaction of what it did; the second is led there too."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.kernel.db import Model, db, insert_or
from consult.kernel.model import now

KEPT = dt.timedelta(days=2)


class SentForm(Model):
    """One form as it was sent, to the letter, and the address it led to."""

    __tablename__ = "sent_form"
    __table_args__ = (sa.Index("ix_sent_form_at", "at"),)

    fingerprint: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    led_to: Mapped[str | None] = mapped_column(sa.Text)


def claim(fingerprint: str) -> str | None:
    """Claim a sending for the present transaction; return where it led when another one has done it already.

    While the other one is still at work this waits for it: by the write lock on SQLite, by the claimed row on PostgreSQL.
    """
    insert = insert_or(db.session(), SentForm).values(fingerprint=fingerprint)
    db.session.execute(insert.on_conflict_do_nothing())
    return db.session.scalar(sa.select(SentForm.led_to).where(SentForm.fingerprint == fingerprint))


def note(fingerprint: str, led_to: str | None) -> None:
    """Note where a claimed sending led. The claim is made anew if something rolled it back meanwhile."""
    insert = insert_or(db.session(), SentForm).values(fingerprint=fingerprint, led_to=led_to)
    db.session.execute(insert.on_conflict_do_update(index_elements=["fingerprint"], set_={"led_to": led_to}))


def forget_old(session: Session) -> None:
    """Forget sendings that nobody will repeat any more."""
    session.execute(sa.delete(SentForm).where(SentForm.at < now() - KEPT))
