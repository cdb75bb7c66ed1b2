"""What the values of a column look like: identifiers, postcodes, e-mails, dates, amounts, names of people."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time

from consult.excel.given_names import CIVILITIES, FIRST_NAMES
from consult.excel.lookwords import COUNTRIES, FIRMS, OF_THE_HOUSE, STREET
from consult.excel.text import fold
from consult.kernel import french_numbers

_DIGITS = re.compile(r"\D")
_EMAIL = re.compile(r"(mailto:)?[\w.+'%-]+@[\w-]+(\.[\w-]+)+", re.I)
_URL = re.compile(r"(https?://|www\.)[^\s]+|[\w-]+(\.[\w-]+)*\.(fr|com|org|net|eu|ch|io|info|be|de|coop|pro)(/\S*)?", re.I)
_PHONE = re.compile(r"(\+|00)?\(?\d[\d\s().\-/\u00a0\u202f]{7,18}\d")
_NAF = re.compile(r"\d{2}\.?\d{2}\s?[A-Z]\b(\s*[-–—:].*)?")
_POSTCODE = re.compile(
    r"([A-Z]{1,2}-?)?\d{2}\s?\d{2,3}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|\d{5}-\d{4}|\d{4}\s?[A-Z]{2}|\d{4}-\d{3}",
    re.I,
)
_INSEE = re.compile(r"(0[1-9]|[1-8]\d|9[0-5]|2[AB]|97\d)\d{2,3}", re.I)
_DATE = re.compile(
    r"(\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})|\d{4}-\d{2}-\d{2})([T ]\d{1,2}:\d{2}.*)?|(\d{1,2}(er)?\s)?(janv|févr?|mars|avr|mai|juin|"
    r"juil|août|sept|oct|nov|déc)\w*\.?\s\d{4}",
    re.I,
)
_AMOUNT = re.compile(r"[-−]?\s?[€$£]?\s?\d[\d\s.,\u00a0\u202f]*(k|m|md)?\s?(€|eur|euros?|chf|\$|£)?\s?(ht|ttc)?", re.I)
_MONEY = re.compile(r"€|eur|chf|\$|£|k€|m€", re.I)
_BAND = re.compile(
    r"(entre\s+)?(de\s+)?\d[\d\s\u00a0\u202f]*\s*(-|–|à|a|et|to|/)\s*\d[\d\s\u00a0\u202f]*(\s*(salari[ée]s?|employees|personnes|"
    r"pers\.?|etp|employ[ée]s))?"
    r"|(plus|moins) de \d+.*|[<>≥≤]=?\s?\d+.*|\d+\s*(salari[ée]s?)?\s*(et|ou) plus.*|\d+\+|0 salari[ée]s?|aucun salari[ée]|\d+ (ou|à) "
    r"\d+ salari[ée]s|tpe|pme|eti|ge",
    re.I,
)
_VAT = re.compile(r"(FR\s?[0-9A-Z]{2}\s?\d{3}\s?\d{3}\s?\d{3}|CHE[-\s]?\d{3}\.?\d{3}\.?\d{3}.*|(BE|DE|IT|ES|LU|NL)\s?[\dA-Z]{8,12})", re.I)
_SWISS = re.compile(r"CHE[-\s]?\d{3}[.\s]?\d{3}[.\s]?\d{3}.*", re.I)
_YES_NO = {"oui", "non", "yes", "no", "vrai", "faux", "true", "false", "o", "n", "y", "x", "✓", "✔", "☑", "☐", "1", "0", "ok"}
_SOCIAL = re.compile(r"(https?://)?([\w-]+\.)*(linkedin|facebook|instagram|twitter|x|youtube|tiktok|viadeo|github)\.com(/\S*)?", re.I)
_CODE = re.compile(r"(?=\S*\d)[A-Z\d_.-]{4,}|[\da-f-]{16,}", re.I)
_INITIALS = re.compile(r"[A-ZÉÈ](\.?\s?[A-ZÉÈ]){0,3}\.?")


def digits(value: object) -> str:
    """The digits of a cell: an integral number without decimals, a text without its spaces and points."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _DIGITS.sub("", str(value))


def _full(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value.strip()) is not None


def is_siren(value: object) -> bool:
    """Nine digits whose check digit is right."""
    return _figures_only(value) and french_numbers.is_siren(digits(value))


def is_siret(value: object) -> bool:
    """Fourteen digits whose check digit is right, or thirteen that lost a leading zero."""
    text = digits(value)
    return _figures_only(value) and len(text) in (13, 14) and french_numbers.is_siret(text.zfill(14))


def _figures_only(value: object) -> bool:
    if isinstance(value, bool | date | time):
        return False
    return not isinstance(value, str) or not re.search(r"[^\d\s.\u00a0\u202f-]", value)


def is_email(value: object) -> bool:
    """An address, or several in one cell."""
    pieces = re.split(r"[;,|/\s]+", value.strip(" ;,|/\n")) if isinstance(value, str) else []
    return bool(pieces) and all(_EMAIL.fullmatch(piece) for piece in pieces)


def is_shared_email(value: object) -> bool:
    """An address of a house, not of a person: *contact@*, *mairie@*."""
    return isinstance(value, str) and re.split(r"[@.\d_-]", value.strip().casefold().removeprefix("mailto:"), maxsplit=1)[0] in OF_THE_HOUSE


