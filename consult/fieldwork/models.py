"""What is done to reach a target: attempts, appointments, messages, who suggested it, who is calling it now."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.schema import SchemaItem

from consult.accounts.models import User
from consult.kernel.db import Model
from consult.kernel.model import (
    LABEL,
    NAME,
    NOTE,
    Audited,
    Choice,
    Record,
    SoftDeleted,
    StudyScoped,
    Versioned,
    choice,
    now,
)  # fmt: skip
from consult.organisations.models import Organisation
from consult.organisations.participation import Cause
from consult.organisations.people_models import Person

SUBJECT, BODY = 200, 8_000
"""The longest subject and text of a message: what a mail program takes in a link."""


class Channel(Choice):
    """By which way somebody was tried."""

    PHONE = "phone", "Téléphone", "Telephone"
    EMAIL = "email", "Courriel", "E-mail"
    LETTER = "letter", "Courrier", "Letter"
    VISIT = "visit", "Visite", "Visit"
    NETWORK = "network", "Réseau professionnel", "Professional network"
    OTHER = "other", "Autre", "Other"


class Outcome(Choice):
    """What came of an attempt. See `dispositions.AFTER` for where it brings the target."""

    NO_ANSWER = "no_answer", "Pas de réponse", "No answer"
    LEFT_MESSAGE = "left_message", "Message laissé", "Left a message"
    SENT = "sent", "Message envoyé", "Message sent"
    CALL_BACK = "call_back", "À rappeler", "To call back"
    AGREED = "agreed", "Accord de principe", "Agreed in principle"
    APPOINTMENT = "appointment", "RDV pris", "Appointment made"
    REFUSED = "refused", "Refus", "Refused"
    WRONG_CONTACT = "wrong_contact", "Coordonnées fausses", "Wrong number or address"
    UNREACHABLE = "unreachable", "Injoignable", "Unreachable"
    INELIGIBLE = "ineligible", "Hors cible", "Ineligible"
    OUT_OF_BUSINESS = "out_of_business", "Cessée", "Out of business"
    DROPPED = "dropped", "Abandonnée (décision)", "Dropped (decision)"


class TemplateKind(Choice):
    """What a message is for. The privacy notice that they carry is the study's (`PrivacyNotice`)."""

    APPROACH = "approach", "Prise de contact", "Approach"
    REMINDER = "reminder", "Relance", "Reminder"
    CONFIRMATION = "confirmation", "Confirmation de RDV", "Confirmation"
    THANKS = "thanks", "Remerciement", "Thanks"


class MeetingMode(Choice):
    """How an appointment is held."""

    ON_SITE = "on_site", "Présentiel", "On site"
    VIDEO = "video", "Visio", "Video call"
    PHONE = "phone", "Téléphone", "Telephone"


class AppointmentState(Choice):
    PLANNED = "planned", "Prévu", "Planned"
    HELD = "held", "Tenu", "Held"
    CANCELLED = "cancelled", "Annulé", "Cancelled"


def _of_target(*more: SchemaItem) -> tuple[SchemaItem, ...]:
    """Return the constraints of a row that belongs to an organisation as it takes part in the study."""
    return sa.ForeignKeyConstraint(["study_id", "organisation_id"], ["participation.study_id", "participation.organisation_id"]), *more


class _OfTarget(StudyScoped, Audited):
    """A row whose history is read on the page of its organisation."""

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))

    def audit_subject(self) -> tuple[str, int]:
        return "organisation", self.organisation_id


class ContactAttempt(_OfTarget, Record, Versioned, SoftDeleted, Model):
    """One try to reach a target. `next_on` is when to try again; `was` is how the target stood before, for whoever takes it back."""

    __tablename__ = "contact_attempt"
    __table_args__ = _of_target(
        sa.Index("ix_contact_attempt_target", "study_id", "organisation_id", "at"),
        sa.Index("ix_contact_attempt_at", "study_id", "at", "id"),
    )
    audit_skip = Audited.audit_skip | {"was"}

    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[dt.datetime] = mapped_column(default=now)
    channel: Mapped[Channel] = choice(Channel, default=Channel.PHONE)
    outcome: Mapped[Outcome] = choice(Outcome)
    cause: Mapped[Cause | None] = choice(Cause)
    reason: Mapped[str | None] = mapped_column(sa.String(LABEL))
    next_on: Mapped[dt.date | None]
    next_time: Mapped[dt.time | None]
    note: Mapped[str | None] = mapped_column(sa.String(NOTE))
    message: Mapped[TemplateKind | None] = choice(TemplateKind)
    notice_version: Mapped[int | None]
    was: Mapped[dict[str, Any]] = mapped_column(default=dict)

    organisation: Mapped[Organisation] = relationship(foreign_keys="ContactAttempt.organisation_id")
    person: Mapped[Person | None] = relationship()
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])


