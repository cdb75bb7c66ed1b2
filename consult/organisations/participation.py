"""An organisation in a study: where it stands in the target list, who looks after it, and how much it weighs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from consult.accounts.models import User
from consult.kernel.db import Model
from consult.kernel.model import LABEL, NOTE, Audited, Choice, Record, SoftDeleted, StudyScoped, Versioned, choice
from consult.kernel.scope import Scope, visibility
from consult.organisations.models import Alias, Organisation, OrganisationRelation, OrganisationRole, OrganisationTerm, Site
from consult.organisations.people_models import Affiliation, Person
from consult.studies.models import Segment


class Disposition(Choice):
    """Where a target stands. `aapor` is its class in AAPOR's outcome rates (Standard Definitions)."""

    TO_QUALIFY = "to_qualify", "À qualifier", "To qualify"
    TO_CONTACT = "to_contact", "À contacter", "To contact"
    CONTACTED = "contacted", "Contactée", "Contacted"
    SCHEDULED = "scheduled", "RDV pris", "Scheduled"
    DONE = "done", "Rencontrée ou consultée", "Met or consulted"
    PARTIAL = "partial", "Entretien partiel", "Partial interview"
    REFUSED = "refused", "Refus", "Refused"
    UNREACHABLE = "unreachable", "Injoignable", "Unreachable"
    INELIGIBLE = "ineligible", "Hors cible", "Ineligible"
    OUT_OF_BUSINESS = "out_of_business", "Cessée", "Out of business"
    REPLACED = "replaced", "Remplacée", "Replaced"
    DROPPED = "dropped", "Abandonnée (décision)", "Dropped (decision)"


class Cause(Choice):
    """Why a target was not heard, as a closed list; words of one's own stand beside it. See `CAUSES` for which goes with what."""

    NO_TIME = "no_time", "Manque de temps", "No time"
    NOT_INTERESTED = "not_interested", "Pas intéressée", "Not interested"
    CONFIDENTIALITY = "confidentiality", "Confidentialité", "Confidentiality"
    OVERSOLICITED = "oversolicited", "Trop sollicitée", "Asked too often"
    HEAD_OFFICE = "head_office", "Décision du siège", "Decided at head office"
    DISTRUST = "distrust", "Défiance envers la démarche", "Distrusts the study"
    NEVER_ANSWERS = "never_answers", "Sans réponse après relances", "No answer after reminders"
    SCREENED = "screened", "Barrage du standard", "Not put through"
    NO_CONTACT = "no_contact", "Aucune coordonnée valable", "No valid number or address"
    AWAY = "away", "Absence prolongée", "Away for long"
    OTHER_ACTIVITY = "other_activity", "Autre activité", "Another activity"
    OUTSIDE = "outside", "Hors périmètre", "Outside the perimeter"
    SAME_GROUP = "same_group", "Même groupe qu’une autre cible", "Same group as another target"
    CLOSED_DOWN = "closed_down", "Liquidation ou cessation", "Closed down"
    TAKEN_OVER = "taken_over", "Absorbée", "Taken over"
    MOVED_AWAY = "moved_away", "Partie du territoire", "Moved away"
    QUOTA_REACHED = "quota_reached", "Quota atteint", "Quota reached"
    OUT_OF_TIME = "out_of_time", "Fin du terrain", "End of the field work"
    COMMITTEE = "committee", "Décision du comité", "Decided by the committee"
    OTHER = "other", "Autre", "Other"


CAUSES: dict[Disposition, tuple[Cause, ...]] = {
    Disposition.REFUSED: (
        Cause.NO_TIME, Cause.NOT_INTERESTED, Cause.CONFIDENTIALITY, Cause.OVERSOLICITED, Cause.HEAD_OFFICE, Cause.DISTRUST, Cause.OTHER,
    ),
    Disposition.UNREACHABLE: (Cause.NEVER_ANSWERS, Cause.SCREENED, Cause.NO_CONTACT, Cause.AWAY, Cause.OTHER),
    Disposition.INELIGIBLE: (Cause.OTHER_ACTIVITY, Cause.OUTSIDE, Cause.SAME_GROUP, Cause.OTHER),
    Disposition.OUT_OF_BUSINESS: (Cause.CLOSED_DOWN, Cause.TAKEN_OVER, Cause.MOVED_AWAY, Cause.OTHER),
    Disposition.DROPPED: (Cause.QUOTA_REACHED, Cause.OUT_OF_TIME, Cause.COMMITTEE, Cause.OTHER),
    Disposition.REPLACED: tuple(Cause),
}  # fmt: skip
"""The dispositions that ask why, and the causes that go with each."""


class PlannedChannel(Choice):
    """How a target is to be heard."""

    INDIVIDUAL = "individual", "Entretien individuel", "Individual interview"
    CONSULTATION = "consultation", "Consultation", "Consultation"
    WORKSHOP = "workshop", "Atelier", "Workshop"


class Priority(Choice):
    HIGH = "high", "Haute", "High"
    MEDIUM = "medium", "Moyenne", "Medium"
    LOW = "low", "Basse", "Low"


class Stance(Choice):
    """Where a stakeholder stands on what the study is about, from −2 to +2."""

    OPPOSED = "-2", "Opposé", "Opposed"
    RESERVED = "-1", "Réservé", "Reserved"
    NEUTRAL = "0", "Neutre", "Neutral"
    FAVOURABLE = "1", "Favorable", "Favourable"
    DRIVING = "2", "Moteur", "Driving"


