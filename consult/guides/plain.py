"""What a version of a guide says, as plain values: read out of one, written into another, in few statements however long it is.

A copy for another study, a workbook and the demonstration are written from this, and two versions are compared by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from consult.guides.copying import OPTION_FIELDS, SECTION_FIELDS, WORDING_FIELDS, values
from consult.guides.models import GuideItem, GuideSection, GuideVersion, Question, QuestionOption, QuestionVersion
from consult.guides.outline import Outline, options_of
from consult.kernel.db import db

DEFAULTS: Mapping[str, Any] = {"required": False, "sensitive": False}


@dataclass(frozen=True)
class PlainQuestion:
    """A question with its key, its wording by field name, what may be chosen (code, French, English), and when it is asked."""

    key: str
    wording: Mapping[str, Any]
    options: tuple[tuple[str, str, str | None], ...] = ()
    condition: Mapping[str, Any] | None = None

    @property
    def said(self) -> tuple[Any, ...]:
        """The wording and its options, to be compared."""
        return (*(self.wording.get(name, DEFAULTS.get(name)) for name in WORDING_FIELDS), self.options)


@dataclass(frozen=True)
class PlainSection:
    """A section by field name, with what is asked in it."""

    facts: Mapping[str, Any]
    questions: tuple[PlainQuestion, ...] = field(default=())


def read(outline: Outline) -> tuple[PlainSection, ...]:
    """Return what a version says."""
    return tuple(
        PlainSection(
            values(part.section, SECTION_FIELDS),
            tuple(
                PlainQuestion(asked.key, values(asked.wording, WORDING_FIELDS), _chosen(asked.options), asked.item.condition)
                for asked in part.items
            ),
        )
        for part in outline.parts
    )


def write(version: GuideVersion, sections: Sequence[PlainSection]) -> None:
    """Put sections into a draft, after those that it has. Questions are those of the study with the same keys, and are made where there
    are none; a wording that says the same is taken, another is added to the question."""
    worded = words({question.key: question for section in sections for question in section.questions}.values())
    last = sa.select(sa.func.max(GuideSection.position)).where(GuideSection.version_id == version.id)
    first = (db.session.scalar(last) or 0) + 1
    facts = {"study_id": version.study_id, "guide_id": version.guide_id, "version_id": version.id}
    made = [GuideSection(**facts, position=first + place, **section.facts) for place, section in enumerate(sections)]
    db.session.add_all(made)
    db.session.flush()
    for row, section in zip(made, sections, strict=True):
        for position, question in enumerate(section.questions):
            named = {"question_id": worded[question.key].question_id, "question_version_id": worded[question.key].id}
            condition = dict(question.condition) if question.condition else None
            db.session.add(GuideItem(**facts, section_id=row.id, position=position, condition=condition, **named))
    db.session.flush()


def words(questions: Iterable[PlainQuestion]) -> dict[str, QuestionVersion]:
    """Return the wordings of questions in the study in scope, by key; what is not there yet is made."""
    wanted = {question.key: question for question in questions}
    library = _library(list(wanted))
    made = [Question(key=key) for key in wanted if key not in library]
    db.session.add_all(made)
    db.session.flush()
    rows = {**{key: known.question for key, known in library.items()}, **{row.key: row for row in made}}
    found = {key: _same(library.get(key), question) for key, question in wanted.items()}
    new = {key: _worded(rows[key], library.get(key), wanted[key]) for key, row in found.items() if row is None}
    db.session.add_all(new.values())
    db.session.flush()
    for key, row in new.items():
        db.session.add_all(_options(row, wanted[key].options))
    db.session.flush()
    return {key: found[key] or new[key] for key in wanted}


@dataclass
class _Known:
    """A question of the study with its wordings, the latest first."""

    question: Question
    wordings: list[tuple[QuestionVersion, tuple[Any, ...]]] = field(default_factory=list)


def _library(keys: Sequence[str]) -> dict[str, _Known]:
    rows = db.session.scalars(sa.select(Question).where(Question.key.in_(keys)).order_by(Question.id)).all()
    known = {row.id: _Known(row) for row in rows}
    query = sa.select(QuestionVersion).where(QuestionVersion.question_id.in_(known)).order_by(QuestionVersion.number.desc())
    options = options_of(sa.select(QuestionVersion.id).where(QuestionVersion.question_id.in_(known)))
    for wording in db.session.scalars(query):
        said = PlainQuestion("", values(wording, WORDING_FIELDS), _chosen(options.get(wording.id, ()))).said
        known[wording.question_id].wordings.append((wording, said))
    return {each.question.key: each for each in known.values()}


def _same(known: _Known | None, question: PlainQuestion) -> QuestionVersion | None:
    return next((row for row, said in known.wordings if said == question.said), None) if known else None


def _worded(row: Question, known: _Known | None, question: PlainQuestion) -> QuestionVersion:
    number = known.wordings[0][0].number + 1 if known and known.wordings else 1
    return QuestionVersion(study_id=row.study_id, question_id=row.id, number=number, **question.wording)


def _options(row: QuestionVersion, options: Sequence[tuple[str, str, str | None]]) -> list[QuestionOption]:
    facts = {"study_id": row.study_id, "question_id": row.question_id, "question_version_id": row.id}
    return [QuestionOption(**facts, **dict(zip(OPTION_FIELDS, (n, *option), strict=True))) for n, option in enumerate(options)]


def _chosen(options: Sequence[QuestionOption]) -> tuple[tuple[str, str, str | None], ...]:
    return tuple((option.code, option.label_fr, option.label_en) for option in options)
