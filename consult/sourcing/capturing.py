"""The panel of an interview's page in which needs and capabilities are captured, and what stands on an organisation's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from consult.interviews.capturing import Panel
from consult.interviews.models import Interview
from consult.sourcing import countries, forms, listing
from consult.sourcing.lists import TINTS
from consult.sourcing.models import Capability, Maturity, Need, Relocatable
from consult.studies.gate import reader_may
from consult.web.i18n import _l
from consult.web.lists import once


def _form(model: type[Any]) -> Callable[..., Any]:
    return lambda interview, **given: forms.captured(model, interview, **given)


def _content(model: type[Any]) -> Callable[[Interview], dict[str, Any]]:
    return lambda interview: {"kind": model.__tablename__, "told": _told_in(interview)[model], **drawing()}


def _told_in(interview: Interview) -> dict[type[Any], list[Any]]:
    found: dict[type[Any], list[Any]] = once(f"sourcing-in-{interview.id}", lambda: listing.told_in(interview.id))
    return found


def drawing() -> dict[str, Any]:
    """Return what the template parts draw rows with."""
    return {
        "country": countries.name,
        "mark": lambda row: Relocatable(row.mark) if row.kind == "need" else Maturity(row.mark),
        "tints": TINTS,
    }


PANELS = {
    Need: Panel("sourcing/_capture.html", _l("Capture a need"), "needs", _form(Need), _content(Need)),
    Capability: Panel("sourcing/_capture.html", _l("Capture a capability"), "capabilities", _form(Capability), _content(Capability)),
}


def of_organisation(organisation: Any) -> dict[str, Any] | None:
    """Return what is noted of an organisation, as far as the reader may know of it; None to whoever reads nothing of what was said."""
    if not reader_may("read_sourcing"):
        return None
    found = listing.told_of(organisation.id)
    return {"needs": found[Need], "capabilities": found[Capability], **drawing()}
