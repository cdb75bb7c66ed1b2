"""Signing in and out, one's own account, and users for administrators."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from consult.accounts import sessions
from consult.kernel import actor
from consult.web.app import login

bp = Blueprint("accounts", __name__)


def register(app: Flask) -> None:
    """Put the slice into the application."""
    app.register_blueprint(bp)
    login.user_loader(_load)
    login.unauthorized_handler(_ask_to_sign_in)


def _load(token: str) -> sessions.SignedIn | None:
    signed_in = sessions.load(token, current_app.config["SETTINGS"])
    if signed_in:
        actor.install(actor.Actor(signed_in.user.id, actor.Via.WEB))
    return signed_in


def _ask_to_sign_in() -> ResponseReturnValue:
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Ask who somebody is."""
    return "sign in"
