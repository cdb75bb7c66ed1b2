"""Where the table stands in a sheet: its header row, its end, its columns, and the rows that are not records, with the reason for each.

A pure function of the grid. What it proposes can be replaced by a person's choice through `Choices`, and the rest follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain, islice

from consult.excel.cells import Cell, Row
from consult.excel.headers import HeaderBlock, find_header, given_header
from consult.excel.rowkinds import Judge, RowReason
from consult.excel.text import is_blank
from consult.excel.walking import NotRecord, Walk

HEAD = 250


@dataclass(frozen=True)
class TableColumn:
    """One column of the table. `index` counts from 1; `header` is the text of the header row, `group` that of the level above it;
    `aside` says that it belongs to another list standing beside the table."""

    index: int
    header: str
    group: str = ""
    aside: bool = False
    hidden: bool = False

    @property
    def label(self) -> str:
        """Header and group together, as a person would call the column."""
        return f"{self.group} – {self.header}" if self.group and self.header else self.header or self.group


class Remark(str, Enum):
    """Things about a sheet that are said aloud; see `words.py` for the sentences."""

    HIDDEN_ROWS = "hidden_rows"
    HIDDEN_COLUMNS = "hidden_columns"
    HIDDEN_DATES = "hidden_dates"
    FILTERED = "filtered"
    HIDDEN_SHEET = "hidden_sheet"
    ERRORS = "errors"
    FORMULAS = "formulas"
    STRAY = "stray"
    MERGED = "merged"
    DATE1904 = "date1904"
    NO_HEADER = "no_header"
    UNREADABLE = "unreadable"
    ASIDE = "aside"


@dataclass(frozen=True)
class Choices:
    """What a person decided about the layout; None or nothing leaves the proposal. Rows count from 1; `header_row=0` means there is
    none."""

    header_row: int | None = None
    last_row: int | None = None
    records: frozenset[int] = frozenset()
    not_records: frozenset[int] = frozenset()


@dataclass
class Layout:
    """The table found in a sheet. Rows count from 1. `header_row` is 0 when the table has none; `first_row` and `last_row` bound the
    records."""

    header_row: int
    header_rows: tuple[int, ...]
    first_row: int
    last_row: int
    columns: list[TableColumn]
    not_records: list[NotRecord]
    records: int
    confidence: float
    remarks: list[tuple[Remark, dict[str, object]]] = field(default_factory=list)
    sample: list[Row] = field(default_factory=list)

    def skipped(self) -> set[int]:
        """The rows that are not records, for a loop over the rows."""
        return {row.row for row in self.not_records}


def locate(
    rows: Iterable[Row],
    *,
    merged: Sequence[tuple[int, int, int, int]] = (),
    hidden_columns: Iterable[int] = (),
    choices: Choices | None = None,
) -> Layout:
    """Find the table in a grid whose rows start at row 1. `merged` ranges and `hidden_columns` count from 0, as the reader gives them."""
    choices = choices or Choices()
    source = iter(rows)
    head = list(islice(source, HEAD))
    if choices.header_row is not None:
        head.extend(islice(source, max(0, choices.header_row + 20 - len(head))))
        block = given_header(head, merged, choices.header_row)
    else:
        block = find_header(head, merged)
    columns = _columns(head, block, set(hidden_columns))
    judge = Judge(head, block, [c.index - 1 for c in columns if not c.aside], merged)
    return _walked(chain(head, source), judge, block, columns, choices)


def _columns(head: list[Row], block: HeaderBlock, hidden: set[int]) -> list[TableColumn]:
    return [
        TableColumn(index + 1, block.texts.get(index, ""), block.groups.get(index, ""), index in block.aside, index in hidden)
        for index in block.columns(head)
    ]


def _walked(rows: Iterable[Row], judge: Judge, block: HeaderBlock, columns: list[TableColumn], choices: Choices) -> Layout:
    walk = Walk(judge)
    plain = choices == Choices()
    for number, row in enumerate(rows, 1):
        if plain and walk.steady and judge.is_plain(number, row):
            walk.records, walk.first, walk.last = walk.records + 1, walk.first or number, number
        else:
            walk.take(number, row, _reason(number, row, judge, block, choices), chosen=number in choices.records)
    walk.end()
    return Layout(block.row, block.rows, walk.first, walk.last, columns, walk.not_records, walk.records, block.confidence, [], walk.sample)


def _reason(number: int, row: Row, judge: Judge, block: HeaderBlock, choices: Choices) -> RowReason | None:
    if number == block.row:
        return RowReason.HEADER
    if number in choices.not_records:
        return RowReason.CHOSEN
    if not row:
        return RowReason.BLANK
    if number in choices.records:
        return None
    if choices.last_row is not None and number > choices.last_row:
        return RowReason.AFTER if any(not is_blank(value) for value in row) else RowReason.BLANK
    return judge.reason(number, row)


def column_values(rows: Iterable[Row], index: int) -> list[Cell]:
    """The filled cells of a column (from 1) among the rows."""
    place = index - 1
    return [row[place] for row in rows if len(row) > place and not is_blank(row[place])]
