"""The blueprint that the views of this slice share."""

from flask import Blueprint

bp = Blueprint("guides", __name__, url_prefix="/studies/<int:study_id>/guides")
