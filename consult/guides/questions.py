"""The questions of a draft: added, reworded, moved, taken out and put back. A published wording is copied when it is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from consult.guides import conditions, copying, library, sections, service, wording
from consult.guides.models import (
    CODE,
    Guide,
    GuideItem,
    GuideSection,
    GuideVersion,
    Question,
    QuestionOption,
    QuestionVersion,
    VersionState,
)
from consult.guides.outline import Outline
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


def worded(item: GuideItem) -> QuestionVersion:
    """Return how a question is asked in its place."""
    return db.session.get_one(QuestionVersion, item.question_version_id)


def options(row: QuestionVersion) -> Sequence[QuestionOption]:
    """Return what may be chosen, in its order."""
    query = sa.select(QuestionOption).where(QuestionOption.question_version_id == row.id)
    return db.session.scalars(query.order_by(QuestionOption.position, QuestionOption.id)).all()


def free_key(label: str) -> str:
    """Return a key made of a label's words that no question of the study has yet."""
    base = "_".join(fold(label).split())[: CODE - 4].strip("_") or "question"
    taken = set(db.session.scalars(sa.select(Question.key).where(Question.key.startswith(base, autoescape=True))))
    return next(key for key in (base, *(f"{base}_{number}" for number in range(2, 10_000))) if key not in taken)


def create(values: Mapping[str, Any], choices: Options = ()) -> QuestionVersion:
    """Make a question with its first wording, asked nowhere yet. Without a `key` it gets one of its label's words.

    Raises Refused when the key is taken, or the wording lacks what its kind needs.
    """
    wording.check_key(values.get("key"))
    wording.check(values, choices)
    values = wording.settled(values)
    key = values.get("key") or free_key(values["label_fr"])
    question = Question(key=key)
    with first_come("question_key_taken", "key", key=key):
        db.session.add(question)
    facts = {name: values[name] for name in WORDING if name in values}
    row = QuestionVersion(study_id=question.study_id, question_id=question.id, number=1, **facts)
    db.session.add(row)
    db.session.flush()
    _set_options(row, choices)
    return row


def add(section: GuideSection, row: QuestionVersion, condition: dict[str, Any] | None = None) -> GuideItem:
    """Ask a question at the end of a section of a draft. Raises Refused when the guide asks it already, or the version is published."""
    service.expect_draft(section)
    last = max((each.position for each in items(section)), default=-1)
    item = GuideItem(
        study_id=section.study_id, guide_id=section.guide_id, version_id=section.version_id, section_id=section.id,
        question_id=row.question_id, question_version_id=row.id, position=last + 1, condition=condition,
    )  # fmt: skip
    with first_come("question_asked_already", label=row.label_fr):
        db.session.add(item)
    return item


def items(section: GuideSection) -> Sequence[GuideItem]:
    """Return what a section asks, in its order."""
    query = sa.select(GuideItem).where(GuideItem.section_id == section.id)
    return db.session.scalars(query.order_by(GuideItem.position, GuideItem.id)).all()


def is_frozen(row: QuestionVersion) -> bool:
    """Tell whether a version that was published asks a question in these words, which therefore stay."""
    query = (
        sa.select(GuideItem.id)
        .join(GuideSection, GuideSection.id == GuideItem.section_id)
        .join(GuideVersion, GuideVersion.id == GuideItem.version_id)
        .where(GuideItem.question_version_id == row.id, GuideVersion.state != VersionState.DRAFT)
    )
    return db.session.scalar(query.limit(1)) is not None


def reword(item: GuideItem, values: Mapping[str, Any], seen: int | None, choices: Options | None = None) -> QuestionVersion:
    """Change how a draft asks a question, and return the wording; published words are copied first. Raises Conflict or Refused."""
    service.expect_draft(item)
    row = worded(item)
    expect_version(row, seen)
    full = copying.values(row, WORDING) | dict(values)
    wording.check(full, [(each.code, each.label_fr, each.label_en) for each in options(row)] if choices is None else choices)
    if is_frozen(row):
        row = copying.next_wording(row)
        item.question_version_id = row.id
    full = wording.settled(full)
    for name in WORDING:
        setattr(row, name, full[name])
    if choices is not None:
        _set_options(row, choices if full["kind"] in wording.CHOSEN else ())
    db.session.flush()
    return row


