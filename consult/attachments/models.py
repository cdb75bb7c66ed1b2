"""Files that were attached to something of a study. What they hang on, and so who may read them, is known to the slice that links them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Model
from consult.kernel.model import NAME, Audited, Confidentiality, Record, SoftDeleted, StudyScoped, Versioned, choice
from consult.kernel.scope import Scope, of_level, visibility


class Attachment(Record, StudyScoped, Versioned, SoftDeleted, Audited, Model):
    """One file as it was attached. Its content lies in the instance directory under `sha256`, once for all who attached the same."""

    __tablename__ = "attachment"
    __table_args__ = (
        sa.UniqueConstraint("study_id", "id"),
        sa.Index("ix_attachment_content", "sha256"),
        sa.Index("ix_attachment_study", "study_id", "deleted_at", "size"),
    )

    name: Mapped[str] = mapped_column(sa.String(NAME))
    mime: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    confidentiality: Mapped[Confidentiality] = choice(Confidentiality, default=Confidentiality.TEAM)


@visibility(Attachment)
def _readable(scope: Scope) -> sa.ColumnElement[bool]:
    """Levels up to the role's, and one's own. The slice that links a file asks besides whether what it hangs on may be read."""
    return of_level(Attachment, scope)
