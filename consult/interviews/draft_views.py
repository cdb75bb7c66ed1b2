"""What is being typed: kept on the server as it is typed, forgotten when its writer says so; and notes as they will read."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.interviews import drafts, service
from consult.interviews.blueprint import bp
from consult.interviews.forms import known_names
from consult.kernel.model import NOTE
from consult.studies.gate import requires
from consult.web.i18n import _, written_datetime
from consult.web.pages import abort, page, see


@bp.post("/autosave")
@requires("log_interviews")
def autosave_new(study_id: int) -> ResponseReturnValue:
    """Keep what is typed of an interview that is not yet logged."""
    return _keep(drafts.NEW)


@bp.post("/<int:interview_id>/autosave")
@requires("log_interviews")
def autosave(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Keep what is typed of an interview, in the writer's draft; the interview itself is not touched."""
    service.refuse_unwritable(interview_id)
    return _keep(interview_id)


@bp.post("/draft/discard")
@requires("log_interviews")
def discard_new(study_id: int) -> ResponseReturnValue:
    """Forget what was typed of an interview that is not yet logged."""
    drafts.discard(drafts.NEW)
    return see(url_for(".create"), _("The unsaved text was discarded."))


@bp.post("/<int:interview_id>/draft/discard")
@requires("log_interviews")
def discard(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Forget what was typed over an interview and not saved."""
    service.get(interview_id)
    drafts.discard(interview_id)
    return see(url_for(".show", interview_id=interview_id), _("The unsaved text was discarded."))


@bp.post("/preview")
@requires("log_interviews")
def preview(study_id: int) -> ResponseReturnValue:
    """Show notes as they will read: as a piece of page for the script, as a page of their own without it."""
    text = request.form.get("note", "")[:NOTE]
    if request.headers.get("HX-Request"):
        return render_template("interviews/_preview.html", text=text)
    return page("interviews/preview.html", text=text)


def _keep(record_id: int) -> ResponseReturnValue:
    body: Any = request.get_json(silent=True)
    fields = body.get("fields") if isinstance(body, dict) else None
    if not isinstance(fields, dict):
        abort(400)
    typed = {str(name): value for name, value in fields.items() if isinstance(value, str | list)}
    at = drafts.keep(record_id, typed, _number(body.get("base_version")), known_names())
    return jsonify(saved_at=written_datetime(at)[-5:])


def _number(given: Any) -> int:
    text = str(given or 0)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
