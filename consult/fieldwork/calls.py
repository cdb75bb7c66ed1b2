"""Whom somebody is to call: late, today, never called yet, later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.fieldwork import attempts, claims, targets
from consult.fieldwork.dispositions import TO_CALL
from consult.fieldwork.models import ContactAttempt, ContactClaim
from consult.kernel.db import db
from consult.organisations import listing
from consult.organisations.models import Organisation, Site
from consult.organisations.participation import Participation
from consult.studies.models import Segment

SHOWN = 40
"""How many calls a heading shows; the target list has them all."""
HEADINGS = LATE, TODAY, TO_START, LATER = ("late", "today", "start", "later")
LAST = 3


@dataclass(frozen=True)
class Call:
    """A target to be called: the row of the target list, whom to ask for, the last attempts, who is calling it now, whether to stop."""

    row: Any
    contact: Any
    tries: Sequence[ContactAttempt]
    times: int
    claim: ContactClaim | None
    stops: bool


@dataclass
class Heading:
    """The calls under one heading, and how many there are of them in all."""

    key: str
    total: int = 0
    calls: list[Call] = field(default_factory=list)


def of(user_id: int, today: dt.date, headings: Sequence[str] = HEADINGS) -> list[Heading]:
    """Return whom somebody is to call, under headings: all of them, or some. A constant number of statements."""
    totals = _totals(user_id, today)
    wanted = [Heading(key, totals.get(key, 0)) for key in HEADINGS if key in headings]
    rows = [row for each in wanted if each.total for row in db.session.execute(_rows(user_id, today, each.key))]
    made = _calls(rows)
    for each in wanted:
        each.calls = [call for call in made if call.row.heading == each.key]
    return wanted


def _heading(today: dt.date) -> Any:
    on = Participation.next_on
    return sa.case((on.is_(None), TO_START), (on < today, LATE), (on == today, TODAY), else_=LATER)


def _mine(user_id: int) -> list[Any]:
    return [Participation.in_frame, Participation.owner_id == user_id, Participation.disposition.in_(TO_CALL)]


def _totals(user_id: int, today: dt.date) -> dict[str, int]:
    heading = _heading(today)
    sums = [sa.func.coalesce(sa.func.sum(sa.case((heading == key, 1), else_=0)), 0).label(key) for key in HEADINGS]
    return dict(db.session.execute(sa.select(*sums).where(*_mine(user_id))).one()._mapping)


def _rows(user_id: int, today: dt.date, heading: str) -> Any:
    head = sa.and_(Site.organisation_id == Participation.organisation_id, Site.is_head_office)
    here, org = Participation, Organisation
    columns = (
        here.organisation_id, org.ref, org.name, org.phone, here.disposition, here.priority, here.channel, here.next_on, here.next_time,
        here.version, Segment.label.label("segment"), Segment.kind.label("segment_kind"), Site.commune_name,
        sa.literal(heading).label("heading"), attempts.to_stop(attempts.stop_after()).label("stops"),
    )  # fmt: skip
    return (
        sa.select(*columns)
        .select_from(Participation)
        .join(Organisation, Organisation.id == here.organisation_id)
        .outerjoin(Segment, Segment.id == here.segment_id)
        .outerjoin(Site, head)
        .where(*_mine(user_id), _heading(today) == heading)
        .order_by(here.next_on, here.next_time.nulls_last(), listing.SORTS["priority"], here.sort_name, here.organisation_id)
        .limit(SHOWN)
    )


def _calls(rows: Sequence[Any]) -> list[Call]:
    ids = [row.organisation_id for row in rows]
    if not ids:
        return []
    contacts, tried, claimed = targets.contacts_of(ids), last_tries(ids), claims.of(ids)
    return [
        Call(
            row, contacts.get(row.organisation_id), tried.get(row.organisation_id, [])[:LAST],
            len(tried.get(row.organisation_id, [])), claimed.get(row.organisation_id), bool(row.stops),
        )
        for row in rows
    ]  # fmt: skip


def last_tries(organisation_ids: Sequence[int]) -> dict[int, list[ContactAttempt]]:
    """Return the attempts to reach organisations, by organisation, the latest first."""
    query = sa.select(ContactAttempt).where(ContactAttempt.organisation_id.in_(organisation_ids)).options(joinedload(ContactAttempt.by))
    found: dict[int, list[ContactAttempt]] = {}
    for attempt in db.session.scalars(query.order_by(ContactAttempt.at.desc(), ContactAttempt.id.desc())):
        found.setdefault(attempt.organisation_id, []).append(attempt)
    return found
