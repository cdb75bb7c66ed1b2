"""The two sides of a pair, in short: what each record is called, and what tells it from its namesakes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.kernel.bulk import chunks
from consult.kernel.db import db
from consult.organisations.merge_models import Kind
from consult.organisations.models import Organisation, Site
from consult.organisations.people_models import Affiliation, Person


@dataclass(frozen=True)
class Side:
    """One record of a pair."""

    id: int
    ref: str
    name: str
    hint: str


def sides_of(kind: Kind, ids: Iterable[int]) -> dict[int, Side]:
    """Read records in short, those of them that the reader may see."""
    query, record_id = _organisations() if kind is Kind.ORGANISATION else _people()
    found: dict[int, Side] = {}
    for some in chunks(set(ids)):
        rows = db.session.execute(query.where(record_id.in_(some)))
        found.update((row.id, Side(row.id, row.ref, row.name, row.hint or "")) for row in rows)
    return found


def _organisations() -> tuple[Any, Any]:
    where = sa.select(sa.func.min(Site.commune_name)).where(Site.organisation_id == Organisation.id, Site.is_head_office)
    return sa.select(Organisation.id, Organisation.ref, Organisation.name, where.scalar_subquery().label("hint")), Organisation.id


def _people() -> tuple[Any, Any]:
    where = (
        sa.select(sa.func.min(Organisation.name))
        .join(Affiliation, Affiliation.organisation_id == Organisation.id)
        .where(Affiliation.person_id == Person.id)
    )
    name = sa.func.coalesce(Person.first_name + " ", "") + Person.last_name
    return sa.select(Person.id, Person.ref, name.label("name"), where.scalar_subquery().label("hint")), Person.id
