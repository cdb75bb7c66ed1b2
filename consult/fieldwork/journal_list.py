"""The journal of attempts, described: columns and filters."""

from __future__ import annotations

from typing import Any

from flask import url_for

from consult.fieldwork import journal
from consult.fieldwork.models import Channel, Outcome
from consult.fieldwork.target_lists import labelled
from consult.organisations.lists import members_of, options
from consult.organisations.participation import Cause
from consult.web import clock
from consult.web.i18n import _, _l, written_date, written_datetime, written_label
from consult.web.lists import Column, Filter, ListView


def _why(row: Any) -> str:
    return " · ".join(part for part in (written_label(row.cause), row.reason) if part)


ATTEMPTS = ListView(
    name="attempts",
    title=_l("Attempts"),
    endpoint="fieldwork.journal",
    source=journal.source,
    row="fieldwork.call",
    row_argument="organisation_id",
    row_key=lambda row: row.organisation_id,
    label=lambda row: row.name,
    columns=(
        Column("name", _l("Organisation"), lambda row: row.name, sort="name"),
        Column("at", _l("When"), lambda row: written_datetime(row.at), export=lambda row: clock.local(row.at).date(), sort="at"),
        Column("channel", _l("By"), labelled("channel")),
        Column("outcome", _l("Outcome"), labelled("outcome")),
        Column("why", _l("Why not"), _why),
        Column("by", _l("Who tried"), lambda row: row.by, sort="by"),
        Column("person", _l("Person"), lambda row: row.person, capability="read_people"),
        Column("next", _l("Next date"), lambda row: written_date(row.next_on), export=lambda row: row.next_on),
        Column("note", _l("Note"), lambda row: row.note, default=False),
    ),
    filters=(
        Filter("outcome", _l("Outcome"), choices=lambda: members_of(Outcome)),
        Filter("channel", _l("By"), choices=lambda: members_of(Channel)),
        Filter("by", _l("Who tried"), choices=lambda: options().members),
        Filter("cause", _l("Why not"), choices=lambda: members_of(Cause)),
        Filter("period", _l("Period"), "date"),
    ),
    export_endpoint="fieldwork.export_journal",
    empty=lambda: {
        "title": _("No attempt yet"),
        "icon": "phone",
        "text": _("Every call and message will stand here, with what came of it."),
        "url": url_for("fieldwork.my_calls"),
        "action": _("My calls"),
    },
)
