"""The fast reader: calamine, for every format. It may panic or abort on damaged files, which is why it runs in a process of its own."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine

from consult.excel.errors import ImportRejected, Reason

_BETWEEN = re.compile(rb"(?<=>)\s+(?=</?(?:table|office):)")
_VISIBLE = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "very_hidden"}


class Unread(Exception):
    """Calamine could not read the workbook, or a sheet of it."""


@dataclass
class RawSheet:
    """One sheet as calamine lists it; `open` reads it."""

    name: str
    visible: str
    worksheet: bool
    open: Callable[[], Any]


def sheets(path: Path, family: str) -> list[RawSheet]:
    """The sheets of the workbook; ImportRejected when it is encrypted, Unread when calamine cannot make sense of it."""
    workbook = _opened(path, family)
    found = []
    for index, sheet in enumerate(workbook.sheets_metadata):
        kind = str(sheet.typ).rpartition(".")[2]
        visible = _VISIBLE.get(str(sheet.visible).rpartition(".")[2], "visible")
        found.append(RawSheet(sheet.name, visible, kind == "WorkSheet", _opener(workbook, index)))
    return found


def _opened(path: Path, family: str) -> Any:
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError as error:
        raise ImportRejected(Reason.ENCRYPTED) from error
    except (MemoryError, KeyboardInterrupt):
        raise
    except BaseException as error:  # a Rust panic is no Exception
        if family != "ods":
            raise Unread(str(error)) from error
    try:
        return python_calamine.CalamineWorkbook.from_filelike(_mended(path))
    except MemoryError:
        raise
    except BaseException as error:
        raise Unread(str(error)) from error


def _mended(path: Path) -> io.BytesIO:
    """The same OpenDocument file with its type stated and without line breaks between its table tags, which calamine takes for content."""
    copy = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        for name in source.namelist():
            if name == "mimetype":
                continue
            body = source.read(name)
            target.writestr(name, _BETWEEN.sub(b"", body) if name == "content.xml" else body)
    copy.seek(0)
    return copy


def _opener(workbook: Any, index: int) -> Callable[[], Any]:
    def read() -> Any:
        try:
            return workbook.get_sheet_by_index(index)
        except (MemoryError, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise Unread(str(error)) from error

    return read


def merged(sheet: Any) -> list[tuple[int, int, int, int]]:
    """Merged ranges as (first row, first column, last row, last column) from 0."""
    ranges = sheet.merged_cell_ranges or []
    return [(first[0], first[1], last[0], last[1]) for first, last in ranges[:5000]]


def rows(sheet: Any) -> Iterator[list[Any]]:
    """The rows from the first of the sheet, each from column A: `iter_rows()` gives the empty rows above the data but not the empty
    columns before it."""
    before = [""] * sheet.start[1] if sheet.start else []
    if not before:
        return iter(sheet.iter_rows())
    return (before + row for row in sheet.iter_rows())
