"""Needs and capabilities: the lists, and what is captured beside an interview or on an organisation's page."""

from __future__ import annotations

from flask import Flask

from consult.sourcing import models
from consult.sourcing.blueprint import bp

__all__ = ["models", "register"]


def register(app: Flask) -> None:
    """Open the slice."""
    app.register_blueprint(bp)
