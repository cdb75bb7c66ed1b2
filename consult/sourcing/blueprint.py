"""The blueprint of the slice."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("sourcing", __name__, url_prefix="/studies/<int:study_id>/sourcing")
