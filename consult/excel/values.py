"""From a cell to a value: one converter per field, made once for a column and called for every cell.

A converter gives (value, flaw, original). What cannot be converted has no value, the flaw that says why, and the text as it stood, so
that nothing is lost; an identifier whose
check digit is wrong keeps its value beside the flaw.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time

from consult.excel import identifiers, numbers
from consult.excel.cells import ErrorCell, FormulaCell
from consult.excel.dates import day_converter, month_first
from consult.excel.flaws import EMPTY, Flaw, Value, flawed
from consult.excel.text import clean_name, clean_note, is_blank

Converter = Callable[[object], Value]
_NOTHING = frozenset("null n/a na n.a. n.a néant neant none nan - -- --- – — / . (vide) #n/a nil".split()) | {
    "non renseigné",
    "non renseignee",
    "sans objet",
    "non communiqué",
}
_NOTHING_MORE = (
    _NOTHING
    | frozenset("nc n.c. n.c nr n.r. nd n.d. nsp ? ?? inconnu aucun aucune so s.o. x0".split())
    | {"non connu", "à compléter", "non disponible"}
)
_EXCEL_ERROR = re.compile(
    r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|VALEUR!|NOM\?|NOMBRE!|NUL!|SPILL!|CALC!|GETTING_DATA|CONNECT!|BLOCKED!|FIELD!)$", re.I
)
_CACHED = 2_000


def converter(kind: str, *, header: str = "", sample: Sequence[object] = (), date1904: bool = False) -> Converter:
    """The converter for a kind of field (see `FieldSpec`). `header` may state a unit, `sample` are values of the column that settle what
    one cell leaves in doubt:
    the order of day and month, codes or head counts, French postcodes or others."""
    inner = _inner(kind, header, sample, date1904)
    nothing = _NOTHING if kind in ("name", "text", "job", "note", "address", "last_name", "first_name") else _NOTHING_MORE
    known: dict[str, Value] = {}

    def convert(cell: object) -> Value:
        if type(cell) is str:
            found = known.get(cell)
            if found is None:
                found = _of_text(cell, inner, nothing)
                if len(known) < _CACHED:
                    known[cell] = found
            return found
        if isinstance(cell, ErrorCell | FormulaCell):
            return flawed(Flaw.ERROR if isinstance(cell, ErrorCell) else Flaw.FORMULA, cell)
        return EMPTY if cell is None else inner(cell)

    return convert


def _of_text(cell: str, inner: Converter, nothing: frozenset[str]) -> Value:
    if not cell or is_blank(cell) or cell.strip().casefold() in nothing:
        return EMPTY
    if cell[0] == "#" and _EXCEL_ERROR.match(cell.strip()):
        return flawed(Flaw.ERROR, cell)
    return inner(cell)


def is_nothing(cell: object) -> bool:
    """Whether a cell says that there is nothing to say: blank, NULL, N/A, néant, a dash."""
    return is_blank(cell) or isinstance(cell, str) and cell.strip().casefold() in _NOTHING


def _inner(kind: str, header: str, sample: Sequence[object], date1904: bool) -> Converter:
    made: dict[str, Callable[[], Converter]] = {
        "date": lambda: day_converter(date1904=date1904, american=month_first(sample)),
        "band": lambda: numbers.band_converter(numbers.shows_codes(sample)),
        "number": lambda: numbers.number_converter(numbers.unit_of(header)),
        "money": lambda: numbers.number_converter(numbers.unit_of(header)),
        "postcode": lambda: identifiers.postcode_converter(identifiers.five_digits(sample) if sample else True),
    }
    return made[kind]() if kind in made else _PLAIN.get(kind, name)


def name(cell: object) -> Value:
    """A one-line text: single spaces, composed accents."""
    return (clean_name(as_text(cell)) or None), None, None


def note(cell: object) -> Value:
    """A text of several lines, as typed."""
    return (clean_note(as_text(cell)).strip() or None), None, None


def as_text(cell: object) -> str:
    """A cell as the text it shows: whole numbers without decimals, dates as 2024-03-09, truth as oui or non would be asked of no one:
    `VRAI` and `FAUX`."""
    if isinstance(cell, str):
        return str(cell)
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes" if not cell.second else "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


def coordinate(cell: object) -> Value:
    """Degrees with decimals, point or comma."""
    text = as_text(cell).strip().replace(",", ".").rstrip("°")
    try:
        value = float(text)
    except ValueError:
        return flawed(Flaw.COORDINATE, cell)
    return (value, None, None) if -180 <= value <= 180 else flawed(Flaw.COORDINATE, cell)


_PLAIN: dict[str, Converter] = {
    "text": name,
    "name": name,
    "job": name,
    "foreign_id": name,
    "note": note,
    "email": identifiers.email,
    "phone": identifiers.phone,
    "url": identifiers.url,
    "siren": identifiers.siren,
    "siret": identifiers.siret,
    "vat": identifiers.vat,
    "naf": identifiers.naf,
    "insee": identifiers.insee,
    "commune": identifiers.commune,
    "integer": numbers.integer,
    "year": numbers.year,
    "yes_no": numbers.yes_no,
    "latitude": coordinate,
    "longitude": coordinate,
    "terms": note,
    "address": note,
}
