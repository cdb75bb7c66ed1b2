"""What a list is described with, and what an address asks of it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from markupsafe import Markup

from consult.kernel.listing import ListQuery

DENSITIES = ("compact", "comfort")
DISPLAY = ("cols", "density")
_SENTINEL = 2**31 - 1


@dataclass(frozen=True)
class Column:
    """A column. `cell` makes what is shown of a row (text, or Markup), `export` the value a workbook gets (what `cell` makes unless
    given), `sort` names a sort of the source, `edit` the field that can be changed in place.

    With `values`, a function from the ids of a whole page to what each has, `cell` and `export` are given that instead of the row.
    `capability` keeps it, and the sort it names, from the roles that lack it."""

    key: str
    label: Any
    cell: Callable[[Any], Any]
    export: Callable[[Any], Any] | None = None
    sort: str | None = None
    edit: str | None = None
    default: bool = True
    align: str | None = None
    values: Callable[[Sequence[int]], Mapping[int, Any]] | None = None
    capability: str | None = None

    def exported(self, row: Any) -> Any:
        """Return what an export writes of a row, or of what `values` gave for it."""
        return self.export(row) if self.export else self.cell(row)


@dataclass(frozen=True)
class Filter:
    """A filter. kind: "choice", "multi", "bool" (value "1") or "date" (from, to). `choices` gives (value, label). A filter that
    is not `listed` is not offered but understood, so that a figure can link to the very rows it counts. `capability` keeps it from the
    roles that lack it."""

    key: str
    label: Any
    kind: str = "multi"
    choices: Callable[[], Sequence[tuple[str, str]]] | None = None
    listed: bool = True
    capability: str | None = None


@dataclass(frozen=True)
class BulkAction:
    """What can be done with ticked rows. `options` gives (value, label) where a choice goes with it; `confirm` is asked first;
    `capability` hides it from the roles that lack it."""

    key: str
    label: Any
    icon: str
    options: Callable[[], Sequence[tuple[str, str]]] | None = None
    confirm: Any = None
    capability: str | None = None


@dataclass(frozen=True)
class View:
    """A tab: a label and the parameters of the address it stands for, as `{"segment": ["3"], "sort": ["name"]}`."""

    key: str
    label: Any
    params: Mapping[str, Sequence[str]] = field(default_factory=dict)
    id: int | None = None
    may_delete: bool = False


@dataclass(frozen=True)
class BulkOrder:
    """What was asked with the bulk bar: the action, its option, and the rows (ticked, or every row of the query)."""

    action: str
    value: str
    query: ListQuery


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list."""

    query: ListQuery
    columns: tuple[str, ...]
    density: str
    params: Mapping[str, Sequence[str]]
    view: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A view with what it asks, its address, and the address that deletes it, for whoever may."""

    view: View
    query: ListQuery
    narrowed: Mapping[str, Sequence[str]]
    url: str
    delete_url: str | None

    def shown(self, counts: Mapping[str, int], chosen: str, narrowed: Mapping[str, Sequence[str]]) -> ShownTab:
        """Return the tab as a page shows it that was asked for `narrowed` rows, under the name of a saved view or of none."""
        here = chosen == self.view.key if self.view.id is not None else not chosen and self.narrowed == narrowed
        return ShownTab(self.view.label, self.url, counts.get(self.view.key), here, self.delete_url)


@dataclass(frozen=True, slots=True)
class ShownTab:
    """What a page shows of a tab."""

    label: str
    url: str
    count: int | None
    current: bool
    delete_url: str | None


@dataclass(frozen=True)
class Tabs:
    """What leads from a list to parts of it: the tabs, and the numbers said above."""

    views: Sequence[Tab]
    figures: Sequence[Tab]

    @functools.cached_property
    def queries(self) -> dict[str, ListQuery]:
        """What each tab and each number asks, by its key."""
        return {tab.view.key: tab.query for tab in (*self.views, *self.figures)}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column that is shown."""

    key: str
    label: str
    align: str | None
    sort_url: str | None
    direction: str | None


@dataclass(frozen=True)
class Figure:
    """A number said above a list, with the address of what it counts."""

    label: str
    url: str


@dataclass(frozen=True)
class Shown:
    """What `lists/list.html` is given as `listing`; its head says what each part is. A function is asked only when its part is drawn."""

    title: Any
    name: str
    query: str
    density: str
    total: int
    views: Sequence[ShownTab]
    figures: Sequence[Figure]
    save_view_url: str | None
    heads: Sequence[Head]
    columns: Callable[[], Sequence[dict[str, Any]]]
    columns_count: int
    columns_key: tuple[str, ...]
    body: Markup
    editable: bool
    empty: Any
    filters: Callable[[], Sequence[dict[str, Any]]]
    filters_key: tuple[Any, ...]
    has_filters: bool
    chips: Sequence[dict[str, Any]]
    hidden_params: Sequence[tuple[str, str]]
    clear_url: str | None
    first: int | None
    last: int | None
    prev_url: str | None
    next_url: str | None
    first_url: str
    last_url: str
    exports: Sequence[tuple[str, str]]
    bulk: Callable[[], Sequence[dict[str, Any]]]
    bulk_everything: bool
    bulk_url: str | None


class Address:
    """An address with one number in it, built once: `Address("organisations.show", "organisation_id")(42)`."""

    def __init__(self, endpoint: str, argument: str, **values: Any) -> None:
        given: dict[str, Any] = {argument: _SENTINEL, **values}
        built = url_for(endpoint, **given)
        self.before, _sep, self.after = built.partition(str(_SENTINEL))

    def __call__(self, number: int) -> str:
        return f"{self.before}{number}{self.after}"


def once(key: str, make: Callable[[], Any]) -> Any:
    """Return what `make` answers, asked once in a request: options that both filters and bulk actions need."""
    store = request.environ.setdefault("consult.once", {})
    if key not in store:
        store[key] = make()
    return store[key]
