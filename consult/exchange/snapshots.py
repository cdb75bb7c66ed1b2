"""What the records that a file is about hold now, field by field, read in a few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import sqlalchemy as sa

from consult.exchange import references
from consult.exchange.fields import FIELDS, JOINED, PERSON, PERSON_EMAIL, PERSON_PHONE, SITE
from consult.kernel.bulk import chunks
from consult.kernel.changes import Known
from consult.kernel.db import db
from consult.kernel.scope import current, unscoped
from consult.organisations.models import Organisation, OrganisationRole, OrganisationTerm, Site
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation, Person, PersonEmail, PersonPhone
from consult.terms.models import Term

IDENTITY = frozenset({"name", "short_name", "legal_name", "siren", "vat_number", "foreign_id", "kind", "status", "naf_code"})
"""What an official identifier reveals of an organisation of another study; its sites too. The rest is sealed."""
NAME_OF_PERSON = frozenset({"first_name", "last_name"})
WHY = "organisations found by an official identifier, of which other studies' values are sealed, and this study's own"


def organisations(ids: Iterable[int], here: Set[int]) -> dict[int, Known]:
    """Return what the organisations hold. Those outside the study (not in `here`) have fields sealed and are still to join."""
    found: dict[int, Known] = {}
    own = _fields("organisation")
    sealed = frozenset(name for name, column in own.items() if column not in IDENTITY) | _fields("role").keys()
    for some in chunks(ids):
        for row in _rows(Organisation, ("id", "name", "unchecked_siren", "extra", *own.values()), Organisation.id.in_(some)):
            values = _filled(own, row)
            values.update({name: row["unchecked_siren"] for name, column in own.items() if column == "siren" and row["unchecked_siren"]})
            inside = row["id"] in here
            extra = dict(row["extra"] or {}) if inside else {}
            known = found[row["id"]] = Known(row["id"], row["name"], values, extra, frozenset() if inside else sealed)
            if inside:
                known.values[JOINED] = True
        _participations(some, found)
        _roles_and_terms(some, found, here)
    return found


def _participations(ids: Sequence[int], found: Mapping[int, Known]) -> None:
    """A segment and an owner are known by their labels, as a file names them."""
    own = _fields("participation")
    labels = {each.name: {number: label for label, number in references.ids(each.reference).items()} for each in FIELDS if each.reference}
    here = Participation.study_id == current().study_id
    for row in _rows(Participation, ("organisation_id", *own.values()), Participation.organisation_id.in_(ids), here):
        values = _filled(own, row)
        named = {name: labels[name].get(value) for name, value in values.items() if name in labels}
        found[row["organisation_id"]].values.update({**values, **named})


def _roles_and_terms(ids: Sequence[int], found: Mapping[int, Known], here: Set[int]) -> None:
    """Terms are united, never replaced, so those of another study need not be known; they would be shown."""
    roles, terms = _fields("role"), [each for each in FIELDS if each.table == "term"]
    with unscoped(WHY):
        query = sa.select(OrganisationRole.organisation_id, OrganisationRole.role).where(OrganisationRole.organisation_id.in_(ids))
        mine = sa.or_(OrganisationRole.study_id.is_(None), OrganisationRole.study_id == current().study_id)
        for row in db.session.execute(
            query.where(mine, OrganisationRole.until.is_(None)).order_by(OrganisationRole.is_primary, OrganisationRole.id.desc())
        ):
            found[row.organisation_id].values.update(dict.fromkeys(roles, row.role))
        linked = sa.select(OrganisationTerm.organisation_id, Term.list, Term.label_fr).join(Term, Term.id == OrganisationTerm.term_id)
        own = [each for each in ids if each in here]
        for link in db.session.execute(linked.where(OrganisationTerm.organisation_id.in_(own)).order_by(OrganisationTerm.id)):
            values = found[link.organisation_id].values
            for each in terms:
                if each.terms == link.list:
                    values[each.name] = (*values.get(each.name, ()), link.label_fr)


def sites(ids: Iterable[int]) -> dict[int, Known]:
    """Return what sites hold."""
    own, found = _fields(SITE), {}
    for some in chunks(ids):
        for row in _rows(Site, ("id", "commune_name", "unchecked_siret", *own.values()), Site.id.in_(some)):
            values = _filled(own, row)
            values.update({name: row["unchecked_siret"] for name, column in own.items() if column == "siret" and row["unchecked_siret"]})
            found[row["id"]] = Known(row["id"], row["commune_name"] or "", values)
    return found


def people(ids: Iterable[int], addresses: Set[str]) -> dict[int, Known]:
    """Return what people hold, with addresses and numbers. Those of other studies, found by one of the file's `addresses`, have all but
    their name sealed, and of their addresses only those that the file names are told."""
    own, found, here = _fields(PERSON), {}, set[int]()
    sealed = frozenset(name for name, column in own.items() if column not in NAME_OF_PERSON)
    for some in chunks(ids):
        here.update(db.session.scalars(sa.select(Person.id).where(Person.id.in_(some))))
        for row in _rows(Person, ("id", "first_name", "last_name", "extra", *own.values()), Person.id.in_(some)):
            label = " ".join(part for part in (row["first_name"], row["last_name"]) if part)
            inside = row["id"] in here
            extra = dict(row["extra"] or {}) if inside else {}
            found[row["id"]] = Known(row["id"], label, _filled(own, row), extra, frozenset() if inside else sealed)
        for model, columns, name in ((PersonEmail, ("address",), PERSON_EMAIL), (PersonPhone, ("number", "typed"), PERSON_PHONE)):
            for row in _rows(model, ("person_id", *columns), model.person_id.in_(some)):
                known, text = found[row["person_id"]], next((row[column] for column in columns if row[column]), None)
                if row["person_id"] in here or text in addresses:
                    known.values[name] = (*known.values.get(name, ()), text)
    return found


def posts(ids: Iterable[int], here: Set[int]) -> dict[int, Known]:
    """Return what affiliations hold; what somebody does in an organisation outside the study (not in `here`) is sealed."""
    own = _fields("affiliation")
    columns = ("id", "organisation_id", *own.values())
    rows = (row for some in chunks(ids) for row in _rows(Affiliation, columns, Affiliation.id.in_(some)))
    sealed = frozenset(own)
    return {r["id"]: Known(r["id"], "", _filled(own, r), {}, frozenset() if r["organisation_id"] in here else sealed) for r in rows}


def post_ids(person_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """Return the present affiliations of people: (person, organisation) → id."""
    columns, open_ = ("id", "person_id", "organisation_id"), Affiliation.until.is_(None)
    rows = (row for some in chunks(person_ids) for row in _rows(Affiliation, columns, Affiliation.person_id.in_(some), open_))
    return {(row["person_id"], row["organisation_id"]): row["id"] for row in rows}


def _fields(table: str) -> dict[str, str]:
    return {each.name: each.column for each in FIELDS if each.table == table and not each.spec.refers and each.spec.kind != "person"}


def _filled(own: Mapping[str, str], row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, column in own.items() if (value := row[column]) is not None and value != ""}


def _rows(model: Any, columns: Iterable[str], *where: Any) -> list[dict[str, Any]]:
    """Those columns of rows that are there. Reading what nobody asks for took longer than comparing the rest."""
    with unscoped(WHY):
        table, names = model.__table__, list(dict.fromkeys(columns))
        alive = [table.c.deleted_at.is_(None)] if "deleted_at" in table.c else []
        query = sa.select(*(table.c[name] for name in names)).where(*where, *alive)
        return [dict(zip(names, row, strict=True)) for row in db.session.execute(query)]
