"""The files of an interview: whoever may read it, and their level, may read them; they are sealed with it."""

from __future__ import annotations

from typing import IO

import sqlalchemy as sa

from consult.attachments import service as attachments
from consult.attachments import store as contents
from consult.attachments.models import Attachment
from consult.interviews import answer_files
from consult.interviews.files_models import InterviewAttachment
from consult.interviews.models import Interview
from consult.interviews.sealing import refuse_validated
from consult.kernel.db import db
from consult.kernel.errors import NotFound
from consult.kernel.model import Confidentiality


def level_within(level: Confidentiality) -> Confidentiality:
    """Return the level of what is captured in an interview of a level: the same, at most that of the team, for the interview's own is asked
    besides."""
    return min(level, Confidentiality.TEAM, key=lambda each: each.rank)


def add(
    interview: Interview, stream: IO[bytes], name: str | None, level: Confidentiality | None = None, question_id: int | None = None
) -> Attachment:
    """Hang a file on an interview, maybe under a question. Raises Refused, also when the interview is validated."""
    refuse_validated(interview)
    made = attachments.store(stream, name, level or level_within(interview.confidentiality))
    link = InterviewAttachment(study_id=interview.study_id, interview_id=interview.id, attachment_id=made.id, question_id=question_id)
    db.session.add(link)
    db.session.flush()
    return made


def add_answer(interview: Interview, question_id: int, stream: IO[bytes], name: str | None) -> Attachment:
    """Answer a question with a file, besides those that are there; one of the same content is taken once, however often it is sent.

    Raises NotFound for a question that asks for no file, and what `add` raises.
    """
    answer_files.place(interview.id, question_id)
    sha256, _size = contents.measured(stream)
    made = answer_files.held(interview.id, question_id, sha256) or add(interview, stream, name, question_id=question_id)
    answer_files.settle(interview.id, question_id)
    return made


def add_once(interview: Interview, stream: IO[bytes], name: str | None) -> Attachment:
    """Hang a file on an interview unless the same content hangs there already: a document that is taken again. Raises Refused."""
    sha256, _size = contents.measured(stream)
    query = sa.select(Attachment).join(InterviewAttachment, InterviewAttachment.attachment_id == Attachment.id)
    held = db.session.scalar(query.where(InterviewAttachment.interview_id == interview.id, Attachment.sha256 == sha256).limit(1))
    return held if held is not None else add(interview, stream, name)


def get(interview_id: int, attachment_id: int, deleted: bool = False) -> Attachment:
    """Return a file of an interview. Raises NotFound also when the reader may not know of it."""
    query = (
        sa.select(Attachment)
        .join(InterviewAttachment, InterviewAttachment.attachment_id == Attachment.id)
        .where(InterviewAttachment.interview_id == interview_id, Attachment.id == attachment_id)
        .where(Attachment.deleted_at.is_not(None) if deleted else Attachment.deleted_at.is_(None))
    )
    found = db.session.scalar(query.execution_options(include_deleted=deleted))
    if found is None:
        raise NotFound
    return found


def delete(interview: Interview, attachment: Attachment) -> None:
    """Put a file away. Raises Refused when the interview is validated."""
    refuse_validated(interview)
    attachments.delete(attachment)
    _settle(interview, attachment)


def restore(interview: Interview, attachment: Attachment) -> None:
    """Bring a file back. Raises Refused when the interview was validated meanwhile."""
    refuse_validated(interview)
    attachments.restore(attachment)
    _settle(interview, attachment)


def _settle(interview: Interview, attachment: Attachment) -> None:
    query = sa.select(InterviewAttachment.question_id).where(
        InterviewAttachment.interview_id == interview.id, InterviewAttachment.attachment_id == attachment.id
    )
    question_id = db.session.scalar(query)
    if question_id is not None:
        answer_files.settle(interview.id, question_id)
