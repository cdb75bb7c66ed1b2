"""A form that does something does so once, however often it is sent: by a double click, an impatient reload, a network that asks again.

The form carries a token of its own (`EntityForm.hidden_tag`, the macros of buttons); the same token with the same content is the same
sending. Forms that change a record carry its version instead, which serves as well. Signing in carries neither: it is asked anew.
"""

from __future__ import annotations

import hashlib
import secrets

from flask import Flask, flash, redirect, request
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from consult.kernel import once
from consult.web.i18n import _

FIELD = "once"


def register(app: Flask) -> None:
    """Let templates write the token into forms of their own."""
    app.jinja_env.globals["once_field"] = token_field


def token_field() -> Markup:
    """Return the hidden input that makes a form count once."""
    return Markup('<input type="hidden" name="{}" value="{}" autocomplete="off">').format(FIELD, secrets.token_urlsafe(16))


def fingerprint() -> str | None:
    """Return what tells this sending from every other one; None when the form carries no token."""
    if not request.form.get(FIELD):
        return None
    parts = [str(current_user.id) if current_user.is_authenticated else "", request.full_path]
    parts += [f"{name}\0{value}" for name, value in sorted(request.form.items(multi=True)) if name != "csrf_token"]
    for name, file in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
        parts.append(f"{name}\0{file.filename}\0{hashlib.file_digest(file.stream, 'sha256').hexdigest()}")  # type: ignore[arg-type]
        file.stream.seek(0)
    return hashlib.sha256("\0\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def answered_before(mark: str) -> Response | None:
    """Claim a sending; when it was answered before, return the way to where it led then."""
    led_to = once.claim(mark)
    if led_to is None:
        return None
    flash(_("This was sent twice. It was saved once."), "info")
    return redirect(led_to, 303)


def note(mark: str, response: Response) -> None:
    """Note where a sending led."""
    once.note(mark, response.headers.get("Location") if response.status_code == 303 else None)
