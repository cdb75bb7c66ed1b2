"""Answers to the questions of a guide: one for each question of an interview, in typed columns, or the reason why there is none."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.guides.models import QuestionVersion, TaxBasis
from consult.interviews.models import Interviewer, OfInterview, of_interview, within_readable
from consult.kernel.db import Model
from consult.kernel.model import NOTE, Choice, Confidentiality, Record, SoftDeleted, Versioned, choice
from consult.kernel.scope import Scope, of_level, visibility


class MissingCode(Choice):
    """Why a question has no answer. All of them leave the denominators."""

    NOT_ASKED = "not_asked", "Non posée", "Not asked"
    DOES_NOT_KNOW = "does_not_know", "Ne sait pas", "Doesn’t know"
    REFUSES = "refuses", "Refus", "Refuses"
    NOT_APPLICABLE = "not_applicable", "Sans objet", "Not applicable"


VALUES = (
    "value_text", "value_number", "value_currency", "value_basis", "value_date", "value_codes", "value_organisation_id", "value_person_id",
    "value_term_id", "value_attachment_id",
)  # fmt: skip
"""The columns of which an answer fills those of its question's kind (see `answer_values`)."""
XOR = "missing IS NULL OR (" + " AND ".join(f"{name} IS NULL" for name in VALUES) + ")"


class Answer(Record, OfInterview, Versioned, SoftDeleted, Model):
    """What was answered to one question, worded as in `question_version`. It holds a value or says why there is none, never both; it may
    also hold nothing but a comment. One that was emptied is deleted, and the same row comes back when the question is answered again.

    Whoever reads it has to be allowed to read both its interview and its own level of confidentiality.
    """

    __tablename__ = "answer"
    __table_args__ = of_interview(
        sa.ForeignKeyConstraint(["study_id", "value_attachment_id"], ["attachment.study_id", "attachment.id"]),
        sa.ForeignKeyConstraint(["study_id", "question_id"], ["question.study_id", "question.id"]),
        sa.ForeignKeyConstraint(["study_id", "question_version_id"], ["question_version.study_id", "question_version.id"]),
        sa.UniqueConstraint("study_id", "id"),
        sa.UniqueConstraint("interview_id", "question_id"),
        sa.CheckConstraint(XOR, name="value_xor_missing"),
        sa.Index("ix_answer_question", "study_id", "question_id", "deleted_at"),
    )

    interview_id: Mapped[int]
    question_id: Mapped[int]
    question_version_id: Mapped[int]
    value_text: Mapped[str | None] = mapped_column(sa.String(NOTE))
    value_number: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 4))
    value_currency: Mapped[str | None] = mapped_column(sa.String(3))
    value_basis: Mapped[TaxBasis | None] = choice(TaxBasis)
    value_date: Mapped[dt.date | None]
    value_codes: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    value_organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    value_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    value_term_id: Mapped[int | None] = mapped_column(sa.ForeignKey("term.id"), index=True)
    value_attachment_id: Mapped[int | None] = mapped_column(index=True)
    missing: Mapped[MissingCode | None] = choice(MissingCode)
    comment: Mapped[str | None] = mapped_column(sa.String(NOTE))
    confidentiality: Mapped[Confidentiality] = choice(Confidentiality, default=Confidentiality.TEAM)

    wording: Mapped[QuestionVersion] = relationship(
        primaryjoin="Answer.question_version_id == QuestionVersion.id", foreign_keys="Answer.question_version_id", viewonly=True
    )

    @property
    def given(self) -> bool:
        """Whether the question is dealt with: a value, or a reason why there is none."""
        return self.missing is not None or any(getattr(self, name) is not None for name in VALUES)


@visibility(Answer)
def _readable(scope: Scope) -> sa.ColumnElement[bool]:
    """Answers of interviews that the reader may read, up to their level; for the team also those they gave, or heard as interviewers."""
    return sa.and_(within_readable(scope, Answer.interview_id), within_level(scope))


def within_level(scope: Scope, of: Any = Answer) -> sa.ColumnElement[bool]:
    """Return the clause that an answer is not kept from a reader by its own level, whatever its interview's. `of` holds its columns."""
    asked = sa.select(Interviewer.interview_id).where(Interviewer.user_id == scope.user_id, Interviewer.study_id == scope.study_id)
    heard = of.interview_id.in_(asked) if scope.user_id is not None and scope.rank >= Confidentiality.TEAM.rank else sa.false()
    return sa.or_(of_level(of, scope), heard)


def beside_answers_read(scope: Scope, model: Any) -> sa.ColumnElement[bool]:
    """Return the clause that a row about a question of an interview, or about the interview as a whole, stands beside no answer that is
    kept from the reader."""
    row, answer = model.__table__.alias(), Answer.__table__.alias()  # as tables: a class would show readable rows alone
    same = sa.and_(row.c.interview_id == answer.c.interview_id, row.c.question_id == answer.c.question_id)
    hidden = within_level(scope, answer.c).is_not(sa.true())
    kept_back: sa.Select[Any] = sa.select(row.c.id).select_from(row.join(answer, same)).where(row.c.study_id == scope.study_id, hidden)
    clause: sa.ColumnElement[bool] = model.id.not_in(kept_back)
    return clause
