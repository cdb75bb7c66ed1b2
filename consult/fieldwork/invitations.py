"""Invitations to appointments: what they say, to whom they go; as files, and by mail."""

from __future__ import annotations

import importlib
from typing import Any

from flask import g

from consult.fieldwork import informing, letters
from consult.fieldwork.letter_texts import LANGUAGES
from consult.fieldwork.models import Appointment, AppointmentState, TemplateKind
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.mail import tasks as mail
from consult.organisations.people_models import Civility, Person
from consult.web import clock
from consult.web.i18n import _, date_in_letters, force_locale, written_label


def language_of(person: Person | None) -> str:
    """Return the language in which somebody is written to."""
    return person.lang if person is not None and person.lang in LANGUAGES else "fr"


def method_of(appointment: Appointment) -> str:
    """Return what an invitation asks of a calendar: to hold the appointment, or to take it out."""
    return "CANCEL" if appointment.state == AppointmentState.CANCELLED else "REQUEST"


def addresses(appointment: Appointment) -> dict[str, str]:
    """Return the e-mail addresses of the consultant and of the contact, with their names; the consultant's comes first."""
    user, person = appointment.user, appointment.person
    found = {user.email: user.name} if user else {}
    if person is not None and person.emails:
        found.setdefault(person.emails[0].address, person.full_name)
    return found


def file_of(appointment: Appointment) -> bytes:
    """Return the invitation to an appointment for calendars, in the language of the contact."""
    calendars: Any = importlib.import_module("consult.fieldwork.calendars")  # icalendar is loaded when the first one is written
    with force_locale(language_of(appointment.person)):
        organisation = appointment.organisation.name
        words = calendars.Words(
            _("%(study)s: %(organisation)s", study=g.study.title, organisation=organisation),
            " · ".join(part for part in (written_label(appointment.mode), appointment.place, appointment.commune) if part),
            appointment.person.full_name if appointment.person else "",
        )
    made: bytes = calendars.invitation(appointment, method_of(appointment), words, addresses(appointment))
    return made


def send(appointment: Appointment) -> list[str]:
    """Send the invitation, the change or the cancellation to both; returns to whom. Raises Refused("no_address")."""
    to = addresses(appointment)
    if not to:
        raise Refused("no_address")
    calendar = file_of(appointment).decode()
    subject, body = _message(appointment)
    for address in to:
        mail.send(address, subject, body, calendar)
    appointment.told_sequence = appointment.sequence
    db.session.flush()
    return list(to.values())


def _message(appointment: Appointment) -> tuple[str, str]:
    lang = language_of(appointment.person)
    filled = facts(appointment.organisation.name, appointment.person, lang, appointment)
    if appointment.state == AppointmentState.CANCELLED:
        with force_locale(lang):
            subject = _("Cancelled: our appointment on {date} at {time}")
            body = _(
                "{salutation},\n\nour appointment on {date} at {time} is cancelled.\n\nKind regards,\n{consultant}\n{consultant_email}\n"
            )
        return letters.fill(subject, filled), letters.fill(body, filled)
    text = letters.text_of(TemplateKind.CONFIRMATION, lang)
    return letters.fill(text.subject, filled), letters.fill(text.body, filled)


def facts(organisation: str, person: Person | None, lang: str, appointment: Appointment | None = None) -> dict[str, str]:
    """Return what the placeholders of a message are filled with: the study, the one who writes, whom to, and the appointment if any."""
    from_whom = appointment.user if appointment is not None and appointment.user else g._login_user.user
    study = g.study
    known = {
        "salutation": salutation(person, lang), "name": person.full_name if person else "", "organisation": organisation,
        "consultant": from_whom.name, "consultant_email": from_whom.email, "study": study.title, "client": study.client or "",
        "provider": study.provider or "", "territory": study.territory_name or "",
        **(_of_appointment(appointment, lang) if appointment else {}),
    }  # fmt: skip
    return {**known, letters.NOTICE: letters.fill(informing.text(lang), known)}


def _of_appointment(appointment: Appointment, lang: str) -> dict[str, str]:
    starts = clock.local(appointment.starts_at)
    minutes = int((appointment.ends_at - appointment.starts_at).total_seconds() // 60)
    with force_locale(lang):
        return {
            "date": date_in_letters(starts.date()), "time": f"{starts:%H:%M}", "mode": written_label(appointment.mode).lower(),
            "duration": _("%(number)s min", number=minutes),
            "place": ", ".join(part for part in (appointment.place, appointment.commune) if part),
        }  # fmt: skip


def salutation(person: Person | None, lang: str) -> str:
    """Return how somebody is addressed: “Madame Morel”, “Dear Ms Morel”; both where it is not known."""
    with force_locale(lang):
        if person is None:
            return _("Dear Sir or Madam")
        if person.civility is None:
            return _("Dear %(name)s", name=person.full_name)
        titles = {Civility.MS: _("Dear Ms %(name)s"), Civility.MR: _("Dear Mr %(name)s")}
        return titles[person.civility] % {"name": person.last_name}
