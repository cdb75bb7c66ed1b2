"""What can be done with accounts: by their owners, by administrators, and from the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.accounts import links, passwords, sessions
from consult.accounts.addresses import normal_address
from consult.accounts.models import Language, LinkPurpose, OneTimeLink, Theme, User
from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import expect_version, first_come
from consult.kernel.model import now
from consult.kernel.settings import Settings
from consult.kernel.text import squeeze

FIRST_LINK_LASTS = dt.timedelta(hours=24)


def by_email(email: str | None) -> User | None:
    """Return the user of an address, however it is capitalised; None when there is none."""
    return db.session.scalar(sa.select(User).where(User.email == (email or "").strip().lower()))


def get(user_id: int) -> User:
    """Return a user. Raises NotFound."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def free_address(email: str) -> str:
    """Return an address as it is kept. Raises Refused when it is none, or when an account has it."""
    address = normal_address(email)
    if by_email(address):
        raise Refused("email_taken", "email", email=address)
    return address


def everyone() -> Sequence[User]:
    """Return all users, by name; closed accounts last."""
    return db.session.scalars(sa.select(User).order_by(User.is_active.desc(), sa.func.lower(User.name), User.id)).all()


def any_user() -> bool:
    """Tell whether the installation has a user at all."""
    return db.session.scalar(sa.select(User.id).limit(1)) is not None


def create(
    email: str,
    name: str,
    password: str | None = None,
    *,
    is_admin: bool = False,
    may_create_studies: bool = False,
    lang: Language = Language.FRENCH,
) -> User:
    """Make an account. Raises Refused on a bad or taken address, or a weak password; without password, nobody can sign in with it yet."""
    address = free_address(email)
    user = User(email=address, name=squeeze(name) or address, is_admin=is_admin, may_create_studies=may_create_studies, lang=lang)
    if password is not None:
        passwords.refuse_weak(password, is_admin, (user.name, address))
        user.password_hash = passwords.hashed(password)
    with first_come("email_taken", "email", email=address):
        db.session.add(user)
    return user


def set_password(user: User, password: str, but_session: int | None = None, field: str = "password") -> None:
    """Give a user another password and end their sessions, all but one if it is named; open links to reset it are closed too."""
    passwords.refuse_weak(password, user.is_admin, (user.name, user.email), field)
    user.password_hash = passwords.hashed(password)
    sessions.end_all(user.id, but_session)
    links.revoke_all(LinkPurpose.RESET, user.id)
    db.session.flush()


def deactivate(user: User) -> None:
    """Close an account and end its sessions; what the person did stays theirs. Raises Refused("last_admin")."""
    if user.is_admin and user.is_active:
        _refuse_last_admin(user)
    user.is_active = False
    sessions.end_all(user.id)
    links.revoke_all(LinkPurpose.RESET, user.id)
    db.session.flush()


def reactivate(user: User) -> None:
    """Open a closed account again."""
    user.is_active = True
    db.session.flush()


def let_create_studies(user: User, allowed: bool) -> None:
    """Let a user create studies, or no longer; the studies they lead stay theirs."""
    user.may_create_studies = allowed
    db.session.flush()


def make_admin(user: User, admin: bool) -> None:
    """Make a user an administrator of the installation, or no longer. Raises Refused("last_admin")."""
    if not admin and user.is_admin and user.is_active:
        _refuse_last_admin(user)
    user.is_admin = admin
    db.session.flush()


def _refuse_last_admin(user: User) -> None:
    others = sa.select(User.id).where(User.is_admin, User.is_active, User.id != user.id).with_for_update()
    if not db.session.scalars(others).all():
        raise Refused("last_admin", name=user.name)


def update_profile(user: User, values: Mapping[str, Any], seen: int | None) -> None:
    """Save what a person chooses about themselves: name, language, theme, single-key shortcuts."""
    expect_version(user, seen)
    user.name, user.lang, user.theme, user.single_keys = values["name"], values["lang"], values["theme"], values["single_keys"]
    db.session.flush()


def change_address(user: User, email: str) -> None:
    """Give a user another address to sign in with. Raises Refused when it is bad or taken; open links to reset the password are closed."""
    address = normal_address(email)
    if address != user.email and by_email(address):
        raise Refused("email_taken", "email", email=address)
    with first_come("email_taken", "email", email=address):
        user.email = address
    links.revoke_all(LinkPurpose.RESET, user.id)


def prefer(user: User, lang: Language | None = None, theme: Theme | None = None) -> None:
    """Note the language or the theme a person chose in the menu; whoever edits the account meanwhile is not disturbed."""
    chosen = {name: value for name, value in (("lang", lang), ("theme", theme)) if value}
    if chosen:
        db.session.execute(sa.update(User).where(User.id == user.id).values(updated_at=User.updated_at, **chosen))


def offer_reset(user: User, lasting: dt.timedelta) -> str:
    """Return the token by which a user may choose a new password once; earlier ones are closed."""
    links.revoke_all(LinkPurpose.RESET, user.id)
    return links.offer(LinkPurpose.RESET, lasting, user.email, user.id)


def reset_password(token: str, password: str) -> User:
    """Choose a new password by a reset link: the link is spent and every session of the user ends."""
    user = user_of_reset(token)
    links.use(links.find(LinkPurpose.RESET, token))
    set_password(user, password)
    return user


def user_of_reset(token: str) -> User:
    """Return whose password a link resets. Raises Refused, also when the account was closed since."""
    user = db.session.get(User, links.find(LinkPurpose.RESET, token).user_id or 0)
    if user is None or not user.is_active:
        raise Refused("link_unknown")
    return user


def offer_first_administrator() -> str:
    """Return the token by which the first administrator makes their account; earlier ones are closed. Refused once there is a user."""
    if any_user():
        raise Refused("not_first")
    links.revoke_all(LinkPurpose.FIRST_ADMIN)
    return links.offer(LinkPurpose.FIRST_ADMIN, FIRST_LINK_LASTS)


def first_link(token: str) -> OneTimeLink:
    """Return the open link of the first administrator. Raises Refused, also once there is a user."""
    link = links.find(LinkPurpose.FIRST_ADMIN, token)
    if any_user():
        raise Refused("not_first")
    return link


def make_first_administrator(token: str, email: str, name: str, password: str, lang: Language) -> User:
    """Make the first account, which administers the installation and may create studies; the link is spent."""
    links.use(first_link(token))
    return create(email, name, password, is_admin=True, may_create_studies=True, lang=lang)


def ensure_admin(settings: Settings) -> User | None:
    """Make the administrator that the settings name, while there is no user; None when there is nothing to do. Own transaction."""
    if not settings.admin_email or any_user():
        return None
    with unit_of_work():
        return create(settings.admin_email, settings.admin_email, settings.admin_password, is_admin=True, may_create_studies=True)


def signed_in_now(user: User) -> None:
    """Note when somebody last signed in, by password or by opening their account from a link."""
    _write_unseen(user, last_sign_in_at=now())


def renew_hash(user: User, renewed_hash: str) -> None:
    """Keep the password's hash at the present cost."""
    _write_unseen(user, password_hash=renewed_hash)


def _write_unseen(user: User, **values: Any) -> None:
    """Write what is no edit of the account: it does not count as changed."""
    db.session.execute(sa.update(User).where(User.id == user.id).values(**values, updated_at=User.updated_at))
