"""Dates as cells bring them: real ones, serial numbers, and texts in the order the column shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

from consult.excel.flaws import Flaw, Value, flawed
from consult.excel.looks import digits, is_day
from consult.excel.text import fold

_NUMERIC = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4}|\d{2})(?:[T ,]+\d{1,2}[:h]\d{2}.*)?$")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_COMPACT = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"\d{5}([.,]\d+)?$")
_MONTHS = {
    name[:4]: number
    for number, names in enumerate(
        "janv jan january|fevr fev febr feb|mars mar march|avri avr apr april|mai may|juin jun june|juil jul july|aout aug augu|sept "
        "sep|octo oct|nove nov|dece dec".split("|"),
        1,
    )
    for name in names.split()
}
_WORDED = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er|st|nd|rd|th)? ([a-z]{3,9}) (\d{4})$")
_MONTH_FIRST = re.compile(r"([a-z]{3,9}) (\d{1,2})(?:st|nd|rd|th)? (\d{4})$")
_FIRST, _LAST = 10_000, 80_000


def from_serial(serial: float, date1904: bool = False) -> date:
    """The day of an Excel serial number in either date system."""
    if date1904:
        return date(1904, 1, 1) + timedelta(days=int(serial))
    return date(1899, 12, 31 if serial < 60 else 30) + timedelta(days=int(serial))


_DATED = re.compile(r"\b(date|jour|echeance|debut|fin|le|day|deadline|due)\b")


def are_serials(header: str, values: Sequence[object]) -> bool:
    """Whether a column whose header speaks of a day holds nothing but serial numbers of days from 1955 on."""
    late = all(isinstance(as_day(value), date) and digits(value)[:5] >= "20000" for value in values)
    return bool(values) and late and _DATED.search(fold(header)) is not None


def holds_dates(header: str, values: Sequence[object]) -> bool:
    """Whether most of a column's values are days: as such, as texts that read so, or as serial numbers."""
    days = sum(1 for value in values if is_day(value))
    return bool(values) and 2 * days > len(values) or are_serials(header, values)


def as_day(cell: object, *, date1904: bool = False) -> object:
    """The day of a serial number; any other cell as it is."""
    text = digits(cell)
    whole = text if isinstance(cell, int | float) else str(cell).strip()
    is_serial = not isinstance(cell, bool) and text == whole and len(text) == 5 and _FIRST <= int(text) <= _LAST
    return from_serial(int(text), date1904) if is_serial else cell


def month_first(values: Iterable[object]) -> bool:
    """Whether a column writes the month first: some of its texts can only be read so, and none can only be read the other way."""
    american = european = 0
    for value in values:
        found = _NUMERIC.match(value.strip()) if isinstance(value, str) else None
        if found:
            american += int(found.group(2)) > 12 >= int(found.group(1))
            european += int(found.group(1)) > 12 >= int(found.group(2))
    return american > 0 and european == 0


def day_converter(*, date1904: bool = False, american: bool = False) -> Callable[[object], Value]:
    """A converter to `date`. `american` says that the column writes the month first, so that 05/06/2020 cannot be told and is left open."""

    def convert(cell: object) -> Value:
        if isinstance(cell, datetime):
            return cell.date(), None, None
        if isinstance(cell, date):
            return cell, None, None
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return (from_serial(cell, date1904), None, None) if _FIRST <= cell <= _LAST else flawed(Flaw.DATE, cell)
        value, flaw, original = _from_text(str(cell).strip(), date1904, american)
        return value, flaw, None if original is None else str(cell)

    return convert


def _from_text(text: str, date1904: bool, american: bool) -> Value:
    if _SERIAL.match(text):
        serial = float(text.replace(",", "."))
        return (from_serial(serial, date1904), None, None) if _FIRST <= serial <= _LAST else flawed(Flaw.DATE, text)
    found = _NUMERIC.match(text)
    if found:
        return _ordered(text, int(found.group(1)), int(found.group(2)), _year(found.group(3)), american)
    parts = _parts(text)
    return _made(text, *parts) if parts else flawed(Flaw.DATE, text)


def _parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day of a text that leaves no doubt about their order."""
    found = _ISO.match(text)
    if found:
        return int(found.group(1)), int(found.group(2)), int(found.group(3))
    found = _COMPACT.match(text)
    if found:
        return int(found.group(1) + found.group(2)), int(found.group(3)), int(found.group(4))
    folded = fold(text)
    found = _WORDED.match(folded)
    if found:
        return int(found.group(3)), _MONTHS.get(found.group(2)[:4], 0), int(found.group(1))
    found = _MONTH_FIRST.match(folded)
    return (int(found.group(3)), _MONTHS.get(found.group(1)[:4], 0), int(found.group(2))) if found else None


def _year(text: str) -> int:
    """A year of two digits is of this century up to ten years from now."""
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if year <= datetime.now().year % 100 + 10 else 1900 + year  # noqa: DTZ005


def _ordered(text: str, first: int, second: int, year: int, american: bool) -> Value:
    if first > 12:
        return _made(text, year, second, first)
    if second > 12:
        return _made(text, year, first, second)
    if american and first != second:
        return flawed(Flaw.AMBIGUOUS_DATE, text)
    return _made(text, year, second, first)


def _made(text: str, year: int, month: int, day: int) -> Value:
    try:
        return date(year, month, day), None, None
    except ValueError:
        return flawed(Flaw.DATE, text)
