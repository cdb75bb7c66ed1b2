"""How far the interview with a target is: scheduled, held, submitted, validated. Counted in distinct organisations, each stage holding
those that come after it; unfiltered, since every member of the team may know who was met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from consult.interviews.models import COUNTED_STATES, Interview, InterviewOrganisation, InterviewState
from consult.organisations.participation import Disposition, Participation

SCHEDULED, HELD, SUBMITTED, VALIDATED = STAGES = ("scheduled", "held", "submitted", "validated")
COUNTING = (VALIDATED, SUBMITTED, HELD)
"""The stages that may be counted against a goal."""
STATES: dict[str, tuple[InterviewState, ...]] = {
    HELD: tuple(InterviewState),
    SUBMITTED: (InterviewState.SUBMITTED, InterviewState.RETURNED, *COUNTED_STATES),
    VALIDATED: COUNTED_STATES,
}
_interview: Any = Interview.__table__
_link: Any = InterviewOrganisation.__table__


def reached(study_id: Any, today: dt.date) -> sa.Subquery:
    """Return a subquery with a row for each organisation of a study that was met by a day: its id, and 1 or 0 for each stage."""
    flags = [sa.func.max(sa.case((_interview.c.state.in_(_codes(stage)), 1), else_=0)).label(stage) for stage in COUNTING]
    return _met(*flags).where(_interview.c.study_id == study_id, _interview.c.date <= today).group_by(_link.c.organisation_id).subquery()


def _met(*columns: Any) -> sa.Select[Any]:
    joined = _link.join(_interview, sa.and_(_interview.c.id == _link.c.interview_id, _interview.c.deleted_at.is_(None)))
    return sa.select(_link.c.organisation_id, *columns).select_from(joined)


def _codes(stage: str) -> list[str]:
    return [state.value for state in STATES[stage]]


def at(stage: str, today: dt.date) -> sa.ColumnElement[bool]:
    """Return the clause that a participation is at a stage: an interview with it is that far, or one is arranged and none was held."""
    if stage == SCHEDULED:
        return sa.and_(Participation.disposition == Disposition.SCHEDULED, ~at(HELD, today))
    here = (_link.c.study_id == Participation.study_id, _link.c.organisation_id == Participation.organisation_id)
    query = _met().where(*here, _interview.c.date <= today, _interview.c.state.in_(_codes(stage)))
    return query.correlate(Participation).exists()


def clause(today: Callable[[], dt.date]) -> Callable[[Sequence[str]], sa.ColumnElement[bool]]:
    """Return the filter of the target list by stage."""
    return lambda values: sa.or_(sa.false(), *(at(stage, today()) for stage in values if stage in STAGES))
