"""Several people in one cell: which cells of a row name them, and which piece of the others is whose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from consult.excel.several import split_values

Pieces = Mapping[int, list[str]]
"""The pieces of the cells of a row, one for each person, by place of the column."""


def parted(cells: Mapping[int, Any], marks: Mapping[int, Sequence[str]], leading: int | None) -> Pieces:
    """Part the cells of a row that speak of people; nothing where the cell of their names (`leading`) names one person or none.

    A cell with as many pieces as there are people gives one to each. Any other is nobody's: the caller keeps it aside.
    """
    if leading is None or leading not in cells or not marks.get(leading):
        return {}
    names = split_values(cells[leading], marks[leading])
    if len(names) < 2 or not all(_is_name(name) for name in names):
        return {}
    found = {place: split_values(cell, marks.get(place) or marks[leading]) for place, cell in cells.items() if isinstance(cell, str)}
    return {**{place: pieces for place, pieces in found.items() if len(pieces) == len(names)}, leading: names}


def _is_name(text: str) -> bool:
    """Whether a piece may be somebody's name: letters, and nothing that is an address or a number."""
    return any(letter.isalpha() for letter in text) and not any(letter.isdigit() or letter == "@" for letter in text)
