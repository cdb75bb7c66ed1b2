"""The list of organisations: shown, exported, changed in bulk with the way back, corrected cell by cell."""

from __future__ import annotations

import functools
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from consult.kernel.errors import NotFound, Refused
from consult.organisations import bulk, cells, listing, participating, service
from consult.organisations.blueprint import bp, export_of, organisation_url
from consult.organisations.forms import OrganisationForm, ParticipationForm
from consult.organisations.identifiers import written_phone
from consult.organisations.lists import ORGANISATIONS
from consult.organisations.models import Organisation
from consult.studies.gate import requires
from consult.web.forms import EntityForm
from consult.web.i18n import _, ngettext, written_label
from consult.web.pages import page, see
from consult.web.refusals import sentence

CELLS: dict[str, type[Form]] = {
    "phone": OrganisationForm,
    "email": OrganisationForm,
    "workforce_band": OrganisationForm,
    "owner_id": ParticipationForm,
    "segment_id": ParticipationForm,
    "priority": ParticipationForm,
    "disposition": ParticipationForm,
}
"""The fields that can be corrected in place, with the form that describes each."""


@bp.get("/organisations/")
@requires("read_directory")
def index(study_id: int) -> ResponseReturnValue:
    """Show the organisations of the study."""
    return page("organisations/index.html", listing=ORGANISATIONS.show(request.args))


@bp.get("/organisations/export/<format>")
@requires("read_steering")
def export(study_id: int, format: str) -> ResponseReturnValue:
    """Hand out exactly what the list shows."""
    return export_of(ORGANISATIONS, request.args, format, _("organisations"))


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
    return see(url_for(".index"), _said(bulk.undo(after, until)))


def _said(outcome: bulk.Outcome) -> str:
    done = ngettext("%(num)s organisation changed.", "%(num)s organisations changed.", outcome.done)
    if not outcome.left:
        return str(done)
    left = ngettext("%(num)s left as it was:", "%(num)s left as they were:", outcome.left)
    return f"{done} {left} {sentence(Refused(outcome.reason))}"


@bp.route("/organisations/<int:organisation_id>/cells/<field>", methods=["GET", "POST"])
@requires("edit_directory")
def cell(study_id: int, organisation_id: int, field: str) -> ResponseReturnValue:
    """Correct one field in place: GET answers a form, POST the cell's new content, or the form again."""
    if field not in CELLS:
        raise NotFound
    organisation = service.get(organisation_id)
    record = organisation if CELLS[field] is OrganisationForm else service.participation_of(organisation_id)
    form = _cell_form(field)(obj=record)
    offer(form)
    if form.validate_on_submit() and form.saved_by(lambda values, seen: _save(record, field, values[field], seen)):
        return _saved(organisation, field)
    on_page = request.args.get("at") == "page"
    fragment = "organisations/_inplace_form.html" if on_page else "organisations/_cell.html"
    template = fragment if "HX-Request" in request.headers else "organisations/cell.html"
    return page(template, form=form, field=form[field], organisation=organisation)


def _saved(organisation: Organisation, field: str) -> ResponseReturnValue:
    if "HX-Request" not in request.headers:
        return see(organisation_url(organisation.id), _("Saved."))
    shown = _shown(service.participation_of(organisation.id), field)
    if request.args.get("at") != "page":
        return render_template("organisations/_cell_shown.html", shown=shown)
    url = url_for(".cell", organisation_id=organisation.id, field=field, at="page")
    link = f"mailto:{shown}" if field == "email" else None
    return render_template("organisations/_inplace.html", value=shown, link=link, edit_url=url, editable=True, label=_("Correct it"))


@functools.cache
def _cell_form(field: str) -> type[EntityForm]:
    return type(f"Cell_{field}", (EntityForm,), {field: getattr(CELLS[field], field)})


def offer(form: Any) -> None:
    """Give the selects of a form over segments and members their choices."""
    if "segment_id" in form:
        form.segment_id.choices = [("", "—"), *((row.id, row.label) for row in participating.segments())]
    if "owner_id" in form:
        form.owner_id.choices = [("", "—"), *((row.id, row.name) for row in participating.members())]


def _save(record: Any, field: str, value: Any, seen: int | None) -> None:
    if isinstance(record, Organisation):
        service.set_field(record, field, value, seen)
    else:
        participating.update(record, {field: value, **({"in_frame": True} if value and field in participating.FRAMED else {})}, seen)


def _shown(here: Any, field: str) -> Any:
    shown = {
        "phone": lambda: written_phone(here.organisation.phone),
        "email": lambda: here.organisation.email,
        "workforce_band": lambda: written_label(here.organisation.workforce_band),
        "owner_id": lambda: here.owner.name if here.owner else "",
        "segment_id": lambda: cells.badge(here.segment.label, cells.tint(here.segment.kind)) if here.segment else "",
        "priority": lambda: cells.of_choice(here.priority),
        "disposition": lambda: cells.of_choice(here.disposition),
    }
    return shown[field]()
