"""The coverage of a study: its targets by role, workforce, territory, activity or segment, as far as each was heard, against the quotas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.scope import current
from consult.organisations import listing
from consult.organisations.models import Organisation, Site
from consult.organisations.participation import Disposition, Participation
from consult.reports import stages
from consult.reports.pace import Period
from consult.studies import territory_reference
from consult.studies.models import Segment

NONE = "none"
MEASURES = ("targets", *stages.STAGES)
Counts = dict[str, int]


def _group_of(code: str | None) -> str:
    """Return the inter-municipal body of a commune; the commune itself where it belongs to none."""
    commune = territory_reference.commune(code) if code else None
    return commune.epci if commune and commune.epci else code or NONE


@dataclass(frozen=True)
class Dimension:
    """What targets are told apart by: the column read, what its values become, and the filter of the target list that finds them again."""

    code: str
    filter: str
    column: Callable[[], Any]
    becomes: Callable[[Any], str] = lambda value: NONE if value is None else str(getattr(value, "value", value))


DIMENSIONS = {
    each.code: each
    for each in (
        Dimension("segment", "segment", lambda: Participation.segment_id),
        Dimension("role", "first_role", listing.primary_role),
        Dimension("workforce", "workforce_band", lambda: Organisation.workforce_band),
        Dimension("territory", "territory", lambda: Site.commune_code, _group_of),
        Dimension("activity", "activity", lambda: Organisation.naf_code),
    )
}


@dataclass
class Grid:
    """Counts by the values of two dimensions, and of each alone; `goals` by segment."""

    rows: Dimension
    columns: Dimension
    cells: dict[tuple[str, str], Counts] = field(default_factory=dict)
    by_row: dict[str, Counts] = field(default_factory=dict)
    by_column: dict[str, Counts] = field(default_factory=dict)
    total: Counts = field(default_factory=lambda: dict.fromkeys(MEASURES, 0))

    def add(self, row: str, column: str, counts: Counts) -> None:
        """Count some targets in their cell, their row, their column and the whole."""
        none = dict.fromkeys(MEASURES, 0)
        cell = self.cells.setdefault((row, column), none.copy())
        alone = self.by_row.setdefault(row, none.copy()), self.by_column.setdefault(column, none.copy())
        for known in (cell, *alone, self.total):
            for measure, number in counts.items():
                known[measure] += number


def grid(rows: str, columns: str, today: dt.date) -> Grid:
    """Count the targets of the study in scope by two dimensions, in one statement. Each target is in one cell."""
    one, other = DIMENSIONS[rows], DIMENSIONS[columns]
    made = Grid(one, other)
    for row, column, *numbers in db.session.execute(_counted(one, other, today)):
        made.add(one.becomes(row), other.becomes(column), dict(zip(MEASURES, map(int, numbers), strict=True)))
    return made


def _counted(one: Dimension, other: Dimension, today: dt.date) -> Any:
    heard = stages.reached(current().study_id, today)
    head = sa.and_(Site.organisation_id == Participation.organisation_id, Site.is_head_office)
    scheduled = sa.and_(Participation.disposition == Disposition.SCHEDULED, heard.c.organisation_id.is_(None))
    sums = [sa.func.sum(sa.func.coalesce(heard.c[stage], 0)) for stage in (stages.HELD, stages.SUBMITTED, stages.VALIDATED)]
    keys = (one.column().label("one"), other.column().label("other"))
    return (
        sa.select(*keys, sa.func.count(Participation.id), sa.func.sum(sa.case((scheduled, 1), else_=0)), *sums)
        .select_from(Participation)
        .join(Organisation, Organisation.id == Participation.organisation_id)
        .outerjoin(Site, head)
        .outerjoin(heard, heard.c.organisation_id == Participation.organisation_id)
        .where(Participation.in_frame)
        .group_by("one", "other")
    )


@dataclass(frozen=True)
class Line:
    """A value of a dimension with its counts, and against its goal where it has one."""

    key: str
    label: str
    counts: Counts
    goal: int | None
    goal_max: int | None
    counted: int
    expected: int | None

    @property
    def gap(self) -> int | None:
        """How many are missing to the goal; None without one."""
        return None if not self.goal else max(0, self.goal - self.counted)

    @property
    def behind(self) -> int:
        """By how many it is behind the pace that would reach the goal on the last day."""
        return 0 if self.expected is None else max(0, self.expected - self.counted)


@dataclass(frozen=True)
class Measured:
    """What a grid is measured against: the quotas by key, the study's days, today, and the stage that counts."""

    goals: Mapping[str, tuple[int | None, int | None]]
    period: Period
    today: dt.date
    counts: str

    def line(self, key: str, label: str, numbers: Counts) -> Line:
        """Return a value of a dimension against its goal."""
        low, high = self.goals.get(key, (None, None))
        return Line(key, label, numbers, low, high, numbers[self.counts], self.period.expected(low, self.today))

    def whole(self, label: str, numbers: Counts) -> Line:
        """Return all targets against the sum of the goals."""
        low = sum(goal or 0 for goal, _most in self.goals.values()) or None
        high = sum(most or goal or 0 for goal, most in self.goals.values()) or None
        return Line("", label, numbers, low, high, numbers[self.counts], self.period.expected(low, self.today))


def lines(made: Grid, labels: Mapping[str, str], measured: Measured) -> list[Line]:
    """Return the rows of a grid in the order of `labels`: those with targets, and those with a goal."""
    keys = [key for key in labels if key in made.by_row or key in measured.goals]
    keys += sorted(set(made.by_row) - set(labels))
    none = dict.fromkeys(MEASURES, 0)
    return [measured.line(key, labels.get(key, key), made.by_row.get(key, none)) for key in keys]


def goals() -> dict[str, tuple[int | None, int | None]]:
    """Return the quotas of the segments of the study in scope, by the segment's key."""
    rows = db.session.execute(sa.select(Segment.id, Segment.goal_min, Segment.goal_max).order_by(Segment.position, Segment.id))
    return {str(row.id): (row.goal_min, row.goal_max) for row in rows}


def segment_labels() -> dict[str, str]:
    """Return the segments of the study in scope, in their order."""
    rows = db.session.execute(sa.select(Segment.id, Segment.label).order_by(Segment.position, Segment.id))
    return {str(row.id): row.label for row in rows}
