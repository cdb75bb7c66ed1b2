"""Files that answer a question. They hang on the interview like all its files, under the question; its answer names the first of them."""

from __future__ import annotations

import sqlalchemy as sa

from consult.attachments.models import Attachment
from consult.guides.models import QuestionKind
from consult.interviews import answers
from consult.interviews.files_models import InterviewAttachment
from consult.kernel.db import db
from consult.kernel.errors import NotFound


def place(interview_id: int, question_id: int) -> answers.Place:
    """Return where the files of a question go. Raises what `answers.place` raises, and NotFound for a question that asks for no file."""
    found = answers.place(interview_id, question_id)
    if found.worded.kind != QuestionKind.FILE:
        raise NotFound
    return found


def held(interview_id: int, question_id: int, sha256: str | None = None) -> Attachment | None:
    """Return the first file of a question; the first of a content, where one is asked for."""
    query = sa.select(Attachment).join(InterviewAttachment, InterviewAttachment.attachment_id == Attachment.id)
    query = query.where(InterviewAttachment.interview_id == interview_id, InterviewAttachment.question_id == question_id)
    if sha256 is not None:
        query = query.where(Attachment.sha256 == sha256)
    return db.session.scalar(query.order_by(Attachment.id).limit(1))


def settle(interview_id: int, question_id: int) -> None:
    """Have the answer name the first of the files that are there now; a file takes back the reason why there is no answer."""
    at, first = place(interview_id, question_id), held(interview_id, question_id)
    answer = at.answer if at.answer is not None and at.answer.deleted_at is None else None
    comment, missing = (answer.comment, answer.missing) if answer is not None else (None, None)
    try:
        answers.put(interview_id, question_id, first.id if first else None, None if first else missing, comment, at=at)
    except answers.Disputed:  # a file of somebody else came first at the same moment: the answer names that one, and both hang here
        return
