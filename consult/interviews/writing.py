"""The page on which an interview is written: its guide with what was answered so far, and what is known of whom it is held with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.guides import conditions
from consult.guides import service as guides
from consult.guides.models import QuestionKind as Kind
from consult.guides.models import QuestionOption, QuestionVersion
from consult.guides.outline import Asked, Outline, Part, options_of
from consult.interviews import answer_forms, answer_reading, answer_values, answers
from consult.interviews.answer_forms import AnswerForm
from consult.interviews.answer_models import Answer
from consult.interviews.models import Interview, Interviewee, Interviewer, InterviewOrganisation
from consult.kernel.db import db
from consult.kernel.errors import NotFound
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.terms.models import Term
from consult.web.i18n import lang

LATEST = 5


@dataclass
class Question:
    """A question on the page, with the form of its answer and what is held."""

    wording: QuestionVersion
    options: Sequence[QuestionOption]
    form: AnswerForm
    held: Answer | None
    number: str = ""
    key: str = ""
    condition: Mapping[str, Any] | None = None
    text: str = ""
    asked: bool = True
    place: answers.Place | None = None

    @property
    def dealt(self) -> bool:
        """Whether the question has a value, or a reason why there is none."""
        return self.held is not None and self.held.given


@dataclass
class Section:
    """A section on the page: how many of its questions are asked and dealt with."""

    part: Part
    questions: list[Question] = field(default_factory=list)
    asked: bool = True

    @property
    def shown(self) -> list[Question]:
        """The questions that are asked, given the answers so far."""
        return [question for question in self.questions if question.asked and self.asked]

    @property
    def done(self) -> int:
        """How many of them are dealt with."""
        return sum(question.dealt for question in self.shown)

    @property
    def state(self) -> str:
        """`none`, `part` or `done`."""
        return "none" if self.done == 0 else "part" if self.done < len(self.shown) else "done"


@dataclass
class Sheet:
    """A guide as it is filled in. `former` are answers to questions that the guide does not ask any more."""

    outline: Outline | None
    sections: list[Section]
    former: list[Question]

    @property
    def questions(self) -> dict[int, Question]:
        """Every question by the id of `Question`."""
        return {q.wording.question_id: q for section in self.sections for q in section.questions} | {
            q.wording.question_id: q for q in self.former
        }

    @property
    def total(self) -> int:
        """How many questions are asked."""
        return sum(len(section.shown) for section in self.sections)

    @property
    def done(self) -> int:
        """How many questions are dealt with."""
        return sum(section.done for section in self.sections)


def interview(interview_id: int) -> Interview:
    """Return an interview with who takes part, in one statement. Raises NotFound."""
    query = (
        sa.select(Interview)
        .where(Interview.id == interview_id)
        .options(
            joinedload(Interview.organisation_links).joinedload(InterviewOrganisation.organisation),
            joinedload(Interview.interviewer_links).joinedload(Interviewer.user),
            joinedload(Interview.interviewee_links).joinedload(Interviewee.person),
        )
    )
    found = db.session.scalars(query).unique().first()
    if found is None:
        raise NotFound
    return found


def sheet(interview: Interview, formdata: Mapping[str, Any] | None = None) -> Sheet:
    """Return the guide of an interview with its answers; with what was posted, if that is shown again. Raises NotFound without a guide."""
    if interview.guide_version_id is None:
        raise NotFound
    return _sheet(interview.guide_version_id, answers.of(interview.id), formdata)


def read(interview: Interview) -> Sheet | None:
    """Return the answers of an interview along its guide, to be read; None for one that follows none and has none."""
    held = answers.of(interview.id)
    if interview.guide_version_id is not None:
        return _sheet(interview.guide_version_id, held, None)
    return Sheet(None, [], _former(list(held.values()), answer_reading.names_of(held.values()), {}, None)) if held else None


def blank(version_id: int, formdata: Mapping[str, Any] | None = None) -> Sheet:
    """Return a guide that nobody has answered yet."""
    return _sheet(version_id, {}, formdata)


def one(interview_id: int, question_id: int, formdata: Mapping[str, Any]) -> Question:
    """Return one question of an interview as it was posted, in as few statements as that takes. Raises NotFound or Refused."""
    place = answers.place(interview_id, question_id)
    wording = place.worded
    options = options_of(sa.select(sa.literal(wording.id))).get(wording.id, []) if wording.kind in (Kind.SINGLE, Kind.MULTIPLE) else []
    terms = _terms([wording]).get(wording.term_list, []) if wording.kind == Kind.COMPONENT else []
    held = place.answer if place.answer is not None and place.answer.deleted_at is None else None
    return Question(wording, options, answer_forms.form_of(wording, options, held, terms, formdata), held, place=place)


def _sheet(version_id: int, held: dict[int, Answer], formdata: Mapping[str, Any] | None) -> Sheet:
    outline = guides.outline(version_id)
    former = [answer for question_id, answer in held.items() if question_id not in outline.by_question]
    names = answer_reading.names_of(held.values())
    terms = _terms([asked.wording for asked in outline.items])
    sections = [Section(part, [_question(asked, held, names, terms, formdata) for asked in part.items]) for part in outline.parts]
    _ask(sections)
    return Sheet(outline, sections, _former(former, names, terms, formdata))


def _ask(sections: Sequence[Section]) -> None:
    """Mark what is asked, given what was answered before it."""
    known: dict[str, list[str]] = {}
    for section in sections:
        section.asked = conditions.holds(section.part.section.condition, known)
        for question in section.questions:
            question.asked = conditions.holds(question.condition, known)
            if section.asked and question.asked and question.held is not None:
                known[question.key] = answer_values.texts(question.wording.kind, question.held)


def _question(
    asked: Asked, held: Mapping[int, Answer], names: answer_reading.Names, terms: Mapping[Any, Any], formdata: Mapping[str, Any] | None
) -> Question:
    answer = held.get(asked.question_id)
    question = _filled(asked.wording, asked.options, answer, names, terms, formdata)
    question.number, question.key, question.condition = asked.number, asked.key, asked.item.condition
    return question


def _filled(
    wording: QuestionVersion, options: Sequence[QuestionOption], answer: Answer | None, names: answer_reading.Names,
    terms: Mapping[Any, Any], formdata: Mapping[str, Any] | None,
) -> Question:  # fmt: skip
    form = answer_forms.form_of(wording, options, answer, terms.get(wording.term_list, ()), formdata)
    text = answer_reading.shown(wording, options, answer, names) if answer is not None else ""
    if wording.kind in (Kind.ORGANISATION, Kind.PERSON) and isinstance(form["value"].data, int):
        form["value"].chosen_label = text
    return Question(wording, options, form, answer, text=text)


def _former(
    former: Sequence[Answer], names: answer_reading.Names, terms: Mapping[Any, Any], formdata: Mapping[str, Any] | None
) -> list[Question]:
    if not former:
        return []
    ids = [answer.question_version_id for answer in former]
    wordings = {each.id: each for each in db.session.scalars(sa.select(QuestionVersion).where(QuestionVersion.id.in_(ids)))}
    options = options_of(sa.select(QuestionVersion.id).where(QuestionVersion.id.in_(ids)))
    return [
        _filled(wordings[each.question_version_id], options.get(each.question_version_id, ()), each, names, terms, formdata)
        for each in former
    ]


def _terms(wordings: Sequence[QuestionVersion]) -> dict[Any, list[tuple[int, str]]]:
    """Return the terms that questions offer, by list, in one statement; none where no question asks for a term."""
    lists = {wording.term_list for wording in wordings if wording.kind == Kind.COMPONENT and wording.term_list}
    if not lists:
        return {}
    query = sa.select(Term).where(Term.list.in_(lists), Term.merged_into_id.is_(None)).order_by(Term.label_fr, Term.id)
    found: dict[Any, list[tuple[int, str]]] = {}
    for term in db.session.scalars(query):
        found.setdefault(term.list, []).append((term.id, term.label(lang())))
    return found


def counterpart(interview: Interview) -> Participation | None:
    """Return how the organisation that an interview was held with first takes part in the study, with what its sheet says."""
    if not interview.organisation_links:
        return None
    whole = joinedload(Participation.organisation)
    query = (
        sa.select(Participation)
        .where(Participation.organisation_id == interview.organisation_links[0].organisation_id)
        .options(whole.joinedload(Organisation.sites), joinedload(Participation.owner), joinedload(Participation.segment))
    )
    return db.session.scalars(query).unique().first()


def latest(interview: Interview) -> Sequence[Any]:
    """Return the other interviews with the same organisations, the newest first."""
    ids = [link.organisation_id for link in interview.organisation_links]
    query = (
        sa.select(Interview.id, Interview.date, Interview.kind, Interview.state)
        .join(InterviewOrganisation, InterviewOrganisation.interview_id == Interview.id)
        .where(InterviewOrganisation.organisation_id.in_(ids), Interview.id != interview.id)
        .distinct()
        .order_by(Interview.date.desc(), Interview.id.desc())
        .limit(LATEST)
    )
    return db.session.execute(query).all()
