"""Follow-ups: what was promised after a meeting, by whom and by which day; late is derived, never stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.interviews import taking_part
from consult.interviews.follow_ups_models import FollowUp
from consult.interviews.models import Interview
from consult.kernel import refs
from consult.kernel.bulk import chunks
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import now
from consult.kernel.scope import current, unscoped
from consult.organisations.participation import Participation
from consult.studies.permissions import refuse_without

COLUMNS = ("title", "owner_id", "due", "note")
"""The columns that people type."""


def add(values: Mapping[str, Any], interview: Interview | None = None) -> FollowUp:
    """Promise something. `values` holds COLUMNS and `organisation_id`; of an interview it is the first named unless given, and the person
    acting has it to do unless somebody else is said. Only the title and an organisation are required. Raises Refused with the field."""
    refuse_without("log_interviews")
    organisation_id = values.get("organisation_id") or (first_organisation(interview) if interview else None)
    made = FollowUp(
        ref=refs.take("FUP")[0],
        study_id=current().study_id,
        organisation_id=_known(organisation_id),
        interview_id=interview.id if interview else None,
        title=_said(values.get("title")),
        owner_id=_member(values.get("owner_id")),
        due=values.get("due"),
        note=values.get("note"),
    )
    db.session.add(made)
    db.session.flush()
    return made


def first_organisation(interview: Interview) -> int | None:
    """Return the organisation first named in an interview, of those that are in the study."""
    return next((link.organisation_id for link in interview.organisation_links if link.organisation is not None), None)


def _known(organisation_id: int | None) -> int:
    here = sa.select(Participation.id).where(Participation.organisation_id == organisation_id)
    if organisation_id is None or db.session.scalar(here) is None:
        raise Refused("organisation_required" if organisation_id is None else "organisation_unknown", field="organisation_id")
    return organisation_id


def _said(title: str | None) -> str:
    if not title:
        raise Refused("value_required", field="title")
    return title


def _member(user_id: int | None) -> int | None:
    if user_id is not None and user_id not in {member for member, _name in taking_part.team()}:
        raise Refused("owner_not_in_team", field="owner_id")
    return user_id


def get(follow_up_id: int, deleted: bool = False) -> FollowUp:
    """Return a follow-up. Raises NotFound also when the reader may not know of it."""
    state = FollowUp.deleted_at.is_not(None) if deleted else FollowUp.deleted_at.is_(None)
    query = sa.select(FollowUp).where(FollowUp.id == follow_up_id, state)
    beside = (joinedload(FollowUp.organisation), joinedload(FollowUp.interview), joinedload(FollowUp.owner))
    found = db.session.scalar(query.options(*beside).execution_options(include_deleted=deleted))
    if found is None:
        raise NotFound
    return found


def update(follow_up: FollowUp, values: Mapping[str, Any], seen: int | None) -> None:
    """Change a follow-up over version `seen`; what `values` does not name stays. Raises Conflict, or Refused with the field."""
    refuse_without("log_interviews")
    expect_version(follow_up, seen)
    checks: dict[str, Any] = {"title": _said, "owner_id": _member, "organisation_id": _known}
    for name in (*COLUMNS, "organisation_id"):
        if name in values and getattr(follow_up, name) != values[name]:
            setattr(follow_up, name, checks.get(name, lambda value: value)(values[name]))
    db.session.flush()


def finish(follow_up: FollowUp) -> None:
    """Tick a follow-up as done; one that is done stays so."""
    refuse_without("log_interviews")
    follow_up.done_at = follow_up.done_at or now()
    db.session.flush()


def reopen(follow_up: FollowUp) -> None:
    """Undo `finish`."""
    refuse_without("log_interviews")
    follow_up.done_at = None
    db.session.flush()


def finish_many(ids: Sequence[int]) -> tuple[int, dt.datetime]:
    """Tick several as done, all at one instant, by which `reopen_many` knows them again; returns how many were not before, and it."""
    refuse_without("log_interviews")
    done, at = 0, now()
    for some in chunks(ids):
        for follow_up in db.session.scalars(sa.select(FollowUp).where(FollowUp.id.in_(some), FollowUp.done_at.is_(None))):
            follow_up.done_at = at
            done += 1
    db.session.flush()
    return done, at


def reopen_many(at: dt.datetime) -> int:
    """Undo `finish_many`: what was ticked at its instant, and not since; returns how many it concerned."""
    refuse_without("log_interviews")
    found = db.session.scalars(sa.select(FollowUp).where(FollowUp.done_at == at)).all()
    for follow_up in found:
        follow_up.done_at = None
    db.session.flush()
    return len(found)


def delete(follow_up: FollowUp) -> None:
    """Put a follow-up away; `bring_back` undoes it."""
    refuse_without("log_interviews")
    follow_up.deleted_at, follow_up.deleted_by_id = now(), current().user_id
    db.session.flush()


def bring_back(follow_up: FollowUp) -> None:
    """Undo the deletion of a follow-up."""
    refuse_without("log_interviews")
    follow_up.deleted_at = follow_up.deleted_by_id = None
    db.session.flush()


def is_late(due: dt.date | None, done_at: dt.datetime | None, today: dt.date) -> bool:
    """Tell whether something is late: its day is over and it is not done."""
    return done_at is None and due is not None and due < today


def promised(organisation_ids: Sequence[int]) -> set[int]:
    """Return those of the organisations to which something is still promised, be it something that the reader may not know of."""
    here = (FollowUp.study_id == current().study_id, FollowUp.deleted_at.is_(None), FollowUp.done_at.is_(None))
    query = sa.select(FollowUp.organisation_id).where(FollowUp.organisation_id.in_(organisation_ids), *here)
    with unscoped("an organisation stays while anything is promised to it, whoever may read that"):
        return set(db.session.scalars(query))
