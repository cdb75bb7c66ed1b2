"""An imported file: what it is, how it was read, what it changed, and what it needs to be undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Model
from consult.kernel.model import LABEL, NAME, Choice, Record, Referenced, StudyScoped, Versioned, choice


class BatchState(Choice):
    UPLOADED = "uploaded", "Déposé", "Uploaded"
    PARSED = "parsed", "Analysé", "Parsed"
    PREVIEWED = "previewed", "Prévisualisé", "Previewed"
    APPLYING = "applying", "En cours d’application", "Being applied"
    APPLIED = "applied", "Appliqué", "Applied"
    REVERTED = "reverted", "Annulé", "Undone"
    PARTLY_REVERTED = "partly_reverted", "Annulé en partie", "Partly undone"
    REJECTED = "rejected", "Rejeté", "Rejected"


class Verdict(Choice):
    """What an import would do, or did, with a row."""

    NEW = "new", "Nouvelle", "New"
    CHANGED = "changed", "Modifiée", "Changed"
    SAME = "same", "Inchangée", "Unchanged"
    REFUSED = "refused", "Refusée", "Refused"
    AMBIGUOUS = "ambiguous", "À décider", "To decide"


class ImportBatch(Record, Referenced, StudyScoped, Versioned, Model):
    """One file on its way into a study. The file lies in the instance directory under its hash."""

    __tablename__ = "import_batch"
    __table_args__ = (sa.UniqueConstraint("study_id", "id"), sa.Index("ix_import_batch_list", "study_id", "id"))
    ref_prefix = "IMP"

    state: Mapped[BatchState] = choice(BatchState, default=BatchState.UPLOADED)
    file_name: Mapped[str] = mapped_column(sa.String(NAME))
    file_sha256: Mapped[str] = mapped_column(sa.String(64))
    file_size: Mapped[int]
    entity: Mapped[str | None] = mapped_column(sa.String(40))
    sheet: Mapped[str | None] = mapped_column(sa.String(NAME))
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    layout: Mapped[str | None] = mapped_column(sa.String(64))
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    plan_digest: Mapped[str | None] = mapped_column(sa.String(64))
    applied_at: Mapped[dt.datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reverted_at: Mapped[dt.datetime | None]
    job_id: Mapped[int | None]
    problem: Mapped[str | None] = mapped_column(sa.String(LABEL))


class ImportRow(StudyScoped, Model):
    """One row of an applied batch: what became of it, and the before-image that undoes it."""

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
    layout: Mapped[str | None] = mapped_column(sa.String(64))
    row_key: Mapped[str | None] = mapped_column(sa.String(64))
    entity: Mapped[str | None] = mapped_column(sa.String(40))
    entity_id: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(sa.String(LABEL))
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone: Mapped[str | None] = mapped_column(sa.String(40))
