"""People, their addresses and numbers, and what they do in organisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from consult.kernel import refs
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import now
from consult.kernel.scope import current, unscoped
from consult.kernel.text import fold
from consult.organisations import affiliations, identifiers, redirects, search_text
from consult.organisations.merge_models import Kind
from consult.organisations.models import Organisation
from consult.organisations.people_models import Affiliation, Person, PersonEmail, PersonPhone

PLAIN = ("civility", "first_name", "last_name", "lang", "do_not_contact", "notes", "source", "verified_on")


def get(person_id: int) -> Person:
    """Return a person of an organisation of the study in scope, with addresses and numbers. Raises NotFound."""
    query = sa.select(Person).where(Person.id == person_id)
    found = db.session.scalar(query.options(selectinload(Person.emails), selectinload(Person.phones)))
    if found is None:
        raise redirects.missing(Kind.PERSON, person_id)
    return found


def create(values: Mapping[str, Any]) -> Person:
    """Add somebody to the directory with their post in an organisation (`organisation_id`, `job_title`, `function`), which is what shows
    them in the study. Raises Refused("address_taken") when an e-mail address is already somebody else's and not a shared mailbox."""
    organisation_id = values["organisation_id"]
    if db.session.scalar(sa.select(Organisation.id).where(Organisation.id == organisation_id)) is None:
        raise Refused("organisation_unknown", field="organisation_id")
    person = Person(ref=refs.take(Person.ref_prefix)[0], last_name=values["last_name"], sort_name="", search_key="")
    _fill(person, values)
    db.session.add(person)
    db.session.flush()
    affiliations.add(person.id, {**values, "is_main": True})
    search_text.refresh_person(person)
    db.session.flush()
    return person


def update(person: Person, values: Mapping[str, Any], seen: int | None) -> None:
    """Change a person's own fields, addresses and numbers."""
    expect_version(person, seen)
    _fill(person, values)
    search_text.refresh_person(person)
    db.session.flush()


def set_field(person: Person, name: str, value: Any, seen: int | None = None) -> None:
    """Change one field of a person in place; `email` and `phone` stand for the first of several."""
    expect_version(person, seen)
    if name == "email":
        rest = [(e.address, e.is_shared) for e in person.emails[1:]]
        _set_emails(person, [(value, bool(person.emails and person.emails[0].is_shared)), *rest])
    elif name == "phone":
        _set_phones(person, [value, *(p.typed for p in person.phones[1:])])
    else:
        setattr(person, name, value)
    search_text.refresh_person(person)
    db.session.flush()


def find_or_create(full_name: str, organisation_id: int, job_title: str | None = None) -> Person:
    """Return the person of this name in an organisation of the study, or add one. "Jeanne Morel" has its first name first."""
    first, _sep, last = full_name.strip().rpartition(" ")
    key = fold(full_name)
    for person in of_organisation(organisation_id):
        if key in (fold(person.full_name), fold(f"{person.last_name} {person.first_name or ''}")):
            return person
    return create({"first_name": first or None, "last_name": last, "organisation_id": organisation_id, "job_title": job_title})


def of_organisation(organisation_id: int) -> Sequence[Person]:
    """Return the people who work, or worked, in an organisation, by name."""
    query = sa.select(Person).join(Affiliation, Affiliation.person_id == Person.id).where(Affiliation.organisation_id == organisation_id)
    ordered = query.order_by(Person.sort_name, Person.id).options(selectinload(Person.emails), selectinload(Person.phones))
    return db.session.scalars(ordered).unique().all()


