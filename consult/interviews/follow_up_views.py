"""Follow-ups one at a time: promised, changed, ticked as done, deleted, each with a way back."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consult.interviews import captured, follow_ups, service
from consult.interviews.blueprint import bp
from consult.interviews.capture_forms import captured_follow_up_form, follow_up_form
from consult.interviews.captured_shown import of
from consult.interviews.capturing import Panel
from consult.interviews.models import Interview
from consult.kernel.listing import whole_numbers
from consult.kernel.scope import current
from consult.studies.gate import requires
from consult.web.clock import today
from consult.web.i18n import _, _l
from consult.web.pages import page, safe_next, see


def _content(interview: Interview) -> dict[str, Any]:
    return {"follow_ups": of(interview)[captured.FOLLOW_UP], "today": today()}


PANEL = Panel("interviews/_follow_ups.html", _l("Promise a follow-up"), "follow-ups", captured_follow_up_form, _content)


@bp.route("/<int:interview_id>/follow-ups/new", methods=["GET", "POST"])
@requires("log_interviews")
def promise(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Promise something in an interview."""
    interview = service.get(interview_id)
    return PANEL.answer(
        interview, captured_follow_up_form(interview), lambda values: follow_ups.add(values, interview), _("Follow-up added.")
    )


@bp.route("/follow-ups/new", methods=["GET", "POST"])
@requires("log_interviews")
def add_follow_up(study_id: int) -> ResponseReturnValue:
    """Promise something to an organisation, apart from any interview."""
    came_from = whole_numbers(request.args.getlist("organisation"))
    form = follow_up_form(owner_id=current().user_id, organisation_id=came_from[0] if came_from else None)
    if form.validate_on_submit() and form.saved_by(lambda values, _seen: follow_ups.add(values)):
        return see(_back(), _("Follow-up added."))
    return _form_page(form, _("New follow-up"))


@bp.route("/follow-ups/<int:follow_up_id>", methods=["GET", "POST"])
@requires("log_interviews")
def edit_follow_up(study_id: int, follow_up_id: int) -> ResponseReturnValue:
    """Change a follow-up."""
    follow_up = follow_ups.get(follow_up_id)
    form = follow_up_form(follow_up)
    if form.validate_on_submit() and form.saved_by(lambda values, seen: follow_ups.update(follow_up, values, seen)):
        return see(_back(), _("Saved."))
    return _form_page(form, _("Follow-up"))


@bp.post("/follow-ups/<int:follow_up_id>/done")
@requires("log_interviews")
def finish_follow_up(study_id: int, follow_up_id: int) -> ResponseReturnValue:
    """Tick a follow-up as done."""
    follow_ups.finish(follow_ups.get(follow_up_id))
    return see(_back(), _("Done."), undo_url=url_for(".reopen_follow_up", follow_up_id=follow_up_id, next=_back()))


@bp.post("/follow-ups/<int:follow_up_id>/reopen")
@requires("log_interviews")
def reopen_follow_up(study_id: int, follow_up_id: int) -> ResponseReturnValue:
    """Take the tick away again."""
    follow_ups.reopen(follow_ups.get(follow_up_id))
    return see(_back(), _("It is to be done again."))


@bp.post("/follow-ups/<int:follow_up_id>/delete")
@requires("log_interviews")
def delete_follow_up(study_id: int, follow_up_id: int) -> ResponseReturnValue:
    """Put a follow-up away, with a way back."""
    follow_ups.delete(follow_ups.get(follow_up_id))
    undo = url_for(".bring_follow_up_back", follow_up_id=follow_up_id, next=_back())
    return see(_back(), _("Follow-up deleted."), undo_url=undo)


@bp.post("/follow-ups/<int:follow_up_id>/bring-back")
@requires("log_interviews")
def bring_follow_up_back(study_id: int, follow_up_id: int) -> ResponseReturnValue:
    """Bring a deleted follow-up back."""
    follow_ups.bring_back(follow_ups.get(follow_up_id, deleted=True))
    return see(_back(), _("The follow-up is back."))


def _back() -> str:
    """Return where the reader came from, on this site, else the list."""
    return safe_next(request.args.get("next"), url_for(".follow_ups"))


def _form_page(form: Any, title: str) -> ResponseReturnValue:
    trail = [(_("Follow-ups"), url_for(".follow_ups"))]
    return page("interviews/capture.html", form=form, title=title, trail=trail, back=_back(), parent="follow_ups")
