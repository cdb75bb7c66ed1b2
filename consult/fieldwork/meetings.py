"""What the field work knows of a meeting: the appointment that led to it, the last attempts to reach whom it is with, whom it suggested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from consult.accounts.models import User
from consult.fieldwork.calls import LAST
from consult.fieldwork.models import Appointment, AppointmentState, Channel, ContactAttempt, MeetingMode, Outcome, Suggestion
from consult.kernel import kinds
from consult.kernel.db import db
from consult.kernel.model import AnySelect, UTCDateTime
from consult.organisations.models import Organisation

APPOINTMENT, ATTEMPT, SUGGESTION = "appointment", "attempt", "suggestion"


@dataclass(frozen=True)
class Arranged:
    """An appointment as it is told beside an interview."""

    interview_id: int | None
    starts_at: dt.datetime
    ends_at: dt.datetime
    mode: MeetingMode
    place: str | None
    commune: str | None
    travel_min: int | None
    note: str | None


@dataclass(frozen=True)
class Tried:
    """An attempt as it is told beside an interview."""

    at: dt.datetime
    channel: Channel
    outcome: Outcome
    by: str | None
    note: str | None


@dataclass(frozen=True)
class Suggested:
    """Who was suggested in an interview."""

    organisation_id: int
    name: str
    note: str | None


@dataclass(frozen=True)
class Before:
    """What came before a meeting, and what came of it for the target list. `tries` are the latest, of `times` in all."""

    appointment: Arranged | None
    tries: Sequence[Tried]
    times: int
    suggested: Sequence[Suggested]


def of(interview_id: int, organisation_ids: Sequence[int], since: dt.datetime, until: dt.datetime) -> Before:
    """Return what is known of a meeting with organisations that is held between two instants; in one statement."""
    parts = (
        _appointments(interview_id, organisation_ids, since, until),
        _attempts(organisation_ids),
        _suggestions(interview_id),
    )
    found: dict[str, list[Any]] = {APPOINTMENT: [], ATTEMPT: [], SUGGESTION: []}
    for row in db.session.execute(sa.union_all(*parts).order_by("at", "id")):
        found[row.kind].append(row)
    arranged = [
        Arranged(row.interview_id, row.at, row.until, MeetingMode(row.code), row.place, row.commune, row.travel_min, row.note)
        for row in found[APPOINTMENT]
    ]
    tries = [Tried(row.at, Channel(row.code), Outcome(row.outcome), row.name, row.note) for row in reversed(found[ATTEMPT])]
    suggested = [Suggested(row.organisation_id, row.name, row.note) for row in found[SUGGESTION]]
    return Before(led_to(arranged, interview_id), tries[:LAST], len(tries), suggested)


class _Leads(Protocol):
    @property
    def interview_id(self) -> int | None: ...


L = TypeVar("L", bound=_Leads)


def led_to(appointments: Iterable[L], interview_id: int) -> L | None:
    """Return which of the appointments with whom an interview is held, on its day, led to it: the one that says so, else one that says
    nothing yet."""
    found = list(appointments)
    said = [each for each in found if each.interview_id == interview_id]
    return next(iter([*said, *(each for each in found if each.interview_id is None)]), None)


_TYPES: dict[str, Any] = {
    "at": UTCDateTime(), "until": UTCDateTime(), "code": sa.String(), "outcome": sa.String(), "place": sa.String(),
    "commune": sa.String(), "travel_min": sa.Integer(), "note": sa.String(), "name": sa.String(), "organisation_id": sa.Integer(),
    "interview_id": sa.Integer(),
}  # fmt: skip


def _part(kind: str, model: Any, **given: Any) -> AnySelect:
    return kinds.part(kind, model, _TYPES, given)


def _appointments(interview_id: int, organisation_ids: Sequence[int], since: dt.datetime, until: dt.datetime) -> AnySelect:
    it = Appointment
    told = {name: getattr(it, name) for name in ("place", "commune", "travel_min", "note", "organisation_id", "interview_id")}
    that_day = sa.and_(it.starts_at >= since, it.starts_at < until)
    return _part(APPOINTMENT, it, at=it.starts_at, until=it.ends_at, code=it.mode, **told).where(
        it.state != AppointmentState.CANCELLED,
        it.organisation_id.in_(organisation_ids),
        sa.or_(it.interview_id == interview_id, that_day),
    )


def _attempts(organisation_ids: Sequence[int]) -> AnySelect:
    it = ContactAttempt
    told = _part(ATTEMPT, it, at=it.at, code=it.channel, outcome=it.outcome, note=it.note, name=User.name)
    return told.outerjoin(User, User.id == it.by_id).where(it.organisation_id.in_(organisation_ids))


def _suggestions(interview_id: int) -> AnySelect:
    it = Suggestion
    told = _part(SUGGESTION, it, at=it.created_at, note=it.note, organisation_id=it.organisation_id, name=Organisation.name)
    return told.join(Organisation, Organisation.id == it.organisation_id).where(it.interview_id == interview_id)
