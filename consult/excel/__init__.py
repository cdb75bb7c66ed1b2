"""Spreadsheets in and out: the only home of openpyxl and calamine.

In: `open_source(path)` parses a file in a limited process (or raises `ImportRejected`, which speaks both languages);
`propose_sheet(source)` finds sheet and table;
`propose(layout, registry)` maps its columns; `records(source, sheet, layout)` walks the rows; `converter(kind)` makes values of their
cells.

Out: `Workbook(Properties(title=…)).sheet(Sheet(title, [Column(label, kind), …], rows, above=…, charts=…)).save(path)`; `csv_rows(header,
rows)`.
"""

from consult.excel.cells import Cell, ErrorCell, FormulaCell, Row
from consult.excel.charts import BarChart
from consult.excel.csvout import csv_rows, quoted, unquoted
from consult.excel.errors import ImportRejected, Reason
from consult.excel.filekinds import FileKind
from consult.excel.flaws import Flaw, Value
from consult.excel.identifiers import address_end, city_line, code_and_label
from consult.excel.limits import Limits
from consult.excel.locate import Choices, Layout, Remark, TableColumn, locate
from consult.excel.mapping import MappedColumn, Mapping, Why, propose
from consult.excel.reader import SheetInfo, Source, TextOptions, open_source
from consult.excel.registry import EntitySpec, FieldSpec, Registry
from consult.excel.rowkinds import RowReason
from consult.excel.several import name_and_post, separators_found, split_person, split_values
from consult.excel.sheet import Column, Sheet, safe_title
from consult.excel.sheets import located, propose_sheet, records
from consult.excel.values import Converter, converter, is_nothing
from consult.excel.walking import NotRecord
from consult.excel.words import words
from consult.excel.writer import Properties, Workbook

__all__ = [
    "BarChart",
    "Cell",
    "Choices",
    "Column",
    "Converter",
    "EntitySpec",
    "ErrorCell",
    "FieldSpec",
    "FileKind",
    "Flaw",
    "FormulaCell",
    "ImportRejected",
    "Layout",
    "Limits",
    "MappedColumn",
    "Mapping",
    "NotRecord",
    "Properties",
    "Reason",
    "Registry",
    "Remark",
    "Row",
    "RowReason",
    "Sheet",
    "SheetInfo",
    "Source",
    "TableColumn",
    "TextOptions",
    "Value",
    "Why",
    "Workbook",
    "address_end",
    "city_line",
    "code_and_label",
    "converter",
    "csv_rows",
    "is_nothing",
    "locate",
    "located",
    "name_and_post",
    "open_source",
    "propose",
    "propose_sheet",
    "quoted",
    "records",
    "safe_title",
    "separators_found",
    "split_person",
    "split_values",
    "unquoted",
    "words",
]
