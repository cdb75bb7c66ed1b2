"""The list of quotes: what is selected, what it can be narrowed and sorted by; and what of it may leave the team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from consult.interviews import quotes_models
from consult.interviews.anchoring import anchor
from consult.interviews.answer_models import Answer
from consult.interviews.models import Interview, InterviewOrganisation, QuoteRight
from consult.interviews.quotes_models import Quote, attributable, usable
from consult.kernel.db import db
from consult.kernel.listing import ListQuery, ListSource, days, members_of, whole_numbers
from consult.kernel.model import Confidentiality
from consult.kernel.scope import current
from consult.kernel.text import fold
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.organisations.people_models import Person
from consult.studies.models import Segment


def source() -> ListSource:
    """Return how the list of quotes is read in the study in scope."""
    shown, sort_name = _unless_unnamed(Organisation.name), _unless_unnamed(Participation.sort_name)
    base = sa.select(Quote.id).join(Interview, Interview.id == Quote.interview_id)
    rows = sa.select(
        Quote.id, Quote.ref, Quote.text, Quote.right, usable().label("usable"), Quote.oral_consent, Quote.confidentiality, Quote.version,
        Quote.interview_id, Interview.date, shown.label("organisation"), Segment.label.label("segment"), Segment.kind.label("segment_kind"),
        (sa.func.coalesce(Person.first_name + " ", "") + Person.last_name).label("speaker"),
    ).join(Interview, Interview.id == Quote.interview_id)  # fmt: skip
    return ListSource(
        rows=_with_names(rows), base=_with_names(base), key=Quote.id,
        sorts={"date": Interview.date, "organisation": sa.func.coalesce(sort_name, ""), "right": Quote.right, "ref": Quote.ref},
        filters=FILTERS, search=_matching, default_sort="date", default_descending=True,
    )  # fmt: skip


def _with_names(query: Any) -> Any:
    first = sa.and_(InterviewOrganisation.interview_id == Quote.interview_id, InterviewOrganisation.position == 0)
    here = sa.and_(
        Participation.organisation_id == InterviewOrganisation.organisation_id, Participation.study_id == InterviewOrganisation.study_id
    )
    named = query.outerjoin(InterviewOrganisation, first).outerjoin(Participation, here)
    named = named.outerjoin(Organisation, Organisation.id == InterviewOrganisation.organisation_id)
    return named.outerjoin(Segment, Segment.id == Participation.segment_id).outerjoin(Person, Person.id == Quote.speaker_id)


def _unless_unnamed(column: Any) -> Any:
    """Outside the team, words that are quotable without name come without the organisation's name."""
    if current().rank >= Confidentiality.TEAM.rank:
        return column
    return sa.case((attributable(current()), column))


def _matching(text: str) -> sa.ColumnElement[bool]:
    """The words of a quote, as the database compares them, and the name of its organisation as far as it is shown."""
    words = fold(text).split()[:12]
    if not words:
        return sa.false()
    name = sa.func.coalesce(_unless_unnamed(Participation.search_key), "")
    typed = text.split()[:12]
    said = sa.and_(*(sa.func.lower(Quote.text).contains(word.lower(), autoescape=True) for word in typed))
    return sa.or_(said, sa.and_(*(name.contains(word, autoescape=True) for word in words)))


def _of_organisation(values: Sequence[str]) -> sa.ColumnElement[bool]:
    told = sa.select(InterviewOrganisation.interview_id).where(InterviewOrganisation.organisation_id.in_(whole_numbers(values)))
    return Quote.interview_id.in_(told)


def _between(values: Sequence[str]) -> sa.ColumnElement[bool]:
    since, until = days(values)
    clauses = ([Interview.date >= since] if since else []) + ([Interview.date <= until] if until else [])
    return sa.and_(sa.true(), *clauses)


def to_check(ids: Sequence[int] | None = None) -> dict[int, bool]:
    """Return which quotes were taken from a note or an answer in which they no longer stand: of those asked for, else of all; one query."""
    source = sa.case((Quote.question_id.is_(None), Interview.note), else_=Answer.value_text).label("source")
    answer = sa.and_(Answer.interview_id == Quote.interview_id, Answer.question_id == Quote.question_id)
    query = sa.select(Quote.id, Quote.text, source).join(Interview, Interview.id == Quote.interview_id).outerjoin(Answer, answer)
    placed = query.where(Quote.start.is_not(None), *([Quote.id.in_(ids)] if ids is not None else []))
    return {row.id: anchor(row.source, row.text) is None for row in db.session.execute(placed)}


def _moved(_values: Sequence[str]) -> sa.ColumnElement[bool]:
    return Quote.id.in_([number for number, moved in to_check().items() if moved])


FILTERS = {
    "right": lambda values: Quote.right.in_(members_of(QuoteRight, values)),
    "segment": lambda values: Participation.segment_id.in_(whole_numbers(values)),
    "organisation": _of_organisation,
    "interview": lambda values: Quote.interview_id.in_(whole_numbers(values)),
    "confidentiality": lambda values: Quote.confidentiality.in_(members_of(Confidentiality, values)),
    "period": _between,
    "withdrawn": lambda _values: sa.not_(usable()),
    "to_check": _moved,
}


def for_partners(query: ListQuery) -> list[Any]:
    """Return the quotes of a list that may be handed to partners: nothing internal, withdrawn or strict. The names beside those that are
    quotable without name are for the caller to leave out."""
    allowed = (Quote.right != QuoteRight.INTERNAL, usable(), Quote.confidentiality != Confidentiality.STRICT)
    select = source().everything(query).where(*allowed, Interview.confidentiality != Confidentiality.STRICT)
    return list(db.session.execute(select))


def segments() -> list[tuple[str, str]]:
    """Return the segments of the study, as (value, label)."""
    query = sa.select(Segment.id, Segment.label).order_by(Segment.position, Segment.id)
    return [(str(row.id), row.label) for row in db.session.execute(query)]


def rail_count() -> Any:
    """Return, as one number to select, how many quotes of the study the reader may read."""
    scope = current()
    mine = (Quote.study_id == scope.study_id, Quote.deleted_at.is_(None), quotes_models.readable(scope))
    return sa.select(sa.func.count(Quote.id)).where(*mine).scalar_subquery()
