"""Appointments with targets: made, moved, cancelled, held. Making one says in the target list that a meeting is arranged."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.fieldwork import attempts, claims, dispositions
from consult.fieldwork.models import Appointment, AppointmentState
from consult.kernel import actor
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import now
from consult.organisations import participating
from consult.organisations.models import Organisation
from consult.organisations.participation import Disposition
from consult.organisations.people_models import Person

FIELDS = ("person_id", "user_id", "starts_at", "ends_at", "mode", "place", "commune", "travel_min", "note")
TOLD = ("person_id", "user_id", "starts_at", "ends_at", "mode", "place", "note")
"""The fields whose change calendars must be told of."""
PARTS = (joinedload(Appointment.organisation), joinedload(Appointment.person).selectinload(Person.emails), joinedload(Appointment.user))


def make(organisation_id: int, values: Mapping[str, Any]) -> Appointment:
    """Make an appointment (FIELDS) with a target, who is *scheduled* from then on. Raises Refused: not a target, ends before it begins,
    somebody outside the team, a person who does not want to be contacted."""
    here = dispositions.target(organisation_id)
    _check(values)
    made = Appointment(organisation_id=organisation_id, uid=f"{secrets.token_hex(16)}@consult", **_given(values))
    made.was = dispositions.move(here, {"disposition": _scheduled(here.disposition), "next_on": None, "next_time": None})
    db.session.add(made)
    claims.release(organisation_id)
    db.session.flush()
    return made


def _scheduled(present: Disposition | None) -> Disposition | None:
    """A second meeting with somebody who was heard leaves them heard."""
    return present if present in dispositions.HEARD else Disposition.SCHEDULED


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in FIELDS if name in values}


def _check(values: Mapping[str, Any]) -> None:
    if values["ends_at"] <= values["starts_at"]:
        raise Refused("appointment_ends_before", field="minutes")
    if values.get("user_id"):
        participating.refuse_stranger(values["user_id"])
    if values.get("person_id"):
        attempts.refuse_unwilling(values["person_id"])


def get(appointment_id: int, deleted: bool = False) -> Appointment:
    """Return an appointment with whom it is about. Raises NotFound, also when its organisation has left the study."""
    query = sa.select(Appointment).where(Appointment.id == appointment_id).options(*PARTS)
    found = db.session.scalar(query.execution_options(include_deleted=deleted))
    if found is None or found.organisation is None:
        raise NotFound
    return found


def move(appointment: Appointment, values: Mapping[str, Any], seen: int | None) -> None:
    """Change an appointment; calendars take the change for a later one of the same. Raises Conflict or Refused."""
    expect_version(appointment, seen)
    if appointment.state == AppointmentState.CANCELLED:
        raise Refused("appointment_cancelled")
    _check(values)
    given = _given(values)
    if any(getattr(appointment, name) != given[name] for name in TOLD if name in given):
        appointment.sequence += 1
    for name, value in given.items():
        setattr(appointment, name, value)
    db.session.flush()


def cancel(appointment: Appointment, again_on: dt.date | None) -> None:
    """Cancel an appointment. The target is to be called again, on a day if one is given, unless another meeting with it stands."""
    if appointment.state != AppointmentState.PLANNED:
        raise Refused("appointment_not_planned")
    appointment.state = AppointmentState.CANCELLED
    appointment.sequence += 1
    db.session.flush()
    here = dispositions.target(appointment.organisation_id)
    if here.disposition == Disposition.SCHEDULED and not _planned(appointment.organisation_id):
        dispositions.move(here, {"disposition": Disposition.CONTACTED, "next_on": again_on, "next_time": None})


def reinstate(appointment: Appointment) -> None:
    """Take a cancellation back: calendars get the appointment again."""
    if appointment.state != AppointmentState.CANCELLED:
        raise Refused("appointment_not_cancelled")
    appointment.state = AppointmentState.PLANNED
    appointment.sequence += 1
    here = dispositions.target(appointment.organisation_id)
    dispositions.move(here, {"disposition": _scheduled(here.disposition), "next_on": None, "next_time": None})


def take_back(appointment: Appointment) -> None:
    """Take back the making of an appointment: the target stands as before. Raises Refused("target_moved_on")."""
    if appointment.deleted_at is not None:
        return
    dispositions.put_back(dispositions.target(appointment.organisation_id), appointment.was)
    appointment.deleted_at, appointment.deleted_by_id = now(), actor.current().user_id
    db.session.flush()


def opened(appointment_id: int, interview_id: int) -> None:
    """Note that an appointment led to an interview; one that does not exist any more is passed over."""
    found = db.session.scalar(sa.select(Appointment).where(Appointment.id == appointment_id))
    if found is not None:
        found.interview_id, found.state = interview_id, AppointmentState.HELD
        db.session.flush()


def of(organisation_id: int) -> Sequence[Appointment]:
    """Return the appointments with an organisation, the latest first."""
    query = sa.select(Appointment).where(Appointment.organisation_id == organisation_id).options(*PARTS)
    return db.session.scalars(query.order_by(Appointment.starts_at.desc(), Appointment.id.desc())).all()


def between(since: dt.datetime, until: dt.datetime, user_id: int | None) -> Sequence[Appointment]:
    """Return the appointments that stand between two instants, of one member of the team or of all, in their order."""
    query = sa.select(Appointment).where(
        Appointment.starts_at >= since, Appointment.starts_at < until, Appointment.state != AppointmentState.CANCELLED
    )
    if user_id is not None:
        query = query.where(Appointment.user_id == user_id)
    phones = joinedload(Appointment.person).selectinload(Person.phones)
    sites = joinedload(Appointment.organisation).selectinload(Organisation.sites)
    return db.session.scalars(query.options(*PARTS, phones, sites).order_by(Appointment.starts_at, Appointment.id)).unique().all()


def _planned(organisation_id: int) -> bool:
    query = sa.select(Appointment.id).where(
        Appointment.organisation_id == organisation_id, Appointment.state == AppointmentState.PLANNED, Appointment.starts_at > now()
    )
    return db.session.scalar(query.limit(1)) is not None
