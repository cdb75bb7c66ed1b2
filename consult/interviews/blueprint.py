"""The blueprint of the slice, and what its modules of views share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("interviews", __name__, url_prefix="/studies/<int:study_id>/interviews")
