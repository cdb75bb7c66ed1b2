"""What an interview says, passage by passage: its summary, its notes, and each answer in the order of its guide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.guides.models import GuideItem, GuideSection, QuestionKind, QuestionOption, QuestionVersion
from consult.guides.outline import options_of
from consult.interviews import answer_reading
from consult.interviews.answer_models import Answer, MissingCode
from consult.interviews.models import Interview
from consult.kernel.db import db
from consult.kernel.model import Confidentiality
from consult.web.i18n import _l, force_locale, lang

COLUMNS = {"summary": _l("Summary"), "note": _l("Notes")}
FREE = frozenset({QuestionKind.TEXT, QuestionKind.LONG_TEXT})
OF_ANSWER = "answer:"


@dataclass(frozen=True)
class Passage:
    """One thing that an interview says: `subject` names it for good ("note", "answer:17"), `label` in the reader's language.

    `answer` is None for the columns of the interview. `is_free` when it is text, which whoever said it may put otherwise.
    """

    subject: str
    label: str
    text: str
    answer: Answer | None = None
    is_free: bool = True

    @property
    def is_strict(self) -> bool:
        """Whether an answer is kept stricter than the team."""
        return self.answer is not None and self.answer.confidentiality == Confidentiality.STRICT


def of(interview: Interview) -> list[Passage]:
    """Return what an interview says, as far as the reader may know of its answers; in a fixed number of statements."""
    columns = [Passage(name, str(label), text) for name, label in COLUMNS.items() if (text := getattr(interview, name))]
    return columns + [_of_answer(*found) for found in _answers(interview)]


def content(interview: Interview) -> dict[str, str]:
    """Return what an interview says by subject, in French whoever reads, so that two moments can be compared."""
    with force_locale("fr"):
        return {passage.subject: passage.text for passage in of(interview)}


def known(interview: Interview) -> frozenset[str]:
    """Return the subjects of which the reader may know what an interview says, or ever said."""
    query = sa.select(Answer.question_id).where(Answer.interview_id == interview.id).execution_options(include_deleted=True)
    return frozenset(COLUMNS) | {f"{OF_ANSWER}{question_id}" for question_id in db.session.scalars(query)}


def labels(subjects: Sequence[str], interview: Interview) -> dict[str, str]:
    """Return what each subject is called, also those that the interview does not speak of any more."""
    known = {name: str(label) for name, label in COLUMNS.items()} | {each.subject: each.label for each in of(interview)}
    missing = [int(subject.removeprefix(OF_ANSWER)) for subject in subjects if subject not in known]
    query = sa.select(QuestionVersion).where(QuestionVersion.question_id.in_(missing)).order_by(QuestionVersion.number)
    former = {f"{OF_ANSWER}{wording.question_id}": wording.label(lang()) for wording in db.session.scalars(query)} if missing else {}
    return known | former


def amend(interview: Interview, texts: Mapping[str, str | None]) -> None:
    """Make passages say these texts, by subject. Those that are no free text are passed over."""
    free = {passage.subject: passage for passage in of(interview) if passage.is_free}
    for subject, text in texts.items():
        if subject in COLUMNS:
            setattr(interview, subject, text)
        elif subject in free:
            _write(free[subject].answer, text)
    db.session.flush()


def _write(answer: Answer | None, text: str | None) -> None:
    """Put an answer otherwise; whoever takes all of it back refuses to answer."""
    if answer is not None:
        answer.value_text, answer.missing = text, None if text else MissingCode.REFUSES


def _answers(interview: Interview) -> list[tuple[Answer, list[QuestionOption], answer_reading.Names]]:
    query = sa.select(Answer).where(Answer.interview_id == interview.id).options(joinedload(Answer.wording)).order_by(Answer.id)
    held = list(db.session.scalars(query))
    if not held:
        return []
    options = options_of(sa.select(Answer.question_version_id).where(Answer.interview_id == interview.id))
    names = answer_reading.names_of(held)
    place = {question_id: number for number, question_id in enumerate(_order(interview.guide_version_id))}
    held.sort(key=lambda answer: place.get(answer.question_id, len(place)))
    return [(answer, list(options.get(answer.question_version_id, ())), names) for answer in held]


def _order(version_id: int | None) -> Sequence[int]:
    """Return the questions of a version of a guide in the order in which they are asked."""
    query = sa.select(GuideItem.question_id).join(GuideSection, GuideSection.id == GuideItem.section_id)
    return db.session.scalars(query.where(GuideItem.version_id == version_id).order_by(GuideSection.position, GuideItem.position)).all()


def _of_answer(answer: Answer, options: list[QuestionOption], names: answer_reading.Names) -> Passage:
    text = answer_reading.shown(answer.wording, options, answer, names)
    if answer.missing is not None:
        text = answer.missing.label(lang())
    subject, is_free = f"{OF_ANSWER}{answer.question_id}", answer.wording.kind in FREE and answer.missing is None
    return Passage(subject, answer.wording.label(lang()), text, answer, is_free)
