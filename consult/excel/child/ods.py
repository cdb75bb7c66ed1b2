"""What calamine does not tell of an OpenDocument sheet: hidden rows and columns, merged ranges, cells that show an error."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

from consult.excel.child.sheet_xml import SheetFacts

_TABLE = re.compile(rb"<table:table\b([^>]*)>(.*?)</table:table>", re.S)
_TAG = re.compile(rb"<table:(table-row|table-column|table-cell|covered-table-cell)\b([^>]*?)(/?)>")
_ATTRIBUTE = re.compile(rb"""([\w:-]+)\s*=\s*["']([^"']*)["']""")
_MARKS = (b'table:visibility="collapse"', b'table:visibility="filter"', b"-spanned=", b'value-type="error"')
Merged = list[tuple[int, int, int, int]]


def survey(path: Path) -> dict[str, tuple[SheetFacts, Merged]]:
    """The facts and merged ranges of each table by name; nothing when the content cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            body = archive.read("content.xml")
    except (zipfile.BadZipFile, KeyError, OSError, ValueError):
        return {}
    found = {}
    for table in _TABLE.finditer(body):
        name = dict(_ATTRIBUTE.findall(table.group(1))).get(b"table:name", b"")
        inner = table.group(2)
        facts, merged = _walk(inner) if any(mark in inner for mark in _MARKS) else (SheetFacts(), [])
        found[html.unescape(name.decode("utf-8", "replace"))] = (facts, merged)
    return found


def _repeat(values: dict[bytes, bytes], name: bytes) -> int:
    text = values.get(name, b"1")
    return min(int(text), 1_048_576) if text.isdigit() else 1


def _walk(body: bytes) -> tuple[SheetFacts, Merged]:
    facts = SheetFacts()
    merged: Merged = []
    row, next_row, column, columns = 0, 0, 0, 0
    for tag in _TAG.finditer(body):
        values = dict(_ATTRIBUTE.findall(tag.group(2)))
        hidden = values.get(b"table:visibility") in (b"collapse", b"filter")
        if tag.group(1) == b"table-column":
            times = _repeat(values, b"table:number-columns-repeated")
            facts.hidden_columns.extend(range(columns, min(columns + times, 1024)) if hidden else ())
            columns += times
        elif tag.group(1) == b"table-row":
            times = _repeat(values, b"table:number-rows-repeated")
            row, next_row, column = next_row, next_row + times, 0
            facts.hidden_rows.extend(range(row, min(next_row, row + 5000)) if hidden else ())
        else:
            _cell(values, facts, merged, (row, column))
            column += _repeat(values, b"table:number-columns-repeated")
    return facts, merged


def _cell(values: dict[bytes, bytes], facts: SheetFacts, merged: Merged, at: tuple[int, int]) -> None:
    high, wide = _repeat(values, b"table:number-rows-spanned"), _repeat(values, b"table:number-columns-spanned")
    if high > 1 or wide > 1:
        merged.append((at[0], at[1], at[0] + high - 1, at[1] + wide - 1))
    if b"error" in (values.get(b"calcext:value-type"), values.get(b"office:value-type")):
        facts.flaws[at] = ("error", "#VALUE!")
