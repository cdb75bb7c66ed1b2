"""The questions of a draft: added, reworded, moved, taken out and put back. A published wording is copied when it is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.guides import copying, service
from consult.guides.models import CODE, GuideItem, GuideSection, GuideVersion, Question, QuestionOption, QuestionVersion, VersionState
from consult.kernel import actor
from consult.kernel.db import db
from consult.kernel.errors import NotFound
from consult.kernel.locking import expect_version, first_come
from consult.kernel.model import now
from consult.kernel.text import fold

WORDING = copying.WORDING_FIELDS
Options = Sequence[tuple[str, str, str | None]]
"""What may be chosen: code, French and English label, in their order."""


def get(item_id: int, deleted: bool = False) -> GuideItem:
    """Return a question in its place in a guide of the study in scope. Raises NotFound."""
    query = sa.select(GuideItem).where(GuideItem.id == item_id).execution_options(include_deleted=deleted)
    item = db.session.scalar(query)
    if item is None:
        raise NotFound
    return item


def wording(item: GuideItem) -> QuestionVersion:
    """Return how a question is asked in its place."""
    return db.session.get_one(QuestionVersion, item.question_version_id)


def options(worded: QuestionVersion) -> Sequence[QuestionOption]:
    """Return what may be chosen, in its order."""
    query = sa.select(QuestionOption).where(QuestionOption.question_version_id == worded.id)
    return db.session.scalars(query.order_by(QuestionOption.position, QuestionOption.id)).all()


def free_key(label: str) -> str:
    """Return a key made of a label's words that no question of the study has yet."""
    base = "_".join(fold(label).split())[: CODE - 4].strip("_") or "question"
    taken = set(db.session.scalars(sa.select(Question.key).where(Question.key.startswith(base, autoescape=True))))
    return next(key for key in (base, *(f"{base}_{number}" for number in range(2, 10_000))) if key not in taken)


def create(values: Mapping[str, Any], choices: Options = ()) -> QuestionVersion:
    """Make a question with its first wording, asked nowhere yet. Without a `key` it gets one of its label's words.

    Raises Refused when the key is taken.
    """
    key = values.get("key") or free_key(values["label_fr"])
    question = Question(key=key)
    with first_come("question_key_taken", "key", key=key):
        db.session.add(question)
    worded = QuestionVersion(
        study_id=question.study_id, question_id=question.id, number=1, **{name: values[name] for name in WORDING if name in values}
    )
    db.session.add(worded)
    db.session.flush()
    _set_options(worded, choices)
    return worded


def add(section: GuideSection, worded: QuestionVersion, condition: dict[str, Any] | None = None) -> GuideItem:
    """Ask a question at the end of a section of a draft. Raises Refused when the guide asks it already, or the version is published."""
    service.expect_draft(section)
    last = max((each.position for each in items(section)), default=-1)
    item = GuideItem(
        study_id=section.study_id, guide_id=section.guide_id, version_id=section.version_id, section_id=section.id,
        question_id=worded.question_id, question_version_id=worded.id, position=last + 1, condition=condition,
    )  # fmt: skip
    with first_come("question_asked_already", label=worded.label_fr):
        db.session.add(item)
    return item


def items(section: GuideSection) -> Sequence[GuideItem]:
    """Return what a section asks, in its order."""
    query = sa.select(GuideItem).where(GuideItem.section_id == section.id)
    return db.session.scalars(query.order_by(GuideItem.position, GuideItem.id)).all()


def is_frozen(worded: QuestionVersion) -> bool:
    """Tell whether a version that was published asks a question in these words, which therefore stay."""
    query = (
        sa.select(GuideItem.id)
        .join(GuideSection, GuideSection.id == GuideItem.section_id)
        .join(GuideVersion, GuideVersion.id == GuideItem.version_id)
        .where(GuideItem.question_version_id == worded.id, GuideVersion.state != VersionState.DRAFT)
    )
    return db.session.scalar(query.limit(1)) is not None


def reword(item: GuideItem, values: Mapping[str, Any], seen: int | None, choices: Options | None = None) -> QuestionVersion:
    """Change how a draft asks a question, and return the wording; published words are copied first. Raises Conflict or Refused."""
    service.expect_draft(item)
    worded = wording(item)
    expect_version(worded, seen)
    if is_frozen(worded):
        worded = copying.next_wording(worded)
        item.question_version_id = worded.id
    for name in WORDING:
        if name in values:
            setattr(worded, name, values[name])
    if choices is not None:
        _set_options(worded, choices)
    db.session.flush()
    return worded


def _set_options(worded: QuestionVersion, choices: Options) -> None:
    present = {option.code: option for option in options(worded)}
    for position, (code, label_fr, label_en) in enumerate(choices):
        option = present.pop(code, None)
        if option is None:
            facts = copying.values(worded, ("study_id", "question_id"))
            option = QuestionOption(**facts, question_version_id=worded.id, code=code)
            db.session.add(option)
        option.position, option.label_fr, option.label_en = position, label_fr, label_en
    for gone in present.values():
        db.session.delete(gone)
    db.session.flush()


def take_out(item: GuideItem) -> None:
    """Ask a question no longer in a draft; answers given so far are kept. Raises Refused when the version is published."""
    service.expect_draft(item)
    item.deleted_at, item.deleted_by_id = now(), actor.current().user_id
    db.session.flush()


def put_back(item: GuideItem) -> None:
    """Ask a question again. Raises Refused when the guide asks it in another place by now, or the version was published meanwhile."""
    service.expect_draft(item)
    with first_come("question_asked_already", label=wording(item).label_fr):
        item.deleted_at = item.deleted_by_id = None
