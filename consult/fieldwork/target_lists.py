"""The target list, described: columns, filters, views, what can be done with ticked rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_login import current_user
from markupsafe import Markup, escape

from consult.fieldwork import sharing, targets
from consult.fieldwork.dispositions import HEARD, TO_CALL
from consult.organisations import cells, listing
from consult.organisations.identifiers import written_phone
from consult.organisations.lists import members_of, options, or_none
from consult.organisations.models import RoleKind, WorkforceBand
from consult.organisations.participation import CAUSES, Cause, Disposition, PlannedChannel, Priority
from consult.studies.gate import reader_may
from consult.web import clock
from consult.web.i18n import _, _l, ngettext, written_date, written_datetime, written_label
from consult.web.lists import BulkAction, Column, Filter, ListView, View, once

CLOSED = tuple(disposition.value for disposition in CAUSES)


def _day(day: dt.date) -> str:
    return day.isoformat()


def _views() -> list[View]:
    today = clock.today()
    yesterday = today - dt.timedelta(days=1)
    to_call = [each.value for each in TO_CALL]
    views = [
        View("all", _("All")),
        View("late", _("Late"), {"next": ["", _day(yesterday)], "disposition": to_call, "sort": ["next"]}),
        View("unowned", _("Without anybody"), {"owner": [listing.NOBODY]}),
        View("never", _("Never called"), {"never": ["1"], "disposition": to_call}),
        View("stop", _("To stop"), {"stop": ["1"]}),
        View("closed", _("Not heard"), {"disposition": list(CLOSED)}),
    ]
    if reader_may("do_fieldwork"):
        views.insert(1, View("mine", _("Mine"), {"owner": [str(current_user.id)]}))
    return views


def _figures() -> list[View]:
    open_ = [each.value for each in TO_CALL]
    return [
        View("all", lambda n: ngettext("%(num)s target", "%(num)s targets", n)),
        View("to_call", lambda n: ngettext("%(num)s to call", "%(num)s to call", n), {"disposition": open_}),
        View("scheduled", lambda n: ngettext("%(num)s scheduled", "%(num)s scheduled", n), {"disposition": [Disposition.SCHEDULED.value]}),
        View("heard", lambda n: ngettext("%(num)s heard", "%(num)s heard", n), {"disposition": [each.value for each in HEARD]}),
        View("not_heard", lambda n: ngettext("%(num)s not heard", "%(num)s not heard", n), {"disposition": list(CLOSED)}),
    ]


def _empty() -> dict[str, Any]:
    may = reader_may("do_fieldwork")
    text = _("Tick organisations in the directory and put them into the target list, import a file, or name the first one here.")
    return {
        "title": _("No target yet"), "icon": "target", "text": text if may else _("Those to be heard will stand here."),
        "url": url_for("fieldwork.enter") if may else None, "action": _("New target"),
    }  # fmt: skip


def _contact(contact: Any) -> Markup | str:
    if contact is None:
        return ""
    mark = cells.badge(_("Do not contact"), "bad") if contact.do_not_contact else Markup("")
    below = " · ".join(part for part in (contact.job_title, "" if contact.do_not_contact else contact.phone) if part)
    return Markup(f"{escape(contact.name)}<small>{escape(below)}</small>") + mark  # noqa: S704 -- both are escaped


def _contact_name(contact: Any) -> str:
    return contact.name if contact else ""


def _contact_phone(contact: Any) -> str:
    return contact.phone or "" if contact and not contact.do_not_contact else ""


def _tries(tries: Any) -> Markup | str:
    if tries is None:
        return ""
    below = f"{written_label(tries.outcome)}, {written_date(clock.local(tries.at).date())}"
    return Markup(f"{tries.times}<small>{escape(below)}</small>")  # noqa: S704 -- a number, and what is escaped


def _next(row: Any) -> Markup | str:
    if row.next_on is None or row.disposition not in TO_CALL:
        return ""
    text = written_date(row.next_on) + (f" {row.next_time:%H:%M}" if row.next_time else "")
    late = cells.badge(_("late"), "bad") if row.next_on < once("today", clock.today) else Markup("")
    return Markup(f"{escape(text)} ") + late  # noqa: S704 -- the text is escaped


def _why(row: Any) -> str:
    return " · ".join(part for part in (written_label(row.disposition_cause), row.disposition_reason) if part)


def _heard(part: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda tries: part(tries) if tries else None


def labelled(choice: str) -> Callable[[Any], str]:
    """Return the column that writes a member of a closed list."""
    return lambda row: written_label(getattr(row, choice))


def _marked(choice: Any) -> Callable[[Any], Any]:
    return lambda row: cells.of_choice(getattr(row, choice))


STAGES = (
    ("scheduled", _l("Scheduled, not heard yet")),
    ("held", _l("Held")),
    ("submitted", _l("Submitted")),
    ("validated", _l("Validated")),
)
"""How far the interview with a target is. The clauses come from the slice that counts them."""


def _next_days() -> list[tuple[str, str]]:
    today = clock.today()
    return [(_day(today + dt.timedelta(days=days)), label) for days, label in ((0, _("Today")), (1, _("Tomorrow")), (7, _("In a week")))]


TARGETS = ListView(
    name="targets",
    title=_l("Target list"),
    endpoint="fieldwork.target_list",
    source=targets.source,
    row="fieldwork.call",
    row_argument="organisation_id",
    row_key=lambda row: row.organisation_id,
    label=lambda row: row.name,
    columns=(
        Column("name", _l("Organisation"), cells.named, export=lambda row: row.name, sort="name"),
        Column("contact", _l("To contact"), _contact, export=_contact_name, values=targets.contacts_of, capability="read_people"),
        Column("contact_phone", _l("Their phone"), _contact_phone, default=False, values=targets.contacts_of, capability="read_people"),
        Column("phone", _l("Phone"), lambda row: written_phone(row.phone), default=False, capability="read_people"),
        Column("segment", _l("Segment"), cells.segment, export=lambda row: row.segment, sort="segment", edit="segment_id"),
        Column("commune", _l("Commune"), lambda row: row.commune_name, sort="commune"),
        Column(
            "disposition", _l("Disposition"), _marked("disposition"), export=labelled("disposition"), sort="disposition",
        ),
        Column("why", _l("Why not"), _why, default=False),
        Column("priority", _l("Priority"), _marked("priority"), export=labelled("priority"), sort="priority", edit="priority"),
        Column("owner", _l("Looked after by"), lambda row: row.owner, sort="owner", edit="owner_id"),
        Column("channel", _l("Planned channel"), labelled("channel"), edit="channel", default=False),
        Column("next", _l("Next date"), _next, export=lambda row: row.next_on, sort="next", edit="next_on"),
        Column("attempts", _l("Attempts"), _tries, export=_heard(lambda tries: tries.times), sort="attempts", values=targets.tries_of),
        Column(
            "last_attempt", _l("Last attempt"), _heard(lambda tries: written_datetime(tries.at)), default=False, values=targets.tries_of,
            export=_heard(lambda tries: clock.local(tries.at).date()),
        ),
        Column(
            "last_outcome", _l("Last outcome"), _heard(lambda tries: written_label(tries.outcome)), default=False, values=targets.tries_of
        ),
        Column("suggested", _l("Suggested by"), lambda who: who, default=False, values=targets.suggested_by),
        Column("workforce_band", _l("Workforce"), labelled("workforce_band"), default=False, sort="workforce_band"),
        Column("naf_code", _l("Activity"), lambda row: row.naf_code, default=False),
        Column("postcode", _l("Postcode"), lambda row: row.postcode, default=False),
        Column("email", _l("E-mail"), lambda row: row.email, default=False, capability="read_people"),
        Column("ref", _l("Reference"), lambda row: row.ref, sort="ref", default=False),
    ),
    filters=(
        Filter("segment", _l("Segment"), choices=lambda: or_none(options().segments)),
        Filter("disposition", _l("Disposition"), choices=lambda: members_of(Disposition)),
        Filter("priority", _l("Priority"), choices=lambda: or_none(members_of(Priority))),
        Filter("owner", _l("Looked after by"), choices=lambda: or_none(options().members)),
        Filter("channel", _l("Planned channel"), choices=lambda: or_none(members_of(PlannedChannel))),
        Filter("next", _l("Next date"), "date"),
        Filter("never", _l("Never called"), "bool"),
        Filter("stop", _l("Tried as often as the rule allows"), "bool"),
        Filter("suggested", _l("Suggested by"), choices=lambda: [(targets.ANYBODY, _("Anybody")), *targets.suggesters()]),
        Filter("cause", _l("Why not"), choices=lambda: or_none(members_of(Cause))),
        Filter("first_role", _l("Role"), choices=lambda: or_none(members_of(RoleKind))),
        Filter("workforce_band", _l("Workforce"), choices=lambda: or_none(members_of(WorkforceBand))),
        Filter("territory", _l("Inter-municipal body"), choices=lambda: or_none(targets.places()[0])),
        Filter("activity", _l("Activity"), choices=lambda: or_none(targets.places()[1])),
        Filter("stage", _l("Interview"), choices=lambda: [(code, str(label)) for code, label in STAGES]),
    ),
    bulk=(
        BulkAction("owner", _l("Look after"), "user-plus", options=lambda: or_none(options().members), capability="do_fieldwork"),
        BulkAction(
            "share", _l("Share out"), "users-group", capability="steer",
            options=lambda: [(sharing.EVEN, _("As many to each consultant")), (sharing.COMMUNE, _("Each commune to one consultant"))],
        ),
        BulkAction("priority", _l("Priority"), "flag", options=lambda: or_none(members_of(Priority)), capability="do_fieldwork"),
        BulkAction("channel", _l("Channel"), "route", options=lambda: or_none(members_of(PlannedChannel)), capability="do_fieldwork"),
        BulkAction("segment", _l("Segment"), "chart-pie", options=lambda: options().segments, capability="do_fieldwork"),
        BulkAction(
            "next_on", _l("Next date"), "calendar-event", options=_next_days, capability="do_fieldwork"
        ),
        BulkAction(
            "frame", _l("Take out"), "circle-x", options=lambda: [("out", _("Take out of the target list"))], capability="do_fieldwork",
        ),
    ),
    bulk_endpoint="fieldwork.change_many",
    export_endpoint="fieldwork.export_targets",
    edit_endpoint="organisations.cell",
    views=_views,
    figures=_figures,
    empty=_empty,
)  # fmt: skip
