"""From an appointment to its interview: the link that opens it, what the new one starts with, and the way back noted."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from consult.fieldwork import appointments
from consult.fieldwork.models import Appointment
from consult.interviews.models import Interview, InterviewMode
from consult.kernel.errors import NotFound
from consult.studies.gate import reader_may
from consult.web import clock
from consult.web.i18n import _


def register(slots: Any) -> None:
    """Fill the place that appointments offer."""
    slots.fill("appointment.open", opening)


def opening(appointment: Appointment) -> dict[str, Any] | None:
    """Return the link that opens the interview of an appointment: the one that was held, or a new one; None to those who may do neither."""
    if appointment.interview_id is not None:
        if not reader_may("read_interviews"):
            return None
        url = url_for("interviews.show", interview_id=appointment.interview_id)
        return {"label": _("Open the interview"), "url": url, "icon": "message-2"}
    if appointment.state != "planned" or not reader_may("log_interviews"):
        return None
    url = url_for("interviews.create", organisation_id=appointment.organisation_id, appointment=appointment.id)
    return {"label": _("Begin the interview"), "url": url, "icon": "message-plus"}


def start() -> dict[str, Any]:
    """Return what a new interview takes from the appointment named in the address; nothing without one."""
    asked = request.args.get("appointment", 0, int)
    if not 0 < asked < 2**31:
        return {}
    try:
        appointment = appointments.get(asked)
    except NotFound:
        return {}
    begins = clock.local(appointment.starts_at)
    minutes = int((appointment.ends_at - appointment.starts_at).total_seconds() // 60)
    return {
        "date": begins.date(), "starts_at": begins.time(), "duration_min": minutes, "mode": InterviewMode(appointment.mode.value),
        "place": ", ".join(part for part in (appointment.place, appointment.commune) if part)[:200] or None,
        "person_0": appointment.person_id,
    }  # fmt: skip


def note(interview: Interview) -> None:
    """Note that the appointment named in the address led to an interview."""
    asked = request.args.get("appointment", 0, int)
    if 0 < asked < 2**31:
        appointments.opened(asked, interview.id)
