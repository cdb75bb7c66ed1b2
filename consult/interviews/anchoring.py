"""Where somebody's words stand in the note they were taken from: places are counted in code points of the source, line ends being one."""

from __future__ import annotations

import hashlib
import re

from consult.kernel.text import clean

_MARKS = r"[*_~`]*"
"""What Markdown puts around words without their being said."""


def anchor(source: str | None, words: str, near: int | None = None) -> tuple[int, int] | None:
    """Return where words stand in a text, whatever spaces, line ends and marks of emphasis stand between them; the place nearest to `near`
    when they stand in several. None when they do not stand there."""
    parts = clean(words).split()
    if not source or not parts:
        return None
    between = rf"{_MARKS}\s+(?:>\s*|[-*]\s+)?{_MARKS}"
    pattern = between.join(map(re.escape, parts))
    places = [match.span() for match in re.finditer(pattern, clean(source))]
    return min(places, key=lambda place: abs(place[0] - near) if near is not None else place[0], default=None)


def sha(text: str) -> str:
    """Return the hash of a passage."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
