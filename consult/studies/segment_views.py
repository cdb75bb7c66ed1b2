"""The segments of the target list and their quotas."""

from __future__ import annotations

from flask import g, url_for
from flask.typing import ResponseReturnValue

from consult.kernel.errors import NotFound
from consult.studies import segments as rules
from consult.studies.blueprint import bp
from consult.studies.forms import SegmentForm
from consult.studies.gate import requires
from consult.web.i18n import _
from consult.web.pages import page, see

STEPS = {"up": -1, "down": 1}


@bp.get("/studies/<int:study_id>/segments")
@requires("steer")
def segments(study_id: int) -> ResponseReturnValue:
    """List the segments with their quotas."""
    return page("studies/segments.html", study=g.study, segments=rules.segments())


@bp.route("/studies/<int:study_id>/segments/new", methods=["GET", "POST"])
@requires("steer")
def new_segment(study_id: int) -> ResponseReturnValue:
    """Add a segment."""
    form = SegmentForm()
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: rules.create(values)):
        return page("studies/segment_form.html", form=form, study=g.study, segment=None)
    return see(url_for(".segments"), _("The segment was added."))


@bp.route("/studies/<int:study_id>/segments/<int:segment_id>/edit", methods=["GET", "POST"])
@requires("steer")
def edit_segment(study_id: int, segment_id: int) -> ResponseReturnValue:
    """Change a segment."""
    segment = rules.get(segment_id)
    form = SegmentForm(obj=segment)
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: rules.update(segment, values, seen)):
        return page("studies/segment_form.html", form=form, study=g.study, segment=segment)
    return see(url_for(".segments"), _("Saved."))


@bp.post("/studies/<int:study_id>/segments/<int:segment_id>/move/<direction>")
@requires("steer")
def move_segment(study_id: int, segment_id: int, direction: str) -> ResponseReturnValue:
    """Move a segment one place."""
    if direction not in STEPS:
        raise NotFound
    rules.move(rules.get(segment_id), STEPS[direction])
    return see(url_for(".segments"))


@bp.post("/studies/<int:study_id>/segments/<int:segment_id>/delete")
@requires("steer")
def delete_segment(study_id: int, segment_id: int) -> ResponseReturnValue:
    """Put a segment aside."""
    segment = rules.get(segment_id)
    rules.delete(segment)
    text = _("The segment “%(label)s” was deleted.", label=segment.label)
    return see(url_for(".segments"), text, undo_url=url_for(".restore_segment", segment_id=segment_id))


@bp.post("/studies/<int:study_id>/segments/<int:segment_id>/restore")
@requires("steer")
def restore_segment(study_id: int, segment_id: int) -> ResponseReturnValue:
    """Bring a segment back."""
    rules.restore(rules.get(segment_id, deleted=True))
    return see(url_for(".segments"), _("The segment is back."))
