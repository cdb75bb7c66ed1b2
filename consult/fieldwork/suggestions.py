"""Who suggested whom (snowball), and which target stands in for which."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.fieldwork import dispositions
from consult.fieldwork.models import Replacement, Suggestion
from consult.kernel import actor
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import now
from consult.organisations import duplicates, participating, people_service
from consult.organisations import service as directory
from consult.organisations.models import Organisation, OrganisationKind
from consult.organisations.participation import Disposition, Participation
from consult.organisations.people_models import Person

BY = ("by_organisation_id", "by_person_id", "interview_id", "note")
ENTERING = ("segment_id", "owner_id", "priority", "channel")

_heard: list[Callable[[int], Any]] = []


def heard_in(check: Callable[[int], Any]) -> None:
    """Have the slice of interviews tell whether one exists for whoever notes that it suggested somebody: `check` raises NotFound."""
    _heard[:] = [check]


def enter(values: Mapping[str, Any]) -> Participation:
    """Put an organisation into the target list: one of the study (its id), or one that is created by its name; with who suggested it.

    `values`: `organisation` (id or new name), `kind`, `commune`, ENTERING, BY. Raises Refused("look_alike") for a name that resembles
    others, unless `anyway`.
    """
    named = values["organisation"]
    entering = {name: values[name] for name in ENTERING if values.get(name)}
    if isinstance(named, str):
        facts = {"name": named, "kind": values.get("kind") or OrganisationKind.COMPANY, "commune": values.get("commune"), **entering}
        if not values.get("anyway") and (alike := duplicates.find(duplicates.candidate(facts))):
            raise Refused("look_alike", field="organisation", alike=alike, number=len(alike))
        named = directory.create({**facts, "in_frame": True}, anyway=True).organisation.id
    here = directory.participation_of(named)
    participating.fill(here, {"in_frame": True, **entering})
    if any(values.get(name) for name in BY):
        suggest(named, values)
    return here


def suggest(organisation_id: int, values: Mapping[str, Any]) -> Suggestion:
    """Note who suggested a target: an organisation, a person, an interview, or a word. Raises Refused when nothing of it is said, or when
    it would have suggested itself."""
    if not any(values.get(name) for name in BY):
        raise Refused("suggested_by_nobody", field="by_organisation_id")
    if values.get("by_organisation_id") == organisation_id:
        raise Refused("suggests_itself", field="by_organisation_id")
    if values.get("by_organisation_id"):
        directory.get(values["by_organisation_id"])
    if values.get("by_person_id"):
        people_service.get(values["by_person_id"])
    if values.get("interview_id"):
        for check in _heard:
            check(values["interview_id"])
    made = Suggestion(organisation_id=organisation_id, **{name: values.get(name) or None for name in BY})
    db.session.add(made)
    db.session.flush()
    return made


def of(organisation_id: int) -> Sequence[Suggestion]:
    """Return who suggested a target, in the order in which it was noted."""
    query = sa.select(Suggestion).where(Suggestion.organisation_id == organisation_id).order_by(Suggestion.id)
    return db.session.scalars(query.options(joinedload(Suggestion.by_organisation), joinedload(Suggestion.by_person))).all()


def by(organisation_id: int) -> Sequence[Suggestion]:
    """Return whom an organisation suggested."""
    query = sa.select(Suggestion).where(Suggestion.by_organisation_id == organisation_id).order_by(Suggestion.id)
    return db.session.scalars(query.options(joinedload(Suggestion.organisation, innerjoin=True))).all()


def name_of(kind: str, record_id: int) -> str:
    """Return what an organisation or a person of the study is called; nothing for one that is not in it."""
    name = Organisation.name if kind == "organisation" else sa.func.coalesce(Person.first_name + " ", "") + Person.last_name
    model: Any = Organisation if kind == "organisation" else Person
    return db.session.scalar(sa.select(name).where(model.id == record_id)) or ""


def get(organisation_id: int, suggestion_id: int, deleted: bool = False) -> Suggestion:
    """Return a suggestion about a target. Raises NotFound."""
    query = sa.select(Suggestion).where(Suggestion.id == suggestion_id, Suggestion.organisation_id == organisation_id)
    found = db.session.scalar(query.execution_options(include_deleted=deleted))
    if found is None:
        raise NotFound
    return found


def remove(suggestion: Suggestion) -> None:
    """Take a suggestion away; the target stays."""
    suggestion.deleted_at, suggestion.deleted_by_id = now(), actor.current().user_id
    db.session.flush()


def bring_back(suggestion: Suggestion) -> None:
    """Bring a suggestion back."""
    suggestion.deleted_at = suggestion.deleted_by_id = None
    db.session.flush()


def replace(organisation_id: int, values: Mapping[str, Any]) -> Replacement:
    """Have another organisation stand in for a target: it enters the target list in the same segment, with the same priority and owner.

    `values`: `organisation` (id or new name), `cause`, `reason`, `anyway`. Raises Refused.
    """
    here = dispositions.target(organisation_id)
    if values["organisation"] == organisation_id:
        raise Refused("replaces_itself", field="organisation")
    dispositions.check_cause(Disposition.REPLACED, values.get("cause"), values.get("reason"))
    same = {name: getattr(here, name) for name in ENTERING}
    given = values["organisation"]
    known = directory.participation_of(given) if isinstance(given, int) else None
    other = known if known is not None and known.in_frame else enter({**same, **values, "note": None})
    why = {"disposition_cause": values.get("cause"), "disposition_reason": values.get("reason")}
    moved = dispositions.move(here, {"disposition": Disposition.REPLACED, **why})
    made = Replacement(organisation_id=organisation_id, by_organisation_id=other.organisation_id, was=moved)
    db.session.add(made)
    db.session.flush()
    return made


def replacement_of(organisation_id: int) -> Replacement | None:
    """Return what stands in for a target, if something does."""
    query = sa.select(Replacement).where(Replacement.organisation_id == organisation_id).order_by(Replacement.id.desc()).limit(1)
    return db.session.scalar(query.options(joinedload(Replacement.by_organisation, innerjoin=True)))


def replaced_by(organisation_id: int) -> Sequence[Replacement]:
    """Return the targets for which an organisation stands in."""
    query = sa.select(Replacement).where(Replacement.by_organisation_id == organisation_id).order_by(Replacement.id)
    return db.session.scalars(query.options(joinedload(Replacement.organisation, innerjoin=True))).all()


def unreplace(organisation_id: int) -> None:
    """Take a replacement back; the organisation that stood in stays in the target list. Raises NotFound, or Refused."""
    made = replacement_of(organisation_id)
    if made is None:
        raise NotFound
    dispositions.put_back(dispositions.target(organisation_id), made.was)
    made.deleted_at, made.deleted_by_id = now(), actor.current().user_id
    db.session.flush()
