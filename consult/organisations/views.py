"""Organisations one at a time: shown, created, edited, deleted and brought back; the study's grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import Flask, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from consult.kernel.errors import Refused
from consult.organisations import (
    cell_views,
    cells,
    deletion,
    doubts,
    duplicates_views,
    history_views,
    identifiers,
    labelling,
    list_views,
    merge_views,
    part_views,
    participating,
    people_views,
    perimeter,
    pick_views,
    searching,
    service,
    showing,
    timeline,
)
from consult.organisations.blueprint import bp, organisation_url, person_url, saved
from consult.organisations.forms import NewOrganisationForm, OrganisationForm, Override, ParticipationForm, offer
from consult.organisations.models import Organisation
from consult.studies.gate import reader_may, requires
from consult.terms.models import TermList
from consult.web import sources
from consult.web.i18n import _, _l, lang
from consult.web.pages import page, see
from consult.web.refusals import sentence

WEIGHTIEST = 30
"""How many organisations the table beside the grid names."""

WRITTEN: dict[str, Any] = {
    "siret": identifiers.written_siret, "tint": cells.tint, "open_dispositions": cells.OPEN,
}  # fmt: skip
"""How the page of an organisation writes numbers and marks."""

PARTS = (cell_views, duplicates_views, history_views, list_views, merge_views, part_views, people_views, pick_views)
"""The modules whose views stand on the same blueprint."""


def register(app: Flask) -> None:
    """Put the slice into the application."""
    app.register_blueprint(bp)
    duplicates_views.register(app)
    merge_views.register(app)
    menu = app.extensions["slots"]
    menu.search(searching.ORGANISATIONS, _l("Organisations"), "building", "read_directory", lambda hit: organisation_url(hit.id))
    menu.search(searching.PEOPLE, _l("People"), "address-book", "read_people", lambda hit: person_url(hit.id))
    directory = {"capability": "read_directory"}
    menu.entry(
        "listen",
        _l("Organisations"),
        "organisations.index",
        "building",
        count=showing.organisations_count,
        mobile=True,
        key="o",
        **directory,
    )
    menu.entry(
        "listen",
        _l("People"),
        "organisations.people",
        "address-book",
        count=showing.people_count,
        key="c",
        capability="read_people",
    )
    menu.entry("command", _l("Power/interest grid"), "organisations.grid", "grid-4x4", capability="read_steering")
    menu.entry("new", _l("Organisation"), "organisations.create", "building", capability="edit_directory")
    menu.entry("new", _l("Person"), "organisations.create_person", "user-plus", capability="edit_directory")


@bp.get("/organisations/<int:organisation_id>")
@requires("read_directory")
def show(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Show everything the study knows of an organisation."""
    shown = showing.of(organisation_id)
    shown["latest"] = [history_views.in_a_line(moment) for moment in shown["latest"]]
    origin = shown["origin"] = sources.of(shown.pop("batch_id")) if reader_may("read_steering") else None
    shown["timeline"] = timeline.of(shown["here"], origin)
    return page("organisations/show.html", cells=cell_views.on_page(shown["organisation"]), **shown, **WRITTEN)


@bp.route("/organisations/new", methods=["GET", "POST"])
@requires("edit_directory")
def create(study_id: int) -> ResponseReturnValue:
    """Create an organisation. Those that resemble it are shown first; the person may go on all the same."""
    form = NewOrganisationForm(name=request.args.get("name", ""))
    offer(form)
    _keep_picked(form)
    alike: list[Any] = []
    if not form.validate_on_submit():
        return page("organisations/new.html", form=form, alike=alike)
    try:
        named = service.create(form.values(), anyway=bool(form.anyway.data))
    except Refused as refusal:
        if refusal.code == "already_here":
            return see(organisation_url(refusal.values["organisation_id"]), sentence(refusal), kind="warn")
        form.refuse(refusal)
        return page("organisations/new.html", form=form, alike=refusal.values.get("alike", alike))
    undo = url_for(".delete", organisation_id=named.organisation.id)
    if named.joined:
        joined = _("This organisation was in the directory already: it has been added to the study as it is known there.")
        return see(organisation_url(named.organisation.id), joined, undo_url=undo)
    return saved(organisation_url(named.organisation.id), _("Organisation created."), doubts.said(named.organisation), undo)


