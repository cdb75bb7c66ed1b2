"""The segments of a study's target list, with their quotas in distinct organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.kernel import actor, scope
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import now
from consult.kernel.text import fold
from consult.studies.models import Segment

FIELDS = ("label", "kind", "goal_min", "goal_max", "definition")


def segments() -> Sequence[Segment]:
    """Return the segments of the study in scope, in their order."""
    return db.session.scalars(sa.select(Segment).order_by(Segment.position, Segment.id)).all()


def get(segment_id: int, deleted: bool = False) -> Segment:
    """Return a segment of the study in scope. Raises NotFound."""
    query = sa.select(Segment).where(Segment.id == segment_id).execution_options(include_deleted=deleted)
    segment = db.session.scalar(query)
    if segment is None:
        raise NotFound
    return segment


def create(values: Mapping[str, Any]) -> Segment:
    """Add a segment at the end. Raises Refused when the label is taken or the quota is upside down."""
    check(values, None)
    last = max((each.position for each in segments()), default=-1)
    segment = Segment(study_id=scope.current().study_id, position=last + 1, **{name: values[name] for name in FIELDS if name in values})
    db.session.add(segment)
    db.session.flush()
    return segment


def update(segment: Segment, values: Mapping[str, Any], seen: int | None) -> None:
    """Change a segment. Raises Conflict or Refused."""
    expect_version(segment, seen)
    check(values, segment)
    for name in FIELDS:
        if name in values:
            setattr(segment, name, values[name])
    db.session.flush()


def check(values: Mapping[str, Any], present: Segment | None) -> None:
    """Raise Refused when the quota is upside down or another segment than `present` has the label."""
    refuse_quota_upside_down(values)
    _refuse_taken(values["label"], present)


def refuse_quota_upside_down(values: Mapping[str, Any]) -> None:
    """Raise Refused when the upper goal is smaller than the lower one."""
    low, high = values.get("goal_min"), values.get("goal_max")
    if low is not None and high is not None and high < low:
        raise Refused("quota_upside_down", "goal_max")


def _refuse_taken(label: str, present: Segment | None) -> None:
    if any(fold(each.label) == fold(label) for each in segments() if present is None or each.id != present.id):
        raise Refused("segment_taken", "label", label=label)


def move(segment: Segment, steps: int) -> None:
    """Move a segment up (-1) or down (1) among the others."""
    order = list(segments())
    at = order.index(segment)
    order.insert(max(0, min(len(order) - 1, at + steps)), order.pop(at))
    for position, each in enumerate(order):
        each.position = position
    db.session.flush()


def delete(segment: Segment) -> None:
    """Put a segment aside; organisations in it have no segment until it is brought back or they are given another."""
    segment.deleted_at, segment.deleted_by_id = now(), actor.current().user_id
    db.session.flush()


def restore(segment: Segment) -> None:
    """Bring a segment back. Raises Refused when another took its label meanwhile."""
    _refuse_taken(segment.label, segment)
    segment.deleted_at = segment.deleted_by_id = None
    db.session.flush()
