"""The rows that an import did not take, as a workbook: the columns of the file as they stood, and what is wrong beside them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from consult.excel import Column, Properties, Sheet, Workbook
from consult.exchange.models import ImportBatch
from consult.exchange.words import said
from consult.web.i18n import _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def refused_workbook(batch: ImportBatch, headers: list[str], rows: Iterable[tuple[list[Any], list[Any]]]) -> io.BytesIO:
    """Return a workbook of refused rows: the file's own columns, then *Problem*. Mended, it can be imported as it is."""
    columns = [*(Column(header) for header in headers), Column(_("Problem"), "note", 60)]
    lines = ([*(_plain(cell) for cell in cells), "; ".join(said(note) for note in notes)] for cells, notes in rows)
    stream = io.BytesIO()
    Workbook(Properties(title=f"{batch.ref} – {batch.file_name}")).sheet(Sheet(batch.sheet or _("Refused rows"), columns, lines)).save(
        stream
    )
    stream.seek(0)
    return stream


def _plain(cell: Any) -> Any:
    return str(cell) if isinstance(cell, str) else cell
