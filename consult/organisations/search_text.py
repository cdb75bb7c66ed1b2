"""What an organisation is found by: one folded text that carries its names, identifiers and communes, repeated in each participation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.model import NAME
from consult.kernel.scope import unscoped
from consult.kernel.text import compact, fold
from consult.organisations.models import Alias, Organisation, Site
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
        values = [_values(row, aliases.get(row.id, []), sites.get(row.id, [])) for row in rows]
        if values:
            _write(values)
    for record in [r for r in db.session.identity_map.values() if isinstance(r, Organisation | Participation)]:
        db.session.expire(record, ["sort_name", "search_key"])


def _grouped(query: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.organisation_id, []).append(row)
    return found


def _values(row: Any, aliases: list[Any], sites: list[Any]) -> dict[str, Any]:
    names = [row.name, row.short_name, row.legal_name, *(a.name for a in aliases)]
    numbers = [row.ref, row.siren, row.unchecked_siren, *(n for s in sites for n in (s.siret, s.unchecked_siret, s.postcode))]
    key = search_key(names, numbers, [row.domain, *(s.commune_name for s in sites)])
    return {"key_of": row.id, "new_sort": sort_name(row.name), "new_search": key}


def _write(values: list[dict[str, Any]]) -> None:
    for table, column in ((Organisation.__table__, "id"), (Participation.__table__, "organisation_id")):
        assert isinstance(table, sa.Table)  # noqa: S101
        statement = sa.update(table).where(table.c[column] == sa.bindparam("key_of"))
        db.session.connection().execute(
            statement.values(sort_name=sa.bindparam("new_sort"), search_key=sa.bindparam("new_search"), **_same_stamp(table)), values
        )


def _same_stamp(table: sa.Table) -> dict[str, Any]:
    """The search text is derived: refreshing it is no change that a reader is told of."""
    return {"updated_at": table.c.updated_at}


def refresh_person(person: Person) -> None:
    """Bring a person's sort name and search text up to date."""
    db.session.flush()
    addresses = db.session.scalars(sa.select(PersonEmail.address).where(PersonEmail.person_id == person.id))
    person.sort_name = fold(f"{person.last_name} {person.first_name or ''}")[: NAME * 2]
    person.search_key = search_key([person.last_name, person.first_name, *addresses], [person.ref])
