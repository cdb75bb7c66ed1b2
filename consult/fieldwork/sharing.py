"""Targets shared out between members of the team: as many to each, or each commune to one, counting what they have already."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.fieldwork.dispositions import OPEN
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.scope import current
from consult.organisations import bulk, listing
from consult.organisations.bulk import Outcome
from consult.organisations.models import Site
from consult.organisations.participation import Participation
from consult.studies.models import Membership, Role

EVEN, COMMUNE = "even", "commune"
WHO_CALLS = (Role.CONSULTANT, Role.LEAD)


@dataclass(frozen=True)
class Load:
    """A member of the team who calls, and how many open targets they look after."""

    user_id: int
    name: str
    role: Role
    targets: int


def loads() -> list[Load]:
    """Return who of the team may look after targets, with what they have, by name."""
    mine = sa.and_(Participation.owner_id == User.id, Participation.in_frame, Participation.disposition.in_(OPEN))
    query = (
        sa.select(User.id, User.name, Membership.role, sa.func.count(Participation.id))
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Participation, mine)
        .where(Membership.study_id == current().study_id, Membership.role.in_(WHO_CALLS))
        .group_by(User.id, User.name, Membership.role)
        .order_by(User.name, User.id)
    )
    return [Load(*row) for row in db.session.execute(query)]


def consultants() -> list[int]:
    """Return the consultants of the study, or its leads where there is none: between whom targets are shared unless somebody says."""
    found = loads()
    return [each.user_id for each in found if each.role == Role.CONSULTANT] or [each.user_id for each in found]


def share(organisation_ids: Sequence[int], user_ids: Sequence[int], how: str) -> Outcome:
    """Give targets to members of the team; the marks of the outcome take it back. Raises Refused without targets or people."""
    known = {each.user_id: each.targets for each in loads()}
    among = [user_id for user_id in dict.fromkeys(user_ids) if user_id in known]
    if not among:
        raise Refused("nobody_to_share", field="among")
    chosen = _targets(organisation_ids)
    if not chosen:
        raise Refused("nothing_chosen")
    parts = divide(chosen, {user_id: known[user_id] for user_id in among}, how)
    outcomes = [bulk.apply("owner", str(user_id), ids) for user_id, ids in parts.items() if ids]
    return Outcome(sum(each.done for each in outcomes), after=outcomes[0].after, until=outcomes[-1].until)


def divide(targets: Iterable[Any], has: dict[int, int], how: str) -> dict[int, list[int]]:
    """Divide targets between people by what each has: whole communes at a time, the largest first, or one by one.

    Targets are rows (organisation_id, commune, owner_id); those that one of them looks after count as free to be given anew.
    """
    rows = list(targets)
    heap = [(number - sum(row.owner_id == user_id for row in rows), user_id) for user_id, number in sorted(has.items())]
    heapq.heapify(heap)
    given: dict[int, list[int]] = {user_id: [] for user_id in has}
    for lot in _lots(rows, how):
        number, user_id = heapq.heappop(heap)
        given[user_id] += lot
        heapq.heappush(heap, (number + len(lot), user_id))
    return given


def _lots(rows: Sequence[Any], how: str) -> list[list[int]]:
    if how != COMMUNE:
        return [[row.organisation_id] for row in rows]
    places: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        places[row.commune or ""].append(row.organisation_id)
    alone = [[organisation_id] for organisation_id in places.pop("", [])]
    return sorted(places.values(), key=lambda lot: (-len(lot), lot)) + alone


def _targets(organisation_ids: Sequence[int]) -> list[Any]:
    """The targets to be given, the most important first, with where their head office is."""
    head = sa.and_(Site.organisation_id == Participation.organisation_id, Site.is_head_office)
    query = (
        sa.select(Participation.organisation_id, sa.func.max(Site.commune_code).label("commune"), Participation.owner_id)
        .outerjoin(Site, head)
        .where(Participation.in_frame)
        .group_by(Participation.organisation_id, Participation.owner_id, Participation.priority, Participation.sort_name)
        .order_by(listing.SORTS["priority"], Participation.sort_name, Participation.organisation_id)
    )
    wanted = set(organisation_ids)
    return [row for row in db.session.execute(query) if row.organisation_id in wanted]
