"""What a cell of a header can be, and the words that headers are made of."""

from __future__ import annotations

import re

from consult.excel import synonyms
from consult.excel.cells import ErrorCell, Row
from consult.excel.text import fold, is_blank

_VALUE = re.compile(
    r"^[\s\d.,:/()+%€$£'\u00a0\u202f-]+$"  # numbers, dates, phones
    r"|^\S+@\S+\.\S+$|^(https?://|www\.)\S+$"
    r"|^\d{2}[./]?\d{2}\s?[A-Z]$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$"
    r"|^(vrai|faux|true|false|oui|non|yes|no|x|n/?a|null)$",
    re.I,
)
VOCABULARY: frozenset[str] = frozenset(fold(word) for name in dir(synonyms) if name.isupper() for word in getattr(synonyms, name))


def filled(row: Row) -> dict[int, object]:
    """The filled cells of a row by column."""
    return {index: value for index, value in enumerate(row) if value != "" and not is_blank(value)}


def is_label(value: object) -> bool:
    """Whether a cell could be a header: words, and not a value such as a number, a date, an address of the web, or yes."""
    if not isinstance(value, str) or isinstance(value, ErrorCell):
        return False
    text = value.strip()
    return text == "#" or bool(text) and len(text) <= 400 and not _VALUE.match(text) and any(letter.isalpha() for letter in text)
