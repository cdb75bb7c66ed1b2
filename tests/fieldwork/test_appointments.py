"""Appointments, and the invitations that calendars read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import icalendar
import pytest
from flask.testing import FlaskClient

from consult.fieldwork import appointments
from consult.fieldwork.models import Appointment, AppointmentState
from consult.interviews.models import Interview
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.mail.models import OutgoingMessage
from consult.organisations.participation import Disposition
from consult.organisations.people_models import PersonEmail
from tests.factories import count
from tests.fieldwork.conftest import Field
from tests.organisations.twins import rows

AT = dt.datetime(2030, 3, 5, 9, tzinfo=dt.UTC)


@pytest.fixture
def meeting(field: Field) -> int:
    with field.inside():
        db.session.add(PersonEmail(person_id=field.person.id, address="j.morel@example.org"))
        values = {"starts_at": AT, "ends_at": AT + dt.timedelta(hours=1), "user_id": field.consultant.id, "person_id": field.person.id}
        return appointments.make(field.target.id, {**values, "place": "14 rue de la Louhière", "commune": "Morteau", "travel_min": 40}).id


def invitation(caller: FlaskClient, field: Field, meeting: int) -> Any:
    answer = caller.get(field.url(f"appointments/{meeting}/invitation.ics"))
    assert answer.status_code == 200
    return icalendar.Calendar.from_ical(answer.data)


def test_an_invitation_names_both_and_keeps_its_identity_while_its_sequence_grows(field: Field, caller: FlaskClient, meeting: int) -> None:
    first = invitation(caller, field, meeting)
    event = first.walk("VEVENT")[0]
    assert len(first.walk("VEVENT")) == 1
    assert (str(first["method"]), int(event["sequence"]), str(event["status"])) == ("REQUEST", 0, "CONFIRMED")
    assert {str(each).removeprefix("mailto:") for each in event["attendee"]} == {field.consultant.email, "j.morel@example.org"}
    assert event.decoded("dtstart") == AT
    with field.inside():
        later = {"starts_at": AT + dt.timedelta(days=1), "ends_at": AT + dt.timedelta(days=1, hours=1)}
        appointments.move(appointments.get(meeting), later, None)
        appointments.move(appointments.get(meeting), {**later, "travel_min": 30}, None)
    moved = invitation(caller, field, meeting).walk("VEVENT")[0]
    assert (str(moved["uid"]), int(moved["sequence"])) == (str(event["uid"]), 1)
    with field.inside():
        appointments.cancel(appointments.get(meeting), None)
    gone = invitation(caller, field, meeting)
    assert (str(gone["method"]), int(gone.walk("VEVENT")[0]["sequence"])) == ("CANCEL", 2)


def test_an_appointment_schedules_its_target_and_cancelling_has_it_called_again(field: Field, meeting: int) -> None:
    assert field.here().disposition == Disposition.SCHEDULED
    with field.inside():
        appointments.cancel(appointments.get(meeting), dt.date(2030, 3, 6))
    assert (field.here().disposition, field.here().next_on) == (Disposition.CONTACTED, dt.date(2030, 3, 6))
    with field.inside():
        appointments.reinstate(appointments.get(meeting))
    assert field.here().disposition == Disposition.SCHEDULED


def test_an_appointment_does_not_end_before_it_begins_nor_belong_to_a_stranger(field: Field) -> None:
    stranger = field.make.user()
    values = {"starts_at": AT, "ends_at": AT + dt.timedelta(hours=1)}
    with field.inside():
        with pytest.raises(Refused, match="appointment_ends_before"):
            appointments.make(field.target.id, {**values, "ends_at": AT})
        with pytest.raises(Refused, match="owner_not_member"):
            appointments.make(field.target.id, {**values, "user_id": stranger.id})
    assert count(Appointment) == 0


def test_sent_the_invitation_goes_to_both_and_waits_in_the_application_without_a_mail_server(
    field: Field, caller: FlaskClient, meeting: int
) -> None:
    assert caller.post(field.url(f"appointments/{meeting}/send")).status_code == 303
    messages = rows(OutgoingMessage)
    assert {message.recipient for message in messages} == {field.consultant.email, "j.morel@example.org"}
    assert all("METHOD:REQUEST" in message.calendar and "05/03/2030" not in message.subject for message in messages)
    assert rows(Appointment)[0].told_sequence == 0


def test_the_interview_begun_from_an_appointment_takes_over_what_is_known_and_is_found_from_it(
    field: Field, caller: FlaskClient, meeting: int
) -> None:
    shown = caller.get(field.url(f"targets/{field.target.id}/call")).get_data(as_text=True)
    assert f"appointment={meeting}" in shown
    address = field.url(f"interviews/new?organisation_id={field.target.id}&appointment={meeting}")
    form = caller.get(address).get_data(as_text=True)
    assert "05/03/2030" in form or "2030-03-05" in form
    assert "Jeanne Morel" in form
    sent = {"organisations": str(field.target.id), "date": "05/03/2030", "kind": "individual", "lang": "fr", "confidentiality": "team"}
    assert caller.post(address, data={**sent, "interviewers": str(field.consultant.id)}).status_code == 303
    held = rows(Appointment)[0]
    assert (held.state, held.interview_id) == (AppointmentState.HELD, rows(Interview)[0].id)


def test_the_week_groups_appointments_by_day_and_commune(field: Field, caller: FlaskClient, meeting: int) -> None:
    text = caller.get(field.url("my-week?week=2030-03-07")).get_data(as_text=True)
    assert "Morteau" in text
    assert "Ateliers de la Combe" in text
    assert "Ateliers de la Combe" not in caller.get(field.url("my-week?week=2030-03-14")).get_data(as_text=True)
