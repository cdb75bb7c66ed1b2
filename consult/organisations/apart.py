"""Pairs that somebody of a study said are two: remembered for that study, until it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.scope import current
from consult.organisations.merge_models import DistinctPair, Kind


def said_by(kind: Kind) -> Sequence[Any]:
    """Return what was said, newest first: (one_id, other_id, at, who)."""
    columns = (DistinctPair.one_id, DistinctPair.other_id, DistinctPair.created_at.label("at"), User.name.label("who"))
    query = sa.select(*columns).outerjoin(User, User.id == DistinctPair.created_by_id).where(DistinctPair.kind == kind)
    return db.session.execute(query.order_by(DistinctPair.id.desc())).all()


def tell(kind: Kind, one_id: int, other_id: int) -> None:
    """Say that two records, which the reader may see, are two. Saying it twice changes nothing."""
    if one_id == other_id:
        raise Refused("nothing_to_merge_with")
    if _of(kind, one_id, other_id) is None:
        first, second = sorted((one_id, other_id))
        db.session.add(DistinctPair(study_id=current().study_id, kind=kind, one_id=first, other_id=second))
        db.session.flush()


def take_back(kind: Kind, one_id: int, other_id: int) -> None:
    """Have two records be proposed again."""
    found = _of(kind, one_id, other_id)
    if found is not None:
        db.session.delete(found)
        db.session.flush()


def _of(kind: Kind, one_id: int, other_id: int) -> DistinctPair | None:
    first, second = sorted((one_id, other_id))
    query = sa.select(DistinctPair).where(DistinctPair.kind == kind, DistinctPair.one_id == first, DistinctPair.other_id == second)
    return db.session.scalar(query)
