"""How the organisations of a plan take part in the study, as rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from consult.exchange.fields import JOINED, ORGANISATION, SITE
from consult.exchange.written import Records, Written, rows_where
from consult.kernel.db import db
from consult.kernel.scope import current
from consult.organisations import perimeter
from consult.organisations.models import OrganisationKind
from consult.organisations.participation import Disposition, Participation
from consult.studies.models import PerimeterCommune, Segment

_OF_THE_FRAME = {"segment_id", "disposition"}
"""Columns of a participation that only the target list knows: a file that gives one puts the organisation into it."""


def write(records: Records, in_frame: bool) -> None:
    """Put into the ledger how organisations take part; those that join enter the target list if `in_frame`."""
    every = [r for r in records.of(ORGANISATION) if JOINED in r.values or r.of("participation")]
    ids = [r.id for r in every if not r.fresh]
    here = Participation.study_id == current().study_id
    rows = {row["organisation_id"]: row for row in rows_where(Participation, Participation.organisation_id, ids, here)}
    segments = _Segments(records)
    for record in every:
        values, row = record.of("participation"), rows.get(record.id)
        if row is None:
            joined: dict[str, Any] = {"study_id": current().study_id, "organisation_id": record.id, "in_frame": False}
            if in_frame or values.keys() & _OF_THE_FRAME:
                standing = {"in_frame": True, "disposition": Disposition.TO_CONTACT, "segment_id": segments.of(record)}
                joined = {**joined, **standing}
            record.images.append(records.ledger.insert(Participation, **{**joined, **values})[1])
        else:
            if row["deleted_at"] is not None:
                values = {**values, "deleted_at": None, "deleted_by_id": None}
            if values:
                record.images.append(records.ledger.update(Participation, row, values))


class _Segments:
    """Proposes the segment of an organisation that joins the study, from what it is and where it stands."""

    def __init__(self, records: Records) -> None:
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
        kind = record.of("organisation").get("kind") or OrganisationKind.COMPANY
        return perimeter.segment_of(perimeter.proposed_kind(kind, record.of("role").get("role"), inside), self._segments)
