"""Calls: whom to call, the sheet of a target, an attempt noted with one thumb or in full, taken back, corrected; the journal."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consult.fieldwork import appointments, attempts, calls, claims, dispositions, sheet
from consult.fieldwork.blueprint import bp, call_url, choice_of, day_of, going_on, opening, told
from consult.fieldwork.forms import AttemptForm, CorrectionForm
from consult.fieldwork.journal_list import ATTEMPTS
from consult.fieldwork.models import Channel, ContactAttempt, ContactClaim, Outcome, TemplateKind
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import now
from consult.organisations import identifiers
from consult.organisations.cells import OPEN, tint
from consult.organisations.showing import phone
from consult.studies.gate import requires
from consult.studies.handing_out import hand_out
from consult.web import clock
from consult.web.i18n import _, _l, written_date, written_label
from consult.web.pages import page, see
from consult.web.refusals import sentence

QUICK = (Outcome.NO_ANSWER, Outcome.LEFT_MESSAGE)
"""Outcomes that need no further word: one thumb notes them."""
ASKING = (Outcome.CALL_BACK, Outcome.AGREED, Outcome.REFUSED, Outcome.UNREACHABLE, Outcome.WRONG_CONTACT, Outcome.INELIGIBLE)
RARE = (Outcome.OUT_OF_BUSINESS, Outcome.DROPPED, Outcome.SENT)
LOOKS = {
    Outcome.NO_ANSWER: "circle-dashed", Outcome.LEFT_MESSAGE: "microphone", Outcome.CALL_BACK: "clock", Outcome.AGREED: "check",
    Outcome.REFUSED: "hand-stop", Outcome.UNREACHABLE: "plug-connected-x", Outcome.WRONG_CONTACT: "circle-x",
    Outcome.INELIGIBLE: "ban", Outcome.OUT_OF_BUSINESS: "archive", Outcome.DROPPED: "minus", Outcome.SENT: "mail",
}  # fmt: skip
HEADINGS = {
    calls.LATE: _l("Late"),
    calls.TODAY: _l("Today"),
    calls.TO_START: _l("Never called, or without a date"),
    calls.LATER: _l("Later"),
}
A_DAY = dt.timedelta(days=1)


def tel(number: str) -> str:
    """Return a number as a telephone dials it."""
    return identifiers.phone(number) or "".join(number.split())


def shown_number(number: str) -> str:
    """Return a number as it is read."""
    return identifiers.written_phone(identifiers.phone_as_kept(number))


WRITTEN: dict[str, Any] = {
    "tint": tint, "open_dispositions": OPEN, "phone": phone, "looks": LOOKS, "quick": QUICK, "tel": tel, "shown_number": shown_number,
    "outcomes": {outcome.value: outcome for outcome in Outcome}, "local": clock.local,
}  # fmt: skip


@bp.get("/my-calls")
@requires("do_fieldwork")
def my_calls(study_id: int) -> ResponseReturnValue:
    """Show whom the person signed in is to call, and what they have arranged for today."""
    today = clock.today()
    heading = request.args.get("heading", "")
    shown = calls.of(current_user.id, today, [heading] if heading in HEADINGS else list(HEADINGS))
    midnight = clock.instant(today)
    arranged = appointments.between(midnight, midnight + A_DAY, current_user.id)
    return page(
        "fieldwork/calls.html", headings=shown, names=HEADINGS, today=today, yesterday=today - A_DAY, tomorrow=today + A_DAY,
        arranged=arranged, me=current_user.id, open_codes=[each.value for each in dispositions.TO_CALL], **WRITTEN,
    )  # fmt: skip


@bp.get("/targets/<int:organisation_id>/call")
@requires("read_steering")
def call(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Show everything about reaching a target."""
    shown = sheet.of(organisation_id)
    mine = shown.claim is not None and shown.claim.user_id == current_user.id
    return page(
        "fieldwork/call.html", sheet=shown, mine=mine, asking=ASKING, rare=RARE, today=clock.today(), to_call=dispositions.TO_CALL,
        messages=[(kind.value, written_label(kind)) for kind in TemplateKind], opening=opening,
        told=told(shown.suggestions), **WRITTEN,
    )  # fmt: skip


