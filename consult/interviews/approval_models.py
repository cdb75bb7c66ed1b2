"""What interviewees are asked about their note and what they answered; and the texts of an interview as they once stood."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.interviews.models import Interview
from consult.kernel.db import Model
from consult.kernel.model import NOTE, Audited, Choice, Record, StudyScoped, choice
from consult.organisations.people_models import Person


class ApprovalOutcome(Choice):
    APPROVED = "approved", "Approuvé", "Approved"
    AMENDED = "amended", "Amendé", "Amended"


class Approval(Record, StudyScoped, Audited, Model):
    """A link by which one interviewee reads the note of their interview, once, and what they answered. The database knows its token by the
    hash alone. `revision` is the one that was sent."""

    __tablename__ = "interview_approval"
    __table_args__ = (
        sa.ForeignKeyConstraint(["study_id", "interview_id"], ["interview.study_id", "interview.id"]),
        sa.Index("ix_interview_approval_interview", "interview_id"),
        sa.Index("ix_interview_approval_person", "person_id"),
    )
    audit_skip = Audited.audit_skip | {"token_hash"}

    interview_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    revision: Mapped[int]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    outcome: Mapped[ApprovalOutcome | None] = choice(ApprovalOutcome)
    message: Mapped[str | None] = mapped_column(sa.String(NOTE))

    interview: Mapped[Interview] = relationship()
    person: Mapped[Person] = relationship()

    def audit_subject(self) -> tuple[str, int]:
        return "interview", self.interview_id


class Revision(StudyScoped, Model):
    """The texts of an interview as they stood when it was validated, or when an interviewee had amended them. It never changes.

    `content` maps each subject to what was said of it (see `passages`).
    """

    __tablename__ = "interview_revision"
    __table_args__ = (
        sa.ForeignKeyConstraint(["study_id", "interview_id"], ["interview.study_id", "interview.id"]),
        sa.UniqueConstraint("interview_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int]
    number: Mapped[int]
    at: Mapped[dt.datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
