"""What a caller says of a sheet to be written: its columns, rows, notes and charts. `writer.py` makes the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from consult.excel.charts import BarChart

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_RESERVED = {"history", "historique"}
WIDTHS = {
    "text": 22.0,
    "note": 48.0,
    "integer": 11.0,
    "number": 12.0,
    "money": 14.0,
    "percent": 10.0,
    "date": 12.0,
    "datetime": 17.0,
    "yes_no": 9.0,
    "year": 8.0,
}


@dataclass(frozen=True)
class Column:
    """One column. `kind` is one of text, note (wrapped), integer, number, money, percent, year, date, datetime, yes_no; `choices` become
    a drop-down list;
    `note` is shown when a person stands on the header."""

    label: str
    kind: str = "text"
    width: float | None = None
    choices: Sequence[str] = ()
    note: str = ""
    hidden: bool = False


@dataclass
class Sheet:
    """One sheet. `rows` may be a generator of any length, each row with one value per column; `above` are lines over the header, the
    first of them the title;
    `total` is a last row in bold; `charts` draw columns of this sheet and stand beside it; `choices_at` are drop-downs of single cells, by
    row and column from 0."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]] = ()
    above: Sequence[str] = ()
    total: Sequence[Any] | None = None
    charts: Sequence[BarChart] = field(default_factory=tuple)
    freeze: bool = True
    filter: bool = True
    hidden: bool = False
    landscape: bool = True
    choices_at: Mapping[tuple[int, int], Sequence[str]] = field(default_factory=dict)


def safe_title(title: str, taken: Iterable[str] = ()) -> str:
    """A sheet name that every spreadsheet accepts: no `/ [ ] : * ? \\`, at most 31 characters, not one of those taken."""
    bare = _FORBIDDEN.sub(" ", title).strip().strip("'").strip()
    name = re.sub(r"\s+", " ", bare)[:31].strip() or "Feuille"
    used = {other.casefold() for other in taken} | _RESERVED
    candidate, number = name, 2
    while candidate.casefold() in used:
        mark = f" ({number})"
        candidate, number = name[: 31 - len(mark)] + mark, number + 1
    return candidate
