"""Undoing a batch: what nobody touched since goes back, what somebody edited or uses is kept and named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from consult.exchange.models import BatchState, ImportBatch, ImportRow, Undone
from consult.exchange.service import UNDOABLE, refuse_unless
from consult.kernel import actor
from consult.kernel.db import db
from consult.kernel.model import now
from consult.kernel.reversal import Place, Reversal, reverse
from consult.kernel.scope import current, unscoped
from consult.organisations import search_text


@dataclass
class UndoReport:
    """How undoing ended: how many rows went back, and the rows that were kept or failed, as (row, label)."""

    reversed: int = 0
    kept: list[tuple[int, str]] = field(default_factory=list)
    failed: list[tuple[int, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON keeps it."""
        return {"reversed": self.reversed, "kept": [list(each) for each in self.kept], "failed": [list(each) for each in self.failed]}


def undo(batch: ImportBatch) -> UndoReport:
    """Undo an applied batch in the present transaction. Raises Refused when it is not applied, or is undone already."""
    refuse_unless(batch, UNDOABLE)
    assert batch.applied_at is not None  # noqa: S101 (an applied batch has its stamp)
    rows = _rows(batch)
    images, bound = _images(rows)
    with unscoped("undoing an import writes back in bulk what it changed in the study in scope"):
        outcome = reverse(images, batch.applied_at, bound)
    search_text.refresh(sorted({i for table, i in outcome.reversed if table == "organisation"} | _owners(outcome)))
    report = _mark_rows(rows, outcome)
    batch.state = BatchState.PARTLY_REVERTED if report.kept or report.failed else BatchState.REVERTED
    batch.reverted_at, batch.reverted_by_id = now(), actor.current().user_id
    batch.counts = {**batch.counts, "undone": report.as_dict()}
    db.session.flush()
    return report


def _rows(batch: ImportBatch) -> list[Any]:
    again = sa.or_(ImportRow.undone.is_(None), ImportRow.undone.in_((Undone.KEPT, Undone.FAILED)))
    columns = (ImportRow.id, ImportRow.row, ImportRow.label, ImportRow.images, ImportRow.entity_ids)
    return list(db.session.execute(sa.select(*columns).where(ImportRow.batch_id == batch.id, again).order_by(ImportRow.row)))


_WHOLE = {"site": "organisation", "affiliation": "person"}
"""What stays or goes together with the record of which it is part, when one row of the file wrote both: the second with the second."""


def _images(rows: list[Any]) -> tuple[list[Any], dict[Place, Place]]:
    """All images, and which belong to one record and therefore stay or go together."""
    images: list[Any] = []
    bound: dict[Place, Place] = {}
    for row in rows:
        heads: dict[str, Place] = {}
        for entity, own in row.images:
            images.extend(own)
            kind, dot, nth = entity.partition(".")
            for table, row_id, _before in own:
                head = heads.setdefault(f"{_WHOLE.get(kind, kind)}{dot}{nth}", (table, row_id))
                if table != "term" and head != (table, row_id):
                    bound[table, row_id] = head
    return images, bound


def _owners(outcome: Reversal) -> set[int]:
    """The organisations whose sites went back, and which therefore are found by other words."""
    sites = [row_id for table, row_id in outcome.reversed if table == "site"]
    if not sites:
        return set()
    with unscoped("the organisations of sites that an undone import changed"):
        table = ImportBatch.metadata.tables["site"]
        return set(db.session.scalars(sa.select(table.c.organisation_id).where(table.c.id.in_(sites[:900]))))


def _mark_rows(rows: list[Any], outcome: Reversal) -> UndoReport:
    report, marks = UndoReport(), []
    for row in rows:
        places = {(table, row_id) for _entity, own in row.images for table, row_id, _before in own}
        state = Undone.FAILED if places & outcome.failed else Undone.KEPT if places & outcome.kept else Undone.REVERSED
        marks.append({"b_id": row.id, "b_undone": state})
        if not places:
            continue
        if state is Undone.REVERSED:
            report.reversed += 1
        else:
            (report.kept if state is Undone.KEPT else report.failed).append((row.row, row.label or ""))
    if marks:
        table: Any = ImportRow.__table__
        with unscoped("the rows of a batch are marked in bulk"):
            statement = sa.update(table).where(table.c.id == sa.bindparam("b_id"), table.c.study_id == current().study_id)
            db.session.connection().execute(statement.values(undone=sa.bindparam("b_undone", type_=table.c.undone.type)), marks)
    return report
