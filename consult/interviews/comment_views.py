"""Remarks on answers, said and settled; each answers with the thread's part of the page, or goes back to where it stands."""

from __future__ import annotations

from collections.abc import Callable

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consult.interviews import comments, service
from consult.interviews.blueprint import bp
from consult.interviews.comment_models import ReviewComment
from consult.interviews.forms import CommentForm
from consult.interviews.models import Interview
from consult.interviews.showing import address, title
from consult.kernel.errors import Refused
from consult.studies.gate import requires
from consult.web.i18n import _
from consult.web.pages import page, see


@bp.post("/<int:interview_id>/comments")
@requires("read_steering")
def comment(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Remark on an answer or the whole, or reply to a remark."""
    interview, form = service.get(interview_id), CommentForm()
    try:
        said = comments.say(interview, form.text.data or "", form.about, form.answering) if form.validate() else None
    except Refused as refusal:
        form.refuse(refusal)
        said = None
    if said is None:
        return page("interviews/comment.html", 422, form=form, interview=interview, title=title(interview))
    return _back(interview, said, _("Said."), url_for(".delete_comment", interview_id=interview.id, comment_id=said.id))


@bp.post("/<int:interview_id>/comments/<int:comment_id>/settle")
@requires("read_steering")
def settle_comment(study_id: int, interview_id: int, comment_id: int) -> ResponseReturnValue:
    """Close a remark."""
    return _move(interview_id, comment_id, comments.settle, _("Settled."), ".reopen_comment")


@bp.post("/<int:interview_id>/comments/<int:comment_id>/reopen")
@requires("read_steering")
def reopen_comment(study_id: int, interview_id: int, comment_id: int) -> ResponseReturnValue:
    """Open a remark again."""
    return _move(interview_id, comment_id, comments.open_again, _("Open again."), ".settle_comment")


@bp.post("/<int:interview_id>/comments/<int:comment_id>/delete")
@requires("read_steering")
def delete_comment(study_id: int, interview_id: int, comment_id: int) -> ResponseReturnValue:
    """Take back what one said."""
    return _move(interview_id, comment_id, comments.delete, _("Taken back."), ".bring_comment_back")


@bp.post("/<int:interview_id>/comments/<int:comment_id>/bring-back")
@requires("read_steering")
def bring_comment_back(study_id: int, interview_id: int, comment_id: int) -> ResponseReturnValue:
    """Bring back what one took back."""
    return _move(interview_id, comment_id, comments.bring_back, _("It is back."), deleted=True)


def _move(
    interview_id: int, comment_id: int, change: Callable[[ReviewComment], None], said: str, undo: str | None = None, deleted: bool = False
) -> ResponseReturnValue:
    interview = service.get(interview_id)
    about = comments.get(interview, comment_id, deleted)
    change(about)
    return _back(interview, about, said, url_for(undo, interview_id=interview.id, comment_id=comment_id) if undo else None)


def _back(interview: Interview, about: ReviewComment, said: str, undo_url: str | None) -> ResponseReturnValue:
    """Go back to the page that the remark was made on, to the answer it is about."""
    anchor = f"comments-{about.question_id or 0}"
    writing = request.form.get("from") == "write"
    url = url_for("interviews.edit", interview_id=interview.id, _anchor=anchor) if writing else address(interview, _anchor=anchor)
    return see(url, said, undo_url=undo_url)
