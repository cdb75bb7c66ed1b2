"""One request in the parser's process: identify, check, read every sheet with the reader that loses nothing, write frames, answer in
JSON."""

from __future__ import annotations

import gc
import importlib
import json
import signal
import sys
import time
from pathlib import Path
from typing import IO, Any

from consult.excel.child import calamine_rows, ods
from consult.excel.child.archive import check_archive
from consult.excel.child.calamine_rows import RawSheet, Unread
from consult.excel.child.package import Package, survey
from consult.excel.child.sheet_xml import SheetFacts, empties
from consult.excel.child.signature import identify
from consult.excel.child.sink import Sink
from consult.excel.child.text import TextTable
from consult.excel.errors import ImportRejected, Reason
from consult.excel.limits import Limits

_LISTED = 200
_VAST = 30_000_000


class _OutOfTime(BaseException):
    """The time for the careful reader is over."""


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


def _careful(path: Path) -> Any:
    """The careful reader, loaded only where it is needed: openpyxl takes longer to load than most files take to read."""
    return importlib.import_module("consult.excel.child.openpyxl_rows").Careful(path)


def _is_vast(grid: Any) -> bool:
    """Whether a few cells lie so far apart that walking every cell between them would take minutes."""
    return grid.total_height * grid.total_width > _VAST and grid.end is not None


class Work:
    """The state of one request."""

    def __init__(self, request: dict[str, Any], limits: Limits, out: IO[bytes]) -> None:
        self.request, self.limits, self.out = request, limits, out
        self.path = Path(request["path"])
        self.until = time.monotonic() + request["seconds"]
        self.careful: Any = None
        self.sheets: list[dict[str, Any]] = []

    def answer(self) -> dict[str, Any]:
        family = identify(self.path, self.request["extension"])
        if family == "csv":
            return self._text()
        if family != "xls":
            check_archive(self.path, self.limits)
        package = survey(self.path) if family == "xlsx" else Package()
        tables = ods.survey(self.path) if family == "ods" else {}
        try:
            if self.request["reader"] == "openpyxl":
                raise Unread
            self._calamine(family, package, tables)
        except Unread as error:
            if family != "xlsx":
                raise ImportRejected(Reason.DAMAGED) from error
            self._openpyxl(package)
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
        self._add(self.request["name"], "visible", sink, SheetFacts(), [], "csv")
        found = {"encoding": table.encoding, "delimiter": table.delimiter, "line_end": table.line_end, "quotes": table.quoting == 0}
        return self._checked({"ok": True, "format": "csv", "strict": False, "date1904": False, "sheets": self.sheets, "text": found})

    def _calamine(self, family: str, package: Package, tables: dict[str, Any]) -> None:
        found = [sheet for sheet in calamine_rows.sheets(self.path, family) if sheet.worksheet]
        if len(found) > self.limits.sheets:
            raise ImportRejected(Reason.TOO_MANY_SHEETS, count=len(found), limit=self.limits.sheets)
        for sheet in found:
            facts, merged = tables.get(sheet.name, (package.sheets.get(sheet.name, SheetFacts()), []))
            self._one(sheet, facts, merged, package, family)

    def _one(self, sheet: RawSheet, facts: SheetFacts, merged: list[Any], package: Package, family: str) -> None:
        short = not facts.inline and package.is_short(self.limits.cell // 8)
        fast = Sink(self.out, sheet.name, self.limits, facts.flaws, short=short)
        sink: Sink | None
        try:
            grid = sheet.open()
            if _is_vast(grid) and family == "xlsx":
                raise Unread
            merged = merged or calamine_rows.merged(grid)
            fast.take(calamine_rows.rows(grid))
        except Unread:
            sink, reader = (self._second(sheet.name, facts, None) if family == "xlsx" else None), "openpyxl"
        else:
            sink, reader = self._compared(sheet.name, fast, facts, package), "calamine"
        if sink is None:
            self._unreadable(sheet.name, sheet.visible)
        else:
            self._add(sheet.name, sheet.visible, sink, facts, merged, reader)

    def _compared(self, name: str, sink: Sink, facts: SheetFacts, package: Package) -> Sink:
        """The rows of whichever reader saw more, when the XML holds more filled cells than the fast one gave."""
        seen = sink.cells + len(sink.stray)
        if sink.too_large or facts.cells <= seen or package.strict:
            return sink
        if facts.cells - empties(facts.read(), package.empty_strings()) <= seen:
            return sink
        return self._second(name, facts, sink) or sink

    def _second(self, name: str, facts: SheetFacts, first: Sink | None) -> Sink | None:
        again = Sink(self.out, name, self.limits, facts.flaws)
        try:
            self._with_alarm()
            if self.careful is None:
                self.careful = _careful(self.path)
            again.take(self.careful.rows(name))
        except (MemoryError, ImportRejected, _OutOfTime):
            if first is None:
                raise
            return None
        except Exception:  # noqa: BLE001 thirteen kinds of exception escape openpyxl on damaged files
            return None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return again if first is None or again.cells > first.cells else None

    def _with_alarm(self) -> None:
        signal.signal(signal.SIGALRM, _ring)
        signal.setitimer(signal.ITIMER_REAL, max(0.1, self.until - time.monotonic()))

    def _openpyxl(self, package: Package) -> None:
        self.sheets.clear()
        try:
            self._with_alarm()
            self.careful = _careful(self.path)
            names = self.careful.names()
        except (MemoryError, _OutOfTime):
            raise
        except Exception as error:
            raise ImportRejected(Reason.DAMAGED) from error
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for name, visible in names[: self.limits.sheets]:
            facts = package.sheets.get(name, SheetFacts())
            sink = self._second(name, facts, None)
            if sink is None:
                self._unreadable(name, visible)
            else:
                self._add(name, visible, sink, facts, [], "openpyxl")

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
