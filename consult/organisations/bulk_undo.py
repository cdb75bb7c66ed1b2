"""The way back from a bulk change of organisations: what it did is found in the audit, between two marks. What somebody has changed since
stays, and so does an organisation whose SIREN or SIRET was given to another meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import sqlalchemy as sa

from consult.kernel import audit
from consult.kernel.audit import AuditEntry, Deed
from consult.kernel.db import db
from consult.kernel.scope import current, unscoped
from consult.organisations import deletion
from consult.organisations.bulk import WHY, Outcome
from consult.organisations.bulk import entry as written
from consult.organisations.models import Organisation, OrganisationTerm, Site
from consult.organisations.participation import Participation

MODELS: dict[str, Any] = {"participation": Participation, "organisation": Organisation, "site": Site}


def undo(after: int, until: int) -> Outcome:
    """Take back what the person acting did between two marks in this study. What was changed since stays and is counted as left."""
    done = left = 0
    with unscoped(WHY):
        entries = _between(after, until)
        held = {e.subject_id for e in entries if e.entity == "organisation" and deletion.held_by_others(e.subject_id or 0, _deleted_at(e))}
        for entry in entries:
            if entry.subject_id not in held and _take_back(entry):
                done += entry.entity not in ("organisation", "site")
            else:
                left += entry.entity not in ("organisation", "site")
    db.session.flush()
    db.session.expire_all()
    return Outcome(done, left, "changed_since" if left else "")


def _between(after: int, until: int) -> list[AuditEntry]:
    query = sa.select(AuditEntry).where(
        AuditEntry.id > after,
        AuditEntry.id <= until,
        AuditEntry.study_id == current().study_id,
        AuditEntry.actor_id == current().user_id,
        AuditEntry.subject == "organisation",
        AuditEntry.entity.in_(("participation", "organisation", "site", "organisation_term")),
    )
    return list(db.session.scalars(query.order_by(AuditEntry.id.desc())))


def _take_back(entry: AuditEntry) -> bool:
    if entry.entity == "organisation_term":
        return _untag(entry.subject_id or 0, entry.changes["term_id"][1])
    model: Any = MODELS[entry.entity]
    record = db.session.get(model, entry.entity_id, execution_options={"include_deleted": True})
    if record is None or any(audit.encode(getattr(record, k)) != new for k, (_old, new) in entry.changes.items()):
        return False
    for name, (old, _new) in entry.changes.items():
        setattr(record, name, audit.decode(model, name, old))
    return True


def _untag(organisation_id: int, term_id: int) -> bool:
    table: Any = OrganisationTerm.__table__
    gone = sa.delete(table).where(table.c.organisation_id == organisation_id, table.c.term_id == term_id)
    if not cast(Any, db.session.execute(gone)).rowcount:
        return False
    audit.write(db.session(), [written("organisation_term", None, organisation_id, {"term_id": [term_id, None]}, None, Deed.DELETED)])
    return True


def _deleted_at(entry: AuditEntry) -> dt.datetime | None:
    """When an organisation was deleted by the change that an entry tells of, if it was."""
    at = entry.changes.get("deleted_at", (None, None))[1]
    return audit.decode(Organisation, "deleted_at", at) if at else None
