"""The list of organisations: shown, exported, changed in bulk with the way back."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consult.kernel.errors import NotFound, Refused
from consult.organisations import bulk, bulk_undo, listing
from consult.organisations.blueprint import bp
from consult.organisations.lists import ORGANISATIONS
from consult.studies.gate import requires
from consult.studies.handing_out import hand_out
from consult.web.i18n import _, ngettext
from consult.web.pages import page, see
from consult.web.refusals import sentence


@bp.get("/organisations/")
@requires("read_directory")
def index(study_id: int) -> ResponseReturnValue:
    """Show the organisations of the study."""
    return page("organisations/index.html", listing=ORGANISATIONS.show(request.args))


@bp.get("/organisations/export/<format>")
@requires("read_steering")
def export(study_id: int, format: str) -> ResponseReturnValue:
    """Hand out exactly what the list shows."""
    return hand_out(ORGANISATIONS, request.args, format, _("organisations"))


@bp.post("/organisations/bulk")
@requires("edit_directory")
def change_many(study_id: int) -> ResponseReturnValue:
    """Change many organisations at once."""
    order = ORGANISATIONS.order()
    back = ORGANISATIONS.url(ORGANISATIONS.kept(request.args))
    try:
        outcome = bulk.apply(order.action, order.value, listing.organisations().keys(order.query))
    except Refused as refusal:
        return see(back, sentence(refusal), kind="bad")
    undo = url_for(".undo_many", after=outcome.after, until=outcome.until) if outcome.done else None
    return see(back, _said(outcome), undo_url=undo, kind="ok" if outcome.done else "warn")


@bp.post("/organisations/bulk/undo")
@requires("edit_directory")
def undo_many(study_id: int) -> ResponseReturnValue:
    """Take a bulk change of one's own back, but for what was changed since."""
    after, until = (request.args.get(name, 0, int) for name in ("after", "until"))
    if not 0 <= after <= until < 2**31:
        raise NotFound
    return see(url_for(".index"), _said(bulk_undo.undo(after, until)))


def _said(outcome: bulk.Outcome) -> str:
    done = ngettext("%(num)s organisation changed.", "%(num)s organisations changed.", outcome.done)
    if not outcome.left:
        return str(done)
    left = ngettext("%(num)s left as it was:", "%(num)s left as they were:", outcome.left)
    return f"{done} {left} {sentence(Refused(outcome.reason))}"