@bp.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@requires("edit_directory")
def edit(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Change an organisation's own fields."""
    organisation = service.get(organisation_id)
    form = OrganisationForm(data=_shown(organisation))
    _keep_picked(form)
    before = doubts.of(organisation)
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: service.update(organisation, values, seen)):
        return page("organisations/edit.html", form=form, organisation=organisation)
    return saved(organisation_url(organisation_id), _("Saved."), doubts.said(organisation, but=before))


def _shown(organisation: Organisation) -> dict[str, Any]:
    """Return what the form shows of a record: a doubtful SIREN where there is no good one; terms and other names come later."""
    columns = {name: getattr(organisation, name) for name in service.FIELDS}
    return {**columns, "siren": organisation.siren or organisation.unchecked_siren, "version": organisation.version}


def _keep_picked(form: OrganisationForm) -> None:
    """Give the boxes of terms, and other names, what they show: what was just typed, else what the record has."""
    organisation_id = (request.view_args or {}).get("organisation_id")
    if organisation_id:
        form.show_lists(labelling.lists_of(organisation_id), typed=form.is_submitted())
    for field, kind in ((form.specialities, TermList.SPECIALITY), (form.tags, TermList.TAG)):
        labels = {term.id: term.label(lang()) for term in labelling.terms(kind)} if field.data else {}
        field.chosen = [(f"new:{v}", v) if isinstance(v, str) else (v, labels.get(v, str(v))) for v in field.data or []]


@bp.route("/organisations/<int:organisation_id>/participation", methods=["GET", "POST"])
@requires("edit_directory")
def participation(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Change how an organisation takes part in the study."""
    here = service.participation_of(organisation_id)
    form = ParticipationForm(obj=here, **({} if request.method == "POST" else {"perimeter": Override.of(here.perimeter_override)}))
    offer(form)
    inside = perimeter.is_derived_inside(organisation_id)
    derived = _("As its sites say: inside") if inside else _("As its sites say: outside")
    form.perimeter.choices = [("", derived), *((each.value, each.label(lang())) for each in Override)]  # type: ignore[assignment]
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: participating.update(here, values, seen)):
        return page("organisations/participation.html", form=form, organisation=service.get(organisation_id))
    return see(organisation_url(organisation_id), _("Saved."))


@bp.post("/organisations/<int:organisation_id>/delete")
@requires("edit_directory")
def delete(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Take an organisation out of the study; the directory keeps it while another study shares it."""
    organisation = service.get(organisation_id)
    try:
        deletion.delete(organisation)
    except Refused as refusal:
        return see(organisation_url(organisation_id), sentence(refusal), kind="bad")
    return see(url_for(".index"), _("Organisation deleted."), undo_url=url_for(".restore", organisation_id=organisation_id))


@bp.post("/organisations/<int:organisation_id>/restore")
@requires("edit_directory")
def restore(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Bring a deleted organisation back."""
    deletion.restore(organisation_id)
    return see(organisation_url(organisation_id), _("Organisation restored."))


@bp.get("/organisations/grid")
@requires("read_steering")
def grid(study_id: int) -> ResponseReturnValue:
    """Show the study's organisations by influence and interest."""
    shown = showing.grid()
    rows = [[_link(each), each.segment, each.influence, each.interest] for each in shown["placed"][:WEIGHTIEST]]
    return page("organisations/grid.html", points=_points(shown["placed"]), rows=rows, **shown)


def _link(each: Any) -> Markup:
    return Markup('<a href="{}">{}</a>').format(organisation_url(each.id), each.name)


def _points(placed: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the points of the grid: one alone opens its organisation, several in one place the list of them."""
    together = Counter((each.influence, each.interest) for each in placed)
    return [
        {
            "label": each.name,
            "influence": each.influence,
            "interest": each.interest,
            "url": organisation_url(each.id)
            if together[each.influence, each.interest] == 1
            else url_for(".index", influence=each.influence, interest=each.interest),
        }
        for each in placed
    ]
