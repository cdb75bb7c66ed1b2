"""What the pages of the directory show, gathered in a fixed number of queries."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.kernel import audit
from consult.kernel.db import db
from consult.kernel.scope import current
from consult.kernel.text import fold
from consult.organisations import affiliations, alike, doubts, history, identifiers, participating, parts, perimeter, redirects
from consult.organisations.merge_models import Kind
from consult.organisations.models import Alias, Organisation, OrganisationTerm
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation, Person, PersonPhone
from consult.studies import territory_reference
from consult.terms.models import Term, TermList, label_in
from consult.web.i18n import lang

LATEST = 40
LINES = 6


def organisations_count() -> Any:
    """Return the count of the rail: organisations of the study."""
    mine = (Participation.study_id == current().study_id, Participation.deleted_at.is_(None))
    return sa.select(sa.func.count()).select_from(Participation).where(*mine).scalar_subquery()


def people_count() -> Any:
    """Return the count of the rail: people of the study's organisations."""
    here = (
        sa.select(Affiliation.id)
        .join(Participation, Participation.organisation_id == Affiliation.organisation_id)
        .where(Affiliation.person_id == Person.id, Affiliation.deleted_at.is_(None))
        .where(Participation.study_id == current().study_id, Participation.deleted_at.is_(None))
    )
    counted = sa.select(sa.func.count()).select_from(Person).where(Person.deleted_at.is_(None), here.correlate(Person).exists())
    return counted.scalar_subquery()


def of(organisation_id: int) -> dict[str, Any]:
    """Return what an organisation's page shows. Raises NotFound."""
    columns = (perimeter.derived().label("derived"), _aliases(), *(_labels(kind) for kind in (TermList.SPECIALITY, TermList.TAG)), _batch())
    query = sa.select(Participation, alike.beside().label("alike"), *columns).where(Participation.organisation_id == organisation_id)
    whole = joinedload(Participation.organisation)
    parts_too = (whole.joinedload(Organisation.sites), whole.joinedload(Organisation.roles))
    row = db.session.execute(query.options(*parts_too, joinedload(Participation.owner), joinedload(Participation.segment))).unique().first()
    if row is None or row[0].organisation is None:
        raise redirects.missing(Kind.ORGANISATION, organisation_id)
    here, organisation = row[0], row[0].organisation
    alike.take(row.alike)
    return {
        "organisation": organisation,
        "here": here,
        "inside": row.derived if here.perimeter_override is None else here.perimeter_override,
        "sites": organisation.sites,
        "roles": parts.present_first(organisation.roles),
        "relations": parts.relations(organisation_id),
        "aliases": _several(row.aliases),
        "staff": affiliations.staff(organisation_id),
        "doubts": doubts.of(organisation),
        "specialities": _several(row.speciality),
        "tags": _several(row.tag),
        "activity": territory_reference.naf_label(organisation.naf_code) if organisation.naf_code and lang() == "fr" else None,
        "latest": history.of("organisation", organisation_id, LATEST)[:LINES],
        "batch_id": row.batch_id,
    }


def _batch() -> Any:
    """The import by which an organisation came into the directory, or into the study."""
    came = audit.came_with("organisation", Participation.organisation_id, ("organisation", "participation"))
    return came.correlate(Participation).scalar_subquery().label("batch_id")


def _aliases() -> Any:
    names = sa.select(sa.func.aggregate_strings(Alias.name, "\n")).where(Alias.organisation_id == Participation.organisation_id)
    return names.correlate(Participation).scalar_subquery().label("aliases")


def _labels(kind: TermList) -> Any:
    query = (
        sa.select(sa.func.aggregate_strings(label_in(lang()), "\n"))
        .join(OrganisationTerm, OrganisationTerm.term_id == Term.id)
        .where(OrganisationTerm.organisation_id == Participation.organisation_id, Term.list == kind)
    )
    return query.correlate(Participation).scalar_subquery().label(kind.value)


def _several(text: str | None) -> list[str]:
    return sorted(text.split("\n"), key=fold) if text else []


def phone(number: PersonPhone) -> str:
    """Return a person's number as it is read: as it was typed where the number alone would not say all of it."""
    return identifiers.written_phone(identifiers.phone_as_kept(number.typed) if number.number else number.typed)


def person(person_id: int, record: Person) -> dict[str, Any]:
    """Return what a person's page shows."""
    batch_id = db.session.scalar(audit.came_with("person", person_id, ("person",)))
    latest = history.of("person", person_id, LATEST)[:LINES]
    return {"person": record, "posts": affiliations.of(person_id), "latest": latest, "batch_id": batch_id}


def grid() -> dict[str, Any]:
    """Return the organisations placed on the power/interest grid, and how many have no place yet."""
    return {"placed": participating.grid(), "unplaced": participating.unplaced()}
