"""Where what is captured stands: on the pages of interviews and organisations, in their timelines, and in the menu."""

from __future__ import annotations

from typing import Any

from consult.interviews import (
    answer_file_views,
    captured,
    file_views,
    follow_up_list,
    follow_up_listing,
    follow_up_views,
    follow_ups,
    quote_list,
    quote_listing,
    quote_views,
)
from consult.organisations import deletion
from consult.studies.gate import reader_may
from consult.web import clock
from consult.web.i18n import _, _l, written_date
from consult.web.lists import once

ROUTES_OF = (answer_file_views, file_views, follow_up_list, follow_up_views, quote_list, quote_views)
"""Importing these puts their views on the blueprint."""
PANELS = (quote_views.PANEL, follow_up_views.PANEL, file_views.PANEL)


def register(slots: Any) -> None:
    """Fill the places, and have the directory keep the organisations to which something is promised."""
    deletion.keep_because(follow_ups.promised)
    for panel in PANELS:
        for place in ("interview.capture", "interview.show"):
            slots.fill(place, panel.filling, panel.part)
    slots.fill("organisation.show", of_organisation, "interviews/_captured_of_organisation.html")
    slots.fill("organisation.timeline", timeline)
    slots.entry(
        "listen", _l("Follow-ups"), "interviews.follow_ups", "list-check", capability="read_steering", count=follow_up_listing.rail_count
    )
    slots.entry("understand", _l("Quotes"), "interviews.quotes", "quote", capability="read_interviews", count=quote_listing.rail_count)
    slots.entry("new", _l("Follow-up"), "interviews.add_follow_up", "list-check", capability="log_interviews")


def of_organisation(organisation: Any) -> dict[str, Any]:
    """Return the quotes of an organisation's interviews and what was promised to it, as far as the reader may know."""
    found = _read(organisation)
    return {
        "quotes": found[captured.QUOTE], "follow_ups": found[captured.FOLLOW_UP], "tints": quote_views.TINTS,
        "today": clock.today(),
    }  # fmt: skip


def timeline(organisation: Any) -> list[dict[str, Any]]:
    """Return what was promised to an organisation as entries of its timeline: on the day it was done, or is due."""
    return [_entry(each) for each in _read(organisation)[captured.FOLLOW_UP] if each.done_at or each.due]


def _read(organisation: Any) -> dict[str, list[captured.Captured]]:
    if not (reader_may("read_interviews") or reader_may("read_steering")):
        return {captured.QUOTE: [], captured.FOLLOW_UP: [], captured.FILE: []}
    return once(f"captured-of-{organisation.id}", lambda: captured.of_organisation(organisation.id))


def _entry(each: captured.Captured) -> dict[str, Any]:
    day = clock.local(each.done_at).date() if each.done_at else each.due
    assert day is not None  # noqa: S101 (what has neither day is left out)
    text = _("Done: %(title)s", title=each.text) if each.done_at else _("Promised: %(title)s", title=each.text)
    icon = "circle-check" if each.done_at else "list-check"
    return {"text": text, "at": written_date(day), "when": day.isoformat(), "icon": icon, "url": None, "detail": each.who}
