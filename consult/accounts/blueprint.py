"""What the views of this slice share: their blueprint, and what they ask of a request."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, current_app, request, session
from flask_login import current_user, login_required, login_user

from consult.accounts import sessions, signing
from consult.accounts.models import User
from consult.kernel.actor import Actor, Via, install
from consult.kernel.errors import Forbidden, Refused
from consult.kernel.settings import Settings
from consult.web.forms import EntityForm
from consult.web.pages import page, safe_next

View = TypeVar("View", bound=Callable[..., Any])
TOO_MANY = "throttled"

bp = Blueprint("accounts", __name__)


def settings() -> Settings:
    """Return the settings of the installation."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def client_address() -> str:
    """Return the network address that the request came from."""
    return request.remote_addr or "unknown"


def came_from(otherwise: str) -> str:
    """Return the path of the page that the request came from, if it is one of this site."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc != request.host:
        return otherwise
    return safe_next(referrer.path + (f"?{referrer.query}" if referrer.query else ""), otherwise)


def administrators_only(view: View) -> View:
    """Open a view to administrators of the installation alone."""

    @functools.wraps(view)
    @login_required
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_admin:
            raise Forbidden
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


def refused_page(template: str, form: EntityForm, refusal: Refused, **context: Any) -> Any:
    """Show a form again with what was refused: 429 with the time to wait when it was tried too often, else 422."""
    form.refuse(refusal)
    if refusal.code != TOO_MANY:
        return page(template, 422, form=form, **context)
    answer: Any = page(template, 429, form=form, **context)
    answer.headers["Retry-After"] = str(refusal.values["seconds"])
    return answer


def begin(user: User) -> None:
    """Sign somebody in: a new session with a new token, nothing kept of what the browser's cookie held before."""
    token = sessions.begin(user, request.user_agent.string)
    signed_in = sessions.load(token, settings())
    session.clear()
    login_user(signed_in)
    install(Actor(user.id, Via.WEB))
    signing.note_sign_in(user, client_address())
    signing.clear_old_sessions(settings())
