"""What the demo study stands on: its users, the terms, the study with its perimeter, segments and team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from consult.accounts import passwords
from consult.accounts import service as accounts
from consult.accounts.models import User
from consult.demo.content import Content, Facts
from consult.kernel import refs
from consult.kernel.db import db
from consult.kernel.model import Confidentiality
from consult.kernel.text import fold
from consult.studies import territory_reference
from consult.studies.models import Membership, PerimeterArea, PerimeterCommune, Role, Segment, SegmentKind, Study, StudyState
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
    members = [facts for facts in content.users if "role" in facts]
    db.session.add_all(Membership(study_id=study.id, user_id=users[each["key"]].id, role=Role(each["role"])) for each in members)
    db.session.flush()
    return study


def add_perimeter(content: Content, study: Study) -> None:
    """Add the inter-municipal bodies and their communes."""
    for siren in content.epci:
        body = territory_reference.epci(siren)
        if body is None:
            raise LookupError(f"{siren} is not in the shipped reference")
        db.session.add(PerimeterArea(study_id=study.id, code=siren, kind="epci", name=body.name))
        db.session.add_all(PerimeterCommune(study_id=study.id, commune_code=c.code) for c in territory_reference.communes_of(siren))
    db.session.flush()


def add_segments(content: Content, study: Study) -> dict[str, Segment]:
    """Add the segments with their quotas, by key."""
    segments = {facts["key"]: _segment(facts, study, place) for place, facts in enumerate(content.segments)}
    db.session.add_all(segments.values())
    db.session.flush()
    return segments


def _segment(facts: Facts, study: Study, place: int) -> Segment:
    return Segment(
        study_id=study.id,
        position=place,
        kind=SegmentKind(facts["kind"]),
        **{name: facts[name] for name in ("label", "goal_min", "goal_max", "definition")},
    )


def add_terms(content: Content) -> dict[tuple[TermList, str], Term]:
    """Add the specialities and tags, by list and key."""
    lists = ((TermList.SPECIALITY, content.specialities), (TermList.TAG, content.tags))
    terms = {
        (which, key): Term(list=which, key=fold(french), label_fr=french, label_en=english)
        for which, words in lists
        for key, (french, english) in words.items()
    }
    db.session.add_all(terms.values())
    db.session.flush()
    return terms
