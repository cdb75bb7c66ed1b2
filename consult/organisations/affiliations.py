"""What people do, or did, in organisations. At most one open post of a person is the main one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import now
from consult.kernel.scope import current, unscoped
from consult.organisations.models import Organisation
from consult.organisations.people_models import Affiliation

FIELDS = ("job_title", "function", "since", "until")


def of(person_id: int) -> Sequence[Affiliation]:
    """Return the posts of a person in organisations of the study, open ones first."""
    query = sa.select(Affiliation).where(Affiliation.person_id == person_id).options(joinedload(Affiliation.organisation))
    order = (Affiliation.until.is_not(None), Affiliation.is_main.desc(), Affiliation.until.desc(), Affiliation.id)
    return db.session.scalars(query.order_by(*order)).all()


def staff(organisation_id: int) -> Sequence[Affiliation]:
    """Return the posts in an organisation with who holds them, open ones first, the main ones before."""
    query = sa.select(Affiliation).where(Affiliation.organisation_id == organisation_id)
    order = (Affiliation.until.is_not(None), Affiliation.is_main.desc(), Affiliation.id)
    return db.session.scalars(query.options(joinedload(Affiliation.person, innerjoin=True)).order_by(*order)).all()


def get(person_id: int, affiliation_id: int, deleted: bool = False) -> Affiliation:
    """Return a post of a person. Raises NotFound."""
    state = Affiliation.deleted_at.is_not(None) if deleted else Affiliation.deleted_at.is_(None)
    query = sa.select(Affiliation).where(Affiliation.id == affiliation_id, Affiliation.person_id == person_id, state)
    found = db.session.scalar(query.execution_options(include_deleted=deleted))
    if found is None:
        raise NotFound
    return found


def add(person_id: int, values: Mapping[str, Any]) -> Affiliation:
    """Give a person a post. It becomes the main one when asked, or when they have no other open one."""
    _refuse_backwards(values)
    organisation_id = values["organisation_id"]
    if db.session.scalar(sa.select(Organisation.id).where(Organisation.id == organisation_id)) is None:
        raise Refused("organisation_unknown", field="organisation_id")
    is_open = values.get("until") is None
    main = is_open and (bool(values.get("is_main")) or not _has_main(person_id))
    if main:
        _step_down(person_id)
    post = Affiliation(person_id=person_id, organisation_id=organisation_id, is_main=main, **{n: values.get(n) for n in FIELDS})
    db.session.add(post)
    db.session.flush()
    return post


def update(post: Affiliation, values: Mapping[str, Any]) -> None:
    """Change a post; one that ends is the main one no more."""
    _refuse_backwards(values)
    main = bool(values.get("is_main")) and values.get("until") is None
    if main and not post.is_main:
        _step_down(post.person_id)
    for name in FIELDS:
        if name in values:
            setattr(post, name, values[name])
    post.is_main = main
    db.session.flush()


def end(post: Affiliation, on: dt.date) -> None:
    """End a post on a day: it stays in the history of the person and of the organisation."""
    update(post, {"since": post.since, "until": on, "is_main": False})


def delete(post: Affiliation) -> None:
    """Delete a post entered by mistake. Raises Refused("last_post") for the only one: nobody could see the person any more."""
    if len(of(post.person_id)) == 1:
        raise Refused("last_post")
    post.deleted_at, post.deleted_by_id = now(), current().user_id
    db.session.flush()


def restore(post: Affiliation) -> None:
    """Bring a deleted post back; it gives way to the main one that came meanwhile."""
    post.is_main = post.is_main and post.until is None and not _has_main(post.person_id)
    post.deleted_at = post.deleted_by_id = None
    db.session.flush()


def _has_main(person_id: int) -> bool:
    with unscoped("a person has one main post whatever the study"):
        return db.session.scalar(_main(person_id)) is not None


def _main(person_id: int) -> Any:
    return sa.select(Affiliation).where(Affiliation.person_id == person_id, Affiliation.is_main, Affiliation.until.is_(None))


def _step_down(person_id: int) -> None:
    with unscoped("a person has one main post whatever the study"):
        for post in db.session.scalars(_main(person_id)):
            post.is_main = False
        db.session.flush()


def _refuse_backwards(values: Mapping[str, Any]) -> None:
    since, until = values.get("since"), values.get("until")
    if since and until and until < since:
        raise Refused("ends_before_it_begins", field="until")
