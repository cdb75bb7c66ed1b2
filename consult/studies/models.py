"""A study and what frames it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.accounts.models import User
from consult.kernel.db import Model
from consult.kernel.model import (
    LABEL,
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
)


class StudyState(Choice):
    PREPARATION = "preparation", "Préparation", "Preparation"
    LAUNCHED = "launched", "Lancée", "Launched"
    COLLECTION = "collection", "Collecte", "Field work"
    ANALYSIS = "analysis", "Analyse", "Analysis"
    FEEDBACK = "feedback", "Restitution", "Feedback"
    CLOSED = "closed", "Clôturée", "Closed"
    ARCHIVED = "archived", "Archivée", "Archived"


class Role(Choice):
    """What a person is in one study."""

    LEAD = "lead", "Chef de projet", "Project lead"
    REVIEWER = "reviewer", "Relecteur", "Reviewer"
    CONSULTANT = "consultant", "Consultant", "Consultant"
    CLUSTER = "cluster", "Animateur de cluster", "Cluster manager"
    GUEST = "guest", "Invité", "Guest"

    @property
    def rank(self) -> int:
        """The highest confidentiality rank this role reads; -1 reads nothing of what was said."""
        return {"lead": 3, "reviewer": 3, "consultant": 2, "cluster": -1, "guest": 1}[self.value]


class SegmentKind(Choice):
    """What a segment is for the headline figures."""

    BRAND = "brand", "Marque", "Brand"
    SUBCONTRACTOR = "subcontractor", "Sous-traitant", "Subcontractor"
    OUTSIDE = "outside", "Hors territoire", "Outside the territory"
    INSTITUTION = "institution", "Acteur institutionnel", "Institutional stakeholder"
    OTHER = "other", "Autre", "Other"


class Validation(Choice):
    """Who validates the interviews of a study."""

    REVIEWER = "reviewer", "Un relecteur ou un chef de projet", "A reviewer or a project lead"
    LEAD = "lead", "Un chef de projet", "A project lead"
    NOBODY = "nobody", "Personne : soumettre, c’est valider", "Nobody: submitting validates"


class Study(Record, Referenced, Versioned, SoftDeleted, Audited, Model):
    """A consultation of a sector and its territory, commissioned by somebody, run by a provider between two dates."""

    __tablename__ = "study"
    ref_prefix = "STU"

    title: Mapped[str] = mapped_column(sa.String(NAME))
    state: Mapped[StudyState] = choice(StudyState, default=StudyState.PREPARATION)
    client: Mapped[str | None] = mapped_column(sa.String(NAME))
    funder: Mapped[str | None] = mapped_column(sa.String(NAME))
    provider: Mapped[str | None] = mapped_column(sa.String(NAME))
    territory_name: Mapped[str | None] = mapped_column(sa.String(NAME))
    starts_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date | None]
    man_days_planned: Mapped[Decimal | None] = mapped_column(sa.Numeric(8, 2))
    objectives: Mapped[str | None] = mapped_column(sa.Text)
    default_confidentiality: Mapped[Confidentiality] = choice(Confidentiality, default=Confidentiality.TEAM)
    validation_by: Mapped[Validation] = choice(Validation, default=Validation.REVIEWER)
    approval_by_interviewee: Mapped[bool] = mapped_column(default=False)
    small_group: Mapped[int] = mapped_column(default=3)
    stop_after_attempts: Mapped[int | None] = mapped_column(default=5)
    remind_after_days: Mapped[int | None] = mapped_column(default=7)


class Membership(Record, Audited, Model):
    """A person's role in a study. Not filtered by study: the gate reads it to decide whether there is a scope at all."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("study_id", "user_id"),)
    audit_skip = Audited.audit_skip - {"study_id"}

    study_id: Mapped[int] = mapped_column(sa.ForeignKey("study.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    role: Mapped[Role] = choice(Role)

    study: Mapped[Study] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])

    def audit_subject(self) -> tuple[str, int]:
        return "study", self.study_id


class PerimeterArea(Record, StudyScoped, Audited, Model):
    """One area of a study's perimeter: an EPCI (its SIREN) or a single commune (its INSEE code)."""

    __tablename__ = "perimeter_area"
    __table_args__ = (sa.UniqueConstraint("study_id", "code"),)

    code: Mapped[str] = mapped_column(sa.String(9))
    kind: Mapped[str] = mapped_column(sa.String(10))
    name: Mapped[str] = mapped_column(sa.String(NAME))

    def audit_subject(self) -> tuple[str, int]:
        return "study", self.study_id


class PerimeterCommune(StudyScoped, Model):
    """A commune of the perimeter, by INSEE code: derived from the areas whenever they change, so that in-or-out is one join."""

    __tablename__ = "perimeter_commune"
    __table_args__ = (sa.PrimaryKeyConstraint("study_id", "commune_code"),)

    commune_code: Mapped[str] = mapped_column(sa.String(5))


class Segment(Record, StudyScoped, Versioned, SoftDeleted, Audited, Model):
    """A group of the target list with its quota, counted in distinct organisations."""

    __tablename__ = "segment"
    __table_args__ = (
        sa.UniqueConstraint("study_id", "id"),
        sa.Index(
            "uq_segment_label_live", "study_id", "label", unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"), postgresql_where=sa.text("deleted_at IS NULL"),
        ),
    )  # fmt: skip

    label: Mapped[str] = mapped_column(sa.String(NAME))
    kind: Mapped[SegmentKind] = choice(SegmentKind)
    position: Mapped[int] = mapped_column(default=0)
    goal_min: Mapped[int | None]
    goal_max: Mapped[int | None]
    definition: Mapped[str | None] = mapped_column(sa.String(NOTE))

    def audit_subject(self) -> tuple[str, int]:
        return "study", self.study_id


class SavedView(Record, StudyScoped, SoftDeleted, Audited, Model):
    """A list with its filters, columns and sort kept under a name: private, or shared with the study's team."""

    __tablename__ = "saved_view"

    listing: Mapped[str] = mapped_column(sa.String(40))
    label: Mapped[str] = mapped_column(sa.String(LABEL))
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    shared: Mapped[bool] = mapped_column(default=False)


class PrivacyNotice(Record, StudyScoped, Audited, Model):
    """What people are told about their data, in both languages. One that was kept never changes: another text is another number."""

    __tablename__ = "privacy_notice"
    __table_args__ = (sa.UniqueConstraint("study_id", "number"),)

    number: Mapped[int]
    text_fr: Mapped[str] = mapped_column(sa.String(NOTE))
    text_en: Mapped[str] = mapped_column(sa.String(NOTE))

    def audit_subject(self) -> tuple[str, int]:
        return "study", self.study_id
