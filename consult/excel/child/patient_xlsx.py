"""The patient reader for xlsx: our own, for workbooks that calamine cannot open and for sheets of which it lost cells.

It asks little of a package: whatever its parts are called, whether rows and cells say where they are or come in order, whichever
attributes are odd. What is no well-formed XML it does not read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from consult.excel.cells import ErrorCell
from consult.excel.child.archive import forbid_declarations
from consult.excel.child.formats import iso, meanings, moment
from consult.excel.child.package import Listed, Package
from consult.excel.errors import ImportRejected, Reason

_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7}):\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_CHUNK = 1 << 20
ROWS, COLUMNS = 1_048_576, 16_384
"""Where a sheet ends, in every spreadsheet."""


class Patient:
    """A workbook, sheet by sheet; anything its parser raises is the caller's to judge."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._strings: list[str] | None = None
        self._meanings = meanings(package.read(package.styles))

    def rows(self, sheet: Listed) -> Iterator[list[Any]]:
        """The rows of a sheet from the first, each from column A."""
        body = self._package.read(sheet.part)
        if self._strings is None and b"s" in body:
            self._strings = _strings(self._package.read(self._package.strings))
        cells = _Cells(self._strings or [], self._meanings, self._package.date1904)
        _parse(body, cells.start, cells.end, cells.data)
        return _in_order(cells.found)

    def merged(self, sheet: Listed) -> list[tuple[int, int, int, int]]:
        """Merged ranges as (first row, first column, last row, last column) from 0; those that are no ranges are left out."""
        text = self._package.read(sheet.part).decode("utf-8", "replace")
        found = []
        for given in re.finditer(r"""<(?:[\w.-]+:)?mergeCell\b[^>]*?\bref\s*=\s*["']([^"']*)""", text):
            match = _RANGE.fullmatch(given.group(1).strip())
            if match:
                left, top, right, bottom = match.groups()
                found.append((int(top) - 1, _column(left), int(bottom) - 1, _column(right)))
        return found[:5000]


def _parse(body: bytes, start: Any, end: Any, data: Any) -> None:
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    forbid_declarations(parser)
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    for at in range(0, len(body), _CHUNK):
        parser.Parse(body[at : at + _CHUNK], False)
    parser.Parse(b"", True)


def _strings(body: bytes) -> list[str]:
    """The shared strings; of each what is shown, without the reading aids of Asian scripts."""
    found: list[str] = []
    pieces: list[str] = []
    state = {"taking": False, "aside": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        bare = name.rpartition(":")[2]
        if bare == "rPh":
            state["aside"] = True
        state["taking"] = bare == "t" and not state["aside"]

    def end(name: str) -> None:
        bare = name.rpartition(":")[2]
        state["taking"] = False
        if bare == "rPh":
            state["aside"] = False
        elif bare == "si":
            found.append(_unescaped("".join(pieces)))
            pieces.clear()

    if body:
        _parse(body, start, end, lambda text: pieces.append(text) if state["taking"] else None)
    return found


def _unescaped(text: str) -> str:
    """The text with the characters that XML cannot hold, which Excel writes as `_x000D_`."""
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


def _in_order(found: dict[int, list[tuple[int, Any]]]) -> Iterator[list[Any]]:
    last = -1
    for number in sorted(found):
        for _ in range(number - last - 1):
            yield []
        row: list[Any] = [""] * (max(column for column, _ in found[number]) + 1)
        for column, value in found[number]:
            row[column] = value
        yield row
        last = number


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


class _Cells:
    """The filled cells of a worksheet, collected while it is parsed: `found[row]` lists (column, value)."""

    def __init__(self, strings: list[str], styles: list[str], date1904: bool) -> None:
        self._strings, self._styles, self._date1904 = strings, styles, date1904
        self.found: dict[int, list[tuple[int, Any]]] = {}
        self._row, self._column = -1, -1
        self._cell: dict[str, str] | None = None
        self._at = (0, 0)
        self._pieces: list[str] | None = None
        self._value: str | None = None
        self._words: list[str] | None = None
        self._aside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        bare = name.rpartition(":")[2]
        if bare == "c":
            self._cell, self._value, self._words = attributes, None, None
            self._at = self._place(attributes.get("r", ""))
        elif bare == "row":
            number = attributes.get("r", "").strip()
            self._row, self._column = int(number) - 1 if number.isdigit() and int(number) else self._row + 1, -1
        elif self._cell is not None:
            self._inner(bare)

    def _inner(self, bare: str) -> None:
        if bare == "v":
            self._pieces = []
        elif bare == "is":
            self._words = []
        elif bare == "rPh":
            self._aside = True
        elif bare == "t" and not self._aside:
            self._pieces = []

    def data(self, text: str) -> None:
        if self._pieces is not None:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        if self._cell is None:
            return
        bare = name.rpartition(":")[2]
        if bare == "c":
            self._keep()
        elif bare == "rPh":
            self._aside = False
        elif self._pieces is not None and bare in ("v", "t"):
            if bare == "v":
                self._value = self._value or "".join(self._pieces)
            else:
                self._words = [*(self._words or []), *self._pieces]
            self._pieces = None

    def _place(self, reference: str) -> tuple[int, int]:
        """Where a cell is: where it says, else after the one before it."""
        match = _PLACE.fullmatch(reference.strip())
        if match and int(match.group(2)):
            self._row, self._column = int(match.group(2)) - 1, _column(match.group(1))
        else:
            self._column += 1
        if self._row >= ROWS or self._column >= COLUMNS:
            raise ImportRejected(Reason.DAMAGED)
        return max(self._row, 0), self._column

    def _keep(self) -> None:
        cell, self._cell = self._cell or {}, None
        value = _unescaped("".join(self._words)) if self._words is not None else self._converted(cell, self._value or "")
        if value != "":
            self.found.setdefault(self._at[0], []).append((self._at[1], value))

    def _converted(self, cell: dict[str, str], text: str) -> Any:
        kind = cell.get("t", "n")
        if not text or kind in ("str", "inlineStr"):
            return _unescaped(text)
        if kind == "s":
            return self._strings[_index(text)]
        if kind == "b":
            return {"1": True, "true": True, "0": False, "false": False}.get(text.strip().lower(), text)
        if kind == "e":
            return ErrorCell(text.strip())
        return iso(text) if kind == "d" else self._number(cell.get("s", ""), text)

    def _number(self, style: str, text: str) -> Any:
        try:
            number = float(text)
        except ValueError:
            return text
        if not math.isfinite(number):
            return text
        meant = self._styles[int(style)] if style.isdigit() and int(style) < len(self._styles) else ""
        return moment(number, meant, self._date1904) if meant else number


def _index(text: str) -> int:
    """The number of a shared string; one that does not exist raises, since nobody can tell what the cell shows."""
    number = int(float(text))
    if number < 0:
        raise IndexError(number)
    return number
