"""One request in the parser's process: identify, check, read every sheet with the reader that loses nothing, write frames, answer in
JSON."""

from __future__ import annotations

import gc
import json
import signal
import sys
import time
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from consult.excel.child import calamine_rows, ods, patient_ods
from consult.excel.child.archive import check_archive
from consult.excel.child.calamine_rows import RawSheet, Unread
from consult.excel.child.package import Listed, Package, survey
from consult.excel.child.patient_xlsx import Patient
from consult.excel.child.sheet_xml import SheetFacts, empties, plain_empties
from consult.excel.child.signature import identify
from consult.excel.child.sink import Sink
from consult.excel.child.text import TextTable
from consult.excel.errors import ImportRejected, Reason
from consult.excel.limits import Limits

_LISTED = 200
_VAST = 30_000_000


class _OutOfTime(BaseException):
    """The time for the patient reader is over."""


def _ring(*_: object) -> None:
    raise _OutOfTime


def run(request: dict[str, Any]) -> None:
    """Parse `request["path"]` into `request["out"]` and print one JSON answer; never raises on the content of the file."""
    limits = Limits(**request["limits"])
    gc.disable()
    try:
        with open(request["out"], "wb") as out:
            answer = Work(request, limits, out).answer()
    except ImportRejected as rejected:
        answer = {"ok": False, "reason": rejected.code.value, "values": rejected.values}
    except MemoryError:
        answer = {"ok": False, "reason": Reason.TOO_HEAVY.value, "values": {}}
    except _OutOfTime:
        answer = {"ok": False, "reason": Reason.TOO_SLOW.value, "values": {}}
    except RecursionError:
        answer = {"ok": False, "reason": Reason.DAMAGED.value, "values": {}}
    json.dump(answer, sys.stdout)
    sys.stdout.flush()


def _is_vast(grid: Any) -> bool:
    """Whether a few cells lie so far apart that walking every cell between them would take minutes."""
    return grid.total_height * grid.total_width > _VAST and grid.end is not None


