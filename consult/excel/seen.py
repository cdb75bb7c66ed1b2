"""A column as it is seen before it is given a field: its values, and what it could be among the columns beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from consult.excel.heading import words_of
from consult.excel.headwords import EPCI
from consult.excel.locate import TableColumn
from consult.excel.looks import is_firm, is_person, is_siren, share
from consult.excel.recognise import Candidate

OPEN_BELOW = 0.7
"""A column of which nothing is surer stays open."""


@dataclass
class Seen:
    """A column with its values and what it could be."""

    column: TableColumn
    values: list[object]
    candidates: list[Candidate]

    @cached_property
    def distinct(self) -> float:
        """The share of the values that occur for the first time."""
        return len({str(value) for value in self.values}) / len(self.values) if self.values else 0.0

    @cached_property
    def firms(self) -> bool:
        """Whether many of the values are called like a company or an institution."""
        return share(is_firm, self.values) >= 0.3

    @cached_property
    def people(self) -> bool:
        """Whether most of the values are called like a person."""
        return share(is_person, self.values) >= 0.6

    @cached_property
    def of_epci(self) -> bool:
        """Whether the header speaks of an inter-municipal body."""
        return not EPCI.isdisjoint(words_of(self.column.header))


def best_of(one: Seen, entity: str) -> Candidate | None:
    return next((candidate for candidate in one.candidates if candidate.field.entity == entity and candidate.score >= OPEN_BELOW), None)


def is_its_own(one: Seen, candidate: Candidate, but: set[str] | None = None) -> bool:
    """A column whose header points to another entity speaks for that one, unless it only says *contact* and the field is among those that
    cannot be filled (`but`)."""
    free = but if but and "contact" in words_of(one.column.header) else ()
    return candidate.hinted or not any(
        other.hinted and other.score >= candidate.score - 0.1 and other.field.full_name not in free for other in one.candidates
    )


def rivals_among(seen: list[Seen]) -> set[str]:
    """Fields that the values of several columns suggest and no header names: nothing tells which one it is."""
    by_values = [
        candidate.field for one in seen for candidate in one.candidates if candidate.why == "values" and candidate.score >= OPEN_BELOW
    ]
    theirs = any(one.of_epci and share(is_siren, one.values) >= 0.6 for one in seen)  # a SIREN beside that of an inter-municipal body
    return {field.full_name for field in by_values if by_values.count(field) > 1 or theirs and field.kind == "siren"}


def is_lone_surname(seen: list[Seen], one: Seen, candidate: Candidate) -> bool:
    """Whether a plain *nom* can be no last name: no column holds first names, and another the whole name of a person."""
    if candidate.field.kind != "last_name" or candidate.hinted or has_first_name(seen, candidate.field.entity):
        return False
    return any(
        other.field.kind == "person" and other.field.entity == candidate.field.entity and other.score >= OPEN_BELOW and two is not one
        for two in seen
        for other in two.candidates
    )


def has_first_name(seen: list[Seen], entity: str) -> bool:
    """Whether a column of first names was found, which makes a last name of a plain *nom*."""
    return any(
        candidate.field.entity == entity and candidate.field.kind == "first_name" and candidate.score >= 0.8 and one.values
        for one in seen
        for candidate in one.candidates
    )
