"""Whether two values of a field mean the same."""

from __future__ import annotations

from typing import Any

from consult.exchange.fields import by_name
from consult.kernel.text import fold

_NAMES = ("name", "first_name", "last_name", "commune", "address")


def same(name: str, old: Any, new: Any) -> bool:
    """Whether two values of a field mean the same: capitals, a slash at the end, a hair's breadth of a coordinate do not count."""
    if old == new:
        return True
    if isinstance(old, float) or isinstance(new, float):
        return isinstance(old, float | int) and isinstance(new, float | int) and abs(old - new) < 1e-9
    kind = by_name()[name].spec.kind if name in by_name() else ""
    if kind in ("email", "url", "terms"):
        return str(old).casefold().rstrip("/") == str(new).casefold().rstrip("/")
    old, new = str(old).strip(), str(new).strip()
    return old == new or (kind in _NAMES and fold(old) == fold(new) and _marks(new) <= _marks(old))


def _marks(text: str) -> int:
    """How many letters carry an accent: a name in capitals says no more than the one that is kept, one with its accents does."""
    return sum(1 for letter in text if not letter.isascii())
