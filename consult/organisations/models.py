"""Organisations, their sites, roles, names and relations. People are in `people_models`, the link to a study in `participation`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from consult.kernel.db import Model
from consult.kernel.model import LABEL, NAME, NOTE, Audited, Choice, Record, Referenced, SoftDeleted, Versioned, choice
from consult.organisations.name_keys import kept_key
from consult.terms.models import Term

LIVE = sa.text("deleted_at IS NULL")


def _where_filled(table: str, column: str) -> sa.Index:
    """An index of what few rows have, by which two that have the same are found."""
    filled = sa.text(f"{column} IS NOT NULL")
    return sa.Index(f"ix_{table}_{column}", column, sqlite_where=filled, postgresql_where=filled)


class OrganisationKind(Choice):
    COMPANY = "company", "Entreprise", "Company"
    PUBLIC_BODY = "public_body", "Institution publique", "Public body"
    LOCAL_AUTHORITY = "local_authority", "Collectivité", "Local authority"
    TRAINING = "training", "Établissement de formation", "Training institution"
    LABORATORY = "laboratory", "Laboratoire", "Laboratory"
    ASSOCIATION = "association", "Association ou cluster", "Association or cluster"
    FUNDER = "funder", "Financeur", "Funder"
    OTHER = "other", "Autre", "Other"


class OrganisationStatus(Choice):
    ACTIVE = "active", "Active", "Active"
    CEASED = "ceased", "Cessée", "Ceased"
    UNKNOWN = "unknown", "Inconnu", "Unknown"


class WorkforceBand(Choice):
    """INSEE bands of staff numbers (tranche d'effectifs salariés, nomenclature TEFEN)."""

    NONE = "NN", "Non employeur", "No staff"
    ZERO = "00", "0 salarié", "0"
    B01 = "01", "1 ou 2", "1 to 2"
    B02 = "02", "3 à 5", "3 to 5"
    B03 = "03", "6 à 9", "6 to 9"
    B11 = "11", "10 à 19", "10 to 19"
    B12 = "12", "20 à 49", "20 to 49"
    B21 = "21", "50 à 99", "50 to 99"
    B22 = "22", "100 à 199", "100 to 199"
    B31 = "31", "200 à 249", "200 to 249"
    B32 = "32", "250 à 499", "250 to 499"
    B41 = "41", "500 à 999", "500 to 999"
    B42 = "42", "1 000 à 1 999", "1,000 to 1,999"
    B51 = "51", "2 000 à 4 999", "2,000 to 4,999"
    B52 = "52", "5 000 à 9 999", "5,000 to 9,999"
    B53 = "53", "10 000 ou plus", "10,000 or more"


class Nomenclature(Choice):
    """Which edition of the French classification of activities a code is of; NAF 2025 replaces rev. 2 on 1 January 2027."""

    NAF_REV2 = "naf_rev2", "NAF rév. 2", "NAF rev. 2"
    NAF_2025 = "naf_2025", "NAF 2025", "NAF 2025"


class Organisation(Record, Referenced, Versioned, SoftDeleted, Audited, Model):
    """A body of the directory. One for the installation: studies see it through their participation.

    One that was merged is deleted and says into which. `name_key` is the name as duplicates are found by it.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        sa.Index("uq_organisation_siren_live", "siren", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        sa.Index("ix_organisation_sort_name", "sort_name", "id"),
        sa.Index("ix_organisation_domain", "domain"),
        sa.Index("ix_organisation_name_key", "name_key", "id"),
        sa.Index("ix_organisation_merged_into", "merged_into_id"),
        *(_where_filled("organisation", name) for name in ("vat_number", "foreign_id", "unchecked_siren")),
    )
    ref_prefix = "ORG"
    audit_skip = Audited.audit_skip | {"name_key"}

    name: Mapped[str] = mapped_column(sa.String(NAME))
    short_name: Mapped[str | None] = mapped_column(sa.String(NAME))
    legal_name: Mapped[str | None] = mapped_column(sa.String(NAME))
    kind: Mapped[OrganisationKind] = choice(OrganisationKind, default=OrganisationKind.COMPANY)
    status: Mapped[OrganisationStatus] = choice(OrganisationStatus, default=OrganisationStatus.ACTIVE)
    siren: Mapped[str | None] = mapped_column(sa.String(9))
    unchecked_siren: Mapped[str | None] = mapped_column(sa.String(40))
    vat_number: Mapped[str | None] = mapped_column(sa.String(20))
    foreign_id: Mapped[str | None] = mapped_column(sa.String(40))
    naf_code: Mapped[str | None] = mapped_column(sa.String(10))
    naf_edition: Mapped[Nomenclature | None] = choice(Nomenclature)
    workforce_band: Mapped[WorkforceBand | None] = choice(WorkforceBand)
    workforce: Mapped[int | None]
    workforce_year: Mapped[int | None]
    turnover_band: Mapped[str | None] = mapped_column(sa.String(40))
    created_year: Mapped[int | None]
    website: Mapped[str | None] = mapped_column(sa.String(LABEL))
    domain: Mapped[str | None] = mapped_column(sa.String(NAME))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    description: Mapped[str | None] = mapped_column(sa.String(NOTE))
    notes: Mapped[str | None] = mapped_column(sa.String(NOTE))
    source: Mapped[str | None] = mapped_column(sa.String(LABEL))
    verified_on: Mapped[dt.date | None]
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sort_name: Mapped[str] = mapped_column(sa.String(NAME), default="")
    search_key: Mapped[str] = mapped_column(sa.Text, default="")
    name_key: Mapped[str] = mapped_column(sa.String(NAME), default="")
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))

    sites: Mapped[list[Site]] = relationship(back_populates="organisation", order_by="Site.is_head_office.desc(), Site.id")
    roles: Mapped[list[OrganisationRole]] = relationship(back_populates="organisation", order_by="OrganisationRole.id")
    aliases: Mapped[list[Alias]] = relationship(back_populates="organisation", order_by="Alias.name")
    term_links: Mapped[list[OrganisationTerm]] = relationship(back_populates="organisation", cascade="all, delete-orphan")

    @validates("name")
    def _keep_key(self, _column: str, name: str) -> str:
        self.name_key = kept_key(name)
        return name


class Site(Record, Versioned, SoftDeleted, Audited, Model):
    """An establishment of an organisation. `commune_code` is the INSEE code, text of five characters."""

    __tablename__ = "site"
    __table_args__ = (
        sa.Index("uq_site_siret_live", "siret", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        sa.Index(
            "uq_site_head_office_live", "organisation_id", unique=True,
            sqlite_where=sa.text("is_head_office AND deleted_at IS NULL"),
            postgresql_where=sa.text("is_head_office AND deleted_at IS NULL"),
        ),
        sa.Index("ix_site_organisation", "organisation_id"),
        sa.Index("ix_site_commune", "commune_code"),
        _where_filled("site", "unchecked_siret"),
    )  # fmt: skip

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    label: Mapped[str | None] = mapped_column(sa.String(NAME))
    siret: Mapped[str | None] = mapped_column(sa.String(14))
    unchecked_siret: Mapped[str | None] = mapped_column(sa.String(40))
    address: Mapped[str | None] = mapped_column(sa.String(LABEL))
    postcode: Mapped[str | None] = mapped_column(sa.String(12))
    commune_name: Mapped[str | None] = mapped_column(sa.String(NAME))
    commune_code: Mapped[str | None] = mapped_column(sa.String(5))
    country: Mapped[str] = mapped_column(sa.String(2), default="FR")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    workforce: Mapped[int | None]
    is_head_office: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship(back_populates="sites")

    def audit_subject(self) -> tuple[str, int]:
        return "organisation", self.organisation_id


class RoleKind(Choice):
    """What an organisation is in its sector."""

    BRAND = "brand", "Marque", "Brand"
    SUBCONTRACTOR = "subcontractor", "Sous-traitant", "Subcontractor"
    CO_CONTRACTOR = "co_contractor", "Cotraitant", "Co-contractor"
    MANUFACTURE = "manufacture", "Manufacture", "Integrated maker"
    INSTITUTION = "institution", "Institution", "Institution"
    TRAINING = "training", "Formation", "Training"
    RESEARCH = "research", "Recherche", "Research"
    FUNDER = "funder", "Financeur", "Funder"
    CLUSTER = "cluster", "Cluster", "Cluster"


_PRIMARY = "is_primary AND deleted_at IS NULL"


class OrganisationRole(Record, SoftDeleted, Audited, Model):
    """A role an organisation has or had; in one study when `study_id` is set, else in general. One is primary at most."""

    __tablename__ = "organisation_role"
    __table_args__ = (
        sa.Index(
            "uq_organisation_role_primary_live", "organisation_id", unique=True,
            sqlite_where=sa.text(_PRIMARY + " AND study_id IS NULL"), postgresql_where=sa.text(_PRIMARY + " AND study_id IS NULL"),
        ),
        sa.Index(
            "uq_organisation_role_primary_in_study_live", "organisation_id", "study_id", unique=True,
            sqlite_where=sa.text(_PRIMARY), postgresql_where=sa.text(_PRIMARY),
        ),
        sa.Index("ix_organisation_role_organisation", "organisation_id"),
    )  # fmt: skip
    audit_skip = Audited.audit_skip - {"study_id"}

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    study_id: Mapped[int | None] = mapped_column(sa.ForeignKey("study.id"))
    role: Mapped[RoleKind] = choice(RoleKind)
    is_primary: Mapped[bool] = mapped_column(default=False)
    since: Mapped[dt.date | None]
    until: Mapped[dt.date | None]

    organisation: Mapped[Organisation] = relationship(back_populates="roles")

    def audit_subject(self) -> tuple[str, int]:
        return "organisation", self.organisation_id


class Alias(Record, Audited, Model):
    """Another name by which an organisation is or was known; it stays findable by it."""

    __tablename__ = "alias"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "name"), sa.Index("ix_alias_key", "key"))

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(sa.String(NAME))
    key: Mapped[str] = mapped_column(sa.String(NAME))

    organisation: Mapped[Organisation] = relationship(back_populates="aliases")

    def audit_subject(self) -> tuple[str, int]:
        return "organisation", self.organisation_id


class RelationKind(Choice):
    """How one organisation stands to another; `inverse` reads it from the other side."""

    SUBSIDIARY_OF = "subsidiary_of", "filiale de", "subsidiary of"
    CUSTOMER_OF = "customer_of", "cliente de", "customer of"
    SUBCONTRACTS_FOR = "subcontracts_for", "sous-traite pour", "subcontracts for"
    MEMBER_OF = "member_of", "membre de", "member of"
    OVERSEES = "oversees", "tutelle de", "oversees"

    def inverse(self, lang: str) -> str:
        """Return how the relation is said from its other end."""
        french, english = {
            "subsidiary_of": ("société mère de", "parent of"),
            "customer_of": ("fournisseur de", "supplier of"),
            "subcontracts_for": ("donneur d’ordres de", "ordering party of"),
            "member_of": ("compte parmi ses membres", "has as member"),
            "oversees": ("sous tutelle de", "overseen by"),
        }[self.value]
        return french if lang == "fr" else english


class OrganisationRelation(Record, SoftDeleted, Audited, Model):
    """A relation from one organisation to another, never to itself."""

    __tablename__ = "organisation_relation"
    __table_args__ = (
        sa.CheckConstraint("from_id <> to_id", name="not_self"),
        sa.Index("ix_organisation_relation_from", "from_id"),
        sa.Index("ix_organisation_relation_to", "to_id"),
    )

    from_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[RelationKind] = choice(RelationKind)
    since: Mapped[dt.date | None]
    until: Mapped[dt.date | None]
    source: Mapped[str | None] = mapped_column(sa.String(LABEL))

    origin: Mapped[Organisation] = relationship(foreign_keys=[from_id])
    target: Mapped[Organisation] = relationship(foreign_keys=[to_id])

    def audit_subject(self) -> tuple[str, int]:
        return "organisation", self.from_id


class OrganisationTerm(Audited, Model):
    """A speciality or tag of an organisation."""

    __tablename__ = "organisation_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    term_id: Mapped[int] = mapped_column(sa.ForeignKey("term.id"), index=True)
    __table_args__ = (sa.UniqueConstraint("organisation_id", "term_id"),)

    organisation: Mapped[Organisation] = relationship(back_populates="term_links")
    term: Mapped[Term] = relationship(lazy="joined", innerjoin=True)

    def audit_subject(self) -> tuple[str, int]:
        return "organisation", self.organisation_id
