"""The sections of a draft: added, changed, moved, taken out and put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.guides import conditions, copying, service
from consult.guides.models import GuideItem, GuideSection, GuideVersion
from consult.kernel import actor
from consult.kernel.db import db
from consult.kernel.errors import NotFound
from consult.kernel.locking import expect_version, first_come
from consult.kernel.model import now

FIELDS = copying.SECTION_FIELDS


def sections(version: GuideVersion) -> Sequence[GuideSection]:
    """Return the sections of a version in their order."""
    query = sa.select(GuideSection).where(GuideSection.version_id == version.id)
    return db.session.scalars(query.order_by(GuideSection.position, GuideSection.id)).all()


def get(section_id: int, deleted: bool = False) -> GuideSection:
    """Return a section of a guide of the study in scope. Raises NotFound."""
    query = sa.select(GuideSection).where(GuideSection.id == section_id).execution_options(include_deleted=deleted)
    section = db.session.scalar(query)
    if section is None:
        raise NotFound
    return section


def add(version: GuideVersion, values: Mapping[str, Any]) -> GuideSection:
    """Add a section at the end of a draft. Raises Refused when the version is published."""
    service.expect_draft(version)
    last = max((each.position for each in sections(version)), default=-1)
    facts = {"study_id": version.study_id, "guide_id": version.guide_id, "version_id": version.id, "position": last + 1}
    section = GuideSection(**facts, **{name: values[name] for name in FIELDS if name in values})
    db.session.add(section)
    db.session.flush()
    return section


def update(section: GuideSection, values: Mapping[str, Any], seen: int | None) -> None:
    """Change a section of a draft. Raises Conflict, or Refused when its condition is about no earlier question, or it is published."""
    service.expect_draft(section)
    expect_version(section, seen)
    if values.get("condition"):
        conditions.check(values["condition"], conditions.earlier_than(service.outline(section.version_id), section.id))
    for name in FIELDS:
        if name in values:
            setattr(section, name, values[name])
    db.session.flush()


def move(section: GuideSection, steps: int) -> None:
    """Move a section up (-1) or down (1) among the others. Raises Refused when the version is published."""
    service.expect_draft(section)
    order = list(sections(service.version(section.version_id)))
    at = order.index(section)
    order.insert(max(0, min(len(order) - 1, at + steps)), order.pop(at))
    for position, each in enumerate(order):
        each.position = position
    db.session.flush()


def delete(section: GuideSection) -> None:
    """Take a section with its questions out of a draft. Raises Refused when the version is published."""
    service.expect_draft(section)
    section.deleted_at, section.deleted_by_id = now(), actor.current().user_id
    for item in db.session.scalars(sa.select(GuideItem).where(GuideItem.section_id == section.id)):
        item.deleted_at, item.deleted_by_id = section.deleted_at, section.deleted_by_id
    db.session.flush()


def restore(section: GuideSection) -> None:
    """Put a section back with the questions that went with it. Raises Refused when the guide asks one of them elsewhere by now, or the
    version was published meanwhile."""
    service.expect_draft(section)
    went = sa.select(GuideItem).where(GuideItem.section_id == section.id, GuideItem.deleted_at == section.deleted_at)
    with first_come("section_asked_already"):
        for item in db.session.scalars(went.execution_options(include_deleted=True)):
            item.deleted_at = item.deleted_by_id = None
        section.deleted_at = section.deleted_by_id = None
