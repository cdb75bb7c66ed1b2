"""Who changed what: append-only entries written in the same transaction as the change, and the way back to a former value."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Iterable, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.kernel import actor, rows, search
from consult.kernel.db import Model, db
from consult.kernel.errors import Refused
from consult.kernel.model import LABEL, Audited, Choice, ChoiceType, Record, SoftDeleted, StudyScoped, UTCDateTime, Versioned, choice, now
from consult.kernel.scope import current_or_none


class Deed(Choice):
    """What was done."""

    CREATED = "created", "création", "created"
    CHANGED = "changed", "modification", "changed"
    DELETED = "deleted", "suppression", "deleted"
    RESTORED = "restored", "rétablissement", "restored"
    SIGNED_IN = "signed_in", "connexion", "signed in"
    SIGN_IN_REFUSED = "sign_in_refused", "connexion refusée", "sign-in refused"
    REFUSED = "refused", "accès refusé", "access refused"
    EXPORTED = "exported", "export", "exported"
    MERGED = "merged", "fusion", "merged"
    UNMERGED = "unmerged", "fusion annulée", "merge undone"
    READ = "read", "consultation", "read"


class AuditEntry(Model):
    """One save of one record. `changes` maps each field to [former, new]; `subject` is the record on whose history page it is read."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_subject", "subject", "subject_id", "id"),
        sa.Index("ix_audit_entry_entity", "entity", "entity_id", "version"),
        sa.Index("ix_audit_entry_study", "study_id", "id"),
        sa.Index("ix_audit_entry_batch", "batch_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    via: Mapped[actor.Via] = choice(actor.Via)
    deed: Mapped[Deed] = choice(Deed)
    study_id: Mapped[int | None]
    entity: Mapped[str] = mapped_column(sa.String(60))
    entity_id: Mapped[int | None]
    subject: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[int | None]
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(sa.String(LABEL))
    batch_id: Mapped[int | None]


def attach(session_factory: Any) -> None:
    """Have every flush of the session stamp its rows and write their audit."""
    event.listen(session_factory, "before_flush", _stamp)
    event.listen(session_factory, "after_flush", _write_entries)


def note(deed: Deed, subject: str, subject_id: int | None = None, study_id: int | None = None, **facts: Any) -> dict[str, Any]:
    """Return the values of an entry about an event that changes no row (a sign-in, a refusal, an export), for `write`."""
    who = actor.current()
    return {
        "at": now(), "actor_id": who.user_id, "via": who.via, "deed": deed, "study_id": study_id, "entity": subject,
        "entity_id": subject_id, "subject": subject, "subject_id": subject_id,
        "changes": {k: [None, encode(v)] for k, v in facts.items()}, "version": None, "reason": who.reason, "batch_id": who.batch_id,
    }  # fmt: skip


def write(session: Session, entries: Sequence[dict[str, Any]]) -> None:
    """Append entries in bulk, in the session's transaction."""
    if entries:
        rows.insert(session, cast(sa.Table, AuditEntry.__table__), entries)
        search.note(session, entries)


def history(subject: str, subject_id: int, limit: int = 200) -> Sequence[AuditEntry]:
    """Return what happened to a record and its parts, newest first. The caller has made sure that the reader may see the record."""
    query = sa.select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.subject_id == subject_id)
    return db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()


def came_with(subject: str, subject_id: Any, entities: Sequence[str]) -> sa.Select[int | None]:
    """Return the select of the import batch by which a record came into the study in scope, if one brought it: the last one that made a
    row of `entities` on its history page. `subject_id` is an id, or a column of an outer select."""
    scope = current_or_none()
    made = (AuditEntry.subject == subject, AuditEntry.subject_id == subject_id, AuditEntry.entity.in_(entities))
    query = sa.select(AuditEntry.batch_id).where(*made, AuditEntry.deed == Deed.CREATED, AuditEntry.batch_id.is_not(None))
    return query.where(AuditEntry.study_id == (scope.study_id if scope else None)).order_by(AuditEntry.id.desc()).limit(1)


