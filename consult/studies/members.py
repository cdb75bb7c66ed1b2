"""Who works in a study, and as what. A study always has a lead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.accounts import invitations, links
from consult.accounts import service as accounts
from consult.accounts.models import LinkPurpose, OneTimeLink, User
from consult.kernel.audit import AuditEntry, Deed
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.studies.models import Membership, Role, Study


def members(study: Study) -> Sequence[Membership]:
    """Return the memberships of a study with their users, leads first, then by name."""
    order = sa.case({role: rank for rank, role in enumerate(Role)}, value=Membership.role)
    query = sa.select(Membership).join(User, User.id == Membership.user_id).where(Membership.study_id == study.id)
    return db.session.scalars(query.options(joinedload(Membership.user)).order_by(order, sa.func.lower(User.name), User.id)).all()


def get(study: Study, membership_id: int) -> Membership:
    """Return a membership of this study. Raises NotFound."""
    query = sa.select(Membership).where(Membership.id == membership_id, Membership.study_id == study.id)
    membership = db.session.scalar(query.options(joinedload(Membership.user)))
    if membership is None:
        raise NotFound
    return membership


def add(study: Study, email: str, role: Role, lasting: dt.timedelta) -> str | None:
    """Add somebody by their address: a user at once (returns None); anybody else is invited (returns the token of the link)."""
    user = accounts.by_email(email)
    if user is None:
        return invitations.invite(email, lasting, study_id=study.id, role=role.value)
    add_user(study, user, role)
    return None


def add_user(study: Study, user: User, role: Role) -> Membership:
    """Make a user a member. Raises Refused if they are one already, or if their account is closed."""
    if not user.is_active:
        raise Refused("member_closed", "email", name=user.name)
    if _membership(study.id, user.id) is not None:
        raise Refused("member_already", "email", name=user.name)
    membership = Membership(study_id=study.id, user_id=user.id, role=role)
    db.session.add(membership)
    db.session.flush()
    return membership


def change_role(membership: Membership, role: Role) -> None:
    """Give a member another role. Raises Refused("last_lead")."""
    if membership.role == Role.LEAD and role != Role.LEAD:
        _refuse_last_lead(membership)
    membership.role = role
    db.session.flush()


def remove(membership: Membership) -> None:
    """Have somebody leave the study; what they did in it stays. Raises Refused("last_lead")."""
    if membership.role == Role.LEAD:
        _refuse_last_lead(membership)
    db.session.delete(membership)
    db.session.flush()


def put_back(study: Study, user_id: int, role: Role) -> Membership:
    """Take somebody back who was removed from the study. Raises NotFound for whoever never was in it, Refused as `add_user` does."""
    if not any(entry.changes.get("user_id", [None])[0] == user_id for entry in _removals(study)):
        raise NotFound
    return add_user(study, accounts.get(user_id), role)


def _removals(study: Study) -> Sequence[AuditEntry]:
    removed = (AuditEntry.entity == Membership.__tablename__, AuditEntry.deed == Deed.DELETED)
    return db.session.scalars(sa.select(AuditEntry).where(AuditEntry.study_id == study.id, *removed)).all()


def pending(study: Study) -> list[OneTimeLink]:
    """Return the open invitations into a study."""
    return [link for link in invitations.pending() if link.grants.get("study_id") == study.id]


def invitation(study: Study, link_id: int, revoked: bool = False) -> OneTimeLink:
    """Return an open invitation into this study, or one that was taken back. Raises NotFound."""
    link = (links.get_revoked if revoked else links.get_open)(LinkPurpose.INVITATION, link_id)
    if link.grants.get("study_id") != study.id:
        raise NotFound
    return link


@invitations.when_accepted
def join_invited(user: User, grants: Mapping[str, Any]) -> None:
    """Make the accepted invitation into a study a membership; a study deleted meanwhile, or already joined, is passed over."""
    study = db.session.get(Study, grants["study_id"]) if grants.get("study_id") else None
    if study is not None and study.deleted_at is None and _membership(study.id, user.id) is None:
        db.session.add(Membership(study_id=study.id, user_id=user.id, role=Role(grants["role"])))
        db.session.flush()


def _membership(study_id: int, user_id: int) -> Membership | None:
    return db.session.scalar(sa.select(Membership).where(Membership.study_id == study_id, Membership.user_id == user_id))


def _refuse_last_lead(membership: Membership) -> None:
    """One after the other, however many leads step down at the same moment: the study's row is the turnstile."""
    db.session.execute(sa.select(Study.id).where(Study.id == membership.study_id).with_for_update())
    leads = sa.select(Membership.id).join(User, User.id == Membership.user_id)
    others = leads.where(
        Membership.study_id == membership.study_id, Membership.role == Role.LEAD, Membership.id != membership.id, User.is_active
    )
    if db.session.scalar(others.limit(1)) is None:
        raise Refused("last_lead", name=membership.user.name)
