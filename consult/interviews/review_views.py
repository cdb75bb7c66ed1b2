"""The steps of the review, each with the version that was read, so that nobody validates what they have not seen."""

from __future__ import annotations

from collections.abc import Callable

from flask import url_for
from flask.typing import ResponseReturnValue

from consult.interviews import service, taking_part
from consult.interviews.blueprint import bp
from consult.interviews.forms import StepForm
from consult.interviews.models import Interview
from consult.interviews.showing import address, show_page
from consult.kernel.errors import Conflict, Refused
from consult.studies.gate import requires
from consult.web.i18n import _
from consult.web.pages import see


@bp.post("/<int:interview_id>/submit")
@requires("log_interviews")
def submit(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Hand the interview in for review."""
    undo = url_for(".take_back", interview_id=interview_id)
    return _step(interview_id, "submit", lambda interview, form: service.submit(interview, form.seen_version), _submitted, undo)


@bp.post("/<int:interview_id>/return")
@requires("review_interviews")
def return_(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Give the interview back to be completed."""
    return _step(
        interview_id,
        "return",
        lambda interview, form: service.return_(interview, form.comment.data, form.seen_version),
        _("Returned to be completed."),
    )


@bp.post("/<int:interview_id>/validate")
@requires("review_interviews")
def validate(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Validate the interview."""
    undo = url_for(".take_back", interview_id=interview_id)
    return _step(
        interview_id,
        "validate",
        lambda interview, form: service.validate(interview, form.seen_version),
        _validated,
        undo,
    )


@bp.post("/<int:interview_id>/reopen")
@requires("read_steering")
def reopen(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Open the validated interview for a new revision."""
    return _step(
        interview_id,
        "reopen",
        lambda interview, form: service.reopen(interview, form.comment.data, form.seen_version),
        _("Reopened for a new revision."),
    )


@bp.post("/<int:interview_id>/take-back")
@requires("read_interviews")
def take_back(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Undo one's own last step."""
    interview = service.get(interview_id)
    service.take_back(interview)
    return see(address(interview), _("Undone."))


def _step(
    interview_id: int,
    name: str,
    take: Callable[[Interview, StepForm], None],
    said: str | Callable[[Interview], str],
    undo_url: str | None = None,
) -> ResponseReturnValue:
    interview, form = service.get(interview_id), StepForm()
    form.validate()
    try:
        take(interview, form)
    except Refused as refusal:
        form.refuse(refusal)
        return show_page(interview, form, name, 422)
    except Conflict:
        return show_page(interview, form, name, 409, changed=True)
    return see(address(interview), said(interview) if callable(said) else said, undo_url=undo_url)


def _submitted(interview: Interview) -> str:
    return _validated(interview) if interview.state.is_sealed else _("Submitted for review.")


def _validated(interview: Interview) -> str:
    """Say that it counts, and of which organisations it does not as long as they have no segment."""
    names = taking_part.without_segment(interview)
    if not names:
        return _("Validated: it counts in the figures.")
    return _(
        "Validated. It will count in the figures when these organisations have a segment, under “In the study” on their page: %(names)s.",
        names=", ".join(names),
    )
