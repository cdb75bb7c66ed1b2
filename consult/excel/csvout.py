"""Text tables out: UTF-8 with its mark, so that Excel reads the accents, and a quote before what a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from consult.excel.stream import fit_text, plain

_LEADS = ("=", "+", "-", "@", "\t", "\r", "'")
_BATCH = 500


def quoted(text: str) -> str:
    """The text with a quote in front when a spreadsheet would compute it; `unquoted` takes it away again."""
    return f"'{text}" if text.startswith(_LEADS) else text


def unquoted(text: str) -> str:
    """The text without the quote that `quoted` put in front."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@\t\r'" else text


def csv_rows(header: Sequence[str], rows: Iterable[Sequence[Any]], delimiter: str = ";") -> Iterator[bytes]:
    """The table as bytes, piece by piece: byte order mark, header, rows ended by CRLF. Dates are written as in ISO 8601, numbers with a
    point."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([_field(label) for label in header])
    for number, row in enumerate(rows, 1):
        writer.writerow([_field(value) for value in row])
        if number % _BATCH == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece


def _field(value: Any) -> Any:
    value = plain(value)
    if isinstance(value, str):
        return quoted(fit_text(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else value
