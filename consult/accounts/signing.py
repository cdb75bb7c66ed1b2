"""Who somebody is: their password checked, with the same work and the same answer whether or not the account exists."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.accounts import passwords, service
from consult.accounts.models import User, UserSession
from consult.accounts.sessions import absolute_age
from consult.kernel import audit, once
from consult.kernel.actor import Actor, Via, acting
from consult.kernel.audit import Deed
from consult.kernel.db import aside
from consult.kernel.errors import Refused
from consult.kernel.model import now
from consult.kernel.settings import Settings


def authenticate(email: str, password: str) -> User:
    """Return the user with this address and password. Raises Refused("wrong_sign_in"), whichever of the two is wrong or closed."""
    user = service.by_email(email)
    right, renewed = passwords.verify(password, user.password_hash if user else None)
    if user is None or not right or not user.is_active:
        note_refusal(user, "wrong_sign_in")
        raise Refused("wrong_sign_in")
    if renewed:
        service.renew_hash(user, renewed)
    return user


def confirm(user: User, password: str, field: str = "current") -> None:
    """Make sure that it is the account's owner who asks. Raises Refused("wrong_password")."""
    if not passwords.verify(password, user.password_hash)[0]:
        note_refusal(user, "wrong_password")
        raise Refused("wrong_password", field)


def note_sign_in(user: User, address: str) -> None:
    """Write a sign-in on the account and into the audit."""
    service.signed_in_now(user)
    with acting(Actor(user.id, Via.WEB)):
        entry = audit.note(Deed.SIGNED_IN, "user_account", user.id, address=address)
    aside(lambda session: audit.write(session, [entry]))


def note_refusal(user: User | None, why: str) -> None:
    """Write a refused sign-in into the audit; an unknown address is not kept, since people type passwords into that field too."""
    with acting(Actor(None, Via.WEB, why)):
        entry = audit.note(Deed.SIGN_IN_REFUSED, "user_account", user.id if user else None)
    aside(lambda session: audit.write(session, [entry]))


def clear_old_sessions(settings: Settings) -> None:
    """Forget the sessions that no cookie can use any more, and forms sent too long ago to be sent again by mistake."""
    before = now() - absolute_age(settings)
    aside(lambda session: _forget_before(session, before))
    aside(once.forget_old)


def _forget_before(session: Session, instant: dt.datetime) -> None:
    session.execute(sa.delete(UserSession).where(UserSession.started_at < instant))
