"""Interviews, who took part, and the drafts of what is being typed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.schema import SchemaItem

from consult.accounts.models import User
from consult.kernel.db import Model
from consult.kernel.model import (
    NAME,
    NOTE,
    Audited,
    Choice,
    Confidentiality,
    Record,
    Referenced,
    SoftDeleted,
    StudyScoped,
    Versioned,
    choice,
)  # fmt: skip
from consult.kernel.scope import Scope, of_level, visibility
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person
from consult.organisations.references import KEYED_BY


class InterviewKind(Choice):
    INDIVIDUAL = "individual", "Entretien individuel", "Individual interview"
    CONSULTATION = "consultation", "Consultation", "Consultation"


class InterviewMode(Choice):
    ON_SITE = "on_site", "Présentiel", "On site"
    VIDEO = "video", "Visio", "Video call"
    PHONE = "phone", "Téléphone", "Telephone"
    WRITTEN = "written", "Écrit", "In writing"


class InterviewLanguage(Choice):
    """The language in which an interview was held."""

    FRENCH = "fr", "Français", "French"
    ENGLISH = "en", "Anglais", "English"
    GERMAN = "de", "Allemand", "German"
    ITALIAN = "it", "Italien", "Italian"


class InterviewState(Choice):
    DRAFT = "draft", "Brouillon", "Draft"
    SUBMITTED = "submitted", "Soumis", "Submitted"
    RETURNED = "returned", "À compléter", "To complete"
    VALIDATED = "validated", "Validé", "Validated"
    SENT_BACK = "sent_back", "Envoyé à l’interviewé", "Sent to the interviewee"
    APPROVED = "approved", "Approuvé par l’interviewé", "Approved by the interviewee"
    AMENDED = "amended", "Amendé par l’interviewé", "Amended by the interviewee"

    @property
    def is_sealed(self) -> bool:
        """Whether an interview in this state is read-only, and counts in the figures."""
        return self in COUNTED_STATES


class QuoteRight(Choice):
    """How somebody's words may be used."""

    QUOTABLE = "quotable", "Citable", "Quotable"
    ANONYMOUS = "anonymous", "Citable sans nom", "Quotable without name"
    INTERNAL = "internal", "Interne", "Internal"


COUNTED_STATES = (InterviewState.VALIDATED, InterviewState.SENT_BACK, InterviewState.APPROVED, InterviewState.AMENDED)
"""The states in which an interview counts in the figures and is read-only: validated, and what follows it."""


class Interview(Record, Referenced, StudyScoped, Versioned, SoftDeleted, Audited, Model):
    """One meeting, call or written reply. Its notes are Markdown source; a validated one is read-only.

    `extra` keeps cells of an import that fit no field. `quote_consent` is what was agreed aloud about quoting; None: it was not asked.
    """

    __tablename__ = "interview"
    __table_args__ = (
        sa.UniqueConstraint("study_id", "id"),
        sa.ForeignKeyConstraint(["study_id", "guide_version_id"], ["guide_version.study_id", "guide_version.id"]),
        sa.Index("ix_interview_guide_version", "guide_version_id"),
        sa.Index("ix_interview_list", "study_id", "deleted_at", "date", "id"),
        sa.Index("ix_interview_state", "study_id", "state", "kind"),
    )
    ref_prefix = "INT"

    kind: Mapped[InterviewKind] = choice(InterviewKind)
    state: Mapped[InterviewState] = choice(InterviewState, default=InterviewState.DRAFT)
    date: Mapped[dt.date]
    starts_at: Mapped[dt.time | None]
    duration_min: Mapped[int | None]
    mode: Mapped[InterviewMode | None] = choice(InterviewMode)
    place: Mapped[str | None] = mapped_column(sa.String(NAME))
    lang: Mapped[InterviewLanguage] = choice(InterviewLanguage, default=InterviewLanguage.FRENCH)
    summary: Mapped[str | None] = mapped_column(sa.String(NOTE))
    note: Mapped[str | None] = mapped_column(sa.String(NOTE))
    effort_days: Mapped[Decimal | None] = mapped_column(sa.Numeric(6, 2))
    guide_version_id: Mapped[int | None]
    confidentiality: Mapped[Confidentiality] = choice(Confidentiality, default=Confidentiality.TEAM)
    quote_consent: Mapped[QuoteRight | None] = choice(QuoteRight)
    submitted_at: Mapped[dt.datetime | None]
    validated_at: Mapped[dt.datetime | None]
    validated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    search_key: Mapped[str] = mapped_column(sa.Text, default="")

    organisation_links: Mapped[list[InterviewOrganisation]] = relationship(
        back_populates="interview", order_by="InterviewOrganisation.position", cascade="all, delete-orphan"
    )
    interviewer_links: Mapped[list[Interviewer]] = relationship(back_populates="interview", cascade="all, delete-orphan")
    interviewee_links: Mapped[list[Interviewee]] = relationship(back_populates="interview", cascade="all, delete-orphan")
    reviews: Mapped[list[Review]] = relationship(back_populates="interview", order_by="Review.id")


