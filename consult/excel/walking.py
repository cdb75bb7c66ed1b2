"""Walks down the rows of a table. A row that says little is judged by what comes after it: a heading is followed by records, a note under
the table by nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from consult.excel.cells import Row
from consult.excel.rowkinds import Judge, RowReason
from consult.excel.text import is_blank, shown

SAMPLE = 200
_HEADINGS = 2
"""How many headings may follow each other; more lonely rows than that are records of which only the name is known."""


_OPENING = (None, RowReason.SECTION, RowReason.REPEATED_HEADER)
"""What the headers of another table may be taken for."""


@dataclass(frozen=True)
class NotRecord:
    """A row (from 1) that is no record, why, and its first words."""

    row: int
    reason: RowReason
    text: str = ""


@dataclass
class Walk:
    """What was found of the rows so far; `waiting` are rows that the next ones will tell records or not."""

    judge: Judge
    records: int = 0
    first: int = 0
    last: int = 0
    not_records: list[NotRecord] = field(default_factory=list)
    sample: list[Row] = field(default_factory=list)
    _blanks: list[int] = field(default_factory=list)
    _waiting: list[tuple[int, Row, RowReason | None]] = field(default_factory=list)
    _gap: bool = False
    _over: bool = False

    @property
    def steady(self) -> bool:
        """Whether the last row was a record, so that nothing waits for what comes next."""
        return not (self._blanks or self._waiting or self._over)

    def take(self, number: int, row: Row, reason: RowReason | None, *, chosen: bool = False) -> None:
        """Take the next row with the reason why it is no record, if there is one; `chosen` says that a person called it a record."""
        if reason is RowReason.BLANK:
            self._blanks.append(number)
            return
        after_gap = self._after_gap()
        if reason is RowReason.HEADER:
            self._note_level(number, row)
            return
        if reason in _OPENING and after_gap and not chosen and self.judge.opens_another(row):
            self._over = True
        if self._over and not chosen:
            self.not_records.append(NotRecord(number, RowReason.OTHER_TABLE, _first_words(row)))
        elif reason is RowReason.SECTION or (reason is None and after_gap and not chosen and self.judge.is_sparse(row)):
            self._waiting.append((number, row, reason))
        elif reason is not None:
            self.not_records.append(NotRecord(number, reason, _first_words(row)))
            self._gap = self._gap or reason is RowReason.LEGEND
        else:
            self._told(followed=True)
            self._keep(number, row)

    def end(self) -> None:
        """Say that no row follows; blank rows at the end are not told."""
        self._told(followed=False)
        self.not_records.sort(key=lambda row: row.row)

    def _note_level(self, number: int, row: Row) -> None:
        """Note an upper level of the headers; their own row is told apart."""
        if number != self.judge.block.row:
            self.not_records.append(NotRecord(number, RowReason.HEADER, _first_words(row)))

    def _after_gap(self) -> bool:
        """Whether blank rows part the row from the last record; they are noted as such."""
        self._gap = self._gap or bool(self._blanks)
        self.not_records.extend(NotRecord(blank, RowReason.BLANK) for blank in self._blanks)
        self._blanks.clear()
        return self._gap and self.records > 0

    def _told(self, *, followed: bool) -> None:
        """Decide on the rows that waited, now that a record follows or nothing does."""
        lonely = sum(1 for _number, _row, reason in self._waiting if reason)
        for number, row, reason in self._waiting:
            if followed:
                heading = reason is not None and lonely <= _HEADINGS
            else:
                heading = self._gap or number in self.judge.spread
            if heading:
                told = RowReason.SECTION if followed or number in self.judge.spread else RowReason.LEGEND
                self.not_records.append(NotRecord(number, told, _first_words(row)))
            else:
                self._keep(number, row)
        self._waiting.clear()

    def _keep(self, number: int, row: Row) -> None:
        self.records += 1
        self.first = self.first or number
        self.last = number
        self._gap = False
        if len(self.sample) < SAMPLE:
            self.sample.append(row)


def _first_words(row: Row) -> str:
    return next((shown(value) for value in row if not is_blank(value)), "")
