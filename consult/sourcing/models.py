"""Needs and capabilities of organisations: of which component, by which process, how much a year."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.schema import SchemaItem

from consult.interviews.models import Interview, of_interview, within_readable
from consult.kernel.db import Model
from consult.kernel.model import (
    LABEL,
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
from consult.terms.models import Term

UNIT = 40
"""The longest unit in which a quantity is counted; pieces where there is none."""


class Horizon(Choice):
    """When something is needed."""

    NOW = "now", "Dès maintenant", "Now"
    YEAR = "year", "Dans l’année", "Within a year"
    THREE_YEARS = "three_years", "D’ici un à trois ans", "In one to three years"
    LATER = "later", "Au-delà de trois ans", "In more than three years"


class Criticality(Choice):
    """How much it would hurt to go without."""

    HIGH = "high", "Forte", "High"
    MEDIUM = "medium", "Moyenne", "Medium"
    LOW = "low", "Faible", "Low"


class Relocatable(Choice):
    """Whether what is bought elsewhere today could be made here."""

    YES = "yes", "Oui", "Yes"
    STUDIED = "studied", "À l’étude", "Being studied"
    NO = "no", "Non", "No"


class Maturity(Choice):
    """How far a capability has come."""

    STUDY = "study", "À l’étude", "Being studied"
    PROTOTYPE = "prototype", "Prototype", "Prototype"
    PILOT = "pilot", "Présérie", "Pilot series"
    SERIES = "series", "Série", "Series production"


def _of_organisation(table: str) -> tuple[SchemaItem, ...]:
    return of_interview(
        sa.ForeignKeyConstraint(["study_id", "organisation_id"], ["participation.study_id", "participation.organisation_id"]),
        sa.CheckConstraint("component_id IS NOT NULL OR process_id IS NOT NULL", name="says_what"),
        sa.Index(f"ix_{table}_list", "study_id", "deleted_at", "id"),
        sa.Index(f"ix_{table}_organisation", "study_id", "organisation_id"),
        sa.Index(f"ix_{table}_interview", "study_id", "interview_id"),
        sa.Index(f"ix_{table}_component", "component_id"),
        sa.Index(f"ix_{table}_process", "process_id"),
    )


class Sourced(Record, Referenced, StudyScoped, Versioned, SoftDeleted, Audited):
    """What needs and capabilities have in common: whose, of what, and in which interview it was told, if in one."""

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    interview_id: Mapped[int | None]
    component_id: Mapped[int | None] = mapped_column(sa.ForeignKey("term.id"))
    process_id: Mapped[int | None] = mapped_column(sa.ForeignKey("term.id"))
    unit: Mapped[str | None] = mapped_column(sa.String(UNIT))
    confidentiality: Mapped[Confidentiality] = choice(Confidentiality, default=Confidentiality.TEAM)
    note: Mapped[str | None] = mapped_column(sa.String(NOTE))

    @declared_attr
    def organisation(cls) -> Mapped[Organisation]:
        return relationship(foreign_keys=[cls.organisation_id])  # type: ignore[list-item]

    @declared_attr
    def interview(cls) -> Mapped[Interview | None]:
        name = cls.__name__  # type: ignore[attr-defined]
        return relationship(primaryjoin=f"{name}.interview_id == Interview.id", foreign_keys=f"{name}.interview_id")

    @declared_attr
    def component(cls) -> Mapped[Term | None]:
        return relationship(foreign_keys=[cls.component_id])  # type: ignore[list-item]

    @declared_attr
    def process(cls) -> Mapped[Term | None]:
        return relationship(foreign_keys=[cls.process_id])  # type: ignore[list-item]


class Need(Sourced, Model):
    """What an organisation looks for, or buys elsewhere today."""

    __tablename__ = "need"
    __table_args__ = _of_organisation("need")
    ref_prefix = "NEED"

    volume_per_year: Mapped[int | None]
    quality: Mapped[str | None] = mapped_column(sa.String(LABEL))
    horizon: Mapped[Horizon | None] = choice(Horizon)
    source_country: Mapped[str | None] = mapped_column(sa.String(2))
    criticality: Mapped[Criticality | None] = choice(Criticality)
    relocatable: Mapped[Relocatable | None] = choice(Relocatable)


class Capability(Sourced, Model):
    """What an organisation can make; it is verified on a day, from a source."""

    __tablename__ = "capability"
    __table_args__ = (
        *_of_organisation("capability"),
        sa.CheckConstraint("spare_percent IS NULL OR spare_percent BETWEEN 0 AND 100", name="spare_is_a_share"),
    )
    ref_prefix = "CAP"

    capacity_per_year: Mapped[int | None]
    spare_percent: Mapped[int | None]
    certifications: Mapped[str | None] = mapped_column(sa.String(LABEL))
    maturity: Mapped[Maturity | None] = choice(Maturity)
    verified_on: Mapped[dt.date | None]
    source: Mapped[str | None] = mapped_column(sa.String(LABEL))


def _rule(cls: Any, scope: Scope) -> sa.ColumnElement[bool]:
    beside = sa.or_(cls.interview_id.is_(None), within_readable(scope, cls.interview_id))
    return sa.and_(of_level(cls, scope), beside)


@visibility(Need)
def _readable_needs(scope: Scope) -> sa.ColumnElement[bool]:
    return _rule(Need, scope)


@visibility(Capability)
def _readable_capabilities(scope: Scope) -> sa.ColumnElement[bool]:
    return _rule(Capability, scope)


RULES = {Need: _readable_needs, Capability: _readable_capabilities}
"""What a reader may know of, of each."""
