"""Users, invitations and messages out, for administrators of the installation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from consult.accounts import invitations, links, service
from consult.accounts.blueprint import administrators_only, bp, settings
from consult.accounts.forms import InvitationForm
from consult.accounts.handing import TO_COPY, hand_over_invitation, hand_over_reset
from consult.accounts.models import LinkPurpose, User
from consult.kernel import audit
from consult.kernel.audit import Deed
from consult.kernel.db import aside
from consult.mail import service as messages
from consult.mail import tasks as mail
from consult.web.i18n import _, _l
from consult.web.pages import abort, page, see


@dataclass(frozen=True)
class Change:
    """One thing an administrator does to an account, what is said of it, and which one undoes it."""

    act: Callable[[User], None]
    said: Any
    undone_by: str


CHANGES = {
    "deactivate": Change(service.deactivate, _l("The account of %(name)s is closed."), "reactivate"),
    "reactivate": Change(service.reactivate, _l("The account of %(name)s is open again."), "deactivate"),
    "allow-studies": Change(lambda user: service.let_create_studies(user, True), _l("%(name)s may create studies."), "refuse-studies"),
    "refuse-studies": Change(
        lambda user: service.let_create_studies(user, False), _l("%(name)s may no longer create studies."), "allow-studies"
    ),
    "make-admin": Change(lambda user: service.make_admin(user, True), _l("%(name)s is an administrator."), "unmake-admin"),
    "unmake-admin": Change(lambda user: service.make_admin(user, False), _l("%(name)s is no longer an administrator."), "make-admin"),
}


@bp.get("/users")
@administrators_only
def users() -> ResponseReturnValue:
    """List users and open invitations."""
    return page(
        "accounts/users.html", users=service.everyone(), pending=invitations.pending(), unsent=messages.unsent(), by_mail=mail.is_sent()
    )


@bp.route("/users/invite", methods=["GET", "POST"])
@administrators_only
def invite() -> ResponseReturnValue:
    """Invite somebody to the installation."""
    form = InvitationForm()
    tokens: list[str] = []
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: tokens.append(_invite(**values))):
        return page("accounts/invite.html", form=form)
    return redirect(hand_over_invitation(form.email.data, tokens[0], url_for("accounts.users")), 303)


def _invite(email: str, name: str | None, may_create_studies: bool, is_admin: bool) -> str:
    return invitations.invite(
        service.free_address(email), _lasting(), name=name, may_create_studies=may_create_studies or is_admin, is_admin=is_admin
    )


def _lasting() -> dt.timedelta:
    return dt.timedelta(days=settings().invitation_days)


@bp.get("/link")
@login_required
def link_made() -> ResponseReturnValue:
    """Show the link just made, once, to whoever made it."""
    made = session.pop(TO_COPY, None)
    return page("accounts/link_made.html", made=made, by_mail=mail.is_sent()) if made else redirect(url_for("home.start"), 303)


@bp.post("/users/invitations/<int:invitation_id>/renew")
@administrators_only
def renew_invitation(invitation_id: int) -> ResponseReturnValue:
    """Make a new link for an open invitation."""
    link = links.get_open(LinkPurpose.INVITATION, invitation_id)
    token = invitations.renew(link, _lasting())
    return redirect(hand_over_invitation(link.email or "", token, url_for("accounts.users")), 303)


@bp.post("/users/invitations/<int:invitation_id>/revoke")
@administrators_only
def revoke_invitation(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    links.revoke(links.get_open(LinkPurpose.INVITATION, invitation_id))
    text = _("The invitation was taken back: its link opens nothing any more.")
    return see(url_for("accounts.users"), text, undo_url=url_for("accounts.give_invitation_back", invitation_id=invitation_id))


@bp.post("/users/invitations/<int:invitation_id>/give-back")
@administrators_only
def give_invitation_back(invitation_id: int) -> ResponseReturnValue:
    """Let the link of an invitation that was taken back open again."""
    links.reopen(links.get_revoked(LinkPurpose.INVITATION, invitation_id))
    return see(url_for("accounts.users"), _("The invitation holds again."))


@bp.post("/users/<int:user_id>/reset-link")
@administrators_only
def make_reset_link(user_id: int) -> ResponseReturnValue:
    """Make a link to a new password, to be handed over by other means; who made it stays in the audit."""
    user = service.get(user_id)
    token = service.offer_reset(user, dt.timedelta(minutes=settings().reset_link))
    entry = audit.note(Deed.CHANGED, "user_account", user.id, reset_link=True)
    aside(lambda database: audit.write(database, [entry]), vital=True)
    return redirect(hand_over_reset(user.email, token, url_for("accounts.users")), 303)


@bp.post("/users/<int:user_id>/<action>")
@administrators_only
def change_user(user_id: int, action: str) -> ResponseReturnValue:
    """Close or open an account, or give or take a right; each has its way back."""
    change = CHANGES.get(action)
    if change is None:
        abort(404)
    user = service.get(user_id)
    change.act(user)
    undo = url_for("accounts.change_user", user_id=user.id, action=change.undone_by)
    return see(url_for("accounts.users"), str(change.said) % {"name": user.name}, undo_url=undo)


@bp.get("/messages")
@administrators_only
def outgoing() -> ResponseReturnValue:
    """List what was sent, and show what would be where nothing sends it; who read what, for a text may hold a link, is written down."""
    shown = messages.latest()
    read = [message.id for message in shown if message.body]
    if read:
        entry = audit.note(Deed.READ, "outgoing_message", messages=read)
        aside(lambda database: audit.write(database, [entry]), vital=True)
    return page("accounts/messages.html", messages=shown, by_mail=mail.is_sent())


@bp.post("/messages/send")
@administrators_only
def send_again() -> ResponseReturnValue:
    """Try again to send what was not."""
    messages.release()
    mail.ask_delivery()
    return see(url_for("accounts.outgoing"), _("The messages that wait are being sent."))
