"""What a person was told about their data, and what they agreed to: one row for each purpose, with its dates."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.accounts.models import User
from consult.attachments.models import Attachment
from consult.kernel.db import Model
from consult.kernel.model import LABEL, Audited, Choice, Record, SoftDeleted, StudyScoped, Versioned, choice
from consult.organisations.people_models import Person


class Purpose(Choice):
    """What was told or agreed to. `notice` is information given, which asks for no answer."""

    NOTICE = "notice", "Information donnée", "Information given"
    QUOTE = "quote", "Être cité", "Being quoted"
    CONTACT_AGAIN = "contact_again", "Être recontacté", "Being contacted again"
    SHARE = "share", "Partage avec le cluster", "Sharing with the cluster"
    RECORDING = "recording", "Photo ou enregistrement", "Photograph or recording"


class LegalBasis(Choice):
    """On what ground of the GDPR data are used."""

    CONSENT = "consent", "Consentement", "Consent"
    LEGITIMATE_INTEREST = "legitimate_interest", "Intérêt légitime", "Legitimate interest"
    PUBLIC_TASK = "public_task", "Mission d’intérêt public", "Public task"
    CONTRACT = "contract", "Contrat", "Contract"


class Channel(Choice):
    """How it was told or agreed to."""

    EMAIL = "email", "E-mail", "E-mail"
    SPOKEN = "spoken", "De vive voix", "In person"
    PHONE = "phone", "Téléphone", "Telephone"
    LETTER = "letter", "Courrier", "Letter"
    SIGNED = "signed", "Document signé", "Signed document"
    ONLINE = "online", "En ligne", "Online"


class ConsentRecord(Record, StudyScoped, Versioned, SoftDeleted, Audited, Model):
    """One thing that a person was told or asked, in a study. Not given but withdrawn means that they said no.

    A record that ended stays; agreeing again makes another. `notice_version` is the number of the study's privacy notice that was in force.
    """

    __tablename__ = "consent_record"
    __table_args__ = (
        sa.ForeignKeyConstraint(["study_id", "proof_id"], ["attachment.study_id", "attachment.id"]),
        sa.CheckConstraint("given_at IS NOT NULL OR withdrawn_at IS NOT NULL", name="happened"),
        sa.Index("ix_consent_record_person", "person_id", "study_id"),
        sa.Index("ix_consent_record_purpose", "study_id", "purpose", "withdrawn_at"),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    purpose: Mapped[Purpose] = choice(Purpose)
    basis: Mapped[LegalBasis] = choice(LegalBasis, default=LegalBasis.CONSENT)
    notice_version: Mapped[int | None]
    channel: Mapped[Channel | None] = choice(Channel)
    given_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]
    comment: Mapped[str | None] = mapped_column(sa.String(LABEL))
    proof_id: Mapped[int | None]

    person: Mapped[Person] = relationship()
    proof: Mapped[Attachment | None] = relationship(
        primaryjoin="ConsentRecord.proof_id == Attachment.id", foreign_keys="ConsentRecord.proof_id"
    )
    by: Mapped[User | None] = relationship(primaryjoin="ConsentRecord.created_by_id == User.id", foreign_keys="ConsentRecord.created_by_id")

    def audit_subject(self) -> tuple[str, int]:
        return "person", self.person_id