@bp.post("/targets/<int:organisation_id>/claim")
@requires("do_fieldwork")
def claim(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Say that one is about to call a target; somebody else's claim stands unless it is taken over on purpose."""
    dispositions.target(organisation_id)
    held = claims.take(organisation_id, over=request.form.get("over") == "1")
    if request.headers.get("Accept") == "application/json":
        return jsonify(free=held is None, text=said_of(held) if held else "")
    if held is not None:
        return see(call_url(organisation_id), said_of(held), kind="warn")
    return see(call_url(organisation_id), _("You are calling. The others see it for half an hour, or until you note what came of it."))


@bp.post("/targets/<int:organisation_id>/release")
@requires("do_fieldwork")
def release(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Say that one is not calling after all."""
    dispositions.target(organisation_id)
    claims.release(organisation_id)
    return see(call_url(organisation_id), _("The target is free again."))


def said_of(held: ContactClaim) -> str:
    """Say who is calling a target, since when, and until when that stands."""
    since, until = clock.local(held.at), clock.local(held.expires_at)
    return _(
        "%(name)s has been calling since %(since)s; free again at %(until)s.",
        name=held.user.name,
        since=f"{since:%H:%M}",
        until=f"{until:%H:%M}",
    )


@bp.route("/targets/<int:organisation_id>/attempts/new", methods=["GET", "POST"])
@requires("do_fieldwork")
def attempt(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Note an attempt in full: its outcome decides what is asked."""
    shown = sheet.of(organisation_id)
    outcome = choice_of(Outcome, request.values.get("outcome"), Outcome.CALL_BACK)
    leads_to = dispositions.after(outcome, dispositions.target(organisation_id).disposition)
    form = AttemptForm(data=_start(shown, outcome))
    form.offer_people(organisation_id)
    form.ask(outcome, leads_to)
    made: list[ContactAttempt] = []
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: made.append(attempts.log(organisation_id, values))):
        return page("fieldwork/attempt.html", form=form, sheet=shown, outcome=outcome, leads_to=leads_to, back=going_on(""))
    return _noted(made[-1])


def _start(shown: sheet.Sheet, outcome: Outcome) -> dict[str, Any]:
    at = clock.local(now())
    return {
        "person_id": shown.first.id if shown.first else None, "channel": Channel.EMAIL if outcome == Outcome.SENT else Channel.PHONE,
        "on": at.date(), "time": at.time().replace(second=0, microsecond=0), "next_on": attempts.again_on(outcome, clock.today()),
    }  # fmt: skip


@bp.post("/targets/<int:organisation_id>/attempts/<outcome>")
@requires("do_fieldwork")
def quick(study_id: int, organisation_id: int, outcome: str) -> ResponseReturnValue:
    """Note an attempt with one thumb: no answer, or a message left; the next date follows from the study's settings."""
    if outcome not in QUICK:
        raise NotFound
    person, following = sheet.of(organisation_id).first, attempts.again_on(Outcome(outcome), clock.today())
    return _noted(attempts.log(organisation_id, {"outcome": outcome, "next_on": following, "person_id": person.id if person else None}))


def _noted(made: ContactAttempt) -> ResponseReturnValue:
    """Go on after an attempt, saying where the target stands now and when it is to be tried next."""
    here = dispositions.target(made.organisation_id)
    text = _("%(outcome)s. Now: %(disposition)s.", outcome=written_label(made.outcome), disposition=written_label(here.disposition))
    if here.next_on:
        text += " " + _("Next date: %(day)s.", day=written_date(here.next_on))
    return see(going_on(call_url(made.organisation_id)), text, undo_url=url_for(".take_back", attempt_id=made.id, next=going_on("")))


@bp.post("/attempts/<int:attempt_id>/take-back")
@requires("do_fieldwork")
def take_back(study_id: int, attempt_id: int) -> ResponseReturnValue:
    """Take an attempt back: the target stands as before."""
    noted = attempts.get(attempt_id, deleted=True)
    back = going_on(call_url(noted.organisation_id))
    try:
        attempts.take_back(noted)
    except Refused as refusal:
        return see(back, sentence(refusal), kind="bad")
    return see(back, _("The attempt is taken back; the target stands as before."))


@bp.route("/attempts/<int:attempt_id>", methods=["GET", "POST"])
@requires("do_fieldwork")
def correct(study_id: int, attempt_id: int) -> ResponseReturnValue:
    """Correct the facts of an attempt."""
    noted = attempts.get(attempt_id)
    form = CorrectionForm.over(noted)
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: attempts.correct(noted, values, seen)):
        return page("fieldwork/correction.html", form=form, attempt=noted)
    return see(call_url(noted.organisation_id), _("Saved."))


@bp.post("/targets/<int:organisation_id>/put-off")
@requires("do_fieldwork")
def put_off(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Set when a target is to be tried next: in some days, or on a day."""
    days = request.args.get("days", 0, int)
    on = attempts.working(clock.today() + dt.timedelta(days=days)) if 0 < days <= 366 else day_of(request.args.get("on"))
    before = attempts.put_off(organisation_id, on)
    undo = url_for(".put_off", organisation_id=organisation_id, on=before.isoformat() if before else "", next=going_on(""))
    text = _("Next date: %(day)s.", day=written_date(on)) if on else _("No next date.")
    return see(going_on(call_url(organisation_id)), text, undo_url=undo)


@bp.get("/attempts/")
@requires("read_steering")
def journal(study_id: int) -> ResponseReturnValue:
    """Show every attempt of the study."""
    return page("fieldwork/journal.html", listing=ATTEMPTS.show(request.args))


@bp.get("/attempts/export/<format>")
@requires("read_steering")
def export_journal(study_id: int, format: str) -> ResponseReturnValue:
    """Hand out exactly what the journal shows."""
    return hand_out(ATTEMPTS, request.args, format, _("attempts"))
