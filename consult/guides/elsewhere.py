"""Guides of other studies that somebody may read, to be copied into the study in scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.guides import plain, service
from consult.guides.models import Guide, GuideVersion, VersionState
from consult.guides.plain import PlainSection
from consult.kernel import scope
from consult.kernel.db import db
from consult.kernel.errors import NotFound
from consult.studies import service as studies
from consult.studies.models import Study
from consult.studies.permissions import may


@dataclass(frozen=True)
class Found:
    """A guide of another study with the version to copy."""

    study: Study
    guide: Guide
    version: GuideVersion


def guides(user_id: int) -> list[Found]:
    """Return the guides of a person's other studies in which they may read guides, each in its published or latest version."""
    here, found = scope.current(), list[Found]()
    for mine in studies.mine(user_id):
        if mine.study.id != here.study_id and may(mine.role, "read_guides"):
            with scope.within(scope.Scope(mine.study.id, user_id, mine.role, mine.role.rank), db.session()):
                found += [Found(mine.study, guide, version) for guide, version in _latest()]
    return found


def _latest() -> Sequence[tuple[Guide, GuideVersion]]:
    first = sa.case((GuideVersion.state == VersionState.PUBLISHED, 0), else_=1)
    query = sa.select(Guide, GuideVersion).join(GuideVersion, GuideVersion.guide_id == Guide.id)
    ordered = query.order_by(Guide.code, Guide.id, first, GuideVersion.number.desc())
    chosen: dict[int, tuple[Guide, GuideVersion]] = {}
    for guide, version in db.session.execute(ordered):
        chosen.setdefault(guide.id, (guide, version))
    return list(chosen.values())


def copy(user_id: int, version_id: int) -> Guide:
    """Make a guide of the study in scope that asks what a version of another study asks. Raises NotFound for one they may not read."""
    source = next((each for each in guides(user_id) if each.version.id == version_id), None)
    if source is None:
        raise NotFound
    facts, sections = _read(source, user_id)
    guide = service.create({**facts, "code": service.free_code(facts["code"])})
    plain.write(service.edit(guide), sections)
    return guide


def _read(source: Found, user_id: int) -> tuple[Mapping[str, Any], tuple[PlainSection, ...]]:
    role = next(mine.role for mine in studies.mine(user_id) if mine.study.id == source.study.id)
    with scope.within(scope.Scope(source.study.id, user_id, role, role.rank), db.session()):
        whole = service.outline(source.version.id)
        return {"code": whole.guide.code, "title_fr": whole.guide.title_fr, "title_en": whole.guide.title_en}, plain.read(whole)
