"""What somebody is typing and has not saved: kept per person, record and field, neither audited nor versioned.

The caller has made sure that the person may read the record; a draft is never shown to anybody but its writer.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from consult.interviews.models import Draft
from consult.kernel.db import db
from consult.kernel.model import now
from consult.kernel.scope import current
from consult.kernel.text import clean

NEW = 0
"""The record id of an interview that is not yet created."""
MOST_FIELDS = 120


@dataclass(frozen=True)
class Kept:
    """A draft as it was typed: the texts by field, when they were last kept, and the version they were typed over."""

    fields: dict[str, list[str]]
    at: dt.datetime
    base_version: int


def keep(record_id: int, fields: Mapping[str, str | Sequence[Any]], base_version: int, known: Iterable[str]) -> dt.datetime:
    """Keep what was typed, in place of what was kept before; fields that the form does not have are passed over. Gives the instant."""
    wanted = set(known)
    texts = {name: _as_text(value) for name, value in list(fields.items())[:MOST_FIELDS] if name in wanted}
    try:
        with db.session.begin_nested():
            return _write(record_id, texts, base_version)
    except IntegrityError:  # the same person in another tab kept a first draft at the same instant
        return _write(record_id, texts, base_version)


def read(record_id: int) -> Kept | None:
    """Return the reader's draft of a record, if there is one."""
    rows = _rows(record_id)
    if not rows:
        return None
    return Kept({row.field: json.loads(row.text) for row in rows}, max(row.at for row in rows), min(row.base_version for row in rows))


def kept_at(record_id: int) -> dt.datetime | None:
    """Return when the reader's draft of a record was last kept; None when there is none."""
    return db.session.scalar(sa.select(sa.func.max(Draft.at, type_=Draft.at.type)).where(*_mine(record_id)))


def discard(record_id: int) -> None:
    """Forget the reader's draft of a record."""
    for row in _rows(record_id):
        db.session.delete(row)
    db.session.flush()


def _write(record_id: int, texts: Mapping[str, str], base_version: int) -> dt.datetime:
    at, rows = now(), {row.field: row for row in _rows(record_id)}
    for name, text in texts.items():
        row = rows.pop(name, None)
        if row is None:
            db.session.add(Draft(user_id=current().user_id, record_id=record_id, field=name, text=text, base_version=base_version, at=at))
        elif (row.text, row.base_version) != (text, base_version):
            row.text, row.base_version, row.at = text, base_version, at
    for gone in rows.values():
        db.session.delete(gone)
    db.session.flush()
    return at


def _as_text(value: str | Sequence[Any]) -> str:
    values = [value] if isinstance(value, str) else [v for v in value if isinstance(v, str)]
    return json.dumps([clean(v) for v in values], ensure_ascii=False)


def _rows(record_id: int) -> list[Draft]:
    return list(db.session.scalars(sa.select(Draft).where(*_mine(record_id)).order_by(Draft.field)))


def _mine(record_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Draft.user_id == current().user_id, Draft.record_id == record_id
