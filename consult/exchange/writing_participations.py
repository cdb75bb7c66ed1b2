"""How the organisations of a plan take part in the study, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from consult.exchange import references
from consult.exchange.fields import FIELDS, JOINED, ORGANISATION, SITE
from consult.exchange.written import Records, Written, rows_by_id, rows_where
from consult.kernel.db import db
from consult.kernel.scope import current
from consult.organisations import participating, perimeter
from consult.organisations.models import Organisation, OrganisationKind
from consult.organisations.participation import Disposition, Participation
from consult.studies.models import PerimeterCommune, Segment

OUTSIDE = {"in_frame": False, **dict.fromkeys(participating.FRAMED)}
"""What a participation is that leaves the target list."""


def write(records: Records, in_frame: bool) -> None:
    """Put into the ledger how organisations take part; those that join enter the target list if `in_frame`, unless a row says otherwise."""
    every = [r for r in records.of(ORGANISATION) if JOINED in r.values or r.of("participation")]
    ids = [r.id for r in every if not r.fresh]
    here = Participation.study_id == current().study_id
    rows = {row["organisation_id"]: row for row in rows_where(Participation, Participation.organisation_id, ids, here)}
    labels = {each.column: references.ids(each.reference) for each in FIELDS if each.reference}
    segments = _Segments(records, ids)
    for record in every:
        values, row = _columns(record, labels), rows.get(record.id)
        if row is None:
            joined = {"study_id": current().study_id, "organisation_id": record.id, "in_frame": in_frame, **values, **_found_by(record)}
            record.images.append(records.ledger.insert(Participation, **_standing(joined, {}, record, segments))[1])
            continue
        if row["deleted_at"] is not None:
            values.update({"deleted_at": None, "deleted_by_id": None})
        values = _standing(values, row, record, segments)
        if values:
            record.images.append(records.ledger.update(Participation, row, values))


def _found_by(record: Written) -> dict[str, str]:
    return {name: value for name, value in record.words.items() if name in Participation.__table__.c}


def _columns(record: Written, labels: dict[str, dict[str, int]]) -> dict[str, Any]:
    """What a file sets of a participation, segment and owner by id; one that is gone since the plan was made is left as it is."""
    values = record.of("participation")
    ids = {name: labels[name].get(values[name]) if values[name] else None for name in values if name in labels}
    return {**{name: value for name, value in values.items() if name not in ids}, **{n: i for n, i in ids.items() if i or not values[n]}}


def _standing(values: dict[str, Any], row: Mapping[str, Any], record: Written, segments: _Segments) -> dict[str, Any]:
    """Complete what enters or leaves the target list: a first disposition and the segment proposed, or neither."""
    if "in_frame" not in values or values["in_frame"] == row.get("in_frame"):
        return values
    if not values["in_frame"]:
        return {**values, **OUTSIDE} if row else values
    first = {"disposition": Disposition.TO_CONTACT, "segment_id": row.get("segment_id") or values.get("segment_id") or segments.of(record)}
    return {**first, **values}


class _Segments:
    """Proposes the segment of an organisation that joins the study, from what it is and where it stands."""

    def __init__(self, records: Records, ids: list[int]) -> None:
        self._kinds = {row["id"]: row["kind"] for row in rows_by_id(Organisation, ids).values()}
        self._segments = db.session.execute(
            sa.select(Segment.id, Segment.kind).where(Segment.study_id == current().study_id, Segment.deleted_at.is_(None))
        ).all()
        self._perimeter = set(
            db.session.scalars(sa.select(PerimeterCommune.commune_code).where(PerimeterCommune.study_id == current().study_id))
        )
        self._codes: dict[Any, set[str]] = {}
        for site in records.of(SITE):
            if code := site.of("site").get("commune_code"):
                self._codes.setdefault(site.owner, set()).add(code)

    def of(self, record: Written) -> int | None:
        """The id of the one segment that fits, if there is one."""
        if not self._segments:
            return None
        codes = self._codes.get(record.target.place, set())
        inside = bool(codes & self._perimeter) if codes and self._perimeter else None
        kind = record.of("organisation").get("kind") or self._kinds.get(record.id, OrganisationKind.OTHER)
        return perimeter.segment_of(perimeter.proposed_kind(kind, record.of("role").get("role"), inside), self._segments)
