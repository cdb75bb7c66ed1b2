"""Which sheet of a workbook holds the records, and what has to be said aloud about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import log2

from consult.excel.cells import Cell, Row
from consult.excel.child.sink import letters
from consult.excel.dates import holds_dates
from consult.excel.labels import VOCABULARY
from consult.excel.locate import Choices, Layout, Remark, column_values, locate
from consult.excel.reader import SheetInfo, Source
from consult.excel.text import fold

_GUIDE = re.compile(
    r"mode d ?emploi|lisez|lire|read ?me|notice|aide|help|instruction|guide|liste(s)? deroulante|listes|param|config|lookup|reference|"
    r"ref|legende|legend|"
    r"tcd|pivot|graph|chart|stat|synthese|bilan|sommaire|summary|accueil|cover|menu|nomenclature|codes?$|metadonnee|metadata|dictionnaire"
)
_DATA = re.compile(
    r"base|donnee|data|annuaire|contact|entreprise|organis|liste$|repertoire|fichier|import|export|acteur|stakeholder|directory|"
    r"partenaire|adherent|membre"
)


def located(source: Source, sheet: SheetInfo | str | int, choices: Choices | None = None) -> Layout:
    """The table of one sheet, with the remarks that a person must see."""
    info = sheet if isinstance(sheet, SheetInfo) else source.sheet(sheet)
    layout = locate(source.rows(info), merged=info.merged, hidden_columns=info.hidden_columns, choices=choices)
    layout.remarks = _remarks(source, info, layout)
    return layout


def propose_sheet(source: Source) -> tuple[SheetInfo, Layout]:
    """The sheet that most likely holds the records, with its table. A workbook of one sheet is not judged at all."""
    fit = [info for info in source.sheets if not info.unreadable and not info.too_large and info.cells]
    if not fit:
        first = next(info for info in source.sheets if info.too_large or info.unreadable)
        source.sheet(first.name)
    if len(fit) == 1:
        return fit[0], located(source, fit[0])
    tables = [(info, located(source, info)) for info in fit]
    return max(enumerate(tables), key=lambda item: _worth(*item[1]) * 0.93 ** min(item[0], 8))[1]


def _worth(info: SheetInfo, layout: Layout) -> float:
    labels = [fold(column.header) for column in layout.columns if column.header and not column.aside]
    known = sum(1 for label in labels if label in VOCABULARY)
    worth = (
        log2(2 + layout.records) * min(len(layout.columns), 12) ** 0.5 * (1 + 2 * known / max(1, len(labels))) * (1 + min(known, 10) / 10)
    )
    if info.visible != "visible":
        worth *= 0.35
    name = fold(info.name)
    if _GUIDE.search(name):
        worth *= 0.5
    elif _DATA.search(name):
        worth *= 1.25
    return worth if layout.header_row else worth * 0.5


def _remarks(source: Source, info: SheetInfo, layout: Layout) -> list[tuple[Remark, dict[str, object]]]:
    found: list[tuple[Remark, dict[str, object]]] = []
    hidden = [row + 1 for row in info.hidden_rows if layout.first_row <= row + 1 <= layout.last_row]
    if hidden:
        found.append((Remark.HIDDEN_ROWS, {"count": len(hidden), "first": hidden[0], "rows": tuple(hidden[:200])}))
        if info.filtered:
            found.append((Remark.FILTERED, {}))
    columns = [column for column in layout.columns if column.hidden]
    if columns:
        named = ", ".join(
            f"{letters(column.index - 1)} ({column.label})" if column.label else letters(column.index - 1) for column in columns
        )
        found.append((Remark.HIDDEN_COLUMNS, {"columns": named, "indexes": tuple(column.index for column in columns)}))
        dates = [letters(column.index - 1) for column in columns if holds_dates(column.header, column_values(layout.sample, column.index))]
        if dates:
            found.append((Remark.HIDDEN_DATES, {"columns": ", ".join(dates)}))
    found.extend(_flaws(info))
    merges = _Merges(info, layout)
    if merges and layout.last_row:
        found.append((Remark.MERGED, {"count": merges.count(layout.skipped())}))
    aside = [letters(column.index - 1) for column in layout.columns if column.aside]
    if aside:
        found.append((Remark.ASIDE, {"columns": ", ".join(aside)}))
    if not layout.header_row:
        found.append((Remark.NO_HEADER, {}))
    if source.date1904:
        found.append((Remark.DATE1904, {}))
    found.extend(_others(source, info))
    return found


def _flaws(info: SheetInfo) -> list[tuple[Remark, dict[str, object]]]:
    found: list[tuple[Remark, dict[str, object]]] = []
    for remark, count, cells in (
        (Remark.ERRORS, info.error_count, info.errors),
        (Remark.FORMULAS, info.formula_count, info.formulas),
        (Remark.STRAY, len(info.stray), info.stray),
    ):
        if count:
            row, column, text = cells[0]
            found.append((remark, {"count": count, "cell": f"{letters(column)}{row + 1}", "text": text}))
    return found


def _others(source: Source, info: SheetInfo) -> list[tuple[Remark, dict[str, object]]]:
    hidden = [other.name for other in source.sheets if other.visible != "visible" and other.cells]
    broken = [other.name for other in source.sheets if other.unreadable]
    found: list[tuple[Remark, dict[str, object]]] = []
    if hidden:
        found.append((Remark.HIDDEN_SHEET, {"sheets": ", ".join(hidden), "chosen": info.visible != "visible"}))
    if broken:
        found.append((Remark.UNREADABLE, {"sheets": ", ".join(broken)}))
    return found


def records(source: Source, sheet: SheetInfo | str | int, layout: Layout) -> Iterator[tuple[int, Row]]:
    """The records of a located table as (row number from 1, cells), one at a time; a cell merged over several records is given to each of
    them."""
    info = sheet if isinstance(sheet, SheetInfo) else source.sheet(sheet)
    skipped, start, last = layout.skipped(), layout.first_row, layout.last_row
    merges = _Merges(info, layout)
    if not last:
        return
    for number, row in enumerate(source.rows(info, start - 1), start):
        if number > last:
            return
        if merges:
            row = merges.fill(number, row)
        if number not in skipped:
            yield number, row


class _Merges:
    """Merged cells of a single column inside the table; knows which value each of them hands down."""

    def __init__(self, info: SheetInfo, layout: Layout) -> None:
        self._starts: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, right in info.merged:
            if left == right and bottom > top and top + 1 >= layout.first_row > 0:
                self._starts.setdefault(top + 1, []).append((left, bottom + 1))
        self._held: dict[int, tuple[int, Cell]] = {}

    def __bool__(self) -> bool:
        return bool(self._starts)

    def count(self, skipped: set[int]) -> int:
        """How many records receive a value from above."""
        return len(
            {row for start, ends in self._starts.items() for _, end in ends for row in range(start + 1, min(end, start + 50_000) + 1)}
            - skipped
        )

    def fill(self, number: int, row: Row) -> Row:
        """The row with what merged cells above hand down to it."""
        for column, (end, value) in list(self._held.items()):
            if number > end:
                del self._held[column]
            elif column >= len(row) or row[column] == "":
                row = row + [""] * (column + 1 - len(row))
                row[column] = value
        for column, end in self._starts.get(number, ()):
            if column < len(row) and row[column] != "":
                self._held[column] = (end, row[column])
        return row
