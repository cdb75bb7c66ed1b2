"""Fill an empty database with the demo study, chapter by chapter.

Every chapter is one function that takes what the earlier ones made and adds its rows; a new part of the study is a new chapter.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from consult.accounts import passwords, sessions
from consult.accounts import service as accounts
from consult.demo import content as written
from consult.demo.captures import add_captures
from consult.demo.content import Content
from consult.demo.directory import add_organisations, add_people, add_relations
from consult.demo.field import add_field_work, add_targets
from consult.demo.frame import Frame, add_perimeter, add_segments, add_study, add_terms, add_users
from consult.demo.guides import add_guides
from consult.demo.listening import HERE, add_interviews
from consult.kernel import actor, scope
from consult.kernel.db import db, unit_of_work
from consult.kernel.settings import BadSetting, Settings
from consult.studies.models import Role
from consult.web.i18n import _, lang

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Letters and digits that cannot be mistaken for each other when read from a screen."""


class NotADemonstration(RuntimeError):
    """Demo rows were about to enter an ordinary database."""


@dataclass(frozen=True)
class SignIn:
    """One user of the demonstration: address, password as shown once, role as it is called."""

    email: str
    password: str
    role: str


def is_seeded() -> bool:
    """Whether the demonstration's database holds its study already (inside an application context)."""
    return accounts.any_user()


def seed(settings: Settings) -> list[SignIn]:
    """Fill the empty demonstration database in one unit of work; gives the sign-ins (`demo_password` or random ones).

    A database that is filled already is left as it is, and no sign-in is given. Raises NotADemonstration outside the demonstration.
    """
    if not settings.demo:
        raise NotADemonstration("only the demonstration's own database is filled")
    content, chosen = written.load(), _choose(settings)
    with unit_of_work():
        made = fill(content, chosen)
    return _sign_ins(content, chosen) if made else []


def fill(content: Content, chosen: Mapping[str, str]) -> bool:
    """Add the whole demo study in the caller's transaction, with a password for each user's key; says whether it was wanting."""
    if is_seeded():
        return False
    users = add_users(content, chosen)
    lead = users[_key_of(content, Role.LEAD)]
    with actor.acting(actor.Actor(lead.id)):
        study = add_study(content, users)
        with scope.within(scope.Scope(study.id, lead.id, Role.LEAD, Role.LEAD.rank), db.session()):
            add_perimeter(content)
            frame = Frame(study, users, add_segments(content), add_terms(content))
            guides = add_guides(content)
            organisations = add_organisations(content, frame)
            people = add_people(content, organisations)
            add_relations(content, organisations)
            held = add_interviews(content, frame, organisations, people, guides)
            add_field_work(content, frame, add_targets(content, frame, organisations), dt.datetime.now(HERE).date())
            add_captures(content, frame, held, organisations, people)
    return True


def reset_passwords(settings: Settings) -> list[SignIn]:
    """Give every demonstration user a new password and end their sessions; gives the sign-ins."""
    if not settings.demo:
        raise NotADemonstration("only the demonstration's own users have their passwords reset")
    content, chosen = written.load(), _choose(settings)
    with unit_of_work():
        for facts in content.users:
            user = accounts.by_email(facts["email"])
            if user is not None:
                user.password_hash = passwords.hashed(chosen[facts["key"]])
                sessions.end_all(user.id)
    return _sign_ins(content, chosen)


def _key_of(content: Content, role: Role) -> str:
    return next(facts["key"] for facts in content.users if facts.get("role") == role)


def _choose(settings: Settings) -> dict[str, str]:
    if len(settings.demo_password) > passwords.MOST:
        raise BadSetting("demo_password is longer than %(most)s characters", most=passwords.MOST)
    return {facts["key"]: settings.demo_password or _random() for facts in written.load().users}


def _random() -> str:
    """Sixteen characters in four groups: some 79 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _each in range(4)) for _group in range(4))


def _sign_ins(content: Content, chosen: Mapping[str, str]) -> list[SignIn]:
    return [SignIn(facts["email"], chosen[facts["key"]], _called(facts.get("role"))) for facts in content.users]


def _called(role: str | None) -> str:
    return Role(role).label(lang()) if role else _("Administrator")
