"""What the palette finds: organisations, people and interviews of the study, as far as the reader may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.interviews.models import Interview, InterviewOrganisation
from consult.kernel.db import db
from consult.kernel.text import fold
from consult.organisations.models import Organisation, Site
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation, Person

MOST = 6


@dataclass(frozen=True)
class Hit:
    """A record found: what it is, its id, its name and what tells it from its namesakes."""

    kind: str
    id: int
    name: str
    hint: str


def find(text: str, with_people: bool, with_interviews: bool) -> list[Hit]:
    """Return the records whose search text holds every word of `text`, a few of each kind; nothing for less than two characters."""
    words = fold(text).split()
    if len("".join(words)) < 2:
        return []
    hits = [*_organisations(words), *(_people(words) if with_people else [])]
    return hits + (_interviews(words) if with_interviews else [])


def _holds(column: Any, words: list[str]) -> list[Any]:
    return [column.contains(word, autoescape=True) for word in words]


def _organisations(words: list[str]) -> list[Hit]:
    head = sa.and_(Site.organisation_id == Organisation.id, Site.is_head_office)
    query = (
        sa.select(Organisation.id, Organisation.name, sa.func.coalesce(Site.commune_name, Organisation.ref))
        .join(Participation, Participation.organisation_id == Organisation.id)
        .outerjoin(Site, head)
        .where(*_holds(Participation.search_key, words))
        .order_by(Participation.sort_name, Participation.id)
    )
    return [Hit("organisation", *row) for row in db.session.execute(query.limit(MOST))]


def _people(words: list[str]) -> list[Hit]:
    main = sa.and_(Affiliation.person_id == Person.id, Affiliation.until.is_(None))
    name = sa.func.coalesce(Person.first_name + " ", "") + Person.last_name
    query = (
        sa.select(Person.id, name, sa.func.min(sa.func.coalesce(Organisation.name, "")))
        .outerjoin(Affiliation, main)
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
        .where(*_holds(Person.search_key, words))
        .group_by(Person.id, Person.first_name, Person.last_name, Person.sort_name)
        .order_by(Person.sort_name, Person.id)
    )
    return [Hit("person", row[0], row[1] or "", row[2]) for row in db.session.execute(query.limit(MOST))]


def _interviews(words: list[str]) -> list[Hit]:
    first = sa.and_(InterviewOrganisation.interview_id == Interview.id, InterviewOrganisation.position == 0)
    query = (
        sa.select(Interview.id, Organisation.name, Interview.date, Interview.ref)
        .join(InterviewOrganisation, first)
        .join(Organisation, Organisation.id == InterviewOrganisation.organisation_id)
        .where(sa.or_(sa.and_(*_holds(Organisation.search_key, words)), sa.and_(*_holds(Interview.search_key, words))))
        .order_by(Interview.date.desc(), Interview.id.desc())
    )
    return [Hit("interview", row.id, row.name, f"{row.ref} · {row.date:%d/%m/%Y}") for row in db.session.execute(query.limit(MOST))]
