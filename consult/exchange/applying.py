"""A plan written into the directory: organisations with site, participation, roles and terms; people with addresses and posts.

The declared bulk path. Everything was decided by the plan; here fields become columns, and the ledger writes them with audit and images.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from consult.exchange.fields import JOINED, NAME, ORGANISATION, PERSON, PERSON_EMAIL, POST, SITE, by_name
from consult.kernel import refs
from consult.kernel.bulk import Image, Ledger, chunks
from consult.kernel.changes import Part, Planned, Target, Verdict
from consult.kernel.db import db
from consult.kernel.scope import current, unscoped
from consult.kernel.text import fold
from consult.organisations import identifiers, perimeter, search_text
from consult.organisations.models import Alias, Nomenclature, Organisation, OrganisationKind, OrganisationRole, OrganisationTerm, Site
from consult.organisations.participation import Disposition, Participation
from consult.organisations.people_models import Affiliation, Person, PersonEmail, PersonPhone
from consult.studies.models import PerimeterCommune, Segment
from consult.terms.models import Term

Place = tuple[int | None, int | None]
Tell = Callable[[int, int], None]
WHY = "an import writes what its plan decided, in bulk, into the study in scope"


@dataclass
class Written:
    """One record as a file leaves it: the first row that changes it, what the rows set, and the images that undo it."""

    entity: str
    target: Target
    row: int = 0
    fresh: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    owner: Place | None = None
    holder: Place | None = None
    id: int = 0
    images: list[Image] = field(default_factory=list)

    def of(self, table: str) -> dict[str, Any]:
        """What is set in the columns of a table."""
        named = by_name()
        return {named[n].column: v for n, v in self.values.items() if n in named and named[n].table == table and not named[n].spec.refers}


_OF_THE_FRAME = {"segment_id", "disposition"}
"""Columns of a participation that only the target list knows: a file that gives one puts the organisation into it."""


class Application:
    """Writes a plan; new organisations enter the target list if `in_frame`.

    `records` tells afterwards what became of each record, by entity and place.
    """

    def __init__(self, plan: Iterable[Planned], ledger: Ledger, tell: Tell | None = None, in_frame: bool = False) -> None:
        self.ledger, self.tell, self.in_frame = ledger, tell, in_frame
        self.records: dict[tuple[str, Place], Written] = {}
        self._terms: dict[tuple[Any, str], int] = {}
        for row in plan:
            if row.verdict not in (Verdict.REFUSED, Verdict.AMBIGUOUS):
                self._collect(row)

    def _collect(self, row: Planned) -> None:
        places = {part.entity: place(part.target) for part in row.parts}
        for part in row.parts:
            record = self.records.setdefault((part.entity, place(part.target)), Written(part.entity, part.target))
            record.fresh = record.fresh or part.fresh
            if part.changes or part.fresh:
                record.row = record.row or row.row
            record.owner, record.holder = places.get(ORGANISATION), places.get(PERSON)
            self._take(part, record)

    def _take(self, part: Part, record: Written) -> None:
        for change in part.changes:
            (record.extra if change.extra else record.values)[change.field] = change.new

    def write(self) -> None:
        """Write everything in the present transaction, and bring the search text up to date."""
        with unscoped(WHY):
            self._organisations()
            self._sites()
            self._participations()
            self._roles()
            self._links()
            self._people()
            self._posts()
            self.ledger.write()
        changed = [record.id for record in self._of(ORGANISATION) if record.images]
        changed += [self._id(ORGANISATION, record.owner) for record in self._of(SITE) if record.images and record.owner]
        search_text.refresh(sorted(set(changed)))

    def _of(self, entity: str) -> list[Written]:
        return [record for (kind, _place), record in self.records.items() if kind == entity]

    def _id(self, entity: str, at: Place | None) -> int:
        return self.records[entity, at].id if at is not None else 0

    # organisations

    def _organisations(self) -> None:
        records = self._of(ORGANISATION)
        codes = iter(refs.take(Organisation.ref_prefix, n) if (n := sum(r.fresh for r in records)) else ())
        rows = _rows(Organisation, [r.target.id for r in records if r.target.id and (r.values or r.extra)])
        for number, record in enumerate(records, 1):
            if self.tell and number % 500 == 0:
                self.tell(number, len(records))
            if record.fresh:
                self._new_organisation(record, next(codes))
            else:
                record.id = record.target.id or 0
                self._changed_organisation(record, rows.get(record.id))

    def _new_organisation(self, record: Written, ref: str) -> None:
        values = _organisation_columns(record.of("organisation"), {})
        values["extra"] = record.extra
        record.id, image = self.ledger.insert(Organisation, ref=ref, sort_name=search_text.sort_name(values["name"]), **values)
        record.images.append(image)

    def _changed_organisation(self, record: Written, row: dict[str, Any] | None) -> None:
        if row is None:
            return
        values = _organisation_columns(record.of("organisation"), row)
        if record.extra:
            values["extra"] = {**(row["extra"] or {}), **record.extra}
        if values:
            record.images.append(self.ledger.update(Organisation, row, values))
        if NAME in record.values and fold(row["name"]) != fold(values["name"]):
            self._keep_name(record, row["name"])

    def _keep_name(self, record: Written, former: str) -> None:
        """The former name of an organisation stays findable as an alias."""
        known = db.session.scalar(sa.select(Alias.id).where(Alias.organisation_id == record.id, Alias.key == fold(former)))
        if known is None:
            record.images.append(self.ledger.insert(Alias, organisation_id=record.id, name=former, key=fold(former))[1])

    def _sites(self) -> None:
        records = self._of(SITE)
        rows = _rows(Site, [r.target.id for r in records if r.target.id and r.values])
        owners = [self._id(ORGANISATION, r.owner) for r in records if r.fresh]
        heads = _having(Site.organisation_id, Site.is_head_office, owners)
        for record in records:
            values = _site_columns(record.of("site"))
            if record.fresh:
                owner = self._id(ORGANISATION, record.owner)
                record.id, image = self.ledger.insert(Site, organisation_id=owner, is_head_office=owner not in heads, **values)
                heads.add(owner)
                record.images.append(image)
            elif values and record.target.id in rows:
                record.images.append(self.ledger.update(Site, rows[record.target.id], values))

    def _participations(self) -> None:
        records = [r for r in self._of(ORGANISATION) if JOINED in r.values or r.of("participation")]
        ids = [r.id for r in records if not r.fresh]
        rows = {
            row["organisation_id"]: row
            for row in _rows(Participation, ids, Participation.organisation_id, Participation.study_id == current().study_id)
        }
        segments = _Segments(self)
        for record in records:
            values, row = record.of("participation"), rows.get(record.id)
            if row is None:
                joined: dict[str, Any] = {"study_id": current().study_id, "organisation_id": record.id, "in_frame": False}
                if self.in_frame or values.keys() & _OF_THE_FRAME:
                    standing = {"in_frame": True, "disposition": Disposition.TO_CONTACT, "segment_id": segments.of(record)}
                    joined = {**joined, **standing}
                record.images.append(self.ledger.insert(Participation, **{**joined, **values})[1])
            else:
                if row["deleted_at"] is not None:
                    values = {**values, "deleted_at": None, "deleted_by_id": None}
                if values:
                    record.images.append(self.ledger.update(Participation, row, values))

    def _roles(self) -> None:
        records = [r for r in self._of(ORGANISATION) if r.of("role")]
        general = (OrganisationRole.study_id.is_(None), OrganisationRole.is_primary, OrganisationRole.deleted_at.is_(None))
        former = {
            row["organisation_id"]: row
            for row in _rows(OrganisationRole, [r.id for r in records if not r.fresh], OrganisationRole.organisation_id, *general)
        }
        for record in records:
            if record.id in former:
                record.images.append(self.ledger.update(OrganisationRole, former[record.id], {"is_primary": False}))
            role = record.of("role")["role"]
            record.images.append(self.ledger.insert(OrganisationRole, organisation_id=record.id, role=role, is_primary=True)[1])

    def _links(self) -> None:
        records = [
            (r, name, r.values[name]) for r in self._of(ORGANISATION) for name in r.values if name in by_name() and by_name()[name].terms
        ]
        if not records:
            return
        for row in db.session.execute(sa.select(Term.id, Term.list, Term.key, Term.label_fr).where(Term.deleted_at.is_(None))):
            self._terms.setdefault((row.list, row.key), row.id)
        linked = {(link.organisation_id, link.term_id) for link in _linked([r.id for r, _n, _l in records if not r.fresh])}
        for record, name, labels in records:
            for label in labels:
                term_id = self._term(record, by_name()[name].terms, label)
                if (record.id, term_id) not in linked:
                    linked.add((record.id, term_id))
                    record.images.append(self.ledger.insert(OrganisationTerm, organisation_id=record.id, term_id=term_id)[1])

    def _term(self, record: Written, kind: Any, label: str) -> int:
        key = fold(label)[:200]
        if (kind, key) not in self._terms:
            self._terms[kind, key], image = self.ledger.insert(Term, list=kind, key=key, label_fr=label[:200])
            record.images.append(image)
        return self._terms[kind, key]

    # people

    def _people(self) -> None:
        records = self._of(PERSON)
        codes = iter(refs.take(Person.ref_prefix, n) if (n := sum(r.fresh for r in records)) else ())
        ids = [r.target.id for r in records if r.target.id]
        rows = _rows(Person, ids)
        contacts = _Contacts(self, records)
        for record in records:
            if record.fresh:
                self._new_person(record, next(codes))
            else:
                record.id = record.target.id or 0
                self._changed_person(record, rows[record.id])
            contacts.write(record)

    def _new_person(self, record: Written, ref: str) -> None:
        values = record.of("person")
        record.id, image = self.ledger.insert(Person, ref=ref, **values, **_person_search(values, record, ref), extra=record.extra)
        record.images.append(image)

    def _changed_person(self, record: Written, row: dict[str, Any]) -> None:
        values = record.of("person")
        if values or PERSON_EMAIL in record.values:
            values.update(_person_search({**row, **values}, record, row["ref"]))
        if record.extra:
            values["extra"] = {**(row["extra"] or {}), **record.extra}
        if values:
            record.images.append(self.ledger.update(Person, row, values))

    def _posts(self) -> None:
        records = self._of(POST)
        rows = _rows(Affiliation, [r.target.id for r in records if r.target.id and r.values])
        mains = _having(
            Affiliation.person_id,
            Affiliation.is_main & Affiliation.until.is_(None),
            [self._id(PERSON, r.holder) for r in records if r.fresh],
        )
        for record in records:
            values = record.of("affiliation")
            if record.fresh:
                person, owner = self._id(PERSON, record.holder), self._id(ORGANISATION, record.owner)
                made = self.ledger.insert(Affiliation, person_id=person, organisation_id=owner, is_main=person not in mains, **values)
                mains.add(person)
                record.id, image = made
                record.images.append(image)
            elif values and record.target.id in rows:
                record.images.append(self.ledger.update(Affiliation, rows[record.target.id], values))


class _Segments:
    """Proposes the segment of an organisation that joins the study, from what it is and where it stands."""

    def __init__(self, application: Application) -> None:
        self._segments = db.session.execute(
            sa.select(Segment.id, Segment.kind).where(Segment.study_id == current().study_id, Segment.deleted_at.is_(None))
        ).all()
        self._perimeter = set(
            db.session.scalars(sa.select(PerimeterCommune.commune_code).where(PerimeterCommune.study_id == current().study_id))
        )
        self._codes: dict[Any, set[str]] = {}
        for site in application._of(SITE):
            if code := site.of("site").get("commune_code"):
                self._codes.setdefault(site.owner, set()).add(code)

    def of(self, record: Written) -> int | None:
        """The id of the one segment that fits, if there is one."""
        if not self._segments:
            return None
        codes = self._codes.get(place(record.target), set())
        inside = bool(codes & self._perimeter) if codes and self._perimeter else None
        kind = record.of("organisation").get("kind") or OrganisationKind.COMPANY
        return perimeter.segment_of(perimeter.proposed_kind(kind, record.of("role").get("role"), inside), self._segments)


class _Contacts:
    """Writes the addresses and numbers of people that they do not have yet; an address that is another's is kept as a shared mailbox."""

    def __init__(self, application: Application, records: list[Written]) -> None:
        self._ledger, self._owned = application.ledger, {}
        addresses = {a for r in records for a in r.of("person_email").get("address", ())}
        self._owned.update(dict.fromkeys(addresses))
        for some in chunks(addresses):
            query = sa.select(PersonEmail.address, PersonEmail.person_id).where(
                PersonEmail.address.in_(some), ~PersonEmail.is_shared, ~PersonEmail.is_retired
            )
            self._owned.update({row.address: row.person_id for row in db.session.execute(query)})
        ids = [r.target.id for r in records if r.target.id]
        self._has = {(e["person_id"], e["address"]) for e in _rows(PersonEmail, ids, PersonEmail.person_id)}
        self._has |= {(p["person_id"], p["number"] or p["typed"]) for p in _rows(PersonPhone, ids, PersonPhone.person_id)}

    def write(self, record: Written) -> None:
        """Write what a record adds."""
        for address in record.of("person_email").get("address", ()):
            if (record.id, address) not in self._has:
                shared = self._owned[address] not in (None, record.id)
                record.images.append(self._ledger.insert(PersonEmail, person_id=record.id, address=address, is_shared=shared)[1])
                self._owned[address] = self._owned[address] or record.id
                self._has.add((record.id, address))
        for number in record.of("person_phone").get("number", ()):
            if (record.id, number) not in self._has:
                kept = identifiers.phone(number)
                record.images.append(self._ledger.insert(PersonPhone, person_id=record.id, number=kept, typed=number[:40])[1])
                self._has.add((record.id, number))


