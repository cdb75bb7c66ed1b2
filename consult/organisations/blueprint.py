"""The blueprint of the slice, and what its modules of views share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, jsonify, url_for
from flask.typing import ResponseReturnValue

from consult.web.pages import see

bp = Blueprint("organisations", __name__, url_prefix="/studies/<int:study_id>")


def suggestions(found: Sequence[tuple[Any, str, str]]) -> ResponseReturnValue:
    """Answer a box that is typed into: what each suggestion submits, its text, and a hint."""
    return jsonify([{"value": str(value), "text": text, "hint": hint} for value, text, hint in found])


def organisation_url(organisation_id: int, part: str = "") -> str:
    """Return the address of an organisation's page, at one of its parts."""
    return url_for("organisations.show", organisation_id=organisation_id, _anchor=part or None)


def person_url(person_id: int) -> str:
    """Return the address of a person's page."""
    return url_for("organisations.show_person", person_id=person_id)


def saved(url: str, done: str, doubt: str, undo_url: str | None = None) -> ResponseReturnValue:
    """Go on after a change, saying what was done, and what is in doubt where something is."""
    return see(url, f"{done} {doubt}".strip(), undo_url=undo_url, kind="warn" if doubt else "ok")
