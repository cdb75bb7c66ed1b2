"""Who changed what in the study, its team, perimeter and segments; and the way back to a former value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from consult.accounts import service as accounts
from consult.accounts.models import User
from consult.kernel.audit import AuditEntry, Deed, decode
from consult.studies import service
from consult.studies.blueprint import bp
from consult.studies.forms import MemberForm, SegmentForm, StudyEditForm
from consult.studies.gate import requires
from consult.studies.models import Membership, PerimeterArea, Segment, Study
from consult.web.i18n import _, lang, written_date, written_datetime, written_label
from consult.web.pages import page, see

KINDS: dict[str, tuple[type[Any], type[Form] | None]] = {
    "study": (Study, StudyEditForm),
    "segment": (Segment, SegmentForm),
    "membership": (Membership, MemberForm),
    "perimeter_area": (PerimeterArea, None),
}
NAMING = {"study": ("title",), "segment": ("label",), "membership": ("user_id", "role"), "perimeter_area": ("name",)}
HIDDEN = frozenset({"ref", "position", "deleted_at", "study_id", "code", "kind"})


@bp.get("/studies/<int:study_id>/history")
@requires("steer")
def history(study_id: int) -> ResponseReturnValue:
    """Show what was changed, newest first."""
    people = {user.id: user for user in accounts.everyone()}
    entries = [_shown(entry, people) for entry in service.history(g.study) if entry.entity in KINDS]
    return page("studies/history.html", study=g.study, entries=entries)


@bp.post("/studies/<int:study_id>/history/<int:entry_id>/restore/<field>")
@requires("steer")
def restore_value(study_id: int, entry_id: int, field: str) -> ResponseReturnValue:
    """Give a field its former value back."""
    service.restore_value(g.study, entry_id, field)
    return see(url_for(".history"), _("The former value is back."))


def _shown(entry: AuditEntry, people: Mapping[int, User]) -> dict[str, Any]:
    who = people.get(entry.actor_id or 0)
    return {
        "who": who.name if who else _("The system"),
        "initials": who.initials if who else "•",
        "at": written_datetime(entry.at),
        "when": entry.at.isoformat(),
        "text": _what(entry),
        "reason": entry.reason or (_named(entry, people) if entry.deed != Deed.CHANGED else None),
        "changes": _changes(entry, people) if entry.deed == Deed.CHANGED else [],
    }


def _named(entry: AuditEntry, people: Mapping[int, User]) -> str:
    """Say which record was added or removed, in a few words; its fields are read where it is shown."""
    model = KINDS[entry.entity][0]
    values = {name: old if new is None else new for name, (old, new) in entry.changes.items()}
    shown = [_value(model, name, values[name], people) for name in NAMING[entry.entity] if values.get(name) is not None]
    return " · ".join(shown)


def _what(entry: AuditEntry) -> str:
    """Say in words what was done."""
    said = {
        ("study", Deed.CREATED): _("created the study"),
        ("study", Deed.CHANGED): _("changed the study"),
        ("study", Deed.DELETED): _("deleted the study"),
        ("study", Deed.RESTORED): _("brought the study back"),
        ("segment", Deed.CREATED): _("added a segment"),
        ("segment", Deed.CHANGED): _("changed a segment"),
        ("segment", Deed.DELETED): _("deleted a segment"),
        ("segment", Deed.RESTORED): _("brought a segment back"),
        ("membership", Deed.CREATED): _("added a member"),
        ("membership", Deed.CHANGED): _("changed a member’s role"),
        ("membership", Deed.DELETED): _("removed a member"),
        ("perimeter_area", Deed.CREATED): _("added an area to the perimeter"),
        ("perimeter_area", Deed.DELETED): _("took an area out of the perimeter"),
    }
    return said.get((entry.entity, entry.deed)) or entry.deed.label(lang())


def _changes(entry: AuditEntry, people: Mapping[int, User]) -> Sequence[dict[str, Any]]:
    model, form = KINDS[entry.entity]
    rows = []
    for name, (old, new) in entry.changes.items():
        if name in HIDDEN and not (entry.entity == "segment" and name == "kind"):
            continue
        restorable = entry.deed == Deed.CHANGED and name in service.RESTORABLE.get(entry.entity, ())
        rows.append(
            {
                "label": _label(form, name),
                "old": _value(model, name, old, people),
                "new": _value(model, name, new, people),
                "restore_url": url_for(".restore_value", entry_id=entry.id, field=name) if restorable else None,
            }
        )
    return rows


def _label(form: type[Form] | None, name: str) -> str:
    if name == "user_id":
        return _("Member")
    unbound = getattr(form, name, None)
    return str(unbound.args[0]) if unbound is not None and unbound.args else _("Area")


def _value(model: type[Any], name: str, raw: Any, people: Mapping[int, User]) -> str:
    if name == "user_id" and raw in people:
        return people[raw].name
    value = decode(model(), name, raw)
    if hasattr(value, "strftime"):
        return written_date(value)
    return written_label(value) if value is not None else ""
