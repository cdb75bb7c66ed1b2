"""Where a record went that was merged into another: its reference, its address and its SIREN lead there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from consult.kernel.bulk import chunks
from consult.kernel.db import db
from consult.kernel.errors import NotFound
from consult.kernel.scope import unscoped
from consult.organisations.merge_models import Kind
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person

WHY = "a record that was merged takes part in no study any more; only whoever may see the one that stayed is told"
MODELS: dict[Kind, Any] = {Kind.ORGANISATION: Organisation, Kind.PERSON: Person}


class MergedAway(NotFound):
    """The record asked for was merged into another, which the reader may see."""

    def __init__(self, kind: Kind, ref: str, kept_id: int, kept_ref: str) -> None:
        super().__init__(f"{ref} was merged into {kept_ref}")
        self.kind, self.ref, self.kept_id, self.kept_ref = kind, ref, kept_id, kept_ref


def missing(kind: Kind, record_id: int) -> NotFound:
    """Return what to raise when a record is not there for the reader: where it went, if it was merged into one that is."""
    model = MODELS[kind]
    with unscoped(WHY):
        query = sa.select(model.ref, model.merged_into_id).where(model.id == record_id, model.merged_into_id.is_not(None))
        gone = db.session.execute(query.execution_options(include_deleted=True)).first()
    if gone is None:
        return NotFound()
    kept = db.session.execute(sa.select(model.id, model.ref).where(model.id == gone.merged_into_id)).first()
    return MergedAway(kind, gone.ref, kept.id, kept.ref) if kept else NotFound()


def merged_into(kind: Kind, record_id: int) -> list[int]:
    """Return the ids of the records that were merged into one, which the caller has made sure that the reader may see."""
    model = MODELS[kind]
    with unscoped(WHY):
        query = sa.select(model.id).where(model.merged_into_id == record_id).order_by(model.id)
        return list(db.session.scalars(query.execution_options(include_deleted=True)))


def names(kind: Kind, ids: Iterable[int]) -> dict[int, str]:
    """Return what records were called that were merged into one that the reader may see."""
    model = MODELS[kind]
    with unscoped(WHY):
        query = sa.select(model).where(model.id.in_(list(ids)), model.merged_into_id.is_not(None))
        gone = list(db.session.scalars(query.execution_options(include_deleted=True)))
    kept = set(db.session.scalars(sa.select(model.id).where(model.id.in_([row.merged_into_id for row in gone])))) if gone else set()
    return {row.id: row.full_name if isinstance(row, Person) else row.name for row in gone if row.merged_into_id in kept}


def bearers(sirens: Iterable[str]) -> dict[str, int]:
    """Return the organisations into which former bearers of a SIREN were merged, by that SIREN; the caller has lifted the study filter."""
    found: dict[str, int] = {}
    for some in chunks(set(sirens)):
        query = sa.select(Organisation.siren, Organisation.merged_into_id).where(
            Organisation.siren.in_(some), Organisation.merged_into_id.is_not(None)
        )
        gone = db.session.execute(query.order_by(Organisation.id).execution_options(include_deleted=True))
        found |= {siren: kept_id for siren, kept_id in gone if siren and kept_id}
    return found


def followed(named: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Return what names records by kind (`organisation`, `person`, `person.2`), each as the one into which it was merged, if it was."""
    gone = _gone()
    return {key: {kind: gone.get((kind.partition(".")[0], number), number) for kind, number in ids.items()} for key, ids in named.items()}


def _gone() -> dict[tuple[str, int], int]:
    with unscoped(WHY):
        found: dict[tuple[str, int], int] = {}
        for kind, model in MODELS.items():
            query = sa.select(model.id, model.merged_into_id).where(model.merged_into_id.is_not(None))
            found.update(((kind.value, row[0]), row[1]) for row in db.session.execute(query.execution_options(include_deleted=True)))
        return found