def _set_options(row: QuestionVersion, choices: Options) -> None:
    present = {option.code: option for option in options(row)}
    for position, (code, label_fr, label_en) in enumerate(choices):
        option = present.pop(code, None)
        if option is None:
            facts = copying.values(row, ("study_id", "question_id"))
            option = QuestionOption(**facts, question_version_id=row.id, code=code)
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
    with first_come("question_asked_already", label=worded(item).label_fr):
        item.deleted_at = item.deleted_by_id = None


def set_condition(item: GuideItem, condition: dict[str, Any] | None) -> None:
    """Say when a draft asks a question; None for always. Raises Refused when it is about no earlier question (see `conditions`)."""
    service.expect_draft(item)
    whole = service.outline(item.version_id)
    conditions.check(condition, conditions.earlier_than(whole, whole.by_question[item.question_id]))
    item.condition = condition
    db.session.flush()


def move(item: GuideItem, steps: int) -> None:
    """Move a question up (-1) or down (1) in its section; from its end it goes on into the next one. Raises Refused when published."""
    service.expect_draft(item)
    order = list(items(db.session.get_one(GuideSection, item.section_id)))
    at = order.index(item) + steps
    if 0 <= at < len(order):
        order.insert(at, order.pop(at - steps))
        _number(order)
        return
    every = list(sections.sections(service.version(item.version_id)))
    there = [section.id for section in every].index(item.section_id) + steps
    if 0 <= there < len(every):
        move_into(item, every[there], first=steps > 0)


def move_into(item: GuideItem, section: GuideSection, first: bool = False) -> None:
    """Move a question into another section of the same draft, at its end or as its first. Raises NotFound or Refused."""
    service.expect_draft(item)
    if section.version_id != item.version_id:
        raise NotFound
    others = [each for each in items(section) if each is not item]
    item.section_id = section.id
    _number([item, *others] if first else [*others, item])


def _number(order: Sequence[GuideItem]) -> None:
    for position, each in enumerate(order):
        each.position = position
    db.session.flush()


def newer(item: GuideItem) -> QuestionVersion | None:
    """Return the latest wording of a question when its place asks an older one."""
    query = sa.select(QuestionVersion).where(QuestionVersion.question_id == item.question_id).order_by(QuestionVersion.number.desc())
    last = db.session.scalar(query.limit(1))
    return last if last is not None and last.id != item.question_version_id else None


def take_newer(item: GuideItem) -> None:
    """Have a draft ask a question in its latest words. Raises Refused when the version is published."""
    service.expect_draft(item)
    last = newer(item)
    if last is not None:
        item.question_version_id = last.id
    db.session.flush()


def with_newer_words(whole: Outline) -> frozenset[int]:
    """Return the ids of the items of a version whose question has words that are newer than those it asks, in one statement."""
    query = (
        sa.select(GuideItem.id)
        .join(QuestionVersion, QuestionVersion.id == GuideItem.question_version_id)
        .where(GuideItem.version_id == whole.version.id, QuestionVersion.number < _last_number())
    )
    return frozenset(db.session.scalars(query))


def _last_number() -> sa.ScalarSelect[int]:
    other = aliased(QuestionVersion)
    return sa.select(sa.func.max(other.number)).where(other.question_id == GuideItem.question_id).scalar_subquery()


def asked_by(row: QuestionVersion, besides: GuideItem) -> Sequence[tuple[Guide, GuideVersion]]:
    """Return the other drafts and versions that ask a question in these very words, by code and number."""
    query = (
        sa.select(Guide, GuideVersion)
        .join(GuideVersion, GuideVersion.guide_id == Guide.id)
        .join(GuideItem, GuideItem.version_id == GuideVersion.id)
        .join(GuideSection, GuideSection.id == GuideItem.section_id)
        .where(GuideItem.question_version_id == row.id, GuideItem.id != besides.id)
        .order_by(Guide.code, GuideVersion.number)
    )
    return [(guide, version) for guide, version in db.session.execute(query)]


def add_known(section: GuideSection, question_ids: Sequence[int]) -> list[GuideItem]:
    """Ask questions of the study at the end of a section of a draft, in their latest words; those that the guide asks already are left."""
    taken = service.outline(section.version_id).by_question
    return [add(section, row) for row in library.latest([each for each in question_ids if each not in taken])]
