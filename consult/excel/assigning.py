"""Gives each field of a table to one column, the surest pair first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consult.excel.entity import unfed
from consult.excel.looks import is_shared_email, share
from consult.excel.persons import persons
from consult.excel.recognise import Candidate
from consult.excel.registry import FieldSpec, Registry
from consult.excel.seen import OPEN_BELOW, Seen, has_first_name, is_its_own, is_lone_surname, rivals_among

_SURE = 0.85
"""From which score on a header alone is believed: that of an empty column."""


@dataclass(frozen=True)
class _Table:
    seen: list[Seen]
    entity: str | None
    people: frozenset[str]
    owners: frozenset[str]
    persons: Mapping[int, int]
    blocked: set[str]
    rivals: set[str]


def assigned(
    seen: list[Seen], registry: Registry, entity: str | None, chosen: Mapping[int, FieldSpec], but: frozenset[int]
) -> dict[int, Candidate]:
    """The candidate that each column (by its index) is given. `chosen` are fields already given by a person, `but` columns that are not
    to be touched."""
    people = frozenset(spec.name for spec in registry.entities if spec.of)
    owners = frozenset(spec.of for spec in registry.entities)
    table = _Table(seen, entity, people, owners, persons(seen, registry), unfed(seen, registry, entity), rivals_among(seen))
    given: dict[int, Candidate] = {}
    taken = {field.full_name for field in chosen.values()}
    pairs = [
        (_rank(table, place, candidate), place, candidate)
        for place, one in enumerate(seen)
        for candidate in one.candidates
        if candidate.score >= OPEN_BELOW and one.column.index not in but and _is_possible(table, place, candidate)
    ]
    for _rank_of, place, candidate in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        index, name = seen[place].column.index, candidate.field.full_name
        if index not in given and name not in taken and candidate.field.refers not in taken:
            given[index] = candidate
            taken.add(name)
    return given


def _is_possible(table: _Table, place: int, candidate: Candidate) -> bool:
    one, name = table.seen[place], candidate.field.full_name
    if not one.values and not _is_believed_empty(table, candidate):
        return False
    if name in table.blocked or (candidate.why == "values" and name in table.rivals):
        return False
    if (
        candidate.field.kind == "name"
        and table.entity not in table.people
        and _repeats(one)
        and any(_names_better(other) for other in table.seen if other is not one)
    ):
        return False
    of_the_table = candidate.field.entity == table.entity and table.entity not in table.people | table.owners
    if not (of_the_table or is_its_own(one, candidate, table.blocked)) or is_lone_surname(table.seen, one, candidate):
        return False
    return _is_of_this_person(table, place, candidate) and not _is_left_over(table, place, candidate)


def _is_believed_empty(table: _Table, candidate: Candidate) -> bool:
    """Whether the header alone gives an empty column its field: in full, and no name where other columns are filled."""
    filled = any(other.values for other in table.seen)
    return candidate.score >= _SURE and candidate.why == "header" and not (filled and candidate.field.kind == "name")


def _repeats(one: Seen) -> bool:
    return len(one.values) >= 5 and one.distinct <= 0.2


def _names_better(one: Seen) -> bool:
    """Whether a column names a record on nearly every row anew."""
    return one.distinct >= 0.5 and any(
        other.field.kind in ("name", "person", "last_name") and other.score >= OPEN_BELOW for other in one.candidates
    )


def _is_of_this_person(table: _Table, place: int, candidate: Candidate) -> bool:
    """Whether a column about one of the row's persons may fill the field: those of a second person fill none, and a telephone beside the
    first one's name is that person's, if the table names people at all."""
    owner = table.persons.get(place)
    if owner is None:
        return True
    if owner > 0:
        return False
    if candidate.field.kind not in ("phone", "email") or candidate.field.entity in table.people or candidate.hinted:
        return True
    return not any(
        other.field.kind == candidate.field.kind and other.field.entity in table.people and other.field.full_name not in table.blocked
        for other in table.seen[place].candidates
    )


def _is_left_over(table: _Table, place: int, candidate: Candidate) -> bool:
    """Whether a column would go to another entity only because the table's own has that field already, as with a second e-mail address."""
    if not table.entity or candidate.field.entity == table.entity or candidate.hinted or place in table.persons:
        return False
    return any(other.field.entity == table.entity and other.score >= candidate.score - 0.02 for other in table.seen[place].candidates)


def _rank(table: _Table, place: int, candidate: Candidate) -> float:
    """The score with what the neighbourhood adds: the entity of the table, a hint in the header, a person's name beside it."""
    one, field = table.seen[place], candidate.field
    rank = candidate.score + (0.12 if candidate.hinted else 0.0) - (0.02 if field.refers else 0.0)
    if table.entity in table.people | table.owners or table.entity is None:
        rank += 0.06 if field.entity == table.entity else 0.08 if place in table.persons and field.entity in table.people else 0.0
    elif field.entity == table.entity and not field.refers:
        rank += 0.2
    if field.kind == "last_name" and has_first_name(table.seen, field.entity):
        rank += 0.15
    if not one.values:
        rank -= 0.3
    if field.kind == "email" and field.entity not in table.people and share(is_shared_email, one.values) >= 0.5:
        rank += 0.1
    return rank
