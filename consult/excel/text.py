"""Texts as cells bring them: folded for comparison, cleaned for keeping."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_ESCAPED = re.compile(r"_x(000[dD]|000[bB]|000[0-8]|001[0-9a-fA-F])_")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\u180e]")
_UNSEEN = re.compile(
    "[\x00- \x7f\x85\u00a0\u00ad\u180e\u2007\u200b-\u200d\u2028-\u202f\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]*"
)
_SPACES = re.compile(r"\s+")
_NOT_WORDS = re.compile(r"[^0-9a-z]+")
_ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "№": "no", "°": "o", "€": " eur ", "%": " pct "}
)


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """The form in which headers and words are compared: lower case, no accents, words parted by one space. `N° SIREN` gives `no siren`."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", _INVISIBLE.sub("", text).translate(_LIGATURES)).casefold())
    kept = bare if bare.isascii() else "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _NOT_WORDS.sub(" ", kept).strip()


def clean_note(text: str) -> str:
    """A text of several lines fit to be kept: line ends as `\\n`, no control characters but tab and newline, otherwise as typed."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROLS.sub("", _BREAKS.sub("\n", _ESCAPED.sub(_unescaped, text)))


def _unescaped(found: re.Match[str]) -> str:
    letter = chr(int(found.group(1), 16))
    return "\n" if letter in "\r\x0b" else letter


def clean_name(text: str) -> str:
    """A one-line name or label: composed accents, single spaces, no bidirectional overrides nor invisible marks but the joiners."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(" ")
    kept = _INVISIBLE.sub("", _BIDI.sub("", clean_note(text)))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", kept)).strip()


def is_blank(value: object) -> bool:
    """Whether a cell shows nothing: empty, or only spaces, invisible marks and control characters."""
    if isinstance(value, str):
        if value and "!" <= value[0] <= "~":
            return False
    else:
        return value is None
    return _UNSEEN.fullmatch(value) is not None


def shown(value: object) -> str:
    """A cell as a person reads it, cut to what fits a reason or a sample."""
    text = _SPACES.sub(" ", clean_note(str(value))).strip()
    return text if len(text) <= 120 else text[:119] + "…"
