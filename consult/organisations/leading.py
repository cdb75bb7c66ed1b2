"""Who may merge two records of the directory: a lead of every study that either takes part in, else an administrator who works here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.kernel.db import db
from consult.kernel.scope import current, unscoped
from consult.organisations.merge_models import Kind
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation
from consult.organisations.references import links_onto
from consult.studies.models import Membership, Role, Study
from consult.studies.permissions import may

WHY = "merging is for who leads every study concerned, so these have to be known; no other study's name is told"


def concerned(kind: Kind, ids: Sequence[int]) -> set[int]:
    """Return the studies in which records take part: those of an organisation's participations; of a person, those of the organisations
    where they have a post, and those that name them."""
    with unscoped(WHY):
        found = set(db.session.scalars(_through_organisations(kind, ids)))
        for query in _named(kind, ids) if kind is Kind.PERSON else ():
            found |= set(db.session.scalars(query))
        alive = sa.select(Study.id).where(Study.id.in_(found - {None}))
        return set(db.session.scalars(alive))


def _through_organisations(kind: Kind, ids: Sequence[int]) -> Any:
    query = sa.select(Participation.study_id).distinct()
    if kind is Kind.ORGANISATION:
        return query.where(Participation.organisation_id.in_(ids))
    return query.join(Affiliation, Affiliation.organisation_id == Participation.organisation_id).where(Affiliation.person_id.in_(ids))


def _named(kind: Kind, ids: Sequence[int]) -> list[Any]:
    """The studies of the rows that name a record, of every table that has a study."""
    queries = []
    for link in links_onto(kind.value):
        if "study_id" in link.table.c:
            alive = [link.table.c.deleted_at.is_(None)] if "deleted_at" in link.table.c else []
            named = link.table.c[link.columns[0]].in_(ids)
            queries.append(sa.select(link.table.c.study_id).distinct().where(named, *alive))
    return queries


def leads(study_ids: set[int]) -> Sequence[Any]:
    """Return who leads every one of some studies, as rows (id, name), by name."""
    query = (
        sa.select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(User.is_active, Membership.role == Role.LEAD, Membership.study_id.in_(study_ids))
        .group_by(User.id, User.name)
        .having(sa.func.count(sa.distinct(Membership.study_id)) == len(study_ids))
    )
    return db.session.execute(query.order_by(User.name, User.id)).all()


def reader_may_merge(study_ids: set[int]) -> bool:
    """Tell whether the person acting may merge records of some studies: they lead all of these, or administer the installation."""
    here = current()
    if here.user_id is None:
        return True  # the system itself
    if not may(here.role, "edit_directory"):
        return False
    if any(row.id == here.user_id for row in leads(study_ids)):
        return True
    return bool(db.session.scalar(sa.select(User.is_admin).where(User.id == here.user_id)))


def led_by_reader(study_ids: set[int]) -> set[int]:
    """Return those of the studies that the person acting leads: of others nothing is told, not even to an administrator."""
    query = sa.select(Membership.study_id).where(
        Membership.user_id == current().user_id, Membership.role == Role.LEAD, Membership.study_id.in_(study_ids)
    )
    return set(db.session.scalars(query))
