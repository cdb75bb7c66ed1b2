"""The counting rules: the one place that says what a figure counts, used by the page, the workbook, the sentence and the command line.

Figures count distinct organisations, never a sum over ways of meeting them, and are computed unfiltered: every member of the team
may know that an organisation was met, whatever the confidentiality of what it said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from consult.interviews.models import COUNTED_STATES, Interview, Interviewee, InterviewKind, InterviewOrganisation, InterviewState
from consult.kernel.db import db
from consult.kernel.model import AnySelect, now
from consult.kernel.scope import unscoped
from consult.organisations.models import Organisation
from consult.organisations.participation import Disposition, Participation
from consult.organisations.people_models import Person
from consult.studies.models import Segment, SegmentKind, Study

WHY = "figures count every organisation met, whatever the reader may read of what was said"
SMALL_GROUP = 3
"""Counts from 1 below this are masked for readers outside the team, so that nobody is recognised in them."""


@dataclass(frozen=True)
class Rule:
    """What a figure is: its code, its label and definition in both languages, and the rows it counts.

    `counts` is "organisations", "interviews", "people" or "days"; `kinds` restricts to segments, `individual` to individual interviews.
    """

    code: str
    fr: str
    en: str
    definition_fr: str
    definition_en: str
    counts: str
    kinds: frozenset[SegmentKind] | None = None
    individual: bool | None = None
    headline: bool = False

    def label(self, lang: str) -> str:
        """Return the figure's name."""
        return self.fr if lang == "fr" else self.en

    def definition(self, lang: str) -> str:
        """Return what the figure counts, in one sentence."""
        return self.definition_fr if lang == "fr" else self.definition_en


@dataclass(frozen=True)
class Figure:
    """A figure with its value at an instant. `value` is None where a small group is masked."""

    rule: Rule
    value: int | Decimal | None
    as_of: dt.datetime

    @property
    def code(self) -> str:
        return self.rule.code


BRANDS, SUBCONTRACTORS = frozenset({SegmentKind.BRAND}), frozenset({SegmentKind.SUBCONTRACTOR})
COMPANIES = BRANDS | SUBCONTRACTORS

RULES: tuple[Rule, ...] = (
    Rule(
        "met_individually", "Entreprises rencontrées en entretien individuel", "Companies met individually",
        "Organisations distinctes des segments Marque ou Sous-traitant ayant au moins un entretien individuel validé.",
        "Distinct organisations of the Brand or Subcontractor segments with at least one validated individual interview.",
        "organisations", COMPANIES, True, True,
    ),
    Rule(
        "met_brands", "dont marques", "of which brands",
        "Organisations distinctes du segment Marque ayant au moins un entretien individuel validé.",
        "Distinct organisations of the Brand segment with at least one validated individual interview.",
        "organisations", BRANDS, True, True,
    ),
    Rule(
        "met_subcontractors", "dont sous-traitants", "of which subcontractors",
        "Organisations distinctes du segment Sous-traitant ayant au moins un entretien individuel validé.",
        "Distinct organisations of the Subcontractor segment with at least one validated individual interview.",
        "organisations", SUBCONTRACTORS, True, True,
    ),
    Rule(
        "outside", "Entreprises hors du territoire", "Companies outside the territory",
        "Organisations distinctes du segment Hors territoire ayant au moins un entretien ou une consultation validés.",
        "Distinct organisations of the Outside the territory segment with at least one validated interview or consultation.",
        "organisations", frozenset({SegmentKind.OUTSIDE}), None, True,
    ),
    Rule(
        "institutions", "Acteurs institutionnels", "Institutional stakeholders",
        "Organisations distinctes du segment Acteur institutionnel ayant au moins un entretien ou une consultation validés.",
        "Distinct organisations of the Institutional stakeholder segment with at least one validated interview or consultation.",
        "organisations", frozenset({SegmentKind.INSTITUTION}), None, True,
    ),
    Rule(
        "organisations_heard", "Organisations entendues", "Organisations heard",
        "Organisations distinctes ayant au moins un entretien ou une consultation validés, tous segments confondus, comptées une fois.",
        "Distinct organisations with at least one validated interview or consultation, whatever the segment; each counts once.",
        "organisations",
    ),
    Rule(
        "individual_interviews", "Entretiens individuels validés", "Validated individual interviews",
        "Entretiens individuels validés ; un entretien avec plusieurs organisations compte une fois.",
        "Validated individual interviews; one with several organisations counts once.",
        "interviews", None, True,
    ),
    Rule(
        "consultations", "Consultations validées", "Validated consultations",
        "Consultations validées (appel, courriel ou réponse écrite) ; une consultation avec plusieurs organisations compte une fois.",
        "Validated consultations (call, e-mail or written reply); one with several organisations counts once.",
        "interviews", None, False,
    ),
    Rule(
        "people_met", "Personnes rencontrées", "People met",
        "Personnes distinctes ayant pris part à au moins un entretien ou une consultation validés.",
        "Distinct people who took part in at least one validated interview or consultation.",
        "people",
    ),
    Rule(
        "effort_days", "Jours-homme passés en entretiens", "Man-days spent on interviews",
        "Somme des jours-homme saisis sur les entretiens et consultations validés.",
        "Sum of the man-days entered on validated interviews and consultations.",
        "days",
    ),
)  # fmt: skip
BY_CODE = {rule.code: rule for rule in RULES}
PARTS = ("met_brands", "met_subcontractors")
"""The figures of which another is the whole: they are masked together."""


def figures(study_id: int, masked: bool = False) -> list[Figure]:
    """Compute every figure of a study, in the order of `RULES`. `masked` hides groups of one or two, for readers outside the team."""
    as_of = now()
    with unscoped(WHY):
        columns = [_value(rule, study_id).label(rule.code) for rule in RULES]
        row = db.session.execute(sa.select(*columns)).one()
    shown = {rule.code: _shown(value or 0, masked) for rule, value in zip(RULES, row, strict=True)}
    if any(shown[code] is None for code in PARTS):  # else the one would be the whole without the other
        shown.update(dict.fromkeys(PARTS))
    return [Figure(rule, shown[rule.code], as_of) for rule in RULES]


def _shown(value: Any, masked: bool) -> int | Decimal | None:
    number = int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
    return None if masked and 0 < number < SMALL_GROUP else number


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
