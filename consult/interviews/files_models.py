"""The files of an interview: photographs, recordings, documents."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.attachments.models import Attachment
from consult.interviews.answer_models import beside_answers_read
from consult.interviews.models import OfInterview, of_interview, within_readable
from consult.kernel.db import Model
from consult.kernel.scope import Scope, visibility


class InterviewAttachment(OfInterview, Model):
    """A file that hangs on an interview, maybe as the answer to a question: then whoever reads it has to be allowed to read the answer.

    It is deleted and brought back with its attachment.
    """

    __tablename__ = "interview_attachment"
    __table_args__ = of_interview(
        sa.ForeignKeyConstraint(["study_id", "attachment_id"], ["attachment.study_id", "attachment.id"]),
        sa.ForeignKeyConstraint(["study_id", "question_id"], ["question.study_id", "question.id"]),
        sa.UniqueConstraint("interview_id", "attachment_id"),
        sa.Index("ix_interview_attachment_attachment", "study_id", "attachment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int]
    attachment_id: Mapped[int]
    question_id: Mapped[int | None]

    attachment: Mapped[Attachment] = relationship(
        primaryjoin="InterviewAttachment.attachment_id == Attachment.id", foreign_keys="InterviewAttachment.attachment_id"
    )


@visibility(InterviewAttachment)
def _readable(scope: Scope) -> sa.ColumnElement[bool]:
    return sa.and_(within_readable(scope, InterviewAttachment.interview_id), beside_answers_read(scope, InterviewAttachment))
