"""Interviews as people meet them: logged, read, edited; the list, the review, the drafts and the history have modules of their own."""

from __future__ import annotations

from typing import Any

from flask import Flask, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consult.interviews import (
    approval_views,
    comment_views,
    day_views,
    draft_views,
    drafts,
    forms,
    guide_choice,
    history_views,
    list_views,
    listing,
    of_appointment,
    of_field_work,
    of_organisation,
    panels,
    review_views,
    revision_views,
    saving,
    searching,
    service,
    sheet_views,
    taking_part,
    word_views,
    writing,
    writing_views,
)
from consult.interviews.blueprint import bp
from consult.interviews.models import Interview, InterviewKind, InterviewState
from consult.interviews.offline_views import offline
from consult.interviews.showing import address, show_page, title
from consult.interviews.steps import go_on
from consult.kernel.errors import Refused
from consult.kernel.model import Confidentiality
from consult.studies.gate import requires
from consult.web import clock
from consult.web.i18n import _, _l, lang, written_date
from consult.web.pages import page, see

ROUTES_OF = (
    approval_views, comment_views, day_views, draft_views, history_views, list_views, review_views, revision_views,
    sheet_views, word_views, writing_views,
)  # fmt: skip
"""Importing these puts their views on the blueprint."""

SEARCHED = (
    (searching.NOTES, _l("Interviews"), "message-2"),
    (searching.ANSWERS, _l("Answers"), "list-details"),
    (searching.QUOTES, _l("Quotes"), "quote"),
)


def register(app: Flask) -> None:
    """Put the slice into the application."""
    app.register_blueprint(bp)
    app.register_blueprint(approval_views.public)
    app.register_blueprint(offline)
    slots = app.extensions["slots"]
    for source, name, symbol in SEARCHED:
        slots.search(source, name, symbol, "read_interviews", lambda hit: url_for("interviews.show", interview_id=hit.read_at))
    slots.entry(
        "listen",
        _l("Interviews"),
        "interviews.index",
        "message-2",
        capability="read_interviews",
        count=listing.rail_count,
        mobile=True,
        key="i",
    )
    slots.entry("new", _l("Interview"), "interviews.create", "message-2", capability="log_interviews")
    slots.entry("command", _l("Prepare my day"), "interviews.day", "cloud-off", capability="log_interviews")
    of_organisation.register(slots)
    of_appointment.register(slots)
    of_field_work.register(slots)
    panels.register(slots)


@bp.route("/new", methods=["GET", "POST"])
@requires("log_interviews")
def create(study_id: int) -> ResponseReturnValue:
    """Log an interview: an organisation, a date and a kind are enough. With `guide` in the address, its questions are there too."""
    draft = drafts.read(drafts.NEW) if request.method == "GET" else None
    form, sheet = forms.form_for(None, draft, **_start()), _blank()
    logged: list[Interview] = []
    sound = form.validate_on_submit() and saving.is_sound(sheet)
    if not sound or not form.saved_by(lambda values, _seen: logged.append(service.log(values))):
        return _form_page(form, None, draft, sheet)
    drafts.discard(drafts.NEW)
    of_appointment.note(logged[0])
    if sheet is not None and logged[0].guide_version_id is not None:
        saving.save_all(logged[0], writing.sheet(logged[0], request.form), {})
    if logged[0].guide_version_id is not None and "then" not in request.form:
        return see(url_for(".write", interview_id=logged[0].id), _("Interview logged."))
    return go_on(logged[0], _("Interview logged."))


@bp.get("/<int:interview_id>")
@requires("read_interviews")
def show(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Show an interview."""
    return show_page(service.get(interview_id))


@bp.route("/<int:interview_id>/edit", methods=["GET", "POST"])
@requires("log_interviews")
def edit(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Change an interview; what its writer had typed and not saved is there again."""
    interview = service.get(interview_id)
    reading = request.method == "GET"
    if reading and interview.state.is_sealed:
        return see(address(interview), _("A validated interview is read-only: reopen it to change it."), kind="info")
    draft = drafts.read(interview.id) if reading else None
    form = forms.form_for(interview, draft)
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: service.update(interview, values, seen)):
        return _form_page(form, interview, draft)
    drafts.discard(interview.id)
    return go_on(interview, _("Saved."))


