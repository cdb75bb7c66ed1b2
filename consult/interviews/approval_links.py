"""The links by which interviewees read their note: made, found again by their token, closed."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.accounts.sessions import digest
from consult.interviews.approval_models import Approval
from consult.interviews.models import Interview
from consult.kernel import locking
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import now
from consult.kernel.scope import unscoped


def make(interview: Interview, person_id: int, revision: int, lasting: dt.timedelta) -> tuple[Approval, str]:
    """Make a link for a person and return it with its token, in place of an earlier one that they have not used."""
    for former in open_of(interview):
        if former.person_id == person_id:
            former.revoked_at = now()
    token = secrets.token_urlsafe(32)
    link = Approval(
        study_id=interview.study_id,
        interview_id=interview.id,
        person_id=person_id,
        token_hash=digest(token),
        revision=revision,
        expires_at=now() + lasting,
    )
    db.session.add(link)
    db.session.flush()
    return link, token


def of(interview: Interview) -> Sequence[Approval]:
    """Return the links of an interview with whom they are for, newest first."""
    query = sa.select(Approval).where(Approval.interview_id == interview.id).options(joinedload(Approval.person))
    return db.session.scalars(query.order_by(Approval.id.desc())).all()


def open_of(interview: Interview) -> list[Approval]:
    """Return the links of an interview that still wait for an answer."""
    return [link for link in of(interview) if is_open(link)]


def is_open(link: Approval) -> bool:
    """Tell whether a link still opens the note."""
    return link.answered_at is None and link.revoked_at is None and link.expires_at > now()


def get(interview: Interview, link_id: int) -> Approval:
    """Return a link of an interview. Raises NotFound."""
    found = next((link for link in of(interview) if link.id == link_id), None)
    if found is None:
        raise NotFound
    return found


def find(token: str) -> Approval:
    """Return the link that a token opens, whatever study it is of.

    Raises Refused, naming the reason, when it never was, was closed, has expired or was answered.
    """
    with unscoped("whoever holds a personal link has no account: the token alone says which study it is of"):
        link = db.session.scalar(sa.select(Approval).where(Approval.token_hash == digest(token)).options(joinedload(Approval.person)))
    if link is None or link.revoked_at is not None:
        raise Refused("link_unknown")
    if link.answered_at is not None:
        raise Refused("approval_given", at=link.answered_at)
    if link.expires_at <= now():
        raise Refused("link_expired")
    return link


def spend(link: Approval) -> None:
    """Mark a link as answered. Raises Refused("approval_given") if it was meanwhile, in another window or by a machine."""
    locking.hold(link)
    if link.answered_at is not None:
        raise Refused("approval_given", at=link.answered_at)
    link.answered_at = now()
    db.session.flush()
