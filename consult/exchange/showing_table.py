"""What the wizard shows of a sheet and its columns, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from consult.excel import FileKind, Remark, RowReason, Why, words
from consult.excel.values import as_text
from consult.exchange import fields
from consult.exchange.table import Table, letters
from consult.web.i18n import _, _l, lang, ngettext

HEAD_ROWS, TAIL_ROWS, MOST_COLUMNS, LONGEST = 14, 6, 40, 60
SAMPLE = 60
"""So many characters of a sample are kept when a sheet is read."""


def grid(table: Table) -> dict[str, Any]:
    """Return the rows of a sheet that let one judge how it is read: those at its head, and those around its end."""
    layout = table.layout
    head = min(max(HEAD_ROWS, (layout.header_row or 0) + 8), 60)
    shown = table.rows(1, head)
    tail = max(head + 1, layout.last_row - 2)
    gap = tail > head + 1
    after = table.rows(tail, TAIL_ROWS) if layout.last_row > head or table.sheet.rows > head else []
    width = min(MOST_COLUMNS, max((len(row) for _n, row in (*shown, *after)), default=0))
    marks = {n.row: n.reason for n in layout.not_records}
    return {
        "letters": [letters(i + 1) for i in range(width)],
        "head": [_grid_row(number, row, width, table, marks) for number, row in shown],
        "tail": [_grid_row(number, row, width, table, marks) for number, row in after],
        "gap": gap and bool(after),
        "more_columns": max(0, max((len(row) for _n, row in (*shown, *after)), default=0) - width),
    }


def _grid_row(number: int, row: Any, width: int, table: Table, marks: Mapping[int, RowReason]) -> dict[str, Any]:
    layout = table.layout
    cells = [_cut(as_text(row[i])) if i < len(row) else "" for i in range(width)]
    if number in layout.header_rows:
        return {"number": number, "cells": cells, "kind": "header", "mark": _("headers")}
    if number in marks:
        return {"number": number, "cells": cells, "kind": "left", "mark": words(marks[number], lang())}
    inside = layout.first_row <= number <= layout.last_row and any(cells)
    return {"number": number, "cells": cells, "kind": "record" if inside else "outside", "mark": ""}


def _cut(text: str) -> str:
    bare = " ".join(text.split())
    return bare if len(bare) <= LONGEST else bare[: LONGEST - 1] + "…"


def remarks(found: Mapping[str, Any]) -> list[str]:
    """Return what has to be said aloud of a sheet."""
    told = []
    for code, values in found.get("remarks", ()):
        text = words(Remark(code), lang(), **values)
        told.append(text[:1].upper() + text[1:])
    return told


def not_records(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows held not to be records, with the reason and their first words."""
    return [{"row": row, "reason": words(RowReason(reason), lang()), "text": text} for row, reason, text in found.get("not_records", ())]


def summary(found: Mapping[str, Any], sheet: str) -> str:
    """Return in one sentence how a table was found."""
    head = _("headers on row %(row)s", row=found["header_row"]) if found.get("header_row") else _("no header row")
    parts = [head, ngettext("%(num)d record", "%(num)d records", found.get("records", 0))]
    left = found.get("not_records_count", 0)
    if left:
        reasons = ", ".join(dict.fromkeys(words(RowReason(reason), lang()) for _row, reason, _text in found["not_records"]))
        parts.append(
            ngettext("%(num)d row that is no record (%(reasons)s)", "%(num)d rows that are no records (%(reasons)s)", left, reasons=reasons)
        )
    return _("Sheet “%(sheet)s”, %(parts)s.", sheet=sheet, parts=", ".join(parts))


def columns(found: Mapping[str, Any], filled: Mapping[int, int]) -> list[dict[str, Any]]:
    """Return the columns of a table with what they hold, in all its records, and why each was given its field or left open."""
    return [
        {
            **column,
            "letter": letters(column["index"]),
            "filled": filled.get(column["index"], 0),
            "samples": [text if len(text) < SAMPLE else text + "…" for text in column["samples"]],
            "why": why(column),
        }
        for column in found["columns"]
    ]


def mapped(columns: Iterable[Mapping[str, Any]]) -> str:
    """Return in one sentence how many of the columns that hold something fill a field."""
    holding = [column for column in columns if column["filled"]]
    known = sum(1 for column in holding if column["field"])
    total = ngettext("%(num)d column holds something", "%(num)d columns hold something", len(holding))
    if known == len(holding):
        return _("%(total)s; all have their field.", total=total)
    open_ = ngettext("%(num)d is left open", "%(num)d are left open", len(holding) - known)
    return _("%(total)s: %(known)s have their field, %(open)s.", total=total, known=known, open=open_)


def why(column: Mapping[str, Any]) -> str:
    """Return why a column was given its field, or left open."""
    text = words(Why(column["reason"]), lang())
    closest = column.get("closest")
    if not closest or column.get("field"):
        return text
    return _("%(why)s (%(field)s?)", why=text, field=fields.label_of(closest))


def missing(found: Mapping[str, Any], entity: str | None) -> str | None:
    """Return what a file about people or interviews lacks so that its rows can be taken: a column that tells the organisation."""
    if entity not in _LACKING or any(column["field"] in _ORGANISATION for column in found.get("columns", ())):
        return None
    return str(_LACKING[entity])


_ORGANISATION = frozenset(
    (fields.NAME, fields.LEGAL_NAME, fields.SIREN, fields.SIRET, fields.MET, fields.INTERVIEW_REF, "person.organisation")
)
_LACKING = {
    fields.PERSON: _l(
        "No column tells the organisation: a person is known through one, and no row can be taken without. Choose the column "
        "that names it, or add one to the file."
    ),
    fields.INTERVIEW: _l(
        "No column tells the organisation: an interview is held with one, and no row can be taken without. Choose the column "
        "that names it, or add one to the file."
    ),
}


def file_kind(found: Mapping[str, Any]) -> str | None:
    """Return what a file is known to be when it is not a list of records."""
    kind = FileKind(found.get("kind", "unknown"))
    return words(kind, lang()) if kind not in (FileKind.RECORDS, FileKind.UNKNOWN) else None


def mapping(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what became of each column of a batch."""
    kinds = {"extra": _("kept as extra"), "open": _("left open, kept as extra"), "ignore": _("ignored by choice")}
    return [
        {"letter": letters(c["index"]), "header": c["header"], "becomes": fields.label_of(c["field"]) if c["field"] else kinds[c["kind"]]}
        for c in found.get("columns", ())
    ]
