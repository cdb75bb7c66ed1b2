"""The rows of messages: written, taken up to be sent, marked, cleared away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.model import LABEL, now
from consult.kernel.text import squeeze
from consult.mail.models import OutgoingMessage

KEPT = dt.timedelta(days=30)
GIVEN_UP_AFTER = dt.timedelta(minutes=10)
"""A process that took a message up and said nothing for so long was killed; another may take it."""
SHOWN = 200


def write(recipient: str, subject: str, body: str, calendar: str | None = None) -> OutgoingMessage:
    """Keep a message until it is sent, with an invitation for calendars if there is one; messages older than a month are cleared away."""
    db.session.execute(sa.delete(OutgoingMessage).where(OutgoingMessage.created_at < now() - KEPT))
    message = OutgoingMessage(recipient=recipient, subject=(squeeze(subject) or "")[:LABEL], body=body, calendar=calendar)
    db.session.add(message)
    db.session.flush()
    return message


def latest() -> Sequence[OutgoingMessage]:
    """Return the latest messages, newest first."""
    return db.session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id.desc()).limit(SHOWN)).all()


def unsent() -> int:
    """Return how many messages have not been sent."""
    query = sa.select(sa.func.count()).select_from(OutgoingMessage).where(OutgoingMessage.sent_at.is_(None))
    return db.session.scalar(query) or 0


def take_up() -> OutgoingMessage | None:
    """Take up the oldest message that waits and was not tried lately; None when there is none. No two callers get the same."""
    free = sa.or_(OutgoingMessage.claimed_at.is_(None), OutgoingMessage.claimed_at < now() - GIVEN_UP_AFTER)
    oldest = sa.select(OutgoingMessage.id).where(OutgoingMessage.sent_at.is_(None), free).order_by(OutgoingMessage.id).limit(1)
    claimed = sa.update(OutgoingMessage).where(OutgoingMessage.id == oldest.scalar_subquery(), free).values(claimed_at=now())
    message_id = db.session.scalar(claimed.returning(OutgoingMessage.id))
    return None if message_id is None else db.session.get(OutgoingMessage, message_id)


def mark(message_id: int, error: str | None) -> None:
    """Note how sending ended: sent, and its text forgotten since it may hold a link; or the reason why not."""
    values = {"error": error[:LABEL]} if error else {"sent_at": now(), "body": None, "calendar": None, "error": None}
    db.session.execute(sa.update(OutgoingMessage).where(OutgoingMessage.id == message_id).values(**values))


def release() -> None:
    """Let every unsent message be tried again at once."""
    db.session.execute(sa.update(OutgoingMessage).where(OutgoingMessage.sent_at.is_(None)).values(claimed_at=None))
