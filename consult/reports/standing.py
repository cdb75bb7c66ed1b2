"""How far a study is: its segments against their quotas, its targets by disposition, its man-days. Counted like the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from consult.interviews.models import COUNTED_STATES, Interview, InterviewOrganisation, InterviewState
from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.organisations.participation import Disposition, Participation
from consult.reports.rules import WHY
from consult.studies.models import Segment, SegmentKind, Study


@dataclass(frozen=True)
class Coverage:
    """A segment against its quota, in distinct organisations: in the frame, heard (validated), in review, missing to the goal."""

    segment_id: int
    label: str
    kind: SegmentKind
    goal_min: int | None
    goal_max: int | None
    in_frame: int
    heard: int
    in_review: int

    @property
    def gap(self) -> int:
        """How many organisations are still missing to reach the lower goal; 0 when it is reached or there is none."""
        return max(0, (self.goal_min or 0) - self.heard)

    @property
    def rate(self) -> float | None:
        """Heard over the lower goal, None where no goal is set."""
        return self.heard / self.goal_min if self.goal_min else None


def coverage(study_id: int) -> list[Coverage]:
    """Return every segment of a study against its quota, in the order of the study's segments."""
    with unscoped(WHY):
        heard, reviewed = _met(study_id, COUNTED_STATES), _met(study_id, (InterviewState.SUBMITTED, InterviewState.RETURNED))
        on = sa.and_(
            Participation.segment_id == Segment.id,
            Participation.study_id == study_id,
            Participation.in_frame,
            Participation.deleted_at.is_(None),
        )
        in_review = sa.and_(reviewed.c.id.is_not(None), heard.c.id.is_(None))
        query = (
            sa.select(
                Segment.id, Segment.label, Segment.kind, Segment.goal_min, Segment.goal_max,
                sa.func.count(Participation.id), sa.func.count(heard.c.id), sa.func.count(sa.case((in_review, 1))),
            )
            .outerjoin(Participation, on)
            .outerjoin(heard, heard.c.id == Participation.organisation_id)
            .outerjoin(reviewed, reviewed.c.id == Participation.organisation_id)
            .where(Segment.study_id == study_id, Segment.deleted_at.is_(None))
            .group_by(Segment.id, Segment.label, Segment.kind, Segment.goal_min, Segment.goal_max, Segment.position)
            .order_by(Segment.position, Segment.id)
        )  # fmt: skip
        return [Coverage(*row) for row in db.session.execute(query)]


def _met(study_id: int, states: Sequence[InterviewState]) -> sa.Subquery:
    return (
        sa.select(InterviewOrganisation.organisation_id.label("id"))
        .join(Interview, Interview.id == InterviewOrganisation.interview_id)
        .where(Interview.study_id == study_id, Interview.deleted_at.is_(None), Interview.state.in_(states))
        .distinct()
        .subquery()
    )


def dispositions(study_id: int) -> list[tuple[Disposition, int]]:
    """Count the target list by disposition, in the order of the list of dispositions; the counts add up to the frame."""
    present = sa.func.coalesce(Participation.disposition, Disposition.TO_QUALIFY.value)  # one expression: PostgreSQL compares parameters
    with unscoped(WHY):
        query = (
            sa.select(present, sa.func.count())
            .where(Participation.study_id == study_id, Participation.in_frame, Participation.deleted_at.is_(None))
            .group_by(present)
        )
        counts = {Disposition(code): number for code, number in db.session.execute(query)}
    return [(disposition, counts[disposition]) for disposition in Disposition if disposition in counts]


@dataclass(frozen=True)
class Effort:
    """Man-days: planned by the study, and spent on all interviews whatever their state."""

    planned: Decimal | None
    spent: Decimal


def effort(study_id: int) -> Effort:
    """Return the man-days of a study, planned and spent."""
    with unscoped(WHY):
        planned = db.session.scalar(sa.select(Study.man_days_planned).where(Study.id == study_id))
        spent = db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(Interview.effort_days), 0)).where(
                Interview.study_id == study_id, Interview.deleted_at.is_(None)
            )
        )
    return Effort(planned, Decimal(str(spent or 0)))


def progress(study_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return, for each study that has quotas, how many organisations of its target list were heard and the sum of the lower quotas."""
    with unscoped(WHY):
        goals = sa.select(Segment.study_id, sa.func.sum(Segment.goal_min)).where(Segment.study_id.in_(study_ids)).group_by(Segment.study_id)
        wanted = {study_id: goal for study_id, goal in db.session.execute(goals) if goal}
        link = sa.and_(Participation.study_id == Interview.study_id, Participation.organisation_id == InterviewOrganisation.organisation_id)
        heard = (
            sa.select(Interview.study_id, sa.func.count(sa.distinct(InterviewOrganisation.organisation_id)))
            .join(InterviewOrganisation, InterviewOrganisation.interview_id == Interview.id)
            .join(Participation, link)
            .join(Segment, Segment.id == Participation.segment_id)
            .where(Interview.study_id.in_(wanted), Interview.state.in_(COUNTED_STATES), Participation.in_frame)
            .group_by(Interview.study_id)
        )
        done = {row[0]: row[1] for row in db.session.execute(heard)}
    return {study_id: (done.get(study_id, 0), goal) for study_id, goal in wanted.items()}
