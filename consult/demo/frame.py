"""What the demo study stands on: its users, the terms, the study with its perimeter, segments and team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from consult.accounts import passwords
from consult.accounts import service as accounts
from consult.accounts.models import User
from consult.demo.content import Content
from consult.kernel import refs
from consult.kernel.db import db
from consult.kernel.model import Confidentiality
from consult.studies import members, perimeter, segments
from consult.studies.models import Role, Segment, SegmentKind, Study, StudyState
from consult.terms import service as terms
from consult.terms.models import Term, TermList


@dataclass(frozen=True)
class Frame:
    """The rows that the chapters refer to by the keys of the content; `terms` by list and key."""

    study: Study
    users: Mapping[str, User]
    segments: Mapping[str, Segment]
    terms: Mapping[tuple[TermList, str], Term]


def add_users(content: Content, chosen: Mapping[str, str]) -> dict[str, User]:
    """Make the users with the passwords chosen, by key. These are not held to the rules of strength: nothing real is behind them."""
    users = {}
    for facts in content.users:
        user = accounts.create(
            facts["email"],
            facts["name"],
            is_admin=facts.get("is_admin", False),
            may_create_studies=facts.get("may_create_studies", False),
        )
        user.password_hash = passwords.hashed(chosen[facts["key"]])
        users[facts["key"]] = user
    db.session.flush()
    return users


def add_study(content: Content, users: Mapping[str, User]) -> Study:
    """Make the study and its team."""
    facts = content.study
    study = Study(
        ref=refs.take(Study.ref_prefix)[0],
        state=StudyState(facts["state"]),
        man_days_planned=Decimal(facts["man_days_planned"]),
        default_confidentiality=Confidentiality(facts["default_confidentiality"]),
        **{name: facts[name] for name in ("title", "client", "funder", "provider", "territory_name", "starts_on", "ends_on", "objectives")},
    )
    db.session.add(study)
    db.session.flush()
    for member in content.users:
        if "role" in member:
            members.add_user(study, users[member["key"]], Role(member["role"]))
    return study


def add_perimeter(content: Content) -> None:
    """Add the inter-municipal bodies and, with them, their communes to the study in scope."""
    perimeter.add_areas(content.epci)


def add_segments(content: Content) -> dict[str, Segment]:
    """Add the segments with their quotas to the study in scope, by key."""
    return {facts["key"]: segments.create({**facts, "kind": SegmentKind(facts["kind"])}) for facts in content.segments}


def add_terms(content: Content) -> dict[tuple[TermList, str], Term]:
    """Add the terms of every list, by list and key."""
    lists = (
        (TermList.SPECIALITY, content.specialities),
        (TermList.TAG, content.tags),
        (TermList.COMPONENT, content.components),
        (TermList.PROCESS, content.processes),
    )
    return {(which, key): terms.create(which, *labels) for which, words in lists for key, labels in words.items()}
