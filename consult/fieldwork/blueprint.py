"""The blueprint of the slice, and what its modules of views share."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from flask import Blueprint, request, url_for

from consult.kernel.model import Choice
from consult.web.clock import YEARS
from consult.web.pages import safe_next
from consult.web.slots import filled

bp = Blueprint("fieldwork", __name__, url_prefix="/studies/<int:study_id>")
C = TypeVar("C", bound=Choice)


def call_url(organisation_id: int, part: str = "") -> str:
    """Return the address of a target's sheet, at one of its parts."""
    return url_for("fieldwork.call", organisation_id=organisation_id, _anchor=part or None)


def going_on(otherwise: str) -> str:
    """Return where to go on to after an act: back to where it was asked from, if that was said."""
    return safe_next(request.values.get("next"), otherwise)


def choice_of(members: type[C], code: str | None, otherwise: C) -> C:
    """Return the member of a closed list that an address names."""
    return members(code) if code in set(members) else otherwise


def day_of(text: str | None) -> dt.date | None:
    """Return the day that an address names (yyyy-mm-dd); None where it names none, or one that no form would take."""
    try:
        day = dt.date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year in YEARS else None


def opening(appointment: Any) -> list[dict[str, Any]]:
    """Return the links by which upper slices open what an appointment is for: dicts {label, url, icon}."""
    return [link for link in filled("appointment.open", appointment) if link]


def told(suggestions: Any) -> dict[int, dict[str, Any]]:
    """Return where upper slices say that suggestions were made: links {label, url} by the id of the suggestion."""
    return {key: link for links in filled("suggestions.told", suggestions) for key, link in links.items()}
