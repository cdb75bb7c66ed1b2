"""Who is about to call a target, so that no two call it at once. A claim expires by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.fieldwork.models import ContactClaim
from consult.kernel.db import db
from consult.kernel.model import now
from consult.kernel.scope import current

HELD_FOR = dt.timedelta(minutes=30)
"""How long a target stays claimed by whoever calls it: a long call, and time to write down what came of it."""


def of(organisation_ids: Sequence[int]) -> dict[int, ContactClaim]:
    """Return the claims that stand on organisations, by organisation."""
    query = sa.select(ContactClaim).where(ContactClaim.organisation_id.in_(organisation_ids), ContactClaim.expires_at > now())
    return {claim.organisation_id: claim for claim in db.session.scalars(query.options(joinedload(ContactClaim.user)))}


def take(organisation_id: int, over: bool = False) -> ContactClaim | None:
    """Claim a target for the person acting. Returns None when it is theirs now, else the claim of somebody else that stands; with `over`
    that one is taken over."""
    me = current().user_id
    if me is None:
        return None
    query = sa.select(ContactClaim).where(ContactClaim.organisation_id == organisation_id)
    held = db.session.scalar(query.options(joinedload(ContactClaim.user, innerjoin=True)).with_for_update())
    if held is not None and held.user_id != me and held.expires_at > now() and not over:
        return held
    if held is None:
        held = ContactClaim(organisation_id=organisation_id, user_id=me, expires_at=now())
        db.session.add(held)
    if held.user_id != me or held.expires_at <= now():
        held.at = now()
    held.user_id, held.expires_at = me, now() + HELD_FOR
    db.session.flush()
    return None


def release(organisation_id: int) -> None:
    """Give a target free again, if it was the person acting who had claimed it."""
    query = sa.select(ContactClaim).where(ContactClaim.organisation_id == organisation_id, ContactClaim.user_id == current().user_id)
    for claim in db.session.scalars(query):
        db.session.delete(claim)
    db.session.flush()
