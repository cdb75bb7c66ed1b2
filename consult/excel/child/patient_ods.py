"""The patient reader for OpenDocument: our own, for files that calamine cannot open and for cells it would lose.

It takes from a cell what is shown when its type is unknown or its value missing, and from a paragraph all of its text.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.parsers import expat

from consult.excel.child.archive import as_utf8, forbid_declarations, in_utf8
from consult.excel.child.formats import iso
from consult.excel.errors import ImportRejected, Reason

_PERIOD = re.compile(r"(-)?P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
_CELLS = ("table:table-cell", "table:covered-table-cell")
_ASIDE = ("office:annotation", "office:forms", "table:shapes", "table:tracked-changes", "text:ruby-text")
_SPACES = {"text:tab": "\t", "text:line-break": "\n"}
_WIDEST, _TALLEST = 16_384, 1_048_576
_LOST = (b"<![CDATA[", b"<text:line-break", b"<text:tab", b'office:boolean-value="1"')
_ODD = re.compile(
    rb"<table:table(?=[\s>])(?![^>]*\stable:name=)"
    rb'|<table:table-cell\b(?![^>]*office:value-type="(?:string|float|percentage|currency|date|time|boolean)")[^>]*(?<!/)>(?!</)'
    rb'|<table:table-cell\b(?=[^>]*office:value-type="(?:float|percentage|currency|date|time|boolean)")'
    rb'(?![^>]*office:(?:date-|time-|boolean-)?value=)[^>]*(?<!/)>'
)  # fmt: skip


def content(path: Path) -> bytes:
    """What the file contains, as UTF-8."""
    with zipfile.ZipFile(path) as archive:
        return in_utf8(archive.read("content.xml"))


def is_odd(path: Path) -> bool:
    """Whether calamine would lose something: another encoding or other prefixes, text in CDATA, line breaks,
    tables without name, cells without type or value."""
    with zipfile.ZipFile(path) as archive:
        raw = archive.read("content.xml") if "content.xml" in archive.namelist() else b""
    body = in_utf8(raw)
    if as_utf8(raw) is None:
        return False
    usual = len(body) == len(raw) and b"<table:table" in body
    return not usual or any(mark in body for mark in _LOST) or _ODD.search(body) is not None


@dataclass
class Found:
    """A table with its rows, each with how often it is repeated."""

    name: str
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)

    def unrolled(self) -> Iterator[list[Any]]:
        """The rows one by one; those repeated at the end without content are left out."""
        last = max((number for number, (_, row) in enumerate(self.rows) if row), default=-1)
        for times, row in self.rows[: last + 1]:
            for _ in range(times):
                yield row


def tables(path: Path) -> list[Found]:
    """The tables of the file, in order; anything the parser raises is the caller's to judge."""
    walk = _Walk()
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    forbid_declarations(parser)
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = walk.start, walk.end, walk.data
    parser.Parse(content(path), True)
    return walk.found


def _bare(name: str) -> str:
    """`table:table-cell` for the element of that name, whatever prefix the file gives it."""
    space, _, local = name.rpartition(" ")
    family = space.partition(":xmlns:")[2].partition(":")[0] or space.rpartition("/")[2]
    return f"{family}:{local}"


def _times(attributes: dict[str, str], name: str, most: int) -> int:
    text = attributes.get(name, "1").strip()
    return min(int(text), most) if text.isdigit() else 1


class _Walk:
    """Collects tables while their document is parsed."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self._aside = self._depth = 0
        self._row: list[Any] = []
        self._row_times = self._cell_times = 1
        self._cell: dict[str, str] | None = None
        self._paragraphs: list[list[str]] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        bare = _bare(name)
        if self._aside or bare in _ASIDE or bare.startswith("drawing:"):
            self._aside += 1
            return
        attributes = {_bare(key): value for key, value in given.items()} if given else {}
        if bare == "table:table":
            self._table(attributes)
        elif bare == "table:table-row" and self._depth == 1:
            self._row, self._row_times = [], _times(attributes, "table:number-rows-repeated", _TALLEST)
        elif bare in _CELLS and self._depth == 1:
            self._cell, self._paragraphs = attributes, []
            self._cell_times = _times(attributes, "table:number-columns-repeated", _WIDEST)
        elif self._cell is not None:
            self._within(bare, attributes)

    def _table(self, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self.found.append(Found(attributes.get("table:name", "")))

    def _within(self, bare: str, attributes: dict[str, str]) -> None:
        if bare in ("text:p", "text:h"):
            self._paragraphs.append([])
        elif bare == "text:s":
            self.data(" " * _times(attributes, "text:c", 1000))
        elif bare in _SPACES:
            self.data(_SPACES[bare])

    def data(self, text: str) -> None:
        if self._paragraphs and not self._aside and self._cell is not None:
            self._paragraphs[-1].append(text)

    def end(self, name: str) -> None:
        if self._aside:
            self._aside -= 1
            return
        bare = _bare(name)
        if bare == "table:table":
            self._depth -= 1
        elif bare in _CELLS and self._depth == 1 and self._cell is not None:
            shown = "\n".join("".join(pieces) for pieces in self._paragraphs)
            self._add(_value(self._cell, shown))
            self._cell = None
        elif bare == "table:table-row" and self._depth == 1:
            self._end_row()

    def _add(self, value: Any) -> None:
        if len(self._row) + self._cell_times > 4 * _WIDEST:
            raise ImportRejected(Reason.DAMAGED)
        self._row.extend([value] * self._cell_times)

    def _end_row(self) -> None:
        while self._row and self._row[-1] == "":
            self._row.pop()
        self.found[-1].rows.append((self._row_times, self._row))
        self._row = []


def _value(attributes: dict[str, str], shown: str) -> Any:
    """What a cell holds by its type; what it shows when that is missing or makes no sense."""
    kind = attributes.get("office:value-type", "")
    if kind in ("float", "percentage", "currency"):
        return _number(attributes.get("office:value", ""), shown)
    if kind == "date":
        found = iso(attributes.get("office:date-value", ""))
        return shown if isinstance(found, str) else found
    if kind == "time":
        return _period(attributes.get("office:time-value", ""), shown)
    if kind == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(attributes.get("office:boolean-value", ""), shown)
    return shown or attributes.get("office:string-value", "")


def _number(text: str, shown: str) -> Any:
    try:
        number = float(text)
    except ValueError:
        return shown or text
    return number if math.isfinite(number) else shown or text


def _period(text: str, shown: str) -> Any:
    match = _PERIOD.fullmatch(text.strip())
    if not match:
        return shown or text
    sign, days, hours, minutes, seconds = match.groups()
    found = timedelta(int(days or 0), float((seconds or "0").replace(",", ".")), 0, 0, int(minutes or 0), int(hours or 0))
    return -found if sign else found
