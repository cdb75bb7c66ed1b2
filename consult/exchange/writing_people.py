"""People of a plan, their addresses and numbers, and what they do in organisations, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from consult.exchange.fields import ORGANISATION, PERSON, PERSON_EMAIL, POST
from consult.exchange.written import Records, Written, having, rows_by_id, rows_where
from consult.kernel import refs
from consult.kernel.bulk import chunks
from consult.kernel.db import db
from consult.kernel.text import fold
from consult.organisations import identifiers, search_text
from consult.organisations.people_models import Affiliation, Person, PersonEmail, PersonPhone


def write(records: Records) -> None:
    """Put the people of a plan into the ledger, with their addresses, numbers and posts."""
    _people(records)
    _posts(records)


def _people(records: Records) -> None:
    every = records.of(PERSON)
    codes = iter(refs.take(Person.ref_prefix, n) if (n := sum(r.fresh for r in every)) else ())
    rows = rows_by_id(Person, [r.target.id for r in every if r.target.id and (r.values or r.extra)])
    contacts = _Contacts(records, every)
    for record in every:
        if record.fresh:
            _new(records, record, next(codes))
        else:
            record.id = record.target.id or 0
            if record.id in rows:
                _changed(records, record, rows[record.id], contacts.addresses_of(record.id))
        contacts.write(record)


def _new(records: Records, record: Written, ref: str) -> None:
    values = record.of("person")
    search = _search(values, record.of("person_email").get("address", ()), ref)
    record.id, image = records.ledger.insert(Person, ref=ref, **values, **search, extra=record.extra)
    record.images.append(image)


def _changed(records: Records, record: Written, row: dict[str, Any], held: list[str]) -> None:
    values = record.of("person")
    if values or PERSON_EMAIL in record.values:
        values.update(_search({**row, **values}, [*held, *record.of("person_email").get("address", ())], row["ref"]))
    if record.extra:
        values["extra"] = {**(row["extra"] or {}), **record.extra}
    if values:
        record.images.append(records.ledger.update(Person, row, values))


def _search(values: Mapping[str, Any], addresses: Iterable[str], ref: str) -> dict[str, str]:
    last, first = values["last_name"], values.get("first_name")
    return {"sort_name": fold(f"{last} {first or ''}")[:400], "search_key": search_text.search_key([last, first, *addresses], [ref])}


class _Contacts:
    """Writes the addresses and numbers of people that they do not have yet; an address that is another's is kept as a shared mailbox."""

    def __init__(self, records: Records, every: list[Written]) -> None:
        self._ledger = records.ledger
        self._owned: dict[str, int | None] = dict.fromkeys(a for r in every for a in r.of("person_email").get("address", ()))
        for some in chunks(self._owned):
            query = sa.select(PersonEmail.address, PersonEmail.person_id).where(
                PersonEmail.address.in_(some), ~PersonEmail.is_shared, ~PersonEmail.is_retired
            )
            self._owned.update({row.address: row.person_id for row in db.session.execute(query)})
        ids = [r.target.id for r in every if r.target.id and r.values]
        self._addresses: dict[int, list[str]] = {}
        for row in rows_where(PersonEmail, PersonEmail.person_id, ids):
            self._addresses.setdefault(row["person_id"], []).append(row["address"])
        self._has = {(person_id, address) for person_id, held in self._addresses.items() for address in held}
        self._has |= {(p["person_id"], p["number"] or p["typed"]) for p in rows_where(PersonPhone, PersonPhone.person_id, ids)}

    def addresses_of(self, person_id: int) -> list[str]:
        """The addresses that a person has."""
        return self._addresses.get(person_id, [])

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


def _posts(records: Records) -> None:
    every = records.of(POST)
    rows = rows_by_id(Affiliation, [r.target.id for r in every if r.target.id and r.values])
    mains = having(
        Affiliation.person_id,
        Affiliation.is_main & Affiliation.until.is_(None),
        [records.id_of(PERSON, r.holder) for r in every if r.fresh],
    )
    for record in every:
        values = record.of("affiliation")
        if record.fresh:
            person, owner = records.id_of(PERSON, record.holder), records.id_of(ORGANISATION, record.owner)
            made = records.ledger.insert(Affiliation, person_id=person, organisation_id=owner, is_main=person not in mains, **values)
            mains.add(person)
            record.id, image = made
            record.images.append(image)
        elif values and record.target.id in rows:
            record.images.append(records.ledger.update(Affiliation, rows[record.target.id], values))
