"""Takes the rows of one sheet from a reader, holds them to the limits, and writes them as frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Any

from consult.excel.cells import ErrorCell, FormulaCell
from consult.excel.errors import ImportRejected, Reason
from consult.excel.frames import FRAME_ROWS, end_sheet, write_frame
from consult.excel.limits import Limits
from consult.excel.text import is_blank

_STRAY = 50
_WHOLE = 1e15
_FLAWED: dict[str, type[str]] = {"error": ErrorCell, "formula": FormulaCell, "day": str}
Flaws = dict[tuple[int, int], tuple[str, str]]


def letters(column: int) -> str:
    """The name of a column counted from 0: `A`, `Z`, `AA`."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class Sink:
    """One sheet on its way to the file (`short`: none of its texts is too long): `take()` its rows, then read `rows`, `columns`, `cells`,
    `shows` (more than spaces), `stray` and `too_large`."""

    def __init__(self, file: IO[bytes], sheet: str, limits: Limits, flaws: Flaws, *, short: bool = False) -> None:
        self._file, self._sheet, self._limits, self._short = file, sheet, limits, short
        self._flaws: dict[int, list[tuple[int, str, str]]] = {}
        for (row, column), (kind, text) in flaws.items():
            self._flaws.setdefault(row, []).append((column, kind, text))
        self.offset = file.tell()
        self.rows = self.columns = self.cells = 0
        self.stray: list[tuple[int, int, str]] = []
        self.too_large: str | None = None
        self.shows = False

    def take(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write the rows; blank ones are short, those at the end are left out, cells outside the limits become `stray`."""
        frame: list[list[Any]] = []
        blank = 0
        number = -1
        for number, source in enumerate(rows):
            row = [] if self._is_blank(number, source) else self._prepared(number, source)
            if self.too_large:
                break
            if not row:
                blank += 1
                continue
            if number >= self._limits.last_row:
                self._wander(number, 0, row)
                continue
            frame.extend([] for _ in range(blank))
            blank = 0
            frame.append(row)
            self.rows = number + 1
            if len(frame) >= FRAME_ROWS:
                self._write(frame)
                frame = []
        self._finish(frame, blank, number)

    def _finish(self, frame: list[list[Any]], blank: int, last: int) -> None:
        """Add the rows that hold nothing but flaws below the last one the reader gave, then close the sheet."""
        for number in sorted(n for n in self._flaws if last < n < self._limits.last_row):
            frame.extend([] for _ in range(number - self.rows))
            frame.append(self._prepared(number, []))
            self.rows = number + 1
        self._write(frame)
        end_sheet(self._file)

    def _is_blank(self, number: int, source: Sequence[Any]) -> bool:
        return not any(source) and source.count("") == len(source) and number not in self._flaws

    def _prepared(self, number: int, source: Sequence[Any]) -> list[Any]:
        row = [_number(value) if type(value) is float else value for value in source]
        if number in self._flaws:
            self._mark(row, self._flaws[number])
        filled = len(row) - row.count("")
        if not filled:
            return []
        if len(row) > self._limits.columns:
            self._wander(number, self._limits.columns, row[self._limits.columns :])
            row = row[: self._limits.columns]
            filled = len(row) - row.count("")
        if number < self._limits.last_row:
            self.cells += filled
            self._widen(row)
            self.shows = self.shows or not all(map(is_blank, row))
        return row if filled else []

    def _widen(self, row: list[Any]) -> None:
        width = len(row)
        while width > self.columns and row[width - 1] == "":
            width -= 1
        self.columns = max(width, self.columns)
        del row[self.columns :]

    def _mark(self, row: list[Any], flaws: list[tuple[int, str, str]]) -> None:
        for column, kind, text in flaws:
            if column >= self._limits.columns:
                continue
            row.extend([""] * (column + 1 - len(row)))
            row[column] = _FLAWED[kind](text)

    def _wander(self, number: int, first: int, row: list[Any]) -> None:
        """Keep the few cells that lie outside the limits; too many of them, or rows that go on, make the sheet too large."""
        for column, value in enumerate(row, first):
            if value != "":
                self.stray.append((number, column, str(value)[:200]))
                if len(self.stray) > _STRAY:
                    break
        below = number >= self._limits.last_row
        if len(self.stray) > _STRAY or below and number - self.rows < self._limits.around:
            self.too_large = Reason.TOO_MANY_ROWS.value if below else Reason.TOO_MANY_COLUMNS.value

    def _write(self, frame: list[list[Any]]) -> None:
        if not frame:
            return
        longest = self._limits.cell
        for place in [] if self._short else [(row, value) for row in frame for value in row if type(value) is str and len(value) > longest]:
            self._refuse_long(frame, *place)
        write_frame(self._file, frame)

    def _refuse_long(self, frame: list[list[Any]], row: list[Any], value: str) -> None:
        number = self.rows - len(frame) + frame.index(row) + 1
        raise ImportRejected(
            Reason.CELL_TOO_LONG, cell=f"{letters(row.index(value))}{number}", sheet=self._sheet, count=len(value), limit=self._limits.cell
        )


def _number(value: float) -> int | float | str:
    """Whole numbers without decimals; what is no number at all as text, for neither JSON nor a database would take it."""
    if value.is_integer() and -_WHOLE < value < _WHOLE:
        return int(value)
    return value if value - value == 0 else str(value)
