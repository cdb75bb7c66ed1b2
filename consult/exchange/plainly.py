"""The cells that leave nothing to say, which most are: converted without a doubt and put straight into the one field of their column."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from consult.exchange import fitting
from consult.exchange.converters import Convert
from consult.exchange.fields import COMMUNE, INTERVIEW, INTERVIEW_DATE, POSTCODE, Field
from consult.kernel.model import Choice

UNSURE = object()
"""What is returned for a cell of which there is more to say than one value: it has to be taken with care."""
_REMEMBERED = 2_000
"""So many texts of a column are known again. A column with more of them hardly repeats itself."""


def is_plain(spec: Field, home: str, filled: Container[str]) -> bool:
    """Whether a cell may be no more than a value of its field, in a file about `home` of which columns fill the fields `filled`."""
    if spec.reference or spec.terms or spec.spec.kind in ("person", "people", "terms"):
        return False
    if spec.name == INTERVIEW_DATE or spec.name == COMMUNE and POSTCODE not in filled:
        return False
    return home != INTERVIEW or not spec.spec.refers and spec.table == INTERVIEW


class Plain:
    """Makes values of the cells of one plain column."""

    def __init__(self, spec: Field, convert: Convert) -> None:
        self.name, self.united = fitting.place_of(spec)
        self._spec, self._convert = spec, convert
        self._may_say_more = bool(spec.members) or spec.spec.kind == "naf"
        self._longest = spec.longest or 10**9
        self._lower = spec.spec.kind == "email"
        self._known: dict[str, Any] = {}

    def value(self, cell: Any) -> Any:
        """The value of a cell as its field keeps it, or UNSURE."""
        if type(cell) is not str:
            return self._made(cell)
        found = self._known.get(cell)
        if found is None:
            found = self._made(cell)
            if len(self._known) < _REMEMBERED:
                self._known[cell] = found
        return found

    def _made(self, cell: Any) -> Any:
        value, flaw, _original = self._convert(cell)
        if value is None or flaw is not None or self._may_say_more and fitting.says_more(self._spec, None, cell):
            return UNSURE
        if type(value) is str:
            if self._spec.members or len(value) > self._longest:
                return UNSURE
            value = value.lower() if self._lower else value
        elif self._spec.members and not isinstance(value, Choice) or not fitting.has_room(self._spec, value, []):
            return UNSURE
        return (value,) if self.united else value
