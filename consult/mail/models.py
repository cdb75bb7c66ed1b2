"""Messages that go out, or would."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Model
from consult.kernel.model import LABEL, now


class OutgoingMessage(Model):
    """A message to one person. Its text is kept until it is sent; where nothing sends it, an administrator reads it and passes it on."""

    __tablename__ = "outgoing_message"
    __table_args__ = (sa.Index("ix_outgoing_message_waiting", "sent_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    recipient: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(LABEL))
    body: Mapped[str | None] = mapped_column(sa.Text)
    calendar: Mapped[str | None] = mapped_column(sa.Text)  # an invitation (iCalendar) that goes with it
    claimed_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    error: Mapped[str | None] = mapped_column(sa.String(LABEL))
