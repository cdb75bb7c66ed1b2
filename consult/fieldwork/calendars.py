"""Appointments as calendars know them (iCalendar). The only home of icalendar, loaded when the first invitation is written.

Each file holds one event, since Outlook reads no second one; times are in UTC, which needs no table of time zones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vText

from consult.fieldwork.models import Appointment, AppointmentState


@dataclass(frozen=True)
class Words:
    """What an invitation says in words: they are in the language of whoever gets it."""

    summary: str
    location: str
    description: str


def invitation(appointment: Appointment, method: str, words: Words, addresses: dict[str, str]) -> bytes:
    """Return the invitation to an appointment. `addresses` maps each one's e-mail address to their name; the first one organises."""
    calendar = Calendar()
    calendar.add("prodid", "-//Consult//Consult//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(appointment, words, addresses))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment, words: Words, addresses: dict[str, str]) -> Event:
    event = Event()
    cancelled = appointment.state == AppointmentState.CANCELLED
    facts: dict[str, Any] = {
        "uid": appointment.uid, "sequence": appointment.sequence, "dtstamp": appointment.updated_at, "dtstart": appointment.starts_at,
        "dtend": appointment.ends_at, "summary": words.summary, "status": "CANCELLED" if cancelled else "CONFIRMED",
    }  # fmt: skip
    for name, value in facts.items():
        event.add(name, value)
    for name, text in (("location", words.location), ("description", words.description)):
        if text:
            event.add(name, text)
    for place, (address, person) in enumerate(addresses.items()):
        if place == 0:
            event.add("organizer", _person(address, person), encode=0)
        event.add("attendee", _attendee(address, person, organises=place == 0), encode=0)
    return event


def _person(address: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    person.params["CN"] = vText(name)
    return person


def _attendee(address: str, name: str, organises: bool) -> vCalAddress:
    attendee = _person(address, name)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED" if organises else "NEEDS-ACTION")
    attendee.params["RSVP"] = vText("FALSE" if organises else "TRUE")
    return attendee
