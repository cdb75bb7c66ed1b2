"""People and what they do in organisations."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.kernel.db import Model
from consult.kernel.model import LABEL, NAME, NOTE, Audited, Choice, Record, Referenced, SoftDeleted, Versioned, choice
from consult.organisations.models import Organisation


class Civility(Choice):
    MS = "ms", "Mme", "Ms"
    MR = "mr", "M.", "Mr"


class PersonFunction(Choice):
    """What somebody is in charge of, whatever the job title says."""

    DIRECTION = "direction", "Direction", "Management"
    PRODUCTION = "production", "Production", "Production"
    RESEARCH = "research", "R&D", "R&D"
    PURCHASING = "purchasing", "Achats", "Purchasing"
    SALES = "sales", "Commercial", "Sales"
    QUALITY = "quality", "Qualité", "Quality"
    HUMAN_RESOURCES = "human_resources", "Ressources humaines", "Human resources"
    FINANCE = "finance", "Finance", "Finance"
    ELECTED = "elected", "Élu", "Elected member"
    PROJECT = "project", "Chargé de mission", "Project officer"
    OTHER = "other", "Autre", "Other"


class Person(Record, Referenced, Versioned, SoftDeleted, Audited, Model):
    """Somebody whom studies meet. One for the installation, like organisations; one that was merged is deleted and says into which."""

    __tablename__ = "person"
    __table_args__ = (sa.Index("ix_person_sort_name", "sort_name", "id"), sa.Index("ix_person_merged_into", "merged_into_id"))
    ref_prefix = "PER"

    civility: Mapped[Civility | None] = choice(Civility)
    first_name: Mapped[str | None] = mapped_column(sa.String(NAME))
    last_name: Mapped[str] = mapped_column(sa.String(NAME))
    lang: Mapped[str] = mapped_column(sa.String(2), default="fr")
    do_not_contact: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[str | None] = mapped_column(sa.String(NOTE))
    source: Mapped[str | None] = mapped_column(sa.String(LABEL))
    verified_on: Mapped[dt.date | None]
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sort_name: Mapped[str] = mapped_column(sa.String(NAME * 2 + 1), default="")
    search_key: Mapped[str] = mapped_column(sa.Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    emails: Mapped[list[PersonEmail]] = relationship(back_populates="person", order_by="PersonEmail.id", cascade="all, delete-orphan")
    phones: Mapped[list[PersonPhone]] = relationship(back_populates="person", order_by="PersonPhone.id", cascade="all, delete-orphan")
    affiliations: Mapped[list[Affiliation]] = relationship(back_populates="person", order_by="Affiliation.is_main.desc(), Affiliation.id")

    @property
    def full_name(self) -> str:
        """First name and last name as they are said."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class PersonEmail(Audited, Model):
    """An address of a person. A live address belongs to one person unless it is marked as a shared mailbox."""

    __tablename__ = "person_email"
    __table_args__ = (
        sa.Index(
            "uq_person_email_address_live", "address", unique=True,
            sqlite_where=sa.text("NOT is_shared AND NOT is_retired"), postgresql_where=sa.text("NOT is_shared AND NOT is_retired"),
        ),
        sa.Index("ix_person_email_person", "person_id"),
        sa.Index("ix_person_email_address", "address"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    address: Mapped[str] = mapped_column(sa.String(254))  # lower case
    is_shared: Mapped[bool] = mapped_column(default=False)
    is_retired: Mapped[bool] = mapped_column(default=False)  # its person is deleted

    person: Mapped[Person] = relationship(back_populates="emails")

    def audit_subject(self) -> tuple[str, int]:
        return "person", self.person_id


class PersonPhone(Audited, Model):
    """A number of a person: E.164 when it is valid, and always as it was typed."""

    __tablename__ = "person_phone"
    __table_args__ = (sa.Index("ix_person_phone_person", "person_id"), sa.Index("ix_person_phone_number", "number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    number: Mapped[str | None] = mapped_column(sa.String(20))
    typed: Mapped[str] = mapped_column(sa.String(40))

    person: Mapped[Person] = relationship(back_populates="phones")

    def audit_subject(self) -> tuple[str, int]:
        return "person", self.person_id


class Affiliation(Record, SoftDeleted, Audited, Model):
    """What a person does, or did, in an organisation. At most one open affiliation of a person is the main one."""

    __tablename__ = "affiliation"
    __table_args__ = (
        sa.Index(
            "uq_affiliation_main_live", "person_id", unique=True,
            sqlite_where=sa.text("is_main AND until IS NULL AND deleted_at IS NULL"),
            postgresql_where=sa.text("is_main AND until IS NULL AND deleted_at IS NULL"),
        ),
        sa.Index("ix_affiliation_person", "person_id"),
        sa.Index("ix_affiliation_organisation", "organisation_id"),
    )  # fmt: skip

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    job_title: Mapped[str | None] = mapped_column(sa.String(NAME))
    function: Mapped[PersonFunction | None] = choice(PersonFunction)
    since: Mapped[dt.date | None]
    until: Mapped[dt.date | None]
    is_main: Mapped[bool] = mapped_column(default=True)

    person: Mapped[Person] = relationship(back_populates="affiliations")
    organisation: Mapped[Organisation] = relationship()

    def audit_subject(self) -> tuple[str, int]:
        return "organisation", self.organisation_id
