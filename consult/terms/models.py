"""Terms of the open lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Model
from consult.kernel.model import NAME, Audited, Choice, Record, SoftDeleted, Versioned, choice


class TermList(Choice):
    SPECIALITY = "speciality", "Spécialité", "Speciality"
    TAG = "tag", "Étiquette", "Tag"
    COMPONENT = "component", "Composant", "Component"
    PROCESS = "process", "Procédé", "Process"


class Term(Record, Versioned, SoftDeleted, Audited, Model):
    """A word of an open list, with its label in both languages. A merged term points to the one that replaced it."""

    __tablename__ = "term"
    __table_args__ = (
        sa.Index(
            "uq_term_live", "list", "key", unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"), postgresql_where=sa.text("deleted_at IS NULL"),
        ),
    )  # fmt: skip

    list: Mapped[TermList] = choice(TermList)
    key: Mapped[str] = mapped_column(sa.String(NAME))
    label_fr: Mapped[str] = mapped_column(sa.String(NAME))
    label_en: Mapped[str | None] = mapped_column(sa.String(NAME))
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("term.id"))

    def label(self, lang: str) -> str:
        """Return the label in `lang`, in French where there is no English."""
        return (self.label_en if lang == "en" else None) or self.label_fr


class TermMerge(Record, Model):
    """A merge of terms as it was done, so that it can be undone: which terms went into which, which uses were moved or fell together."""

    __tablename__ = "term_merge"

    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("term.id"), index=True)
    merged: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_at: Mapped[dt.datetime | None]


def label_in(lang: str) -> Any:
    """Return the column of a term's label in a language, for a query that needs no more of it."""
    return sa.func.coalesce(Term.label_en, Term.label_fr) if lang == "en" else Term.label_fr
