"""Which person each row of a file is about, and which site of its organisation.

People: imported before; same e-mail address; same name in the same organisation. A namesake elsewhere is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from consult.exchange.fields import FIRST_NAME, LAST_NAME, PERSON_EMAIL, SIRET
from consult.exchange.marks import agree
from consult.exchange.matching import Decision
from consult.kernel.bulk import chunks
from consult.kernel.changes import Candidate, Given, Note, Place, Target
from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.kernel.text import fold
from consult.organisations import identifiers
from consult.organisations.models import Organisation, Site
from consult.organisations.people_models import Affiliation, Person, PersonEmail


@dataclass
class People:
    """Matches the people of a file with those the installation knows."""

    decisions: Mapping[tuple[int, int], Decision]
    before: Mapping[str, int]
    owners: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    _in: dict[tuple[Place, str], int] = field(default_factory=dict)
    _named: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    _seen: dict[tuple[Any, ...], Target] = field(default_factory=dict)
    _ids: set[int] = field(default_factory=set)

    def read(self, given: Iterable[Given]) -> None:
        """Read what is known of the people a file names: the bearers of its addresses anywhere, and everybody in the study."""
        addresses = {address for each in given for address in each.values.get(PERSON_EMAIL, ())}
        with unscoped("an e-mail address belongs to one person of the whole installation"):
            for some in chunks(addresses):
                query = sa.select(PersonEmail.address, Person.id, Person.last_name, Person.first_name).join(
                    Person, Person.id == PersonEmail.person_id
                )
                query = query.where(PersonEmail.address.in_(some), ~PersonEmail.is_shared, ~PersonEmail.is_retired)
                self.owners.update((r.address, (r.id, r.last_name, r.first_name or "")) for r in db.session.execute(query))
        columns = (Person.id, Person.last_name, Person.first_name, Affiliation.organisation_id, Organisation.name)
        staff = (
            sa.select(*columns)
            .join(Affiliation, Affiliation.person_id == Person.id)
            .join(Organisation, Organisation.id == Affiliation.organisation_id)
        )
        for row in db.session.execute(staff.order_by(Person.id)):
            key = fold(f"{row.last_name} {row.first_name or ''}")
            self._ids.add(row.id)
            self._in.setdefault(((row.organisation_id, None, 1), key), row.id)
            self._named.setdefault(key, []).append((row.id, f"{row.first_name or ''} {row.last_name}".strip(), row.name))

    def target(self, given: Given, organisation: Target, key: str) -> Target:
        """Say which person a row is about."""
        found = self._decided(given) or self._told(given, organisation, key)
        if found.settled:
            self._seen.setdefault(("in", organisation.place, _key(given)), found)
            for address in given.values.get(PERSON_EMAIL, ()):
                self._seen.setdefault(("email", address, fold(given.values.get(LAST_NAME))), found)
        return found

    def bearer_of(self, address: str, but: int | None) -> str | None:
        """The name of whoever else bears an address: "" when that is somebody of another study, None when it is nobody."""
        owner = self.owners.get(address)
        if owner is None or owner[0] == but:
            return None
        return f"{owner[2]} {owner[1]}".strip() if owner[0] in self._ids else ""

    def _decided(self, given: Given) -> Target | None:
        decision = self.decisions.get((given.row, given.nth)) or {}
        if decision.get("skip"):
            return Target(refusal=Note("set_aside_by_choice"))
        if decision.get("new"):
            return _new(given, "by_choice") if LAST_NAME in given.values else Target(refusal=Note("no_last_name"))
        return Target(id=decision["use"], how="by_choice") if decision.get("use") in self._ids else None

    def _told(self, given: Given, organisation: Target, key: str) -> Target:
        if self.before.get(key) in self._ids:
            return Target(id=self.before[key], how="by_before")
        name = _key(given)
        found = self._by_address(given) or self._in.get((organisation.place, name))
        if found is not None:
            return Target(id=found, how="by_email" if self._by_address(given) else "by_person")
        if LAST_NAME not in given.values:
            return Target(refusal=Note("no_last_name"))
        seen = self._seen.get(("in", organisation.place, name)) or self._by_address_seen(given)
        if seen is not None:
            return replace(seen, how="by_line")
        namesakes = [] if FIRST_NAME not in given.values else self._named.get(name, [])
        reasons = (Note("same_person_elsewhere"),)
        candidates = tuple(Candidate(each, label, where, reasons) for each, label, where in dict.fromkeys(namesakes))[:5]
        return Target(candidates=candidates) if candidates else _new(given)

    def _by_address(self, given: Given) -> int | None:
        for address in given.values.get(PERSON_EMAIL, ()):
            owner = self.owners.get(address)
            if owner and _agree(given, owner[1], owner[2]):
                return owner[0]
        return None

    def _by_address_seen(self, given: Given) -> Target | None:
        addresses = given.values.get(PERSON_EMAIL, ())
        return next((t for a in addresses if (t := self._seen.get(("email", a, fold(given.values.get(LAST_NAME)))))), None)


def _new(given: Given, how: str = "") -> Target:
    return Target(group=given.row, how=how, nth=given.nth)


def _key(given: Given) -> str:
    return fold(f"{given.values.get(LAST_NAME) or ''} {given.values.get(FIRST_NAME) or ''}")


def _agree(given: Given, last: str, first: str) -> bool:
    """Whether a row may name this person: an address alone is not enough when the names differ."""
    mine, own = fold(given.values.get(LAST_NAME)), fold(given.values.get(FIRST_NAME))
    return (not mine or mine == fold(last)) and (not own or not first or own == fold(first))


@dataclass(slots=True)
class _Site:
    target: Target
    siret: str | None
    places: frozenset[str]


class Sites:
    """Says which site of its organisation a row is about: by SIRET, else by town; the head office where no town is named."""

    def __init__(self, organisation_ids: Sequence[int]) -> None:
        self._of: dict[Place, list[_Site]] = {}
        columns = (Site.id, Site.organisation_id, Site.siret, Site.commune_code, Site.commune_name)
        with unscoped("the sites of matched organisations, whose identity an identifier reveals"):
            for some in chunks(organisation_ids):
                query = sa.select(*columns).where(Site.organisation_id.in_(some)).order_by(Site.is_head_office.desc(), Site.id)
                for row in db.session.execute(query):
                    places = frozenset(part for part in (row.commune_code, fold(row.commune_name)) if part)
                    self._of.setdefault((row.organisation_id, None, 1), []).append(_Site(Target(id=row.id), row.siret, places))

    def target(self, given: Given, organisation: Target, places: frozenset[str]) -> Target:
        """Say which site a row is about; a new one when none fits."""
        siret = identifiers.siret(given.values.get(SIRET)).value
        sites = self._of.setdefault(organisation.place, [])
        found = _fitting(sites, siret, places)
        if found is None:
            found = _Site(Target(group=given.row), siret, places)
            sites.append(found)
        found.siret, found.places = found.siret or siret, found.places or places
        return found.target


def _fitting(sites: list[_Site], siret: str | None, places: frozenset[str]) -> _Site | None:
    """Another town is another site: that an organisation has moved is for somebody to say, since both may be true."""
    if siret:
        same = next((site for site in sites if site.siret == siret), None)
        return same or next((s for s in sites if not s.siret and (agree(s.places, places) or not s.places or not places)), None)
    near = next((site for site in sites if agree(site.places, places)), None)
    return near or next((site for site in sites if not site.places or not places), None)
