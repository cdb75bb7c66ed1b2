"""What is read of answers: the interviews chosen, the questions asked in them, and what was answered; only what the reader may read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.guides.models import Guide, GuideItem, GuideSection, GuideVersion, Question, QuestionOption, QuestionVersion
from consult.interviews.answer_models import Answer
from consult.interviews.answer_values import COLUMN_OF
from consult.interviews.models import COUNTED_STATES, Interview, InterviewOrganisation
from consult.kernel.db import db
from consult.kernel.model import AnySelect, Confidentiality
from consult.organisations.models import Organisation, OrganisationRole, RoleKind
from consult.organisations.participation import Participation
from consult.organisations.people_models import Person
from consult.studies.models import Segment
from consult.terms.models import Term


@dataclass(frozen=True)
class Chosen:
    """Which interviews are read, and for whom: for partners, nothing strict is counted and small groups are hidden. `by` makes groups."""

    guide: int | None = None
    segment: int | None = None
    role: RoleKind | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    validated: bool = False
    by: str = "segment"
    for_partners: bool = False


def interviews(chosen: Chosen) -> dict[int, Any]:
    """Return the interviews chosen, by id: ref, date, level, guide version and guide, and the first organisation with its segment."""
    query = sa.select(
        Interview.id, Interview.ref, Interview.date, Interview.state, Interview.confidentiality, Interview.guide_version_id,
        GuideVersion.guide_id, InterviewOrganisation.organisation_id, Organisation.name, Participation.segment_id,
    )  # fmt: skip
    return {row.id: row for row in db.session.execute(_narrowed(query, chosen).order_by(Interview.date, Interview.id))}


def _narrowed(query: AnySelect, chosen: Chosen) -> AnySelect:
    first = sa.and_(InterviewOrganisation.interview_id == Interview.id, InterviewOrganisation.position == 0)
    narrowed = (
        query.outerjoin(InterviewOrganisation, first)
        .outerjoin(Organisation, Organisation.id == InterviewOrganisation.organisation_id)
        .outerjoin(Participation, Participation.organisation_id == InterviewOrganisation.organisation_id)
        .outerjoin(GuideVersion, GuideVersion.id == Interview.guide_version_id)
    )
    return narrowed.where(*_clauses(chosen))


def _clauses(chosen: Chosen) -> list[Any]:
    in_role = sa.select(OrganisationRole.organisation_id).where(OrganisationRole.role == chosen.role)
    every: tuple[tuple[Any, Callable[[], Any]], ...] = (
        (chosen.guide, lambda: GuideVersion.guide_id == chosen.guide),
        (chosen.segment, lambda: Participation.segment_id == chosen.segment),
        (chosen.role, lambda: InterviewOrganisation.organisation_id.in_(in_role)),
        (chosen.since, lambda: Interview.date >= chosen.since),
        (chosen.until, lambda: Interview.date <= chosen.until),
        (chosen.validated, lambda: Interview.state.in_(COUNTED_STATES)),
        (chosen.for_partners, lambda: Interview.confidentiality != Confidentiality.STRICT),
    )
    return [clause() for asked, clause in every if asked]


def answers(chosen: Chosen, question_id: int | None = None) -> Sequence[Any]:
    """Return what was answered in the interviews chosen: every column of an answer, to one question or to all."""
    names = [each.key for each in sa.inspect(Answer).column_attrs if not each.key.endswith(("_at", "_by_id"))]
    columns: list[Any] = [getattr(Answer, name) for name in names]  # through the class: only then is Answer filtered by level
    query = _narrowed(sa.select(*columns).join(Interview, Interview.id == Answer.interview_id), chosen)
    if question_id is not None:
        query = query.where(Answer.question_id == question_id)
    query = query.where(*_of_partners(chosen))
    return db.session.execute(query.order_by(Answer.interview_id, Answer.question_id)).all()


def answered(chosen: Chosen) -> Sequence[Any]:
    """Return which questions have a value in which of the interviews chosen, as (question_id, interview_id): no text is read for it."""
    has_value = sa.or_(*(getattr(Answer, column).is_not(None) for column in sorted(set(COLUMN_OF.values()))))
    columns: list[Any] = [Answer.question_id, Answer.interview_id]
    query = _narrowed(sa.select(*columns).join(Interview, Interview.id == Answer.interview_id), chosen)
    query = query.where(Answer.missing.is_(None), has_value, *_of_partners(chosen))
    return db.session.execute(query.order_by(Answer.interview_id, Answer.question_id)).all()


def _of_partners(chosen: Chosen) -> list[Any]:
    return [Answer.confidentiality != Confidentiality.STRICT] if chosen.for_partners else []


@dataclass(frozen=True)
class Asked:
    """A question with its last wording, where it is asked first, and the versions of guides that ask it."""

    id: int
    key: str
    wording: QuestionVersion
    guide: Guide
    section: GuideSection
    versions: frozenset[int]


def questions() -> list[Asked]:
    """Return every question that a guide asks or asked, in the order of the guides; in one query."""
    query = (
        sa.select(GuideItem.question_id, GuideItem.version_id, Question.key, QuestionVersion, Guide, GuideSection)
        .join(Question, Question.id == GuideItem.question_id)
        .join(QuestionVersion, QuestionVersion.id == GuideItem.question_version_id)
        .join(GuideSection, GuideSection.id == GuideItem.section_id)
        .join(GuideVersion, GuideVersion.id == GuideItem.version_id)
        .join(Guide, Guide.id == GuideItem.guide_id)
        .order_by(Guide.code, GuideVersion.number.desc(), GuideSection.position, GuideItem.position, GuideItem.id)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.question_id, []).append(row)
    return [_asked(rows) for rows in found.values()]


def _asked(rows: Sequence[Any]) -> Asked:
    first, last = rows[0], max((row.QuestionVersion for row in rows), key=lambda wording: wording.number)
    return Asked(first.question_id, first.key, last, first.Guide, first.GuideSection, frozenset(row.version_id for row in rows))


def wordings(question_id: int | None = None) -> dict[int, QuestionVersion]:
    """Return how a question, or every question, is and was worded, by id."""
    query = sa.select(QuestionVersion)
    if question_id is not None:
        query = query.where(QuestionVersion.question_id == question_id)
    return {row.id: row for row in db.session.scalars(query.order_by(QuestionVersion.number))}


def options(question_id: int | None, lang: str) -> dict[int, dict[str, str]]:
    """Return the labels of options by question and code, in their order, as they were last worded."""
    query = sa.select(QuestionOption).join(QuestionVersion, QuestionVersion.id == QuestionOption.question_version_id)
    if question_id is not None:
        query = query.where(QuestionOption.question_id == question_id)
    found: dict[int, dict[str, str]] = {}
    for option in db.session.scalars(query.order_by(QuestionVersion.number.desc(), QuestionOption.position)):
        found.setdefault(option.question_id, {}).setdefault(option.code, option.label(lang))
    return found


NAMED: dict[str, tuple[Any, Any]] = {
    "value_organisation_id": (Organisation.id, Organisation.name),
    "value_person_id": (Person.id, sa.func.coalesce(Person.first_name + " ", "") + Person.last_name),
    "value_term_id": (Term.id, Term.label_fr),
}
"""Columns of an answer that name a record, with its id and name."""


def names(column: str, ids: Sequence[int], lang: str) -> dict[int, str]:
    """Return the names of the records that a column of answers names, as far as the reader may know of them."""
    key, name = NAMED[column]
    if lang == "en" and name is Term.label_fr:
        name = sa.func.coalesce(Term.label_en, Term.label_fr)
    found: dict[int, str] = {}
    for start in range(0, len(ids), 900):
        found.update((row[0], row[1]) for row in db.session.execute(sa.select(key, name).where(key.in_(ids[start : start + 900]))))
    return found


def segments() -> dict[int, str]:
    """Return the names of the study's segments."""
    return {row.id: row.label for row in db.session.execute(sa.select(Segment.id, Segment.label).order_by(Segment.position, Segment.id))}


def guides(lang: str) -> dict[int, str]:
    """Return the titles of the study's guides."""
    return {guide.id: guide.title(lang) for guide in db.session.scalars(sa.select(Guide).order_by(Guide.code))}
