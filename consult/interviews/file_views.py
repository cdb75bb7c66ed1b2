"""The files of an interview: sent, read, deleted and brought back."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from consult.attachments import kinds, serving
from consult.attachments.forms import FileForm
from consult.attachments.store import MIB, settings
from consult.interviews import answer_file_views, captured, files, service
from consult.interviews.blueprint import bp
from consult.interviews.captured_shown import of
from consult.interviews.capturing import Panel
from consult.interviews.models import Interview
from consult.interviews.showing import address
from consult.kernel.errors import Refused
from consult.studies.gate import reader_may, requires
from consult.web.app import error_page
from consult.web.i18n import _, _l
from consult.web.pages import see
from consult.web.refusals import sentence


def _form(_interview: Interview, **given: Any) -> FileForm:
    return FileForm(prefix="file-", **given)


def _content(interview: Interview) -> dict[str, Any]:
    open_to_change = reader_may("log_interviews") and not interview.state.is_sealed
    limit = settings().attachment_mib * MIB
    return {"files": of(interview)[captured.FILE], "editable": open_to_change, "limit": limit, "accept": kinds.ACCEPTED}


PANEL = Panel("attachments/_files.html", _l("Add a file"), "files", _form, _content)


TAKES_FILES = ("interviews.add_file", "interviews.add_answer_file")


@bp.url_value_preprocessor
def _let_files_in(endpoint: str | None, _values: object) -> None:
    if endpoint in TAKES_FILES:
        serving.let_in()


@bp.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say of a file that is not even received how large it may be."""
    if request.endpoint not in TAKES_FILES:
        return error_page(413)
    said = sentence(Refused("file_too_large", most=settings().attachment_mib))
    if answer_file_views.asks_for_json():
        return jsonify(said=said), 413
    return error_page(413, text=said, again=url_for(request.endpoint, **(request.view_args or {})))


@bp.route("/<int:interview_id>/files/new", methods=["GET", "POST"])
@requires("log_interviews")
def add_file(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Hang a file on an interview: one that was chosen, or a photograph just taken."""
    interview = service.get(interview_id)
    form = _form(interview)
    return PANEL.answer(interview, form, lambda _values: files.add(interview, form.sent.stream, form.sent.filename), _("File added."))


@bp.get("/<int:interview_id>/files/<int:attachment_id>")
@requires("read_interviews")
def read_file(study_id: int, interview_id: int, attachment_id: int) -> ResponseReturnValue:
    """Hand out a file of an interview."""
    return serving.send(files.get(interview_id, attachment_id))


@bp.post("/<int:interview_id>/files/<int:attachment_id>/delete")
@requires("log_interviews")
def delete_file(study_id: int, interview_id: int, attachment_id: int) -> ResponseReturnValue:
    """Put a file away, with a way back."""
    interview = service.get(interview_id)
    files.delete(interview, files.get(interview_id, attachment_id))
    undo = url_for(".bring_file_back", interview_id=interview_id, attachment_id=attachment_id)
    return see(address(interview, _anchor="files"), _("File deleted."), undo_url=undo)


@bp.post("/<int:interview_id>/files/<int:attachment_id>/bring-back")
@requires("log_interviews")
def bring_file_back(study_id: int, interview_id: int, attachment_id: int) -> ResponseReturnValue:
    """Bring a deleted file back."""
    interview = service.get(interview_id)
    files.restore(interview, files.get(interview_id, attachment_id, deleted=True))
    return see(address(interview, _anchor="files"), _("The file is back."))
