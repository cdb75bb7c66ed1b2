"""The body of a list's table. A page has some five hundred cells: put together here, they take a twentieth of a template's time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from consult.web.i18n import _
from consult.web.list_parts import Address, Column

_NOTHING = "—"
_NUMBER, _NAME, _CELLS = "\x000\x00", "\x001\x00", "\x00{}\x00"
"""Where the pattern of a row takes the row's number, its name, and then its cells: no text that is escaped has such a character."""


def body(
    rows: Iterable[tuple[int, str, Any]],
    columns: Sequence[Column],
    *,
    address: Address | None,
    edits: tuple[str, str] | None,
    beside: Mapping[str, Mapping[int, Any]],
    ticked: bool,
) -> Markup:
    """Return the table's rows. `rows` are (number, name, row); `edits` is the address that corrects a cell, before the row's number and
    between it and the field; `beside` holds by column what `Column.values` gave; `ticked` puts a box before each."""
    html, read = _escaping(), [(column.cell, beside[column.key].get if column.values else None) for column in columns]
    pieces = re.split("\x00([0-9]+)\x00", _pattern(columns, address, edits, ticked))
    order = [int(place) for place in pieces[1::2]]
    drawn = []
    for number, label, row in rows:
        values = (str(number), html(label), *[html(cell(of(number) if of else row)) for cell, of in read])
        pieces[1::2] = [values[place] for place in order]
        drawn.append("".join(pieces))
    return Markup("".join(drawn))  # noqa: S704 -- every value above is escaped or is Markup


def _escaping() -> Callable[[Any], str]:
    """Return what writes a value as HTML. A page says the same words again and again: each is escaped once. What is Markup stands as it is,
    apart from the same words typed by somebody."""
    known: dict[str, str] = {"": _NOTHING}

    def html(value: Any) -> str:
        kind = type(value)
        if kind is Markup:
            return value or _NOTHING
        if kind is not str:
            return _NOTHING if value is None or value == "" else escape(value)
        if value not in known:
            known[value] = str(escape(value))
        return known[value]

    return html


def _pattern(columns: Sequence[Column], address: Address | None, edits: tuple[str, str] | None, ticked: bool) -> str:
    """Return what the rows of a page have in common, to be formatted with a row's number, its name and what its cells show."""
    pencil = current_app.jinja_env.globals["symbol"]("pencil")  # type: ignore[operator]
    cells = (_cell(column, place, address, edits, pencil) for place, column in enumerate(columns))
    return f'<tr role="row" data-row="{_NUMBER}">{_box() if ticked else ""}{"".join(cells)}</tr>'


def _box() -> str:
    spoken = escape(_("Select %(name)s", name=_NAME))
    return f'<td class="pick" role="cell"><input type="checkbox" name="ids" value="{_NUMBER}" form="bulk" aria-label="{spoken}"></td>'


def _cell(column: Column, place: int, address: Address | None, edits: tuple[str, str] | None, pencil: Markup) -> str:
    label, edited = str(column.label), edits is not None and column.edit is not None
    given = (("name", place == 0), ("end num", column.align == "right"), ("editable", edited))
    opening = f'<td role="cell" class="{" ".join(name for name, so in given if so)}" data-label="{escape(label)}"'
    shown = _CELLS.format(place + 2)
    if address and place == 0:
        shown = f'<a class="row-link" href="{escape(address.before)}{_NUMBER}{escape(address.after)}">{shown}</a>'
    else:
        shown = f'<span class="cell">{shown}</span>'
    if edits is None or column.edit is None:
        return f"{opening}>{shown}</td>"
    url = f"{escape(edits[0])}{_NUMBER}{escape(edits[1] + column.edit)}"
    spoken = escape(_("Edit %(column)s of %(name)s", column=label, name=_NAME))
    return f'{opening} data-edit-url="{url}">{shown}<a class="cell-edit" href="{url}" aria-label="{spoken}">{pencil}</a></td>'
