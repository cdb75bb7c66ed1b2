"""What parts several values in one cell of a column, as its values propose it."""

from __future__ import annotations

from collections.abc import Sequence

from consult.excel.several import people_separators, separators_found
from consult.exchange.fields import INTERVIEW, MET, NAME, PERSON, POST, Field

OF_PEOPLE = (PERSON, POST)
OF_ORGANISATIONS = (";", "|", "\n")
"""What parts organisations unless something else is chosen: commas and slashes stand in too many names."""


def proposed(spec: Field, home: str, sample: Sequence[object]) -> tuple[str, ...] | None:
    """Return what parts the values of a field's cells; None for a field of which a cell holds one value."""
    kind = spec.spec.kind
    if kind == "terms":
        return separators_found(sample)
    if kind == "people" or spec.part in OF_PEOPLE:
        return people_separators(sample)
    return OF_ORGANISATIONS if home == INTERVIEW and spec.name in (MET, NAME) else None
