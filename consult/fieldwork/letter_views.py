"""Messages: opened filled in, noted as sent with the notice; their texts, which the lead may write anew."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consult.fieldwork import attempts, informing, invitations, letters, sheet
from consult.fieldwork.blueprint import bp, call_url, choice_of
from consult.fieldwork.forms import TemplateForm, placeholders
from consult.fieldwork.letter_texts import LANGUAGES
from consult.fieldwork.models import Appointment, AppointmentState, Channel, Outcome, TemplateKind
from consult.kernel.errors import NotFound, Refused
from consult.organisations.people_models import Person
from consult.studies.gate import requires
from consult.web import clock
from consult.web.i18n import _, written_label
from consult.web.pages import page, see
from consult.web.refusals import sentence


@bp.get("/targets/<int:organisation_id>/messages/<message_kind>")
@requires("do_fieldwork")
def message(study_id: int, organisation_id: int, message_kind: str) -> ResponseReturnValue:
    """Open a message filled in, to be sent from one's own mail program."""
    shown, what = sheet.of(organisation_id), _kind(message_kind)
    person, appointment = _person(shown), _appointment(shown)
    lang = request.args.get("lang") or invitations.language_of(person)
    text = letters.text_of(what, lang)
    facts = invitations.facts(shown.organisation.name, person, text.lang, appointment)
    subject, body = letters.fill(text.subject, facts), letters.fill(text.body, facts)
    link = mail_link(_address(shown, person), subject, body)
    return page(
        "fieldwork/message.html", sheet=shown, kind=what, person=person, appointment=appointment, text=text, subject=subject, body=body,
        link=link, too_long=len(link) > letters.LONGEST_LINK, address=_address(shown, person),
        kind_tabs=[_tab(each, what, organisation_id, person) for each in TemplateKind], unfilled=letters.unfilled(subject + body),
        willing=[post.person for post in shown.posts if not post.person.do_not_contact],
    )  # fmt: skip


def _tab(kind: TemplateKind, present: TemplateKind, organisation_id: int, person: Person | None) -> dict[str, Any]:
    url = url_for(".message", organisation_id=organisation_id, message_kind=kind.value, person=person.id if person else "0")
    return {"label": written_label(kind), "url": url, "current": kind == present}


def _kind(code: str) -> TemplateKind:
    if code not in set(TemplateKind):
        raise NotFound
    return TemplateKind(code)


def _person(shown: sheet.Sheet) -> Person | None:
    """Whom a message is for: who is named, if they may be contacted; else the main contact; nobody where "0" says so."""
    wanted = request.values.get("person", "")
    if wanted == "0":
        return None
    named = next((post.person for post in shown.posts if str(post.person_id) == wanted), None)
    if named is not None:
        attempts.refuse_unwilling(named.id)
    return named or shown.first


def _appointment(shown: sheet.Sheet) -> Appointment | None:
    wanted = request.values.get("appointment", "")
    standing = [each for each in shown.appointments if each.state != AppointmentState.CANCELLED]
    return next((each for each in standing if str(each.id) == wanted), standing[0] if standing else None)


def _address(shown: sheet.Sheet, person: Person | None) -> str:
    own = person.emails[0].address if person is not None and person.emails else ""
    return own or shown.organisation.email or ""


def mail_link(address: str, subject: str, body: str) -> str:
    """Return the link that opens a message in one's own mail program; lines end as mail wants them."""
    lines = quote("\r\n".join(body.splitlines()), safe="")
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}&body={lines}"


@bp.post("/targets/<int:organisation_id>/messages/<message_kind>/sent")
@requires("do_fieldwork")
def sent(study_id: int, organisation_id: int, message_kind: str) -> ResponseReturnValue:
    """Note that a message was sent: the attempt, and the notice given with it."""
    shown, what = sheet.of(organisation_id), _kind(message_kind)
    person = _person(shown)
    text = letters.text_of(what, request.form.get("lang", "fr"))
    number = informing.number_in_force() if text.informs else None
    try:
        noted = attempts.log(organisation_id, _sending(person, what, number))
        if number is not None and person is not None:
            informing.note(person.id, number, noted)
    except Refused as refusal:
        return see(call_url(organisation_id), sentence(refusal), kind="bad")
    said = _("Noted: message sent, notice given.") if text.informs else _("Noted: message sent.")
    return see(call_url(organisation_id), said, undo_url=url_for(".take_back", attempt_id=noted.id))


def _sending(person: Person | None, kind: TemplateKind, number: int | None) -> dict[str, Any]:
    again = kind in (TemplateKind.APPROACH, TemplateKind.REMINDER)
    following = attempts.again_on(Outcome.SENT, clock.today()) if again else None
    return {
        "outcome": Outcome.SENT, "channel": Channel.EMAIL, "person_id": person.id if person else None, "message": kind,
        "notice_version": number, "next_on": following,
    }  # fmt: skip


@bp.get("/message-templates")
@requires("read_steering")
def templates(study_id: int) -> ResponseReturnValue:
    """Show the texts of the messages."""
    return page("fieldwork/templates.html", texts=letters.texts(), kinds=list(TemplateKind), languages=LANGUAGES)


@bp.route("/message-templates/<message_kind>/<lang>", methods=["GET", "POST"])
@requires("steer")
def template(study_id: int, message_kind: str, lang: str) -> ResponseReturnValue:
    """Write a text of the study's own."""
    if lang not in LANGUAGES or message_kind not in set(TemplateKind):
        raise NotFound
    what = choice_of(TemplateKind, message_kind, TemplateKind.APPROACH)
    text = letters.text_of(what, lang)
    form = TemplateForm(data={"subject": text.subject, "body": text.body, "version": text.version})
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: letters.write(what, lang, values, seen)):
        return page("fieldwork/template.html", form=form, text=text, placeholders=placeholders())
    return see(url_for(".templates"), _("Saved."))


@bp.post("/message-templates/<message_kind>/<lang>/ship")
@requires("steer")
def ship(study_id: int, message_kind: str, lang: str) -> ResponseReturnValue:
    """Go back to the text that is shipped."""
    if lang not in LANGUAGES or message_kind not in set(TemplateKind):
        raise NotFound
    own = letters.ship(TemplateKind(message_kind), lang)
    undo = url_for(".unship", template_id=own.id) if own else None
    return see(url_for(".templates"), _("The shipped text is in force again."), undo_url=undo)


@bp.post("/message-templates/<int:template_id>/bring-back")
@requires("steer")
def unship(study_id: int, template_id: int) -> ResponseReturnValue:
    """Bring a text of the study's own back."""
    letters.bring_back(template_id)
    return see(url_for(".templates"), _("The text is back."))
