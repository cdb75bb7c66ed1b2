"""How the journal of attempts is read: every call and message of the study."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.fieldwork.models import Channel, ContactAttempt, Outcome
from consult.kernel.listing import ListSource, days, members_of, whole_numbers
from consult.organisations import search_text
from consult.organisations.models import Organisation
from consult.organisations.participation import Cause, Participation
from consult.organisations.people_models import Person
from consult.web import clock

A_DAY = dt.timedelta(days=1)


@functools.cache
def source() -> ListSource:
    """Return how the attempts of the study in scope are read."""
    here = sa.and_(Participation.study_id == ContactAttempt.study_id, Participation.organisation_id == ContactAttempt.organisation_id)
    person = (sa.func.coalesce(Person.first_name + " ", "") + Person.last_name).label("person")
    attempt = ContactAttempt
    columns = (
        attempt.id, attempt.organisation_id, Organisation.name, attempt.at, attempt.channel, attempt.outcome, attempt.cause,
        attempt.reason, attempt.next_on, attempt.note, User.name.label("by"), person,
    )  # fmt: skip
    rows: Any = (
        sa.select(*columns)
        .select_from(attempt)
        .join(Participation, here)
        .join(Organisation, Organisation.id == attempt.organisation_id)
        .outerjoin(User, User.id == attempt.by_id)
        .outerjoin(Person, Person.id == attempt.person_id)
    )
    return ListSource(
        rows=rows, base=sa.select(attempt.id).join(Participation, here), key=attempt.id,
        sorts={"at": attempt.at, "name": Participation.sort_name, "by": sa.func.coalesce(_by(), "~")}, filters=_filters(),
        search=lambda text: search_text.contains(Participation.search_key, text), default_sort="at", default_descending=True,
    )  # fmt: skip


def _by() -> Any:
    return sa.select(User.name).where(User.id == ContactAttempt.by_id).correlate(ContactAttempt).scalar_subquery()


def _filters() -> dict[str, Any]:
    attempt = ContactAttempt
    return {
        "outcome": lambda values: attempt.outcome.in_(members_of(Outcome, values)),
        "channel": lambda values: attempt.channel.in_(members_of(Channel, values)),
        "cause": lambda values: attempt.cause.in_(members_of(Cause, values)),
        "by": lambda values: attempt.by_id.in_(whole_numbers(values)),
        "period": _period,
    }


def _period(values: Sequence[str]) -> sa.ColumnElement[bool]:
    since, until = (day if day is not None and day.year in clock.YEARS else None for day in days(values))
    clauses = [ContactAttempt.at >= clock.instant(since)] if since else []
    clauses += [ContactAttempt.at < clock.instant(until + A_DAY)] if until else []
    return sa.and_(sa.true(), *clauses)
