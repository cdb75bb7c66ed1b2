"""The list of interviews: what is selected, what it can be narrowed and sorted by, and what the page adds to its rows in a few queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
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
    readable,
)
from consult.interviews.taking_part import TEAM
from consult.kernel.db import db
from consult.kernel.listing import ListSource, members_of, whole_numbers
from consult.kernel.model import Confidentiality
from consult.kernel.scope import current
from consult.kernel.text import fold
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.organisations.people_models import Person
from consult.studies.models import Membership, Segment

CHUNK = 500
NOTHING = -1
MOST_OPTIONS = 300
"""How many organisations the filter offers; the search of the list finds the others by name."""


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


def source() -> ListSource:
    """Return how the list of interviews is read in the study in scope."""
    first = sa.and_(InterviewOrganisation.interview_id == Interview.id, InterviewOrganisation.position == 0)
    here = sa.and_(
        Participation.organisation_id == InterviewOrganisation.organisation_id, Participation.study_id == InterviewOrganisation.study_id
    )
    rows = sa.select(*COLUMNS).outerjoin(InterviewOrganisation, first).outerjoin(Participation, here)
    return ListSource(
        rows=rows, base=sa.select(Interview.id), key=Interview.id, sorts=_sorts(), filters=FILTERS, search=matching,
        default_sort="date", default_descending=True,
    )  # fmt: skip


def _sorts() -> dict[str, Any]:
    return {
        "date": Interview.date,
        "organisation": sa.func.coalesce(Participation.sort_name, ""),
        "state": Interview.state,
        "effort": sa.cast(sa.func.coalesce(Interview.effort_days, NOTHING) * 100, sa.Integer),
        "ref": Interview.ref,
    }


def matching(text: str) -> sa.ColumnElement[bool]:
    """Return the clause that an interview holds every word: in its notes, or in a name of an organisation or of a person who takes part."""
    words = fold(text).split()[:12]
    return sa.and_(*(_holds(word) for word in words)) if words else sa.false()


def _holds(word: str) -> sa.ColumnElement[bool]:
    of_organisation = (
        sa.select(InterviewOrganisation.interview_id)
        .join(Participation, Participation.organisation_id == InterviewOrganisation.organisation_id)
        .where(Participation.search_key.contains(word, autoescape=True))
    )
    of_person = (
        sa.select(Interviewee.interview_id)
        .join(Person, Person.id == Interviewee.person_id)
        .where(Person.search_key.contains(word, autoescape=True))
    )
    return sa.or_(Interview.search_key.contains(word, autoescape=True), Interview.id.in_(of_organisation), Interview.id.in_(of_person))


def _codes(column: Any, members: Any) -> Any:
    return lambda values: column.in_(members_of(members, values))


def _concerning(values: Sequence[str]) -> sa.ColumnElement[bool]:
    links = sa.select(InterviewOrganisation.interview_id).where(InterviewOrganisation.organisation_id.in_(whole_numbers(values)))
    return Interview.id.in_(links)


def _in_segments(values: Sequence[str]) -> sa.ColumnElement[bool]:
    links = (
        sa.select(InterviewOrganisation.interview_id)
        .join(Participation, Participation.organisation_id == InterviewOrganisation.organisation_id)
        .where(Participation.segment_id.in_(whole_numbers(values)))
    )
    return Interview.id.in_(links)


def _held_by(values: Sequence[str]) -> sa.ColumnElement[bool]:
    return Interview.id.in_(sa.select(Interviewer.interview_id).where(Interviewer.user_id.in_(whole_numbers(values))))


def _mine(_values: Sequence[str]) -> sa.ColumnElement[bool]:
    me = current().user_id
    return sa.or_(Interview.created_by_id == me, Interview.id.in_(sa.select(Interviewer.interview_id).where(Interviewer.user_id == me)))


def _between(values: Sequence[str]) -> sa.ColumnElement[bool]:
    since, until = (*(_day(v) for v in values[:2]), None, None)[:2]
    clauses = ([Interview.date >= since] if since else []) + ([Interview.date <= until] if until else [])
    return sa.and_(sa.true(), *clauses)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


FILTERS = {
    "state": _codes(Interview.state, InterviewState),
    "kind": _codes(Interview.kind, InterviewKind),
    "mode": _codes(Interview.mode, InterviewMode),
    "confidentiality": _codes(Interview.confidentiality, Confidentiality),
    "organisation": _concerning,
    "segment": _in_segments,
    "interviewer": _held_by,
    "period": _between,
    "mine": _mine,
}


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
    named = [*_organisations_of(ids), _interviewers_of(ids), _interviewees_of(ids)] if ids else []
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


def _interviewees_of(ids: list[int]) -> sa.Select[Any]:
    said = _part("interviewees", Interviewee.interview_id, Interviewee.id, sa.func.coalesce(Person.first_name, ""), Person.last_name)
    return said.join(Person, Person.id == Interviewee.person_id).where(Interviewee.interview_id.in_(ids))


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


def of_organisation(organisation_id: int) -> Sequence[Any]:
    """Return the interviews with an organisation, newest first: (id, ref, date, kind, state, mode, summary)."""
    query = (
        sa.select(Interview.id, Interview.ref, Interview.date, Interview.kind, Interview.state, Interview.mode, Interview.summary)
        .join(InterviewOrganisation, InterviewOrganisation.interview_id == Interview.id)
        .where(InterviewOrganisation.organisation_id == organisation_id)
        .order_by(Interview.date.desc(), Interview.id.desc())
    )
    return db.session.execute(query).all()


def last_of(organisation_ids: Sequence[int]) -> dict[int, Any]:
    """Return the last interview of each organisation, as (organisation_id, date, state), for those that have one; one query."""
    place = sa.func.row_number().over(
        partition_by=InterviewOrganisation.organisation_id, order_by=(Interview.date.desc(), Interview.id.desc())
    )
    ranked = (
        sa.select(InterviewOrganisation.organisation_id, Interview.date, Interview.state, place.label("place"))
        .join(Interview, Interview.id == InterviewOrganisation.interview_id)
        .where(InterviewOrganisation.organisation_id.in_(list(organisation_ids)))
        .subquery()
    )
    return {row.organisation_id: row for row in db.session.execute(sa.select(ranked).where(ranked.c.place == 1))}


def rail_count() -> Any:
    """Return, as one number to select, how many interviews of the study the reader may read."""
    scope = current()
    return (
        sa.select(sa.func.count(Interview.id))
        .where(Interview.study_id == scope.study_id, Interview.deleted_at.is_(None), readable(scope))
        .scalar_subquery()
    )