@bp.post("/<int:interview_id>/strict")
@requires("log_interviews")
def strict(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Make an interview strict in one click."""
    interview = service.get(interview_id)
    former = interview.confidentiality
    service.make_strict(interview, forms.StepForm().seen_version)
    undo = url_for(".set_level", interview_id=interview.id, level=former.value)
    return see(address(interview), _("Strict from now on: only its authors, leads and reviewers know of it."), undo_url=undo)


@bp.post("/<int:interview_id>/level/<level>")
@requires("log_interviews")
def set_level(study_id: int, interview_id: int, level: str) -> ResponseReturnValue:
    """Give an interview back the confidentiality it had."""
    interview = service.get(interview_id)
    if level not in set(Confidentiality):
        raise Refused("value_required")
    service.change(interview, "confidentiality", Confidentiality(level))
    return see(address(interview), _("Undone."))


@bp.post("/<int:interview_id>/delete")
@requires("log_interviews")
def delete(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Put an interview away, with a way back."""
    interview = service.get(interview_id)
    service.delete(interview, forms.StepForm().seen_version)
    undo = url_for(".bring_back", interview_id=interview.id)
    return see(url_for(".index"), _("Interview with %(name)s deleted.", name=title(interview)), undo_url=undo)


@bp.post("/<int:interview_id>/bring-back")
@requires("log_interviews")
def bring_back(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Bring a deleted interview back."""
    interview = service.get(interview_id, deleted=True)
    service.bring_back(interview)
    return see(address(interview), _("The interview is back."))


def _start() -> dict[str, Any]:
    """Return what a new interview starts with: today, oneself, the study's confidentiality, the organisation one came from."""
    asked = request.args.get("organisation_id", 0, int)
    here = taking_part.organisation_names([asked]) if 0 < asked < 2**31 else {}
    return {
        "date": clock.today(), "kind": InterviewKind.INDIVIDUAL, "interviewers": [current_user.id],
        "organisations": list(here), "confidentiality": service.default_level(), "lang": "fr",
        "guide_version_id": _proposed(list(here)),
        **of_appointment.start(),
    }  # fmt: skip


def _proposed(organisations: list[int]) -> int | str | None:
    """Return the guide that a new interview starts with: the one asked for, the one of the organisation one came from, else the one that
    will suit."""
    if "guide" in request.args:
        return request.args.get("guide", None, int)
    return guide_choice.proposed(organisations[0]) if organisations else guide_choice.AUTO


def _blank() -> writing.Sheet | None:
    """Return the guide that the address asks for, to be answered while the interview is logged."""
    version = request.args.get("guide", 0, int)
    offered = {number for number, _title in guide_choice.offered(lang())} if 0 < version < 2**31 else set()
    return writing.blank(version, request.form if request.method == "POST" else None) if version in offered else None


def _form_page(
    form: forms.InterviewForm, interview: Interview | None, draft: drafts.Kept | None, sheet: writing.Sheet | None = None
) -> ResponseReturnValue:
    if interview is None:
        name, line = _("New interview"), _("An organisation, a date and a kind are enough; the rest can wait.")
        cancel, autosave, discard = url_for(".index"), url_for(".autosave_new"), url_for(".discard_new")
    else:
        name, line = title(interview), f"{interview.ref} · {written_date(interview.date)}"
        cancel, autosave = address(interview), url_for(".autosave", interview_id=interview.id)
        discard = url_for(".discard", interview_id=interview.id)
    state = interview.state if interview else InterviewState.DRAFT
    return page(
        "interviews/form.html", form=form, sheet=sheet, interview=interview, title=name, subtitle=line, draft=draft,
        steps=service.steps_from(state),
        cancel_url=cancel, autosave_url=autosave, discard_url=discard,
        others=max(0, len(interview.interviewee_links) - forms.PEOPLE) if interview else 0,
    )  # fmt: skip
