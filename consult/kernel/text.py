"""Text as it is kept and as it is searched."""

from __future__ import annotations

import functools
import re
import unicodedata

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")
_NOT_WORDS = re.compile(r"[^0-9a-z]+")
_ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o"})


def clean(text: str) -> str:
    """Return text fit to be kept: line ends as `\\n`, no control characters but tab and newline, no BOM, no lone surrogates."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", text))


def squeeze(text: str | None) -> str | None:
    """Return a one-line name or label in NFC with single spaces and no bidirectional overrides; None when nothing is left."""
    if text is None:
        return None
    kept = _BIDI.sub("", unicodedata.normalize("NFC", clean(text)))
    return _SPACES.sub(" ", kept).strip() or None


def fold(text: str | None) -> str:
    """Return the search form of a text: lower case, no accents, words parted by one space. `fold("Émail & Cie") == "email cie"`."""
    return _fold(text) if text else ""


@functools.lru_cache(maxsize=8_192)
def _fold(text: str) -> str:
    # lists and imports fold the same communes, words and names over and over
    if text.isascii():
        return _NOT_WORDS.sub(" ", text.casefold()).strip()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.translate(_LIGATURES)).casefold())
    kept = bare if bare.isascii() else "".join(c for c in bare if not unicodedata.combining(c))
    return _NOT_WORDS.sub(" ", kept).strip()


def compact(text: str | None) -> str:
    """Return letters and digits only, folded: how identifiers are compared whatever spaces or dots were typed."""
    return fold(text).replace(" ", "")
