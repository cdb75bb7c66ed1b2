"""A version of a guide read as a whole, in a constant number of statements however many questions it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import sqlalchemy as sa

from consult.guides.models import Guide, GuideItem, GuideSection, GuideVersion, Question, QuestionOption, QuestionVersion
from consult.kernel.db import db
from consult.kernel.errors import NotFound
from consult.kernel.model import AnySelect


@dataclass(frozen=True)
class Asked:
    """A question as a version asks it. `number` is what people call it by, such as 2.3; `key` is what answers are read together by."""

    item: GuideItem
    key: str
    wording: QuestionVersion
    options: tuple[QuestionOption, ...]
    number: str

    @property
    def question_id(self) -> int:
        """The question whose answers are read together, whatever the wording."""
        return self.item.question_id

    def option(self, code: str) -> QuestionOption | None:
        """Return the option with a code."""
        return next((each for each in self.options if each.code == code), None)


@dataclass(frozen=True)
class Part:
    """A section with what is asked in it; `number` counts from 1."""

    section: GuideSection
    number: int
    items: list[Asked] = field(default_factory=list)


@dataclass(frozen=True)
class Outline:
    """A version of a guide with its sections and questions, in their order."""

    guide: Guide
    version: GuideVersion
    parts: tuple[Part, ...]

    @cached_property
    def items(self) -> list[Asked]:
        """Every question in the order in which they are asked."""
        return [asked for part in self.parts for asked in part.items]

    @cached_property
    def by_question(self) -> dict[int, Asked]:
        """The questions by the id of `Question`, as answers name them."""
        return {asked.question_id: asked for asked in self.items}

    @cached_property
    def by_key(self) -> dict[str, Asked]:
        """The questions by their key, as conditions name them."""
        return {asked.key: asked for asked in self.items}

    def part_of(self, asked: Asked) -> Part:
        """Return the section in which a question is asked."""
        return next(part for part in self.parts if part.section.id == asked.item.section_id)


def outline(version_id: int) -> Outline:
    """Return a version of a guide as a whole, in four statements. Raises NotFound."""
    query = sa.select(Guide, GuideVersion).join(GuideVersion, GuideVersion.guide_id == Guide.id).where(GuideVersion.id == version_id)
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound
    sections = db.session.scalars(
        sa.select(GuideSection).where(GuideSection.version_id == version_id).order_by(GuideSection.position, GuideSection.id)
    ).all()
    parts = {section.id: Part(section, number) for number, section in enumerate(sections, 1)}
    for asked in _asked(version_id, parts):
        parts[asked.item.section_id].items.append(asked)
    return Outline(found[0], found[1], tuple(parts.values()))


def _asked(version_id: int, parts: dict[int, Part]) -> Iterator[Asked]:
    query = (
        sa.select(GuideItem, Question.key, QuestionVersion)
        .join(Question, Question.id == GuideItem.question_id)
        .join(QuestionVersion, QuestionVersion.id == GuideItem.question_version_id)
        .where(GuideItem.version_id == version_id)
        .order_by(GuideItem.position, GuideItem.id)
    )
    options = options_of(sa.select(GuideItem.question_version_id).where(GuideItem.version_id == version_id))
    seen: dict[int, int] = {}
    for item, key, wording in db.session.execute(query):
        part = parts.get(item.section_id)
        if part is not None:
            seen[item.section_id] = seen.get(item.section_id, 0) + 1
            yield Asked(item, key, wording, tuple(options.get(wording.id, ())), f"{part.number}.{seen[item.section_id]}")


def options_of(wordings: AnySelect) -> dict[int, list[QuestionOption]]:
    """Return the options of the wordings with the ids that a select gives, in their order, by wording."""
    query = sa.select(QuestionOption).where(QuestionOption.question_version_id.in_(wordings))
    found: dict[int, list[QuestionOption]] = {}
    for option in db.session.scalars(query.order_by(QuestionOption.position, QuestionOption.id)):
        found.setdefault(option.question_version_id, []).append(option)
    return found
