"""The directory's lists as files: exactly what is shown, as a workbook or as text."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from consult.excel.csvout import csv_rows
from consult.excel.sheet import Column, Sheet
from consult.excel.writer import Properties, Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def to_xlsx(title: str, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return a table as a workbook of one sheet; a column whose values are days or whole numbers is written as such."""
    columns = [Column(label, _kind(row[place] for row in rows)) for place, label in enumerate(headers)]
    stream = io.BytesIO()
    Workbook(Properties(title=title)).sheet(Sheet(title, columns, [[_plain(value) for value in row] for row in rows])).save(stream)
    return stream.getvalue()


def to_csv(title: str, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return a table as text parted by semicolons."""
    return b"".join(csv_rows(headers, ([_plain(value) for value in row] for row in rows)))


EXPORTS: dict[str, tuple[Callable[[str, Sequence[str], Sequence[Sequence[Any]]], bytes], str]] = {
    "xlsx": (to_xlsx, XLSX),
    "csv": (to_csv, "text/csv; charset=utf-8"),
}


def _kind(values: Iterable[Any]) -> str:
    kinds = {type(v) for v in values if v not in (None, "")}
    return "date" if kinds == {dt.date} else "integer" if kinds == {int} else "text"


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value
