"""What of interviews is found by the one search: notes and summaries, answers, quotes. All of them are read at the interview."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from consult.guides.models import QuestionVersion
from consult.interviews.answer_models import Answer
from consult.interviews.models import Interview, InterviewOrganisation, QuoteRight
from consult.interviews.quotes_models import Quote
from consult.kernel.db import db
from consult.kernel.model import AnySelect, Confidentiality
from consult.kernel.scope import current
from consult.kernel.search import Source, Text
from consult.organisations.models import Organisation
from consult.web.i18n import lang

OF_INTERVIEW = {"interview": ("interview_id", frozenset({"date", "deleted_at"}))}
"""What is said in an interview is as new as the interview, and goes and comes back with it."""


OF_THE_TEAM = sa.bindparam("reads_as_team", type_=sa.Boolean(), callable_=lambda: current().rank >= Confidentiality.TEAM.rank)
IN_ENGLISH = sa.bindparam("reads_english", type_=sa.Boolean(), callable_=lambda: lang() == "en")
"""What depends on the reader is asked when a statement runs, since the statements of a search are the same for everybody."""


def _note_texts(ids: Sequence[int]) -> Iterable[Text]:
    columns = (Interview.id, Interview.study_id, Interview.date, Interview.ref, Interview.place, Interview.summary, Interview.note)
    return _texts(sa.select(*columns).where(Interview.id.in_(ids)))


def _answer_texts(ids: Sequence[int]) -> Iterable[Text]:
    columns = (Answer.id, Answer.study_id, Interview.date, Answer.value_text, Answer.comment)
    query = sa.select(*columns).join(Interview, Interview.id == Answer.interview_id).where(Answer.id.in_(ids))
    return _texts(query.where(sa.or_(Answer.value_text.is_not(None), Answer.comment.is_not(None))))


def _quote_texts(ids: Sequence[int]) -> Iterable[Text]:
    """Without the memo, which is for the team: a guest's search must not tell what stands in it."""
    columns = (Quote.id, Quote.study_id, Interview.date, Quote.ref, Quote.text)
    return _texts(sa.select(*columns).join(Interview, Interview.id == Quote.interview_id).where(Quote.id.in_(ids)))


def _texts(query: AnySelect) -> Iterable[Text]:
    """Read id, study, day and the texts that follow."""
    for row in db.session.execute(query):
        yield Text(row[0], row[1], row[2], " ".join(part for part in row[3:] if part))


def _note_rows() -> AnySelect:
    return _with_organisation(
        sa.select(
            Interview.id.label("id"), Interview.id.label("read_at"), Organisation.name.label("title"), Interview.ref.label("hint"),
            Interview.date.label("day"), Interview.summary.label("body"), Interview.note.label("body_more"),
        )
    )  # fmt: skip


def _answer_rows() -> AnySelect:
    worded = sa.and_(QuestionVersion.id == Answer.question_version_id, QuestionVersion.study_id == Answer.study_id)
    return _with_organisation(
        sa.select(
            Answer.id.label("id"), Answer.interview_id.label("read_at"), Organisation.name.label("title"),
            _question().label("hint"), Interview.date.label("day"), Answer.value_text.label("body"),
            Answer.comment.label("body_more"),
        )
        .join(Interview, Interview.id == Answer.interview_id)
        .join(QuestionVersion, worded)
    )  # fmt: skip


def _question() -> Any:
    return sa.case((sa.and_(IN_ENGLISH, QuestionVersion.label_en != ""), QuestionVersion.label_en), else_=QuestionVersion.label_fr)


def _quote_rows() -> AnySelect:
    return _with_organisation(
        sa.select(
            Quote.id.label("id"), Quote.interview_id.label("read_at"), Organisation.name.label("title"), Quote.ref.label("hint"),
            Interview.date.label("day"), Quote.text.label("body"),
        ).join(Interview, Interview.id == Quote.interview_id)
    )  # fmt: skip


def _with_organisation(query: Any) -> AnySelect:
    first = sa.and_(InterviewOrganisation.interview_id == Interview.id, InterviewOrganisation.position == 0)
    named: AnySelect = query.outerjoin(InterviewOrganisation, first).outerjoin(
        Organisation, Organisation.id == InterviewOrganisation.organisation_id
    )
    return named


NOTES = Source("interview", 3, "interview", Interview.id, _note_texts, _note_rows)
ANSWERS = Source("answer", 4, "answer", Answer.id, _answer_texts, _answer_rows, wholes=OF_INTERVIEW)
QUOTES = Source(
    "quote",
    5,
    "quote",
    Quote.id,
    _quote_texts,
    _quote_rows,
    wholes=OF_INTERVIEW,
    where=(sa.or_(OF_THE_TEAM, Quote.right == QuoteRight.QUOTABLE),),
)
"""A hit says whose words it shows: see `quotes_models.attributable`."""
