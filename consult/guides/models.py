"""Guides with their versions, sections and items; questions with their wordings and options."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from consult.guides.frozen import freeze
from consult.kernel.db import Model
from consult.kernel.model import (
    LABEL,
    NAME,
    NOTE,
    Audited,
    Choice,
    Confidentiality,
    Record,
    Referenced,
    SoftDeleted,
    StudyScoped,
    Versioned,
    choice,
)
from consult.terms.models import TermList

CODE = 60
"""The longest code of a guide, key of a question, code of an option."""


class VersionState(Choice):
    """Only a draft changes. New interviews take the published version; those begun on a retired one keep it."""

    DRAFT = "draft", "Brouillon", "Draft"
    PUBLISHED = "published", "Publiée", "Published"
    RETIRED = "retired", "Retirée", "Retired"


class QuestionKind(Choice):
    """What an answer is made of (see `kinds`)."""

    TEXT = "text", "Texte court", "Short text"
    LONG_TEXT = "long_text", "Texte long", "Long text"
    SINGLE = "single", "Choix unique", "Single choice"
    MULTIPLE = "multiple", "Choix multiple", "Multiple choice"
    NUMBER = "number", "Nombre", "Number"
    AMOUNT = "amount", "Montant", "Amount"
    PERCENTAGE = "percentage", "Pourcentage", "Percentage"
    DATE = "date", "Date", "Date"
    SCALE = "scale", "Échelle", "Scale"
    ORGANISATION = "organisation", "Organisation", "Organisation"
    PERSON = "person", "Personne", "Person"
    COMPONENT = "component", "Composant ou procédé", "Component or process"
    FILE = "file", "Fichier", "File"


class TaxBasis(Choice):
    """What an amount includes."""

    EXCLUDED = "ht", "HT", "Excl. tax"
    INCLUDED = "ttc", "TTC", "Incl. tax"
    NET = "net", "Net de taxe", "Net of tax"


def _live(name: str, *columns: str, also: str = "") -> sa.Index:
    where = sa.text("deleted_at IS NULL" + also)
    return sa.Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


class Guide(Record, Referenced, StudyScoped, Versioned, SoftDeleted, Audited, Model):
    """An interview guide of a study. `code` is short and unique in the study; an archived guide is no longer offered."""

    __tablename__ = "guide"
    __table_args__ = (sa.UniqueConstraint("study_id", "id"), _live("uq_guide_code_live", "study_id", "code"))
    ref_prefix = "GUI"

    code: Mapped[str] = mapped_column(sa.String(CODE))
    title_fr: Mapped[str] = mapped_column(sa.String(NAME))
    title_en: Mapped[str | None] = mapped_column(sa.String(NAME))
    archived: Mapped[bool] = mapped_column(default=False)

    def title(self, lang: str) -> str:
        """Return the title in `lang`, in French where there is no English."""
        return (self.title_en if lang == "en" else None) or self.title_fr


class _Part(StudyScoped, Audited):
    """A row that belongs to a guide of the same study."""

    def audit_subject(self) -> tuple[str, int]:
        return "guide", self.guide_id  # type: ignore[attr-defined]


def _of(table: str, *columns: str) -> SchemaItem:
    return sa.ForeignKeyConstraint(["study_id", *columns], [f"{table}.study_id", f"{table}.id"])


class GuideVersion(Record, _Part, Versioned, SoftDeleted, Model):
    """A state of a guide. A guide has one draft at most; a version that was published never changes again (see `frozen`)."""

    __tablename__ = "guide_version"
    __table_args__ = (
        _of("guide", "guide_id"),
        sa.UniqueConstraint("study_id", "id"),
        sa.UniqueConstraint("guide_id", "number"),
        _live("uq_guide_version_draft_live", "guide_id", also=" AND state = 'draft'"),
        _live("uq_guide_version_published_live", "guide_id", also=" AND state = 'published'"),
    )

    guide_id: Mapped[int]
    number: Mapped[int]
    state: Mapped[VersionState] = choice(VersionState, default=VersionState.DRAFT)
    note: Mapped[str | None] = mapped_column(sa.String(LABEL))
    published_at: Mapped[dt.datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))


class GuideSection(Record, _Part, Versioned, SoftDeleted, Model):
    """A part of a version of a guide. `condition` says when it is asked (see `conditions`)."""

    __tablename__ = "guide_section"
    __table_args__ = (
        _of("guide_version", "version_id"),
        sa.UniqueConstraint("version_id", "id"),
        sa.Index("ix_guide_section_order", "version_id", "position"),
    )

    guide_id: Mapped[int] = mapped_column(sa.ForeignKey("guide.id"))
    version_id: Mapped[int]
    position: Mapped[int]
    title_fr: Mapped[str] = mapped_column(sa.String(NAME))
    title_en: Mapped[str | None] = mapped_column(sa.String(NAME))
    help_why_fr: Mapped[str | None] = mapped_column(sa.String(NOTE))
    help_why_en: Mapped[str | None] = mapped_column(sa.String(NOTE))
    help_how_fr: Mapped[str | None] = mapped_column(sa.String(NOTE))
    help_how_en: Mapped[str | None] = mapped_column(sa.String(NOTE))
    condition: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    def title(self, lang: str) -> str:
        """Return the title in `lang`, in French where there is no English."""
        return (self.title_en if lang == "en" else None) or self.title_fr

    def help(self, which: str, lang: str) -> str | None:
        """Return the help `why` or `how` in `lang`, in French where there is no English."""
        return (getattr(self, f"help_{which}_en") if lang == "en" else None) or getattr(self, f"help_{which}_fr")


class Question(Record, StudyScoped, Versioned, SoftDeleted, Audited, Model):
    """What is asked, whatever its wording. Answers are read together by `key`, across versions and guides; it never changes."""

    __tablename__ = "question"
    __table_args__ = (sa.UniqueConstraint("study_id", "id"), _live("uq_question_key_live", "study_id", "key"))

    key: Mapped[str] = mapped_column(sa.String(CODE))


class _PartOfQuestion(StudyScoped, Audited):
    """A row that belongs to a question of the same study."""

    def audit_subject(self) -> tuple[str, int]:
        return "question", self.question_id  # type: ignore[attr-defined]


class QuestionVersion(Record, _PartOfQuestion, Versioned, Model):
    """A wording of a question and what may be answered. Once a published version of a guide asks it, it never changes: it is copied.

    `confidentiality` is the level that an answer has unless it is given another; `sensitive` asks for tact and for discretion in reports.
    """

    __tablename__ = "question_version"
    __table_args__ = (
        _of("question", "question_id"),
        sa.UniqueConstraint("study_id", "id"),
        sa.UniqueConstraint("question_id", "number"),
        sa.UniqueConstraint("question_id", "id"),
    )

    question_id: Mapped[int]
    number: Mapped[int]
    kind: Mapped[QuestionKind] = choice(QuestionKind)
    label_fr: Mapped[str] = mapped_column(sa.String(LABEL))
    label_en: Mapped[str | None] = mapped_column(sa.String(LABEL))
    why_fr: Mapped[str | None] = mapped_column(sa.String(NOTE))
    why_en: Mapped[str | None] = mapped_column(sa.String(NOTE))
    how_fr: Mapped[str | None] = mapped_column(sa.String(NOTE))
    how_en: Mapped[str | None] = mapped_column(sa.String(NOTE))
    unit: Mapped[str | None] = mapped_column(sa.String(CODE))
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    tax_basis: Mapped[TaxBasis | None] = choice(TaxBasis)
    scale_min: Mapped[int | None]
    scale_max: Mapped[int | None]
    scale_min_fr: Mapped[str | None] = mapped_column(sa.String(NAME))
    scale_min_en: Mapped[str | None] = mapped_column(sa.String(NAME))
    scale_max_fr: Mapped[str | None] = mapped_column(sa.String(NAME))
    scale_max_en: Mapped[str | None] = mapped_column(sa.String(NAME))
    term_list: Mapped[TermList | None] = choice(TermList)
    required: Mapped[bool] = mapped_column(default=False)
    sensitive: Mapped[bool] = mapped_column(default=False)
    confidentiality: Mapped[Confidentiality] = choice(Confidentiality, default=Confidentiality.TEAM)

    def label(self, lang: str) -> str:
        """Return the question in `lang`, in French where there is no English."""
        return (self.label_en if lang == "en" else None) or self.label_fr

    def help(self, which: str, lang: str) -> str | None:
        """Return the help `why` or `how` in `lang`, in French where there is no English."""
        return (getattr(self, f"{which}_en") if lang == "en" else None) or getattr(self, f"{which}_fr")

    def end(self, which: str, lang: str) -> str | None:
        """Return what the `min` or `max` of a scale means in `lang`, in French where there is no English."""
        return (getattr(self, f"scale_{which}_en") if lang == "en" else None) or getattr(self, f"scale_{which}_fr")


class QuestionOption(_PartOfQuestion, Model):
    """What may be chosen. An answer holds the code, which never changes its meaning."""

    __tablename__ = "question_option"
    __table_args__ = (
        sa.ForeignKeyConstraint(["question_id", "question_version_id"], ["question_version.question_id", "question_version.id"]),
        sa.UniqueConstraint("question_version_id", "code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int]
    question_version_id: Mapped[int]
    position: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(CODE))
    label_fr: Mapped[str] = mapped_column(sa.String(LABEL))
    label_en: Mapped[str | None] = mapped_column(sa.String(LABEL))

    def label(self, lang: str) -> str:
        """Return the label in `lang`, in French where there is no English."""
        return (self.label_en if lang == "en" else None) or self.label_fr


class GuideItem(Record, _Part, Versioned, SoftDeleted, Model):
    """A question in its place in a version of a guide, in the wording that the version asks; each question once."""

    __tablename__ = "guide_item"
    __table_args__ = (
        sa.ForeignKeyConstraint(["version_id", "section_id"], ["guide_section.version_id", "guide_section.id"]),
        sa.ForeignKeyConstraint(["question_id", "question_version_id"], ["question_version.question_id", "question_version.id"]),
        _of("guide_version", "version_id"),
        _of("question", "question_id"),
        _live("uq_guide_item_question_live", "version_id", "question_id"),
        sa.Index("ix_guide_item_order", "section_id", "position"),
        sa.Index("ix_guide_item_wording", "question_version_id"),
        sa.Index("ix_guide_item_question", "question_id"),
    )

    guide_id: Mapped[int] = mapped_column(sa.ForeignKey("guide.id"))
    version_id: Mapped[int]
    section_id: Mapped[int]
    question_id: Mapped[int]
    question_version_id: Mapped[int]
    position: Mapped[int]
    condition: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))


freeze(Model.metadata.tables)
