"""What an organisation is found by: one folded text that carries its names, identifiers and communes, repeated in each participation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.model import NAME
from consult.kernel.scope import unscoped
from consult.kernel.text import compact, fold
from consult.organisations.merge_models import Kind
from consult.organisations.models import Alias, Organisation, Site
from consult.organisations.name_keys import kept_key
from consult.organisations.participation import Participation
from consult.organisations.people_models import Person, PersonEmail

CHUNK = 500
WORDS = ("sort_name", "search_key", "name_key")
"""The columns by which a record is found and put in order."""
LONGEST = 1_500  # an index entry of PostgreSQL holds 2,700 bytes
_FACTS = (
    Organisation.id, Organisation.name, Organisation.short_name, Organisation.legal_name, Organisation.ref, Organisation.siren,
    Organisation.unchecked_siren, Organisation.domain,
)  # fmt: skip


def sort_name(name: str) -> str:
    """Return the form by which names are put in order."""
    return fold(name)[:NAME]


def search_key(names: Iterable[str | None], identifiers: Iterable[str | None], places: Iterable[str | None] = ()) -> str:
    """Return the text that a search looks into: words folded, identifiers without their spaces, each once."""
    parts = [*(fold(n) for n in names), *(compact(i) for i in identifiers), *(fold(p) for p in places)]
    return " ".join(dict.fromkeys(part for part in parts if part))[:LONGEST]


def words_of(text: str) -> list[str]:
    """Return the words that a search asks for; digits typed with spaces are one identifier."""
    tight = compact(text)
    return [tight] if len(tight) >= 6 and tight.isdigit() else fold(text).split()[:12]


def contains(column: Any, text: str) -> sa.ColumnElement[bool]:
    """Return the clause that a search text holds every word asked for; one that asks for no word finds nothing."""
    words = words_of(text)
    return sa.and_(*(column.contains(word, autoescape=True) for word in words)) if words else sa.false()


def refresh(organisation_ids: Sequence[int]) -> None:
    """Bring sort name and search text of organisations up to date, in the directory and in every study, in a few statements."""
    db.session.flush()
    for start in range(0, len(organisation_ids), CHUNK):
        _refresh(list(organisation_ids[start : start + CHUNK]))


def _refresh(ids: list[int]) -> None:
    with unscoped("the search text of an organisation is the same in every study"):
        rows = db.session.execute(sa.select(*_FACTS).where(Organisation.id.in_(ids)).execution_options(include_deleted=True)).all()
        aliases = _grouped(sa.select(Alias.organisation_id, Alias.name).where(Alias.organisation_id.in_(ids)))
        sites = _grouped(
            sa.select(Site.organisation_id, Site.siret, Site.unchecked_siret, Site.commune_name, Site.postcode).where(
                Site.organisation_id.in_(ids)
            )
        )
        merged = _merged(Organisation, (Organisation.siren,), ids)
        values = [
            {"key_of": row.id, **_words(row._asdict(), sites.get(row.id, ()), aliases.get(row.id, ()), merged.get(row.id, ()))}
            for row in rows
        ]
        if values:
            _write(values)
    for record in [r for r in db.session.identity_map.values() if isinstance(r, Organisation | Participation)]:
        db.session.expire(record, ["sort_name", "search_key"])


def _grouped(query: Any) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.organisation_id, []).append(row._asdict())
    return found


def _merged(model: Any, columns: Iterable[Any], ids: Sequence[int]) -> dict[int, list[Any]]:
    """What the records that were merged into these were found by."""
    query = sa.select(model.merged_into_id, model.ref, *columns).where(model.merged_into_id.in_(ids)).order_by(model.id)
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query.execution_options(include_deleted=True)):
        found.setdefault(row.merged_into_id, []).append(row)
    return found


def of_new(values: Mapping[str, Any], ref: str, sites: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the columns by which an organisation is found that is about to be written with these values and sites."""
    return _words({**dict.fromkeys(column.key for column in _FACTS), **values, "ref": ref}, sites)


