"""The still part of a sheet, laid out by openpyxl: lines above, header, widths, panes, filter, drop-downs, charts, and one row of samples
that carries the styles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from consult.excel.charts import add_chart
from consult.excel.sheet import WIDTHS, Sheet
from consult.excel.stream import fit_text

PLACEHOLDER = 999_000  # below the largest row that a chart reference takes
"""Stands for the last row of the first sheet until it is known; one less for each following sheet."""
_FORMATS = {
    "text": "@",
    "note": "@",
    "integer": "#,##0",
    "number": "General",
    "money": '#,##0.00\\ "€"',
    "percent": "0.0%",
    "date": "dd/mm/yyyy",
    "datetime": "dd/mm/yyyy\\ hh:mm",
    "yes_no": "General",
    "year": "0",
}
_SIDES = {**dict.fromkeys(("integer", "number", "money", "percent", "year"), "right"), **dict.fromkeys(("date", "datetime"), "left")}
"""The side on which a kind of column stands, its header too. Numbers stand off the column after them."""
_HEADER_FONT = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
_HEADER_FILL = PatternFill("solid", fgColor="1F3A5F")
_TITLE_FONT = Font(name="Calibri", size=14, bold=True, color="1F3A5F")
_LINE_FONT = Font(name="Calibri", size=10, italic=True, color="595959")
_BOLD = Font(name="Calibri", size=11, bold=True)
_TOP = Border(top=Side(style="thin", color="1F3A5F"))
_INLINE_LIST = 250
LISTS = "_lists"


@dataclass(frozen=True)
class Style:
    """Where the header stands; the data begin on the row after it."""

    header: int


class Lists:
    """The drop-down lists too long to stand in a rule; they get a hidden sheet of their own, one column each."""

    def __init__(self) -> None:
        self.columns: list[list[str]] = []

    def formula(self, choices: list[str]) -> str:
        """What a rule refers to: the choices themselves when they are few, else their place in the sheet of lists."""
        inline = ",".join(choices)
        if len(inline) <= _INLINE_LIST and not any("," in choice or '"' in choice for choice in choices):
            return f'"{inline}"'
        if choices not in self.columns:
            self.columns.append(choices)
        letter = get_column_letter(self.columns.index(choices) + 1)
        return f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(choices)}"

    def lay_out(self, book: Any) -> None:
        """Add the sheet of lists, if there are any."""
        if not self.columns:
            return
        worksheet = book.create_sheet(LISTS)
        worksheet.sheet_state = "hidden"
        for number, choices in enumerate(self.columns, 1):
            for row, choice in enumerate(choices, 1):
                _text_cell(worksheet, row, number, choice)


def lay_out(book: Any, sheet: Sheet, title: str, place: int, lists: Lists) -> Style:
    """Add the sheet to the book, with a last row of samples whose styles are, for every column: its own, that of a text in it, and both
    in bold."""
    worksheet = book.create_sheet(title)
    worksheet.sheet_state = "hidden" if sheet.hidden else "visible"
    header = len(sheet.above) + (1 if sheet.above else 0) + 1
    _lines_above(worksheet, sheet)
    _header(worksheet, sheet, header)
    last = PLACEHOLDER - place
    if sheet.freeze:
        worksheet.freeze_panes = worksheet.cell(header + 1, 2 if len(sheet.columns) > 4 else 1)
    if sheet.filter and sheet.columns:
        worksheet.auto_filter.ref = f"A{header}:{get_column_letter(len(sheet.columns))}{last}"
    _drop_downs(lists, worksheet, sheet, header)
    _samples(worksheet, sheet, header + 1)
    for number, chart in enumerate(sheet.charts):
        add_chart(worksheet, chart, header, last, len(sheet.columns), number)
    _for_print(worksheet, sheet, header)
    return Style(header)


def _text_cell(worksheet: Any, row: int, column: int, text: str) -> Any:
    """A cell that holds the text as text, also when it begins like a formula."""
    cell = worksheet.cell(row, column)
    cell.value = fit_text(text)[:32_000]
    cell.data_type = "s"
    return cell


def _lines_above(worksheet: Any, sheet: Sheet) -> None:
    for number, line in enumerate(sheet.above, 1):
        _text_cell(worksheet, number, 1, line).font = _TITLE_FONT if number == 1 else _LINE_FONT


def _header(worksheet: Any, sheet: Sheet, header: int) -> None:
    for number, column in enumerate(sheet.columns, 1):
        cell = _text_cell(worksheet, header, number, column.label)
        cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL
        cell.alignment = _aligned(column.kind, "center", wrap=True)
        if column.note:
            cell.comment = Comment(fit_text(column.note), "Consult", width=320, height=120)
        letter = get_column_letter(number)
        worksheet.column_dimensions[letter].width = column.width or max(
            WIDTHS.get(column.kind, 22.0), min(40.0, len(column.label) * 0.9 + 4)
        )
        worksheet.column_dimensions[letter].hidden = column.hidden
    worksheet.row_dimensions[header].height = 30


def _aligned(kind: str, vertical: Any, wrap: bool) -> Alignment:
    side: Any = _SIDES.get(kind)
    return Alignment(horizontal=side, vertical=vertical, wrap_text=wrap, indent=1 if side == "right" else 0)


def _samples(worksheet: Any, sheet: Sheet, row: int) -> None:
    width = len(sheet.columns)
    for number, column in enumerate(sheet.columns, 1):
        for block, (is_text, bold) in enumerate(((False, False), (True, False), (False, True), (True, True))):
            cell = worksheet.cell(row, block * width + number)
            cell.number_format = "@" if is_text else _FORMATS.get(column.kind, "General")
            cell.alignment = _aligned("text" if is_text else column.kind, "top", wrap=column.kind == "note")
            if bold:
                cell.font, cell.border = _BOLD, _TOP


def _drop_downs(lists: Lists, worksheet: Any, sheet: Sheet, header: int) -> None:
    for number, column in enumerate(sheet.columns, 1):
        if column.choices:
            letter = get_column_letter(number)
            _offer(lists, worksheet, column.choices, f"{letter}{header + 1}:{letter}50000")
    for (row, place), offered in sheet.choices_at.items():
        if offered:
            _offer(lists, worksheet, offered, f"{get_column_letter(place + 1)}{header + 1 + row}")


def _offer(lists: Lists, worksheet: Any, offered: Sequence[str], cells: str) -> None:
    choices = [fit_text(choice) for choice in offered]
    validation = DataValidation(type="list", formula1=lists.formula(choices), allow_blank=True, showErrorMessage=False)
    validation.add(cells)
    worksheet.add_data_validation(validation)


def _for_print(worksheet: Any, sheet: Sheet, header: int) -> None:
    worksheet.page_setup.orientation = "landscape" if sheet.landscape else "portrait"
    worksheet.page_setup.paperSize = 9
    worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight = 1, 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.print_title_rows = f"{header}:{header}"
