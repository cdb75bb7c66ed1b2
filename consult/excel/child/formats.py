"""What a number means under its cell format: a day, a moment, a time, a duration, or a number."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

from consult.excel.child.archive import forbid_declarations

_QUIET = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.I)
_ELAPSED = re.compile(r"\[[hms]+\]", re.I)
_DATES = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
_DURATION = 46
_LAST_DAY = 2_958_465
_A_DAY = 86_400_000
_START, _START_1904 = datetime.fromisoformat("1899-12-30"), datetime.fromisoformat("1904-01-01")
DAY, ELAPSED = "day", "elapsed"


def meaning(code: str) -> str:
    """`day` for a format that shows dates or times of day, `elapsed` for one that counts hours, else an empty text."""
    bare = _QUIET.sub("", code.partition(";")[0])
    if _ELAPSED.search(bare):
        return ELAPSED
    shown = re.sub("general|standard|am/pm|a/p", "", bare, flags=re.I)
    return DAY if re.search("[dmyhs]", shown, re.I) else ""


def meanings(body: bytes) -> list[str]:
    """The meaning of each cell format of a stylesheet; as far as it can be read."""
    codes: dict[str, str] = {}
    used: list[str] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        bare = name.rpartition(":")[2]
        inside.append(bare)
        if bare == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif bare == "xf" and "cellXfs" in inside:
            used.append(attributes.get("numFmtId", "0"))

    parser = expat.ParserCreate("utf-8")
    forbid_declarations(parser)
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: inside.pop()
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        pass
    return [_of(number, codes) for number in used]


def _of(number: str, codes: dict[str, str]) -> str:
    if number in codes:
        return meaning(codes[number])
    if not number.isdigit():
        return ""
    return ELAPSED if int(number) == _DURATION else DAY if int(number) in _DATES else ""


def moment(serial: float, kind: str, date1904: bool) -> Any:
    """The date, moment, time or duration that a serial number stands for; the number itself where there is none."""
    if kind == ELAPSED and abs(serial) <= _LAST_DAY:
        return timedelta(milliseconds=round(serial * _A_DAY))
    if not 0 <= serial <= _LAST_DAY:
        return serial
    milliseconds = round(serial * _A_DAY)
    if serial < 1 and not date1904:
        return (_START_1904 + timedelta(milliseconds=min(milliseconds, _A_DAY - 1))).time()
    leap = 0 if date1904 or serial >= 60 else _A_DAY  # to Excel 1900 had a 29 February, its day 60
    found = (_START_1904 if date1904 else _START) + timedelta(milliseconds=milliseconds + leap)
    return found.date() if found.time() == time.min else found


def iso(text: str) -> date | datetime | time | str:
    """The date or time that is written in the form of ISO 8601; the text itself if it is none."""
    bare = text.strip().removesuffix("Z")
    for read in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            found = read(bare)
        except ValueError:
            continue
        return found.replace(tzinfo=None) if isinstance(found, (datetime, time)) else found
    return text
