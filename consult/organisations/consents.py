"""What people were told about their data and agreed to: noted, withdrawn, deleted; nothing that happened is written over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.attachments import service as attachments
from consult.attachments.models import Attachment
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import now
from consult.kernel.scope import current
from consult.organisations.consents_models import Channel, ConsentRecord, LegalBasis, Purpose
from consult.organisations.people_models import Person
from consult.studies import notices
from consult.studies.permissions import refuse_without

Moment = dt.datetime | dt.date
NOON = dt.time(12, tzinfo=dt.UTC)
"""The hour of what is known by its day alone: the same day wherever it is read in Europe."""


def of(person_id: int) -> Sequence[ConsentRecord]:
    """Return what a person was told and asked in the study in scope, the latest first."""
    happened = sa.func.coalesce(ConsentRecord.given_at, ConsentRecord.withdrawn_at)
    query = sa.select(ConsentRecord).where(ConsentRecord.person_id == person_id)
    beside = (joinedload(ConsentRecord.by), joinedload(ConsentRecord.proof))
    return db.session.scalars(query.options(*beside).order_by(happened.desc(), ConsentRecord.id.desc())).all()


def get(person_id: int, consent_id: int, deleted: bool = False) -> ConsentRecord:
    """Return a record of a person. Raises NotFound."""
    state = ConsentRecord.deleted_at.is_not(None) if deleted else ConsentRecord.deleted_at.is_(None)
    query = sa.select(ConsentRecord).where(ConsentRecord.id == consent_id, ConsentRecord.person_id == person_id, state)
    found = db.session.scalar(query.execution_options(include_deleted=deleted))
    if found is None:
        raise NotFound
    return found


def notice_given(person: Person, channel: Channel | str, version: int | None = None, at: Moment | None = None) -> ConsentRecord:
    """Note that a person was told the study's privacy notice: by which channel, which version (the one in force unless given), and when
    (now unless given). The text is kept with the study from then on, so that it can always be read what they were told."""
    return _add(person, Purpose.NOTICE, {"channel": Channel(channel), "basis": LegalBasis.LEGITIMATE_INTEREST}, version, at)


def ask(person: Person, values: Mapping[str, Any]) -> ConsentRecord:
    """Note what a person agreed to, or declined: `purpose`, `agreed`, `day`, and maybe `basis`, `channel`, `comment`. What stood for that
    purpose ends there. Raises Refused with the field."""
    refuse_without("edit_directory")
    purpose = values.get("purpose")
    if purpose is None:
        raise Refused("value_required", field="purpose")
    day = values.get("day") or now().date()
    if day > now().date() + dt.timedelta(days=1):
        raise Refused("day_to_come", field="day")
    if purpose == Purpose.NOTICE:
        return _add(person, purpose, values, None, day)
    for former in _standing(person.id, purpose):
        former.withdrawn_at = _instant(day)
    return _add(person, purpose, values, None, day, agreed=bool(values.get("agreed")))


def _add(
    person: Person, purpose: Purpose, values: Mapping[str, Any], version: int | None, at: Moment | None, agreed: bool = True
) -> ConsentRecord:
    told = notices.keep().number if version is None else notices.version(version).number
    moment = _instant(at) if at is not None else now()
    made = ConsentRecord(
        study_id=current().study_id, person_id=person.id, purpose=purpose, notice_version=told, channel=values.get("channel"),
        basis=values.get("basis") or LegalBasis.CONSENT, comment=values.get("comment"),
        given_at=moment if agreed else None, withdrawn_at=None if agreed else moment,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _instant(at: Moment) -> dt.datetime:
    return at if isinstance(at, dt.datetime) else dt.datetime.combine(at, NOON)


def _standing(person_id: int, purpose: Purpose) -> Sequence[ConsentRecord]:
    same = (ConsentRecord.person_id == person_id, ConsentRecord.purpose == purpose)
    query = sa.select(ConsentRecord).where(*same, ConsentRecord.given_at.is_not(None), ConsentRecord.withdrawn_at.is_(None))
    return db.session.scalars(query.order_by(ConsentRecord.id)).all()


def agrees(person_id: int, purpose: Purpose) -> bool:
    """Tell whether a person's consent for a purpose stands in the study in scope."""
    return bool(_standing(person_id, purpose))


def was_told(person_id: int) -> bool:
    """Tell whether a person was told the study's privacy notice."""
    return bool(_standing(person_id, Purpose.NOTICE))


def withdraw(record: ConsentRecord, day: dt.date | None = None) -> None:
    """Note that a consent is withdrawn: the record stays, and stops all use from that day. One that ended already stays as it is."""
    refuse_without("edit_directory")
    if record.purpose == Purpose.NOTICE:
        raise Refused("information_is_not_withdrawn")
    record.withdrawn_at = record.withdrawn_at or (_instant(day) if day else now())
    db.session.flush()


def stand_again(record: ConsentRecord) -> None:
    """Undo `withdraw`. A refusal stays one."""
    refuse_without("edit_directory")
    if record.given_at is not None:
        record.withdrawn_at = None
    db.session.flush()


def prove(record: ConsentRecord, stream: IO[bytes], name: str | None) -> Attachment:
    """Keep the file that proves a record: a signed sheet, an e-mail. Raises Refused."""
    refuse_without("edit_directory")
    proof = attachments.store(stream, name)
    record.proof_id = proof.id
    db.session.flush()
    return proof


def delete(record: ConsentRecord) -> None:
    """Put away a record that was noted by mistake."""
    refuse_without("edit_directory")
    record.deleted_at, record.deleted_by_id = now(), current().user_id
    db.session.flush()


def bring_back(record: ConsentRecord) -> None:
    """Bring a deleted record back."""
    refuse_without("edit_directory")
    record.deleted_at = record.deleted_by_id = None
    db.session.flush()
