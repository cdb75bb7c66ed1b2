"""Text tables: their encoding, delimiter and line ends found, said, and overridden by choice."""

from __future__ import annotations

import codecs
import csv
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from math import log2
from pathlib import Path
from typing import IO, Any, Literal

from consult.excel.errors import ImportRejected, Reason
from consult.excel.limits import Limits

_SAMPLE = 1 << 18
_DELIMITERS = (";", ",", "\t", "|", "^")
_ABROAD = [
    "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859_2", "gb18030", "big5", "shift_jis",
    "euc_jp", "euc_kr",
]  # fmt: skip
_LIKELY = frozenset("éèêëàâäùûüôöîïçœæÉÈÊÀÂÇÔÎŒ’‘“”«»–—€°…\u00a0ñáíóúßÄÖÜ§²³·×½µ™©®")
_UNLIKELY = frozenset("ŽžŠšÃÂƒ†‡‰‹›¤¥¦¨¬¯±¶¸¹º»¼¾ÐÞðþýÝÿŸ√∫≈∆◊Ωπ∂∑∏ıˆ˜¯˘˙˚¸˝˛ˇ") - frozenset("»Â")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def detect_encoding(path: Path) -> str:
    """The encoding by byte order mark, zero bytes, validity as UTF-8, or the letters that Windows and old Macs would make of it."""
    body = path.read_bytes()
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return encoding
    if body[1::2].count(0) > len(body) * 0.3:
        return "utf-16-le"
    if body[0::2].count(0) > len(body) * 0.3:
        return "utf-16-be"
    try:
        body.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        return "utf-8" if _is_patched(body) else _legacy(body)


def _is_patched(body: bytes) -> bool:
    """Whether a text is UTF-8 but for a few letters, as when lines of two files were put together or the end was cut."""
    text = body.decode("utf-8", "replace")
    strange = text.count("\ufffd")
    return 2 * strange < sum(letter > "\x7f" for letter in text) - strange


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 amid text that is, read as what they nearly always are."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows", _as_windows)


def _legacy(body: bytes) -> str:
    high = bytes(byte for byte in body if byte > 127)[:20_000]
    scores = {encoding: _plausible(high.decode(encoding, "replace")) for encoding in ("cp1252", "mac_roman", "cp850")}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] >= 0.5:
        return best
    guess = importlib.import_module("charset_normalizer").from_bytes(body[:_SAMPLE], cp_isolation=_ABROAD).best()  # slow to load
    return str(guess.encoding) if guess else "cp1252"


def _plausible(text: str) -> float:
    marks = Counter(text)
    good = sum(count for letter, count in marks.items() if letter in _LIKELY)
    bad = sum(
        count
        for letter, count in marks.items()
        if letter in _UNLIKELY or letter == "\ufffd" or not letter.isprintable() and letter != "\u00a0"
    )
    return (good - 2 * bad) / max(1, len(text))


def line_end(sample: str) -> str:
    """`crlf`, `cr` or `lf`, whichever ends most lines."""
    windows, mac = sample.count("\r\n"), len(re.findall("\r(?!\n)", sample))
    unix = sample.count("\n") - windows
    return max((("crlf", windows), ("lf", unix), ("cr", mac)), key=lambda pair: pair[1])[0]


def detect_delimiter(sample: str) -> str:
    """The delimiter that parts most lines into the same number of fields; a comma when there is only one column."""
    stated = re.match(r'\ufeff?"?sep=(.)"?[\r\n]', sample, re.I)
    if stated:
        return stated.group(1)
    scores = {delimiter: _regular(sample, delimiter) for delimiter in _DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else ","


def _regular(sample: str, delimiter: str) -> float:
    lines = sample.splitlines(keepends=True)[:200]
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in row)][:100]
    except csv.Error:
        return 0.0
    if not widths:
        return sample.count(delimiter) / 1e6
    common, count = max(
        ((width, n) for width, n in Counter(widths).items() if width > 1), key=lambda pair: (pair[1], pair[0]), default=(1, 0)
    )
    wide = sum(1 for width in widths if width > 1) / len(widths)
    # A comma that only parts decimals gives two fields, as regularly as a semicolon gives twelve where short rows end early.
    return 0.0 if common < 2 else count / len(widths) + 0.5 * wide + log2(min(common, 32)) / 5


class TextTable:
    """A text file with its encoding, delimiter and line ends, found or given; `rows()` reads it."""

    def __init__(self, path: Path, options: dict[str, Any], limits: Limits) -> None:
        self._path, self._limits = path, limits
        self.encoding = str(options.get("encoding") or detect_encoding(path))
        self._errors = "strict" if options.get("encoding") or self.encoding != "utf-8" else "windows"
        sample = self._sample()
        if "\x00" in sample[:2000]:
            sample = sample.replace("\x00", "")
        self.delimiter = str(options.get("delimiter") or detect_delimiter(sample))[:1]
        self.line_end = line_end(sample)
        self.stated = re.match(r'\ufeff?"?sep=.', sample, re.I) is not None
        self.quoting: Literal[0, 3] = csv.QUOTE_MINIMAL

    def _sample(self) -> str:
        try:
            with self._open() as file:
                return file.read(_SAMPLE)
        except (UnicodeDecodeError, UnicodeError, LookupError) as error:
            raise ImportRejected(Reason.UNREADABLE_TEXT, encoding=self.encoding) from error

    def _open(self) -> IO[str]:
        return open(self._path, encoding=self.encoding, newline="", errors=self._errors)

    def rows(self) -> Iterator[list[str]]:
        """The records; when a stray quote swallows the rest of the file, quotes are read as plain characters instead."""
        csv.field_size_limit(self._limits.cell * 4)
        self.quoting = csv.QUOTE_NONE if self._has_stray_quote() else csv.QUOTE_MINIMAL
        try:
            with self._open() as file:
                lines = _bare(file)
                reader = csv.reader(lines, delimiter=self.delimiter, quoting=self.quoting)
                for number, row in enumerate(reader):
                    if number == 0:
                        if self.stated:
                            yield []
                            continue
                        row = [cell.removeprefix("\ufeff") for cell in row]
                    yield [_unquoted(cell) if cell[:1] == "'" else cell for cell in row]
        except csv.Error as error:
            raise ImportRejected(
                Reason.CELL_TOO_LONG, cell="?", sheet=self._path.stem, count=self._limits.cell * 4, limit=self._limits.cell
            ) from error
        except (UnicodeDecodeError, UnicodeError) as error:
            raise ImportRejected(Reason.UNREADABLE_TEXT, encoding=self.encoding) from error

    def _has_stray_quote(self) -> bool:
        with self._open() as file:
            if sum(line.count('"') for line in file) % 2 == 0:
                return False
        try:
            with self._open() as file:
                lines = _bare(file)
                longest = max(
                    (cell.count("\n") + cell.count("\r") for row in csv.reader(lines, delimiter=self.delimiter) for cell in row), default=0
                )
        except csv.Error:
            return True
        return longest > 50


def _bare(file: IO[str]) -> Iterator[str]:
    """The lines without what old programs put between letters (NUL) and at the end (Ctrl-Z)."""
    return (line.replace("\x00", "").replace("\x1a", "") for line in file)


def _unquoted(cell: str) -> str:
    """The text without the quote that keeps spreadsheets from computing it (see `csvout.quoted`)."""
    return cell[1:] if len(cell) > 1 and cell[1] in "=+-@\t\r'" else cell
