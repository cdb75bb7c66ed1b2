"""Headers of several levels: groups above the names of columns, and names written over two rows."""

from __future__ import annotations

from collections.abc import Sequence

from consult.excel.cells import Row
from consult.excel.labels import VOCABULARY, filled, is_label
from consult.excel.text import clean_name, fold


def lower_level(head: list[Row], number: int, merged: Sequence[tuple[int, int, int, int]]) -> int:
    """The row that completes a two-level header whose upper level was found: its texts stand only where the upper row opens a group or is
    merged down."""
    if number + 2 >= len(head):
        return number
    upper, lower = filled(head[number]), filled(head[number + 1])
    if not lower or not all(is_label(value) for value in lower.values()):
        return number
    if is_split(upper, lower) or _is_group_row(head, number, merged, lower):
        return number + 1
    bottom = max((last for first, _, last, _ in merged if first == number and last > first and last - first < 3), default=number)
    if bottom > number and bottom < len(head) and filled(head[bottom]):
        return bottom
    grouped = _grouped(head, number, merged)
    if grouped and set(lower) <= grouped and len(lower) >= 2:
        after = filled(head[number + 2])
        if len(after) > len(lower) and set(after) & (set(upper) - set(lower)):
            return number + 1
    return number


def _is_group_row(head: list[Row], number: int, merged: Sequence[tuple[int, int, int, int]], lower: dict[int, object]) -> bool:
    """Whether the row only names groups of the columns that the fuller row below names one by one."""
    upper = filled(head[number])
    wide = sum(1 for first, left, _, right in merged if first == number and right > left)
    known = _known(lower)
    parted = 2 * wide >= len(upper) or len(upper) <= 0.6 * len(lower)
    return len(lower) > len(upper) > 1 and parted and known >= max(1, 0.25 * len(lower)) and (wide > 0 or known > _known(upper))


def _known(cells: dict[int, object]) -> int:
    return sum(1 for value in cells.values() if fold(str(value)) in VOCABULARY)


def is_split(upper: dict[int, object], lower: dict[int, object]) -> bool:
    """Whether the names of columns are written over two rows: *Code* above *postal*."""
    both = [index for index in lower if index in upper and not str(lower[index]).lstrip().startswith(("(", "["))]
    joined = sum(1 for index in both if fold(f"{upper[index]} {lower[index]}") in VOCABULARY)
    alone = sum(1 for index in both if fold(str(lower[index])) in VOCABULARY)
    return joined >= 2 and joined > 0.5 * len(lower) and joined > alone


def _grouped(head: list[Row], number: int, merged: Sequence[tuple[int, int, int, int]]) -> set[int]:
    """The columns that stand under a text spread over several: merged, or followed by empty cells of the same row."""
    spread = {
        column for first, left, last, right in merged if first <= number <= last and right > left for column in range(left, right + 1)
    }
    cells = sorted(filled(head[number]))
    for index, following in zip(cells, [*cells[1:], cells[-1] + 1], strict=False):
        if following - index > 1:
            spread.update(range(index, following))
    return spread


def upper_level(
    head: list[Row], above: int, number: int, merged: Sequence[tuple[int, int, int, int]], texts: dict[int, str]
) -> dict[int, str] | None:
    """What the row above says of each column when it is a level of the header, None when it is a title, blank, or data."""
    cells = filled(head[above])
    if not cells or not all(is_label(value) for value in cells.values()):
        return None
    spans = {(first, left): (last, right) for first, left, last, right in merged}
    down = {index for index in cells if spans.get((above, index), (above, 0))[0] >= number}
    wide = [(index, spans[above, index][1]) for index in cells if (above, index) in spans and spans[above, index][1] > index]
    first, last = min(texts), max(texts)
    if len(cells) >= len(texts) and not (down or wide):
        return None
    whole = len(cells) == 1 and not down and (min(cells) <= first and (not wide or wide[0][1] >= last))
    if whole or not (down or wide or len(cells) >= 2) or (min(cells) > last and not down):
        return None
    return _spread(cells, dict(wide), down, last)


def _spread(cells: dict[int, object], wide: dict[int, int], down: set[int], last: int) -> dict[int, str]:
    found: dict[int, str] = {}
    places = sorted(cells)
    for place, index in enumerate(places):
        following = places[place + 1] if place + 1 < len(places) else max(last, index) + 1
        end = wide.get(index, index if index in down or wide else following - 1)
        for column in range(index, min(end, following - 1) + 1):
            found[column] = clean_name(str(cells[index]))
    return found
