"""What the values of a grid of coverage are called, in their order; and the lists that its numbers open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for

from consult.kernel.model import Choice
from consult.organisations.models import RoleKind, WorkforceBand
from consult.reports import coverage, stages
from consult.studies import territory_reference
from consult.web.i18n import _, _l, lang

NAMES = {
    "segment": _l("Segment"), "role": _l("Role"), "workforce": _l("Workforce"), "territory": _l("Inter-municipal body"),
    "activity": _l("Activity"),
}  # fmt: skip
MEASURES = {
    "targets": _l("Targets"), stages.SCHEDULED: _l("Planned"), stages.HELD: _l("Held"), stages.SUBMITTED: _l("Submitted"),
    stages.VALIDATED: _l("Validated"),
}  # fmt: skip
DEFINITIONS = {
    "targets": _l("Distinct organisations in the target list."),
    stages.SCHEDULED: _l("An appointment is made, and no interview was held yet."),
    stages.HELD: _l("At least one interview or consultation was held, whatever its state."),
    stages.SUBMITTED: _l("At least one interview or consultation was handed in: submitted, returned to be completed, or validated."),
    stages.VALIDATED: _l("At least one interview or consultation is validated."),
}


def labels(dimension: str, found: list[str]) -> dict[str, str]:
    """Return what the values of a dimension are called, in their order; "none" comes last."""
    known = _ORDERED[dimension](found)
    if coverage.NONE in found:
        known[coverage.NONE] = _("Without segment") if dimension == "segment" else _("Not known")
    return known


def _members(members: type[Choice]) -> Callable[[list[str]], dict[str, str]]:
    return lambda found: {member.value: member.label(lang()) for member in members if member.value in found}


def _territories(found: list[str]) -> dict[str, str]:
    named = {}
    for code in found:
        if code != coverage.NONE:
            place: Any = territory_reference.epci(code) or territory_reference.commune(code)
            named[code] = place.name if place else code
    return dict(sorted(named.items(), key=lambda each: each[1]))


def _activities(found: list[str]) -> dict[str, str]:
    return {code: f"{code} {territory_reference.naf_label(code) or ''}".strip() for code in sorted(found) if code != coverage.NONE}


_ORDERED: dict[str, Callable[[list[str]], dict[str, str]]] = {
    "segment": lambda _found: coverage.segment_labels(),
    "role": _members(RoleKind),
    "workforce": _members(WorkforceBand),
    "territory": _territories,
    "activity": _activities,
}


def list_url(measure: str, **narrowed: str) -> str:
    """Return the address of the target list with exactly the targets that a number counts."""
    stage = {} if measure == "targets" else {"stage": measure}
    return url_for("fieldwork.target_list", **narrowed, **stage)  # type: ignore[arg-type]
