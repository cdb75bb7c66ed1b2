"""Remarks on the answers of an interview: made by who reviews, replied to by who wrote, settled by either. An interview with open remarks
can be returned without a further word."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.guides.models import Question
from consult.interviews.comment_models import ReviewComment
from consult.interviews.models import Interview
from consult.kernel.db import db
from consult.kernel.errors import Forbidden, NotFound, Refused
from consult.kernel.model import NOTE, now
from consult.kernel.scope import current
from consult.kernel.text import clean
from consult.studies.permissions import may


@dataclass
class Thread:
    """A remark with its replies, the oldest first."""

    remark: ReviewComment
    replies: list[ReviewComment] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be settled."""
        return self.remark.settled_at is None


def may_comment() -> bool:
    """Tell whether the reader takes part in reviews: who reviews, and who logs."""
    return any(may(current().role, each) for each in ("review_interviews", "log_interviews"))


def of(interview_id: int) -> dict[int | None, list[Thread]]:
    """Return the threads of an interview by the question they are about, None for the whole; in one query."""
    query = sa.select(ReviewComment).where(ReviewComment.interview_id == interview_id).options(joinedload(ReviewComment.by))
    threads: dict[int, Thread] = {}
    found: dict[int | None, list[Thread]] = {}
    for comment in db.session.scalars(query.order_by(ReviewComment.id)):
        if comment.parent_id is None:
            threads[comment.id] = Thread(comment)
            found.setdefault(comment.question_id, []).append(threads[comment.id])
        elif comment.parent_id in threads:
            threads[comment.parent_id].replies.append(comment)
    return found


def count_open(interview_id: int) -> int:
    """Return how many remarks wait to be settled."""
    is_open = (ReviewComment.parent_id.is_(None), ReviewComment.settled_at.is_(None))
    query = sa.select(sa.func.count(ReviewComment.id)).where(ReviewComment.interview_id == interview_id, *is_open)
    return db.session.scalar(query) or 0


def say(interview: Interview, text: str, question_id: int | None = None, parent_id: int | None = None) -> ReviewComment:
    """Remark on an answer or on the whole, or reply to a remark, which opens it again. Raises Refused("comment_empty") without words."""
    if not may_comment():
        raise Forbidden
    words = clean(text).strip()[:NOTE]
    if not words:
        raise Refused("comment_empty", field="text")
    if parent_id is not None:
        question_id = _reopened(interview, parent_id).question_id
    elif question_id is not None and db.session.scalar(sa.select(Question.id).where(Question.id == question_id)) is None:
        raise NotFound
    made = ReviewComment(
        study_id=interview.study_id, interview_id=interview.id, question_id=question_id, parent_id=parent_id, text=words
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def settle(comment: ReviewComment) -> None:
    """Close a remark; `open_again` undoes it."""
    _write(comment, True)


def open_again(comment: ReviewComment) -> None:
    """Open a remark that was settled."""
    _write(comment, False)


def delete(comment: ReviewComment) -> None:
    """Take back what one said oneself; `bring_back` undoes it. Raises Forbidden for what somebody else said."""
    _refuse_of_others(comment)
    comment.deleted_at, comment.deleted_by_id = now(), current().user_id
    db.session.flush()


def bring_back(comment: ReviewComment) -> None:
    """Undo `delete`."""
    _refuse_of_others(comment)
    comment.deleted_at = comment.deleted_by_id = None
    db.session.flush()


def get(interview: Interview, comment_id: int, deleted: bool = False) -> ReviewComment:
    """Return a comment of an interview. Raises NotFound."""
    query = sa.select(ReviewComment).where(ReviewComment.id == comment_id, ReviewComment.interview_id == interview.id)
    found = db.session.scalar(query.execution_options(include_deleted=deleted))
    if found is None:
        raise NotFound
    return found


def _reopened(interview: Interview, parent_id: int) -> ReviewComment:
    parent = get(interview, parent_id)
    if parent.parent_id is not None:
        parent = get(interview, parent.parent_id)
    parent.settled_at = parent.settled_by_id = None
    return parent


def _write(comment: ReviewComment, settled: bool) -> None:
    if not may_comment():
        raise Forbidden
    comment.settled_at, comment.settled_by_id = (now(), current().user_id) if settled else (None, None)
    db.session.flush()


def _refuse_of_others(comment: ReviewComment) -> None:
    if comment.created_by_id != current().user_id:
        raise Forbidden
