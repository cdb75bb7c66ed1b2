"""Quotes: taken down, changed, deleted and brought back; and what a right allows once a consent is withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.guides.models import QuestionVersion
from consult.interviews.anchoring import anchor, sha
from consult.interviews.answer_models import Answer
from consult.interviews.files import level_within
from consult.interviews.models import Interview, QuoteRight
from consult.interviews.quotes_models import Quote, attributable, usable
from consult.interviews.sealing import refuse_validated
from consult.kernel import refs
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import now
from consult.kernel.scope import current
from consult.kernel.text import clean
from consult.organisations.people_models import Person
from consult.studies.permissions import refuse_without

COLUMNS = ("text", "speaker_id", "right", "confidentiality", "memo")
"""The columns that people type."""


def default_right(interview: Interview) -> QuoteRight:
    """Return the right of what is taken down in an interview unless somebody says otherwise: what was agreed aloud, else internal."""
    return interview.quote_consent or QuoteRight.INTERNAL


def set_consent(interview: Interview, agreed: QuoteRight | None, seen: int | None) -> None:
    """Keep what was agreed aloud about quoting. Quotes whose right rests on the former answer follow. Raises Refused, or Conflict."""
    refuse_without("log_interviews")
    refuse_validated(interview)
    expect_version(interview, seen)
    interview.quote_consent = agreed
    for quote in db.session.scalars(sa.select(Quote).where(Quote.interview_id == interview.id, Quote.oral_consent)):
        quote.right, quote.oral_consent = default_right(interview), agreed is not None
    db.session.flush()


def take_down(interview: Interview, values: Mapping[str, Any]) -> Quote:
    """Take down what somebody said. `values` holds COLUMNS, and where it stands if that is known: `question_id`, in the answer to which
    question, and `at`, near which place of that answer or of the note. Only `text` is required. Words of an answer are kept as strictly as
    it is, at least."""
    refuse_without("log_interviews")
    right = values.get("right") or default_right(interview)
    quote = Quote(
        ref=refs.take("QUO")[0],
        study_id=current().study_id,
        interview_id=interview.id,
        right=right,
        oral_consent=interview.quote_consent == right,
        confidentiality=values.get("confidentiality") or level_within(interview.confidentiality),
        memo=values.get("memo"),
    )
    _say(quote, values["text"], interview, values.get("question_id"), values.get("at"))
    _attribute(quote, values.get("speaker_id"))
    db.session.add(quote)
    db.session.flush()
    return quote


def _say(quote: Quote, text: str | None, interview: Interview, question_id: int | None = None, near: int | None = None) -> None:
    """Give a quote its words, with where they stand in the answer that is named, else in the note, else in another answer: what stands
    there is kept, as it stands there."""
    words = clean(text or "").strip()
    if not words:
        raise Refused("quote_is_empty", field="text")
    quote.text, quote.question_id, quote.start, quote.end, quote.text_sha = words, None, None, None, None
    for answer, source in _sources(interview, question_id):
        place = anchor(source, words, near)
        if place is None:
            continue
        quote.start, quote.end = place
        quote.text_sha = sha(clean(source or "")[slice(*place)])
        if answer is not None:
            quote.question_id = answer.question_id
            quote.confidentiality = max(quote.confidentiality, answer.confidentiality, key=lambda level: level.rank)
        return


def _sources(interview: Interview, question_id: int | None) -> list[tuple[Answer | None, str | None]]:
    """Return where words may stand, in the order in which they are looked for."""
    query = sa.select(Answer).where(Answer.interview_id == interview.id, Answer.value_text.is_not(None))
    told = [(answer, answer.value_text) for answer in db.session.scalars(query.order_by(Answer.question_id != question_id, Answer.id))]
    named = [each for each in told if each[0].question_id == question_id]
    return [*named, (None, interview.note), *told[len(named) :]]


def _attribute(quote: Quote, speaker_id: int | None) -> None:
    if speaker_id is not None and db.session.scalar(sa.select(Person.id).where(Person.id == speaker_id)) is None:
        raise Refused("speaker_unknown", field="speaker_id")
    quote.speaker_id = speaker_id


def get(quote_id: int, deleted: bool = False) -> Quote:
    """Return a quote with its interview and speaker. Raises NotFound also when the reader may not know of it."""
    state = Quote.deleted_at.is_not(None) if deleted else Quote.deleted_at.is_(None)
    query = sa.select(Quote).where(Quote.id == quote_id, state).options(joinedload(Quote.interview), joinedload(Quote.speaker))
    found = db.session.scalar(query.execution_options(include_deleted=deleted))
    if found is None:
        raise NotFound
    return found


def update(quote: Quote, values: Mapping[str, Any], seen: int | None) -> None:
    """Change a quote over version `seen`; what `values` does not name stays. Raises Conflict, or Refused with the field."""
    refuse_without("log_interviews")
    expect_version(quote, seen)
    if "text" in values and values["text"] != quote.text:
        _say(quote, values["text"], quote.interview, quote.question_id)
    if "speaker_id" in values:
        _attribute(quote, values["speaker_id"])
    for name in ("right", "confidentiality"):
        if name in values and values[name] is None:
            raise Refused("value_required", field=name)
    if values.get("right", quote.right) != quote.right:
        quote.oral_consent = quote.interview.quote_consent == values["right"]
    for name in ("right", "confidentiality", "memo"):
        if name in values and getattr(quote, name) != values[name]:
            setattr(quote, name, values[name])
    db.session.flush()


def delete(quote: Quote) -> None:
    """Put a quote away; `bring_back` undoes it."""
    refuse_without("log_interviews")
    quote.deleted_at, quote.deleted_by_id = now(), current().user_id
    db.session.flush()


def bring_back(quote: Quote) -> None:
    """Undo the deletion of a quote."""
    refuse_without("log_interviews")
    quote.deleted_at = quote.deleted_by_id = None
    db.session.flush()


def is_to_check(quote: Quote) -> bool:
    """Tell whether a quote was taken from the note or an answer and no longer stands there."""
    if quote.start is None:
        return False
    said = sa.select(Answer.value_text).where(Answer.interview_id == quote.interview_id, Answer.question_id == quote.question_id)
    return anchor(db.session.scalar(said) if quote.question_id else quote.interview.note, quote.text) is None


def asked(quote: Quote) -> QuestionVersion | None:
    """Return the question in the answer to which a quote stands, as it was asked; None for one of the note."""
    query = sa.select(Answer).where(Answer.interview_id == quote.interview_id, Answer.question_id == quote.question_id)
    answer = db.session.scalar(query.options(joinedload(Answer.wording))) if quote.question_id else None
    return answer.wording if answer is not None else None


def usable_right(quote: Quote) -> QuoteRight:
    """Return how a quote may be used now: not at all outside the team once its speaker withdrew their consent to be quoted."""
    if quote.right == QuoteRight.INTERNAL or quote.speaker_id is None:
        return quote.right
    withdrawn = db.session.scalar(sa.select(sa.not_(usable())).where(Quote.id == quote.id))
    return QuoteRight.INTERNAL if withdrawn else quote.right


def is_attributable(quote: Quote) -> bool:
    """Tell whether the reader may be told whose words a quote is."""
    return db.session.scalar(sa.select(Quote.id).where(Quote.id == quote.id, attributable(current()))) is not None


def speakers(interview: Interview) -> Sequence[tuple[int, str]]:
    """Return who may have said something in an interview, as (id, name)."""
    return [(link.person_id, link.person.full_name) for link in interview.interviewee_links]
