"""Why a cell could not be converted, or was with doubts."""

from __future__ import annotations

from enum import Enum
from typing import Any, TypeAlias


class Flaw(str, Enum):
    """The closed list; its words are in `words.py`."""

    ERROR = "error"
    FORMULA = "formula"
    DATE = "date"
    AMBIGUOUS_DATE = "ambiguous_date"
    TIME = "time"
    NUMBER = "number"
    YES_NO = "yes_no"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    SIREN = "siren"
    SIRET = "siret"
    VAT = "vat"
    CHECKSUM = "checksum"
    NAF = "naf"
    POSTCODE = "postcode"
    INSEE = "insee"
    BAND = "band"
    APPROXIMATE = "approximate"
    SEVERAL = "several"
    COORDINATE = "coordinate"
    ROUNDED = "rounded"
    TOO_LONG = "too_long"


Value: TypeAlias = "tuple[Any, Flaw | None, str | None]"
"""(value, flaw, original text). Without a flaw there is no original; with a flaw there may still be a value."""
EMPTY: Value = (None, None, None)


def flawed(flaw: Flaw, cell: object, value: Any = None) -> Value:
    """A cell that could not be converted, or only with doubts: what was made of it, why, and its text as it stood."""
    return value, flaw, str(cell)
