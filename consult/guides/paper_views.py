"""A version as the interviewer will see it, and on paper."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from consult.guides import service
from consult.guides.blueprint import bp
from consult.guides.showing import conditions_said
from consult.studies.gate import requires
from consult.web.pages import page


@bp.get("/versions/<int:version_id>/preview")
@requires("read_guides")
def preview(study_id: int, version_id: int) -> ResponseReturnValue:
    """Show a version with its help and its choices, as in an interview."""
    whole = service.outline(version_id)
    return page("guides/preview.html", whole=whole, said=conditions_said(whole))


@bp.get("/versions/<int:version_id>/sheet")
@requires("read_guides")
def sheet(study_id: int, version_id: int) -> ResponseReturnValue:
    """Show a version with room to write, to be printed."""
    whole = service.outline(version_id)
    return page("guides/sheet.html", whole=whole, said=conditions_said(whole))
