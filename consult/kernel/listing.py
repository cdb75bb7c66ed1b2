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

from consult.kernel.db import db

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
    """One page of rows with the count of all, the 1-based place of the first row when it is known, and the cursors to go on."""

    rows: Sequence[Any]
    total: int
    before: str | None
    after: str | None
    first: int | None


@dataclass(frozen=True)
class ListSource:
    """How a list is read. `rows` selects the columns and `key` is the unique last sort key; `sorts` maps a name to a never-null
    expression; `filters` maps a key to a function of the chosen values; `search` turns text into a clause."""

    rows: sa.Select[Any]
    key: Any
    sorts: Mapping[str, Any]
    filters: Mapping[str, Callable[[Sequence[str]], sa.ColumnElement[bool]]]
    search: Callable[[str], sa.ColumnElement[bool]]
    default_sort: str
    default_descending: bool = False

    def narrowed(self, query: ListQuery) -> sa.Select[Any]:
        """Return the select with the reader's text, filters and ticked rows applied; unknown filters are passed over."""
        select = self.rows
        if query.ids is not None:
            select = select.where(self.key.in_(query.ids))
        if query.text.strip():
            select = select.where(self.search(query.text))
        clauses = [self.filters[k](v) for k, v in query.filters.items() if k in self.filters and v]
        return select.where(*clauses) if clauses else select

    def count(self, query: ListQuery) -> int:
        """Return how many rows the query has."""
        return db.session.scalar(self.narrowed(query).with_only_columns(sa.func.count(self.key), maintain_column_froms=True).order_by(None)) or 0

    def everything(self, query: ListQuery) -> sa.Select[Any]:
        """Return the select of every row of the query in its order: what an export writes."""
        return self.narrowed(query).order_by(*self._order(query))

    def page(self, query: ListQuery) -> ListPage:
        """Return one page of the query."""
        total = self.count(query)
        backwards, bound = _read_cursor(query.at)
        select = self.narrowed(query).add_columns(self._sort(query).label("_sort_value"), self.key.label("_sort_key"))
        if bound is not None:
            select = select.where(self._beyond(query, bound, backwards))
        found = list(db.session.execute(select.order_by(*self._order(query, backwards)).limit(query.size + 1)))
        more, rows = len(found) > query.size, found[: query.size]
        if backwards:
            rows.reverse()
        return _as_page(rows, total, more, backwards, bound, query)

    def _sort(self, query: ListQuery) -> Any:
        return self.sorts[query.sort if query.sort in self.sorts else self.default_sort]

    def _descending(self, query: ListQuery) -> bool:
        return query.descending if query.sort in self.sorts else self.default_descending

    def _order(self, query: ListQuery, backwards: bool = False) -> list[Any]:
        down = self._descending(query) != backwards
        return [part.desc() if down else part.asc() for part in (self._sort(query), self.key)]

    def _beyond(self, query: ListQuery, bound: tuple[Any, int], backwards: bool) -> sa.ColumnElement[bool]:
        left = sa.tuple_(self._sort(query), self.key)
        right = sa.tuple_(*(sa.bindparam(None, _typed(v, c), type_=c.type, unique=True) for v, c in zip(bound, (self._sort(query), self.key), strict=True)))
        return left < right if self._descending(query) != backwards else left > right


def _typed(value: Any, column: Any) -> Any:
    return dt.date.fromisoformat(value) if isinstance(column.type, sa.Date) and isinstance(value, str) else value


def _as_page(rows: list[Any], total: int, more: bool, backwards: bool, bound: Any, query: ListQuery) -> ListPage:
    has_before = more if backwards else bound is not None
    has_after = (bound is not None) if backwards else more
    first = 1 if not has_before else total - len(rows) + 1 if not has_after else None
    return ListPage(
        rows, total,
        _write_cursor("before", rows[0]) if rows and has_before else None,
        _write_cursor("after", rows[-1]) if rows and has_after else None,
        first,
    )  # fmt: skip


def _write_cursor(side: str, row: Any) -> str:
    value = row._sort_value
    text = json.dumps([side, value if isinstance(value, int | str) else value.isoformat(), row._sort_key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(at: str) -> tuple[bool, tuple[Any, int] | None]:
    """Return whether to read backwards, and from where; a cursor that cannot be read is the first page."""
    if at in ("first", "last", ""):
        return at == "last", None
    try:
        side, value, key = json.loads(base64.urlsafe_b64decode(at + "=" * (-len(at) % 4)))
        return side == "before", (value, int(key))
    except (binascii.Error, ValueError, TypeError):
        return False, None
