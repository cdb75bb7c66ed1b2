"""What the page of a need or a capability tells: its facts, and its history with a way back to each former value."""

from __future__ import annotations

from typing import Any

from consult.accounts.models import initials_of
from consult.kernel.audit import Deed, decode
from consult.kernel.model import Choice
from consult.sourcing import countries, forms, service
from consult.sourcing.models import Need
from consult.studies.gate import reader_may
from consult.terms import service as terms
from consult.web.i18n import _, _l, lang, written_date, written_datetime, written_label, written_number

DEEDS = {
    Deed.CREATED: _l("noted it"), Deed.CHANGED: _l("changed it"), Deed.DELETED: _l("deleted it"), Deed.RESTORED: _l("brought it back"),
}  # fmt: skip
HIDDEN = frozenset({"ref", "organisation_id", "interview_id", "deleted_at"})


def facts(record: Any) -> list[tuple[str, Any]]:
    """Return the facts of a record as pairs of label and value."""
    unit = record.unit or _("pieces")
    if isinstance(record, Need):
        amount = f"{written_number(record.volume_per_year)} {unit}" if record.volume_per_year is not None else None
        return [
            (_("Volume a year"), amount), (_("Quality asked for"), record.quality), (_("Horizon"), written_label(record.horizon)),
            (_("Bought today in"), countries.name(record.source_country)), (_("Criticality"), written_label(record.criticality)),
            (_("Relocatable"), written_label(record.relocatable)), *_common(record),
        ]  # fmt: skip
    amount = f"{written_number(record.capacity_per_year)} {unit}" if record.capacity_per_year is not None else None
    spare = f"{record.spare_percent} %" if record.spare_percent is not None else None
    return [
        (_("Capacity a year"), amount), (_("Spare capacity (%)"), spare), (_("Maturity"), written_label(record.maturity)),
        (_("Certifications"), record.certifications), (_("Verified on"), written_date(record.verified_on)),
        (_("Verified how"), record.source), *_common(record),
    ]  # fmt: skip


def _common(record: Any) -> list[tuple[str, Any]]:
    return [(_("Confidentiality"), written_label(record.confidentiality)), (_("Reference"), record.ref)]


def told(record: Any, kind: Any) -> list[dict[str, Any]]:
    """Return what happened to a record as entries of a history; to whoever works on the study."""
    if not reader_may("read_steering"):
        return []
    entries = service.history(record)
    names = service.names_of({entry.actor_id for entry in entries if entry.actor_id})
    return [_told(entry, names, record, kind) for entry in entries]


def _told(entry: Any, names: dict[int, str], record: Any, kind: Any) -> dict[str, Any]:
    who = names.get(entry.actor_id or 0) or _("The system")
    changes = [_change(entry, name, pair, record, kind) for name, pair in entry.changes.items() if name not in HIDDEN]
    return {
        "who": who, "initials": initials_of(who), "at": written_datetime(entry.at),
        "when": entry.at.isoformat(), "text": str(DEEDS.get(entry.deed) or entry.deed.label(lang())), "reason": entry.reason,
        "changes": changes if entry.deed == Deed.CHANGED else [],
    }  # fmt: skip


def _change(entry: Any, name: str, pair: list[Any], record: Any, kind: Any) -> dict[str, Any]:
    unbound = getattr(forms.WHOLE[type(record)], name, None)
    label = str(unbound.args[0]) if unbound is not None else name
    open_to_change = reader_may("log_interviews") and name in service.COLUMNS[type(record)]
    url = kind.url(f"restore_{kind.name}", record, entry_id=entry.id, field=name) if open_to_change else None
    return {"label": label, "old": _written(record, name, pair[0]), "new": _written(record, name, pair[1]), "restore_url": url}


def _written(record: Any, name: str, kept: Any) -> Any:
    value = decode(record, name, kept)
    if name in service.LISTS and value is not None:
        return terms.label_of(value, lang())
    if name == "source_country":
        return countries.name(value)
    return written_label(value) if isinstance(value, Choice) else value