class Work:
    """The state of one request."""

    def __init__(self, request: dict[str, Any], limits: Limits, out: IO[bytes]) -> None:
        self.request, self.limits, self.out = request, limits, out
        self.path = Path(request["path"])
        self.until = time.monotonic() + request["seconds"]
        self.patient: Patient | None = None
        self.package = Package()
        self.sheets: list[dict[str, Any]] = []

    def answer(self) -> dict[str, Any]:
        family = identify(self.path, self.request["extension"])
        if family == "csv":
            return self._text()
        if family != "xls":
            check_archive(self.path, self.limits)
        if family == "xlsx":
            self.package = survey(self.path)
        try:
            self._fast(family)
        except Unread as error:
            self.sheets.clear()
            self._slow(family, error)
        package = self.package
        return self._checked({"ok": True, "format": family, "strict": package.strict, "date1904": package.date1904, "sheets": self.sheets})

    def _checked(self, answer: dict[str, Any]) -> dict[str, Any]:
        readable = [sheet for sheet in self.sheets if not sheet["unreadable"]]
        if self.sheets and not readable:
            raise ImportRejected(Reason.DAMAGED)
        if not any(sheet["cells"] or sheet["stray"] for sheet in readable):
            if any(sheet["unreadable"] for sheet in self.sheets):
                raise ImportRejected(Reason.DAMAGED)
            raise ImportRejected(Reason.NO_DATA)
        fit = [sheet for sheet in readable if not sheet["too_large"]]
        if not any(sheet["cells"] for sheet in fit):
            large = next((sheet for sheet in readable if sheet["too_large"]), None)
            if large:
                bound = self.limits.rows if large["too_large"] == Reason.TOO_MANY_ROWS.value else self.limits.columns
                raise ImportRejected(large["too_large"], sheet=large["name"], limit=bound)
        return answer

    def _text(self) -> dict[str, Any]:
        table = TextTable(self.path, self.request["options"], self.limits)
        sink = Sink(self.out, self.path.stem, self.limits, {})
        sink.take(table.rows())
        if not sink.shows and not sink.stray:
            raise ImportRejected(Reason.NO_DATA)
        self._add(self.request["name"], "visible", sink, SheetFacts(), [], "csv")
        found = {"encoding": table.encoding, "delimiter": table.delimiter, "line_end": table.line_end, "quotes": table.quoting == 0}
        return self._checked({"ok": True, "format": "csv", "strict": False, "date1904": False, "sheets": self.sheets, "text": found})

    def _fast(self, family: str) -> None:
        """Read with calamine; Unread when another reader is asked for, or is known to see more."""
        if self.request["reader"] == "patient" or family == "ods" and patient_ods.is_odd(self.path):
            raise Unread
        tables = ods.survey(self.path) if family == "ods" else {}
        found = [sheet for sheet in calamine_rows.sheets(self.path, family) if sheet.worksheet]
        if len(found) < len(self.package.worksheets):
            raise Unread
        self._count_sheets(len(found))
        for sheet in found:
            facts, merged = tables.get(sheet.name, (self.package.sheets.get(sheet.name, SheetFacts()), []))
            self._one(sheet, facts, merged, family)

    def _count_sheets(self, count: int) -> None:
        if count > self.limits.sheets:
            raise ImportRejected(Reason.TOO_MANY_SHEETS, count=count, limit=self.limits.sheets)

    def _one(self, sheet: RawSheet, facts: SheetFacts, merged: list[Any], family: str) -> None:
        short = not facts.inline and self.package.is_short(self.limits.cell // 8)
        fast = Sink(self.out, sheet.name, self.limits, facts.flaws, short=short)
        listed = next((each for each in self.package.worksheets if each.name == sheet.name), None)
        try:
            grid = sheet.open()
            if _is_vast(grid) and listed:
                raise Unread
            merged = merged or calamine_rows.merged(grid)
            fast.take(calamine_rows.rows(grid))
        except Unread:
            if listed is None:
                self._unreadable(sheet.name, sheet.visible)
            else:
                self._patiently(listed, facts)
        else:
            best, reader = self._compared(listed, fast, facts)
            self._add(sheet.name, sheet.visible, best, facts, merged, reader)

    def _compared(self, listed: Listed | None, sink: Sink, facts: SheetFacts) -> tuple[Sink, str]:
        """The rows of whichever reader saw more, when the XML holds more filled cells than the fast one gave; and its name."""
        seen = sink.cells + len(sink.stray)
        if listed is None or sink.too_large or facts.cells <= seen or self.package.strict:
            return sink, "calamine"
        body, blank = facts.read(), self.package.empty_strings()
        if facts.cells - plain_empties(body, blank) <= seen or facts.cells - empties(body, blank) <= seen:
            return sink, "calamine"
        again = self._second(listed, facts, sink)
        return (again, "patient") if again and again.cells > sink.cells else (sink, "calamine")

    def _patiently(self, listed: Listed, facts: SheetFacts) -> None:
        sink = self._second(listed, facts, None)
        if sink is None or self.patient is None:
            self._unreadable(listed.name, listed.visible)
        else:
            self._add(listed.name, listed.visible, sink, facts, self.patient.merged(listed), "patient")

    def _second(self, listed: Listed, facts: SheetFacts, first: Sink | None) -> Sink | None:
        """The sheet as the patient reader gives it; None when it cannot read it either."""
        again = Sink(self.out, listed.name, self.limits, facts.flaws)
        try:
            self._with_alarm()
            self.patient = self.patient or Patient(self.package)
            again.take(self.patient.rows(listed))
        except (MemoryError, ImportRejected, _OutOfTime):
            if first is None:
                raise
            return None
        except (expat.ExpatError, ValueError, LookupError, OverflowError, RecursionError):
            return None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return again

    def _with_alarm(self) -> None:
        signal.signal(signal.SIGALRM, _ring)
        signal.setitimer(signal.ITIMER_REAL, max(0.1, self.until - time.monotonic()))

    def _slow(self, family: str, error: Unread) -> None:
        """Read the whole workbook with the patient reader; there is none for the binary formats."""
        if family == "xlsx" and self.package.worksheets:
            self._count_sheets(len(self.package.worksheets))
            for listed in self.package.worksheets:
                self._patiently(listed, self.package.sheets.get(listed.name, SheetFacts()))
        elif family == "ods":
            self._slow_tables()
        else:
            raise ImportRejected(Reason.DAMAGED) from error

    def _slow_tables(self) -> None:
        facts = ods.survey(self.path)
        try:
            self._with_alarm()
            for table in patient_ods.tables(self.path):
                known, merged = facts.get(table.name, (SheetFacts(), []))
                sink = Sink(self.out, table.name, self.limits, known.flaws)
                sink.take(table.unrolled())
                self._add(table.name, "visible", sink, known, merged, "patient")
        except (expat.ExpatError, ValueError, KeyError, OverflowError) as error:
            raise ImportRejected(Reason.DAMAGED) from error
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _unreadable(self, name: str, visible: str) -> None:
        self._add(name, visible, Sink(self.out, name, self.limits, {}), SheetFacts(), [], "none", unreadable=True)

    def _add(
        self, name: str, visible: str, sink: Sink, facts: SheetFacts, merged: list[Any], reader: str, *, unreadable: bool = False
    ) -> None:
        flaws = sorted(facts.flaws.items())
        self.sheets.append(
            {
                "name": name,
                "visible": visible,
                "offset": sink.offset,
                "rows": sink.rows,
                "columns": sink.columns,
                "cells": sink.cells,
                "hidden_rows": facts.hidden_rows[:5000],
                "hidden_columns": facts.hidden_columns,
                "filtered": facts.filtered,
                "merged": merged,
                "reader": reader,
                "unreadable": unreadable,
                "too_large": sink.too_large,
                "stray": sink.stray[:50],
                "errors": [[row, column, text] for (row, column), (kind, text) in flaws if kind == "error"][:_LISTED],
                "formulas": [[row, column, text] for (row, column), (kind, text) in flaws if kind == "formula"][:_LISTED],
                "error_count": sum(kind == "error" for kind, _ in facts.flaws.values()),
                "formula_count": sum(kind == "formula" for kind, _ in facts.flaws.values()),
            }
        )
