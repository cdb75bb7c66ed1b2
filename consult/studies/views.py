"""Studies: creating and steering them."""

from __future__ import annotations

from flask import Blueprint, Flask

from consult.studies import gate, list_views

bp = Blueprint("studies", __name__)


def register(app: Flask) -> None:
    """Put the slice into the application: the gate first."""
    gate.register(app)
    list_views.register(app)
    app.register_blueprint(bp)
