"""Small groups hidden so that nobody finds them out: cells of fewer than k, and further ones where totals would give them away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Cell = tuple[int, int]
Numbers = Sequence[Sequence[int]]


def hidden(counts: Numbers, k: int, adds_up: bool = True) -> set[Cell]:
    """Return which cells of a table are not to be shown: (line, column) of `counts`, whose line -1 and column -1 are its totals.

    Lines add up to the total column. Columns add up to the total line if `adds_up`; where one may choose several answers they do not, and
    there the total line is no part of the table. A total that is shown is known, and so is what all cells of a line but one leave over.
    """
    table = _with_totals(counts, adds_up)
    gone = {(i, j) for i, line in enumerate(table) for j, count in enumerate(line) if count < k}
    while told := sorted(cell for cell in gone if _is_told(cell, gone, adds_up) or _is_thin(cell, table, gone, k, adds_up)):
        further = [(cell, each) for cell in told for each in _beside(cell, table, adds_up) if each not in gone]
        if not further:
            break
        gone.add(min(further, key=lambda pair: _cost(pair[0], pair[1], table, gone, adds_up))[1])
    return {_named(cell, len(counts), len(counts[0]) if counts else 0) for cell in gone}


def _with_totals(counts: Numbers, adds_up: bool) -> list[list[int]]:
    lines = [[*line, sum(line)] for line in counts]
    return [*lines, [sum(column) for column in zip(*lines, strict=True)]] if adds_up and lines else lines


def _named(cell: Cell, lines: int, columns: int) -> Cell:
    return (-1 if cell[0] == lines else cell[0], -1 if cell[1] == columns else cell[1])


def _is_told(cell: Cell, gone: set[Cell], adds_up: bool) -> bool:
    """Tell whether the cells that are shown give a hidden one away.

    Every line and column is an equation; hidden cells tie lines to columns, and one can be worked out if it is the only tie between two
    parts of what is tied.
    """
    others = gone - {cell}
    if not adds_up:
        return not any(i == cell[0] for i, _j in others)
    reached, waiting = {("line", cell[0])}, [("line", cell[0])]
    while waiting:
        kind, number = waiting.pop()
        for i, j in others:
            here, there = (("line", i), ("column", j)) if kind == "line" else (("column", j), ("line", i))
            if here == (kind, number) and there not in reached:
                reached.add(there)
                waiting.append(there)
    return ("column", cell[1]) not in reached


def _is_thin(cell: Cell, table: Numbers, gone: set[Cell], k: int, adds_up: bool) -> bool:
    """Tell whether all that is hidden of a line, or of a column, is a small group itself, which the total that is shown gives away."""
    i, j = cell
    width, height = len(table[0]) - 1, len(table) - 1 if adds_up else len(table)
    across = [(i, other) for other in range(width)]
    down = [(other, j) for other in range(height)]
    lines = [(across, (i, width)), *([(down, (height, j))] if adds_up else [])]
    return any(
        cell in cells and total not in gone and 0 < sum(table[a][b] for a, b in cells if (a, b) in gone) < k for cells, total in lines
    )


def _beside(cell: Cell, table: Numbers, adds_up: bool) -> Iterator[Cell]:
    """Yield the other cells of the same line, and of the same column where columns add up."""
    yield from ((cell[0], j) for j in range(len(table[cell[0]])) if j != cell[1])
    if adds_up:
        yield from ((i, cell[1]) for i in range(len(table)) if i != cell[0])


def _cost(cell: Cell, further: Cell, table: Numbers, gone: set[Cell], adds_up: bool) -> tuple[object, ...]:
    """Tell how dear it is to hide a further cell: least where that is enough, then where it is no total, then where few are in it."""
    is_total = further[1] == len(table[0]) - 1 or (adds_up and further[0] == len(table) - 1)
    return (_is_told(cell, gone | {further}, adds_up), is_total, table[further[0]][further[1]], further)
