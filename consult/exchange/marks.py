"""By what a row of a file tells its organisation: checked identifiers, its name as it is compared, its places, and softer signs."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from consult.exchange.fields import COMMUNE, COMMUNE_CODE, EMAIL, LEGAL_NAME, NAME, PHONE, POSTCODE, SIREN, SIRET, WEBSITE
from consult.kernel.changes import Given
from consult.kernel.text import fold
from consult.organisations import identifiers
from consult.organisations.name_keys import name_key
from consult.studies import territory_reference


@dataclass(slots=True)
class Mark:
    """The marks of a row. Places are INSEE codes and folded names; `cells` are all that it says."""

    siren: str | None
    siret: str | None
    name: str
    key: str
    places: frozenset[str]
    phone: str | None
    domain: str | None
    cells: tuple[Any, ...]


def mark_of(organisation: Given | None, site: Given | None) -> Mark:
    """Read the marks of a row."""
    values = {**(organisation.values if organisation else {}), **(site.values if site else {})}
    siret = identifiers.siret(values.get(SIRET)).value
    siren = identifiers.siren(values.get(SIREN)).value or (siret[:9] if siret else None)
    name = values.get(NAME) or values.get(LEGAL_NAME) or ""
    domain = identifiers.domain(values.get(WEBSITE), values.get(EMAIL))
    places = _places(values.get(COMMUNE_CODE), values.get(COMMUNE), values.get(POSTCODE))
    return Mark(
        siren, siret, name, name_key(name), places, values.get(PHONE), domain, tuple(sorted((k, str(v)) for k, v in values.items()))
    )


@lru_cache(maxsize=20_000)
def _places(code: str | None, name: str | None, postcode: str | None) -> frozenset[str]:
    if not code and name:
        found = territory_reference.commune_by_name_and_postcode(name, postcode or "")
        code, name = (found.code, found.name) if found else (None, name)
    return frozenset(part for part in (code, fold(name)) if part)


def agree(one: Set[str], other: Set[str]) -> bool:
    """Whether two places may be one: by INSEE code where both have one, else by name."""
    codes, others = _codes(one), _codes(other)
    return bool(codes & others) if codes and others else bool(one & other)


def _codes(places: Set[str]) -> set[str]:
    return {part for part in places if len(part) == 5 and part[0].isdigit()}
