"""What an organisation's page shows of the work to reach it, to those who steer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import url_for

from consult.fieldwork import appointments, attempts
from consult.fieldwork.forms import AppointmentForm, AttemptForm, SuggestionForm
from consult.fieldwork.models import Appointment, ContactAttempt, Replacement, Suggestion
from consult.organisations import history, history_views, service
from consult.studies.gate import reader_may
from consult.web import clock
from consult.web.i18n import _, _l, written_date, written_label
from consult.web.lists import once


@dataclass(frozen=True)
class Work:
    """What was tried and arranged, and what is next."""

    attempts: list[ContactAttempt]
    appointments: list[Appointment]
    next_on: dt.date | None
    next_time: dt.time | None
    today: dt.date


def register(slots: Any) -> None:
    """Fill the places that the directory offers."""
    slots.fill("organisation.show", work, "fieldwork/_of_organisation.html")
    slots.fill("organisation.timeline", timeline)
    for model, references in TOLD.items():
        history.also_of(model, **references)
    history_views.also_told("contact_attempt", _l("attempt"), AttemptForm, at=_l("When"), by_id=_l("Who tried"), message=_l("Message"))
    history_views.also_told("appointment", _l("appointment"), AppointmentForm, starts_at=_l("Begins at"), ends_at=_l("Ends at"))
    history_views.also_told("suggestion", _l("who suggested it"), SuggestionForm)
    history_views.also_told("replacement", _l("replacement"), by_organisation_id=_l("Replaced by"))


TOLD: dict[Any, dict[str, str]] = {
    ContactAttempt: {"by_id": "user"},
    Appointment: {"user_id": "user"},
    Suggestion: {"by_organisation_id": "organisation"},
    Replacement: {"by_organisation_id": "organisation"},
}
"""The rows that the history of an organisation tells of, and what their columns refer to."""


def work(organisation: Any) -> Work | None:
    """Return the field work about an organisation; None to those who do not steer."""
    if not reader_may("read_steering"):
        return None
    found: Work = once(f"field-work-{organisation.id}", lambda: _read(organisation.id))
    return found


def _read(organisation_id: int) -> Work | None:
    here = service.participation_of(organisation_id)
    tried, arranged = list(attempts.of(organisation_id)), list(appointments.of(organisation_id))
    if not here.in_frame and not tried and not arranged:
        return None
    return Work(tried, arranged, here.next_on, here.next_time, clock.today())


def timeline(organisation: Any) -> list[dict[str, Any]]:
    """Return attempts and appointments as entries of an organisation's timeline."""
    found = work(organisation)
    if found is None:
        return []
    url = url_for("fieldwork.call", organisation_id=organisation.id)
    tried = [_entry(_said(each), each.at, "phone", url, each.note) for each in found.attempts]
    arranged = [
        _entry(_("Appointment (%(state)s)", state=written_label(each.state).lower()), each.starts_at, "calendar-event", url, each.place)
        for each in found.appointments
    ]
    return tried + arranged


def _said(attempt: ContactAttempt) -> str:
    parts = (attempt.channel, attempt.outcome, attempt.cause)
    return " · ".join(written_label(part) for part in parts if part)


def _entry(text: str, at: dt.datetime, icon: str, url: str, detail: str | None) -> dict[str, Any]:
    day = clock.local(at).date()
    return {"text": text, "at": written_date(day), "when": day.isoformat(), "icon": icon, "url": url, "detail": detail}
