"""Lists as a reader sees them: columns, filters, views, selection, pages; all of it kept in the address.

A slice describes a list once with `ListView` and answers it with `view.show(request.args)`. Nothing here is computed per row but the
cells themselves: addresses are cut out of one that Flask built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import current_app, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from consult.kernel import audit, kept
from consult.kernel.db import aside, db
from consult.kernel.errors import NotFound
from consult.kernel.listing import ListPage, ListQuery, ListSource, whole_numbers
from consult.kernel.scope import current
from consult.kernel.text import clean
from consult.web.clock import today
from consult.web.i18n import _, lang
from consult.web.list_display import filtering, remember, remembered
from consult.web.list_parts import (
    DENSITIES,
    DISPLAY,
    Address,
    Asked,
    BulkAction,
    BulkOrder,
    Column,
    Figure,
    Filter,
    Head,
    Shown,
    Tab,
    Tabs,
    View,
    once,
)
from consult.web.list_rows import body

EXPORT_FORMATS = {"xlsx": "Excel (.xlsx)", "csv": "CSV (.csv)"}
MOST_VALUES = 50
MOST_TICKED = 1_000
"""How many ticked rows are taken: far more than a page shows, fewer than a statement may list."""

__all__ = ["EXPORT_FORMATS", "LISTS", "Address", "Asked", "BulkAction", "BulkOrder", "Column", "Filter", "ListView", "View", "once"]


@dataclass(frozen=True)
class ListView:
    """A list. `endpoint` shows it, `row` and `row_argument` name the page of one row, `label` makes a row's name.

    `bulk_endpoint`, `export_endpoint` (argument `format`) and `edit_endpoint` (arguments `row_argument` and `field`) are addresses of the
    slice. `views` gives the tabs that always stand; saved ones follow. `figures` are said above the list and link to what they count:
    views whose label is made of the number. `empty` says what to do while there is nothing: title, text, url, action.
    """

    name: str
    title: Any
    endpoint: str
    source: Callable[[], ListSource]
    columns: Sequence[Column]
    label: Callable[[Any], str]
    row: str | None = None
    row_argument: str = ""
    row_key: Callable[[Any], int] = lambda row: row.id
    filters: Sequence[Filter] = ()
    bulk: Sequence[BulkAction] = ()
    bulk_endpoint: str | None = None
    export_endpoint: str | None = None
    edit_endpoint: str | None = None
    views: Callable[[], Sequence[View]] | None = None
    enrich: Callable[[Sequence[Any]], Sequence[Any]] | None = None
    empty: Callable[[], Any] | None = None
    more_columns: Callable[[], Sequence[Column]] | None = None
    figures: Callable[[], Sequence[View]] | None = None

    def __post_init__(self) -> None:
        LISTS[self.name] = self

    # what the address asks

    def asked(self, args: MultiDict[str, str]) -> Asked:
        """Read the address: `q`, filters, `sort`, `dir`, `at`, `cols`, `density`, `view`; what is not understood is passed over."""
        params = self.kept(args)
        before = remembered(self.name)
        columns = params.get("cols") or before.get("cols") or ()
        density = (params.get("density") or before.get("density") or ["compact"])[0]
        query = ListQuery(
            text=(params.get("q") or [""])[0],
            filters={f.key: params[f.key] for f in self._filters() if f.key in params},
            sort=(params.get("sort") or [""])[0],
            descending=params.get("dir") == ["desc"],
            at=args.get("at", "first")[:600],
        )
        chosen = tuple(c.key for c in self._columns() if (c.key in columns if columns else c.default))
        return Asked(query, chosen, density if density in DENSITIES else "compact", params, args.get("view", ""))

    def kept(self, args: MultiDict[str, str]) -> dict[str, list[str]]:
        """Return the part of an address that makes a view: its text, filters, sort, columns and density, cleaned."""
        names = ["q", *(f.key for f in self._filters()), "sort", "dir", "cols", "density"]
        found = {name: [clean(v)[:200].strip() for v in args.getlist(name)[:MOST_VALUES]] for name in names if name in args}
        dates = {f.key for f in self.filters if f.kind == "date"}
        kept = {name: values if name in dates else [v for v in values if v] for name, values in found.items()}
        if self._kept_from_reader() & set(kept.get("sort", ())):
            kept.pop("sort")
        return {name: values for name, values in kept.items() if any(values)}

    def order(self) -> BulkOrder:
        """Read what the bulk bar sent. Raises NotFound for an action that this list does not have."""
        key, _sep, value = request.form.get("action", "").partition("=")
        if key not in {b.key for b in self.bulk}:
            raise NotFound
        asked = self.asked(request.args).query
        if request.form.get("everything") == "1":
            return BulkOrder(key, value, ListQuery(text=asked.text, filters=asked.filters))
        return BulkOrder(key, value, ListQuery(ids=whole_numbers(request.form.getlist("ids")[:MOST_TICKED])))

    # what is shown

    def show(self, args: MultiDict[str, str]) -> Shown:
        """Return the context `listing` of `lists/list.html` for an address."""
        asked = self.asked(args)
        self._remember(args)
        reader, tabs = self._for_reader(), self._tabs()
        page = self.source().page(asked.query, tabs.queries)
        rows = self.enrich(page.rows) if self.enrich and page.rows else page.rows
        shown = self._shown(asked)
        edits, doing = self._edits(reader, shown), self._doing(reader, asked)
        narrowed = narrowing(asked.params)
        return Shown(
            title=self.title,
            name=self.name,
            query=asked.query.text,
            density=asked.density,
            total=page.total,
            views=[tab.shown(page.counts, asked.view, narrowed) for tab in tabs.views],
            figures=[Figure(each.view.label(page.counts[each.view.key]), each.url) for each in tabs.figures],
            save_view_url=self._save_view_url(),
            heads=self._heads(asked, shown),
            columns=lambda: [_choice(column, asked) for column in reader.columns],
            columns_count=len(reader.columns),
            columns_key=asked.columns,
            body=self._body(rows, shown, edits, bool(doing["bulk_url"])),
            editable=edits is not None,
            empty=self.empty() if self.empty and not rows else None,
            **filtering(reader.filters, asked, self.url),
            **self._paging(asked, page),
            **doing,
        )

    def url(self, params: Mapping[str, Sequence[str]], **more: Any) -> str:
        """Return the address of the list with some parameters."""
        return _address(self.endpoint, params, **more)

    def _columns(self) -> Sequence[Column]:
        return self._for_reader().columns

    def _filters(self) -> Sequence[Filter]:
        return self._for_reader().filters

    def _kept_from_reader(self) -> frozenset[str]:
        """Return the filters and sorts that the reader's role lacks."""
        return self._for_reader().hidden

    def _for_reader(self) -> _ForReader:
        found: _ForReader = once(f"{self.name} for the reader", lambda: kept.value((self.name, "for the reader"), self._sifted))
        return found

    def _sifted(self) -> _ForReader:
        columns = (*self.columns, *(self.more_columns() if self.more_columns else ()))
        filters = [f for f in self.filters if _may(f.capability)]
        sorts = {c.sort for c in self.columns if c.sort and not _may(c.capability)}
        may_change = self.bulk_endpoint is not None and _may_call(self.bulk_endpoint)
        return _ForReader(
            columns=[c for c in columns if _may(c.capability)],
            filters=filters,
            hidden=frozenset(sorts | {f.key for f in self.filters if f not in filters}),
            bulk=[action for action in self.bulk if _may(action.capability)] if may_change else [],
            may_edit=self.edit_endpoint is not None and _may_call(self.edit_endpoint),
            may_export=self.export_endpoint is not None and _may_call(self.export_endpoint),
        )

    def _tabs(self) -> Tabs:
        return kept.value((self.name, "tabs", lang(), today()), self._made_tabs)

    def _made_tabs(self) -> Tabs:
        standing = list(self.views()) if self.views else [View("all", _("All"))]
        saved = current_app.extensions.get("saved_views")
        views = [self._tab(tab) for tab in (*standing, *(saved(self) if saved else ()))]
        figures = [self._tab(each) for each in (self.figures() if self.figures else ())]
        hidden = self._kept_from_reader()
        return Tabs(*([tab for tab in tabs if not _asks(tab.view, hidden)] for tabs in (views, figures)))

    def _tab(self, view: View) -> Tab:
        filters = {f.key: view.params[f.key] for f in self._filters() if view.params.get(f.key)}
        return Tab(
            view=view,
            query=ListQuery(text=(view.params.get("q") or [""])[0], filters=filters),
            narrowed=narrowing(view.params),
            url=self.url(view.params, **({} if view.id is None else {"view": view.key})),
            delete_url=url_for("lists.delete_view", listing=self.name, view_id=view.id) if view.may_delete else None,
        )

    def _save_view_url(self) -> str | None:
        return url_for("lists.save_view", listing=self.name) if "saved_views" in current_app.extensions else None

    def _heads(self, asked: Asked, shown: Sequence[Column]) -> list[Head]:
        sort, down = self.source().order_of(asked.query)
        return [self._head(column, asked, sort, down) for column in shown]

    def _head(self, column: Column, asked: Asked, sort: str, descending: bool) -> Head:
        here = column.sort is not None and column.sort == sort
        down = here and descending
        turned = {**asked.params, "sort": [column.sort or ""], "dir": ["asc" if not here or down else "desc"]}
        direction = ("descending" if down else "ascending") if here else None
        return Head(column.key, str(column.label), column.align, self.url(turned) if column.sort else None, direction)

    def _shown(self, asked: Asked) -> list[Column]:
        return [column for column in self._columns() if column.key in asked.columns]

    def _body(self, rows: Sequence[Any], shown: Sequence[Column], edits: tuple[str, str] | None, ticked: bool) -> Markup:
        return body(
            ((self.row_key(row), self.label(row), row) for row in rows),
            shown,
            address=Address(self.row, self.row_argument) if self.row else None,
            edits=edits,
            beside=self._beside(rows, shown),
            ticked=ticked,
        )

    def _beside(self, rows: Sequence[Any], shown: Sequence[Column]) -> dict[str, Mapping[int, Any]]:
        keys = [self.row_key(row) for row in rows]
        return {c.key: c.values(keys) for c in shown if c.values}

    def _edits(self, reader: _ForReader, shown: Sequence[Column]) -> tuple[str, str] | None:
        if not self.edit_endpoint or not reader.may_edit or not any(c.edit for c in shown):
            return None
        address = Address(self.edit_endpoint, self.row_argument, field="_")
        return address.before, address.after.removesuffix("_")

    def _paging(self, asked: Asked, page: ListPage) -> dict[str, Any]:
        view = {"view": asked.view} if asked.view else {}

        def at(cursor: str | None) -> str | None:
            return self.url(asked.params, at=cursor, **view) if cursor else None

        last = page.first + len(page.rows) - 1 if page.first and page.rows else None
        return {
            "first": page.first if page.rows else None, "last": last, "prev_url": at(page.before), "next_url": at(page.after),
            "first_url": self.url(asked.params, **view), "last_url": at("last"),
        }  # fmt: skip

    def _doing(self, reader: _ForReader, asked: Asked) -> dict[str, Any]:
        formats = EXPORT_FORMATS.items() if reader.may_export else ()
        shown = {**asked.params, "cols": asked.columns}
        return {
            "exports": [(label, _address(self.export_endpoint or "", shown, {"format": key})) for key, label in formats],
            "bulk": lambda: [_offered(action) for action in reader.bulk], "bulk_everything": bool(reader.bulk),
            "bulk_url": _address(self.bulk_endpoint or "", narrowing(asked.params)) if reader.bulk else None,
        }  # fmt: skip

    # what is exported

    def table(self, args: MultiDict[str, str]) -> tuple[list[str], Iterator[list[Any]]]:
        """Return the headers and rows of exactly what an address shows, every page of it."""
        asked = self.asked(args)
        shown = self._shown(asked)
        rows = db.session.execute(self.source().everything(asked.query)).all()
        enriched = self.enrich(rows) if self.enrich and rows else rows
        return [str(c.label) for c in shown], self._exported(enriched, shown)

    def _exported(self, rows: Sequence[Any], shown: Sequence[Column]) -> Iterator[list[Any]]:
        beside = self._beside(rows, shown)
        for row in rows:
            key = self.row_key(row)
            yield [c.exported(beside[c.key].get(key) if c.values else row) for c in shown]

    def note_export(self, kind: str, rows: int) -> None:
        """Have it written to the audit who took how many rows of this list away."""
        entry = audit.note(audit.Deed.EXPORTED, "list", None, current().study_id, listing=self.name, format=kind, rows=rows)
        aside(lambda session: audit.write(session, [entry]), vital=True)

    def _remember(self, args: MultiDict[str, str]) -> None:
        chosen = {name: args.getlist(name)[:MOST_VALUES] for name in DISPLAY if args.get(name)}
        if chosen and not args.get("view"):
            remember(self.name, chosen, {c.key for c in self._columns()} | set(DENSITIES))


