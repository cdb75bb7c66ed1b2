"""Where one arrives: the start page, the study's dashboard, the palette, whether the site is well."""

from __future__ import annotations

from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue

bp = Blueprint("home", __name__)


def register(app: Flask) -> None:
    """Put the slice into the application."""
    app.register_blueprint(bp)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@bp.get("/")
def start() -> ResponseReturnValue:
    """Lead to the study worked in last."""
    return "start"


@bp.get("/studies/<int:study_id>/")
def dashboard(study_id: int) -> ResponseReturnValue:
    """Show how far the study is."""
    return "dashboard"


@bp.get("/studies/<int:study_id>/palette")
def palette(study_id: int) -> ResponseReturnValue:
    """Suggest pages, records and commands of the study."""
    return jsonify([])


@bp.get("/palette")
def palette_everywhere() -> ResponseReturnValue:
    """Suggest pages and commands outside every study."""
    return jsonify([])
