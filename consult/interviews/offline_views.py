"""What the browser asks to write without a connection: the worker that serves what was stored, and who is signed in by now."""

from __future__ import annotations

from flask import Blueprint, jsonify, make_response
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from flask_wtf.csrf import generate_csrf

from consult.kernel.paths import resource_dir

offline = Blueprint("offline", __name__)


@offline.get("/offline/reader")
@login_required
def reader() -> ResponseReturnValue:
    """Say who is signed in, with the token of their session: what waits in a browser is sent with it, and only for them."""
    return jsonify(reader=current_user.email or current_user.name, token=generate_csrf())


@offline.get("/worker.js")
def worker() -> ResponseReturnValue:
    """Hand out the service worker, from an address above every page it may have to serve."""
    text = (resource_dir("static") / "js" / "worker.js").read_text(encoding="utf-8")
    answer = make_response(text)
    answer.headers["Content-Type"] = "text/javascript; charset=utf-8"
    return answer
