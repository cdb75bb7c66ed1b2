"""What the field work knows, beside an interview and on somebody's day: appointments, attempts, whom to call, who was suggested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_login import current_user

from consult.fieldwork import appointments, calls, meetings, suggestions
from consult.fieldwork.models import Appointment, Suggestion
from consult.interviews import naming, service
from consult.interviews.models import Interview
from consult.interviews.showing import address
from consult.studies.gate import reader_may
from consult.web import clock
from consult.web.i18n import _, written_date
from consult.web.lists import once

A_DAY = dt.timedelta(days=1)


def register(slots: Any) -> None:
    """Fill the places beside an interview and on the sheet of a target, and tell the field work which interviews there are."""
    suggestions.heard_in(service.get)
    slots.fill("interview.context", before, "interviews/_field_work.html")
    slots.fill("suggestions.told", told)


def before(interview: Interview) -> dict[str, Any] | None:
    """Return what came before an interview and whom it suggested; None to those who do not steer."""
    if not reader_may("read_steering"):
        return None
    ids = [link.organisation_id for link in interview.organisation_links]
    since, until = clock.instant(interview.date), clock.instant(interview.date + A_DAY)
    found = once(f"field-work-of-{interview.id}", lambda: meetings.of(interview.id, ids, since, until))
    back = address(interview, _anchor="suggested")
    first = ids[0] if ids else None
    suggest_url = url_for("fieldwork.enter", interview=interview.id, by_organisation=first, next=back)
    return {"found": found, "local": clock.local, "sheet": first, "suggest_url": suggest_url}


def told(found: Sequence[Suggestion]) -> dict[int, dict[str, Any]]:
    """Return the interviews in which suggestions were made, by suggestion, as links; of those that the reader may know of."""
    ids = {each.interview_id for each in found if each.interview_id is not None}
    if not ids or not reader_may("read_interviews"):
        return {}
    dates = naming.dates_of(ids)
    return {
        each.id: {
            "label": _("Interview of %(day)s", day=written_date(dates[each.interview_id])),
            "url": url_for("interviews.show", interview_id=each.interview_id),
        }
        for each in found
        if each.interview_id in dates
    }


@dataclass(frozen=True)
class Ahead:
    """What the reader arranged for today and tomorrow, and whom they are to call today."""

    arranged: Sequence[Appointment]
    to_call: Sequence[calls.Call]
    more: int

    def of(self, interview: Interview) -> Appointment | None:
        """Return the appointment that led to an interview of one of these days."""
        ids = {link.organisation_id for link in interview.organisation_links}
        same = [each for each in self.on(interview.date) if each.organisation_id in ids]
        return meetings.led_to(same, interview.id)

    def on(self, day: dt.date) -> list[Appointment]:
        """Return the appointments of a day, in their order."""
        return [each for each in self.arranged if clock.local(each.starts_at).date() == day]

    def without(self, interviews: Sequence[Interview], day: dt.date) -> list[Appointment]:
        """Return the appointments of a day that none of the interviews is."""
        led = {found.id for interview in interviews if (found := self.of(interview)) is not None}
        return [each for each in self.on(day) if each.id not in led and each.interview_id is None]


def ahead(today: dt.date) -> Ahead:
    """Return what is before the reader; whom to call only to those who do the field work."""
    arranged = appointments.between(clock.instant(today), clock.instant(today + 2 * A_DAY), current_user.id)
    headings = calls.of(current_user.id, today, (calls.LATE, calls.TODAY)) if reader_may("do_fieldwork") else []
    to_call = [call for heading in headings for call in heading.calls]
    return Ahead(arranged, to_call, sum(heading.total for heading in headings) - len(to_call))


def begin(appointment: Appointment) -> str:
    """Return the address where the interview of an appointment is begun."""
    return url_for("interviews.create", organisation_id=appointment.organisation_id, appointment=appointment.id)
