"""Undoing what a ledger wrote: what nobody touched since is put back, what somebody edited or uses is kept, and told apart.

A row is untouched while it still carries the stamp it was written with. A row that was made goes only if nothing that stays refers to it:
references are found in the tables' foreign keys, so that a slice added later is respected without being named here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from consult.kernel import audit
from consult.kernel.audit import Deed
from consult.kernel.bulk import Image, audited_changes, chunks, columns, decoded, models_by_table, noter
from consult.kernel.db import db
from consult.kernel.model import Audited, Record, Versioned, now

Place = tuple[str, int]
"""A row of a table: its name and id."""


@dataclass
class Reversal:
    """How undoing ended, by row of a table: what was put back, what was kept because it was edited or is used since, what failed."""

    reversed: set[Place] = field(default_factory=set)
    kept: set[Place] = field(default_factory=set)
    failed: set[Place] = field(default_factory=set)


def reverse(images: Sequence[Image], stamp: dt.datetime, bound: Mapping[Place, Place] | None = None) -> Reversal:
    """Put back what the images tell, in the present transaction. `bound` ties rows that must stay or go together (a part to its record)."""
    models, outcome = models_by_table(), Reversal()
    former: dict[Place, dict[str, Any] | None] = {}
    for table, row_id, before in images:
        former.setdefault((table, row_id), before)
    present = _present(former, models)
    outcome.kept = {place for place in former if _touched(present.get(place), models[place[0]], stamp)}
    _spread(outcome.kept, former, bound or {})
    made = {place for place, before in former.items() if before is None} - outcome.kept
    _keep_used(made, outcome.kept, former, bound or {}, models)
    _restore(
        {place: before for place, before in former.items() if before is not None and place not in outcome.kept}, present, models, outcome
    )
    _delete(made, present, models, outcome)
    return outcome


def _present(former: Mapping[Place, Any], models: Mapping[str, Any]) -> dict[Place, dict[str, Any]]:
    by_table: dict[str, list[int]] = {}
    for table, row_id in former:
        by_table.setdefault(table, []).append(row_id)
    found: dict[Place, dict[str, Any]] = {}
    for name, ids in by_table.items():
        table = models[name].__table__
        for some in chunks(ids):
            found.update(((name, row.id), dict(row._mapping)) for row in db.session.execute(sa.select(table).where(table.c.id.in_(some))))
    return found


def _touched(row: dict[str, Any] | None, model: Any, stamp: dt.datetime) -> bool:
    return row is None or (issubclass(model, Record) and row["updated_at"] != stamp)


def _spread(kept: set[Place], former: Mapping[Place, Any], bound: Mapping[Place, Place]) -> None:
    """What is bound to a row that is kept is kept with it, and the other way round."""
    groups: dict[Place, set[Place]] = {}
    for part, whole in bound.items():
        groups.setdefault(whole, {whole}).add(part)
    for members in groups.values():
        if members & kept:
            kept.update(members & former.keys())


def _keep_used(
    made: set[Place], kept: set[Place], former: Mapping[Place, Any], bound: Mapping[Place, Place], models: Mapping[str, Any]
) -> None:
    """Move from `made` to `kept` what a row that stays refers to, until nothing moves."""
    while made:
        used = _used(made, models)
        if not used:
            return
        kept |= used
        _spread(kept, former, bound)
        made -= kept


def _used(made: set[Place], models: Mapping[str, Any]) -> set[Place]:
    found: set[Place] = set()
    by_table: dict[str, set[int]] = {}
    for name, row_id in made:
        by_table.setdefault(name, set()).add(row_id)
    for other in db.metadata.sorted_tables:
        for link in other.foreign_key_constraints:
            name = link.referred_table.name
            if name in by_table:
                found |= _used_by(other, link, by_table[name], by_table.get(other.name, set()))
    return found


def _used_by(other: sa.Table, link: sa.ForeignKeyConstraint, ids: set[int], leaving: set[int]) -> set[Place]:
    """The rows among `ids` to which a row of another table that stays refers through this foreign key."""
    target = link.referred_table.alias("target")
    join = sa.and_(*(element.parent == target.c[element.column.name] for element in link.elements))
    own = other.c.id if "id" in other.c else sa.null()
    found: set[Place] = set()
    for some in chunks(ids):
        query = sa.select(target.c.id, own.label("own")).select_from(other).join(target, join).where(target.c.id.in_(some))
        found.update((link.referred_table.name, row.id) for row in db.session.execute(query) if row.own not in leaving)
    return found


def _restore(
    former: Mapping[Place, dict[str, Any]], present: Mapping[Place, dict[str, Any]], models: Mapping[str, Any], outcome: Reversal
) -> None:
    entries = []
    for place, before in former.items():
        model, row = models[place[0]], present[place]
        values = decoded(model, before)
        if not _one(sa.update(model.__table__).where(model.__table__.c.id == place[1]).values(_bumped(model, row, values)), outcome, place):
            continue
        if issubclass(model, Audited):
            changes = audited_changes(model, {name: (row[name], value) for name, value in values.items()})
            entries.append(noter(model)(place[1], Deed.CHANGED, changes, row, row.get("version", 0) + 1))
    audit.write(db.session(), entries)


def _bumped(model: Any, row: Mapping[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The former values; the version still goes up, so that nobody saves over what they have not seen."""
    if issubclass(model, Versioned):
        values = {**values, "version": row["version"] + 1}
    return {"updated_at": now(), **values} if issubclass(model, Record) else values


def _one(statement: Any, outcome: Reversal, place: Place) -> bool:
    try:
        with db.session.begin_nested():
            db.session.execute(statement)
    except IntegrityError:
        outcome.failed.add(place)
        return False
    outcome.reversed.add(place)
    return True


def _delete(made: set[Place], present: Mapping[Place, dict[str, Any]], models: Mapping[str, Any], outcome: Reversal) -> None:
    order = {table.name: place for place, table in enumerate(db.metadata.sorted_tables)}
    entries = []
    for name in sorted({table for table, _ in made}, key=lambda table: -order[table]):
        model, ids = models[name], [row_id for table, row_id in made if table == name]
        for some in chunks(ids):
            db.session.execute(sa.delete(model.__table__).where(model.__table__.c.id.in_(some)))
        if issubclass(model, Audited):
            note = noter(model)
            for row_id in ids:
                row = present[name, row_id]
                gone = audited_changes(model, {column: (row[column], None) for column in columns(model)})
                entries.append(note(row_id, Deed.DELETED, gone, row, row.get("version")))
    outcome.reversed |= made
    audit.write(db.session(), entries)
