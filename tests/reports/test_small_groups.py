"""Groups of fewer than k are hidden, and nothing that is shown gives them away."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.reports.small_groups import hidden


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([[5, 6], [7, 8]], set()),
        ([[5], [1]], {(0, 0), (0, -1), (1, 0), (1, -1)}),
        ([[9, 1, 5]], {(0, 1), (0, 2), (-1, 1), (-1, 2)}),
    ],
)
def test_what_totals_would_give_away_is_hidden_too(counts: list[list[int]], expected: set[tuple[int, int]]) -> None:
    assert hidden(counts, 3) == expected


def test_where_several_may_be_chosen_only_lines_add_up() -> None:
    assert hidden([[9, 1, 5], [4, 4, 4]], 3, adds_up=False) == {(0, 1), (0, 2)}


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 3).flatmap(lambda width: st.lists(st.lists(st.integers(0, 7), min_size=width, max_size=width), min_size=1, max_size=3)),
    st.booleans(),
)
def test_every_hidden_count_could_be_another_one(counts: list[list[int]], adds_up: bool) -> None:
    gone = hidden(counts, 3, adds_up)
    lines, columns = len(counts), len(counts[0])
    whole = {(i, j): counts[i][j] for i in range(lines) for j in range(columns)}
    whole |= {(i, -1): sum(counts[i]) for i in range(lines)}
    if adds_up:
        whole |= {(-1, j): sum(line[j] for line in counts) for j in range(columns)} | {(-1, -1): sum(map(sum, counts))}
    assert {cell for cell, count in whole.items() if count < 3} <= gone
    shown = {cell: count for cell, count in whole.items() if cell not in gone}
    for cell in gone:
        assert _may_differ(cell, gone, lines, columns, adds_up) or not shown, (cell, shown)


def _may_differ(cell: tuple[int, int], gone: set[tuple[int, int]], lines: int, columns: int, adds_up: bool) -> bool:
    """Whether some change of hidden cells by −1, 0 or 1 keeps every line and column adding up and changes this one."""
    hidden_cells = sorted(gone)
    if len(hidden_cells) > 9:
        return True  # too many to try; fewer ones are the dangerous ones
    for change in itertools.product((-1, 0, 1), repeat=len(hidden_cells)):
        by_cell = dict(zip(hidden_cells, change, strict=True))
        if by_cell[cell] and _adds_up(by_cell, lines, columns, adds_up):
            return True
    return False


def _adds_up(change: dict[tuple[int, int], int], lines: int, columns: int, adds_up: bool) -> bool:
    for i in [*range(lines), *([-1] if adds_up else [])]:
        if sum(change.get((i, j), 0) for j in range(columns)) != change.get((i, -1), 0):
            return False
    for j in [*range(columns), -1] if adds_up else []:
        if sum(change.get((i, j), 0) for i in range(lines)) != change.get((-1, j), 0):
            return False
    return True
