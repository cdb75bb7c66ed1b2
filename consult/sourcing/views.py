"""Needs and capabilities: the slice in the application, and what its boxes suggest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from consult.organisations import deletion
from consult.sourcing import searching, service
from consult.sourcing.blueprint import bp
from consult.sourcing.capturing import PANELS, of_organisation
from consult.sourcing.kind_views import Kind
from consult.sourcing.listing import rail_count
from consult.sourcing.lists import CAPABILITIES, NEEDS
from consult.sourcing.models import Capability, Need
from consult.studies.gate import requires
from consult.terms import service as terms
from consult.terms.models import TermList
from consult.web.i18n import _l, lang

KINDS = (
    Kind(
        Need,
        NEEDS,
        "needs",
        ("volume_per_year", "horizon", "source_country", "relocatable", "criticality"),
        (_l("New need"), _l("Need")),
        (_l("Need noted."), _l("Need deleted."), _l("The need is back.")),
        _l("needs"),
    ),
    Kind(
        Capability,
        CAPABILITIES,
        "capabilities",
        ("capacity_per_year", "spare_percent", "maturity", "certifications"),
        (_l("New capability"), _l("Capability")),
        (_l("Capability noted."), _l("Capability deleted."), _l("The capability is back.")),
        _l("capabilities"),
    ),
)
for _kind in KINDS:
    _kind.register()


def register(app: Flask) -> None:
    """Put the slice into the application."""
    app.register_blueprint(bp)
    slots = app.extensions["slots"]
    deletion.keep_because(service.standing)
    for panel in PANELS.values():
        for place in ("interview.capture", "interview.show"):
            slots.fill(place, panel.filling, panel.part)
    for found, name, endpoint in (
        (searching.NEEDS, _l("Needs"), "sourcing.show_need"),
        (searching.CAPABILITIES, _l("Capabilities"), "sourcing.show_capability"),
    ):
        slots.search(found, name, "replace", "read_sourcing", _at(endpoint))
    slots.fill("organisation.show", of_organisation, "sourcing/_of_organisation.html")
    reading: dict[str, Any] = {"capability": "read_sourcing"}
    slots.entry("understand", _l("Needs and capabilities"), "sourcing.needs", "replace", count=rail_count, **reading)
    slots.entry("command", _l("Capabilities"), "sourcing.capabilities", "replace", **reading)
    slots.entry("new", _l("Need"), "sourcing.add_need", "replace", capability="log_interviews")
    slots.entry("new", _l("Capability"), "sourcing.add_capability", "replace", capability="log_interviews")


def _at(endpoint: str) -> Callable[[Any], str]:
    named = f"{endpoint.rpartition('_')[2]}_id"
    return lambda hit: url_for(endpoint, **cast(Any, {named: hit.id}))


@bp.get("/pick/components")
@requires("read_sourcing")
def pick_component(study_id: int) -> ResponseReturnValue:
    """Suggest components to a box."""
    return _suggested(TermList.COMPONENT)


@bp.get("/pick/processes")
@requires("read_sourcing")
def pick_process(study_id: int) -> ResponseReturnValue:
    """Suggest processes to a box."""
    return _suggested(TermList.PROCESS)


def _suggested(kind: TermList) -> ResponseReturnValue:
    found = terms.suggest(kind, request.args.get("q", "")[:200])
    return jsonify([{"value": term.id, "text": term.label(lang())} for term in found])
