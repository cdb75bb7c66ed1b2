"""Rows as SpreadsheetML, written as they come: the one place where a value becomes a cell (`to_cell`), and text never becomes a formula."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

LONGEST = 32_767
_BATCH = 200
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1)
_ODD = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_UNFIT = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c]")


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
    """Turns rows into XML. `styles` are the style numbers by column, `texts` those for a text in a column of another kind; `overflow` takes what no cell can hold."""

    def __init__(self, letters: Sequence[str], styles: Sequence[int], texts: Sequence[int], overflow: Callable[[str, str], None]) -> None:
        self._letters = letters
        self._style = [f'" s="{style}"' for style in styles]
        self._text = [f'" s="{style}" t="inlineStr"><is><t' for style in texts]
        self._overflow = overflow
        self.last = 0
        self._known: dict[str, str] = {}

    def xml(self, rows: Iterable[Sequence[Any]], first: int) -> Iterator[bytes]:
        """The rows as XML, some hundreds at a time, from row `first`; `last` is the row reached."""
        number = first - 1
        batch: list[str] = []
        for number, row in enumerate(rows, first):
            batch.append(self.row(number, row))
            if len(batch) >= _BATCH:
                yield "".join(batch).encode()
                batch = []
        self.last = number
        yield "".join(batch).encode()

    def row(self, number: int, row: Sequence[Any]) -> str:
        """One row; a cell without value is left out."""
        at = str(number)
        parts = [f'<row r="{at}">']
        known = self._known
        for letter, style, text, value in zip(self._letters, self._style, self._text, row, strict=False):
            kind = type(value)
            if kind is str:
                if value:
                    inner = known.get(value) or self._inline(value, letter, at)
                    parts.append(f'<c r="{letter}{at}{text}{inner}')
            elif value is None:
                continue
            elif kind is int and -(10**15) < value < 10**15:
                parts.append(f'<c r="{letter}{at}{style}><v>{value}</v></c>')
            elif kind is date and value >= _FIRST_DAY:
                parts.append(f'<c r="{letter}{at}{style}><v>{value.toordinal() - _EPOCH}</v></c>')
            else:
                parts.append(self.to_cell(letter, at, style, text, value))
        parts.append("</row>")
        return "".join(parts)

    def to_cell(self, letter: str, at: str, style: str, text: str, value: Any) -> str:
        """A cell of any value; nothing for an empty one."""
        value = plain(value)
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return f'<c r="{letter}{at}{style} t="b"><v>{int(value)}</v></c>'
        if isinstance(value, int | float | Decimal):
            return f'<c r="{letter}{at}{style}><v>{value}</v></c>'
        if isinstance(value, date | time | timedelta):
            days = serial(value)
            if days is not None:
                return f'<c r="{letter}{at}{style}><v>{days}</v></c>'
            value = value.isoformat() if isinstance(value, date | time) else str(value)
        return f'<c r="{letter}{at}{text}{self._inline(value, letter, at)}'

    def _inline(self, value: str, letter: str, at: str) -> str:
        if len(value) > LONGEST:
            value = self._shortened(value, f"{letter}{at}")
        body = escaped(value)
        keep = ' xml:space="preserve"' if value[0].isspace() or value[-1].isspace() or "\n" in value or "  " in value else ""
        inner = f"{keep}>{body}</t></is></c>"
        if len(self._known) < 20_000 and len(value) < 80:
            self._known[value] = inner
        return inner

    def _shortened(self, value: str, cell: str) -> str:
        """The beginning of a text that no cell can hold; all of it goes where long texts are kept."""
        self._overflow(cell, fit_text(value))
        return value[: LONGEST - 100] + " […]"
