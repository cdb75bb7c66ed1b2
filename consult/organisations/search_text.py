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
        values = [_values(row, aliases.get(row.id, []), sites.get(row.id, []), merged.get(row.id, ())) for row in rows]
        if values:
            _write(values)
    for record in [r for r in db.session.identity_map.values() if isinstance(r, Organisation | Participation)]:
        db.session.expire(record, ["sort_name", "search_key"])


def _grouped(query: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.organisation_id, []).append(row)
    return found


def _merged(model: Any, columns: Iterable[Any], ids: Sequence[int]) -> dict[int, list[Any]]:
    """What the records that were merged into these were found by."""
    query = sa.select(model.merged_into_id, model.ref, *columns).where(model.merged_into_id.in_(ids)).order_by(model.id)
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query.execution_options(include_deleted=True)):
        found.setdefault(row.merged_into_id, []).append(row)
    return found


def _values(row: Any, aliases: list[Any], sites: list[Any], merged: Iterable[Any]) -> dict[str, Any]:
    names = [row.name, row.short_name, row.legal_name, *(a.name for a in aliases)]
    numbers = [row.ref, row.siren, row.unchecked_siren, *(n for s in sites for n in (s.siret, s.unchecked_siret, s.postcode))]
    numbers += [n for gone in merged for n in (gone.ref, gone.siren)]
    key = search_key(names, numbers, [row.domain, *(s.commune_name for s in sites)])
    return {"key_of": row.id, "new_sort": sort_name(row.name), "new_search": key, "new_name": kept_key(row.name)}


def _write(values: list[dict[str, Any]]) -> None:
    for table, column in ((Organisation.__table__, "id"), (Participation.__table__, "organisation_id")):
        assert isinstance(table, sa.Table)  # noqa: S101
        statement = sa.update(table).where(table.c[column] == sa.bindparam("key_of"))
        words: dict[str, Any] = {
            "sort_name": sa.bindparam("new_sort"),
            "search_key": sa.bindparam("new_search"),
            "name_key": sa.bindparam("new_name"),
        }
        own = {name: value for name, value in words.items() if name in table.c}
        db.session.connection().execute(statement.values(**own, **_same_stamp(table)), values)


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
        columns = [table.c[name] for name in ("sort_name", "search_key", "name_key") if name in table.c]
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
