"""How the directory's lists are read: organisations of the study by one index of their participations."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.kernel import kept
from consult.kernel.db import db
from consult.kernel.listing import ListSource, members_of, whole_numbers
from consult.kernel.model import Choice
from consult.kernel.scope import current
from consult.organisations import perimeter, search_text
from consult.organisations.models import (
    Organisation,
    OrganisationKind,
    OrganisationRole,
    OrganisationStatus,
    OrganisationTerm,
    RoleKind,
    Site,
    WorkforceBand,
)
from consult.organisations.participation import Disposition, Participation, Priority, Stance
from consult.studies.models import Membership, Segment
from consult.terms.models import Term, TermList, label_in

NOBODY = "none"
"""The value by which a filter asks for rows that have nothing there."""
SEPARATOR = " · "


def primary_role() -> Any:
    """Return the expression of what a participation's organisation is first of all."""
    query = sa.select(OrganisationRole.role).where(
        OrganisationRole.organisation_id == Participation.organisation_id, OrganisationRole.until.is_(None)
    )
    order = (OrganisationRole.is_primary.desc(), OrganisationRole.study_id.is_(None), OrganisationRole.id)
    return query.order_by(*order).limit(1).correlate(Participation).scalar_subquery()


def roles_of(organisation_ids: Sequence[int]) -> dict[int, RoleKind | None]:
    """Return what each organisation is first of all."""
    return _by_organisation(_facts()[0], organisation_ids)


def inside_of(organisation_ids: Sequence[int]) -> dict[int, bool]:
    """Return whether each organisation lies in the perimeter."""
    return _by_organisation(_facts()[1], organisation_ids)


def labels_of(kind: TermList, organisation_ids: Sequence[int], lang: str) -> dict[int, str]:
    """Return the labels of each organisation's terms of a list in one text, in a language, for those that have any."""
    return _by_organisation(_labels(kind, lang), organisation_ids)


def _by_organisation(statement: Any, ids: Sequence[int]) -> dict[int, Any]:
    """Read what a column chosen by hand shows: one query a thousand, so that an export stays within a statement's bounds."""
    found: dict[int, Any] = {}
    for start in range(0, len(ids), 1_000):
        found.update((row[0], row[1]) for row in db.session.execute(statement, {"of": ids[start : start + 1_000]}))
    return found


@functools.cache
def _facts() -> tuple[Any, Any]:
    here = Participation.organisation_id.in_(sa.bindparam("of", expanding=True))
    role, inside = primary_role().label("role"), perimeter.inside().label("inside")
    return sa.select(Participation.organisation_id, role).where(here), sa.select(Participation.organisation_id, inside).where(here)


@functools.cache
def _labels(kind: TermList, lang: str) -> Any:
    return (
        sa.select(OrganisationTerm.organisation_id, sa.func.aggregate_strings(label_in(lang), SEPARATOR))
        .join(Term, OrganisationTerm.term_id == Term.id)
        .where(OrganisationTerm.organisation_id.in_(sa.bindparam("of", expanding=True)), Term.list == kind)
        .group_by(OrganisationTerm.organisation_id)
    )


@functools.cache
def organisations() -> ListSource:
    """Return how the organisations of the study in scope are listed."""
    return ListSource(
        rows=_rows(),
        base=sa.select(Participation.organisation_id),
        key=Participation.organisation_id,
        sorts=SORTS,
        filters=FILTERS,
        search=lambda text: search_text.contains(Participation.search_key, text),
        default_sort="name",
        name="organisations",
    )


def _rows() -> Any:
    head = sa.and_(Site.organisation_id == Participation.organisation_id, Site.is_head_office)
    org, here = Organisation, Participation
    columns = (
        here.organisation_id,
        org.ref,
        org.name,
        org.siren,
        org.unchecked_siren,
        org.kind,
        org.status,
        org.workforce_band,
        org.phone,
        org.email,
        org.website,
        org.verified_on,
        org.naf_code,
        here.in_frame,
        here.disposition,
        here.priority,
        here.influence,
        here.interest,
        here.stance,
        Segment.label.label("segment"),
        Segment.kind.label("segment_kind"),
        User.name.label("owner"),
        Site.commune_name,
        Site.postcode,
    )
    return (
        sa.select(*columns)
        .select_from(Participation)
        .join(Organisation, Organisation.id == Participation.organisation_id)
        .outerjoin(Segment, Segment.id == Participation.segment_id)
        .outerjoin(User, User.id == Participation.owner_id)
        .outerjoin(Site, head)
    )


def _ranked(column: Any, members: type[Choice]) -> Any:
    """Order a closed list as it is written down, with nothing last."""
    return sa.case({member.value: place for place, member in enumerate(members)}, value=sa.cast(column, sa.String), else_=len(members))


def _of_organisation(column: Any) -> Any:
    return sa.select(column).where(Organisation.id == Participation.organisation_id).correlate(Participation).scalar_subquery()


def _commune() -> Any:
    query = sa.select(Site.commune_name).where(Site.organisation_id == Participation.organisation_id, Site.is_head_office)
    return query.correlate(Participation).scalar_subquery()


def _owner() -> Any:
    return sa.select(User.name).where(User.id == Participation.owner_id).correlate(Participation).scalar_subquery()


