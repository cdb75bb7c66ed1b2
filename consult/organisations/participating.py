"""How an organisation takes part in a study: in the target list or not, in which segment, with whom, how far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.locking import expect_version
from consult.kernel.scope import current, unscoped
from consult.organisations import perimeter, search_text, sites
from consult.organisations.models import Organisation
from consult.organisations.participation import Disposition, Participation
from consult.studies.models import Membership, Segment

PLAIN = ("priority", "influence", "interest", "stance", "engagement")
MOST_PLACED = 1_000
FRAMED = ("segment_id", "disposition", "disposition_cause", "disposition_reason", "channel", "next_on", "next_time")
FIELDS = ("in_frame", *FRAMED, "owner_id", *PLAIN, "perimeter_override", "perimeter_reason")


def join(organisation: Organisation, values: Mapping[str, Any]) -> Participation:
    """Make a new organisation take part in the study in scope. Its segment is the one given, else the one its facts propose."""
    here = Participation(
        study_id=current().study_id,
        organisation_id=organisation.id,
        sort_name=organisation.sort_name or search_text.sort_name(organisation.name),
    )
    code, _name = sites.place(values.get("commune"), values.get("postcode"))
    segment_id = values.get("segment_id") or perimeter.segment_at_entry(organisation.kind, values.get("role"), code)
    fill(here, {"in_frame": True, **values, "segment_id": segment_id})
    db.session.add(here)
    db.session.flush()
    return here


def rejoin(organisation_id: int) -> None:
    """Make an organisation of the directory take part in the study in scope, again if it had been taken out."""
    here = db.session.scalar(
        sa.select(Participation).where(Participation.organisation_id == organisation_id).execution_options(include_deleted=True)
    )
    if here is None:
        db.session.add(Participation(study_id=current().study_id, organisation_id=organisation_id))
    else:
        here.deleted_at = here.deleted_by_id = None
    db.session.flush()
    search_text.refresh([organisation_id])


def update(here: Participation, values: Mapping[str, Any], seen: int | None) -> None:
    """Change how an organisation takes part. Raises Refused for an owner outside the study, or an override without its reason."""
    expect_version(here, seen)
    fill(here, values)


def fill(here: Participation, values: Mapping[str, Any]) -> None:
    """Write those of a participation's fields that `values` names, and keep them consistent with the target list."""
    if values.get("owner_id"):
        refuse_stranger(values["owner_id"])
    if values.get("segment_id"):
        _refuse_unknown_segment(values["segment_id"])
    for name in PLAIN:
        if name in values:
            setattr(here, name, values[name])
    if "owner_id" in values:
        here.owner_id = values["owner_id"] or None
    if "perimeter_override" in values:
        _override(here, values["perimeter_override"], values.get("perimeter_reason"))
    _frame(here, values)
    db.session.flush()


def _frame(here: Participation, values: Mapping[str, Any]) -> None:
    """Segment and disposition exist only in the target list: outside it they are emptied, on entering it they get a first value."""
    was_in = here.in_frame
    if "in_frame" in values:
        here.in_frame = bool(values["in_frame"])
    if not here.in_frame:
        for name in FRAMED:
            setattr(here, name, None)
        return
    for name in FRAMED:
        if name in values:
            setattr(here, name, values[name] or None)
    here.disposition = here.disposition or Disposition.TO_CONTACT
    if here.segment_id is None and not was_in and here.id is not None:
        here.segment_id = _proposed(here.organisation_id)


def _proposed(organisation_id: int) -> int | None:
    kind = db.session.scalar(sa.select(Organisation.kind).where(Organisation.id == organisation_id))
    return perimeter.proposed_segment(organisation_id, kind) if kind else None


def _override(here: Participation, override: bool | None, reason: str | None) -> None:
    if override is not None and not (reason or "").strip():
        raise Refused("override_without_reason", field="perimeter_reason")
    here.perimeter_override, here.perimeter_reason = override, reason if override is not None else None


def refuse_stranger(user_id: int) -> None:
    """Raise Refused("owner_not_member") unless the user is a member of the study in scope."""
    query = sa.select(Membership.id).where(Membership.study_id == current().study_id, Membership.user_id == user_id)
    if db.session.scalar(query) is None:
        raise Refused("owner_not_member", field="owner_id")


def _refuse_unknown_segment(segment_id: int) -> None:
    if db.session.scalar(sa.select(Segment.id).where(Segment.id == segment_id)) is None:
        raise Refused("segment_unknown", field="segment_id")


def members() -> Sequence[Any]:
    """Return the members of the study in scope as rows (id, name), by name."""
    query = sa.select(User.id, User.name).join(Membership, Membership.user_id == User.id).where(Membership.study_id == current().study_id)
    return db.session.execute(query.order_by(User.name, User.id)).all()


def segments() -> Sequence[Any]:
    """Return the segments of the study in scope as rows (id, label, kind), in their order."""
    return db.session.execute(sa.select(Segment.id, Segment.label, Segment.kind).order_by(Segment.position, Segment.id)).all()


def grid() -> Sequence[Any]:
    """Return the organisations placed on the power/interest grid, the weightiest first: rows (id, name, influence, interest, segment)."""
    return db.session.execute(
        sa.select(Organisation.id, Organisation.name, Participation.influence, Participation.interest, Segment.label.label("segment"))
        .join(Organisation, Organisation.id == Participation.organisation_id)
        .outerjoin(Segment, Segment.id == Participation.segment_id)
        .where(Participation.influence.is_not(None), Participation.interest.is_not(None))
        .order_by(
            (Participation.influence + Participation.interest).desc(),
            Participation.influence.desc(),
            Participation.sort_name,
            Participation.id,
        )
        .limit(MOST_PLACED)
    ).all()


def unplaced() -> int:
    """Return how many organisations of the study have no place on the grid yet."""
    missing = sa.or_(Participation.influence.is_(None), Participation.interest.is_(None))
    return db.session.scalar(sa.select(sa.func.count(Participation.id)).where(missing)) or 0


def in_other_studies(organisation_ids: Sequence[int]) -> set[int]:
    """Return those of the organisations that other studies share."""
    with unscoped("an organisation that another study shares is not deleted with this one"):
        query = sa.select(Participation.organisation_id).where(
            Participation.organisation_id.in_(organisation_ids), Participation.study_id != current().study_id
        )
        return set(db.session.scalars(query))
