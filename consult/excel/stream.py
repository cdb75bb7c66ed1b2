"""Rows as SpreadsheetML, written as they come: the one place where a value becomes a cell (`to_cell`), and text never becomes a formula."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from itertools import islice, repeat
from typing import Any

LONGEST = 32_767
_BATCH = 200
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1)
_ODD = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_UNFIT = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CARE = re.compile("[\x01-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACED = ("\n", "\t", "  ", "\x00 ", " \x00", "\x00\u00a0", "\u00a0\x00")
_PRESERVE = ' xml:space="preserve"'
_WHOLE = 10**15
_BREAKS = re.compile("\r\n|[\r\x0b\x0c]")


_LINE, _MOST_LINES = 15, 27


def _lines(value: Any, width: float) -> int:
    """How many lines a text takes in a column of so many characters."""
    return sum(max(1, math.ceil(len(line) * 1.08 / width)) for line in value.split("\n")) if isinstance(value, str) else 1


def fit_text(text: str) -> str:
    """The text without what XML cannot hold: control characters, lone surrogates; every line end as `\\n`."""
    return _UNFIT.sub("", _BREAKS.sub("\n", text))


def escaped(text: str) -> str:
    """The text as XML content, so that a reader gives it back unchanged."""
    if _ODD.search(text):
        text = _ESCAPED.sub("_x005F_", fit_text(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def plain(value: Any) -> Any:
    """A value as a spreadsheet can hold it: texts, numbers, truth, dates without zone; anything else as its text."""
    if isinstance(value, bool | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, Decimal | float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int):
        return value if abs(value) < 10**15 else str(value)
    if isinstance(value, date | time | timedelta) or value is None:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(str(plain(part)) for part in value)
    return str(value)


def serial(value: date | datetime | time | timedelta) -> float | int | None:
    """The serial number of a date, time or duration; None before March 1900, where spreadsheets do not agree."""
    if isinstance(value, timedelta):
        return value.total_seconds() / 86_400
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
    if isinstance(value, datetime):
        if value.date() < _FIRST_DAY:
            return None
        return value.toordinal() - _EPOCH + (value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6) / 86_400
    return value.toordinal() - _EPOCH if value >= _FIRST_DAY else None


class RowStream:
    """Turns rows into XML a block at a time, column by column, since that is several times faster than cell by cell.

    `styles` are the style numbers by column, `texts` those for a text in a column of another kind; `overflow` is told (cell, whole text)
    of what no cell can hold. `wraps` are the wrapped columns with their widths: rows get the height their texts need, since LibreOffice
    gives them none of itself.
    """

    def __init__(
        self,
        letters: Sequence[str],
        styles: Sequence[int],
        texts: Sequence[int],
        overflow: Callable[[str, str], None],
        wraps: Sequence[tuple[int, float]] = (),
    ) -> None:
        self._heads = [f'<c r="{letter}' for letter in letters]
        self._letters = letters
        self._style = [f'" s="{style}"' for style in styles]
        self._text = [f'" s="{style}" t="inlineStr"><is><t' for style in texts]
        self._overflow = overflow
        self._wraps = wraps
        self.last = 0

    def xml(self, rows: Iterable[Sequence[Any]], first: int) -> Iterator[bytes]:
        """The rows as XML, some hundreds at a time, from row `first`; `last` is the row reached."""
        source = iter(rows)
        self.last = first - 1
        while block := list(islice(source, _BATCH)):
            yield self._block(block, self.last + 1).encode()
            self.last += len(block)

    def row(self, number: int, row: Sequence[Any]) -> str:
        """One row; a cell without value is left out."""
        return self._block([row], number)

    def _block(self, block: list[Sequence[Any]], first: int) -> str:
        width = len(self._letters)
        if any(len(row) != width for row in block):
            block = [[*row, *[None] * (width - len(row))][:width] for row in block]
        numbers = [str(number) for number in range(first, first + len(block))]
        columns = [self._column(place, column, numbers) for place, column in enumerate(zip(*block, strict=True))]
        return "".join(
            [
                f'<row r="{number}"{height}>{"".join(cells)}</row>'
                for number, height, cells in zip(numbers, self._heights(block), zip(*columns, strict=True), strict=True)
            ]
        )

    def _heights(self, block: list[Sequence[Any]]) -> Iterable[str]:
        if not self._wraps:
            return repeat("", len(block))
        needed = (max(_lines(row[place], width) for place, width in self._wraps) for row in block)
        return [f' ht="{_LINE * min(lines, _MOST_LINES)}"' if lines > 1 else "" for lines in needed]

    def _column(self, place: int, column: Sequence[Any], numbers: list[str]) -> list[str]:
        kinds = set(map(type, column))
        head, style = self._heads[place], self._style[place]
        if kinds == {str}:
            texts = self._texts(place, column, numbers)
            if texts is not None:
                return texts
        elif kinds == {int} and min(column) > -_WHOLE and max(column) < _WHOLE or kinds == {float} and all(map(math.isfinite, column)):
            return [f"{head}{number}{style}><v>{value}</v></c>" for number, value in zip(numbers, column, strict=True)]
        elif kinds == {date} and min(column) >= _FIRST_DAY:
            return [f"{head}{number}{style}><v>{value.toordinal() - _EPOCH}</v></c>" for number, value in zip(numbers, column, strict=True)]
        return [self.to_cell(place, number, value) for number, value in zip(numbers, column, strict=True)]

    def _texts(self, place: int, column: Sequence[str], numbers: list[str]) -> list[str] | None:
        """A column of texts escaped in one go; None when one of them needs more care than that."""
        joined = "\x00".join(("", *column, ""))
        if joined.count("\x00") != len(column) + 1 or "_x" in joined or len(joined) > LONGEST and max(map(len, column)) > LONGEST:
            return None
        if not joined.replace("\x00", "").isprintable() and _CARE.search(joined):
            return None
        if "&" in joined or "<" in joined or ">" in joined:
            column = joined.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split("\x00")[1:-1]
        start = f"{self._text[place]}{_PRESERVE if any(mark in joined for mark in _SPACED) else ''}>"
        head = self._heads[place]
        if "" in column:
            return [f"{head}{number}{start}{text}</t></is></c>" if text else "" for number, text in zip(numbers, column, strict=True)]
        return [f"{head}{number}{start}{text}</t></is></c>" for number, text in zip(numbers, column, strict=True)]

    def to_cell(self, place: int, number: str, value: Any) -> str:
        """A cell of any value; nothing for an empty one."""
        value = plain(value)
        if value is None or value == "":
            return ""
        head = f"{self._heads[place]}{number}"
        if isinstance(value, bool):
            return f'{head}{self._style[place]} t="b"><v>{int(value)}</v></c>'
        if isinstance(value, date | time | timedelta):
            days = serial(value)
            value = days if days is not None else value.isoformat() if isinstance(value, date) else str(value)
        if isinstance(value, int | float | Decimal):
            return f"{head}{self._style[place]}><v>{value}</v></c>"
        if len(value) > LONGEST:
            value = self._shortened(value, f"{self._letters[place]}{number}")
        return f"{head}{self._text[place]}{_PRESERVE}>{escaped(value)}</t></is></c>"

    def _shortened(self, value: str, cell: str) -> str:
        """The beginning of a text that no cell can hold; all of it goes where long texts are kept."""
        self._overflow(cell, fit_text(value))
        return value[: LONGEST - 100] + " […]"
