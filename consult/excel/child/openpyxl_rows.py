"""The careful reader for xlsx: openpyxl in read-only mode, for sheets that calamine cannot open or of which it lost cells."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from consult.excel.child.sink import plain

warnings.simplefilter("ignore")


class Careful:
    """A workbook opened by openpyxl; anything it raises is the caller's to judge."""

    def __init__(self, path: Path) -> None:
        self._book = load_workbook(path, read_only=True, data_only=True, keep_links=False)

    def names(self) -> list[tuple[str, str]]:
        """Worksheets as (name, visibility)."""
        states = {"visible": "visible", "hidden": "hidden", "veryHidden": "very_hidden"}
        return [(sheet.title, states.get(sheet.sheet_state, "visible")) for sheet in self._book.worksheets]

    def rows(self, name: str) -> Iterator[Sequence[Any]]:
        """The rows of a sheet, whatever size it declares."""
        sheet = self._book[name]
        if hasattr(sheet, "reset_dimensions"):
            sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield [plain(value) for value in row]
