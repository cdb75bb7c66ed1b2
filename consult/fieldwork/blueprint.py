"""The blueprint of the slice, and what its modules of views share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("fieldwork", __name__, url_prefix="/studies/<int:study_id>")
