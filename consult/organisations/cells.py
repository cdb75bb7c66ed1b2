"""How values of the directory look in lists: marks whose colour repeats what their words say."""

from __future__ import annotations

import functools
from typing import Any

from markupsafe import Markup, escape

from consult.organisations import identifiers
from consult.organisations.identifiers import written_phone, written_siren
from consult.organisations.participation import Disposition, Priority
from consult.studies.models import SegmentKind
from consult.web.i18n import _, lang, written_label

OPEN = (Disposition.TO_QUALIFY, Disposition.TO_CONTACT, Disposition.SCHEDULED)
TINTS = {
    Disposition.CONTACTED: "primary",
    Disposition.SCHEDULED: "info",
    Disposition.DONE: "ok",
    Disposition.PARTIAL: "warn",
    Disposition.REFUSED: "bad",
    Disposition.UNREACHABLE: "warn",
    Priority.HIGH: "bad",
    Priority.MEDIUM: "warn",
    SegmentKind.BRAND: "brass",
    SegmentKind.SUBCONTRACTOR: "primary",
    SegmentKind.INSTITUTION: "plum",
}
_made: dict[tuple[Any, str], Markup] = {}


def tint(value: Any) -> str:
    """Return the colour of a value's mark; "" for the plain one."""
    return TINTS.get(value, "")


@functools.lru_cache(maxsize=1_000)
def badge(label: str, colour: str = "", dot: bool = False, hollow: bool = False) -> Markup:
    """Return a mark, made once for as long as it is used."""
    classes = f"badge{' dot' if dot else ''}{' open' if hollow else ''}{f' b-{colour}' if colour else ''}"
    return Markup(f'<span class="{classes}">{escape(label)}</span>')  # noqa: S704 -- the label is escaped


def of_choice(value: Any) -> Markup | str:
    """Return the mark of a member of a closed list, made once for each language."""
    if value is None:
        return ""
    key = (value, lang())
    if key not in _made:
        _made[key] = badge(written_label(value), TINTS.get(value, ""), isinstance(value, Disposition), value in OPEN)
    return _made[key]


def named(row: Any) -> Markup:
    """Return an organisation's name over its reference and SIREN, a doubtful one said to be so."""
    doubtful = _("%(number)s (to check)", number=row.unchecked_siren) if row.unchecked_siren else ""
    number = written_siren(row.siren) if row.siren else doubtful
    return _over(row.name, f"{row.ref} · {number}" if number else row.ref)


def _over(name: str, below: str) -> Markup:
    return Markup(f"{escape(name)}<small>{escape(below)}</small>")  # noqa: S704 -- both are escaped


def segment(row: Any) -> Markup | str:
    """Return the mark of an organisation's segment."""
    return badge(row.segment, TINTS.get(row.segment_kind, "")) if row.segment else ""


def inside(is_inside: bool | None) -> str:
    """Say whether an organisation lies in the perimeter."""
    return _("Inside") if is_inside else _("Outside")


def several(text: str | None) -> Markup | str:
    """Return a mark for each of several labels."""
    return Markup("").join(badge(label) for label in text.split(" · ")) if text else ""


def yes(value: Any) -> str:
    """Say yes, or nothing."""
    return _("Yes") if value else ""


def phone(kept: str | None) -> Markup | str:
    """Return a telephone number as it is read, marked where it is none that can be called."""
    text = written_phone(kept)
    if not text or identifiers.phone(kept) is not None:
        return text
    return Markup(f"{escape(text)} {badge(_('to check'), 'warn')}")  # noqa: S704 -- both are escaped


def person(row: Any) -> Markup:
    """Return a person's name, with what must be known before calling."""
    name = _over(f"{row.last_name} {row.first_name or ''}".strip(), row.ref)
    return name + badge(_("Do not contact"), "bad") if row.do_not_contact else name
