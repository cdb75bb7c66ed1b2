"""What the rows of a table are like: how full they are, which columns all of them fill, which only count them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from consult.excel.labels import is_label

Cells: TypeAlias = "dict[int, object]"
"""The filled cells of a row by column."""


@dataclass(frozen=True)
class Shape:
    """`typical` is how many cells most rows have; `keys` are the columns that every row fills, `numbering` those that only count the rows,
    `values` those of numbers, dates and the like, `lowered` those hardly ever written in capitals; `dense` says that no row is half
    empty but those of one cell."""

    typical: int
    keys: frozenset[int]
    numbering: frozenset[int]
    values: frozenset[int]
    lowered: frozenset[int]
    dense: bool


def shape_of(rows: list[Cells], columns: Sequence[int]) -> Shape:
    """The shape of the rows below a header, blank ones left away."""
    several = [cells for cells in rows if len(cells) > 1]
    typical = _typical(rows, several)
    held = {index: [cells[index] for cells in rows if index in cells] for index in columns}
    return Shape(
        typical,
        frozenset(index for index in columns if _is_key(index, several)),
        frozenset(index for index in columns[:3] if _counts(held[index])),
        frozenset(index for index in columns if len(held[index]) >= 4 and not _share(map(is_label, held[index])) > 0.2),
        frozenset(index for index in columns if _is_lowered(held[index])),
        _is_dense(rows, several, typical),
    )


def _typical(rows: list[Cells], several: list[Cells]) -> int:
    """How many cells most rows have; rows of one cell count only where they are the rule."""
    counted = several if len(several) >= 0.25 * len(rows) else rows
    return sorted(len(cells) for cells in counted)[len(counted) // 2] if counted else 0


def _is_key(index: int, several: list[Cells]) -> bool:
    return len(several) >= 4 and sum(1 for cells in several if index in cells) >= 0.97 * len(several)


def _counts(values: list[object]) -> bool:
    """Whether a column only counts the rows: whole numbers going up by one."""
    whole = [
        int(v)
        for v in values
        if isinstance(v, int) and not isinstance(v, bool) or isinstance(v, str) and v.strip().isdecimal() and len(v) < 6
    ]
    steps = sum(1 for a, b in pairwise(whole) if b - a == 1)
    return len(whole) >= 3 and len(whole) >= 0.7 * len(values) and steps >= 0.8 * (len(whole) - 1)


def _is_lowered(values: list[object]) -> bool:
    texts = [value.isupper() for value in values if isinstance(value, str)]
    return len(texts) >= 4 and _share(texts) <= 0.25


def _is_dense(rows: list[Cells], several: list[Cells], typical: int) -> bool:
    if len(rows) < 4 or typical < 3 or not several:
        return False
    lonely = sum(1 for cells in rows if len(cells) == 1)
    most = sorted(len(cells) for cells in several)
    return lonely <= 0.34 * len(rows) and most[len(most) // 10] >= max(3, 0.5 * typical)


def _share(told: Iterable[bool]) -> float:
    found = list(told)
    return sum(found) / len(found) if found else 0.0
