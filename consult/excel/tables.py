"""A table handed out as a file of its own: a workbook of one sheet, or text parted by semicolons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from consult.excel.csvout import csv_rows
from consult.excel.sheet import Column, Sheet
from consult.excel.writer import Properties, Workbook

Rows = Sequence[Sequence[Any]]


def to_xlsx(title: str, headers: Sequence[str], rows: Rows) -> bytes:
    """Return a table as a workbook; a column whose values are all days, whole numbers or numbers is written as such."""
    columns = [Column(label, _kind(row[place] for row in rows)) for place, label in enumerate(headers)]
    return Workbook(Properties(title=title)).sheet(Sheet(title, columns, [[_plain(value) for value in row] for row in rows])).to_bytes()


def to_csv(_title: str, headers: Sequence[str], rows: Rows) -> bytes:
    """Return a table as text."""
    return b"".join(csv_rows(headers, ([_plain(value) for value in row] for row in rows)))


FORMATS: dict[str, tuple[Callable[[str, Sequence[str], Rows], bytes], str]] = {
    "xlsx": (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (to_csv, "text/csv; charset=utf-8"),
}
"""How a table is written in each format, and the format's media type."""


def _kind(values: Iterable[Any]) -> str:
    kinds = {type(value) for value in values if value not in (None, "")}
    if not kinds:
        return "text"
    if kinds == {dt.date}:
        return "date"
    return "integer" if kinds == {int} else "number" if kinds <= {int, float, Decimal} else "text"


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value  # what a page shows may be markup
