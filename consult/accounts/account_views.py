"""One's own account: profile, address, password, sessions."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from consult.accounts import letters, service, sessions, signing, throttle
from consult.accounts.blueprint import bp, client_address, refused_page, settings
from consult.accounts.forms import AddressForm, ChangePasswordForm, ProfileForm
from consult.kernel.errors import Refused
from consult.web.i18n import _
from consult.web.pages import page, see

TEMPLATE = "accounts/account.html"
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))


def _browser(agent: str | None) -> str:
    """Say in two words which browser a session runs in; the agent's own words where it is none we know."""
    named = [next((name for mark, name in marks if mark in (agent or "")), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, named)) or (agent or _("Unknown browser"))[:60]


def _context(**forms: Any) -> dict[str, Any]:
    """What the page shows beside the form that was just sent: the others, fresh, and the open sessions."""
    user = current_user.user
    fresh = {
        "profile": ProfileForm(formdata=None, obj=user, prefix="profile-"),
        "address": AddressForm(formdata=None, prefix="address-", email=user.email),
        "password": ChangePasswordForm(formdata=None, prefix="password-"),
    }
    return (
        fresh
        | forms
        | {
            "open_sessions": [(each, _browser(each.agent)) for each in sessions.of_user(user.id, settings())],
            "this_session": current_user.session_id,
            "account": user,
        }
    )


@bp.get("/account")
@login_required
def account() -> ResponseReturnValue:
    """Show one's account."""
    return page(TEMPLATE, **_context())


@bp.post("/account/profile")
@login_required
def save_profile() -> ResponseReturnValue:
    """Save name, language, theme and shortcuts."""
    form = ProfileForm(prefix="profile-")
    user = current_user.user
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: service.update_profile(user, values, seen)):
        return page(TEMPLATE, form=form, **_context(profile=form))
    return see(url_for("accounts.account"), _("Saved."))


@bp.post("/account/address")
@login_required
def save_address() -> ResponseReturnValue:
    """Change the address one signs in with, after confirming by password."""
    form = AddressForm(prefix="address-")
    if not form.validate_on_submit():
        return page(TEMPLATE, form=form, **_context(address=form))
    try:
        _confirm(form.current.data)
        service.change_address(current_user.user, form.email.data)
    except Refused as refusal:
        return refused_page(TEMPLATE, form, refusal, **_context(address=form))
    return see(url_for("accounts.account"), _("Saved. From now on, sign in with this address."))


@bp.post("/account/password")
@login_required
def save_password() -> ResponseReturnValue:
    """Change one's password, after confirming the present one; every other session ends."""
    form = ChangePasswordForm(prefix="password-")
    if not form.validate_on_submit():
        return page(TEMPLATE, form=form, **_context(password=form))
    user = current_user.user
    try:
        _confirm(form.current.data)
        service.set_password(user, form.password.data, but_session=current_user.session_id)
    except Refused as refusal:
        return refused_page(TEMPLATE, form, refusal, **_context(password=form))
    letters.send_password_changed(user)
    return see(url_for("accounts.account"), _("Your password was changed, and your other sessions were ended."))


def _confirm(password: str) -> None:
    """Make sure of the person, with the same patience as at sign-in."""
    email, address = current_user.email, client_address()
    throttle.count_sign_in(email, address)
    signing.confirm(current_user.user, password)
    throttle.sign_in_went_well(email, address)


@bp.post("/account/sessions/<int:session_id>/end")
@login_required
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of one's sessions."""
    sessions.end(session_id, current_user.id)
    return see(url_for("accounts.account"), _("The session was ended."))


@bp.post("/account/sessions/end-others")
@login_required
def end_other_sessions() -> ResponseReturnValue:
    """End all of one's sessions but this one."""
    sessions.end_all(current_user.id, but=current_user.session_id)
    return see(url_for("accounts.account"), _("All other sessions were ended."))
