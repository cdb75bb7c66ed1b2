"""Appointments: made, moved, cancelled, taken back; their invitations; the week."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consult.fieldwork import appointments, invitations, sheet
from consult.fieldwork.blueprint import bp, call_url, day_of, going_on, opening
from consult.fieldwork.forms import AppointmentForm, CancelForm
from consult.fieldwork.models import Appointment, MeetingMode
from consult.kernel.errors import Refused
from consult.kernel.scope import current
from consult.mail import tasks as mail
from consult.organisations import participating
from consult.organisations.showing import phone
from consult.studies.gate import reader_may, requires
from consult.web import clock
from consult.web.i18n import _, written_datetime
from consult.web.pages import page, see
from consult.web.refusals import sentence

A_WEEK = dt.timedelta(days=7)
FIRST_HOUR = dt.time(10)


@bp.route("/targets/<int:organisation_id>/appointments/new", methods=["GET", "POST"])
@requires("do_fieldwork")
def arrange(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Make an appointment with a target."""
    shown = sheet.of(organisation_id)
    form = AppointmentForm(data=_start(shown))
    _offer(form, organisation_id)
    made: list[Appointment] = []
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: made.append(appointments.make(organisation_id, values))):
        return page("fieldwork/appointment.html", form=form, sheet=shown, appointment=None, cancel_url=call_url(organisation_id))
    text = _("Appointment made for %(when)s.", when=written_datetime(made[0].starts_at))
    return see(call_url(organisation_id, "appointments"), text, undo_url=url_for(".unarrange", appointment_id=made[0].id))


def _start(shown: sheet.Sheet) -> dict[str, Any]:
    site = next(iter(shown.organisation.sites), None)
    return {
        "person_id": shown.first.id if shown.first else None, "user_id": current_user.id, "on": clock.today() + A_WEEK,
        "time": FIRST_HOUR, "mode": MeetingMode.ON_SITE, "place": site.address if site else None,
        "commune": site.commune_name if site else None,
    }  # fmt: skip


def _offer(form: AppointmentForm, organisation_id: int, but: int | None = None) -> None:
    form.offer_people(organisation_id, but)
    form.user_id.choices = [("", "—"), *((row.id, row.name) for row in participating.members())]  # type: ignore[assignment]


@bp.route("/appointments/<int:appointment_id>", methods=["GET", "POST"])
@requires("do_fieldwork")
def rearrange(study_id: int, appointment_id: int) -> ResponseReturnValue:
    """Change an appointment."""
    appointment = appointments.get(appointment_id)
    form = AppointmentForm(obj=appointment, **AppointmentForm.shown(appointment))
    _offer(form, appointment.organisation_id, appointment.person_id)
    back = call_url(appointment.organisation_id, "appointments")
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: appointments.move(appointment, values, seen)):
        shown = sheet.of(appointment.organisation_id)
        return page("fieldwork/appointment.html", form=form, sheet=shown, appointment=appointment, cancel_url=back)
    return see(back, _("Saved. Send the change so that both calendars follow.") if _untold(appointment) else _("Saved."))


def _untold(appointment: Appointment) -> bool:
    return appointment.told_sequence is not None and appointment.told_sequence != appointment.sequence


@bp.route("/appointments/<int:appointment_id>/cancel", methods=["GET", "POST"])
@requires("do_fieldwork")
def cancel(study_id: int, appointment_id: int) -> ResponseReturnValue:
    """Cancel an appointment; the target is to be called again."""
    appointment = appointments.get(appointment_id)
    form = CancelForm(again_on=clock.today() + dt.timedelta(days=1))
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: appointments.cancel(appointment, values["again_on"])):
        return page("fieldwork/cancel.html", form=form, appointment=appointment)
    undo = url_for(".reinstate", appointment_id=appointment_id)
    return see(call_url(appointment.organisation_id, "appointments"), _("Appointment cancelled."), undo_url=undo)


@bp.post("/appointments/<int:appointment_id>/reinstate")
@requires("do_fieldwork")
def reinstate(study_id: int, appointment_id: int) -> ResponseReturnValue:
    """Take a cancellation back."""
    appointment = appointments.get(appointment_id)
    back = call_url(appointment.organisation_id, "appointments")
    try:
        appointments.reinstate(appointment)
    except Refused as refusal:
        return see(back, sentence(refusal), kind="bad")
    return see(back, _("The appointment stands again."))


@bp.post("/appointments/<int:appointment_id>/take-back")
@requires("do_fieldwork")
def unarrange(study_id: int, appointment_id: int) -> ResponseReturnValue:
    """Take back the making of an appointment: the target stands as before."""
    appointment = appointments.get(appointment_id, deleted=True)
    back = going_on(call_url(appointment.organisation_id))
    try:
        appointments.take_back(appointment)
    except Refused as refusal:
        return see(back, sentence(refusal), kind="bad")
    return see(back, _("The appointment is taken back; the target stands as before."))


@bp.get("/appointments/<int:appointment_id>/invitation.ics")
@requires("read_steering")
def invitation(study_id: int, appointment_id: int) -> ResponseReturnValue:
    """Hand out the invitation, for both calendars."""
    appointment = appointments.get(appointment_id)
    method = invitations.method_of(appointment)
    answer = Response(invitations.file_of(appointment), content_type=f"text/calendar; charset=utf-8; method={method}")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{appointment.uid.partition('@')[0][:12]}.ics")
    return answer


@bp.post("/appointments/<int:appointment_id>/send")
@requires("do_fieldwork")
def send_invitation(study_id: int, appointment_id: int) -> ResponseReturnValue:
    """Send the invitation, the change or the cancellation to both."""
    appointment = appointments.get(appointment_id)
    back = call_url(appointment.organisation_id, "appointments")
    try:
        names = ", ".join(invitations.send(appointment))
    except Refused as refusal:
        return see(back, sentence(refusal), kind="bad")
    if mail.is_sent():
        return see(back, _("On its way to %(names)s.", names=names))
    text = _(
        "Written for %(names)s. No mail server is set up: an administrator reads it among the messages; you may send the file yourself.",
        names=names,
    )
    return see(back, text, kind="warn")


@bp.get("/my-week")
@requires("read_steering")
def my_week(study_id: int) -> ResponseReturnValue:
    """Show the appointments of a week, by day and commune, of one member of the team or of all; made to be printed."""
    start = clock.monday(day_of(request.args.get("week")) or clock.today())
    who = request.args.get("who", str(current_user.id) if reader_may("do_fieldwork") else "team")
    user_id = int(who) if who.isascii() and who.isdecimal() and len(who) < 10 else None
    found = appointments.between(clock.instant(start), clock.instant(start + A_WEEK), user_id)
    return page(
        "fieldwork/week.html", start=start, end=start + A_WEEK - dt.timedelta(days=1), days=_by_day(found), who=who,
        number=len(found),
        team_names=[(str(row.id), row.name) for row in participating.members()], local=clock.local, phone=phone,
        today=clock.today(), me=current().user_id,
        previous=start - A_WEEK, following=start + A_WEEK, opening=opening,
    )  # fmt: skip


def _by_day(found: Any) -> list[tuple[dt.date, list[tuple[str, list[Appointment]]]]]:
    """Group appointments by day, and within a day by commune, in the order of its first one."""
    days = []
    for day, of_day in groupby(found, key=lambda each: clock.local(each.starts_at).date()):
        places: dict[str, list[Appointment]] = {}
        for each in of_day:
            places.setdefault(each.commune or "", []).append(each)
        days.append((day, list(places.items())))
    return days