class OfInterview(StudyScoped, Audited):
    """A row that belongs to an interview of the same study."""

    def audit_subject(self) -> tuple[str, int]:
        return "interview", self.interview_id  # type: ignore[attr-defined]


def of_interview(*more: SchemaItem) -> tuple[SchemaItem, ...]:
    """Return the table arguments of such a row: its interview is one of its study."""
    return sa.ForeignKeyConstraint(["study_id", "interview_id"], ["interview.study_id", "interview.id"]), *more


class InterviewOrganisation(OfInterview, Model):
    """An organisation that an interview concerns: a joint meeting has several. `position` 0 is the first named.

    `organisation` is None when it was taken out of the study while the interview was deleted.
    """

    __tablename__ = "interview_organisation"
    __table_args__ = of_interview(
        sa.ForeignKeyConstraint(["study_id", "organisation_id"], ["participation.study_id", "participation.organisation_id"]),
        sa.UniqueConstraint("interview_id", "organisation_id"),
        sa.Index("ix_interview_organisation_organisation", "study_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    position: Mapped[int] = mapped_column(default=0)

    interview: Mapped[Interview] = relationship(back_populates="organisation_links")
    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[organisation_id])


class Interviewer(OfInterview, Model):
    """A member of the team who asked."""

    __tablename__ = "interviewer"
    __table_args__ = of_interview(sa.UniqueConstraint("interview_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)

    interview: Mapped[Interview] = relationship(back_populates="interviewer_links")
    user: Mapped[User] = relationship()


class Interviewee(OfInterview, Model):
    """Somebody who answered, with the job title held on that day."""

    __tablename__ = "interviewee"
    __table_args__ = of_interview(sa.UniqueConstraint("interview_id", "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    job_title: Mapped[str | None] = mapped_column(sa.String(NAME))

    interview: Mapped[Interview] = relationship(back_populates="interviewee_links")
    person: Mapped[Person] = relationship()


class Review(StudyScoped, Model):
    """One step of an interview's review: who moved it from which state to which, when and why; `person` when an interviewee did.

    `version` is the interview's before the step. `former` maps each participation that a validation set to *done* to what it was.
    """

    __tablename__ = "interview_review"
    __table_args__ = of_interview(sa.Index("ix_interview_review_interview", "interview_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int]
    at: Mapped[dt.datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    was: Mapped[InterviewState] = choice(InterviewState)
    became: Mapped[InterviewState] = choice(InterviewState)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    comment: Mapped[str | None] = mapped_column(sa.String(NOTE))
    version: Mapped[int] = mapped_column(default=1)
    former: Mapped[dict[str, Any]] = mapped_column(default=dict, info={KEYED_BY: "participation"})

    interview: Mapped[Interview] = relationship(back_populates="reviews")
    by: Mapped[User | None] = relationship()
    person: Mapped[Person | None] = relationship()


class Draft(StudyScoped, Model):
    """What somebody is typing and has not saved: neither audited nor versioned. `record_id` 0 is an interview not yet created."""

    __tablename__ = "interview_draft"
    __table_args__ = (sa.UniqueConstraint("study_id", "user_id", "record_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    record_id: Mapped[int]
    field: Mapped[str] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.Text)
    base_version: Mapped[int] = mapped_column(default=0)
    at: Mapped[dt.datetime]


@visibility(Interview)
def readable(scope: Scope) -> sa.ColumnElement[bool]:
    """Return the clause that a reader may know of an interview: levels up to the role's rank; and, for the team, one's own, written or
    asked in. Who is a guest now reads as a guest, whatever they wrote before."""
    readable_level = of_level(Interview, scope)
    if scope.user_id is None or scope.rank < Confidentiality.TEAM.rank:
        return readable_level
    asked = sa.select(Interviewer.interview_id).where(Interviewer.user_id == scope.user_id, Interviewer.study_id == scope.study_id)
    return sa.or_(readable_level, Interview.id.in_(asked))


def within_readable(scope: Scope, interview_id: Any) -> sa.ColumnElement[bool]:
    """Return the clause that the interview which a column names stands and may be read: what belongs to it exists for no other reader."""
    live = (Interview.study_id == scope.study_id, Interview.deleted_at.is_(None))
    return interview_id.in_(sa.select(Interview.id).where(*live, readable(scope)))
