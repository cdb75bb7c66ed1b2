"""The figures of a study, counted by the rules of `rules`, and the very rows that each of them counts.

Figures count distinct organisations, never a sum over ways of meeting them, and are computed unfiltered: every member of the team
may know that an organisation was met, whatever the confidentiality of what it said.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from consult.interviews.models import COUNTED_STATES, Interview, Interviewee, InterviewKind, InterviewOrganisation
from consult.kernel.db import db
from consult.kernel.model import AnySelect, now
from consult.kernel.scope import unscoped
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.organisations.people_models import Person
from consult.reports.rules import BY_CODE, PARTS, RULES, WHY, Rule
from consult.studies.models import Segment, Study


@dataclass(frozen=True)
class Figure:
    """A figure with its value at an instant. `value` is None where a small group is masked."""

    rule: Rule
    value: int | Decimal | None
    as_of: dt.datetime

    @property
    def code(self) -> str:
        return self.rule.code


def figures(study_id: int, masked: bool = False) -> list[Figure]:
    """Compute every figure of a study, in the order of `RULES`. `masked` hides groups that the study holds for
    small, for readers outside the team: nobody is to be recognised in them."""
    as_of = now()
    with unscoped(WHY):
        columns = [_value(rule, study_id).label(rule.code) for rule in RULES]
        *values, small = db.session.execute(sa.select(*columns, _small_group(study_id))).one()
    shown = {rule.code: _shown(value or 0, small if masked else 0) for rule, value in zip(RULES, values, strict=True)}
    if any(shown[code] is None for code in PARTS):  # else the one would be the whole without the other
        shown.update(dict.fromkeys(PARTS))
    return [Figure(rule, shown[rule.code], as_of) for rule in RULES]


def _small_group(study_id: int) -> Any:
    return sa.select(Study.small_group).where(Study.id == study_id).scalar_subquery()


def _shown(value: Any, small: int) -> int | Decimal | None:
    number = int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
    return None if 0 < number < small else number


def _value(rule: Rule, study_id: int) -> Any:
    if rule.counts == "days":
        return _interviews(rule, study_id).with_only_columns(sa.func.coalesce(sa.func.sum(Interview.effort_days), 0)).scalar_subquery()
    return sa.select(sa.func.count()).select_from(_counted(rule, study_id).subquery()).scalar_subquery()


def _counted(rule: Rule, study_id: int) -> AnySelect:
    """Select the id of everything the rule counts, each once."""
    if rule.counts == "organisations":
        return _organisations(rule, study_id)
    if rule.counts == "people":
        met = sa.select(Interviewee.person_id).join(Interview, Interview.id == Interviewee.interview_id)
        return met.where(*_is_counted(rule, study_id)).distinct()
    return _interviews(rule, study_id)


def _is_counted(rule: Rule, study_id: int) -> list[Any]:
    clauses = [Interview.study_id == study_id, Interview.deleted_at.is_(None), Interview.state.in_(COUNTED_STATES)]
    if rule.individual is not None:
        kind = InterviewKind.INDIVIDUAL if rule.individual else InterviewKind.CONSULTATION
        clauses.append(Interview.kind == kind)
    return clauses


def _interviews(rule: Rule, study_id: int) -> AnySelect:
    return sa.select(Interview.id).where(*_is_counted(rule, study_id))


def _organisations(rule: Rule, study_id: int) -> AnySelect:
    query = (
        sa.select(InterviewOrganisation.organisation_id)
        .join(Interview, Interview.id == InterviewOrganisation.interview_id)
        .where(*_is_counted(rule, study_id))
        .distinct()
    )
    if rule.kinds is None:
        return query
    frame = sa.and_(
        Participation.study_id == study_id,
        Participation.organisation_id == InterviewOrganisation.organisation_id,
        Participation.in_frame,
        Participation.deleted_at.is_(None),
    )
    return query.join(Participation, frame).join(Segment, Segment.id == Participation.segment_id).where(Segment.kind.in_(rule.kinds))


@dataclass(frozen=True)
class Counted:
    """One line of what a figure counts: the record's id, code and name, and a date or job title beside it."""

    id: int
    ref: str
    name: str
    beside: Any


def drill_down(study_id: int, code: str, limit: int = 1000) -> list[Counted]:
    """Return the very rows that a figure counts, by name. Raises KeyError for an unknown figure.

    Organisations are listed whole, since every member of the team may know who was met; interviews and the people in them only as far
    as the scope in force may read them.
    """
    rule = BY_CODE[code]
    if rule.counts == "organisations":
        with unscoped(WHY):
            return _listed(_organisation_lines(study_id, _counted(rule, study_id)).limit(limit))
    if rule.counts == "people":
        return _listed(_people_lines(_counted(rule, study_id)).limit(limit))
    return _listed(_interview_lines(_interviews(rule, study_id)).limit(limit))


def _listed(query: AnySelect) -> list[Counted]:
    return [Counted(*row) for row in db.session.execute(query)]


def _organisation_lines(study_id: int, ids: AnySelect) -> AnySelect:
    mine = sa.and_(Participation.organisation_id == Organisation.id, Participation.study_id == study_id)
    return (
        sa.select(Organisation.id, Organisation.ref, Organisation.name, Segment.label)
        .select_from(Organisation)
        .join(Participation, mine)
        .outerjoin(Segment, Segment.id == Participation.segment_id)
        .where(Organisation.id.in_(ids))
        .order_by(Organisation.sort_name, Organisation.id)
    )


def _people_lines(ids: AnySelect) -> AnySelect:
    name = sa.func.coalesce(Person.first_name + " ", "") + Person.last_name
    return sa.select(Person.id, Person.ref, name, sa.null()).where(Person.id.in_(ids)).order_by(Person.sort_name, Person.id)


def _interview_lines(ids: AnySelect) -> AnySelect:
    first = sa.and_(InterviewOrganisation.interview_id == Interview.id, InterviewOrganisation.position == 0)
    return (
        sa.select(Interview.id, Interview.ref, Organisation.name, Interview.date)
        .join(InterviewOrganisation, first)
        .join(Organisation, Organisation.id == InterviewOrganisation.organisation_id)
        .where(Interview.id.in_(ids))
        .order_by(Interview.date, Interview.id)
    )
