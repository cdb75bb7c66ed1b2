"""After a save: on to the interview's page, taking first the step of the review that was asked with it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from consult.interviews import service
from consult.interviews.models import Interview
from consult.interviews.showing import address
from consult.kernel.errors import Refused
from consult.web.i18n import _
from consult.web.pages import see
from consult.web.refusals import sentence


def go_on(interview: Interview, said: str) -> ResponseReturnValue:
    """Go to the interview's page and say what was done; `then` of the posted form names the step that is taken first."""
    steps = {"submit": (service.submit, _("Saved and submitted.")), "validate": (service.validate, _("Saved and validated."))}
    take, also = steps.get(request.form.get("then", ""), (None, said))
    if take is None:
        return see(address(interview), said)
    try:
        take(interview)
    except Refused as refusal:
        flash({"text": f"{said} {sentence(refusal)}", "kind": "warn"}, "warn")  # type: ignore[arg-type]
        return redirect(address(interview), 303)
    return see(address(interview), also, undo_url=url_for(".take_back", interview_id=interview.id))
