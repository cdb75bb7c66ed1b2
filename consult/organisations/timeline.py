"""What happened between the study and an organisation, day by day, the latest first."""

from __future__ import annotations

from typing import Any

from consult.organisations.participation import Participation
from consult.web.i18n import _, written_date
from consult.web.slots import filled
from consult.web.sources import Source


def of(here: Participation, origin: Source | None = None) -> list[dict[str, Any]]:
    """Return the entries of an organisation's timeline: when it came into the study (`origin` is the file that brought it, if the reader
    may know), was verified, and what upper slices know of it.

    Each has `text`, `at` (the day as written), `when` (ISO), `icon`, and maybe `url` and `detail`.
    """
    organisation = here.organisation
    came = _entry(_("Came into the study"), here.created_at.date(), "flag", origin.text if origin else None)
    entries = [{**came, "url": origin.url if origin else None}]
    if organisation.verified_on:
        entries.append(_entry(_("Verified"), organisation.verified_on, "shield-check", organisation.source))
    for told in filled("organisation.timeline", organisation):
        entries += told
    return sorted(entries, key=lambda entry: entry["when"], reverse=True)


def _entry(text: str, day: Any, icon: str, detail: str | None = None) -> dict[str, Any]:
    return {"text": text, "at": written_date(day), "when": day.isoformat(), "icon": icon, "url": None, "detail": detail}
