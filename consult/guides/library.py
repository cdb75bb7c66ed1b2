"""The questions of a study wherever they are asked: which guides ask them, and those that no guide asks any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from consult.guides.models import Guide, GuideItem, GuideSection, GuideVersion, Question, QuestionVersion, VersionState
from consult.kernel import actor
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import first_come
from consult.kernel.model import now


@dataclass(frozen=True)
class Known:
    """A question with its latest wording, and the guides that ask it now (draft or published)."""

    question: Question
    wording: QuestionVersion
    guides: tuple[Guide, ...]


def every() -> list[Known]:
    """Return every question of the study in scope by its key, in two statements."""
    latest = sa.select(QuestionVersion.question_id, sa.func.max(QuestionVersion.number).label("number"))
    newest = latest.group_by(QuestionVersion.question_id).subquery()
    query = (
        sa.select(Question, QuestionVersion)
        .join(newest, newest.c.question_id == Question.id)
        .join(QuestionVersion, sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == newest.c.number))
        .order_by(Question.key)
    )
    asked = _asked_in()
    return [Known(question, wording, tuple(asked.get(question.id, ()))) for question, wording in db.session.execute(query)]


def _asked_in() -> dict[int, list[Guide]]:
    found: dict[int, list[Guide]] = {}
    for question_id, guide in db.session.execute(
        sa.select(GuideItem.question_id, Guide)
        .join(GuideSection, GuideSection.id == GuideItem.section_id)
        .join(GuideVersion, GuideVersion.id == GuideItem.version_id)
        .join(Guide, Guide.id == GuideItem.guide_id)
        .where(GuideVersion.state != VersionState.RETIRED)
        .order_by(Guide.code)
    ):
        here = found.setdefault(question_id, [])
        if guide not in here:
            here.append(guide)
    return found


def latest(question_ids: Sequence[int]) -> list[QuestionVersion]:
    """Return the latest wordings of questions of the study in scope, in the order asked for; ids that name none are passed over."""
    query = sa.select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id).where(Question.id.in_(question_ids))
    found = {row.question_id: row for row in db.session.scalars(query.order_by(QuestionVersion.number))}
    return [found[each] for each in question_ids if each in found]


def get(question_id: int, deleted: bool = False) -> Question:
    """Return a question of the study in scope. Raises NotFound."""
    query = sa.select(Question).where(Question.id == question_id).execution_options(include_deleted=deleted)
    question = db.session.scalar(query)
    if question is None:
        raise NotFound
    return question


def delete(question: Question) -> None:
    """Put a question aside that was never published. Raises Refused when a guide asks it, or answers to it may exist."""
    states = set(
        db.session.scalars(
            sa.select(GuideVersion.state)
            .join(GuideItem, GuideItem.version_id == GuideVersion.id)
            .join(GuideSection, GuideSection.id == GuideItem.section_id)
            .where(GuideItem.question_id == question.id)
        )
    )
    if states - {VersionState.DRAFT}:
        raise Refused("question_was_published", key=question.key)
    if states:
        raise Refused("question_in_draft", key=question.key)
    question.deleted_at, question.deleted_by_id = now(), actor.current().user_id
    db.session.flush()


def restore(question_id: int) -> Question:
    """Bring a question back. Raises NotFound, or Refused when another took its key meanwhile."""
    question = get(question_id, deleted=True)
    with first_come("question_key_taken", "key", key=question.key):
        question.deleted_at = question.deleted_by_id = None
    return question
