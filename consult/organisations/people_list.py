"""The list of people, described."""

from __future__ import annotations

from typing import Any

from flask import url_for

from consult.organisations import cells, people_listing
from consult.organisations.identifiers import written_phone
from consult.organisations.lists import members_of, yes_or_no
from consult.organisations.people_models import PersonFunction
from consult.studies.gate import reader_may
from consult.web.i18n import _, _l, written_date, written_label
from consult.web.lists import Column, Filter, ListView


def _no_people() -> dict[str, Any]:
    may_edit = reader_may("edit_directory")
    text = _("Add the people you meet: each belongs to an organisation of the study.")
    return {
        "title": _("No person is known yet"),
        "text": text if may_edit else _("The people of the study's organisations will stand here."),
        "icon": "address-book",
        "url": url_for("organisations.create_person") if may_edit else None,
        "action": _("New person"),
    }


PEOPLE = ListView(
    name="people",
    title=_l("People"),
    endpoint="organisations.people",
    source=people_listing.people,
    row="organisations.show_person",
    row_argument="person_id",
    label=lambda row: f"{row.first_name or ''} {row.last_name}".strip(),
    columns=(
        Column("name", _l("Name"), cells.person, export=lambda row: f"{row.last_name} {row.first_name or ''}".strip(), sort="name"),
        Column("organisation", _l("Organisation"), lambda row: row.organisation, sort="organisation"),
        Column("job_title", _l("Job title"), lambda row: row.job_title),
        Column("function", _l("Function"), lambda row: written_label(row.function), default=False),
        Column("email", _l("E-mail"), lambda row: row.email, edit="email"),
        Column("phone", _l("Phone"), lambda row: cells.phone(row.phone), export=lambda row: written_phone(row.phone), edit="phone"),
        Column("do_not_contact", _l("Do not contact"), lambda row: cells.yes(row.do_not_contact), default=False),
        Column(
            "verified_on", _l("Verified on"), lambda row: written_date(row.verified_on), export=lambda row: row.verified_on, default=False
        ),
        Column("ref", _l("Reference"), lambda row: row.ref, default=False),
    ),
    filters=(
        Filter("function", _l("Function"), choices=lambda: members_of(PersonFunction)),
        Filter("has_email", _l("E-mail"), "choice", choices=lambda: yes_or_no(_("With an address"), _("Without address"))),
        Filter("do_not_contact", _l("Do not contact"), "bool"),
        Filter("organisation", _l("Organisation"), listed=False),
    ),
    export_endpoint="organisations.export_people",
    edit_endpoint="organisations.person_cell",
    empty=_no_people,
)
