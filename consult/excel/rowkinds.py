"""Which rows of a table are not records, judged one by one against what the other rows of the table look like."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from consult.excel.cells import ErrorCell, FormulaCell, Row
from consult.excel.headers import HeaderBlock
from consult.excel.labels import VOCABULARY, filled, is_label
from consult.excel.looks import is_year
from consult.excel.rowwords import COUNT_LABEL, COUNTED, COUNTED_OFF, EXAMPLE, LEGEND, TOTAL, TOTAL_LETTERS, is_help
from consult.excel.shape import shape_of
from consult.excel.text import fold, is_blank


class RowReason(str, Enum):
    """Why a row is no record."""

    TITLE = "title"
    BLANK = "blank"
    HEADER = "header"
    TOTAL = "total"
    LEGEND = "legend"
    EXAMPLE = "example"
    HELP = "help"
    SECTION = "section"
    NUMBERED = "numbered"
    REPEATED_HEADER = "repeated_header"
    ASIDE = "aside"
    OTHER_TABLE = "other_table"
    AFTER = "after"
    CHOSEN = "chosen"


class Judge:
    """Knows the head of a table, and says of any of its rows why it is no record, or nothing when it is one."""

    def __init__(self, head: list[Row], block: HeaderBlock, columns: list[int], merged: Sequence[tuple[int, int, int, int]]) -> None:
        self.block, self.columns = block, columns
        self.first, self.end = (min(columns), max(columns) + 1) if columns else (0, 0)
        self.labels = {index: fold(text) for index, text in block.texts.items()}
        self.spread = {row + 1: right - left + 1 for row, left, _, right in merged if right > left}
        body = [(number, self._mine(row)) for number, row in enumerate(head, 1) if number > block.row]
        self.shape = shape_of([cells for _, cells in body if cells], columns)
        self.typical, self.numbering = self.shape.typical, self.shape.numbering
        self.helps = self._helps(head)
        self.sparse_below = max(1, (self.typical + 1) // 2)
        self.heading = block.texts.get(self.first, "")
        self.beyond = len({index for row in head for index in filled(row)} - set(columns))
        self.titles = 0 if block.row else next((number - 1 for number, cells in body[:6] if len(cells) > 0.5 * self.typical), 0)

    def reason(self, number: int, row: Row) -> RowReason | None:
        """Why row `number` (from 1) is no record. Rows that are as full as most are looked at only for repeated headers and totals."""
        if number < self.block.row:
            return self._above(number, row)
        if number <= self.titles:
            return RowReason.TITLE if filled(row) else RowReason.BLANK
        part = row[self.first : self.end]
        count = len(part) - part.count("")
        if count > self.sparse_below and number > self.block.row + 4:
            return self._full(part)
        return self._careful(number, row)

    def is_plain(self, number: int, row: Row) -> bool:
        """Whether a row far below the header is at once seen to be a record: as full as most, its first cell a text that opens no total
        nor header.
        The first rows are left to `reason`, since samples are taken from them."""
        if number < self.block.row + 250 or len(row) <= self.first:
            return False
        value = row[self.first]
        if type(value) is not str or not value or value[0] in TOTAL_LETTERS or value == self.heading:
            return False
        return len(row) - row.count("") - self.beyond > self.sparse_below

    def is_sparse(self, row: Row) -> bool:
        """Whether a row has at most half of the cells that most have."""
        cells = self._mine(row)
        return self.typical >= 3 and len(cells) <= 0.5 * self.typical

    def opens_another(self, row: Row) -> bool:
        """Whether a row that stands apart is the header of another table: labels only, most of them names of columns, few our own."""
        cells = filled(row)
        labels = {index: fold(str(value)) for index, value in cells.items() if is_label(value)}
        known = sum(1 for label in labels.values() if label in VOCABULARY)
        ours = sum(1 for index, label in labels.items() if self.labels.get(index) == label)
        return len(cells) == len(labels) >= 2 and known >= max(2, 0.6 * len(labels)) and ours < 0.5 * len(labels)

    def _above(self, number: int, row: Row) -> RowReason:
        if not filled(row):
            return RowReason.BLANK
        return RowReason.HEADER if number in self.block.rows else RowReason.TITLE

    def _mine(self, row: Row) -> dict[int, object]:
        cells = filled(row)
        return {index: cells[index] for index in self.columns if index in cells}

    def _full(self, part: Row) -> RowReason | None:
        for place, value in enumerate(part):
            if value == "":
                continue
            if type(value) is str:
                index = place + self.first
                if index in self.labels and value.strip() and fold(value) == self.labels[index] and self._repeats(part):
                    return RowReason.REPEATED_HEADER
                if value[:1] in TOTAL_LETTERS and TOTAL.match(value) and self._only_figures(part[place + 1 :]):
                    return RowReason.TOTAL
                if len(filled(part)) == 2 and COUNT_LABEL.fullmatch(value) and self._only_figures(part[place + 1 :]):
                    return RowReason.TOTAL
            if place >= 1 or type(value) is str:
                break
        return None

    def _careful(self, number: int, row: Row) -> RowReason | None:
        cells = self._mine(row)
        if not cells:
            return RowReason.ASIDE if filled(row) else RowReason.BLANK
        if number in self.helps:
            return self.helps[number]
        full = row[self.first : self.end]
        if self._repeats(full):
            return RowReason.REPEATED_HEADER
        first = next((value for value in cells.values() if isinstance(value, str)), "")
        if TOTAL.match(first) and self._only_figures([value for value in cells.values() if value is not first]):
            return RowReason.TOTAL
        if len(cells) == 2 and first and COUNT_LABEL.fullmatch(first) and self._only_figures([v for v in cells.values() if v is not first]):
            return RowReason.TOTAL
        if set(cells) <= self.numbering or self._says_nothing(cells):
            return RowReason.NUMBERED
        return self._lonely(number, cells, first)

    def _lonely(self, number: int, cells: dict[int, object], first: str) -> RowReason | None:
        """A row with one text only: a legend, a section, or a record of which only the name is known."""
        if len(cells) > 2 or self.typical < 3 and len(self.columns) < 3:
            return None
        if not first:
            year = is_year(next(iter(cells.values())))
            return RowReason.SECTION if len(cells) == 1 and year and self.shape.dense else None
        if LEGEND.match(first) and (self.typical >= 3 or len(cells) == 1):
            return RowReason.LEGEND
        if any(index in self.numbering and is_label(value) for index, value in cells.items()):
            return RowReason.SECTION if len(cells) == 1 else RowReason.LEGEND
        if len(cells) > 1:
            second = next(value for value in cells.values() if value is not first)
            return RowReason.SECTION if self.typical >= 4 and COUNTED.fullmatch(str(second).strip()) else None
        if self.typical >= 3 and (len(first) > 120 or COUNTED.fullmatch(first.strip())):
            return RowReason.LEGEND
        if self._is_headed(next(iter(cells)), first):
            return RowReason.SECTION
        keyless = len(self.shape.keys - set(cells)) > len(self.shape.keys & set(cells))
        if self.spread.get(number, 0) > 1 or self.shape.dense or keyless or first.rstrip().endswith(":"):
            return RowReason.SECTION if len(self.columns) >= 3 else None
        return None

    def _is_headed(self, index: int, text: str) -> bool:
        """Whether a lonely text is written as a heading: counted off, or in capitals where the column is not."""
        capitals = text.isupper() and len(text) > 3 and index in self.shape.lowered
        return len(self.columns) >= 2 and (capitals or COUNTED_OFF.match(text) is not None)

    def _repeats(self, part: Row) -> bool:
        same = total = typed = 0
        for place, value in enumerate(part):
            if value == "" or place + self.first not in self.labels:
                continue
            total += 1
            if isinstance(value, str) and fold(value) == self.labels[place + self.first]:
                same += 1
                typed += place + self.first in self.shape.values
        return (
            same >= 2
            and same >= 0.75 * total
            or (typed > 0 and total >= 2 and all(is_label(value) for value in part if not is_blank(value)))
        )

    @staticmethod
    def _only_figures(values: Sequence[object]) -> bool:
        texts = [
            value for value in values if isinstance(value, str) and not isinstance(value, ErrorCell | FormulaCell) and not is_blank(value)
        ]
        return not any(any(letter.isalpha() for letter in text.replace("k€", "").replace("M€", "").replace("ETP", "")) for text in texts)

    def _says_nothing(self, cells: dict[int, object]) -> bool:
        """Whether all that a row holds is its number and what a formula or an unticked box leaves: false, zero, an error."""
        empty = (False, 0)
        told = [value for index, value in cells.items() if index not in self.numbering]
        return (
            bool(set(cells) & self.numbering)
            and self.typical > len(cells)
            and all(
                isinstance(value, ErrorCell | FormulaCell)
                or value in empty
                or isinstance(value, str)
                and value.strip().casefold() in {"faux", "false", "-", "0"}
                for value in told
            )
        )

    def _helps(self, head: list[Row]) -> dict[int, RowReason]:
        """The rows just below the header that explain it or give an example."""
        found: dict[int, RowReason] = {}
        if not self.block.row:
            return found
        for number in range(self.block.row + 1, min(self.block.row + 6, len(head) + 1)):
            row = head[number - 1]
            texts = [str(value) for value in row if not is_blank(value)]
            if (is_help(row) and not self._known_value(row)) or (not found and self._is_one_word(row)):
                found[number] = RowReason.HELP
            elif texts and (
                EXAMPLE.search(texts[0])
                or found
                and any("exemple" in fold(text).split() or "example" in fold(text).split() for text in texts)
            ):
                found[number] = RowReason.EXAMPLE
            elif texts:
                break
        return found

    def _is_one_word(self, row: Row) -> bool:
        """Whether a row says the same word under some of the headers, as a survey's second header does."""
        cells = filled(row)
        words = {str(value) for value in cells.values()}
        return len(cells) >= 2 and len(words) == 1 and len(cells) <= 0.6 * len(self.block.texts) and all(map(is_label, cells.values()))

    @staticmethod
    def _known_value(row: Row) -> bool:
        """A number or a date in the row speaks for a record, whatever its texts say."""
        return any(not isinstance(value, str) and not isinstance(value, bool) for value in row)
