"""Who may be the same organisation: shown with the reasons when one is entered, and used to match imported rows.

Neither a telephone number nor a name alone ever makes two organisations one: switchboards are shared, and homonyms are common.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz

from consult.kernel.db import db
from consult.kernel.model import Choice
from consult.kernel.text import fold
from consult.organisations import identifiers, sites
from consult.organisations.models import Alias, Organisation, Site
from consult.organisations.name_keys import name_key
from consult.organisations.participation import Participation

CLOSE, SIMILAR = 92, 82
MOST = 5
BLOCK = 5_000


class Reason(Choice):
    """Why two organisations may be one."""

    SIREN = "siren", "même SIREN", "same SIREN"
    SIRET = "siret", "même SIRET", "same SIRET"
    DOMAIN = "domain", "même domaine internet et nom proche", "same internet domain and similar name"
    NAME_AND_PLACE = "name_and_place", "même nom dans la même commune", "same name in the same commune"
    CLOSE_NAME_AND_PLACE = "close_name_and_place", "nom très proche dans la même commune", "very similar name in the same commune"
    NAME = "name", "même nom", "same name"


@dataclass(frozen=True)
class Candidate:
    """What is known of an organisation that is being entered."""

    key: str
    siren: str | None = None
    siret: str | None = None
    domain: str | None = None
    commune_code: str | None = None
    commune: str = ""
    but: int | None = None
    sort_name: str = ""


@dataclass
class Alike:
    """An organisation of the study that may be the same one."""

    id: int
    name: str
    ref: str
    commune: str | None
    reasons: list[Reason] = field(default_factory=list)


def candidate(values: Mapping[str, Any], but: int | None = None) -> Candidate:
    """Return what the values of a form say of an organisation; `but` is its own id when it exists."""
    code, commune = sites.place(values.get("commune"), values.get("postcode"))
    return Candidate(
        name_key(values.get("name")), identifiers.siren(values.get("siren")).value, identifiers.siret(values.get("siret")).value,
        identifiers.domain(values.get("website"), values.get("email")), code, fold(commune), but, fold(values.get("name")),
    )  # fmt: skip


def find(given: Candidate) -> list[Alike]:
    """Return organisations of the study in scope that may be the one given, the likeliest first, each with its reasons."""
    found: dict[int, Alike] = {}
    rows = _block(given)
    for row in rows:
        if row.id != given.but:
            for reason in _reasons(given, row):
                alike = found.setdefault(row.id, Alike(row.id, row.name, row.ref, row.commune_name))
                if reason not in alike.reasons:
                    alike.reasons.append(reason)
    order = list(Reason)
    return sorted(found.values(), key=lambda a: (min(order.index(r) for r in a.reasons), fold(a.name)))[:MOST]


def _block(given: Candidate) -> Sequence[Any]:
    """The few rows that could be alike: same identifier, same domain or same commune."""
    clauses = [
        clause
        for value, clause in (
            (given.siren, Organisation.siren == given.siren),
            (given.siret, Site.siret == given.siret),
            (given.domain, Organisation.domain == given.domain),
            (given.commune_code, Site.commune_code == given.commune_code),
            (given.sort_name, Organisation.sort_name == given.sort_name),
        )
        if value
    ]
    if given.commune and not given.commune_code:
        clauses.append(Organisation.search_key.contains(given.commune, autoescape=True))
    if not clauses:
        return []
    columns = (Organisation.id, Organisation.name, Organisation.ref, Organisation.siren, Organisation.domain)
    query = (
        sa.select(*columns, Site.siret, Site.commune_code, Site.commune_name)
        .join(Participation, Participation.organisation_id == Organisation.id)
        .outerjoin(Site, Site.organisation_id == Organisation.id)
        .where(sa.or_(*clauses))
    )
    return db.session.execute(query.limit(BLOCK)).all()


def _reasons(given: Candidate, row: Any) -> Iterable[Reason]:
    key = name_key(row.name)
    score = fuzz.token_sort_ratio(given.key, key) if given.key else 0.0
    if given.siren and row.siren == given.siren:
        yield Reason.SIREN
    if given.siret and row.siret == given.siret:
        yield Reason.SIRET
    if given.domain and row.domain == given.domain and score >= SIMILAR:
        yield Reason.DOMAIN
    same_place = (given.commune_code and row.commune_code == given.commune_code) or (
        given.commune and fold(row.commune_name) == given.commune
    )
    if same_place and given.key and key == given.key:
        yield Reason.NAME_AND_PLACE
    elif same_place and score >= CLOSE:
        yield Reason.CLOSE_NAME_AND_PLACE
    elif given.key and key == given.key and not (given.commune_code or given.commune):
        yield Reason.NAME  # no place was given that could tell two namesakes apart


@dataclass
class Directory:
    """What the study's directory holds, read once, to match many rows against. Values are organisation ids (and site ids for SIRET)."""

    by_siren: dict[str, int] = field(default_factory=dict)
    by_siret: dict[str, tuple[int, int]] = field(default_factory=dict)
    by_name_and_place: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    by_name: dict[str, list[int]] = field(default_factory=dict)
    by_domain: dict[str, list[int]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    told_apart: dict[int, list[str]] = field(default_factory=dict)
    """What tells two of one name apart: the reference, then the communes."""


def directory() -> Directory:
    """Read the directory of the study in scope in three queries. An organisation is known by its other names as well as by its own."""
    known = Directory()
    taking_part = Participation.organisation_id == Organisation.id
    for row in db.session.execute(
        sa.select(Organisation.id, Organisation.name, Organisation.ref, Organisation.siren, Organisation.domain).join(
            Participation, taking_part
        )
    ):
        known.names[row.id] = row.name
        known.told_apart[row.id] = [row.ref]
        _add(known.by_name, name_key(row.name), row.id)
        if row.siren:
            known.by_siren[row.siren] = row.id
        if row.domain:
            _add(known.by_domain, row.domain, row.id)
    called = {each: {name_key(name)} for each, name in known.names.items()}
    for alias in db.session.execute(sa.select(Alias.organisation_id, Alias.name)):
        if alias.organisation_id in known.names:
            called[alias.organisation_id].add(name_key(alias.name))
            _add(known.by_name, name_key(alias.name), alias.organisation_id)
    _read_sites(known, called)
    return known


def _read_sites(known: Directory, called: Mapping[int, Iterable[str]]) -> None:
    for site in db.session.execute(sa.select(Site.id, Site.organisation_id, Site.siret, Site.commune_code, Site.commune_name)):
        if site.organisation_id not in known.names:
            continue
        if site.siret:
            known.by_siret[site.siret] = (site.organisation_id, site.id)
        if site.commune_name and site.commune_name not in known.told_apart[site.organisation_id]:
            known.told_apart[site.organisation_id].append(site.commune_name)
        for where in {site.commune_code, fold(site.commune_name)} - {None, ""}:
            for key in called[site.organisation_id]:
                _add(known.by_name_and_place, (key, where), site.organisation_id)


def _add(index: dict[Any, list[int]], key: Any, organisation_id: int) -> None:
    bearers = index.setdefault(key, [])
    if organisation_id not in bearers:
        bearers.append(organisation_id)