def _words(
    facts: Mapping[str, Any], sites: Iterable[Mapping[str, Any]], aliases: Iterable[Mapping[str, Any]] = (), merged: Iterable[Any] = ()
) -> dict[str, str]:
    places = list(sites)
    names = [facts["name"], facts["short_name"], facts["legal_name"], *(alias["name"] for alias in aliases)]
    numbers = [facts["ref"], facts["siren"], facts["unchecked_siren"]]
    numbers += [site.get(name) for site in places for name in ("siret", "unchecked_siret", "postcode")]
    numbers += [n for gone in merged for n in (gone.ref, gone.siren)]
    key = search_key(names, numbers, [facts["domain"], *(site.get("commune_name") for site in places)])
    return {"sort_name": sort_name(facts["name"]), "search_key": key, "name_key": kept_key(facts["name"])}


def _write(values: list[dict[str, Any]]) -> None:
    for table, column in ((Organisation.__table__, "id"), (Participation.__table__, "organisation_id")):
        assert isinstance(table, sa.Table)  # noqa: S101
        statement = sa.update(table).where(table.c[column] == sa.bindparam("key_of"))
        own: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in WORDS if name in table.c}
        found = [{"key_of": each["key_of"], **{f"new_{name}": each[name] for name in own}} for each in values]
        db.session.connection().execute(statement.values(**own, **_same_stamp(table)), found)


def _same_stamp(table: sa.Table) -> dict[str, Any]:
    """The search text is derived: refreshing it is no change that a reader is told of."""
    return {"updated_at": table.c.updated_at}


def refresh_person(person: Person) -> None:
    """Bring a person's sort name and search text up to date."""
    db.session.flush()
    for name, value in _words_of(person.id, person.last_name, person.first_name, person.ref).items():
        setattr(person, name, value)


def _words_of(person_id: int, last_name: str, first_name: str | None, ref: str) -> dict[str, str]:
    addresses = db.session.scalars(sa.select(PersonEmail.address).where(PersonEmail.person_id == person_id))
    with unscoped("people merged into one are found by what they were found by, whatever the study"):
        merged = _merged(Person, (Person.last_name, Person.first_name), [person_id]).get(person_id, [])
    names = [last_name, first_name, *addresses, *(name for gone in merged for name in (gone.last_name, gone.first_name))]
    return {
        "sort_name": fold(f"{last_name} {first_name or ''}")[: NAME * 2],
        "search_key": search_key(names, [ref, *(gone.ref for gone in merged)]),
    }


# merging: below the session, and without a stamp of its own


def bring_up_to_date(kind: Kind, record_id: int) -> None:
    """Have a record be found by what it holds now; the caller has lifted the study filter."""
    if kind is Kind.ORGANISATION:
        return refresh([record_id])
    table = _table(Person)
    row = db.session.execute(sa.select(table.c.last_name, table.c.first_name, table.c.ref).where(table.c.id == record_id)).one()
    statement = sa.update(table).where(table.c.id == record_id)
    db.session.execute(statement.values(**_words_of(record_id, *row), **_same_stamp(table)))
    return None


def derived(kind: Kind, ids: Sequence[int]) -> dict[tuple[str, int], Mapping[str, str]]:
    """Return the columns by which records are found, and their participations, by table and id; the caller has lifted the study filter."""
    found: dict[tuple[str, int], Mapping[str, str]] = {}
    tables = ((Organisation, "id"), (Participation, "organisation_id")) if kind is Kind.ORGANISATION else ((Person, "id"),)
    for model, column in tables:
        table = _table(model)
        columns = [table.c[name] for name in WORDS if name in table.c]
        for row in db.session.execute(sa.select(table.c.id, *columns).where(table.c[column].in_(ids))).mappings():
            found[table.name, row["id"]] = {name: value for name, value in row.items() if name != "id"}
    return found


def put_back(place: tuple[str, int], values: Mapping[str, str]) -> None:
    """Give a row the columns by which it was found before."""
    table = Organisation.metadata.tables[place[0]]
    db.session.execute(sa.update(table).where(table.c.id == place[1]).values(**values, **_same_stamp(table)))


def _table(model: Any) -> sa.Table:
    found: sa.Table = model.__table__
    return found
