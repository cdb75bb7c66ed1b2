"""The lists of the directory, described: organisations and people of the study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_login import current_user

from consult.kernel.model import Choice
from consult.organisations import cells, listing
from consult.organisations.identifiers import written_phone, written_siren
from consult.organisations.models import OrganisationKind, OrganisationStatus, RoleKind, WorkforceBand
from consult.organisations.participation import Disposition, Priority, Stance
from consult.studies.gate import reader_may
from consult.terms.models import TermList
from consult.web.i18n import _, _l, lang, ngettext, written_date, written_label
from consult.web.lists import BulkAction, Column, Filter, ListView, View, once
from consult.web.slots import slots

STEERING, PEOPLE = "read_steering", "read_people"
"""What a role needs to see how the study steers its targets, and how they are reached."""


def options() -> listing.Options:
    """Return what the filters over organisations offer, read once for a page."""
    return once("directory-options", lambda: listing.options(lang()))


def members_of(members: type[Choice]) -> list[tuple[str, str]]:
    return [(m.value, m.label(lang())) for m in members]


def or_none(choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return choices and, last, that there is none."""
    return [*choices, (listing.NOBODY, _("None"))]


def yes_or_no(yes: str, no: str) -> list[tuple[str, str]]:
    return [("1", yes), ("0", no)]


def _terms(kind: TermList) -> Callable[[Sequence[int]], Mapping[int, str]]:
    return lambda ids: listing.labels_of(kind, ids, lang())


def _as_it_is(text: str | None) -> str | None:
    return text


def _views() -> list[View]:
    segments = [View(f"segment-{value}", label, {"segment": [value]}) for value, label in options().segments]
    more = [View("to_contact", _("To contact"), {"disposition": ["to_contact"]})]
    if reader_may("edit_directory"):
        more.append(View("mine", _("Mine"), {"owner": [str(current_user.id)]}))
    return [View("all", _("All")), *segments, *more]


def _figures() -> list[View]:
    """Return the sentence above the list: how many there are, are targets, were met."""
    return [
        View("all", lambda n: ngettext("%(num)s organisation", "%(num)s organisations", n)),
        View("targets", lambda n: ngettext("%(num)s in the target list", "%(num)s in the target list", n), {"in_frame": ["1"]}),
        View("met", lambda n: ngettext("%(num)s met or consulted", "%(num)s met or consulted", n), {"disposition": ["done"]}),
        View(
            "unowned",
            lambda n: ngettext("%(num)s without anybody to look after it", "%(num)s without anybody to look after them", n),
            {"owner": ["none"]},
        ),
    ]


def _empty() -> dict[str, Any]:
    may_edit = reader_may("edit_directory")
    text = _("Import a spreadsheet, or create the first one by its name: everything else can come later.")
    return {
        "title": _("No organisation yet"),
        "text": text if may_edit else _("Those of the study will stand here."),
        "icon": "building",
        "url": url_for("organisations.create") if may_edit else None,
        "action": _("New organisation"),
    }


def _further_columns() -> list[Column]:
    """Return the columns that upper slices add: each reads its `values` for a whole page at once."""
    return [column for filling in slots().fillings.get("organisation.columns", ()) for column in filling.rows()]


