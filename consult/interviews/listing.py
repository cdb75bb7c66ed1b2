"""The list of interviews: what is selected, what it can be narrowed and sorted by; and the interviews of one organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from consult.interviews.models import (
    Interview,
    Interviewee,
    Interviewer,
    InterviewKind,
    InterviewMode,
    InterviewOrganisation,
    InterviewState,
    readable,
)
from consult.interviews.naming import COLUMNS
from consult.kernel.db import db
from consult.kernel.listing import ListSource, days, members_of, whole_numbers
from consult.kernel.model import Confidentiality
from consult.kernel.scope import current
from consult.kernel.text import fold
from consult.organisations.participation import Participation
from consult.organisations.people_models import Person
from consult.studies.permissions import may

NOTHING = -1


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
    """Return the clause that an interview holds every word: in its notes, in a name of an organisation that it concerns or, for those who
    may read people, of a person who answered."""
    words = fold(text).split()[:12]
    return sa.and_(*(sa.or_(*_places(word)) for word in words)) if words else sa.false()


def _places(word: str) -> list[sa.ColumnElement[bool]]:
    of_organisation = (
        sa.select(InterviewOrganisation.interview_id)
        .join(Participation, Participation.organisation_id == InterviewOrganisation.organisation_id)
        .where(Participation.search_key.contains(word, autoescape=True))
    )
    places = [Interview.search_key.contains(word, autoescape=True), Interview.id.in_(of_organisation)]
    if may(current().role, "read_people"):
        answered = sa.select(Interviewee.interview_id).join(Person, Person.id == Interviewee.person_id)
        places.append(Interview.id.in_(answered.where(Person.search_key.contains(word, autoescape=True))))
    return places


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
    since, until = days(values)
    clauses = ([Interview.date >= since] if since else []) + ([Interview.date <= until] if until else [])
    return sa.and_(sa.true(), *clauses)


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


def of_organisation(organisation_id: int) -> Sequence[Any]:
    """Return the interviews with an organisation, newest first: (id, ref, date, kind, state, mode, summary)."""
    query = (
        sa.select(Interview.id, Interview.ref, Interview.date, Interview.kind, Interview.state, Interview.mode, Interview.summary)
        .join(InterviewOrganisation, InterviewOrganisation.interview_id == Interview.id)
        .where(InterviewOrganisation.organisation_id == organisation_id)
        .order_by(Interview.date.desc(), Interview.id.desc())
    )
    return db.session.execute(query).all()


def last_with(person_id: int) -> Any:
    """Return the last interview in which a person answered, as (id, date, kind); None where there is none that the reader may know of."""
    query = sa.select(Interview.id, Interview.date, Interview.kind).join(Interviewee, Interviewee.interview_id == Interview.id)
    return db.session.execute(query.where(Interviewee.person_id == person_id).order_by(Interview.date.desc()).limit(1)).first()


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
