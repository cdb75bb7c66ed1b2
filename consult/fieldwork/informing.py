"""What people are told about their data: the study's privacy notice, and the record that somebody was given it."""

from __future__ import annotations

import sqlalchemy as sa

from consult.fieldwork.models import Channel, ContactAttempt
from consult.kernel.db import db
from consult.kernel.model import now
from consult.kernel.scope import current
from consult.organisations.consents_models import Channel as Way
from consult.organisations.consents_models import ConsentRecord, LegalBasis, Purpose
from consult.studies import notices

WAYS = {Channel.PHONE: Way.PHONE, Channel.EMAIL: Way.EMAIL, Channel.LETTER: Way.LETTER, Channel.VISIT: Way.SPOKEN}
NOTED = "consent_record"


def text(lang: str) -> str:
    """Return the notice that messages carry."""
    return notices.present().texts["en" if lang == "en" else "fr"]


def number_in_force() -> int:
    """Return the number of the notice in force, kept with the study so that what people were told can be read for ever."""
    return notices.keep().number


def note(person_id: int, number: int, attempt: ContactAttempt) -> ConsentRecord:
    """Note that a person was given the notice, when and by which way."""
    record = ConsentRecord(
        person_id=person_id, purpose=Purpose.NOTICE, basis=LegalBasis.LEGITIMATE_INTEREST, notice_version=number,
        channel=WAYS.get(attempt.channel), given_at=attempt.at,
    )  # fmt: skip
    db.session.add(record)
    db.session.flush()
    attempt.was = {**attempt.was, NOTED: record.id}
    return record


def forget(attempt: ContactAttempt) -> None:
    """Take back the record of the notice that an attempt gave, if it did."""
    record = db.session.scalar(sa.select(ConsentRecord).where(ConsentRecord.id == attempt.was.get(NOTED, 0)))
    if record is not None:
        record.deleted_at, record.deleted_by_id = now(), current().user_id
        db.session.flush()