def place(target: Target) -> Place:
    """Return where a target stands."""
    return target.id, target.group


def _organisation_columns(values: dict[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Columns that follow from others: a SIREN that fails its check, the edition of a code, the domain."""
    if "siren" in values:
        values["siren"], values["unchecked_siren"] = identifiers.siren(values["siren"])
    if "naf_code" in values:
        values["naf_edition"] = row.get("naf_edition") or Nomenclature.NAF_REV2
    if "website" in values or "email" in values:
        values["domain"] = identifiers.domain(values.get("website", row.get("website")), values.get("email", row.get("email")))
    return values


def _site_columns(values: dict[str, Any]) -> dict[str, Any]:
    if "siret" in values:
        values["siret"], values["unchecked_siret"] = identifiers.siret(values["siret"])
    return values


def _person_search(values: Mapping[str, Any], record: Written, ref: str) -> dict[str, str]:
    last, first = values["last_name"], values.get("first_name")
    addresses = record.of("person_email").get("address", ())
    return {"sort_name": fold(f"{last} {first or ''}")[:400], "search_key": search_text.search_key([last, first, *addresses], [ref])}


def _rows(model: Any, ids: Iterable[Any], column: Any = None, *where: Any) -> Any:
    """Rows as they are now: by id, or a list when another column is asked for."""
    table = model.__table__
    asked = table.c.id if column is None else column
    found = [dict(row._mapping) for some in chunks(ids) for row in db.session.execute(sa.select(table).where(asked.in_(some), *where))]
    return {row["id"]: row for row in found} if column is None else found


def _having(column: Any, condition: Any, ids: Iterable[int]) -> set[int]:
    return {each for some in chunks(ids) for each in db.session.scalars(sa.select(column).where(column.in_(some), condition))}


def _linked(ids: Iterable[int]) -> list[Any]:
    query = sa.select(OrganisationTerm.organisation_id, OrganisationTerm.term_id)
    return [row for some in chunks(ids) for row in db.session.execute(query.where(OrganisationTerm.organisation_id.in_(some)))]
