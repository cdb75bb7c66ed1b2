"""The team of a study: members, their roles, and open invitations."""

from __future__ import annotations

import datetime as dt

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consult.accounts import invitations, links
from consult.accounts.blueprint import settings
from consult.accounts.handing import hand_over_invitation
from consult.studies import members as rules
from consult.studies.blueprint import bp
from consult.studies.forms import MemberForm
from consult.studies.gate import requires
from consult.studies.models import Role
from consult.web.i18n import _, lang
from consult.web.pages import abort, page, see


def _shown(form: MemberForm) -> ResponseReturnValue:
    return page(
        "studies/members.html",
        form=form,
        study=g.study,
        members=rules.members(g.study),
        pending=rules.pending(g.study),
        roles=list(Role),
        me=current_user.id,
    )


def _lasting() -> dt.timedelta:
    return dt.timedelta(days=settings().invitation_days)


def _role(text: str) -> Role:
    if text not in set(Role):
        abort(400)
    return Role(text)


@bp.route("/studies/<int:study_id>/members", methods=["GET", "POST"])
@requires("steer")
def members(study_id: int) -> ResponseReturnValue:
    """Show the team, and add somebody to it: a user at once, anybody else by an invitation."""
    form = MemberForm()
    tokens: list[str | None] = []
    if not form.validate_on_submit() or not form.saved_by(
        lambda values, _seen: tokens.append(rules.add(g.study, values["email"], values["role"], _lasting()))
    ):
        return _shown(form)
    if tokens[0] is None:
        return see(url_for(".members"), _("%(email)s is a member now.", email=form.email.data))
    return redirect(hand_over_invitation(form.email.data, tokens[0], url_for(".members"), g.study.title), 303)


@bp.post("/studies/<int:study_id>/members/<int:membership_id>/role")
@requires("steer")
def change_role(study_id: int, membership_id: int) -> ResponseReturnValue:
    """Give a member another role."""
    membership = rules.get(g.study, membership_id)
    role, former = _role(request.values.get("role", "")), membership.role
    rules.change_role(membership, role)
    steps_down = membership.user_id == current_user.id and role != Role.LEAD
    text = _("%(name)s is now: %(role)s.", name=membership.user.name, role=role.label(lang()))
    undo = None if steps_down or role == former else url_for(".change_role", membership_id=membership_id, role=former.value)
    return see(url_for(".about" if steps_down else ".members"), text, undo_url=undo)


@bp.post("/studies/<int:study_id>/members/<int:membership_id>/remove")
@requires("steer")
def remove_member(study_id: int, membership_id: int) -> ResponseReturnValue:
    """Have somebody leave the study."""
    membership = rules.get(g.study, membership_id)
    user, role = membership.user, membership.role
    rules.remove(membership)
    text = _("%(name)s is no longer a member.", name=user.name)
    if user.id == current_user.id:
        return see(url_for(".index"), _("You have left the study “%(title)s”.", title=g.study.title))
    return see(url_for(".members"), text, undo_url=url_for(".put_member_back", user_id=user.id, role=role.value))


@bp.post("/studies/<int:study_id>/members/put-back/<int:user_id>/<role>")
@requires("steer")
def put_member_back(study_id: int, user_id: int, role: str) -> ResponseReturnValue:
    """Take somebody back who was removed, in the role they had."""
    membership = rules.put_back(g.study, user_id, _role(role))
    return see(url_for(".members"), _("%(name)s is a member again.", name=membership.user.name))


@bp.post("/studies/<int:study_id>/members/invitations/<int:link_id>/renew")
@requires("steer")
def renew_invitation(study_id: int, link_id: int) -> ResponseReturnValue:
    """Make a new link for an open invitation into this study."""
    link = rules.invitation(g.study, link_id)
    token = invitations.renew(link, _lasting())
    return redirect(hand_over_invitation(link.email or "", token, url_for(".members"), g.study.title), 303)


@bp.post("/studies/<int:study_id>/members/invitations/<int:link_id>/revoke")
@requires("steer")
def revoke_invitation(study_id: int, link_id: int) -> ResponseReturnValue:
    """Take an invitation into this study back."""
    links.revoke(rules.invitation(g.study, link_id))
    text = _("The invitation was taken back: its link opens nothing any more.")
    return see(url_for(".members"), text, undo_url=url_for(".give_invitation_back", link_id=link_id))


@bp.post("/studies/<int:study_id>/members/invitations/<int:link_id>/give-back")
@requires("steer")
def give_invitation_back(study_id: int, link_id: int) -> ResponseReturnValue:
    """Let the link of an invitation into this study open again."""
    links.reopen(rules.invitation(g.study, link_id, revoked=True))
    return see(url_for(".members"), _("The invitation holds again."))
