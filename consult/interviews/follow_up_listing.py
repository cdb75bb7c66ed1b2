"""The list of follow-ups: what is selected, and what it can be narrowed and sorted by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.interviews import follow_ups_models
from consult.interviews.follow_ups_models import FollowUp
from consult.kernel.listing import ListSource, days, whole_numbers
from consult.kernel.model import AnySelect
from consult.kernel.scope import current
from consult.kernel.text import fold
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation

STATES = ("open", "late", "done")
NO_DAY = dt.date(9999, 12, 31)
"""After every day: what has none is the last to do."""


def source(today: dt.date) -> ListSource:
    """Return how the list of follow-ups is read; what is late is told by the day."""
    here = sa.and_(Participation.organisation_id == FollowUp.organisation_id, Participation.study_id == FollowUp.study_id)
    base = sa.select(FollowUp.id).join(Participation, here)
    rows: AnySelect = sa.select(
        FollowUp.id, FollowUp.ref, FollowUp.title, FollowUp.due, FollowUp.done_at, FollowUp.interview_id, FollowUp.organisation_id,
        FollowUp.created_at, FollowUp.version, Organisation.name.label("organisation"), User.name.label("owner"),
    ).join(Participation, here)  # fmt: skip
    rows = rows.join(Organisation, Organisation.id == FollowUp.organisation_id).outerjoin(User, User.id == FollowUp.owner_id)
    state = sa.case((FollowUp.done_at.is_not(None), 2), (FollowUp.due < today, 0), else_=1)
    return ListSource(
        rows=rows, base=base, key=FollowUp.id, filters=_filters(today), search=_matching, default_sort="due",
        sorts={
            "due": sa.func.coalesce(FollowUp.due, sa.literal(NO_DAY, sa.Date())), "organisation": Participation.sort_name,
            "state": state, "title": FollowUp.title, "ref": FollowUp.ref,
        },
    )  # fmt: skip


def _filters(today: dt.date) -> dict[str, Any]:
    clauses = {
        "open": FollowUp.done_at.is_(None),
        "late": sa.and_(FollowUp.done_at.is_(None), FollowUp.due < today),
        "done": FollowUp.done_at.is_not(None),
    }
    return {
        "state": lambda values: sa.or_(sa.false(), *(clauses[v] for v in values if v in clauses)),
        "owner": lambda values: FollowUp.owner_id.in_(whole_numbers(values)),
        "organisation": lambda values: FollowUp.organisation_id.in_(whole_numbers(values)),
        "mine": lambda _values: FollowUp.owner_id == current().user_id,
        "period": _due_between,
    }


def _due_between(values: Sequence[str]) -> sa.ColumnElement[bool]:
    since, until = days(values)
    return sa.and_(sa.true(), *([FollowUp.due >= since] if since else []), *([FollowUp.due <= until] if until else []))


def _matching(text: str) -> sa.ColumnElement[bool]:
    words = fold(text).split()[:12]
    if not words:
        return sa.false()
    said = sa.and_(*(sa.func.lower(FollowUp.title).contains(word.lower(), autoescape=True) for word in text.split()[:12]))
    return sa.or_(said, sa.and_(*(Participation.search_key.contains(word, autoescape=True) for word in words)))


def rail_count() -> Any:
    """Return, as one number to select, how much the reader still has to do."""
    scope = current()
    mine = (FollowUp.owner_id == scope.user_id, FollowUp.done_at.is_(None), FollowUp.deleted_at.is_(None))
    readable = (FollowUp.study_id == scope.study_id, follow_ups_models.readable(scope))
    return sa.select(sa.func.count(FollowUp.id)).where(*mine, *readable).scalar_subquery()
