"""What an organisation's page and list show of its interviews, as far as the reader may know of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from markupsafe import Markup

from consult.interviews import listing, taking_part
from consult.interviews.showing import TINTS
from consult.organisations import deletion
from consult.studies.gate import reader_may
from consult.web.i18n import _l, written_date, written_label
from consult.web.lists import Column, once


def register(slots: Any) -> None:
    """Fill the places that the directory offers, and have it keep the organisations that interviews stand on."""
    deletion.keep_because(taking_part.met)
    slots.fill("organisation.show", interviews, "interviews/_of_organisation.html")
    slots.fill("organisation.timeline", timeline)
    slots.fill("organisation.columns", columns)
    slots.fill("person.contact", last_with)


def interviews(organisation: Any) -> Sequence[Any] | None:
    """Return the interviews with an organisation, newest first; None to whoever reads none at all."""
    if not reader_may("read_interviews"):
        return None
    found: Sequence[Any] = once(f"interviews-of-{organisation.id}", lambda: listing.of_organisation(organisation.id))
    return found


def last_with(person: Any) -> dict[str, Any] | None:
    """Return the last interview in which a person answered, as a contact: its day, what it was, and where it is told."""
    last = listing.last_with(person.id) if reader_may("read_interviews") else None
    if last is None:
        return None
    return {"day": last.date, "text": written_label(last.kind), "url": url_for("interviews.show", interview_id=last.id)}


def timeline(organisation: Any) -> list[dict[str, Any]]:
    """Return the interviews with an organisation as entries of its timeline."""
    return [_entry(row) for row in interviews(organisation) or ()]


def columns() -> list[Column]:
    """Return what the list of organisations says of each one's last interview: its day and its state, read for a page in one query."""
    if not (reader_may("read_interviews") and reader_may("read_steering")):
        return []
    return [
        Column("last_interview", _l("Last interview"), _day, export=lambda last: last.date if last else None, default=False, values=_last),
        Column(
            "interview_state",
            _l("State of the last interview"),
            _state,
            export=lambda last: written_label(last.state) if last else "",
            default=False,
            values=_last,
        ),
    ]


def badge(state: Any) -> Markup:
    """Return the mark of an interview's state."""
    tint, hollow = TINTS[state]
    return Markup('<span class="badge dot{}{}">{}</span>').format(
        " open" if hollow else "", f" b-{tint}" if tint else "", written_label(state)
    )


def _last(ids: Sequence[int]) -> Mapping[int, Any]:
    return once(f"last-interviews-{hash(tuple(ids))}", lambda: listing.last_of(ids))


def _day(last: Any) -> str:
    return written_date(last.date) if last else ""


def _state(last: Any) -> Markup | str:
    return badge(last.state) if last else ""


def _entry(row: Any) -> dict[str, Any]:
    return {
        "text": f"{written_label(row.kind)} ({written_label(row.state).lower()})",
        "at": written_date(row.date), "when": row.date.isoformat(),
        "icon": "message-2", "url": url_for("interviews.show", interview_id=row.id), "detail": row.summary,
    }  # fmt: skip
