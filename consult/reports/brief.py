"""The paragraph of a week in brief, in the language of whoever it is for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from consult.web.i18n import _, force_locale, ngettext

LANGUAGES = ("fr", "en")


def paragraph(week: dt.date, figures: Mapping[str, Any], language: str) -> str:
    """Return the week in one paragraph, to be copied: who was met, who refused, what is arranged, where the segments stand."""
    with force_locale(language):
        return " ".join([_what_happened(week, figures), _pace(figures)]).strip()


def paragraphs(week: dt.date, figures: Mapping[str, Any]) -> dict[str, str]:
    """Return the paragraph in both languages."""
    return {language: paragraph(week, figures, language) for language in LANGUAGES}


def _what_happened(week: dt.date, figures: Mapping[str, Any]) -> str:
    met, total = figures["met"], figures["met_total"]
    first = ngettext("+%(num)s met (%(total)s in all)", "+%(num)s met (%(total)s in all)", met, total=total)
    first = first if met else _("nobody new met (%(total)s in all)", total=total)
    told = [
        ngettext("%(num)s refusal", "%(num)s refusals", figures["refused"]) if figures["refused"] else _("no refusal"),
        ngettext("%(num)s unreachable", "%(num)s unreachable", figures["unreachable"]) if figures["unreachable"] else "",
        ngettext("%(num)s interview validated", "%(num)s interviews validated", figures["validated"]) if figures["validated"] else "",
        ngettext("%(num)s attempt", "%(num)s attempts", figures["attempts"]) if figures["attempts"] else "",
        ngettext("%(num)s appointment made", "%(num)s appointments made", figures["appointments"]) if figures["appointments"] else "",
    ]
    following = ngettext("%(num)s meeting next week", "%(num)s meetings next week", figures["next_week"])
    next_week = following if figures["next_week"] else _("no meeting next week")
    listed = ", ".join([first, *(part for part in told if part)])
    return _("Week of %(day)s: %(told)s; %(next)s.", day=f"{week:%d/%m/%Y}", told=listed, next=next_week)


def _pace(figures: Mapping[str, Any]) -> str:
    segments = figures.get("segments", [])
    late = [_("%(segment)s %(number)s behind pace", segment=each["label"], number=each["behind"]) for each in segments if each["behind"]]
    if late:
        return ", ".join(late) + "."
    missing = sum(each["missing"] for each in segments)
    if not segments:
        return ""
    return _("Every segment is on pace.") if missing else _("Every quota is reached.")
