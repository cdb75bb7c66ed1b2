"""One-time links: first administrator, new password, invitation. The holder of the token may do one thing once, before it expires."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import LinkPurpose, OneTimeLink
from consult.accounts.sessions import digest
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import now


def offer(
    purpose: LinkPurpose,
    lasting: dt.timedelta,
    email: str | None = None,
    user_id: int | None = None,
    grants: Mapping[str, Any] | None = None,
) -> str:
    """Make a link and return its token; the database keeps its hash alone."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        OneTimeLink(
            purpose=purpose, token_hash=digest(token), email=email, user_id=user_id, grants=dict(grants or {}), expires_at=now() + lasting
        )
    )
    db.session.flush()
    return token


def find(purpose: LinkPurpose, token: str) -> OneTimeLink:
    """Return the link that a token opens. Raises Refused, naming the reason, when it was used, revoked, has expired, or never was."""
    link = db.session.scalar(sa.select(OneTimeLink).where(OneTimeLink.token_hash == digest(token), OneTimeLink.purpose == purpose))
    if link is None or link.revoked_at is not None:
        raise Refused("link_unknown")
    if link.used_at is not None:
        raise Refused("link_used")
    if link.expires_at <= now():
        raise Refused("link_expired")
    return link


def use(link: OneTimeLink) -> None:
    """Spend a link. Raises Refused("link_used") if somebody else was quicker."""
    spent = sa.update(OneTimeLink).where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None)).values(used_at=now())
    if db.session.execute(spent.returning(OneTimeLink.id)).one_or_none() is None:
        raise Refused("link_used")


def open_links(purpose: LinkPurpose) -> Sequence[OneTimeLink]:
    """Return the links of a purpose that still open something, newest first."""
    return db.session.scalars(_unspent(purpose).where(OneTimeLink.revoked_at.is_(None)).order_by(OneTimeLink.id.desc())).all()


def _unspent(purpose: LinkPurpose) -> sa.Select[OneTimeLink]:
    return sa.select(OneTimeLink).where(OneTimeLink.purpose == purpose, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now())


def get_open(purpose: LinkPurpose, link_id: int) -> OneTimeLink:
    """Return an open link by its id. Raises NotFound."""
    link = next((each for each in open_links(purpose) if each.id == link_id), None)
    if link is None:
        raise NotFound
    return link


def get_revoked(purpose: LinkPurpose, link_id: int) -> OneTimeLink:
    """Return a link that was closed and would open something otherwise, by its id. Raises NotFound."""
    link = db.session.scalar(_unspent(purpose).where(OneTimeLink.revoked_at.is_not(None), OneTimeLink.id == link_id))
    if link is None:
        raise NotFound
    return link


def revoke(link: OneTimeLink) -> None:
    """Close a link that was not used."""
    link.revoked_at = now()
    db.session.flush()


def reopen(link: OneTimeLink) -> None:
    """Let a closed link open again what it opened."""
    link.revoked_at = None
    db.session.flush()


def revoke_all(purpose: LinkPurpose, user_id: int | None = None) -> None:
    """Close every open link of a purpose, those about one user if a user is named."""
    query = sa.update(OneTimeLink).where(OneTimeLink.purpose == purpose, OneTimeLink.used_at.is_(None), OneTimeLink.revoked_at.is_(None))
    db.session.execute((query if user_id is None else query.where(OneTimeLink.user_id == user_id)).values(revoked_at=now()))
