"""Why a cell could not be converted, or was with doubts."""
from __future__ import annotations

from enum import Enum


class Flaw(str, Enum):
    """The closed list; its words are in `words.py`."""

    ERROR = "error"
    FORMULA = "formula"
    DATE = "date"
    AMBIGUOUS_DATE = "ambiguous_date"
    NUMBER = "number"
    YES_NO = "yes_no"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    SIREN = "siren"
    SIRET = "siret"
    CHECKSUM = "checksum"
    NAF = "naf"
    POSTCODE = "postcode"
    INSEE = "insee"
    BAND = "band"
    COORDINATE = "coordinate"
    ROUNDED = "rounded"