def _live_index(name: str, *columns: str) -> sa.Index:
    live = sa.text("deleted_at IS NULL")
    return sa.Index(f"ix_participation_{name}", *columns, sqlite_where=live, postgresql_where=live)


class Participation(Record, StudyScoped, Versioned, SoftDeleted, Audited, Model):
    """An organisation as seen by a study. Segment, quota and disposition exist only when it is in the frame (the target list).

    `sort_name` and `search_key` repeat the organisation's, so that a list of any length is read from one index.
    """

    __tablename__ = "participation"
    __table_args__ = (
        sa.UniqueConstraint("study_id", "organisation_id"),
        sa.ForeignKeyConstraint(["study_id", "segment_id"], ["segment.study_id", "segment.id"]),
        _live_index(
            "list",
            "study_id",
            "sort_name",
            "organisation_id",
            "segment_id",
            "disposition",
            "priority",
            "owner_id",
            "in_frame",
            "search_key",
            "deleted_at",
        ),
        _live_index(
            "disposition",
            "study_id",
            "disposition",
            "segment_id",
            "priority",
            "owner_id",
            "in_frame",
            "sort_name",
            "organisation_id",
            "search_key",
            "deleted_at",
        ),
        _live_index("next", "study_id", "next_on", "owner_id"),
        sa.Index("ix_participation_organisation", "organisation_id"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    in_frame: Mapped[bool] = mapped_column(default=False)
    segment_id: Mapped[int | None]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    priority: Mapped[Priority | None] = choice(Priority)
    disposition: Mapped[Disposition | None] = choice(Disposition)
    disposition_cause: Mapped[Cause | None] = choice(Cause)
    disposition_reason: Mapped[str | None] = mapped_column(sa.String(LABEL))
    channel: Mapped[PlannedChannel | None] = choice(PlannedChannel)
    next_on: Mapped[dt.date | None]
    next_time: Mapped[dt.time | None]
    influence: Mapped[int | None]
    interest: Mapped[int | None]
    stance: Mapped[Stance | None] = choice(Stance)
    engagement: Mapped[str | None] = mapped_column(sa.String(NOTE))
    perimeter_override: Mapped[bool | None]
    perimeter_reason: Mapped[str | None] = mapped_column(sa.String(LABEL))
    sort_name: Mapped[str] = mapped_column(sa.String(200), default="")
    search_key: Mapped[str] = mapped_column(sa.Text, default="")

    organisation: Mapped[Organisation] = relationship()
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    segment: Mapped[Segment | None] = relationship(
        primaryjoin="Participation.segment_id == Segment.id", foreign_keys="Participation.segment_id"
    )

    def audit_subject(self) -> tuple[str, int]:
        return "organisation", self.organisation_id


def _takes_part(scope: Scope, organisation_id: Any) -> sa.ColumnElement[bool]:
    """Whether an organisation takes part in the study: one look-up in the unique index for each row, however long the list."""
    mine = aliased(Participation)
    here = sa.select(mine.id).where(mine.study_id == scope.study_id, mine.organisation_id == organisation_id, mine.deleted_at.is_(None))
    return here.correlate(organisation_id.parent).exists()


@visibility(Organisation)
def _organisations_of_study(scope: Scope) -> sa.ColumnElement[bool]:
    return _takes_part(scope, Organisation.id)


@visibility(Site)
def _sites_of_study(scope: Scope) -> sa.ColumnElement[bool]:
    return _takes_part(scope, Site.organisation_id)


@visibility(Alias)
def _aliases_of_study(scope: Scope) -> sa.ColumnElement[bool]:
    return _takes_part(scope, Alias.organisation_id)


@visibility(OrganisationTerm)
def _terms_of_study(scope: Scope) -> sa.ColumnElement[bool]:
    return _takes_part(scope, OrganisationTerm.organisation_id)


@visibility(OrganisationRole)
def _roles_of_study(scope: Scope) -> sa.ColumnElement[bool]:
    """General roles and those in this study; what an organisation is in another study is that study's."""
    here = sa.or_(OrganisationRole.study_id.is_(None), OrganisationRole.study_id == scope.study_id)
    return sa.and_(here, _takes_part(scope, OrganisationRole.organisation_id))


@visibility(OrganisationRelation)
def _relations_of_study(scope: Scope) -> sa.ColumnElement[bool]:
    return sa.and_(_takes_part(scope, OrganisationRelation.from_id), _takes_part(scope, OrganisationRelation.to_id))


@visibility(Affiliation)
def _affiliations_of_study(scope: Scope) -> sa.ColumnElement[bool]:
    return _takes_part(scope, Affiliation.organisation_id)


@visibility(Person)
def _people_of_study(scope: Scope) -> sa.ColumnElement[bool]:
    mine, post = aliased(Participation), aliased(Affiliation)
    here = (
        sa.select(post.id)
        .join(mine, mine.organisation_id == post.organisation_id)
        .where(post.person_id == Person.id, post.deleted_at.is_(None), mine.study_id == scope.study_id, mine.deleted_at.is_(None))
    )
    return here.correlate(Person).exists()
