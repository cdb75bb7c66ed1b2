"""The pages that one-time links open: a forgotten password, an invitation, the first administrator."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from consult.accounts import invitations, letters, service, tasks, throttle
from consult.accounts.blueprint import begin, bp, client_address, refused_page
from consult.accounts.forms import FirstAdministratorForm, ForgottenForm, JoiningForm, NewPasswordForm
from consult.accounts.models import Language
from consult.kernel.errors import Refused
from consult.mail import tasks as mail
from consult.web.i18n import _, lang
from consult.web.pages import page, see
from consult.web.refusals import sentence


def _closed(refusal: Refused) -> ResponseReturnValue:
    """Say why a link opens nothing, and where to go."""
    return page("accounts/link_closed.html", 410 if refusal.code != "link_unknown" else 404, text=sentence(refusal), code=refusal.code)


@bp.route("/forgotten", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    """Ask for a link to a new password; the answer is the same whether or not the account exists."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return page("accounts/forgotten.html", form=form, by_mail=mail.is_sent())
    try:
        throttle.count_reset(form.email.data, client_address())
    except Refused as refusal:
        return refused_page("accounts/forgotten.html", form, refusal, by_mail=mail.is_sent())
    tasks.ask_reset(form.email.data, letters.address_of("accounts.new_password", token=tasks.PLACE_OF_TOKEN))
    return redirect(url_for("accounts.reset_asked"), 303)


@bp.get("/forgotten/asked")
def reset_asked() -> ResponseReturnValue:
    """Say what happens next."""
    return page("accounts/reset_asked.html", by_mail=mail.is_sent())


@bp.route("/new-password/<token>", methods=["GET", "POST"])
def new_password(token: str) -> ResponseReturnValue:
    """Choose a new password, once."""
    try:
        user = service.user_of_reset(token)
    except Refused as refusal:
        return _closed(refusal)
    form = NewPasswordForm()
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: service.reset_password(token, values["password"])):
        return page("accounts/new_password.html", form=form, user=user)
    letters.send_password_changed(user)
    return see(url_for("accounts.sign_in"), _("Your password was changed. Sign in with it."))


@bp.route("/first-administrator/<token>", methods=["GET", "POST"])
def first_administrator(token: str) -> ResponseReturnValue:
    """Make the first account, once, while there is none."""
    try:
        service.first_link(token)
    except Refused as refusal:
        return _closed(refusal)
    form = FirstAdministratorForm()
    if not form.validate_on_submit() or not form.saved_by(
        lambda values, _seen: begin(
            service.make_first_administrator(token, values["email"], values["name"], values["password"], Language(lang()))
        )
    ):
        return page("accounts/first_administrator.html", form=form)
    return see(url_for("studies.index"), _("Welcome. You administer this installation: create a study, or invite your team."))


@bp.route("/invitations/<token>", methods=["GET", "POST"])
def invitation(token: str) -> ResponseReturnValue:
    """Open the account of an invited person; whoever has one already is asked to sign in with it."""
    try:
        link, invited = invitations.find(token)
    except Refused as refusal:
        return _closed(refusal)
    if invited is not None:
        return page(
            "accounts/invitation_known.html",
            token=token,
            invited=invited,
            mine=current_user.is_authenticated and current_user.id == invited.id,
        )
    form = JoiningForm(name=link.grants.get("name"))
    if not form.validate_on_submit() or not form.saved_by(
        lambda values, _seen: begin(invitations.accept_anew(token, values["name"], values["password"], Language(lang())))
    ):
        return page("accounts/joining.html", form=form, email=link.email)
    return see(url_for("studies.index"), _("Welcome. Your account is open."))


@bp.post("/invitations/<token>/accept")
@login_required
def accept_invitation(token: str) -> ResponseReturnValue:
    """Give whoever is signed in what they were invited to."""
    invitations.accept_as(current_user.user, token)
    return see(url_for("studies.index"), _("The invitation was accepted."))
