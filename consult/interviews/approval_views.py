"""Sending a note to who answered: the team's page, with the link shown once; and the page that the link opens, without an account."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, g, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consult.accounts import letters
from consult.interviews import approval_links, approvals, service
from consult.interviews.approval_forms import AnsweringForm, AskingForm, name_of
from consult.interviews.approval_models import Approval, ApprovalOutcome
from consult.interviews.blueprint import bp
from consult.interviews.models import Interview
from consult.interviews.passages import Passage
from consult.interviews.showing import subtitle, title
from consult.kernel.errors import Refused
from consult.mail import tasks as mail
from consult.studies.gate import requires
from consult.web.i18n import _, address, force_locale, written_date
from consult.web.pages import page, see
from consult.web.refusals import sentence

public = Blueprint("note_approval", __name__)
JUST_MADE = "approval_made"


@bp.route("/<int:interview_id>/approvals", methods=["GET", "POST"])
@requires("read_steering")
def approvals_of(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Send the note to somebody who answered; show who was asked and what they said."""
    interview, form = service.get(interview_id), AskingForm()
    form.offer([(each.person_id, each.person.full_name) for each in approvals.may_be_asked(interview)])
    made: list[tuple[Approval, str]] = []
    if not form.validate_on_submit() or not form.saved_by(
        lambda values, _seen: made.append(approvals.ask(interview, values["person_id"], values["days"]))
    ):
        return _team_page(interview, form)
    session[JUST_MADE] = _letter(interview, *made[0])
    said, kind = _sent(session[JUST_MADE], bool(form.sends.data))
    return see(url_for(".approvals_of", interview_id=interview.id), said, kind=kind)


def _sent(letter: dict[str, Any], wanted: bool) -> tuple[str, str]:
    """Send the letter by e-mail if that is wanted; gives what is said, and how."""
    if wanted and not letter["email"]:
        return _("The link is made. %(name)s has no e-mail address: hand the link over yourself.", name=letter["name"]), "warn"
    if wanted:
        mail.send(letter["email"], letter["subject"], letter["body"])
    return _("The link is made."), "ok"


@bp.post("/<int:interview_id>/approvals/<int:approval_id>/close")
@requires("read_steering")
def close_approval(study_id: int, interview_id: int, approval_id: int) -> ResponseReturnValue:
    """Close a link that waits for an answer."""
    interview = service.get(interview_id)
    approvals.revoke(interview, approval_links.get(interview, approval_id))
    undo = url_for(".reopen_approval", interview_id=interview.id, approval_id=approval_id)
    return see(url_for(".approvals_of", interview_id=interview.id), _("The link opens nothing any more."), undo_url=undo)


@bp.post("/<int:interview_id>/approvals/<int:approval_id>/reopen")
@requires("read_steering")
def reopen_approval(study_id: int, interview_id: int, approval_id: int) -> ResponseReturnValue:
    """Let a closed link open the note again."""
    interview = service.get(interview_id)
    approvals.give_back(interview, approval_links.get(interview, approval_id))
    return see(url_for(".approvals_of", interview_id=interview.id), _("The link opens the note again."))


@public.route("/approve/<token>", methods=["GET", "POST"])
def read(token: str) -> ResponseReturnValue:
    """Show a note to who answered, and take their answer. Opening it changes nothing: machines open links too."""
    try:
        link = approvals.enter(token)
    except Refused as refusal:
        return page("interviews/approval_closed.html", 404 if refusal.code == "link_unknown" else 410, text=sentence(refusal))
    address(link.person.lang)
    shown = approvals.passages_for(link)
    form = AnsweringForm.of(shown, approvals.quotes_for(link), approvals.latest(link.interview))
    if not form.validate_on_submit():
        return _note_page(link, form, shown)
    try:
        outcome = approvals.answer(link, form.texts, form.shown, form.message.data, form.approves, form.rights)
    except Refused as refusal:
        return _refused(link, form, shown, refusal)
    return page("interviews/approval_thanks.html", amended=outcome == ApprovalOutcome.AMENDED)


def _team_page(interview: Interview, form: AskingForm) -> ResponseReturnValue:
    return page(
        "interviews/approvals.html",
        interview=interview,
        form=form,
        title=title(interview),
        subtitle=subtitle(interview),
        links=[(link, approval_links.is_open(link)) for link in approval_links.of(interview)],
        offered=approvals.is_offered(interview),
        wanted=approvals.is_wanted(),
        made=session.pop(JUST_MADE, None),
        by_mail=mail.is_sent(),
    )


def _letter(interview: Interview, link: Approval, token: str) -> dict[str, Any]:
    """Write what goes to who answered, in their language, with the link that nothing keeps."""
    address = letters.shown_address_of("note_approval.read", token=token)
    with force_locale(link.person.lang):
        subject = _("The note of our meeting of %(date)s, for your approval", date=written_date(interview.date))
        body = _(
            "Hello %(name)s,\n\nthank you for the time you gave us on %(date)s for the study “%(study)s”. Here is the note of what you "
            "told us. Please read it, correct what should be corrected, and say how your words may be used:\n\n%(link)s\n\n"
            "The link is yours alone; it works until %(until)s and needs no account.\n\n%(sender)s\n",
            name=link.person.full_name,
            date=written_date(interview.date),
            study=g.study.title,
            link=address,
            until=written_date(link.expires_at),
            sender=current_user.name,
        )
    email = next((each.address for each in link.person.emails if not each.is_retired), "")
    return {
        "name": link.person.full_name, "link": address, "email": email, "subject": subject, "body": body,
        "mailto": f"mailto:{quote(email)}?subject={quote(subject)}&body={quote(body)}",
    }  # fmt: skip


def _note_page(link: Approval, form: AnsweringForm, shown: list[Passage], disputed: str = "", status: int = 200) -> ResponseReturnValue:
    interview = link.interview
    return page(
        "interviews/approval.html",
        status if status != 200 or not form.is_submitted() else 422,
        form=form,
        link=link,
        interview=interview,
        names=", ".join(each.name for each in approvals.organisations_of(link)),
        study=approvals.study_of(link),
        quotes=[(each, form[f"quote_{each.id}"]) for each in approvals.quotes_for(link)],
        interviewers=", ".join(each.user.name for each in interview.interviewer_links),
        passages=[(each, form[name_of(each)] if each.is_free else None, each.subject == disputed) for each in shown],
    )


def _refused(link: Approval, form: AnsweringForm, shown: list[Passage], refusal: Refused) -> ResponseReturnValue:
    """Show the note again with what was typed, and beside it what somebody else made of it meanwhile."""
    disputed = (refusal.field or "") if refusal.code == "amended_meanwhile" else ""
    name = next((name_of(each) for each in shown if each.subject == disputed), refusal.field or "")
    errors = form[name].errors if name in form._fields else form.form_errors
    errors[:] = [sentence(refusal)]
    form.revision.raw_data = None
    form.revision.process_data(approvals.latest(link.interview))
    return _note_page(link, form, shown, disputed, 409 if disputed else 422)