def values_at(record: Any, version: int) -> dict[str, Any]:
    """Return the record's audited columns as they were at `version`, rebuilt from the entries written since."""
    values = {c.key: getattr(record, c.key) for c in inspect(type(record)).column_attrs}
    query = (
        sa.select(AuditEntry)
        .where(AuditEntry.entity == record.__tablename__, AuditEntry.entity_id == record.id, AuditEntry.version > version)
        .order_by(AuditEntry.id.desc())
    )
    for entry in db.session.scalars(query):
        values.update({name: decode(record, name, change[0]) for name, change in entry.changes.items() if name in values})
    return values


def restore(record: Any, entry_id: int, field: str) -> None:
    """Give a field of the record back the value it had before an entry. Refused("nothing_to_restore") if the entry is not about it."""
    entry = db.session.get(AuditEntry, entry_id)
    if entry is None or (entry.entity, entry.entity_id) != (record.__tablename__, record.id) or field not in entry.changes:
        raise Refused("nothing_to_restore")
    setattr(record, field, decode(record, field, entry.changes[field][0]))
    db.session.flush()


_PLAIN = frozenset({str, int, bool, float, type(None)})


def encode(value: Any) -> Any:
    """Return a value as JSON keeps it."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, decimal.Decimal) else value


def decode(record: Any, name: str, value: Any) -> Any:
    """Return the column value that `encode` had made this of; `record` may be its class."""
    return decoded(inspect(record if isinstance(record, type) else type(record)).columns[name].type, value)


def decoded(kind: Any, value: Any) -> Any:
    """Return the value of a column of this type that `encode` had made this of."""
    if value is None:
        return None
    if isinstance(kind, ChoiceType):
        return kind.members(value)
    if isinstance(kind, UTCDateTime):
        return dt.datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return dt.date.fromisoformat(value)
    if isinstance(kind, sa.Time):
        return dt.time.fromisoformat(value)
    return decimal.Decimal(value) if isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float) else value


def _stamp(session: Session, _context: Any, _instances: Any) -> None:
    who = actor.current().user_id
    for row in session.new:
        if isinstance(row, Record):
            row.created_by_id = row.created_by_id or who
            row.updated_by_id = who
    for row in session.dirty:
        if isinstance(row, Record) and session.is_modified(row):
            row.updated_by_id = who


def _write_entries(session: Session, _context: Any) -> None:
    entries = [_entry(row, Deed.CREATED, _created(row)) for row in session.new if isinstance(row, Audited)]
    entries += [_entry(row, _deed(row), changes) for row in session.dirty if isinstance(row, Audited) and (changes := _changed(row))]
    entries += [_entry(row, Deed.DELETED, _removed(row)) for row in session.deleted if isinstance(row, Audited)]
    write(session, entries)


def _columns(row: Audited) -> Iterable[str]:
    return (c.key for c in inspect(type(row)).column_attrs if c.key not in row.audit_skip)


def _created(row: Audited) -> dict[str, Any]:
    return {name: [None, encode(value)] for name in _columns(row) if (value := getattr(row, name)) not in (None, "", [], {})}


def _removed(row: Audited) -> dict[str, Any]:
    return {name: [encode(value), None] for name in _columns(row) if (value := getattr(row, name)) not in (None, "", [], {})}


def _changed(row: Audited) -> dict[str, Any]:
    changes = {}
    state = inspect(row)
    for name in _columns(row):
        past = state.attrs[name].history
        if past.has_changes() and (old := encode(past.deleted[0] if past.deleted else None)) != (new := encode(past.added[0])):
            changes[name] = [old, new]
    return changes


def _deed(row: Audited) -> Deed:
    if not isinstance(row, SoftDeleted):
        return Deed.CHANGED
    past = inspect(row).attrs.deleted_at.history
    if not past.has_changes():
        return Deed.CHANGED
    return Deed.RESTORED if row.deleted_at is None else Deed.DELETED


def _entry(row: Audited, deed: Deed, changes: dict[str, Any]) -> dict[str, Any]:
    who, scope = actor.current(), current_or_none()
    subject, subject_id = row.audit_subject()
    return {
        "at": now(), "actor_id": who.user_id, "via": who.via, "deed": deed,
        "study_id": row.study_id if isinstance(row, StudyScoped) else scope.study_id if scope else None,
        "entity": row.__tablename__, "entity_id": row.id, "subject": subject, "subject_id": subject_id, "changes": changes,  # type: ignore[attr-defined]
        "version": row.version if isinstance(row, Versioned) else None, "reason": who.reason, "batch_id": who.batch_id,
    }  # fmt: skip
