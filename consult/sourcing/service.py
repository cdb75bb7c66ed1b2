"""Needs and capabilities: noted, changed, deleted and brought back; what is new among components and processes is added to their lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.accounts.models import User
from consult.interviews.files import level_within
from consult.interviews.follow_ups import first_organisation
from consult.interviews.models import Interview
from consult.kernel import audit, refs
from consult.kernel.audit import AuditEntry
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import Confidentiality, now
from consult.kernel.scope import current, unscoped
from consult.organisations.participation import Participation
from consult.sourcing.models import Capability, Need, Sourced
from consult.studies.permissions import refuse_without
from consult.terms import service as terms
from consult.terms.models import TermList

COMMON = ("component_id", "process_id", "unit", "confidentiality", "note")
COLUMNS: dict[type[Any], tuple[str, ...]] = {
    Need: (*COMMON, "volume_per_year", "quality", "horizon", "source_country", "criticality", "relocatable"),
    Capability: (*COMMON, "capacity_per_year", "spare_percent", "certifications", "maturity", "verified_on", "source"),
}
"""The columns that people type, of each."""
LISTS = {"component_id": TermList.COMPONENT, "process_id": TermList.PROCESS}
"""The columns that name a managed term, with the list it is of."""
S = TypeVar("S", Need, Capability)


def add(model: type[S], values: Mapping[str, Any], interview: Interview | None = None) -> S:
    """Note a need or a capability. `values` holds its COLUMNS and `organisation_id`; of an interview it is the first named unless given. A
    component or a process is required; a new one is given by its name. Raises Refused with the field."""
    refuse_without("log_interviews")
    organisation_id = values.get("organisation_id") or (first_organisation(interview) if interview else None)
    made = model(
        ref=refs.take(model.ref_prefix)[0],
        study_id=current().study_id,
        organisation_id=_known(organisation_id),
        interview_id=interview.id if interview else None,
        confidentiality=level_within(interview.confidentiality) if interview else Confidentiality.TEAM,
    )
    _fill(made, {name: value for name, value in values.items() if value is not None})
    db.session.add(made)
    db.session.flush()
    return made


def _known(organisation_id: int | None) -> int:
    if organisation_id is None:
        raise Refused("organisation_required", field="organisation_id")
    if db.session.scalar(sa.select(Participation.id).where(Participation.organisation_id == organisation_id)) is None:
        raise Refused("organisation_unknown", field="organisation_id")
    return organisation_id


def _fill(record: Sourced, values: Mapping[str, Any]) -> None:
    with db.session.no_autoflush:
        for name in COLUMNS[type(record)]:
            if name in values:
                value = _term(LISTS[name], values[name]) if name in LISTS else values[name]
                if value is None and name == "confidentiality":
                    raise Refused("value_required", field=name)
                if getattr(record, name) != value:
                    setattr(record, name, value)
    if record.component_id is None and record.process_id is None:
        raise Refused("component_or_process", field="component_id")


def _term(kind: TermList, picked: int | str | None) -> int | None:
    """Return the term that was picked, or made of the name that was typed. Raises Refused for one of another list."""
    if picked is None:
        return None
    if isinstance(picked, str):
        return terms.find_or_create(kind, picked).id
    found = terms.get(picked)
    if found.list != kind:
        raise Refused("value_unknown", field="component_id" if kind == TermList.COMPONENT else "process_id")
    return found.id


def get(model: type[S], record_id: int, deleted: bool = False) -> S:
    """Return a need or a capability. Raises NotFound also when the reader may not know of it."""
    state = model.deleted_at.is_not(None) if deleted else model.deleted_at.is_(None)
    beside = [joinedload(getattr(model, name)) for name in ("organisation", "interview", "component", "process")]
    query = sa.select(model).where(model.id == record_id, state).options(*beside)
    found = db.session.scalar(query.execution_options(include_deleted=deleted))
    if found is None or found.organisation is None:
        raise NotFound
    return found


def update(record: Need | Capability, values: Mapping[str, Any], seen: int | None) -> None:
    """Change a record over version `seen`; what `values` does not name stays. Raises Conflict, or Refused with the field."""
    refuse_without("log_interviews")
    expect_version(record, seen)
    if values.get("organisation_id") not in (None, record.organisation_id):
        record.organisation_id = _known(values["organisation_id"])
    _fill(record, values)
    db.session.flush()


def delete(record: Need | Capability) -> None:
    """Put a record away; `bring_back` undoes it."""
    refuse_without("log_interviews")
    record.deleted_at, record.deleted_by_id = now(), current().user_id
    db.session.flush()


def bring_back(record: Need | Capability) -> None:
    """Undo the deletion of a record."""
    refuse_without("log_interviews")
    record.deleted_at = record.deleted_by_id = None
    db.session.flush()


def history(record: Need | Capability) -> Sequence[AuditEntry]:
    """Return what happened to a record, newest first."""
    return audit.history(record.__tablename__, record.id)


def names_of(user_ids: Collection[int]) -> dict[int, str]:
    """Return the names of users by id."""
    query = sa.select(User.id, User.name).where(User.id.in_(user_ids))
    return {row.id: row.name for row in db.session.execute(query)} if user_ids else {}


def restore(record: Need | Capability, entry_id: int, field: str) -> None:
    """Give a field the value it had before an entry. Raises NotFound when the entry is not about it, Refused where a rule forbids it."""
    entry = db.session.get(AuditEntry, entry_id)
    if entry is None or (entry.entity, entry.entity_id) != (record.__tablename__, record.id):
        raise NotFound
    if field not in COLUMNS[type(record)] or field not in entry.changes:
        raise NotFound
    update(record, {field: audit.decode(record, field, entry.changes[field][0])}, None)


def standing(organisation_ids: Sequence[int]) -> set[int]:
    """Return those of the organisations of which a need or a capability is noted, be it one that the reader may not know of."""
    found: set[int] = set()
    with unscoped("an organisation stays while any need or capability of it is noted, whoever may read that one"):
        for model in (Need, Capability):
            here = (model.study_id == current().study_id, model.deleted_at.is_(None), model.organisation_id.in_(organisation_ids))
            found.update(db.session.scalars(sa.select(model.organisation_id).where(*here)))
    return found