ORGANISATIONS = ListView(
    name="organisations",
    title=_l("Organisations"),
    endpoint="organisations.index",
    source=listing.organisations,
    row="organisations.show",
    row_argument="organisation_id",
    row_key=lambda row: row.organisation_id,
    label=lambda row: row.name,
    columns=(
        Column("name", _l("Organisation"), cells.named, export=lambda row: row.name, sort="name"),
        Column("segment", _l("Segment"), cells.segment, export=lambda row: row.segment, sort="segment", edit="segment_id"),
        Column("role", _l("Role"), written_label, default=False, values=listing.roles_of),
        Column("kind", _l("Kind"), lambda row: written_label(row.kind), default=False),
        Column("commune", _l("Commune"), lambda row: row.commune_name, sort="commune"),
        Column("inside", _l("Perimeter"), cells.inside, default=False, values=listing.inside_of),
        Column(
            "workforce_band", _l("Workforce"), lambda row: written_label(row.workforce_band), sort="workforce_band", edit="workforce_band"
        ),
        Column(
            "disposition",
            _l("Disposition"),
            lambda row: cells.of_choice(row.disposition),
            export=lambda row: written_label(row.disposition),
            sort="disposition",
            edit="disposition",
            capability=STEERING,
        ),
        Column(
            "priority",
            _l("Priority"),
            lambda row: cells.of_choice(row.priority),
            export=lambda row: written_label(row.priority),
            sort="priority",
            edit="priority",
            capability=STEERING,
        ),
        Column("owner", _l("Looked after by"), lambda row: row.owner, sort="owner", edit="owner_id", capability=STEERING),
        Column(
            "influence",
            _l("Influence"),
            lambda row: row.influence,
            sort="influence",
            align="right",
            default=False,
            capability=STEERING,
        ),
        Column("interest", _l("Interest"), lambda row: row.interest, sort="interest", align="right", default=False, capability=STEERING),
        Column("stance", _l("Stance"), lambda row: written_label(row.stance), default=False, capability=STEERING),
        Column("in_frame", _l("Target list"), lambda row: cells.yes(row.in_frame), default=False),
        Column("specialities", _l("Specialities"), cells.several, export=_as_it_is, default=False, values=_terms(TermList.SPECIALITY)),
        Column("tags", _l("Tags"), cells.several, export=_as_it_is, default=False, values=_terms(TermList.TAG)),
        Column("phone", _l("Phone"), lambda row: written_phone(row.phone), edit="phone", default=False, capability=PEOPLE),
        Column("email", _l("E-mail"), lambda row: row.email, edit="email", default=False, capability=PEOPLE),
        Column("website", _l("Website"), lambda row: row.website, default=False),
        Column(
            "siren",
            _l("SIREN"),
            lambda row: written_siren(row.siren) or row.unchecked_siren,
            export=lambda row: row.siren or row.unchecked_siren,
            default=False,
        ),
        Column("naf_code", _l("Activity"), lambda row: row.naf_code, default=False),
        Column("postcode", _l("Postcode"), lambda row: row.postcode, default=False),
        Column("status", _l("Status"), lambda row: written_label(row.status), default=False),
        Column(
            "verified_on", _l("Verified on"), lambda row: written_date(row.verified_on), export=lambda row: row.verified_on, default=False
        ),
        Column("ref", _l("Reference"), lambda row: row.ref, sort="ref", default=False),
    ),
    more_columns=_further_columns,
    filters=(
        Filter("segment", _l("Segment"), choices=lambda: or_none(options().segments)),
        Filter("disposition", _l("Disposition"), choices=lambda: members_of(Disposition), capability=STEERING),
        Filter("priority", _l("Priority"), choices=lambda: or_none(members_of(Priority)), capability=STEERING),
        Filter("owner", _l("Looked after by"), choices=lambda: or_none(options().members), capability=STEERING),
        Filter("kind", _l("Kind"), choices=lambda: members_of(OrganisationKind)),
        Filter("role", _l("Role"), choices=lambda: members_of(RoleKind)),
        Filter("inside", _l("Perimeter"), "choice", choices=lambda: yes_or_no(_("Inside"), _("Outside"))),
        Filter("in_frame", _l("Target list"), "choice", choices=lambda: yes_or_no(_("In the target list"), _("Not in the target list"))),
        Filter("workforce_band", _l("Workforce"), choices=lambda: or_none(members_of(WorkforceBand))),
        Filter("speciality", _l("Speciality"), choices=lambda: options().specialities),
        Filter("tag", _l("Tag"), choices=lambda: options().tags),
        Filter("stance", _l("Stance"), choices=lambda: or_none(members_of(Stance)), capability=STEERING),
        Filter("status", _l("Status"), choices=lambda: members_of(OrganisationStatus)),
        Filter("commune", _l("Commune"), listed=False),
        Filter("influence", _l("Influence"), listed=False, capability=STEERING),
        Filter("interest", _l("Interest"), listed=False, capability=STEERING),
    ),
    bulk=(
        BulkAction("owner", _l("Look after"), "user-plus", options=lambda: or_none(options().members)),
        BulkAction("segment", _l("Segment"), "chart-pie", options=lambda: options().segments),
        BulkAction("priority", _l("Priority"), "flag", options=lambda: or_none(members_of(Priority))),
        BulkAction("tag", _l("Tag"), "tag", options=lambda: options().tags),
        BulkAction(
            "frame",
            _l("Target list"),
            "target",
            options=lambda: [("in", _("Put into the target list")), ("out", _("Take out of the target list"))],
        ),
        BulkAction("delete", _l("Delete"), "trash", confirm=_l("Delete the ticked organisations from this study?")),
    ),
    bulk_endpoint="organisations.change_many",
    export_endpoint="organisations.export",
    edit_endpoint="organisations.cell",
    views=_views,
    figures=_figures,
    empty=_empty,
)
