from __future__ import annotations

from flask import Blueprint, Flask

bp = Blueprint("terms", __name__)


def register(app: Flask) -> None:
    """Put the slice into the application."""
    app.register_blueprint(bp)
