"""The names beside the rows of the list of interviews, and what its filters offer: a page asks for all of them in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.interviews.models import (
    Draft,
    Interview,
    Interviewee,
    Interviewer,
    InterviewKind,
    InterviewMode,
    InterviewOrganisation,
    InterviewState,
)
from consult.interviews.taking_part import TEAM
from consult.kernel.db import db
from consult.kernel.model import Confidentiality
from consult.kernel.scope import current
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.organisations.people_models import Person
from consult.studies.models import Membership, Segment
from consult.studies.permissions import may

CHUNK = 500
MOST_OPTIONS = 300
"""How many organisations the filter offers; the search of the list finds the others by name."""


def dates_of(ids: Collection[int]) -> dict[int, dt.date]:
    """Return on which day interviews were held, of those that the reader may know of."""
    return {row.id: row.date for row in db.session.execute(sa.select(Interview.id, Interview.date).where(Interview.id.in_(ids)))}


@dataclass
class InterviewRow:
    """One interview of the list, with the names that belong to it."""

    id: int
    ref: str
    date: dt.date
    kind: InterviewKind
    state: InterviewState
    mode: InterviewMode | None
    place: str | None
    effort_days: Decimal | None
    duration_min: int | None
    confidentiality: Confidentiality
    version: int
    organisations: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    interviewers: list[str] = field(default_factory=list)
    interviewees: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the interview is called: whom it was held with."""
        return ", ".join(self.organisations) or self.ref


COLUMNS = tuple(
    getattr(Interview, name)
    for name in ("id", "ref", "date", "kind", "state", "mode", "place", "effort_days", "duration_min", "confidentiality", "version")
)


@dataclass
class Options:
    """What the filters of the list offer, as (value, label), and whether the reader has text of a new interview that is not saved."""

    segments: list[tuple[str, str]] = field(default_factory=list)
    organisations: list[tuple[str, str]] = field(default_factory=list)
    team: list[tuple[str, str]] = field(default_factory=list)
    drafts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def unsaved(self) -> bool:
        return bool(self.drafts)


def enriched(rows: Sequence[Any], offered: Options | None = None) -> list[InterviewRow]:
    """Return rows of the list with the names of those who take part, one query for each CHUNK of them. The first also fills `offered`
    where it is given, so that a page asks once."""
    made = [InterviewRow(*row[: len(COLUMNS)]) for row in rows]
    for start in range(0, len(made), CHUNK):
        some = {row.id: row for row in made[start : start + CHUNK]}
        _name(some, offered if start == 0 else None)
    return made


def options() -> Options:
    """Return what the filters offer, in one query: segments, the team, organisations with an interview that the reader may read."""
    offered = Options()
    _name({}, offered)
    return offered


def _name(rows: dict[int, InterviewRow], offered: Options | None) -> None:
    ids = list(rows)
    named = [*_organisations_of(ids), _interviewers_of(ids), *_interviewees_of(ids)] if ids else []
    query = sa.union_all(*named, *(_options() if offered is not None else ()))
    for part, key, _place, first, last in db.session.execute(query.order_by("place", "first", "last", "interview_id")):
        whole, _sep, kind = part.partition(":")
        if whole == "offer":
            getattr(offered, kind).append((str(key), first))
            continue
        row, name = rows[key], " ".join(piece for piece in (first, last) if piece)
        if whole != "segments" or name not in row.segments:
            getattr(row, whole).append(name)


def _part(name: str, interview_id: Any, place: Any, first: Any, last: Any) -> sa.Select[Any]:
    return sa.select(
        sa.literal(name).label("part"), interview_id.label("interview_id"), place.label("place"), first.label("first"), last.label("last")
    )


def _organisations_of(ids: list[int]) -> list[sa.Select[Any]]:
    link = InterviewOrganisation
    here = sa.and_(Participation.organisation_id == link.organisation_id, Participation.study_id == link.study_id)
    nothing = sa.literal("")
    names = _part("organisations", link.interview_id, link.position, Organisation.name, nothing)
    segments = _part("segments", link.interview_id, link.position, Segment.label, nothing)
    return [
        names.join(Organisation, Organisation.id == link.organisation_id).where(link.interview_id.in_(ids)),
        segments.join(Participation, here).join(Segment, Segment.id == Participation.segment_id).where(link.interview_id.in_(ids)),
    ]


def _interviewers_of(ids: list[int]) -> sa.Select[Any]:
    asked = _part("interviewers", Interviewer.interview_id, Interviewer.id, User.name, sa.literal(""))
    return asked.join(User, User.id == Interviewer.user_id).where(Interviewer.interview_id.in_(ids))


def _interviewees_of(ids: list[int]) -> list[sa.Select[Any]]:
    """Who answered is named to those who may read people."""
    if not may(current().role, "read_people"):
        return []
    said = _part("interviewees", Interviewee.interview_id, Interviewee.id, sa.func.coalesce(Person.first_name, ""), Person.last_name)
    return [said.join(Person, Person.id == Interviewee.person_id).where(Interviewee.interview_id.in_(ids))]


def _options() -> list[sa.Select[Any]]:
    scope, nothing, level = current(), sa.literal(""), sa.literal(0)
    met = sa.select(InterviewOrganisation.organisation_id).join(Interview, Interview.id == InterviewOrganisation.interview_id)
    bodies = _part("offer:organisations", Organisation.id, level, Organisation.name, nothing).where(Organisation.id.in_(met))
    member = sa.and_(Membership.user_id == User.id, Membership.study_id == scope.study_id, Membership.role.in_(TEAM))
    begun = _part("offer:drafts", sa.func.count(Draft.id), level, nothing, nothing)
    return [
        _part("offer:segments", Segment.id, Segment.position, Segment.label, nothing),
        sa.select(bodies.order_by(Organisation.sort_name, Organisation.id).limit(MOST_OPTIONS).subquery()),
        _part("offer:team", User.id, level, User.name, nothing).join(Membership, member),
        begun.where(Draft.user_id == scope.user_id, Draft.record_id == 0).having(sa.func.count(Draft.id) > 0),
    ]
