"""The same step for many interviews at once, and the way back. What cannot take it is left alone and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from consult.interviews import review, service
from consult.interviews.models import Interview, InterviewState, Review
from consult.kernel import audit
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.model import Confidentiality
from consult.kernel.scope import current

CHUNK = 200
ACTIONS = ("submit", "validate", "confidentiality")


@dataclass
class Outcome:
    """What a bulk change did: how many rows it changed, how many it left, by refusal code, and the marks that its undo needs."""

    done: int = 0
    left: Counter[str] = field(default_factory=Counter)
    after: int = 0
    until: int = 0


def apply(action: str, value: str, ids: Sequence[int]) -> Outcome:
    """Submit, validate, or set the confidentiality of interviews; gives what was done."""
    change = _changes(action, value)
    outcome = Outcome(after=_mark(action))
    for interview in _each(ids):
        try:
            with db.session.begin_nested():
                change(interview)
            outcome.done += 1
        except Refused as refusal:
            outcome.left[refusal.code] += 1
    outcome.until = _mark(action)
    return outcome


def undo(action: str, after: int, until: int) -> Outcome:
    """Take back what the same person did between two marks, but for interviews that have moved on since."""
    outcome = Outcome()
    found = (
        values_before("interview", "confidentiality", after, until)
        if action == "confidentiality"
        else dict.fromkeys(_stepped(action, after, until))
    )
    for interview in _each(list(found)):
        try:
            with db.session.begin_nested():
                if action == "confidentiality":
                    _level_back(interview, *(found[interview.id] or (None, None)))
                else:
                    review.take_back(interview)
            outcome.done += 1
        except Refused as refusal:
            outcome.left[refusal.code] += 1
    return outcome


def _changes(action: str, value: str) -> Callable[[Interview], None]:
    if action == "confidentiality":
        if value not in {level.value for level in Confidentiality}:
            raise Refused("value_required")
        return lambda interview: service.change(interview, "confidentiality", Confidentiality(value))
    return {"submit": review.submit, "validate": review.validate}[action]


def _each(ids: Sequence[int]) -> Iterator[Interview]:
    parts = (Interview.organisation_links, Interview.interviewer_links, Interview.interviewee_links, Interview.reviews)
    for start in range(0, len(ids), CHUNK):
        query = sa.select(Interview).where(Interview.id.in_(list(ids[start : start + CHUNK]))).order_by(Interview.id)
        yield from db.session.scalars(query.options(*(selectinload(part) for part in parts))).all()


def _mark(action: str) -> int:
    return mark(audit.AuditEntry if action == "confidentiality" else Review)


def mark(table: Any) -> int:
    """Return the last id of a table, from which on something is to be taken back."""
    return db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(table.id), 0))) or 0


def _stepped(action: str, after: int, until: int) -> list[int]:
    became = {"submit": (InterviewState.SUBMITTED, InterviewState.VALIDATED), "validate": (InterviewState.VALIDATED,)}[action]
    query = sa.select(Review.interview_id).where(
        Review.id > after, Review.id <= until, Review.by_id == current().user_id, Review.became.in_(became)
    )
    return list(db.session.scalars(query))


def values_before(entity: str, column: str, after: int, until: int) -> dict[int, tuple[str, str]]:
    """Return what a column of records was and became, by record, where the person acting changed it between two marks of the audit."""
    entry = audit.AuditEntry
    query = sa.select(entry).where(
        entry.id > after,
        entry.id <= until,
        entry.entity == entity,
        entry.study_id == current().study_id,
        entry.actor_id == current().user_id,
    )
    return {
        e.entity_id: tuple(e.changes[column])
        for e in db.session.scalars(query)
        if e.entity_id and e.deed == audit.Deed.CHANGED and column in e.changes
    }


def _level_back(interview: Interview, former: str | None, set_to: str | None) -> None:
    if former is None or interview.confidentiality != set_to:
        raise Refused("cannot_take_back")
    service.change(interview, "confidentiality", Confidentiality(former))
