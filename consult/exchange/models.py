"""An imported file: what it is, how it was read, what it changed, and what it needs to be undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.changes import Verdict
from consult.kernel.db import Model
from consult.kernel.model import LABEL, NAME, Choice, Confidentiality, Record, Referenced, StudyScoped, Versioned, choice
from consult.kernel.scope import Scope, visibility

__all__ = ["BatchState", "ImportBatch", "ImportRow", "Undone", "Verdict"]


class BatchState(Choice):
    UPLOADED = "uploaded", "Déposé", "Uploaded"
    PARSED = "parsed", "Analysé", "Parsed"
    PREVIEWED = "previewed", "Prévisualisé", "Previewed"
    APPLYING = "applying", "En cours d’application", "Being applied"
    APPLIED = "applied", "Appliqué", "Applied"
    REVERTED = "reverted", "Annulé", "Undone"
    PARTLY_REVERTED = "partly_reverted", "Annulé en partie", "Partly undone"
    REJECTED = "rejected", "Rejeté", "Rejected"
    EXPIRED = "expired", "Expiré", "Expired"


class Undone(Choice):
    """What became of an applied row when its batch was undone."""

    REVERSED = "reversed", "Annulée", "Undone"
    KEPT = "kept", "Conservée, modifiée depuis", "Kept, changed since"
    FAILED = "failed", "Non annulée", "Could not be undone"


_OPEN = "state IN ('uploaded', 'parsed', 'previewed')"


class ImportBatch(Record, Referenced, StudyScoped, Versioned, Model):
    """One file on its way into a study. The file lies in the instance directory under its hash.

    `choices` is what was decided about it (sheet, rows, columns, answers); `found` what reading it told (table, remarks, columns);
    `applied_at` is also the stamp that every row written by the batch carries, by which undoing knows what was edited since.
    `holds_interviews` when its columns say what somebody said: such a file is for who sent it and for those who read every level.
    """

    __tablename__ = "import_batch"
    __table_args__ = (
        sa.UniqueConstraint("study_id", "id"),
        sa.Index("ix_import_batch_list", "study_id", "id"),
        sa.Index("ix_import_batch_layout", "study_id", "layout", "id"),
        sa.Index(
            "uq_import_batch_open", "study_id", "created_by_id", "file_sha256", "file_name", unique=True,
            sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN),
        ),
    )  # fmt: skip
    ref_prefix = "IMP"

    state: Mapped[BatchState] = choice(BatchState, default=BatchState.UPLOADED)
    file_name: Mapped[str] = mapped_column(sa.String(NAME))
    file_sha256: Mapped[str] = mapped_column(sa.String(64))
    file_size: Mapped[int]
    entity: Mapped[str | None] = mapped_column(sa.String(40))
    sheet: Mapped[str | None] = mapped_column(sa.String(NAME))
    layout: Mapped[str | None] = mapped_column(sa.String(64))
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    found: Mapped[dict[str, Any]] = mapped_column(default=dict)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    plan_digest: Mapped[str | None] = mapped_column(sa.String(64))
    applied_at: Mapped[dt.datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reverted_at: Mapped[dt.datetime | None]
    reverted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    job_id: Mapped[int | None]
    problem: Mapped[str | None] = mapped_column(sa.String(LABEL))
    problem_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    holds_interviews: Mapped[bool] = mapped_column(default=False)


@visibility(ImportBatch)
def readable(scope: Scope) -> sa.ColumnElement[bool]:
    """Return the clause that a reader may know of a batch: a file of interviews may hold more than they may read."""
    if scope.user_id is None or scope.rank >= Confidentiality.STRICT.rank:
        return sa.true()
    return sa.or_(~ImportBatch.holds_interviews, ImportBatch.created_by_id == scope.user_id)


class ImportRow(StudyScoped, Model):
    """One row of an applied batch: what became of it, and the images that undo it: [table, id, former values or null when it was made]."""

    __tablename__ = "import_row"
    __table_args__ = (
        sa.ForeignKeyConstraint(["study_id", "batch_id"], ["import_batch.study_id", "import_batch.id"]),
        sa.Index("ix_import_row_batch", "batch_id", "verdict", "row"),
        sa.Index("ix_import_row_key", "study_id", "layout", "row_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int]
    row: Mapped[int]
    verdict: Mapped[Verdict] = choice(Verdict)
    label: Mapped[str | None] = mapped_column(sa.String(NAME))
    layout: Mapped[str | None] = mapped_column(sa.String(64))
    row_key: Mapped[str | None] = mapped_column(sa.String(64))
    entity_ids: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notes: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    images: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    undone: Mapped[Undone | None] = choice(Undone)
