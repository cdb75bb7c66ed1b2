"""A page of a long list: filtered, sorted and paged by key, so that the last page costs what the first does."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from consult.kernel import kept
from consult.kernel.db import db
from consult.kernel.model import UTCDateTime

PAGE_SIZE = 50


@dataclass(frozen=True)
class ListQuery:
    """What a reader asked of a list. `filters` maps a filter's key to the chosen values; `at` is a cursor, "first" or "last"."""

    text: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    at: str = "first"
    size: int = PAGE_SIZE
    ids: Sequence[int] | None = None


@dataclass(frozen=True)
class ListPage:
    """One page of rows with the count of all, the 1-based place of the first row, the cursors to go on, and the counts asked for beside."""

    rows: Sequence[Any]
    total: int
    before: str | None
    after: str | None
    first: int | None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ListSource:
    """How a list is read. `rows` selects the columns and `key` is the unique last sort key; `sorts` maps a name to a never-null
    expression; `filters` maps a key to a function of the chosen values; `search` turns text into a clause.

    Where `rows` joins tables only to show them, give `base`, a select of `key` without those joins: it is what is counted. Filters and
    search must then be expressed on the tables of `base`.
    """

    rows: sa.Select[Any]
    key: Any
    sorts: Mapping[str, Any]
    filters: Mapping[str, Callable[[Sequence[str]], sa.ColumnElement[bool]]]
    search: Callable[[str], sa.ColumnElement[bool]]
    default_sort: str
    default_descending: bool = False
    base: sa.Select[Any] | None = None
    name: str = ""
    _ends: dict[tuple[str, bool, bool], sa.Select[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def narrowed(self, query: ListQuery) -> sa.Select[Any]:
        """Return the select with the reader's text, filters and ticked rows applied; unknown filters are passed over."""
        return self.rows.where(*self._clauses(query))

    def counted(self, query: ListQuery) -> sa.Select[Any]:
        """Return a select of one number: how many rows the query has."""
        base = self.rows if self.base is None else self.base
        return base.where(*self._clauses(query)).with_only_columns(sa.func.count(), maintain_column_froms=True).order_by(None)

    def count(self, query: ListQuery) -> int:
        """Return how many rows the query has."""
        return db.session.scalar(self.counted(query)) or 0

    def keys(self, query: ListQuery) -> list[int]:
        """Return the key of every row of the query, in no order: what a bulk change of the whole list is about."""
        base = self.rows if self.base is None else self.base
        return list(
            db.session.scalars(base.where(*self._clauses(query)).with_only_columns(self.key, maintain_column_froms=True).order_by(None))
        )

    def everything(self, query: ListQuery) -> sa.Select[Any]:
        """Return the select of every row of the query in its order: what an export writes."""
        return self.narrowed(query).order_by(*self._order(query))

    def page(self, query: ListQuery, counts: Mapping[str, ListQuery] | None = None) -> ListPage:
        """Return one page of the query, and how many rows each further query of `counts` has, all in one statement.

        Long counts are kept while nothing changes, where the source has a `name`.
        """
        asked = (query, *(counts or {}).values())
        found: list[Any] = []
        position = _Position.read(query.at)

        def read(missing: list[int]) -> list[int]:
            nonlocal position
            found[:], position = self._read(query, position, [asked[place] for place in missing])
            if found:
                return [found[0]._mapping[f"_count_{n}"] for n in range(len(missing))]
            return [self.count(asked[place]) for place in missing]

        numbers = kept.numbers([self._key(q) for q in asked], read) if self.name else read(list(range(len(asked))))
        if len(found) == 0 and numbers[0] > 0:
            found[:], position = self._read(query, position, [])
        return _as_page(found, numbers[0], position, query.size, dict(zip(counts or {}, numbers[1:], strict=True)))

    def _key(self, query: ListQuery) -> Any:
        return ("list", self.name, query.text, tuple((name, tuple(values)) for name, values in sorted(query.filters.items())))

    def _read(self, query: ListQuery, position: _Position, counted: Sequence[ListQuery]) -> tuple[list[Any], _Position]:
        """Read a page and one row more, each row carrying the counts asked for; a cursor of another sort is the first page."""
        if not counted and position.bound is None and query == ListQuery(sort=query.sort, descending=query.descending, at=query.at):
            return list(db.session.execute(self._end_of_all(*self.order_of(query), position.backwards))), position
        tallies = [self.counted(q).scalar_subquery().label(f"_count_{n}") for n, q in enumerate(counted)]
        select = self._page_of(query, position.backwards).add_columns(*tallies)
        if position.bound is not None:
            try:
                select = select.where(self._beyond(query, position.bound, position.backwards))
            except (TypeError, ValueError):
                position = _Position()
        return list(db.session.execute(select)), position

    def _page_of(self, query: ListQuery, backwards: bool) -> sa.Select[Any]:
        select = self.narrowed(query).add_columns(self._sort(query).label("_sort_value"), self.key.label("_sort_key"))
        return select.order_by(*self._order(query, backwards)).limit(query.size + 1)

    def _end_of_all(self, sort: str, descending: bool, backwards: bool) -> sa.Select[Any]:
        """Return the statement of the first or last page of the whole list: the pages opened most, written once for each order."""
        key = (sort, descending, backwards)
        if key not in self._ends:
            self._ends[key] = self._page_of(ListQuery(sort=sort, descending=descending), backwards)
        return self._ends[key]

    def _clauses(self, query: ListQuery) -> list[sa.ColumnElement[bool]]:
        clauses = [self.filters[k](v) for k, v in query.filters.items() if k in self.filters and v]
        if query.text.strip():
            clauses.append(self.search(query.text))
        if query.ids is not None:
            clauses.append(self.key.in_(query.ids))
        return clauses

    def order_of(self, query: ListQuery) -> tuple[str, bool]:
        """Return by which sort a query is ordered, and whether downwards; one that the list does not have is the default."""
        return (query.sort, query.descending) if query.sort in self.sorts else (self.default_sort, self.default_descending)

    def _sort(self, query: ListQuery) -> Any:
        return self.sorts[self.order_of(query)[0]]

    def _descending(self, query: ListQuery) -> bool:
        return self.order_of(query)[1]

    def _order(self, query: ListQuery, backwards: bool = False) -> list[Any]:
        down = self._descending(query) != backwards
        return [part.desc() if down else part.asc() for part in (self._sort(query), self.key)]

    def _beyond(self, query: ListQuery, bound: tuple[Any, int], backwards: bool) -> sa.ColumnElement[bool]:
        sort = self._sort(query)
        values = zip(bound, (sort, self.key), strict=True)
        left = sa.tuple_(sort, self.key)
        right = sa.tuple_(*(sa.bindparam(None, _typed(value, column.type), type_=column.type, unique=True) for value, column in values))
        return left < right if self._descending(query) != backwards else left > right


def whole_numbers(values: Sequence[str]) -> list[int]:
    """Return those of a filter's values that can be database ids, as numbers."""
    return [int(v) for v in values if v.isascii() and v.isdecimal() and len(v) < 10]


def members_of(choices: Any, values: Sequence[str]) -> list[Any]:
    """Return the members of a closed list that a filter's values name."""
    known = {member.value: member for member in choices}
    return [known[v] for v in values if v in known]


def days(values: Sequence[str]) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and last day that a filter of kind "date" names; None where it is open."""
    found = [_day(v) for v in (*values, "", "")[:2]]
    return found[0], found[1]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _typed(value: Any, kind: Any) -> Any:
    """Return the value that a cursor carries as the sort's column has it. Raises ValueError or TypeError when it cannot be."""
    if isinstance(kind, UTCDateTime | sa.DateTime):
        at = dt.datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError(value)  # no cursor of ours: it would fail in the database
        return at
    if isinstance(kind, sa.Date):
        return dt.date.fromisoformat(value)
    if isinstance(kind, sa.Integer | sa.Boolean):
        if not -(2**31) <= int(value) < 2**31:
            raise ValueError(value)
        return int(value)
    if not isinstance(value, str) or "\x00" in value:
        raise TypeError(value)
    return value


@dataclass(frozen=True)
class _Position:
    """Where a page begins: forwards or backwards from a row, whose place in the list was known when the cursor was written."""

    backwards: bool = False
    bound: tuple[Any, int] | None = None
    place: int | None = None

    @classmethod
    def read(cls, at: str) -> _Position:
        """Read a cursor; one that cannot be read is the first page."""
        if at in ("first", "last", ""):
            return cls(at == "last")
        try:
            side, value, key, place = json.loads(base64.urlsafe_b64decode(at + "=" * (-len(at) % 4)))
            return cls(side == "before", (value, int(key)), None if place is None else int(place))
        except (binascii.Error, ValueError, TypeError):
            return cls()

    def first(self, total: int, shown: int, has_before: bool, has_after: bool) -> int | None:
        """Return the place of the first of the rows shown, as far as it is known."""
        if not has_before:
            return 1
        if not has_after:
            return total - shown + 1
        if self.place is None:
            return None
        return max(1, self.place - shown if self.backwards else self.place + 1)


def _as_page(found: list[Any], total: int, position: _Position, size: int, counts: Mapping[str, int]) -> ListPage:
    more, rows = len(found) > size, found[:size]
    if position.backwards:
        rows.reverse()
    has_before = more if position.backwards else position.bound is not None
    has_after = (position.bound is not None) if position.backwards else more
    first = position.first(total, len(rows), has_before, has_after)
    before = _write_cursor("before", rows[0], first) if rows and has_before else None
    after = _write_cursor("after", rows[-1], None if first is None else first + len(rows) - 1) if rows and has_after else None
    return ListPage(rows, total, before, after, first, counts)


def _write_cursor(side: str, row: Any, place: int | None) -> str:
    value = row._sort_value
    text = json.dumps([side, value if isinstance(value, int | str) else value.isoformat(), row._sort_key, place], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
