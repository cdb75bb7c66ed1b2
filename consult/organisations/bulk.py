"""One change of many organisations of a study at once. Core statements: the rows are never loaded. Its way back is in `bulk_undo`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from consult.kernel import actor, audit
from consult.kernel.audit import AuditEntry, Deed
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.model import now
from consult.kernel.scope import current, unscoped
from consult.organisations import deletion, labelling, participating
from consult.organisations.models import Organisation, OrganisationTerm, Site
from consult.organisations.participation import Disposition, Participation, PlannedChannel, Priority
from consult.terms.models import TermList

CHUNK = 500
WHY = "a bulk change of the study's own participations, each statement bound to the study in scope"
ACTIONS = ("owner", "segment", "priority", "channel", "next_on", "disposition", "tag", "frame", "delete")


@dataclass
class Outcome:
    """What a bulk change did: rows changed, rows left alone with the reason's code, and the marks that its way back needs."""

    done: int
    left: int = 0
    reason: str = ""
    after: int = 0
    until: int = 0


def apply(action: str, value: str, organisation_ids: Sequence[int]) -> Outcome:
    """Do one of ACTIONS to organisations of the study in scope. Raises Refused("nothing_chosen") and the refusals of the fields."""
    if not organisation_ids:
        raise Refused("nothing_chosen")
    db.session.flush()
    after = _mark()
    with unscoped(WHY):
        done, left, reason = _do(action, value, list(organisation_ids))
    db.session.expire_all()
    return Outcome(done, left, reason, after, _mark())


def _do(action: str, value: str, ids: list[int]) -> tuple[int, int, str]:
    if action == "tag":
        return _tag(ids, value), 0, ""
    if action == "delete":
        kept = deletion.kept(ids)
        return _delete([i for i in ids if i not in kept]), len(kept), "organisation_in_use" if kept else ""
    wanted = _values(action, value)
    rows = _participations(ids)
    outside = 0 if action in ("owner", "priority", "frame") else sum(1 for row in rows if not row.in_frame)
    changed = _write(rows if not outside else [row for row in rows if row.in_frame], wanted)
    return changed, outside, "outside_the_target_list" if outside else ""


def _values(action: str, value: str) -> dict[str, Any]:
    if action == "owner":
        return {"owner_id": _member(value)}
    if action == "segment":
        return {"segment_id": _segment(value)}
    if action == "priority":
        return {"priority": Priority(value) if value in set(Priority) else None}
    if action == "channel":
        return {"channel": PlannedChannel(value) if value in set(PlannedChannel) else None}
    if action == "next_on":
        return {"next_on": _day(value), "next_time": None}
    if action == "disposition":
        if value not in set(Disposition):
            raise Refused("value_unknown")
        return {"disposition": Disposition(value)}
    if value not in ("in", "out"):
        raise Refused("value_unknown")
    return {"in_frame": True} if value == "in" else {"in_frame": False, **dict.fromkeys(participating.FRAMED)}