def is_phone(value: object) -> bool:
    """A French or foreign telephone number, also without its leading zero."""
    if isinstance(value, int) and not isinstance(value, bool):
        return len(str(value)) == 9 and str(value)[0] in "123456789" or str(value).startswith("33") and len(str(value)) == 11
    if not isinstance(value, str):
        return False
    text = value.strip()
    return any(
        _PHONE.fullmatch(part.strip()) and 9 <= len(digits(part)) <= 15 for part in re.split(r"\s/\s|;|\n|\bou\b", text)
    ) and not is_siret(text)


def is_postcode(value: object) -> bool:
    """A postcode of France, also as a number that lost its leading zero, or of a country around it, Britain and Canada."""
    if isinstance(value, int) and not isinstance(value, bool):
        return 1000 <= value <= 99_999
    return isinstance(value, str) and _POSTCODE.fullmatch(value.strip()) is not None


def is_insee(value: object) -> bool:
    """A commune code: five characters that begin with a department, 2A and 2B included."""
    if isinstance(value, int) and not isinstance(value, bool):
        return 1001 <= value <= 97_999
    return isinstance(value, str) and _INSEE.fullmatch(value.strip()) is not None and len(value.strip()) == 5


def is_day(value: object) -> bool:
    """A date of the sheet, or a text that reads as one."""
    return isinstance(value, date | datetime) or isinstance(value, str) and _DATE.fullmatch(value.strip()) is not None


def is_moment(value: object) -> bool:
    """A day with its time, as a machine notes it."""
    if isinstance(value, datetime):
        return bool(value.hour or value.minute)
    return isinstance(value, str) and is_day(value) and ":" in value


def is_year(value: object) -> bool:
    """A whole number that may be a year."""
    return isinstance(value, int | str) and not isinstance(value, bool) and re.fullmatch(r"(1[0-9]|20)\d\d", str(value).strip()) is not None


def is_amount(value: object) -> bool:
    """A number, or a text made of a number and perhaps a currency."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return True
    return isinstance(value, str) and _AMOUNT.fullmatch(value.strip()) is not None


def is_money(value: object) -> bool:
    """A number with a currency beside it."""
    return isinstance(value, str) and is_amount(value) and _MONEY.search(value) is not None


def is_yes_no(value: object) -> bool:
    """True, false, or one of the words and marks for them."""
    return isinstance(value, bool) or str(value).strip().casefold() in _YES_NO


def is_civility(value: object) -> bool:
    """`M.`, `Mme` and the like."""
    return isinstance(value, str) and fold(value) in CIVILITIES


def is_country(value: object) -> bool:
    """The name or code of a country that often occurs."""
    return isinstance(value, str) and fold(value) in COUNTRIES


def is_street(value: object) -> bool:
    """An address: a word such as *rue*, or a number among words."""
    if not isinstance(value, str):
        return False
    text = fold(value)
    return STREET.search(text) is not None or any(letter.isdigit() for letter in text) and len(text.split()) >= 3


def is_firm(value: object) -> bool:
    """A text with a legal form, or a word by which companies and institutions are called."""
    return isinstance(value, str) and not FIRMS.isdisjoint(fold(value).split())


def is_first_name(value: object) -> bool:
    """A given name that is common in French or around it."""
    return (
        isinstance(value, str)
        and bool(fold(value))
        and fold(value.replace("-", " ")).split()[0] in FIRST_NAMES
        and len(fold(value).split()) <= 2
    )


def is_person(value: object) -> bool:
    """Two to five words of which one is a common given name, or a civility in front."""
    if not isinstance(value, str) or len(value) > 60 or any(letter.isdigit() for letter in value):
        return False
    words = fold(value.replace("-", " ")).split()
    if not 2 <= len(words) <= 5:
        return False
    return words[0] in CIVILITIES - {"me"} or words[0] in FIRST_NAMES or words[-1] in FIRST_NAMES


def _between(low: float, high: float) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,3}[.,]\d+", value.strip()):
            value = float(value.strip().replace(",", "."))
        return isinstance(value, float) and low <= value <= high

    return check


KINDS: dict[str, Callable[[object], bool]] = {
    "email": is_email,
    "siret": is_siret,
    "siren": is_siren,
    "url": _full(_URL),
    "phone": is_phone,
    "naf": _full(_NAF),
    "vat": _full(_VAT),
    "swiss": _full(_SWISS),
    "insee": is_insee,
    "postcode": is_postcode,
    "date": is_day,
    "band": _full(_BAND),
    "latitude": _between(-90.0, 90.0),
    "longitude": _between(-180.0, 180.0),
    "yes_no": is_yes_no,
    "civility": is_civility,
    "country": is_country,
    "first_name": is_first_name,
    "person": is_person,
    "social": _full(_SOCIAL),
    "initials": _full(_INITIALS),
    "code": _full(_CODE),
    "letter": _full(re.compile(r"\w")),
    "moment": is_moment,
    "street": is_street,
    "firm": is_firm,
    "money": is_money,
    "amount": is_amount,
    "year": is_year,
}


_LOOKED_AT = 120
"""How many values of a column are looked at: more would tell no more."""


def share(check: Callable[[object], bool], values: Sequence[object]) -> float:
    """The share of the first values of which something holds."""
    sample = values[:_LOOKED_AT]
    return sum(1 for value in sample if check(value)) / len(sample) if sample else 0.0


def looks(values: Sequence[object]) -> dict[str, float]:
    """The share of the values that look like each kind, for the kinds that any of them looks like."""
    if not values:
        return {}
    shares = {kind: share(check, values) for kind, check in KINDS.items()}
    return {kind: part for kind, part in shares.items() if part > 0}
