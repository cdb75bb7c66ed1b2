"""Server-side sessions: the cookie holds a token, the database its hash; signing out or changing a password ends them for good."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.accounts.models import User, UserSession, initials_of
from consult.kernel.db import aside, db
from consult.kernel.model import now
from consult.kernel.settings import Settings

TOUCH_EVERY = dt.timedelta(minutes=5)


class SignedIn:
    """The person signed in, as Flask-Login sees them: the user behind the token of one session.

    What pages ask of them was read with the session; the whole record is loaded when it, or anything else of it, is asked for.
    """

    is_authenticated = True
    is_anonymous = False

    def __init__(self, known: Any, token: str) -> None:
        self._known, self._token = known, token
        self.id: int = known.id
        self.session_id: int = known.session_id

    def get_id(self) -> str:
        """Return what the cookie holds: the session's token, never the user's id."""
        return self._token

    @functools.cached_property
    def user(self) -> User:
        """The user's record."""
        return db.session.get_one(User, self.id)

    def __getattr__(self, name: str) -> Any:
        if name in _KNOWN and "user" not in vars(self):  # once the record is loaded it may be changed, and is what counts
            return getattr(self._known, name)
        return getattr(self.user, name)

    @property
    def initials(self) -> str:
        """The capitals that stand for the person."""
        return initials_of(self.name)


def idle_time(settings: Settings) -> dt.timedelta:
    """How long a session may sit unused."""
    return dt.timedelta(minutes=settings.session_idle)


def absolute_age(settings: Settings) -> dt.timedelta:
    """How old a session may grow, however much it is used."""
    return dt.timedelta(minutes=settings.session_absolute)


def digest(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(user: User, agent: str | None) -> str:
    """Open a session for a user and return its token: a new one at every sign-in, so that none can be fixed beforehand."""
    token = secrets.token_urlsafe(32)
    at = now()
    db.session.add(UserSession(token_hash=digest(token), user_id=user.id, started_at=at, seen_at=at, agent=(agent or "")[:200] or None))
    db.session.flush()
    return token


_KNOWN = frozenset({"name", "email", "lang", "theme", "single_keys", "is_admin", "is_active", "may_create_studies"})
"""What is read of a user with each request."""
_BY_TOKEN = (
    sa.select(UserSession.id.label("session_id"), UserSession.seen_at, UserSession.started_at, User.id)
    .add_columns(*(getattr(User, name) for name in sorted(_KNOWN)))
    .join(User, User.id == UserSession.user_id)
    .where(UserSession.token_hash == sa.bindparam("token"))
)


def load(token: str, settings: Settings) -> SignedIn | None:
    """Return who holds a token, or None when the session ended, sat idle too long, grew too old, or its user was deactivated."""
    found = db.session.execute(_BY_TOKEN, {"token": digest(token)}).first()
    if found is None or not found.is_active:
        return None
    at = now()
    idle, age = at - found.seen_at, at - found.started_at
    if idle > idle_time(settings) or age > absolute_age(settings):
        return None
    if idle > TOUCH_EVERY:
        aside(lambda aside_session: _touch(aside_session, found.session_id, at))
    return SignedIn(found, token)


def of_user(user_id: int, settings: Settings) -> Sequence[UserSession]:
    """Return a user's sessions that can still be used, the one used last first."""
    at = now()
    query = sa.select(UserSession).where(
        UserSession.user_id == user_id,
        UserSession.seen_at >= at - idle_time(settings),
        UserSession.started_at >= at - absolute_age(settings),
    )
    return db.session.scalars(query.order_by(UserSession.seen_at.desc(), UserSession.id.desc())).all()


def _touch(session: Session, session_id: int, at: dt.datetime) -> None:
    session.execute(sa.update(UserSession).where(UserSession.id == session_id).values(seen_at=at))


def end(session_id: int, user_id: int) -> None:
    """End one session of a user; nothing happens when it is not theirs or has ended already."""
    db.session.execute(sa.delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id))


def end_all(user_id: int, but: int | None = None) -> None:
    """End a user's sessions, all but one if it is named: after a change of password, or when the account is closed."""
    db.session.execute(sa.delete(UserSession).where(UserSession.user_id == user_id, UserSession.id != (but or 0)))
