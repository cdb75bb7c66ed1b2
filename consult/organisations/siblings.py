"""The rows that stand already where others are to go: which of them says the same as one that comes, and what one of them has at most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa

from consult.kernel.db import db, is_writing
from consult.kernel.text import fold
from consult.organisations.references import Link, Place, Row, Unique, place_of, uniques


class Same(NamedTuple):
    """When two rows say the same: filled and alike in `agree`, alike in `equal`, and where both are filled in `fill`. Capitals and
    accents make no difference."""

    agree: tuple[str, ...]
    equal: tuple[str, ...] = ()
    fill: tuple[str, ...] = ()


SAME = {
    "site": Same(("commune_code",), ("country",), ("label", "siret", "unchecked_siret", "address", "postcode", "workforce")),
    "organisation_role": Same(("role",), ("study_id", "until"), ("since",)),
    "organisation_relation": Same(("from_id", "to_id", "kind"), ("until",), ("since", "source")),
    "affiliation": Same(("person_id", "organisation_id"), ("until",), ("job_title", "function", "since")),
    "alias": Same(("key",)),
    "person_email": Same(("address",)),
    "person_phone": Same(("number",)),
}
"""Rows that say the same without a rule of the table, of which one is enough. An open end is not a blank: it means until now."""

Planned = Callable[[sa.Table, Row], Row | None]
"""What becomes of a row; None when it falls away."""


def naming(link: Link, values: tuple[Any, ...]) -> list[Row]:
    """Return the rows that name others by these values; locked while something is to be written."""
    named = sa.and_(*(link.table.c[name] == value for name, value in zip(link.columns, values, strict=True)))
    query = sa.select(link.table).where(named).order_by(*link.table.primary_key.columns)
    return [dict(row) for row in db.session.execute(query.with_for_update() if is_writing() else query).mappings()]


class Siblings:
    """The rows that already name what others are about to name, by what is unique of them and by what they say."""

    def __init__(self, link: Link, was: tuple[Any, ...], becomes: tuple[Any, ...]) -> None:
        self._table, self._alike = link.table, SAME.get(link.table.name)
        rows = naming(link, becomes)
        self._rules = [rule for rule in uniques(link.table) if set(rule.columns) & set(link.columns)]
        self._ruled = {rule: self._under(rule, link, was, becomes) for rule in self._rules if rule.where is not None}
        self._unique = {rule: self._by_columns(rule, rows) for rule in self._rules}
        self._saying: dict[tuple[Any, ...], list[Row]] = {}
        for row in rows if self._alike else ():
            self._saying.setdefault(self._said(row), []).append(row)

    def _under(self, rule: Unique, link: Link, was: tuple[Any, ...], becomes: tuple[Any, ...]) -> set[Place]:
        """The places of those of the rows that a rule is about."""
        keys = list(self._table.primary_key.columns)
        found: set[Place] = set()
        for values in (was, becomes):
            named = (self._table.c[name] == value for name, value in zip(link.columns, values, strict=True))
            query = sa.select(*keys).where(*named, sa.text(str(rule.where)))
            found.update((self._table.name, tuple(row)) for row in db.session.execute(query))
        return found

    def _by_columns(self, rule: Unique, rows: list[Row]) -> dict[tuple[Any, ...], Row]:
        ruled = self._ruled.get(rule)
        under = (row for row in rows if ruled is None or place_of(self._table, row) in ruled)
        return {tuple(row[name] for name in rule.columns): row for row in under}

    def _said(self, row: Row) -> tuple[Any, ...]:
        assert self._alike is not None  # noqa: S101
        return tuple(_folded(row[name]) for name in (*self._alike.agree, *self._alike.equal))

    def twin(self, row: Row, target: Row, planned: Planned) -> Row | None:
        """Return the row with which one becomes one where it goes, if there is one. `target` is the row as it will be."""
        for rule in self._rules:
            clash = self._clash(rule, row, target) if rule.flag is None else None
            if clash is not None and planned(self._table, clash) is not None:
                return clash
        if self._alike is None:
            return None
        for other in self._saying.get(self._said(target), ()):
            now = planned(self._table, other)
            if now is not None and _say_the_same(self._alike, now, target):
                return other
        return None

    def flags_taken(self, row: Row, target: Row, but: Row | None = None) -> list[str]:
        """Return the yes-or-no columns that another row where one goes holds already, and one row has at most."""
        return [rule.flag for rule in self._rules if rule.flag and self._clash(rule, row, target, but) is not None]

    def _clash(self, rule: Unique, row: Row, target: Row, but: Row | None = None) -> Row | None:
        ruled, wanted = self._ruled.get(rule), tuple(target[name] for name in rule.columns)
        if None in wanted or (ruled is not None and place_of(self._table, row) not in ruled):
            return None
        found = self._unique[rule].get(wanted)
        mine = {place_of(self._table, each) for each in (row, but) if each is not None}
        return None if found is None or place_of(self._table, found) in mine else found


def _folded(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def _say_the_same(alike: Same, one: Row, other: Row) -> bool:
    blank = (None, "")
    return (
        one.get("deleted_at") is None
        and other.get("deleted_at") is None
        and all(one[name] not in blank for name in alike.agree)
        and all(_folded(one[name]) == _folded(other[name]) for name in (*alike.agree, *alike.equal))
        and all(_folded(one[name]) == _folded(other[name]) or one[name] in blank or other[name] in blank for name in alike.fill)
    )
