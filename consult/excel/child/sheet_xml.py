"""Facts about a worksheet that the fast reader does not tell, found by scanning its XML as bytes.

How many cells hold something (to prove that no reader lost any), where errors and formulas without result are, what is hidden. Counting
is done at the
speed of memory; cells are looked at one by one only in sheets where that can matter.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?row\s*>)", re.S)
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c\s*>)", re.S)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b([^>]*?)(?:/>|>([^<]*)</)")
_FULL = re.compile(rb"<(?:\w+:)?v(?: [^>]*)?>[^<]|<(?:\w+:)?is\b")
_BARE_FORMULA = re.compile(
    rb"</(?:\w+:)?f>\s*(?:</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v></)|<(?:\w+:)?f\b[^>]*/>\s*(?:</(?:\w+:)?c>|<(?:\w+:)?v\s*/>)"
)
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b([^>]*\bhidden\s*=\s*["'](?:1|true)["'][^>]*)>""")
_HIDDEN_COLUMN = re.compile(rb"""<(?:\w+:)?col\b([^>]*\bhidden\s*=\s*["'](?:1|true)["'][^>]*)>""")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_SIXTY = re.compile(rb"<(?:\w+:)?c\b([^<>]*)>(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>60(?:\.\d+)?</")
_REFERENCE = re.compile(rb"([A-Za-z]{1,3})([0-9]+)")


_BARE_TEXTS = (b"<is><t></t></is>", b"<is><t/></is>")
_FEW = 50


@dataclass
class SheetFacts:
    """What the scan found. Positions are (row, column) from 0; `flaws` are errors, formulas without result and days that do not exist as
    (kind, text); `sixties` are numbers with the number of their format."""

    cells: int = 0
    inline: bool = True
    flaws: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    filtered: bool = False
    sixties: list[tuple[int, int, str]] = field(default_factory=list)
    read: Callable[[], bytes] = bytes

    def without_day_60(self, days: Container[str]) -> None:
        """Keep as text what stands in cells that show the day 60 of 1900, which only Excel knows; `days` are the formats that show days.

        Readers give the day before, and nobody would be told.
        """
        for row, column, style in self.sixties:
            if style in days:
                self.flaws.setdefault((row, column), ("day", "29/02/1900"))


def scan(read: Callable[[], bytes]) -> SheetFacts:
    """Scan one worksheet part; `read` gives it as UTF-8, and again should its cells have to be looked at one by one."""
    body = read()
    facts = SheetFacts(cells=_filled(body), inline=b"inlineStr" in body or b't="str"' in body or b"'" in body[:2000], read=read)
    facts.filtered = b"autoFilter" in body
    if b"hidden" in body:
        facts.hidden_rows = sorted({int(n) - 1 for n in _attribute(_HIDDEN_ROW, body, b"r") if n.isdigit()})
        facts.hidden_columns = _hidden_columns(body)
    if b't="e"' in body or b"t='e'" in body or (b"<f" in body or b":f" in body) and _BARE_FORMULA.search(body):
        facts.flaws = _flaws(body)
    if b">60<" in body or b">60." in body:
        facts.sixties = list(_sixties(body))
    return facts


def _sixties(body: bytes) -> Iterator[tuple[int, int, str]]:
    for found in _SIXTY.finditer(body):
        cell = _attributes(found.group(1))
        place = _REFERENCE.fullmatch(cell.get(b"r", b""))
        if place and cell.get(b"t", b"n") == b"n":
            yield int(place.group(2)) - 1, _column(place.group(0), 0), cell.get(b"s", b"").decode("ascii", "replace")


def _filled(body: bytes) -> int:
    if b":v>" not in body and b"<v " not in body:
        return body.count(b"<v>") - body.count(b"<v></v>") + body.count(b"<is>") - sum(map(body.count, _BARE_TEXTS))
    return sum(1 for _ in _FULL.finditer(body))


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return dict(_ATTRIBUTE.findall(text))


def _attribute(pattern: re.Pattern[bytes], body: bytes, name: bytes) -> Iterator[bytes]:
    for found in pattern.finditer(body):
        yield _attributes(found.group(1)).get(name, b"")


def _hidden_columns(body: bytes) -> list[int]:
    hidden: set[int] = set()
    for found in _HIDDEN_COLUMN.finditer(body):
        values = _attributes(found.group(1))
        first, last = values.get(b"min", b"1"), values.get(b"max", b"1")
        if first.isdigit() and last.isdigit():
            hidden.update(range(int(first) - 1, min(int(last), 1024)))
    return sorted(hidden)


def cells(body: bytes) -> Iterator[tuple[int, int, dict[bytes, bytes], bytes]]:
    """Every cell as (row, column, attributes, inner XML), also where rows and cells carry no reference."""
    row = -1
    for found in _ROW.finditer(body):
        number = _attributes(found.group(1)).get(b"r", b"")
        row = int(number) - 1 if number.isdigit() else row + 1
        column = -1
        for cell in _CELL.finditer(found.group(2) or b""):
            attributes = _attributes(cell.group(1))
            column = _column(attributes.get(b"r", b""), column)
            yield row, column, attributes, cell.group(2) or b""


def _column(reference: bytes, before: int) -> int:
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return before + 1
    number = 0
    for letter in found.group(1).upper():
        number = number * 26 + letter - 64
    return number - 1


def _flaws(body: bytes) -> dict[tuple[int, int], tuple[str, str]]:
    flaws: dict[tuple[int, int], tuple[str, str]] = {}
    for row, column, attributes, inner in cells(body):
        kind = attributes.get(b"t")
        if kind == b"e":
            value = _VALUE.search(inner)
            flaws[row, column] = ("error", _text(value.group(1)) if value else "#VALUE!")
        elif b"f" in inner and (formula := _FORMULA.search(inner)):
            value = _VALUE.search(inner)
            if not (value and value.group(1)) and not (kind == b"str" and b"<v" in inner) and b"<is" not in inner:
                flaws[row, column] = ("formula", "=" + _text(formula.group(2) or b""))
    return flaws


def _text(value: bytes) -> str:
    return html.unescape(value.decode("utf-8", "replace")).strip()


def plain_empties(body: bytes, empty_strings: set[int]) -> int:
    """How many cells as most writers put them show an empty shared text: at the speed of memory, so that millions are no burden."""
    return sum(body.count(b't="s"><v>%d</v>' % number) for number in sorted(empty_strings)[:_FEW])


def empties(body: bytes, empty_strings: set[int]) -> int:
    """How many cells that seem to hold something show an empty text, cell by cell."""
    count = 0
    for _, _, attributes, inner in cells(body):
        kind = attributes.get(b"t")
        if kind == b"s" and empty_strings:
            value = _VALUE.search(inner)
            count += bool(value and value.group(1).strip().isdigit() and int(value.group(1)) in empty_strings)
        elif kind == b"inlineStr":
            count += not re.search(rb"<(?:\w+:)?[tv]\b[^>]*>[^<]", inner)
    return count
