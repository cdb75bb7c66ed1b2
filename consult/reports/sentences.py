"""The headline figures in one sentence, in French and English."""

from __future__ import annotations

from collections.abc import Sequence

from consult.reports.figures import Figure
from consult.web.i18n import _, force_locale, ngettext


def headline(figures: Sequence[Figure], language: str) -> str:
    """Return the sentence that a report opens with: "39 companies met individually (9 brands, 30 subcontractors), …"."""
    value = {figure.code: int(figure.value or 0) for figure in figures}
    with force_locale(language):
        brands = ngettext("%(num)s brand", "%(num)s brands", value["met_brands"])
        subcontractors = ngettext("%(num)s subcontractor", "%(num)s subcontractors", value["met_subcontractors"])
        return _(
            "%(met)s (%(brands)s, %(subcontractors)s), %(outside)s, %(institutions)s.",
            met=ngettext("%(num)s company met individually", "%(num)s companies met individually", value["met_individually"]),
            brands=brands,
            subcontractors=subcontractors,
            outside=ngettext("%(num)s company outside the territory", "%(num)s companies outside the territory", value["outside"]),
            institutions=ngettext("%(num)s institutional stakeholder", "%(num)s institutional stakeholders", value["institutions"]),
        )
