"""Copies: the next version of a guide, and the next wording of a question."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from consult.guides.models import Guide, GuideItem, GuideSection, GuideVersion, QuestionOption, QuestionVersion
from consult.guides.outline import Outline, outline
from consult.kernel.db import db

SECTION_FIELDS = ("title_fr", "title_en", "help_why_fr", "help_why_en", "help_how_fr", "help_how_en", "condition")
WORDING_FIELDS = (
    "kind", "label_fr", "label_en", "why_fr", "why_en", "how_fr", "how_en", "unit", "currency", "tax_basis", "scale_min", "scale_max",
    "scale_min_fr", "scale_min_en", "scale_max_fr", "scale_max_en", "term_list", "required", "sensitive", "confidentiality",
)  # fmt: skip
OPTION_FIELDS = ("position", "code", "label_fr", "label_en")


def values(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return some columns of a row."""
    return {name: getattr(row, name) for name in names}


def next_version(guide: Guide, source: GuideVersion) -> GuideVersion:
    """Make a draft that asks what another version asks, in the same words."""
    every = sa.select(sa.func.max(GuideVersion.number)).where(GuideVersion.guide_id == guide.id)
    last = db.session.scalar(every.execution_options(include_deleted=True)) or 0
    made = GuideVersion(study_id=guide.study_id, guide_id=guide.id, number=last + 1)
    db.session.add(made)
    db.session.flush()
    copy_sections(outline(source.id), made)
    return made


def copy_sections(source: Outline, target: GuideVersion) -> None:
    """Put copies of all sections and items into a version of the same study."""
    facts = {"study_id": target.study_id, "guide_id": target.guide_id, "version_id": target.id}
    made = [GuideSection(**facts, position=place, **values(part.section, SECTION_FIELDS)) for place, part in enumerate(source.parts)]
    db.session.add_all(made)
    db.session.flush()
    for section, part in zip(made, source.parts, strict=True):
        for position, asked in enumerate(part.items):
            chosen = values(asked.item, ("question_id", "question_version_id", "condition"))
            db.session.add(GuideItem(**facts, section_id=section.id, position=position, **chosen))
    db.session.flush()


def next_wording(source: QuestionVersion) -> QuestionVersion:
    """Make a wording of the same question that says the same, to be changed; a published one stays as it is."""
    last = sa.select(sa.func.max(QuestionVersion.number)).where(QuestionVersion.question_id == source.question_id)
    number = (db.session.scalar(last) or 0) + 1
    made = QuestionVersion(study_id=source.study_id, question_id=source.question_id, number=number, **values(source, WORDING_FIELDS))
    db.session.add(made)
    db.session.flush()
    query = sa.select(QuestionOption).where(QuestionOption.question_version_id == source.id).order_by(QuestionOption.position)
    for option in db.session.scalars(query):
        facts = values(source, ("study_id", "question_id"))
        db.session.add(QuestionOption(**facts, question_version_id=made.id, **values(option, OPTION_FIELDS)))
    db.session.flush()
    return made
