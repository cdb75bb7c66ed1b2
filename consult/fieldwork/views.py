"""The field work as people meet it; its views are in modules of their own: targets, attempts, appointments, messages."""

from __future__ import annotations

from flask import Flask

from consult.fieldwork import appointment_views, attempt_views, letter_views, of_organisation, target_views, targets
from consult.fieldwork.blueprint import bp
from consult.web.i18n import _l

ROUTES_OF = (appointment_views, attempt_views, letter_views, target_views)
"""Importing these puts their views on the blueprint."""


def register(app: Flask) -> None:
    """Put the slice into the application."""
    app.register_blueprint(bp)
    slots = app.extensions["slots"]
    steering, calling = {"capability": "read_steering"}, {"capability": "do_fieldwork"}
    slots.entry("listen", _l("Target list"), "fieldwork.target_list", "target", count=targets.rail_count, key="t", **steering)
    slots.entry("listen", _l("My calls"), "fieldwork.my_calls", "phone", key="k", **calling)
    slots.entry("listen", _l("My week"), "fieldwork.my_week", "calendar-event", key="w", **steering)
    slots.entry("new", _l("Target"), "fieldwork.enter", "target", **calling)
    slots.entry("command", _l("Attempts"), "fieldwork.journal", "history", **steering)
    slots.entry("command", _l("Message templates"), "fieldwork.templates", "mail", **steering)
    slots.entry("command", _l("Share out the targets"), "fieldwork.share", "users-group", capability="steer")
    slots.fill("study.settings", lambda: None, "fieldwork/_settings.html")
    of_organisation.register(slots)
