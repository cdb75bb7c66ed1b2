"""The guides of a study and their versions: found, made, read as a whole, published, retired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.guides import copying
from consult.guides.conditions import broken
from consult.guides.models import CODE, Guide, GuideItem, GuideSection, GuideVersion, VersionState
from consult.guides.outline import Outline, outline
from consult.kernel import actor, refs, scope
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import expect_version, first_come
from consult.kernel.model import now

FIELDS = ("code", "title_fr", "title_en")

__all__ = ["FIELDS", "Outline", "outline"]
"""What others find here although it is made elsewhere, beside the functions below."""


def guides(archived: bool | None = False) -> Sequence[Guide]:
    """Return the guides of the study in scope by code; those in use unless told otherwise, all of them with None."""
    query = sa.select(Guide).order_by(Guide.code, Guide.id)
    return db.session.scalars(query if archived is None else query.where(Guide.archived.is_(archived))).all()


def get(guide_id: int, deleted: bool = False) -> Guide:
    """Return a guide of the study in scope. Raises NotFound."""
    query = sa.select(Guide).where(Guide.id == guide_id).execution_options(include_deleted=deleted)
    guide = db.session.scalar(query)
    if guide is None:
        raise NotFound
    return guide


def create(values: Mapping[str, Any]) -> Guide:
    """Add a guide with an empty draft. Raises Refused when the code is taken."""
    guide = Guide(study_id=scope.current().study_id, ref=refs.take(Guide.ref_prefix)[0], **{n: values[n] for n in FIELDS if n in values})
    with first_come("guide_code_taken", "code", taken=values["code"]):
        db.session.add(guide)
    db.session.add(GuideVersion(study_id=guide.study_id, guide_id=guide.id, number=1))
    db.session.flush()
    return guide


def free_code(code: str) -> str:
    """Return a code, or one like it, that no guide of the study in scope has."""
    taken = set(db.session.scalars(sa.select(Guide.code)))
    return next(each for each in (code, *(f"{code[: CODE - 5]}-{number}" for number in range(2, 10_000))) if each not in taken)


def update(guide: Guide, values: Mapping[str, Any], seen: int | None) -> None:
    """Change what a guide is called. Raises Conflict, or Refused when the code is taken."""
    expect_version(guide, seen)
    with first_come("guide_code_taken", "code", taken=values.get("code", guide.code)):
        for name in FIELDS:
            if name in values:
                setattr(guide, name, values[name])


def archive(guide: Guide, archived: bool = True) -> None:
    """Offer a guide no longer for new interviews, or offer it again; interviews that follow it are untouched."""
    guide.archived = archived
    db.session.flush()


def delete(guide: Guide) -> None:
    """Put a guide aside that was never published. Raises Refused when it was: it can be archived."""
    if any(each.state != VersionState.DRAFT for each in versions(guide)):
        raise Refused("guide_was_published", title=guide.title_fr)
    guide.deleted_at, guide.deleted_by_id = now(), actor.current().user_id
    db.session.flush()


def restore(guide_id: int) -> Guide:
    """Bring a guide back. Raises NotFound, or Refused when another took its code meanwhile."""
    guide = get(guide_id, deleted=True)
    with first_come("guide_code_taken", "code", taken=guide.code):
        guide.deleted_at = guide.deleted_by_id = None
    return guide


def versions(guide: Guide) -> Sequence[GuideVersion]:
    """Return the versions of a guide, the newest first."""
    return db.session.scalars(sa.select(GuideVersion).where(GuideVersion.guide_id == guide.id).order_by(GuideVersion.number.desc())).all()


def version(version_id: int) -> GuideVersion:
    """Return a version of a guide of the study in scope. Raises NotFound."""
    found = db.session.scalar(sa.select(GuideVersion).where(GuideVersion.id == version_id))
    if found is None:
        raise NotFound
    return found


def draft(guide: Guide) -> GuideVersion | None:
    """Return the draft of a guide, if it has one."""
    return _in_state(guide, VersionState.DRAFT)


def published(guide: Guide) -> GuideVersion | None:
    """Return the version that new interviews take, if there is one."""
    return _in_state(guide, VersionState.PUBLISHED)


def _in_state(guide: Guide, state: VersionState) -> GuideVersion | None:
    return db.session.scalar(sa.select(GuideVersion).where(GuideVersion.guide_id == guide.id, GuideVersion.state == state))


def offered() -> Sequence[tuple[Guide, GuideVersion]]:
    """Return the guides that a new interview can follow, each with its published version, by code."""
    query = sa.select(Guide, GuideVersion).join(GuideVersion, GuideVersion.guide_id == Guide.id)
    chosen = query.where(GuideVersion.state == VersionState.PUBLISHED, Guide.archived.is_(False)).order_by(Guide.code, Guide.id)
    return [(guide, version) for guide, version in db.session.execute(chosen)]


def expect_draft(part: GuideVersion | GuideSection | GuideItem) -> None:
    """Raise Refused unless a version, or the version that a part belongs to, is a draft."""
    whole = part if isinstance(part, GuideVersion) else version(part.version_id)
    if whole.state != VersionState.DRAFT:
        raise Refused("version_published")


def edit(guide: Guide) -> GuideVersion:
    """Return the draft of a guide, made as a copy of its latest version when there is none."""
    present = draft(guide)
    if present is not None:
        return present
    with first_come("draft_there_already"):
        return copying.next_version(guide, versions(guide)[0])


def discard(whole: GuideVersion) -> None:
    """Put a draft aside; what was published stays. Raises Refused for the only version of a guide, and for one that was published."""
    expect_draft(whole)
    if len(versions(get(whole.guide_id))) == 1:
        raise Refused("only_version")
    whole.deleted_at, whole.deleted_by_id = now(), actor.current().user_id
    db.session.flush()


def restore_version(version_id: int) -> GuideVersion:
    """Bring a discarded draft back. Raises NotFound, or Refused when there is another draft by now."""
    found = db.session.scalar(sa.select(GuideVersion).where(GuideVersion.id == version_id).execution_options(include_deleted=True))
    if found is None:
        raise NotFound
    with first_come("draft_there_already"):
        found.deleted_at = found.deleted_by_id = None
    return found


def publish(whole: GuideVersion, note: str | None = None) -> None:
    """Make a draft the version that new interviews take; the one before is retired.

    Raises Refused when nothing is asked in it, or a condition is about what is not asked earlier.
    """
    expect_draft(whole)
    asked = outline(whole.id)
    if not asked.items:
        raise Refused("nothing_asked")
    for number, _why in broken(asked):
        raise Refused("condition_broken", number=number)
    before = published(get(whole.guide_id))
    if before is not None:
        before.state = VersionState.RETIRED
        db.session.flush()
    whole.state, whole.note = VersionState.PUBLISHED, note
    whole.published_at, whole.published_by_id = now(), actor.current().user_id
    db.session.flush()


def retire(whole: GuideVersion) -> None:
    """Offer a published version no longer; interviews that follow it keep it. Raises Refused when it is not published."""
    if whole.state != VersionState.PUBLISHED:
        raise Refused("version_not_published")
    whole.state = VersionState.RETIRED
    db.session.flush()


def publish_again(whole: GuideVersion) -> None:
    """Offer a retired version again, in place of the one that is published now. Raises Refused when it is not retired."""
    if whole.state != VersionState.RETIRED:
        raise Refused("version_not_retired")
    before = published(get(whole.guide_id))
    if before is not None:
        retire(before)
    whole.state = VersionState.PUBLISHED
    db.session.flush()
