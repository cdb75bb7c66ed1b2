"""Attempts to reach a target: logged, corrected, taken back; the next date put off; the rule after which one stops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from consult.fieldwork import claims, dispositions, informing
from consult.fieldwork.dispositions import CLOSING, FRUITLESS
from consult.fieldwork.models import ContactAttempt, Outcome
from consult.kernel import actor
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import now
from consult.kernel.scope import current
from consult.organisations import people_service
from consult.organisations.participation import Disposition, Participation
from consult.studies.models import Study
from consult.web import clock

FACTS = ("at", "channel", "person_id", "cause", "reason", "note", "message", "notice_version")
CORRECTED = ("at", "channel", "person_id", "note")
"""What can be corrected of an attempt: the facts, not what came of it, which is taken back and logged anew."""
A_MINUTE_OFF = dt.timedelta(minutes=5)
"""By how much the clock of a tablet may be ahead."""


def working(day: dt.date) -> dt.date:
    """Return a day on which people are at work: Monday for a Saturday or Sunday."""
    return day + dt.timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= 5 else day


def again_on(outcome: Outcome, today: dt.date) -> dt.date:
    """Return when a target is to be tried again after an outcome: the next day after a call without answer or one that is to be called
    back, else when the study says."""
    soon = outcome in (Outcome.NO_ANSWER, Outcome.CALL_BACK)
    return working(today + dt.timedelta(days=1 if soon else remind_after()))


def log(organisation_id: int, values: Mapping[str, Any]) -> ContactAttempt:
    """Log an attempt and bring the target where its outcome leads.

    `values`: `outcome`, FACTS, `next_on`, `next_time`. Raises Refused: not a target, a person who does not want to be contacted, no cause
    where one is asked, a next date before the attempt, an attempt in the future.
    """
    here = dispositions.target(organisation_id)
    outcome = Outcome(values["outcome"])
    facts = {name: values[name] for name in FACTS if values.get(name) is not None}
    disposition = dispositions.after(outcome, here.disposition)
    _refuse_wrong(outcome, values)
    if outcome in CLOSING:
        dispositions.check_cause(disposition, values.get("cause"), values.get("reason"))
    next_on = None if outcome in CLOSING else values.get("next_on")
    following = {"next_on": next_on, "next_time": values.get("next_time") if next_on else None}
    attempt = ContactAttempt(organisation_id=organisation_id, by_id=current().user_id, outcome=outcome, **following, **facts)
    causes = {"disposition_cause": values.get("cause"), "disposition_reason": values.get("reason")} if outcome in CLOSING else {}
    attempt.was = dispositions.move(here, {"disposition": disposition, **causes, **following})
    db.session.add(attempt)
    claims.release(organisation_id)
    db.session.flush()
    return attempt


def _refuse_wrong(outcome: Outcome, values: Mapping[str, Any]) -> None:
    at = values.get("at") or now()
    if at > now() + A_MINUTE_OFF:
        raise Refused("attempt_in_the_future", field="on")
    if values.get("next_on") and outcome not in CLOSING and values["next_on"] < clock.local(at).date():
        raise Refused("next_before_attempt", field="next_on")
    if values.get("person_id"):
        refuse_unwilling(values["person_id"])


def refuse_unwilling(person_id: int) -> None:
    """Raise Refused("do_not_contact") for somebody who asked not to be contacted."""
    person = people_service.get(person_id)
    if person.do_not_contact:
        raise Refused("do_not_contact", field="person_id", name=person.full_name)


def get(attempt_id: int, deleted: bool = False) -> ContactAttempt:
    """Return an attempt. Raises NotFound."""
    query = sa.select(ContactAttempt).where(ContactAttempt.id == attempt_id).execution_options(include_deleted=deleted)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def correct(attempt: ContactAttempt, values: Mapping[str, Any], seen: int | None) -> None:
    """Correct the facts of an attempt. Raises Conflict or Refused."""
    expect_version(attempt, seen)
    if values.get("at") and values["at"] > now() + A_MINUTE_OFF:
        raise Refused("attempt_in_the_future", field="on")
    for name in CORRECTED:
        if name in values:
            setattr(attempt, name, values[name])
    db.session.flush()


def take_back(attempt: ContactAttempt) -> None:
    """Take an attempt back: the target stands as before. Raises Refused("target_moved_on") when something else came after it."""
    if attempt.deleted_at is not None:
        return
    dispositions.put_back(dispositions.target(attempt.organisation_id), attempt.was)
    informing.forget(attempt)
    attempt.deleted_at, attempt.deleted_by_id = now(), actor.current().user_id
    db.session.flush()


def put_off(organisation_id: int, on: dt.date | None, time: dt.time | None = None) -> dt.date | None:
    """Set when a target is to be tried next, and return when it was to be."""
    here = dispositions.target(organisation_id)
    before = here.next_on
    here.next_on, here.next_time = on, time if on else None
    db.session.flush()
    return before


def of(organisation_id: int, limit: int = 100) -> Sequence[ContactAttempt]:
    """Return the attempts to reach an organisation, the latest first."""
    query = sa.select(ContactAttempt).where(ContactAttempt.organisation_id == organisation_id)
    parts = (joinedload(ContactAttempt.by), joinedload(ContactAttempt.person))
    return db.session.scalars(query.options(*parts).order_by(ContactAttempt.at.desc(), ContactAttempt.id.desc()).limit(limit)).all()


def stop_after() -> int | None:
    """Return after how many fruitless attempts in a row the study in scope stops; None where it has no such rule."""
    return db.session.scalar(sa.select(Study.stop_after_attempts).where(Study.id == current().study_id))


def remind_after() -> int:
    """Return how many days the study in scope waits before it tries again."""
    return db.session.scalar(sa.select(Study.remind_after_days).where(Study.id == current().study_id)) or 7


def fruitless() -> Any:
    """Return the expression of how many attempts to reach a participation's organisation came to nothing since somebody was reached."""
    tried, reached = aliased(ContactAttempt), aliased(ContactAttempt)
    same = (tried.study_id == Participation.study_id, tried.organisation_id == Participation.organisation_id)
    later = (reached.study_id == tried.study_id, reached.organisation_id == tried.organisation_id, reached.at >= tried.at)
    since = sa.select(reached.id).where(*later, reached.outcome.not_in(FRUITLESS), reached.deleted_at.is_(None)).correlate(tried).exists()
    clauses = (*same, tried.outcome.in_(FRUITLESS), tried.deleted_at.is_(None), ~since)
    return sa.select(sa.func.count()).select_from(tried).where(*clauses).correlate(Participation).scalar_subquery()


def to_stop(most: int | None) -> sa.ColumnElement[bool]:
    """Return the clause that a target has been tried in vain as often as the rule allows, and is to be called unreachable."""
    if most is None:
        return sa.false()
    open_ = Participation.disposition.in_((Disposition.TO_CONTACT, Disposition.CONTACTED, Disposition.TO_QUALIFY))
    return sa.and_(open_, fruitless() >= most)
