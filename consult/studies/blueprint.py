"""The blueprint that the views of this slice share, and the tabs of a study's settings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from consult.web.i18n import _

bp = Blueprint("studies", __name__)


def settings_tabs() -> list[dict[str, Any]]:
    """Return the tabs of the pages on which a lead frames the study."""
    tabs = [
        ("studies.edit", _("Study")),
        ("studies.perimeter", _("Perimeter")),
        ("studies.segments", _("Segments and quotas")),
        ("studies.members", _("Team")),
        ("studies.history", _("History")),
    ]
    return [{"label": label, "url": url_for(endpoint), "current": request.endpoint == endpoint} for endpoint, label in tabs]
