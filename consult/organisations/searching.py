"""What of the directory is found by the one search: organisations and people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.model import AnySelect
from consult.kernel.search import Source, Text
from consult.organisations.models import Organisation, Site
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation, Person


def _organisation_texts(ids: Sequence[int]) -> Iterable[Text]:
    query = sa.select(Organisation.id, Organisation.search_key, Organisation.description).where(Organisation.id.in_(ids))
    return [Text(row.id, None, None, f"{row.search_key} {row.description or ''}") for row in db.session.execute(query)]


def _organisation_rows() -> AnySelect:
    head = sa.and_(Site.organisation_id == Organisation.id, Site.is_head_office)
    return (
        sa.select(
            Organisation.id.label("id"), Organisation.name.label("title"), sa.null().label("day"), Organisation.description.label("body"),
            sa.func.coalesce(Site.commune_name, Organisation.ref).label("hint"),
        )
        .join(Participation, Participation.organisation_id == Organisation.id)
        .outerjoin(Site, head)
    )  # fmt: skip


def _person_texts(ids: Sequence[int]) -> Iterable[Text]:
    posts = sa.select(Affiliation.person_id, Affiliation.job_title).where(Affiliation.person_id.in_(ids), Affiliation.until.is_(None))
    titles: dict[int, list[str]] = {}
    for post in db.session.execute(posts):
        titles.setdefault(post.person_id, []).append(post.job_title or "")
    query = sa.select(Person.id, Person.search_key, Person.notes).where(Person.id.in_(ids))
    for row in db.session.execute(query):
        yield Text(row.id, None, None, " ".join((row.search_key, *titles.get(row.id, ()), row.notes or "")))


def _person_rows() -> AnySelect:
    post = sa.select(Affiliation.job_title).where(Affiliation.person_id == Person.id, Affiliation.until.is_(None))
    work = (
        sa.select(Organisation.name)
        .join(Affiliation, Affiliation.organisation_id == Organisation.id)
        .where(Affiliation.person_id == Person.id, Affiliation.until.is_(None))
    )
    main = Affiliation.is_main.desc(), Affiliation.id
    return sa.select(
        Person.id.label("id"),
        (sa.func.coalesce(Person.first_name + " ", "") + Person.last_name).label("title"),
        work.order_by(*main).limit(1).scalar_subquery().label("hint"),
        sa.null().label("day"),
        post.order_by(*main).limit(1).scalar_subquery().label("body"),
        Person.notes.label("body_more"),
    )


ORGANISATIONS = Source(
    "organisation", 1, "organisation", Organisation.id, _organisation_texts, _organisation_rows, names=True,
    parts={"alias": "organisation_id", "site": "organisation_id", "organisation": "merged_into_id"},
    order=(Organisation.sort_name, Organisation.id),
)  # fmt: skip
PEOPLE = Source(
    "person", 2, "person", Person.id, _person_texts, _person_rows, names=True,
    parts={"affiliation": "person_id", "person_email": "person_id", "person": "merged_into_id"},
    order=(Person.sort_name, Person.id),
)  # fmt: skip
