"""Signing in and out, and what every page needs to know of whoever reads it."""

from __future__ import annotations

import datetime as dt

from flask import Flask, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required, logout_user

from consult.accounts import account_views, hosts, link_views, passwords, service, sessions, signing, throttle, user_views
from consult.accounts.blueprint import begin, bp, came_from, client_address, refused_page, settings
from consult.accounts.forms import SignInForm
from consult.accounts.models import Language, Theme
from consult.kernel import actor
from consult.kernel.errors import Refused
from consult.web.app import SAFE, login
from consult.web.i18n import LANGUAGES, _, _l
from consult.web.pages import abort, page, safe_next

ROUTES_OF = (account_views, link_views, user_views)
"""Importing these puts their views on the blueprint."""
ONE_YEAR = dt.timedelta(days=365)
FORGET_EVERYTHING = '"cache", "cookies", "storage"'


def register(app: Flask) -> None:
    """Put the slice into the application."""
    passwords.configure(app.config["SETTINGS"])
    hosts.register(app)
    app.register_blueprint(bp)
    login.user_loader(_load)
    login.unauthorized_handler(_ask_to_sign_in)
    slots = app.extensions["slots"]
    slots.entry("installation", _l("My account"), "accounts.account", "user-circle", needs_study=False)
    slots.entry("installation", _l("Users and invitations"), "accounts.users", "users", needs_study=False, allowed=_is_administrator)
    slots.entry("installation", _l("Messages"), "accounts.outgoing", "mail", needs_study=False, allowed=_is_administrator)


def _is_administrator() -> bool:
    return bool(current_user.is_admin)


def _load(token: str) -> sessions.SignedIn | None:
    signed_in = sessions.load(token, settings())
    if signed_in:
        actor.install(actor.Actor(signed_in.id, actor.Via.WEB))
    return signed_in


def _ask_to_sign_in() -> ResponseReturnValue:
    """Lead to the sign-in page and, from there, back to the page wanted; after a form, back to the page of the form."""
    wanted = request.full_path.rstrip("?") if request.method in SAFE else came_from(url_for("home.start"))
    if "_user_id" in session:
        session.pop("_user_id")
        flash(_("Your session has ended. Sign in to come back to where you were."), "info")
    return redirect(url_for("accounts.sign_in", next=wanted), 303)


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask who somebody is."""
    if current_user.is_authenticated:
        return redirect(_wanted(), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return page("accounts/sign_in.html", form=form, anybody=service.any_user())
    address = client_address()
    try:
        throttle.count_sign_in(form.email.data, address)
        user = signing.authenticate(form.email.data, form.password.data)
    except Refused as refusal:
        return refused_page("accounts/sign_in.html", form, refusal, anybody=True)
    throttle.sign_in_went_well(form.email.data, address)
    begin(user)
    _advise_weak(form.password.data)
    return redirect(_wanted(), 303)


def _wanted() -> str:
    return safe_next(request.args.get("next"), url_for("home.start"))


def _advise_weak(password: str) -> None:
    """Whoever became an administrator after choosing a password may have one that is too short for it."""
    try:
        passwords.refuse_weak(password, current_user.is_admin, (current_user.name, current_user.email))
    except Refused:
        flash(_("Your password no longer meets the rules here: please choose another on the page of your account."), "warn")


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session here and in the browser, with what the browser kept of it."""
    if current_user.is_authenticated:
        sessions.end(current_user.session_id, current_user.id)
        logout_user()
    session.clear()
    answer = redirect(url_for("accounts.signed_out"), 303)
    answer.headers["Clear-Site-Data"] = FORGET_EVERYTHING
    return answer


@bp.get("/signed-out")
def signed_out() -> ResponseReturnValue:
    """Say that one is signed out."""
    return redirect(url_for("home.start"), 303) if current_user.is_authenticated else page("accounts/signed_out.html")


@bp.post("/preferences")
@login_required
def preferences() -> ResponseReturnValue:
    """Keep the theme or the language chosen in the menu, and go back to the page."""
    try:
        lang = Language(request.form["lang"]) if "lang" in request.form else None
        theme = Theme(request.form["theme"]) if "theme" in request.form else None
    except ValueError:
        abort(400)
    service.prefer(current_user.user, lang, theme)
    return redirect(came_from(url_for("home.start")), 303)


@bp.get("/language/<lang>")
def language(lang: str) -> ResponseReturnValue:
    """Change the language of the pages one sees before signing in; a cookie keeps it."""
    if lang not in LANGUAGES:
        abort(404)
    answer = redirect(_wanted(), 303)
    answer.set_cookie("lang", lang, max_age=ONE_YEAR, secure=settings().public_url.startswith("https://"), httponly=True, samesite="Lax")
    return answer
