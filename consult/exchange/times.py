"""Hours, durations and days of work as cells bring them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from consult.excel import ErrorCell, is_nothing
from consult.excel.flaws import EMPTY, Flaw, Value, flawed
from consult.excel.numbers import number_converter
from consult.excel.text import fold

Convert = Callable[[object], Value]
_CLOCK = re.compile(r"(\d{1,2})\s*(?:h|:)\s*(\d{2})?(?::\d{2})?$", re.I)
_AFTER_A_DAY = re.compile(r"(?:\d{4}|\d{2})[T ,à]+(\d{1,2}[:h]\d{0,2})", re.I)
_LENGTH = re.compile(r"(?:(\d{1,2})\s*(?:h|:|heures?|hours?)\s*)?(?:(\d{1,4})\s*(?:min(?:utes?)?|mn|')?)?\.?$", re.I)


def time_of(cell: object) -> Value:
    """A time of day: `14h30`, `14:30`, a time of the sheet."""
    if isinstance(cell, dt.datetime):
        return cell.time().replace(second=0, microsecond=0), None, None
    if isinstance(cell, dt.time):
        return cell.replace(second=0, microsecond=0), None, None
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 1440)
        return dt.time(minutes // 60 % 24, minutes % 60), None, None
    found = _CLOCK.match(str(cell).strip())
    if found and int(found.group(1)) < 24 and int(found.group(2) or 0) < 60:
        return dt.time(int(found.group(1)), int(found.group(2) or 0)), None, None
    return flawed(Flaw.TIME, cell)


def time_beside(cell: object) -> dt.time | None:
    """The time of day that stands beside a day in the same cell; None for midnight, which a sheet gives to every day."""
    if isinstance(cell, str):
        found = _AFTER_A_DAY.search(cell)
        made: Any = time_of(found.group(1))[0] if found else None
    else:
        made = time_of(cell)[0] if isinstance(cell, dt.datetime) else None
    return made if made and made != dt.time() else None


def _minutes(header: str) -> Convert:
    """A number of minutes: `90`, `1h30`, `1:30`, `90 min`; hours where the header says so. Half hours want a unit."""
    in_hours = re.search(r"\b(h|heures?|hours?)\b", fold(header)) is not None

    def convert(cell: object) -> Value:
        if isinstance(cell, dt.time | dt.datetime):
            return cell.hour * 60 + cell.minute, None, None
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            value = cell * 60 if in_hours else cell
            return (int(value), None, None) if float(value).is_integer() else flawed(Flaw.NUMBER, cell)
        text = str(cell).strip()
        found = _LENGTH.match(text)
        if not found or not any(found.groups()):
            return flawed(Flaw.NUMBER, cell)
        if in_hours and text.isdigit():
            return int(text) * 60, None, None
        return int(found.group(1) or 0) * 60 + int(found.group(2) or 0), None, None

    return convert


def _days(_header: str) -> Convert:
    """A number of days with two decimals."""
    inner = number_converter()

    def convert(cell: object) -> Value:
        value, flaw, original = inner(re.sub(r"\s*(j|jours?|days?|jh)\.?$", "", cell, flags=re.I) if isinstance(cell, str) else cell)
        return (None if value is None else round(Decimal(str(value)), 2)), flaw, original

    return convert


def _known(inner: Convert) -> Convert:
    """The same for every cell: nothing where it says nothing, an error named."""

    def convert(cell: object) -> Value:
        if is_nothing(cell):
            return EMPTY
        return flawed(Flaw.ERROR, cell) if isinstance(cell, ErrorCell) else inner(cell)

    return convert


CONVERTERS: dict[str, Callable[[str], Convert]] = {
    "time": lambda _header: _known(time_of),
    "duration": lambda header: _known(_minutes(header)),
    "days": lambda header: _known(_days(header)),
}
"""The converter of each kind, by the header of its column."""
