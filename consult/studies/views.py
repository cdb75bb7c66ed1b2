"""Studies: creating and steering them."""

from __future__ import annotations

from flask import Blueprint, Flask

from consult.studies import gate

bp = Blueprint("studies", __name__)


def register(app: Flask) -> None:
    """Put the slice into the application: the gate first."""
    gate.register(app)
    app.register_blueprint(bp)
