"""An interview written down along its guide: the page, and the small posts by which every answer saves itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue

from consult.interviews import comments, saving, service, writing
from consult.interviews.blueprint import bp
from consult.interviews.captured_shown import at_questions
from consult.interviews.forms import StepForm
from consult.interviews.models import Interview
from consult.interviews.showing import AUDIENCES, TINTS, address, subtitle, title
from consult.interviews.steps import go_on
from consult.kernel.errors import Refused
from consult.kernel.model import NOTE
from consult.studies.gate import requires
from consult.web.i18n import _
from consult.web.pages import page, see
from consult.web.refusals import sentence


@bp.get("/<int:interview_id>/write")
@requires("log_interviews")
def write(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Show the page on which an interview is written along its guide; without one, its form."""
    interview = writing.interview(interview_id)
    if interview.guide_version_id is None:
        return see(url_for(".edit", interview_id=interview_id))
    if interview.state.is_sealed:
        return see(address(interview), _("A validated interview is read-only: reopen it to change it."), kind="info")
    return show(interview, writing.sheet(interview))


@bp.post("/<int:interview_id>/write")
@requires("log_interviews")
def write_all(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Save every answer that was posted; where one cannot be, none is, and the page shows them all as typed, with what is wrong."""
    interview = writing.interview(interview_id)
    sheet = writing.sheet(interview, request.form)
    outcome = saving.save_all(interview, sheet, request.form)
    if outcome.troubles:
        return show(interview, sheet, outcome)
    return go_on(interview, _("Saved."))


@bp.post("/<int:interview_id>/answers/<int:question_id>")
@requires("log_interviews")
def put_answer(study_id: int, interview_id: int, question_id: int) -> ResponseReturnValue:
    """Save one answer."""
    return _told(lambda: saving.save_one(interview_id, question_id, request.form))


@bp.post("/<int:interview_id>/fields/<part>")
@requires("log_interviews")
def put_field(study_id: int, interview_id: int, part: str) -> ResponseReturnValue:
    """Save one field of the interview itself: its summary, its notes, how long it lasted."""
    return _told(lambda: saving.save_field(interview_id, part, request.form))


def _told(save: Callable[[], dict[str, Any]]) -> ResponseReturnValue:
    """Answer a page that saves itself: 409 where somebody else wrote or the interview is validated by now, 422 with the reason."""
    try:
        return jsonify(save())
    except Refused as refusal:
        locked = refusal.code == saving.LOCKED
        return jsonify(said=sentence(refusal), locked=locked), 409 if locked else 422
    except saving.Unsound as wrong:
        return jsonify(said=wrong.said), 422
    except saving.Disputed as disputed:
        return jsonify(disputed.told), 409


def show(interview: Interview, sheet: writing.Sheet, outcome: saving.Outcome | None = None) -> ResponseReturnValue:
    """Render the page with a sheet, and with what could not be saved of it."""
    status = 200 if outcome is None else 409 if outcome.theirs else 422
    return page(
        "interviews/write.html",
        status,
        interview=interview,
        sheet=sheet,
        outcome=outcome or saving.Outcome(),
        title=title(interview),
        subtitle=subtitle(interview),
        here=writing.counterpart(interview),
        latest=writing.latest(interview),
        talk=comments.of(interview.id),
        captured=at_questions(interview),
        audience=AUDIENCES[interview.confidentiality],
        tint=TINTS[interview.state],
        steps=service.steps_from(interview.state),
        step_form=StepForm(formdata=None, obj=interview),
        longest=NOTE,
        typed={name: request.form[f"f-{name}"] for name in saving.FIELDS if f"f-{name}" in request.form},
    )
