"""What somebody said, word for word, and how these words may be used."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.interviews.models import Interview, OfInterview, QuoteRight, of_interview, within_readable
from consult.kernel.db import Model
from consult.kernel.model import NOTE, Confidentiality, Record, Referenced, SoftDeleted, Versioned, choice
from consult.kernel.scope import Scope, of_level, visibility
from consult.organisations.consents_models import ConsentRecord, Purpose
from consult.organisations.people_models import Person

QUOTE = 5_000
"""The longest quote, in characters."""


class Quote(Record, Referenced, OfInterview, Versioned, SoftDeleted, Model):
    """Words of an interview. `start` and `end` say where they stand in its note, or in the answer to `question_id`, in code points;
    `text_sha` what stood there on that day.

    `oral_consent` says that the right rests on what was agreed aloud in the interview. `speaker` is None when nobody in particular said it.
    """

    __tablename__ = "quote"
    __table_args__ = of_interview(
        sa.ForeignKeyConstraint(["study_id", "question_id"], ["question.study_id", "question.id"]),
        sa.CheckConstraint('start IS NULL OR start < "end"', name="start_before_end"),
        sa.Index("ix_quote_list", "study_id", "deleted_at", "id"),
        sa.Index("ix_quote_interview", "study_id", "interview_id"),
        sa.Index("ix_quote_speaker", "speaker_id"),
    )
    ref_prefix = "QUO"

    interview_id: Mapped[int]
    question_id: Mapped[int | None]
    text: Mapped[str] = mapped_column(sa.String(QUOTE))
    start: Mapped[int | None]
    end: Mapped[int | None]
    text_sha: Mapped[str | None] = mapped_column(sa.String(64))
    speaker_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    right: Mapped[QuoteRight] = choice(QuoteRight)
    oral_consent: Mapped[bool] = mapped_column(default=False)
    confidentiality: Mapped[Confidentiality] = choice(Confidentiality, default=Confidentiality.TEAM)
    memo: Mapped[str | None] = mapped_column(sa.String(NOTE))

    interview: Mapped[Interview] = relationship(primaryjoin="Quote.interview_id == Interview.id", foreign_keys="Quote.interview_id")
    speaker: Mapped[Person | None] = relationship(foreign_keys=[speaker_id])


def usable() -> sa.ColumnElement[bool]:
    """Return the clause that the speaker of a quote, if one is named, has not withdrawn the consent to be quoted, or gave it again."""
    same = (ConsentRecord.person_id == Quote.speaker_id, ConsentRecord.study_id == Quote.study_id)
    asked = sa.select(ConsentRecord.id).where(*same, ConsentRecord.purpose == Purpose.QUOTE, ConsentRecord.deleted_at.is_(None))
    said_no = asked.where(ConsentRecord.withdrawn_at.is_not(None)).correlate(Quote).exists()
    said_yes = asked.where(ConsentRecord.withdrawn_at.is_(None)).correlate(Quote).exists()
    return sa.or_(sa.not_(said_no), said_yes)


def attributable(scope: Scope) -> sa.ColumnElement[bool]:
    """Return the clause that a quote may stand where it is told whose words they are: outside the team, only with its speaker's leave."""
    return sa.true() if scope.rank >= Confidentiality.TEAM.rank else Quote.right == QuoteRight.QUOTABLE


@visibility(Quote)
def readable(scope: Scope) -> sa.ColumnElement[bool]:
    """As the interview and the quote's own level say; and nothing internal, or withdrawn, for who is not of the team."""
    told = sa.and_(of_level(Quote, scope), within_readable(scope, Quote.interview_id))
    if scope.rank >= Confidentiality.TEAM.rank:
        return told
    return sa.and_(told, Quote.right != QuoteRight.INTERNAL, usable())