class Appointment(_OfTarget, Record, Versioned, SoftDeleted, Model):
    """A meeting agreed with a target. `uid` and `sequence` are how calendars know it again,
    `told_sequence` the last one sent to them; `was` is how the target stood before."""

    __tablename__ = "appointment"
    __table_args__ = _of_target(
        sa.ForeignKeyConstraint(["study_id", "interview_id"], ["interview.study_id", "interview.id"]),
        sa.Index("ix_appointment_when", "study_id", "starts_at", "user_id"),
        sa.Index("ix_appointment_target", "study_id", "organisation_id"),
    )
    audit_skip = Audited.audit_skip | {"was", "uid", "sequence", "told_sequence"}

    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    interview_id: Mapped[int | None]
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    mode: Mapped[MeetingMode] = choice(MeetingMode, default=MeetingMode.ON_SITE)
    place: Mapped[str | None] = mapped_column(sa.String(LABEL))
    commune: Mapped[str | None] = mapped_column(sa.String(NAME))
    travel_min: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(sa.String(NOTE))
    state: Mapped[AppointmentState] = choice(AppointmentState, default=AppointmentState.PLANNED)
    uid: Mapped[str] = mapped_column(sa.String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    told_sequence: Mapped[int | None]
    was: Mapped[dict[str, Any]] = mapped_column(default=dict)

    organisation: Mapped[Organisation] = relationship(foreign_keys="Appointment.organisation_id")
    person: Mapped[Person | None] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])


class Suggestion(_OfTarget, Record, SoftDeleted, Model):
    """Who said that a target should be heard: an organisation, a person, an interview. One target may be suggested several times."""

    __tablename__ = "suggestion"
    __table_args__ = _of_target(
        sa.ForeignKeyConstraint(["study_id", "interview_id"], ["interview.study_id", "interview.id"]),
        sa.Index("ix_suggestion_target", "study_id", "organisation_id"),
        sa.Index("ix_suggestion_by", "study_id", "by_organisation_id"),
    )

    by_organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    by_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    interview_id: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(sa.String(LABEL))

    organisation: Mapped[Organisation] = relationship(foreign_keys="Suggestion.organisation_id")
    by_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[by_organisation_id])
    by_person: Mapped[Person | None] = relationship(foreign_keys=[by_person_id])


class Replacement(_OfTarget, Record, SoftDeleted, Model):
    """A target that another one stands in for, since it cannot be heard. `was` is how it stood before."""

    __tablename__ = "replacement"
    __table_args__ = _of_target(
        sa.Index("ix_replacement_target", "study_id", "organisation_id"),
        sa.Index("ix_replacement_by", "study_id", "by_organisation_id"),
    )
    audit_skip = Audited.audit_skip | {"was"}

    by_organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    was: Mapped[dict[str, Any]] = mapped_column(default=dict)

    organisation: Mapped[Organisation] = relationship(foreign_keys="Replacement.organisation_id")
    by_organisation: Mapped[Organisation] = relationship(foreign_keys=[by_organisation_id])


class ContactClaim(StudyScoped, Model):
    """That somebody is about to call a target, or is calling it: shown to the others until it expires."""

    __tablename__ = "contact_claim"
    __table_args__ = _of_target(sa.UniqueConstraint("study_id", "organisation_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[dt.datetime] = mapped_column(default=now)
    expires_at: Mapped[dt.datetime]

    user: Mapped[User] = relationship()


class MessageTemplate(StudyScoped, Record, Versioned, SoftDeleted, Audited, Model):
    """A study's own text of a message, in place of the one shipped."""

    __tablename__ = "message_template"
    __table_args__ = (
        sa.Index(
            "uq_message_template_live", "study_id", "kind", "lang", unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"), postgresql_where=sa.text("deleted_at IS NULL"),
        ),
    )  # fmt: skip

    kind: Mapped[TemplateKind] = choice(TemplateKind)
    lang: Mapped[str] = mapped_column(sa.String(2))
    subject: Mapped[str] = mapped_column(sa.String(SUBJECT))
    body: Mapped[str] = mapped_column(sa.Text)

    def audit_subject(self) -> tuple[str, int]:
        return "study", self.study_id