@dataclass(frozen=True)
class _ForReader:
    """The part of a list that is for the reader's role: the columns, filters and bulk actions, the filters and sorts that it lacks."""

    columns: Sequence[Column]
    filters: Sequence[Filter]
    hidden: frozenset[str]
    bulk: Sequence[BulkAction]
    may_edit: bool
    may_export: bool


LISTS: dict[str, ListView] = {}
"""Every list of the application, by name."""


def narrowing(params: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the parameters that decide which rows are shown and in what order, without those of the display."""
    return {k: list(v) for k, v in params.items() if k not in DISPLAY}


def _choice(column: Column, asked: Asked) -> dict[str, Any]:
    return {"key": column.key, "label": str(column.label), "shown": column.key in asked.columns}


def _asks(tab: View, names: frozenset[str]) -> bool:
    """Tell whether a tab narrows or orders its rows by one of these filters or sorts."""
    return bool(names & {*tab.params, *tab.params.get("sort", ())})


def _address(endpoint: str, params: Mapping[str, Sequence[str]], path: Mapping[str, str] | None = None, **more: str | int) -> str:
    """Return an endpoint's address with parameters after it; Flask builds the part before them once in a request."""
    values: dict[str, Any] = dict(path or {})
    before = once(f"address of {endpoint} {values}", lambda: url_for(endpoint, **values))
    asked = urlencode({**params, **more}, doseq=True) if params or more else ""
    return f"{before}?{asked}" if asked else before


def _offered(action: BulkAction) -> dict[str, Any]:
    options = action.options() if action.options else None
    return {"key": action.key, "label": action.label, "icon": action.icon, "options": options, "confirm": action.confirm}


def _may_call(endpoint: str) -> bool:
    """Tell whether the reader has the capability that an endpoint asks for."""
    return _may(getattr(current_app.view_functions.get(endpoint), "requires", None))


def _may(capability: str | None) -> bool:
    may = current_app.extensions.get("reader_may")
    return capability is None or may is None or bool(may(capability))
