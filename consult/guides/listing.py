"""The guides of a study with what a list tells of them, in two statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.guides.models import Guide, GuideItem, GuideSection, GuideVersion, VersionState
from consult.kernel.db import db
from consult.kernel.scope import current


@dataclass(frozen=True)
class Listed:
    """A guide with the version that interviews take, its draft, and how many questions each asks by the version's id."""

    guide: Guide
    published: GuideVersion | None
    draft: GuideVersion | None
    latest: GuideVersion | None
    asked: dict[int, int]

    @property
    def main(self) -> GuideVersion | None:
        """The version that stands for the guide: what interviews take, else what is being written, else what was last."""
        return self.published or self.draft or self.latest


def guides() -> list[Listed]:
    """Return the guides, those in use first, then by code."""
    query = sa.select(Guide, GuideVersion).join(GuideVersion, GuideVersion.guide_id == Guide.id)
    found: dict[int, tuple[Guide, list[GuideVersion]]] = {}
    for guide, version in db.session.execute(query.order_by(Guide.archived, Guide.code, Guide.id, GuideVersion.number.desc())):
        found.setdefault(guide.id, (guide, []))[1].append(version)
    asked = _asked()
    return [
        Listed(guide, _in(versions, VersionState.PUBLISHED), _in(versions, VersionState.DRAFT), versions[0], asked)
        for guide, versions in found.values()
    ]


def _in(versions: list[GuideVersion], state: VersionState) -> GuideVersion | None:
    return next((version for version in versions if version.state == state), None)


def _asked() -> dict[int, int]:
    query = sa.select(GuideItem.version_id, sa.func.count().label("number")).join(GuideSection, GuideSection.id == GuideItem.section_id)
    return {row.version_id: row.number for row in db.session.execute(query.group_by(GuideItem.version_id))}


def rail_count() -> Any:
    """Return the count of guides in use, bound to the study in scope, for the rail."""
    here = (Guide.study_id == current().study_id, Guide.deleted_at.is_(None), Guide.archived.is_(False))
    return sa.select(sa.func.count().label("number")).select_from(Guide).where(*here).scalar_subquery()