def _day(value: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise Refused("value_unknown") from error


def _member(value: str) -> int | None:
    if not value.isdecimal():
        return None
    participating.refuse_stranger(int(value[:9]))
    return int(value[:9])


def _segment(value: str) -> int | None:
    if value and value not in {str(row.id) for row in participating.segments()}:
        raise Refused("segment_unknown")
    return int(value) if value else None


def _participations(ids: list[int]) -> list[Any]:
    table = _table(Participation)
    rows: list[Any] = []
    for some in _chunks(ids):
        query = sa.select(table).where(
            table.c.study_id == current().study_id, table.c.organisation_id.in_(some), table.c.deleted_at.is_(None)
        )
        rows.extend(db.session.execute(query))
    return rows


def _write(rows: Sequence[Any], wanted: Mapping[str, Any]) -> int:
    """Give participations some values, each with its audit; one that has them already is left untouched."""
    updates, entries = [], []
    for row in rows:
        values = dict(wanted)
        if values.get("in_frame") and row.disposition is None:
            values["disposition"] = Disposition.TO_CONTACT
        changes = {k: [audit.encode(getattr(row, k)), audit.encode(v)] for k, v in values.items() if getattr(row, k) != v}
        if changes:
            updates.append({"key_of": row.id, **{f"new_{k}": values.get(k, getattr(row, k)) for k in (*wanted, "disposition")}})
            entries.append(entry("participation", row.id, row.organisation_id, changes, row.version + 1))
    if updates:
        table = _table(Participation)
        names = {*wanted, "disposition"}
        statement = sa.update(table).where(table.c.id == sa.bindparam("key_of"))
        values = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
        db.session.connection().execute(statement.values(**values, **_stamp(), version=table.c.version + 1), updates)
        audit.write(db.session(), entries)
    return len(updates)


def _tag(ids: list[int], value: str) -> int:
    term = labelling.term_id(TermList.TAG, int(value)) if value.isdecimal() and len(value) < 10 else labelling.term_id(TermList.TAG, value)
    if term is None:
        raise Refused("value_unknown")
    here = [row.organisation_id for row in _participations(ids)]
    table = _table(OrganisationTerm)
    tagged: set[int] = set()
    for some in _chunks(here):
        tagged.update(
            db.session.scalars(sa.select(table.c.organisation_id).where(table.c.term_id == term, table.c.organisation_id.in_(some)))
        )
    rows = [{"organisation_id": i, "term_id": term} for i in here if i not in tagged]
    if rows:
        db.session.execute(sa.insert(table), rows)
        audit.write(
            db.session(),
            [entry("organisation_term", None, r["organisation_id"], {"term_id": [None, term]}, None, Deed.CREATED) for r in rows],
        )
    return len(rows)


def _delete(ids: list[int]) -> int:
    rows = _participations(ids)
    at = now()
    _mark_deleted(_table(Participation), [(row.id, row.organisation_id, row.version) for row in rows], at)
    here = [row.organisation_id for row in rows]
    shared = {i for some in _chunks(here) for i in participating.in_other_studies(some)}
    table = _table(Organisation)
    alone = [i for i in here if i not in shared]
    found = [
        row for some in _chunks(alone) for row in db.session.execute(sa.select(table.c.id, table.c.version).where(table.c.id.in_(some)))
    ]
    _mark_deleted(table, [(row.id, row.id, row.version) for row in found], at)
    _mark_deleted(_table(Site), [(row.id, row.organisation_id, row.version) for row in _sites(alone)], at)
    return len(rows)


def _sites(organisation_ids: list[int]) -> list[Any]:
    """The sites that leave the directory with their organisations, so that their SIRETs are free."""
    table = _table(Site)
    query = sa.select(table.c.id, table.c.organisation_id, table.c.version).where(table.c.deleted_at.is_(None))
    return [row for some in _chunks(organisation_ids) for row in db.session.execute(query.where(table.c.organisation_id.in_(some)))]


def _mark_deleted(table: sa.Table, rows: list[tuple[int, int, int]], at: Any) -> None:
    if rows:
        who = actor.current().user_id
        statement = sa.update(table).where(table.c.id == sa.bindparam("key_of"))
        marked = statement.values(deleted_at=at, deleted_by_id=who, **_stamp(), version=table.c.version + 1)
        db.session.connection().execute(marked, [{"key_of": key} for key, _subject, _version in rows])
        changes = {"deleted_at": [None, audit.encode(at)]}
        audit.write(db.session(), [entry(table.name, k, subject, changes, version + 1, Deed.DELETED) for k, subject, version in rows])


def entry(
    entity: str, key: int | None, organisation_id: int, changes: dict[str, Any], version: int | None, deed: Deed = Deed.CHANGED
) -> dict[str, Any]:
    """Return the audit entry of one row that a bulk change wrote, read on the page of its organisation."""
    who = actor.current()
    return {
        "at": now(),
        "actor_id": who.user_id,
        "via": who.via,
        "deed": deed,
        "study_id": current().study_id,
        "entity": entity,
        "entity_id": key,
        "subject": "organisation",
        "subject_id": organisation_id,
        "changes": changes,
        "version": version,
        "reason": who.reason,
        "batch_id": who.batch_id,
    }


def _stamp() -> dict[str, Any]:
    return {"updated_at": now(), "updated_by_id": actor.current().user_id}


def _mark() -> int:
    return db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(AuditEntry.id), 0))) or 0


def _table(model: Any) -> sa.Table:
    return cast(sa.Table, model.__table__)


def _chunks(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])
