"""Users, their server-side sessions, and the one-time links sent to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.kernel.db import Model
from consult.kernel.model import NAME, Audited, Choice, Record, Versioned, choice


class Language(Choice):
    FRENCH = "fr", "Français", "French"
    ENGLISH = "en", "Anglais", "English"


class Theme(Choice):
    SYSTEM = "system", "Comme l’appareil", "Same as device"
    LIGHT = "light", "Clair", "Light"
    DARK = "dark", "Sombre", "Dark"


def initials_of(name: str) -> str:
    """Return one or two capitals that stand for a person where there is no room for the name."""
    words = name.split()
    return "".join(w[0] for w in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


class User(Record, Versioned, Audited, Model):
    """A person who signs in. Deactivated, never deleted: what they did stays theirs."""

    __tablename__ = "user_account"
    audit_skip = Audited.audit_skip | {"password_hash", "last_sign_in_at", "lang", "theme", "single_keys"}

    email: Mapped[str] = mapped_column(sa.String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(sa.String(NAME))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    is_admin: Mapped[bool] = mapped_column(default=False)
    may_create_studies: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    lang: Mapped[Language] = choice(Language, default=Language.FRENCH)
    theme: Mapped[Theme] = choice(Theme, default=Theme.SYSTEM)
    single_keys: Mapped[bool] = mapped_column(default=True)
    last_sign_in_at: Mapped[dt.datetime | None]

    @property
    def initials(self) -> str:
        """One or two capitals that stand for the person where there is no room for the name."""
        return initials_of(self.name)


class UserSession(Model):
    """A signed-in browser. Only the hash of its 256-bit token is kept."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    started_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    agent: Mapped[str | None] = mapped_column(sa.String(NAME))

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class LinkPurpose(Choice):
    FIRST_ADMIN = "first_admin", "Premier administrateur", "First administrator"
    RESET = "reset", "Nouveau mot de passe", "Password reset"
    INVITATION = "invitation", "Invitation", "Invitation"


class OneTimeLink(Record, Model):
    """A link that lets its holder do one thing once, before it expires. Only the hash of its token is kept."""

    __tablename__ = "one_time_link"

    purpose: Mapped[LinkPurpose] = choice(LinkPurpose)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    email: Mapped[str | None] = mapped_column(sa.String(254))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    grants: Mapped[dict[str, Any]] = mapped_column(default=dict)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]


class ThrottleCount(Model):
    """How often something was tried within a window: kept in the database so that it holds over all workers."""

    __tablename__ = "throttle_count"

    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)
