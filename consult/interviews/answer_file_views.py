"""Files sent as answers while an interview is written: each travels by itself, since a photograph may take a minute and be kept back by a
tunnel. The page is told its list anew; for whoever has no script there is a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.attachments.forms import FileForm
from consult.interviews import answer_files as answer_file
from consult.interviews import answers, capturing, files, saving, service
from consult.interviews.blueprint import bp
from consult.interviews.captured_shown import at_questions, forget
from consult.interviews.models import Interview
from consult.interviews.saving import clock
from consult.kernel.errors import Refused
from consult.kernel.model import now
from consult.studies.gate import requires
from consult.web.i18n import _
from consult.web.pages import page, see
from consult.web.refusals import sentence


@bp.get("/<int:interview_id>/answers/<int:question_id>/files")
@requires("log_interviews")
def answer_files(study_id: int, interview_id: int, question_id: int) -> ResponseReturnValue:
    """Show a form that sends one file, without a script."""
    answer_file.place(interview_id, question_id)
    return _form_page(service.get(interview_id), FileForm(prefix="file-"))


@bp.post("/<int:interview_id>/answers/<int:question_id>/files")
@requires("log_interviews")
def add_answer_file(study_id: int, interview_id: int, question_id: int) -> ResponseReturnValue:
    """Answer a question with a file, besides those that are there."""
    interview, form = service.get(interview_id), FileForm(prefix="file-")

    def add() -> Any:
        return files.add_answer(interview, question_id, form.sent.stream, form.sent.filename)

    if asks_for_json() and not form.validate():
        return jsonify(said=" ".join(map(str, form.file.errors))), 422
    if asks_for_json():
        return _told(interview, question_id, add)
    if not form.validate_on_submit() or not form.saved_by(lambda _values, _seen: add()):
        return _form_page(interview, form)
    return see(url_for(".write", interview_id=interview_id, _anchor=f"q-{question_id}"), _("File added."))


@bp.post("/<int:interview_id>/answers/<int:question_id>/files/<int:attachment_id>/delete")
@requires("log_interviews")
def delete_answer_file(study_id: int, interview_id: int, question_id: int, attachment_id: int) -> ResponseReturnValue:
    """Put a file of an answer away; the list says how to bring it back."""
    interview = service.get(interview_id)
    return _told(interview, question_id, lambda: files.delete(interview, files.get(interview_id, attachment_id)))


@bp.post("/<int:interview_id>/answers/<int:question_id>/files/<int:attachment_id>/bring-back")
@requires("log_interviews")
def bring_answer_file_back(study_id: int, interview_id: int, question_id: int, attachment_id: int) -> ResponseReturnValue:
    """Bring a deleted file of an answer back."""
    interview = service.get(interview_id)
    return _told(interview, question_id, lambda: files.restore(interview, files.get(interview_id, attachment_id, deleted=True)))


def _told(interview: Interview, question_id: int, act: Callable[[], Any]) -> ResponseReturnValue:
    """Do something, and tell the page the files that are there now and the version of the answer."""
    try:
        act()
    except Refused as refusal:
        locked = refusal.code == saving.LOCKED
        return jsonify(said=sentence(refusal), locked=locked), 409 if locked else 422
    forget(interview)
    answer = answers.of(interview.id).get(question_id)
    drawn = render_template("interviews/_answer_files.html", captured=at_questions(interview), question_id=question_id)
    return jsonify(version=answer.version if answer else 0, at=clock(now()), list=drawn)


def asks_for_json() -> bool:
    """Tell whether a script asks, which puts what it is told into the page that is open."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _form_page(interview: Interview, form: FileForm) -> ResponseReturnValue:
    return page(
        "interviews/capture.html",
        form=form,
        title=_("Add a file"),
        trail=capturing.trail(interview),
        back=url_for(".write", interview_id=interview.id),
    )
