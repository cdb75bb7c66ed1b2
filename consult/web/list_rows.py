"""The body of a list's table. A page has some five hundred cells: put together here, they take a tenth of a template's time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from consult.web.i18n import _
from consult.web.list_parts import Column

_NOTHING = "—"


@dataclass(frozen=True)
class Drawn:
    """One column with what its cells have in common written out. `edit` is the address that corrects one, cut around the row's number;
    `edit_label` says it, cut around the row's name."""

    column: Column
    first: bool
    opening: str
    edit: tuple[str, str] | None
    edit_label: tuple[str, str]


def body(
    rows: Iterable[tuple[int, str, Any]],
    columns: Sequence[Column],
    *,
    address: Callable[[int], str] | None,
    edits: tuple[str, str] | None,
    beside: Mapping[str, Mapping[int, Any]],
    ticked: bool,
) -> Markup:
    """Return the table's rows. `rows` are (number, name, row); `edits` is the address that corrects a cell, before the row's number and
    between it and the field; `beside` holds by column what `Column.values` gave; `ticked` puts a box before each."""
    drawn = [_drawn(column, place, edits) for place, column in enumerate(columns)]
    pencil = str(current_app.jinja_env.globals["symbol"]("pencil"))  # type: ignore[operator]
    select = str(escape(_("Select %(name)s", name="\x00")))
    parts: list[str] = []
    for number, label, row in rows:
        name = str(escape(label))
        parts.append(f'<tr role="row" data-row="{number}">')
        if ticked:
            spoken = select.replace("\x00", name)
            parts.append(
                f'<td class="pick" role="cell"><input type="checkbox" name="ids" value="{number}" form="bulk" aria-label="{spoken}"></td>'
            )
        link = f'<a class="row-link" href="{escape(address(number))}">' if address else ""
        parts.extend(_cells(row, number, name, drawn, beside, link, pencil))
        parts.append("</tr>")
    return Markup("".join(parts))  # noqa: S704 -- every value above is escaped or is Markup


def _cells(
    row: Any, number: int, name: str, drawn: Sequence[Drawn], beside: Mapping[str, Mapping[int, Any]], link: str, pencil: str
) -> Iterator[str]:
    for each in drawn:
        column = each.column
        value = column.cell(beside[column.key].get(number) if column.values else row)
        html = _NOTHING if value is None or value == "" else value if type(value) is Markup else escape(value)
        shown = f"{link}{html}</a>" if link and each.first else f'<span class="cell">{html}</span>'
        if each.edit:
            url = f"{each.edit[0]}{number}{each.edit[1]}"
            before, after = each.edit_label
            yield (
                f'{each.opening} data-edit-url="{url}">{shown}'
                f'<a class="cell-edit" href="{url}" aria-label="{before}{name}{after}">{pencil}</a></td>'
            )
        else:
            yield f"{each.opening}>{shown}</td>"


def _drawn(column: Column, place: int, edits: tuple[str, str] | None) -> Drawn:
    label = str(column.label)
    edit = (str(escape(edits[0])), str(escape(f"{edits[1]}{column.edit}"))) if edits and column.edit else None
    classes = " ".join(
        name for name, given in (("name", place == 0), ("end num", column.align == "right"), ("editable", edit is not None)) if given
    )
    opening = f'<td role="cell" class="{classes}" data-label="{escape(label)}"'
    before, _cut, after = (
        str(escape(_("Edit %(column)s of %(name)s", column=label, name="\x00"))).partition("\x00") if edit else ("", "", "")
    )
    return Drawn(column, place == 0, opening, edit, (before, after))
