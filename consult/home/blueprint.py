"""The blueprint of the slice, which its modules of views share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("home", __name__)
