"""Opens a file that somebody gave us. Parsing happens in a limited process; what comes back are typed cells, row by row, or one
`ImportRejected`."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from consult.excel.cells import Row
from consult.excel.errors import ImportRejected, Reason
from consult.excel.frames import read_frames
from consult.excel.limits import MIB, Limits

_CHILD = Path(__file__).with_name("parser_child.py")
_TWICE = (".xlsx", ".xlsm", ".xltx", ".xltm", ".ods", ".ots")


@dataclass(frozen=True)
class SheetInfo:
    """One sheet as it was read. Rows and columns in `hidden_*`, `merged`, `errors`, `formulas` and `stray` count from 0.

    `visible` is `visible`, `hidden` or `very_hidden`; `errors` are Excel errors and `formulas` those without a stored result, as (row,
    column, text),
    at most 200 listed of `error_count` and `formula_count`; `stray` are filled cells far outside the table; `too_large` names the limit
    passed, if any.
    """

    name: str
    visible: str
    rows: int
    columns: int
    cells: int
    offset: int = 0
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    filtered: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    errors: tuple[tuple[int, int, str], ...] = ()
    error_count: int = 0
    formulas: tuple[tuple[int, int, str], ...] = ()
    formula_count: int = 0
    stray: tuple[tuple[int, int, str], ...] = ()
    too_large: str | None = None
    unreadable: bool = False
    reader: str = "calamine"


@dataclass(frozen=True)
class TextOptions:
    """How a text table is read: what was found, or what a person chose instead. `line_end` is `lf`, `crlf` or `cr`."""

    encoding: str | None = None
    delimiter: str | None = None
    line_end: str | None = None


@dataclass
class Source:
    """A file that was parsed. Close it (or use `with`) to remove its intermediate file."""

    name: str
    format: str
    sheets: list[SheetInfo]
    date1904: bool = False
    strict: bool = False
    text: TextOptions | None = None
    seconds: float = 0.0
    limits: Limits = field(default_factory=Limits)
    _folder: Path | None = None

    def sheet(self, name: str | int) -> SheetInfo:
        """The sheet of that name (or number from 0); ImportRejected when there is none or when it cannot be read."""
        if isinstance(name, int):
            found = self.sheets[name] if 0 <= name < len(self.sheets) else None
        else:
            wanted = name.strip().casefold()
            found = next((sheet for sheet in self.sheets if sheet.name.strip().casefold() == wanted), None)
        if found is None:
            raise ImportRejected(Reason.NO_SUCH_SHEET, sheet=str(name), sheets=", ".join(sheet.name for sheet in self.sheets))
        if found.unreadable:
            raise ImportRejected(Reason.DAMAGED)
        if found.too_large:
            rows = found.too_large == Reason.TOO_MANY_ROWS.value
            raise ImportRejected(found.too_large, sheet=found.name, limit=self.limits.rows if rows else self.limits.columns)
        return found

    def rows(self, sheet: SheetInfo | str | int, start: int = 0) -> Iterator[Row]:
        """The rows of a sheet from row `start` (from 0), one list of cells each; a blank row is an empty list, an empty cell is `""`."""
        for frame in self.frames(sheet, start):
            yield from frame

    def frames(self, sheet: SheetInfo | str | int, start: int = 0) -> Iterator[list[Row]]:
        """The same rows some hundreds at a time, for loops where a generator's step per row counts."""
        info = sheet if isinstance(sheet, SheetInfo) else self.sheet(sheet)
        if self._folder is None:
            raise ValueError("the source is closed")
        with (self._folder / "rows").open("rb") as file:
            file.seek(info.offset)
            yield from read_frames(file, start)

    def close(self) -> None:
        """Remove the intermediate file."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def __enter__(self) -> Source:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


def open_source(
    path: str | Path,
    *,
    filename: str | None = None,
    text: TextOptions | None = None,
    limits: Limits | None = None,
    scratch: str | Path | None = None,
) -> Source:
    """Parse a workbook or text table and give its sheets.

    `filename` is the name it was sent under, if `path` is another; `text` overrides the encoding and delimiter found; `scratch` is where
    the
    intermediate file goes (default: the system's temporary folder). Raises ImportRejected for whatever is wrong with the file, and
    nothing else.
    """
    path, limits = Path(path), limits or Limits()
    name = Path(filename or path.name).name
    size = path.stat().st_size
    if size > limits.upload:
        raise ImportRejected(Reason.FILE_TOO_LARGE, size=f"{size / MIB:.1f} MiB", limit=f"{limits.upload // MIB} MiB")
    folder = Path(tempfile.mkdtemp(prefix="consult-read-", dir=scratch))
    try:
        started = time.monotonic()
        answer = _Parser(path, name, size, text or TextOptions(), limits, folder).answer()
        return _source(answer, name, limits, folder, time.monotonic() - started)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _source(answer: dict[str, Any], name: str, limits: Limits, folder: Path, seconds: float) -> Source:
    found = answer.get("text")
    options = TextOptions(found["encoding"], found["delimiter"], found["line_end"]) if found else None
    sheets = [_sheet_info(sheet) for sheet in answer["sheets"]]
    return Source(name, answer["format"], sheets, answer["date1904"], answer["strict"], options, seconds, limits, folder)


def _sheet_info(sheet: dict[str, Any]) -> SheetInfo:
    lists = {
        key: tuple(tuple(item) if isinstance(item, list) else item for item in value)
        for key, value in sheet.items()
        if isinstance(value, list)
    }
    return SheetInfo(**{**sheet, **lists})


class _Parser:
    """Starts the parser's process, a second time with the patient reader when the fast one brings it down."""

    def __init__(self, path: Path, name: str, size: int, text: TextOptions, limits: Limits, folder: Path) -> None:
        self._folder, self._until = folder, time.monotonic() + limits.wall_for(size)
        self._request = {
            "path": str(path.resolve()),
            "name": Path(name).stem or "1",
            "extension": Path(name).suffix.lower(),
            "out": str(folder / "rows"),
            "limits": limits.as_json(),
            "options": {"encoding": text.encoding, "delimiter": text.delimiter},
            "libraries": _libraries(),
            "cpu": int(min(limits.cpu, limits.wall_for(size))) + 1,
        }

    def answer(self) -> dict[str, Any]:
        answer = self._start("calamine")
        if answer is None and self._request["extension"] in _TWICE:
            answer = self._start("patient")
        if answer is None:
            raise ImportRejected(Reason.DAMAGED)
        if not answer["ok"]:
            raise ImportRejected(answer["reason"], **answer["values"])
        return answer

    def _start(self, reader: str) -> dict[str, Any] | None:
        """The answer of the process, or None when it died without one."""
        left = self._until - time.monotonic()
        request = {**self._request, "reader": reader, "seconds": max(0.5, left - 1.0)}
        process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", str(_CHILD), json.dumps(request)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env={"PATH": os.defpath, "TMPDIR": str(self._folder)},
            start_new_session=True,
        )
        try:
            printed, _ = process.communicate(timeout=max(0.5, left))
        except subprocess.TimeoutExpired as error:
            raise ImportRejected(Reason.TOO_SLOW) from error
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
        if process.returncode == -signal.SIGXCPU:
            raise ImportRejected(Reason.TOO_SLOW)
        return _parsed(printed)


def _parsed(printed: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(printed)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _libraries() -> list[str]:
    """Where the two libraries live, for installations in which a bare interpreter would not find them."""
    found = []
    for name in ("python_calamine", "charset_normalizer"):
        spec = importlib.util.find_spec(name)
        if spec and spec.origin:
            found.append(str(Path(spec.origin).parent.parent))
    return sorted(set(found))
