"""The field work as people meet it: the target list, calls, appointments, messages."""

from __future__ import annotations

from flask import Flask

from consult.fieldwork import models
from consult.fieldwork.blueprint import bp

TABLES = models
"""Importing these makes them known."""


def register(app: Flask) -> None:
    """Put the slice into the application."""
    app.register_blueprint(bp)
