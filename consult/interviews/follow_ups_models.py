"""What somebody of the team promised to do after a meeting."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.accounts.models import User
from consult.interviews.models import Interview, of_interview, within_readable
from consult.kernel.db import Model
from consult.kernel.model import (
    LABEL,
    NOTE,
    Audited,
    Confidentiality,
    Record,
    Referenced,
    SoftDeleted,
    StudyScoped,
    Versioned,
)  # fmt: skip
from consult.kernel.scope import Scope, visibility
from consult.organisations.models import Organisation


class FollowUp(Record, Referenced, StudyScoped, Versioned, SoftDeleted, Audited, Model):
    """Something to do for an organisation, by somebody, by a day. It is late when that day is over and it is not done: never stored."""

    __tablename__ = "follow_up"
    __table_args__ = of_interview(
        sa.ForeignKeyConstraint(["study_id", "organisation_id"], ["participation.study_id", "participation.organisation_id"]),
        sa.Index("ix_follow_up_list", "study_id", "deleted_at", "done_at", "due"),
        sa.Index("ix_follow_up_organisation", "study_id", "organisation_id"),
        sa.Index("ix_follow_up_interview", "study_id", "interview_id"),
        sa.Index("ix_follow_up_owner", "owner_id"),
    )
    ref_prefix = "FUP"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    interview_id: Mapped[int | None]
    title: Mapped[str] = mapped_column(sa.String(LABEL))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    due: Mapped[dt.date | None]
    done_at: Mapped[dt.datetime | None]
    note: Mapped[str | None] = mapped_column(sa.String(NOTE))

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    interview: Mapped[Interview | None] = relationship(
        primaryjoin="FollowUp.interview_id == Interview.id", foreign_keys="FollowUp.interview_id"
    )
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])


@visibility(FollowUp)
def readable(scope: Scope) -> sa.ColumnElement[bool]:
    """For the team alone; of an interview, for who may read it, and for who has it to do."""
    if scope.rank < Confidentiality.TEAM.rank:
        return sa.false()
    beside = sa.or_(FollowUp.interview_id.is_(None), within_readable(scope, FollowUp.interview_id))
    if scope.user_id is None:
        return beside
    every = Interview.__table__.alias("any_interview")  # the table itself: of the entity only those exist that the reader may read
    stands = sa.select(every.c.id).where(every.c.study_id == scope.study_id, every.c.deleted_at.is_(None))
    return sa.or_(beside, sa.and_(FollowUp.owner_id == scope.user_id, FollowUp.interview_id.in_(stands)))
