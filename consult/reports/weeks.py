"""A week of field work in brief: its figures, kept as they stood, and the paragraph made of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from consult.fieldwork.models import Appointment, AppointmentState, ContactAttempt, Outcome
from consult.interviews.models import COUNTED_STATES, Interview, InterviewOrganisation, InterviewState, Review
from consult.kernel.db import db
from consult.kernel.model import now
from consult.kernel.scope import unscoped
from consult.reports import coverage, stages
from consult.reports.models import WeekSnapshot
from consult.reports.pace import Period
from consult.reports.rules import WHY
from consult.studies.models import Study, StudyState

A_WEEK = dt.timedelta(days=7)
RUNNING = (StudyState.LAUNCHED, StudyState.COLLECTION)
"""The states of a study whose weeks are taken by themselves."""


def figures(study_id: int, monday: dt.date, today: dt.date, bounds: tuple[dt.datetime, dt.datetime]) -> dict[str, Any]:
    """Compute a week of a study up to a day. `bounds` are the instants at which the week begins and ends where the study is."""
    with unscoped(WHY):
        row = db.session.execute(sa.select(*_numbers(study_id, monday, today, bounds))).one()
        study = db.session.get_one(Study, study_id)
        period = Period(study.starts_on, study.ends_on)
    return {**{name: value or 0 for name, value in row._mapping.items()}, "segments": _segments(period, today)}


def _numbers(study_id: int, monday: dt.date, today: dt.date, bounds: tuple[dt.datetime, dt.datetime]) -> list[Any]:
    begins, ends = bounds
    last = min(today, monday + A_WEEK - dt.timedelta(days=1))
    attempt, appointment = ContactAttempt, Appointment
    tried = (attempt.study_id == study_id, attempt.at >= begins, attempt.at < ends, attempt.deleted_at.is_(None))
    arranged = (appointment.study_id == study_id, appointment.state != AppointmentState.CANCELLED, appointment.deleted_at.is_(None))
    stands = sa.select(Interview.id).where(Interview.study_id == study_id, Interview.state.in_(COUNTED_STATES))
    validations = (Review.became == InterviewState.VALIDATED, Review.was.not_in(COUNTED_STATES), Review.interview_id.in_(stands))
    reviewed = (Review.study_id == study_id, Review.at >= begins, Review.at < ends, *validations)
    first = _first_met(study_id)
    return [
        _count(first.c.id, first.c.day >= monday, first.c.day <= last).label("met"),
        _count(first.c.id, first.c.day <= last).label("met_total"),
        _count(sa.distinct(attempt.organisation_id), *tried, attempt.outcome == Outcome.REFUSED).label("refused"),
        _count(sa.distinct(attempt.organisation_id), *tried, attempt.outcome == Outcome.UNREACHABLE).label("unreachable"),
        _count(attempt.id, *tried).label("attempts"),
        _count(appointment.id, *arranged, appointment.created_at >= begins, appointment.created_at < ends).label("appointments"),
        _count(appointment.id, *arranged, appointment.starts_at >= ends, appointment.starts_at < ends + A_WEEK).label("next_week"),
        _count(sa.distinct(Review.interview_id), *reviewed).label("validated"),
    ]


def _count(what: Any, *clauses: Any) -> Any:
    return sa.select(sa.func.count(what)).where(*clauses).scalar_subquery()


def _first_met(study_id: int) -> sa.Subquery:
    """When each organisation was first met, whatever became of the interview."""
    met = InterviewOrganisation.organisation_id
    joined = sa.select(met.label("id"), sa.func.min(Interview.date).label("day")).join(
        Interview, Interview.id == InterviewOrganisation.interview_id
    )
    return joined.where(Interview.study_id == study_id, Interview.deleted_at.is_(None)).group_by(met).subquery()


def _segments(period: Period, today: dt.date) -> list[dict[str, Any]]:
    goals, labels = coverage.goals(), coverage.segment_labels()
    counted = coverage.grid("segment", "segment", today).by_row
    return [
        {"label": label, "goal": goal, "held": held, "behind": period.behind(goal, held, today), "missing": max(0, goal - held)}
        for key, label in labels.items()
        if (goal := goals[key][0])
        for held in (counted.get(key, {}).get(stages.HELD, 0),)
    ]


def take(study_id: int, monday: dt.date, today: dt.date, bounds: tuple[dt.datetime, dt.datetime]) -> WeekSnapshot:
    """Keep a week of the study in scope as it stands; one that was taken before it was over is taken anew."""
    found = db.session.scalar(sa.select(WeekSnapshot).where(WeekSnapshot.week == monday))
    if found is None:
        found = WeekSnapshot(study_id=study_id, week=monday)
        db.session.add(found)
    found.figures, found.taken_at = figures(study_id, monday, today, bounds), now()
    db.session.flush()
    return found


def of(monday: dt.date) -> WeekSnapshot | None:
    """Return a week of the study in scope, if it was taken."""
    return db.session.scalar(sa.select(WeekSnapshot).where(WeekSnapshot.week == monday))


def past(limit: int = 60) -> Sequence[WeekSnapshot]:
    """Return the weeks of the study in scope that were taken, the latest first."""
    return db.session.scalars(sa.select(WeekSnapshot).order_by(WeekSnapshot.week.desc()).limit(limit)).all()


def due(monday: dt.date) -> list[int]:
    """Return the studies under way whose week has not been taken."""
    with unscoped("the system takes the week of every study under way"):
        taken = sa.select(WeekSnapshot.study_id).where(WeekSnapshot.week == monday)
        return list(db.session.scalars(sa.select(Study.id).where(Study.state.in_(RUNNING), Study.id.not_in(taken)).order_by(Study.id)))
