"""What those who review an interview and those who wrote it say to each other about it, answer by answer."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.accounts.models import User
from consult.interviews.answer_models import beside_answers_read
from consult.interviews.models import OfInterview, of_interview, within_readable
from consult.kernel.db import Model
from consult.kernel.model import NOTE, Record, SoftDeleted
from consult.kernel.scope import Scope, visibility


class ReviewComment(Record, SoftDeleted, OfInterview, Model):
    """A remark about one answer, or about the interview as a whole (no question), or a reply to such a remark (`parent_id`).

    A remark is open until somebody settles it; its replies follow it.
    """

    __tablename__ = "review_comment"
    __table_args__ = of_interview(
        sa.ForeignKeyConstraint(["study_id", "question_id"], ["question.study_id", "question.id"]),
        sa.Index("ix_review_comment_interview", "interview_id"),
        sa.Index("ix_review_comment_question", "question_id"),
    )

    interview_id: Mapped[int]
    question_id: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("review_comment.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(NOTE))
    settled_at: Mapped[dt.datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    by: Mapped[User | None] = relationship(primaryjoin="ReviewComment.created_by_id == User.id", foreign_keys="ReviewComment.created_by_id")


@visibility(ReviewComment)
def _readable(scope: Scope) -> sa.ColumnElement[bool]:
    """With the interview; what is said of an answer tells of it, so it is for those who may read the answer."""
    return sa.and_(within_readable(scope, ReviewComment.interview_id), beside_answers_read(scope, ReviewComment))
