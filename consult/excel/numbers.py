"""Numbers, amounts, workforce bands and truth values as cells bring them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from math import isfinite
from typing import TypeGuard

from consult.excel.flaws import Flaw, Value, flawed
from consult.excel.text import fold

_SPACES = re.compile(r"[\s\u00a0\u202f\u2007\u2009'’]")
_NUMBER = re.compile(
    r"([-−(]?)(\d[\d.,]*)(\)?)(k|m|md|mds|mrd|mio|millions?|milliers?|milliards?)?(€|eur|euros?|chf|\$|usd|£|gbp)?(ht|ttc|net)?(%?)$", re.I
)
_ABOUT = re.compile(r"^(environ|env\.?|~|≈|±|ca\.?|about|approx\.?|près de)\s*", re.I)
_PEOPLE = re.compile(
    r"(salari[ée]s?|personnes?|pers\.?|employ[ée]s?|collaborat(eurs?|rices?)|etp|employees|people|fte|agents?|ans|jours?|j|min(utes)?|"
    r"h|heures?)\.?$",
    re.I,
)
_FACTORS = {
    "k": 1e3,
    "milliers": 1e3,
    "millier": 1e3,
    "m": 1e6,
    "mio": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "md": 1e9,
    "mds": 1e9,
    "mrd": 1e9,
    "milliard": 1e9,
    "milliards": 1e9,
}
_UNIT = re.compile(r"\b(k|m|md)\s?(€|eur|chf|\$)|\ben (milliers|millions)\b|(€|eur)\s?'?000", re.I)
BANDS: tuple[tuple[str, int, int], ...] = (
    ("00", 0, 0),
    ("01", 1, 2),
    ("02", 3, 5),
    ("03", 6, 9),
    ("11", 10, 19),
    ("12", 20, 49),
    ("21", 50, 99),
    ("22", 100, 199),
    ("31", 200, 249),
    ("32", 250, 499),
    ("41", 500, 999),
    ("42", 1000, 1999),
    ("51", 2000, 4999),
    ("52", 5000, 9999),
    ("53", 10_000, 10**9),
)
BAND_CODES = frozenset(code for code, _, _ in BANDS) | {"NN"}
_RANGE = re.compile(r"(\d+)(?:a|et|ou|to|and|or|-|–|—|/|_|<)+(?:de)?(\d+)")
_MORE = re.compile(r"(?:plusde|\+de|superieura|>=?|≥|morethan|over|apartirde)(\d+)|(\d+)(?:\+|etplus|ouplus|ormore|andover|andmore)")
_YES = {"oui", "o", "yes", "y", "vrai", "true", "x", "✓", "✔", "☑", "☒", "1", "ok", "v", "✅", "wahr", "ja"}
_NO = {"non", "n", "no", "faux", "false", "0", "☐", "✗", "✘", "❌", "ko", "falsch", "nein"}


def parse(text: str, *, whole: bool = False) -> float | None:
    """The number that a text writes in French or English, with its thousands, currency and k or M; None when it is none.

    A single group of three digits after a mark (`1,234`) is thousands for whole numbers and decimals otherwise.
    """
    found = _NUMBER.fullmatch(_SPACES.sub("", _ABOUT.sub("", text.strip())))
    if not found:
        return None
    sign, figures, close, factor, _currency, _tax, percent = found.groups()
    plain = _decimal_point(figures.rstrip(".,"), whole)
    try:
        value = float(plain) * _FACTORS.get((factor or "").lower(), 1.0)
    except ValueError:
        return None
    if not isfinite(value):
        return None
    value = value / 100 if percent else value
    return -value if sign in ("-", "−") or sign == "(" and close else value


def _decimal_point(figures: str, whole: bool) -> str:
    marks = [mark for mark in figures if mark in ".,"]
    if not marks:
        return figures
    if len(set(marks)) == 2:
        last = max(figures.rfind("."), figures.rfind(","))
        return figures[:last].replace(".", "").replace(",", "") + "." + figures[last + 1 :]
    grouped = re.fullmatch(r"\d{1,3}([.,]\d{3})+", figures) is not None
    if grouped and (whole or len(marks) > 1):
        return figures.replace(".", "").replace(",", "")
    return figures.replace(",", ".") if len(marks) == 1 else "x"


def unit_of(header: str) -> float:
    """What the numbers of a column are to be multiplied by, as its header says: `CA (k€)` gives 1,000."""
    found = _UNIT.search(header)
    if not found:
        return 1.0
    return (
        1e6
        if fold(found.group(0))[:1] == "m" or "millions" in found.group(0).lower()
        else 1e9
        if found.group(0).lower().startswith("md")
        else 1e3
    )


def _is_number(cell: object) -> TypeGuard[int | float]:
    """Whether a cell is a number that one can count with: no truth value, not infinite, no more digits than a float holds."""
    try:
        return isinstance(cell, int | float) and not isinstance(cell, bool) and isfinite(cell)
    except OverflowError:
        return False


def number_converter(factor: float = 1.0) -> Callable[[object], Value]:
    """A converter to a number; `factor` is the unit of the column. A text that states its own unit is not multiplied again."""

    def convert(cell: object) -> Value:
        if _is_number(cell):
            return _tidy(cell * factor), None, None
        text = str(cell)
        value = parse(text)
        if value is None:
            return flawed(Flaw.NUMBER, cell)
        stated = factor != 1.0 and re.search(r"[kKmM]\s?(d|€|eur|$)|€|mill", text) is not None
        return _tidy(value if stated else value * factor), None, None

    return convert


def _tidy(value: float) -> float | int:
    rounded = round(float(value), 6)
    return int(rounded) if rounded.is_integer() else rounded


def integer(cell: object) -> Value:
    """A whole number: `1 250`, `35 salariés`, `environ 50`. A range is none."""
    if _is_number(cell):
        return (int(cell), None, None) if float(cell).is_integer() else flawed(Flaw.APPROXIMATE, cell, round(cell))
    value = parse(_PEOPLE.sub("", str(cell).strip()), whole=True)
    if value is None:
        return flawed(Flaw.NUMBER, cell)
    return (int(value), None, None) if value.is_integer() else flawed(Flaw.APPROXIMATE, cell, round(value))


def year(cell: object) -> Value:
    """A year, of a number or of a date."""
    if isinstance(cell, date | datetime):
        return cell.year, None, None
    found = re.search(r"\b(1[6-9]\d\d|20\d\d)\b", str(cell))
    return (int(found.group(1)), None, None) if found else flawed(Flaw.DATE, cell)


def yes_no(cell: object) -> Value:
    """True or false: VRAI, TRUE, oui, x, ✓, 1 and their contraries."""
    if isinstance(cell, bool):
        return cell, None, None
    word = str(cell).strip().casefold()
    if word in _YES:
        return True, None, None
    return (False, None, None) if word in _NO else flawed(Flaw.YES_NO, cell)


def shows_codes(values: Iterable[object]) -> bool:
    """Whether a column of bands holds INSEE codes rather than head counts: all of them are codes, and some could only be one."""
    texts = [str(value).strip().upper() for value in values]
    return (
        bool(texts)
        and all(text in BAND_CODES or text.zfill(2) in BAND_CODES for text in texts)
        and (any(text in {"NN", "00", "01", "02", "03"} for text in texts) or len(set(texts)) > 3)
    )


def band_converter(codes: bool = False) -> Callable[[object], Value]:
    """A converter to the INSEE code of a workforce band; `codes` says that the column already holds codes."""

    def convert(cell: object) -> Value:
        if isinstance(cell, date | datetime):
            return _band_of_date(cell)
        text = str(cell).strip().upper()
        if text == "NN" or text in BAND_CODES and (codes or text.startswith("0")) or codes and text.zfill(2) in BAND_CODES:
            return text.zfill(2), None, None
        if _is_number(cell):
            return _band_of(int(cell)), None, None
        return _band_of_text(str(cell))

    return convert


def _band_of(count: int) -> str:
    return next((code for code, low, high in BANDS if low <= count <= high), BANDS[-1][0]) if count >= 0 else "NN"


def _band_of_date(cell: date) -> Value:
    """Excel makes a date of `6-9`: the day and the month are the bounds again, if there is such a band."""
    for low, high in ((cell.day, cell.month), (cell.month, cell.day), (cell.month, cell.year % 100)):
        for code, first, last in BANDS:
            if (first, last) == (low, high):
                return code, None, None
    return flawed(Flaw.BAND, cell)


def _band_of_text(text: str) -> Value:
    bare = _SPACES.sub("", text.casefold()).replace("à", "a").replace("é", "e").replace("é", "e")
    found = _RANGE.search(re.sub(r"(?<=\d)\.(?=\d{3})", "", bare))
    if found:
        return _closest(text, int(found.group(1)), int(found.group(2)))
    more = _MORE.search(bare)
    if more:
        count = int(more.group(1) or more.group(2))
        return ("53", None, None) if count >= 9_999 else flawed(Flaw.BAND, text)
    if re.match(r"(aucun|sans|0)(salarie)?", bare) and not re.search(r"[1-9]", bare):
        return "00", None, None
    value = integer(text)[0] if not re.match(r"(moins|<|under|less)", bare) else None
    return (_band_of(value), None, None) if isinstance(value, int) else flawed(Flaw.BAND, text)


def _closest(text: str, low: int, high: int) -> Value:
    """The band that a range is, or that covers most of it when it lies over two; none when it lies over more."""
    overlaps = {code: min(high, last) - max(low, first) + 1 for code, first, last in BANDS}
    touched = [code for code, count in overlaps.items() if count > max(0.03 * (high - low), 0)]
    if not touched or len(touched) > 2:
        return flawed(Flaw.BAND, text)
    best = max(touched, key=lambda code: overlaps[code])
    exact = any(code == best and first == low and last in (high, high - 1) for code, first, last in BANDS)
    return (best, None, None) if exact else flawed(Flaw.APPROXIMATE, text, best)