def pick(text: str, organisation_ids: Sequence[int] = (), limit: int = 20) -> list[tuple[int, str, str]]:
    """Return people of the study for a box that is typed into: id, name, organisation; only of some organisations when they are given."""
    name = sa.func.coalesce(Person.first_name + " ", "") + Person.last_name
    query = (
        sa.select(Person.id, name, sa.func.min(Organisation.name))
        .join(Affiliation, sa.and_(Affiliation.person_id == Person.id, Affiliation.until.is_(None)))
        .join(Organisation, Organisation.id == Affiliation.organisation_id)
        .group_by(Person.id, Person.first_name, Person.last_name, Person.sort_name)
        .order_by(Person.sort_name, Person.id)
        .limit(limit)
    )
    if organisation_ids:
        query = query.where(Affiliation.organisation_id.in_(organisation_ids))
    if text.strip():
        query = query.where(search_text.contains(Person.search_key, text))
    return [(row[0], row[1] or "", row[2] or "") for row in db.session.execute(query)]


def delete(person: Person) -> None:
    """Delete a person; their addresses are free for others until they are brought back."""
    person.deleted_at, person.deleted_by_id = now(), current().user_id
    for each in person.emails:
        each.is_retired = True
    db.session.flush()


def restore(person_id: int) -> Person:
    """Bring a deleted person of the study back; an address that somebody else took meanwhile is marked as shared."""
    query = sa.select(Person).where(Person.id == person_id, Person.deleted_at.is_not(None)).options(selectinload(Person.emails))
    person = db.session.scalar(query.execution_options(include_deleted=True))
    if person is None:
        raise NotFound
    for each in person.emails:
        each.is_shared = each.is_shared or _bearer(each.address) not in (None, person.id)
        each.is_retired = False
    person.deleted_at = person.deleted_by_id = None
    db.session.flush()
    return person


def _fill(person: Person, values: Mapping[str, Any]) -> None:
    with db.session.no_autoflush:
        for name in PLAIN:
            if name in values:
                setattr(person, name, values[name])
        person.lang = person.lang or "fr"
        if "emails" in values:
            _set_emails(person, _addresses(values["emails"], bool(values.get("shared_mailbox"))))
        if "phones" in values:
            _set_phones(person, _lines(values["phones"]))


def _lines(text: str | Iterable[str] | None) -> list[str]:
    lines = text.splitlines() if isinstance(text, str) else list(text or [])
    return [kept for line in lines if (kept := line.strip(" ,;\t"))]


def _addresses(text: str | Iterable[str] | None, shared: bool) -> list[tuple[str, bool]]:
    return [(line, shared) for line in _lines(text)]


def _set_emails(person: Person, wanted: Sequence[tuple[str | None, bool]]) -> None:
    """Make these the addresses of a person; each belongs to one live person unless it is a shared mailbox."""
    chosen: dict[str, bool] = {}
    for typed, shared in wanted:
        if typed:
            address = identifiers.email(typed)
            if address is None:
                raise Refused("not_an_address", field="emails", text=typed)
            if not shared and _bearer(address) not in (None, person.id):
                raise Refused("address_taken", field="emails", text=address)
            chosen[address] = shared
    present = {e.address: e for e in person.emails}
    for address, row in present.items():
        if address in chosen:
            row.is_shared = chosen[address]
    kept = [present.get(address) or PersonEmail(address=address, is_shared=shared) for address, shared in chosen.items()]
    person.emails = kept


def _bearer(address: str) -> int | None:
    with unscoped("an address is unique in the whole installation"), db.session.no_autoflush:
        query = sa.select(PersonEmail.person_id).where(PersonEmail.address == address, ~PersonEmail.is_shared, ~PersonEmail.is_retired)
        return db.session.scalar(query)


def _set_phones(person: Person, wanted: Sequence[str | None]) -> None:
    """Make these the numbers of a person. One that stands as a present one is read keeps what was once typed for it."""
    present = {identifiers.written_phone(p.number or p.typed): p for p in person.phones} | {p.typed: p for p in person.phones}
    chosen = dict.fromkeys(typed.strip() for typed in wanted if typed)
    numbers = (present.get(typed) or PersonPhone(typed=typed, number=identifiers.phone(typed)) for typed in chosen)
    person.phones = list(dict.fromkeys(numbers))
