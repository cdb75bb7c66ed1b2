"""Whether an organisation lies in a study's perimeter, and which segment its facts propose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from consult.kernel.db import db
from consult.organisations.models import OrganisationKind, OrganisationRole, RoleKind, Site
from consult.organisations.participation import Participation
from consult.studies.models import PerimeterCommune, Segment, SegmentKind

_INSTITUTIONS = frozenset(OrganisationKind) - {OrganisationKind.COMPANY, OrganisationKind.OTHER}
_BY_ROLE = {
    RoleKind.BRAND: SegmentKind.BRAND,
    RoleKind.MANUFACTURE: SegmentKind.BRAND,
    RoleKind.SUBCONTRACTOR: SegmentKind.SUBCONTRACTOR,
    RoleKind.CO_CONTRACTOR: SegmentKind.SUBCONTRACTOR,
    RoleKind.INSTITUTION: SegmentKind.INSTITUTION,
    RoleKind.TRAINING: SegmentKind.INSTITUTION,
    RoleKind.RESEARCH: SegmentKind.INSTITUTION,
    RoleKind.FUNDER: SegmentKind.INSTITUTION,
    RoleKind.CLUSTER: SegmentKind.INSTITUTION,
}


def derived() -> sa.ColumnElement[bool]:
    """Return the expression that one of a participation's sites lies in a commune of its study's perimeter."""
    return (
        sa.select(Site.id)
        .join(PerimeterCommune, PerimeterCommune.commune_code == Site.commune_code)
        .where(Site.organisation_id == Participation.organisation_id)
        .correlate(Participation)
        .exists()
    )


def inside() -> sa.ColumnElement[bool]:
    """Return the expression that a participation is in the perimeter: as somebody decided, else as its sites say."""
    return sa.func.coalesce(Participation.perimeter_override, derived())


def is_derived_inside(organisation_id: int) -> bool:
    """Tell whether an organisation's sites lie in the perimeter of the study in scope."""
    query = (
        sa.select(Site.id)
        .join(PerimeterCommune, PerimeterCommune.commune_code == Site.commune_code)
        .where(Site.organisation_id == organisation_id)
    )
    return db.session.scalar(query.limit(1)) is not None


def has_perimeter() -> bool:
    """Tell whether the study in scope has any perimeter."""
    return db.session.scalar(sa.select(PerimeterCommune.commune_code).limit(1)) is not None


def proposed_kind(kind: OrganisationKind, role: RoleKind | None, is_inside: bool | None) -> SegmentKind | None:
    """Return the kind of segment that an organisation's facts point to; None where they do not say.

    Institutions are institutions wherever they are; a company outside the perimeter is outside, whatever it makes. `is_inside` is
    None where nobody knows: in a study without perimeter, or of an organisation without a commune.
    """
    if kind in _INSTITUTIONS:
        return SegmentKind.INSTITUTION
    if is_inside is False:
        return SegmentKind.OUTSIDE
    return _BY_ROLE.get(role) if role else None


def segment_of(kind: SegmentKind | None, segments: Sequence[Any]) -> int | None:
    """Return the id of the one segment of a kind; None where there is none, or a choice to make."""
    fitting = [segment.id for segment in segments if segment.kind == kind]
    return fitting[0] if len(fitting) == 1 else None


def segment_at_entry(kind: OrganisationKind, role: RoleKind | None, commune_code: str | None) -> int | None:
    """Return the id of the segment that is proposed for an organisation that is just being named in the study in scope."""
    segments = db.session.execute(sa.select(Segment.id, Segment.kind)).all()
    if not segments:
        return None
    inside = sa.select(PerimeterCommune.commune_code).where(PerimeterCommune.commune_code == commune_code)
    is_inside = db.session.scalar(inside) is not None if commune_code and has_perimeter() else None
    return segment_of(proposed_kind(kind, role, is_inside), segments)


def proposed_segment(organisation_id: int, kind: OrganisationKind) -> int | None:
    """Return the id of the segment of the study in scope that an organisation's kind, primary role and sites propose."""
    segments = db.session.execute(sa.select(Segment.id, Segment.kind)).all()
    if not segments:
        return None
    placed = sa.select(Site.id).where(Site.organisation_id == organisation_id, Site.commune_code.is_not(None)).limit(1)
    known = has_perimeter() and db.session.scalar(placed) is not None
    return segment_of(proposed_kind(kind, primary_role(organisation_id), is_derived_inside(organisation_id) if known else None), segments)


def primary_role(organisation_id: int) -> RoleKind | None:
    """Return what an organisation is first of all: in this study where that was said, else in general; among several, the primary one."""
    query = (
        sa.select(OrganisationRole.role)
        .where(OrganisationRole.organisation_id == organisation_id, OrganisationRole.until.is_(None))
        .order_by(OrganisationRole.is_primary.desc(), OrganisationRole.study_id.is_(None), OrganisationRole.id)
    )
    return db.session.scalar(query.limit(1))
