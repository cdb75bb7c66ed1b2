"""What a list is described with, and what an address asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for

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
