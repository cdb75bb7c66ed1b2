"""The two lists as a reader sees them: columns, filters, standing views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from markupsafe import Markup

from consult.kernel.model import Confidentiality
from consult.organisations.cells import badge
from consult.sourcing import countries, listing
from consult.sourcing.models import Capability, Criticality, Horizon, Maturity, Need, Relocatable
from consult.studies.gate import reader_may
from consult.terms.models import TermList
from consult.web.i18n import _, _l, lang, written_date, written_label, written_number
from consult.web.lists import Column, Filter, ListView, View

TINTS = {
    Relocatable.YES: "ok", Relocatable.STUDIED: "info", Relocatable.NO: "", Criticality.HIGH: "bad", Criticality.MEDIUM: "warn",
    Criticality.LOW: "", Maturity.SERIES: "ok", Maturity.PILOT: "info", Maturity.PROTOTYPE: "warn", Maturity.STUDY: "",
}  # fmt: skip
"""How marks are coloured."""


def mark(value: Any) -> Markup | str:
    """Return the mark of a member of a closed list."""
    return badge(written_label(value), TINTS.get(value, "")) if value is not None else ""


def what(row: Any) -> str:
    """Say what a need or a capability is about."""
    return " · ".join(part for part in (row.component, row.process) if part)


def _of(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, name)


def _label_of(name: str) -> Callable[[Any], str]:
    return lambda row: written_label(getattr(row, name))


def _mark_of(name: str) -> Callable[[Any], Any]:
    return lambda row: mark(getattr(row, name))


def _number(name: str) -> Callable[[Any], str]:
    return lambda row: written_number(getattr(row, name))


def _members(members: Any) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(m.value, m.label(lang())) for m in members]


def _first() -> tuple[Column, ...]:
    return (
        Column("what", _l("Of what"), what, sort="component"),
        Column("organisation", _l("Organisation"), _of("organisation"), sort="organisation"),
    )


def _last() -> tuple[Column, ...]:
    return (
        Column("segment", _l("Segment"), _of("segment"), default=False),
        Column("component", _l("Component"), _of("component"), sort="component", default=False),
        Column("process", _l("Process"), _of("process"), sort="process", default=False),
        Column("confidentiality", _l("Confidentiality"), _label_of("confidentiality"), default=False),
        Column("note", _l("Note"), _of("note"), default=False),
        Column("ref", _l("Reference"), _of("ref"), sort="ref", default=False),
    )


def _common_filters() -> tuple[Filter, ...]:
    return (
        Filter("component", _l("Component"), choices=lambda: listing.used(TermList.COMPONENT)),
        Filter("process", _l("Process"), choices=lambda: listing.used(TermList.PROCESS)),
        Filter("segment", _l("Segment"), choices=listing.segments),
        Filter("confidentiality", _l("Confidentiality"), choices=_members(Confidentiality)),
        Filter("organisation", _l("Organisation"), listed=False),
    )


def _empty(title: Any, text: Any, endpoint: str, action: Any) -> Callable[[], dict[str, Any]]:
    def answer() -> dict[str, Any]:
        url = url_for(endpoint) if reader_may("log_interviews") else None
        return {"title": title, "icon": "replace", "text": text, "url": url, "action": action}

    return answer


NEEDS = ListView(
    name="needs",
    title=_l("Needs"),
    endpoint="sourcing.needs",
    source=lambda: listing.source(Need),
    row="sourcing.show_need",
    row_argument="need_id",
    label=lambda row: f"{what(row)}, {row.organisation}",
    columns=(
        *_first(),
        Column("volume", _l("Volume a year"), _number("volume_per_year"), export=_of("volume_per_year"), sort="amount",
               edit="volume_per_year", align="right"),
        Column("unit", _l("Unit"), lambda row: row.unit or _("pieces")),
        Column("horizon", _l("Horizon"), _label_of("horizon"), edit="horizon"),
        Column("country", _l("Bought today in"), lambda row: countries.name(row.source_country), edit="source_country"),
        Column("relocatable", _l("Relocatable"), _mark_of("relocatable"), export=_label_of("relocatable"), edit="relocatable"),
        Column("criticality", _l("Criticality"), _mark_of("criticality"), export=_label_of("criticality"), edit="criticality"),
        Column("quality", _l("Quality asked for"), _of("quality"), default=False),
        *_last(),
    ),
    filters=(
        *_common_filters(),
        Filter("relocatable", _l("Relocatable"), choices=_members(Relocatable)),
        Filter("horizon", _l("Horizon"), choices=_members(Horizon)),
        Filter("criticality", _l("Criticality"), choices=_members(Criticality)),
        Filter("country", _l("Bought today in"), choices=lambda: [(code, countries.name(code)) for code in listing.countries_named()]),
    ),
    export_endpoint="sourcing.export_needs",
    edit_endpoint="sourcing.need_cell",
    views=lambda: [
        View("all", _("All")),
        View("relocatable", _("Relocatable"), {"relocatable": ["yes", "studied"]}),
        View("critical", _("Critical"), {"criticality": ["high"]}),
    ],
    empty=_empty(
        _l("No need yet"), _l("Needs are captured on the page of an interview, with Alt+N, or here."), "sourcing.add_need", _l("Add a need")
    ),
)  # fmt: skip

CAPABILITIES = ListView(
    name="capabilities",
    title=_l("Capabilities"),
    endpoint="sourcing.capabilities",
    source=lambda: listing.source(Capability),
    row="sourcing.show_capability",
    row_argument="capability_id",
    label=lambda row: f"{what(row)}, {row.organisation}",
    columns=(
        *_first(),
        Column("capacity", _l("Capacity a year"), _number("capacity_per_year"), export=_of("capacity_per_year"), sort="amount",
               edit="capacity_per_year", align="right"),
        Column("unit", _l("Unit"), lambda row: row.unit or _("pieces")),
        Column("spare", _l("Spare (%)"), _of("spare_percent"), sort="spare", edit="spare_percent", align="right"),
        Column("maturity", _l("Maturity"), _mark_of("maturity"), export=_label_of("maturity"), edit="maturity"),
        Column("certifications", _l("Certifications"), _of("certifications"), edit="certifications"),
        Column("verified_on", _l("Verified on"), lambda row: written_date(row.verified_on), export=_of("verified_on")),
        Column("source", _l("Verified how"), _of("source"), default=False),
        *_last(),
    ),
    filters=(
        *_common_filters(),
        Filter("maturity", _l("Maturity"), choices=_members(Maturity)),
        Filter("spare", _l("With spare capacity"), "bool"),
        Filter("verified", _l("Verified"), "bool"),
    ),
    export_endpoint="sourcing.export_capabilities",
    edit_endpoint="sourcing.capability_cell",
    views=lambda: [
        View("all", _("All")),
        View("spare", _("With spare capacity"), {"spare": ["1"]}),
        View("verified", _("Verified"), {"verified": ["1"]}),
    ],
    empty=_empty(
        _l("No capability yet"), _l("Capabilities are captured on the page of an interview, or here."), "sourcing.add_capability",
        _l("Add a capability"),
    ),
)  # fmt: skip
