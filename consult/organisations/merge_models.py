"""Records of the directory made one, and pairs that somebody said are two."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Model
from consult.kernel.model import Audited, Choice, Record, StudyScoped, choice


class Kind(Choice):
    """What can be entered twice, by the name of its table."""

    ORGANISATION = "organisation", "Organisation", "Organisation"
    PERSON = "person", "Personne", "Person"


class DirectoryMerge(Record, Model):
    """A merge as it was done, so that it can be undone: `changes` holds every row it wrote, as it was and as it became.

    The records are named without a foreign key, since a merge says what was, whatever becomes of them. Every row written carries the
    stamp `created_at`. The rows are of several studies: nobody reads them but the way back.
    """

    __tablename__ = "directory_merge"
    __table_args__ = (sa.Index("ix_directory_merge_kept", "kind", "kept_id"), sa.Index("ix_directory_merge_gone", "kind", "gone_id"))

    kind: Mapped[Kind] = choice(Kind)
    kept_id: Mapped[int]
    gone_id: Mapped[int]
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_at: Mapped[dt.datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))


class DistinctPair(Record, StudyScoped, Audited, Model):
    """Two records that resemble each other and are not the same, as somebody of a study said: the study is not asked again.

    They are named without a foreign key: such a remark must not keep an import that made one of them from being undone.
    """

    __tablename__ = "distinct_pair"
    __table_args__ = (sa.UniqueConstraint("study_id", "kind", "one_id", "other_id"),)

    kind: Mapped[Kind] = choice(Kind)
    one_id: Mapped[int]
    other_id: Mapped[int]

    def audit_subject(self) -> tuple[str, int]:
        return self.kind, self.one_id