SORTS: dict[str, Any] = {
    "name": Participation.sort_name,
    "commune": sa.func.coalesce(_commune(), "~"),
    "segment": sa.func.coalesce(
        sa.select(Segment.position).where(Segment.id == Participation.segment_id).correlate(Participation).scalar_subquery(), 9999
    ),
    "disposition": _ranked(Participation.disposition, Disposition),
    "priority": _ranked(Participation.priority, Priority),
    "owner": sa.func.coalesce(_owner(), "~"),
    "workforce_band": sa.func.coalesce(sa.cast(_of_organisation(Organisation.workforce_band), sa.String), "~"),
    "influence": sa.func.coalesce(Participation.influence, 0),
    "interest": sa.func.coalesce(Participation.interest, 0),
    "ref": sa.func.coalesce(_of_organisation(Organisation.ref), ""),
}


def _one_of(column: Any, members: type[Choice]) -> Any:
    return lambda values: _or_nothing(column, members_of(members, values), values)


def _reference(column: Any) -> Any:
    return lambda values: _or_nothing(column, whole_numbers(values), values)


def _or_nothing(column: Any, wanted: Sequence[Any], values: Sequence[str]) -> sa.ColumnElement[bool]:
    """Rows with one of the wanted values, or with none at all where "none" is among those chosen."""
    clause: sa.ColumnElement[bool] = column.in_(wanted) if wanted else sa.false()
    return sa.or_(clause, column.is_(None)) if NOBODY in values else clause


def _has(model: Any, *clauses: Any) -> sa.ColumnElement[bool]:
    """One look-up for each row that has passed the other filters."""
    owner = Organisation.id if model is Organisation else model.organisation_id
    return sa.select(model.id).where(owner == Participation.organisation_id, *clauses).correlate(Participation).exists()


def _organisation_is(column: Any, members: type[Choice]) -> Any:
    inner = _one_of(column, members)
    return lambda values: _has(Organisation, inner(values))


def _with_role(values: Sequence[str]) -> sa.ColumnElement[bool]:
    return _has(OrganisationRole, OrganisationRole.role.in_(members_of(RoleKind, values)), OrganisationRole.until.is_(None))


def _with_term(values: Sequence[str]) -> sa.ColumnElement[bool]:
    return _has(OrganisationTerm, OrganisationTerm.term_id.in_(whole_numbers(values)))


def _in_commune(values: Sequence[str]) -> sa.ColumnElement[bool]:
    return _has(Site, Site.commune_code.in_([v[:5] for v in values]))


def _yes_or_no(clause: Any) -> Any:
    return lambda values: clause if values[0] in ("1", "yes") else sa.not_(clause)


FILTERS: dict[str, Any] = {
    "segment": _reference(Participation.segment_id),
    "owner": _reference(Participation.owner_id),
    "disposition": _one_of(Participation.disposition, Disposition),
    "priority": _one_of(Participation.priority, Priority),
    "stance": _one_of(Participation.stance, Stance),
    "in_frame": _yes_or_no(Participation.in_frame),
    "inside": _yes_or_no(perimeter.inside()),
    "kind": _organisation_is(Organisation.kind, OrganisationKind),
    "status": _organisation_is(Organisation.status, OrganisationStatus),
    "workforce_band": _organisation_is(Organisation.workforce_band, WorkforceBand),
    "role": _with_role,
    "speciality": _with_term,
    "tag": _with_term,
    "commune": _in_commune,
    "influence": _reference(Participation.influence),
    "interest": _reference(Participation.interest),
}


@dataclass(frozen=True)
class Options:
    """What the filters and bulk actions of the study offer: (value, label) by kind."""

    segments: list[tuple[str, str]]
    members: list[tuple[str, str]]
    specialities: list[tuple[str, str]]
    tags: list[tuple[str, str]]


def options(lang: str) -> Options:
    """Return segments, members, specialities and tags with their labels in a language, read in one query and kept while nothing changes."""
    return kept.value(("options of organisations", lang), lambda: _read_options(lang))


def _read_options(lang: str) -> Options:
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, number, label in db.session.execute(_offered(lang)):
        found.setdefault(kind, []).append((str(number), label))
    return Options(*(found.get(kind, []) for kind in ("segment", "member", "speciality", "tag")))


@functools.cache
def _offered(lang: str) -> sa.Select[Any]:
    here = sa.bindparam("study_of_options", type_=sa.Integer(), callable_=lambda: current().study_id)
    parts = sa.union_all(
        _choices("segment", Segment.id, Segment.label, Segment.position).where(Segment.study_id == here, Segment.deleted_at.is_(None)),
        _choices("member", User.id, User.name).join(Membership, Membership.user_id == User.id).where(Membership.study_id == here),
        _choices("speciality", Term.id, label_in(lang)).where(Term.list == TermList.SPECIALITY, Term.deleted_at.is_(None)),
        _choices("tag", Term.id, label_in(lang)).where(Term.list == TermList.TAG, Term.deleted_at.is_(None)),
    ).subquery()
    return sa.select(parts.c.kind, parts.c.id, parts.c.label).order_by(parts.c.kind, parts.c.position, parts.c.label, parts.c.id)


def _choices(kind: str, number: Any, label: Any, position: Any = None) -> Any:
    place = position if position is not None else sa.literal(0)
    return sa.select(sa.literal(kind).label("kind"), number.label("id"), label.label("label"), place.label("position"))
