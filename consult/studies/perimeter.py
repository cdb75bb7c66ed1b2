"""The perimeter of a study: the areas picked, and the communes they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from consult.kernel import scope
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.studies import territory_reference as reference
from consult.studies.models import PerimeterArea, PerimeterCommune

EPCI, COMMUNE = "epci", "commune"
FOUND = 12
MOST_AREAS = 2000
_SEPARATORS = re.compile(r"[;\n]|,\s")


@dataclass(frozen=True)
class Place:
    """An area that can be picked: `kind` is "epci" or "commune", `nature` the short name of the kind of EPCI."""

    code: str
    kind: str
    name: str
    nature: str
    departments: tuple[str, ...]
    communes: int
    population: int


def search(text: str) -> list[Place]:
    """Return EPCI and communes by name, code or postcode; several names at once, parted by semicolons, commas or lines."""
    whole = _search_one(text)
    parts = [part for part in _SEPARATORS.split(text) if part.strip()]
    found = whole if whole or len(parts) < 2 else [place for part in parts[:FOUND] for place in _search_one(part)[:3]]
    return list({place.code: place for place in found}.values())


def not_found(text: str) -> list[str]:
    """Return those of several names typed at once for which nothing is found."""
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    return [] if len(parts) < 2 or _search_one(text) else [part for part in parts[:FOUND] if not _search_one(part)]


def _search_one(text: str) -> list[Place]:
    if not text.strip():
        return []
    groups = [_of_epci(each) for each in reference.search_epci(text, FOUND)]
    return groups + [_of_commune(each) for each in reference.search_communes(text, FOUND)]


def _of_epci(group: reference.Epci) -> Place:
    return Place(group.siren, EPCI, group.name, group.kind, group.departments, group.communes, group.population)


def _of_commune(place: reference.Commune) -> Place:
    return Place(place.code, COMMUNE, place.name, "", (place.department,), 1, place.population or 0)


def place(code: str) -> Place | None:
    """Return the area with a code: the SIREN of an EPCI or the INSEE code of a commune."""
    group = reference.epci(code)
    if group is not None:
        return _of_epci(group)
    commune = reference.commune(code)
    return _of_commune(commune) if commune else None


def areas() -> Sequence[PerimeterArea]:
    """Return the areas of the study in scope, EPCI first, by name."""
    return db.session.scalars(sa.select(PerimeterArea).order_by(PerimeterArea.kind.desc(), PerimeterArea.name, PerimeterArea.id)).all()


def get_area(area_id: int) -> PerimeterArea:
    """Return an area of the study in scope. Raises NotFound."""
    area = db.session.get(PerimeterArea, area_id)
    if area is None:
        raise NotFound
    return area


def add_areas(codes: Iterable[str]) -> list[PerimeterArea]:
    """Add areas to the perimeter and return those that are new in it. Raises Refused("area_unknown") and adds none if one is unknown."""
    present = {area.code for area in areas()}
    wanted = {found.code: found for found in map(_known, dict.fromkeys(codes)) if found.code not in present}
    if len(present) + len(wanted) > MOST_AREAS:
        raise Refused("too_many_areas", most=MOST_AREAS)
    study_id = scope.current().study_id
    added = [PerimeterArea(study_id=study_id, code=p.code, kind=p.kind, name=p.name) for p in wanted.values()]
    db.session.add_all(added)
    db.session.flush()
    derive()
    return added


def _known(code: str) -> Place:
    found = place(code)
    if found is None:
        raise Refused("area_unknown", area=code[:20])
    return found


def remove_area(area: PerimeterArea) -> None:
    """Take an area out of the perimeter; a commune stays in as long as another area holds it."""
    db.session.delete(area)
    db.session.flush()
    derive()


def derive() -> None:
    """Make the communes of the perimeter those of its areas."""
    study_id = scope.current().study_id
    wanted = {code for area in areas() for code in _communes_of(area)}
    present = {row.commune_code: row for row in db.session.scalars(sa.select(PerimeterCommune))}
    for code in present.keys() - wanted:
        db.session.delete(present[code])
    db.session.add_all(PerimeterCommune(study_id=study_id, commune_code=code) for code in sorted(wanted - present.keys()))
    db.session.flush()


def _communes_of(area: PerimeterArea) -> Iterable[str]:
    return (c.code for c in reference.communes_of(area.code)) if area.kind == EPCI else (area.code,)


def commune_codes() -> frozenset[str]:
    """Return the INSEE codes of the communes of the study in scope."""
    return frozenset(db.session.scalars(sa.select(PerimeterCommune.commune_code)))
