"""How far the values of a column bear out what its header says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from consult.excel.looks import digits
from consult.excel.numbers import BAND_CODES

_YEAR = re.compile(r"(1\d|20)\d\d")
_LATE = 2015
_EXPECTED: dict[str, tuple[tuple[str, ...], float]] = {
    "email": (("email",), 0.4),
    "url": (("url",), 0.4),
    "naf": (("naf",), 0.5),
    "postcode": (("postcode",), 0.35),
    "insee": (("insee",), 0.5),
    "phone": (("phone",), 0.35),
    "date": (("date",), 0.3),
    "latitude": (("latitude",), 0.5),
    "longitude": (("longitude",), 0.5),
    "number": (("amount",), 0.4),
    "days": (("amount",), 0.4),
    "integer": (("amount", "band"), 0.4),
    "money": (("amount", "money"), 0.3),
    "civility": (("civility",), 0.4),
    "yes_no": (("yes_no",), 0.5),
    "year": (("year", "date"), 0.5),
    "vat": (("vat",), 0.3),
    "person": (("person", "first_name"), 0.25),
}
"""What the values of a kind of field look like, and from which share of them on that is believed."""
_NEVER: dict[str, tuple[str, ...]] = {
    "name": ("email", "phone", "siren", "siret", "date", "url", "amount", "yes_no", "civility", "code", "letter"),
    "first_name": ("email", "phone", "amount", "date", "yes_no", "civility", "code"),
    "last_name": ("email", "phone", "amount", "date", "url", "yes_no", "civility"),
    "commune": ("amount", "email", "phone", "date", "yes_no", "street", "url", "code"),
    "country": ("amount", "email", "date", "yes_no"),
    "address": ("email", "date", "url", "amount", "yes_no", "postcode", "phone"),
    "text": ("email", "siret", "civility"),
    "job": ("email", "siret", "phone", "civility", "amount", "date", "url", "yes_no", "firm"),
    "foreign_id": ("email", "url", "date", "yes_no"),
    "choice": ("email", "url", "phone", "date"),
    "member": ("url", "phone", "amount", "date", "yes_no"),
    "terms": ("email", "siret", "phone", "date", "amount", "yes_no", "url"),
    "people": ("email", "siret", "phone", "date", "amount", "yes_no"),
    "note": ("amount", "url", "email", "phone", "date", "siret"),
    "band": ("email", "url", "date"),
    "person": ("email", "phone", "url", "amount", "date", "yes_no", "initials", "civility"),
    "url": ("social",),
    "year": ("moment",),
}
"""What the values of a kind of field never look like."""


def weighed(kind: str, score: float, shares: dict[str, float], values: Sequence[object]) -> float:
    """The score of a kind of field for a column, with what its values say for it or against it."""
    if not values:
        return min(score, 0.9)
    before = score
    if kind in ("siren", "siret"):
        score = _identifier(score, kind, values)
    elif kind in _EXPECTED:
        expected, least = _EXPECTED[kind]
        share = max(shares.get(look, 0.0) for look in expected)
        score = min(0.99, score + 0.04) if share >= max(0.6, least) else score if share >= least else score * 0.45
    score += _leaning(kind, before, shares)
    if kind == "band" and shares.get("band", 0.0) < 0.3 and any(_is_head_count(value) for value in values[:200]):
        score *= 0.45
    if kind in ("band", "integer") and are_band_codes(values):
        score = min(0.99, score + 0.15) if kind == "band" else score * 0.6
    if kind == "year" and _is_of_late(values):
        score *= 0.45
    if any(shares.get(look, 0.0) > 0.6 for look in _NEVER.get(kind, ())):
        score *= 0.45
    return score


def _leaning(kind: str, score: float, shares: dict[str, float]) -> float:
    """What values say that could be of the kind, but look more like another."""
    if kind in ("name", "last_name") and shares.get("person", 0.0) >= 0.6 and score > 0.8:
        return -0.15
    if kind == "last_name" and shares.get("firm", 0.0) >= 0.3:
        return -0.3
    if kind == "address" and shares.get("street", 0.0) < 0.2:
        return -0.1
    if kind == "band":
        return 0.04 if shares.get("band", 0.0) >= 0.6 else -0.1 if shares.get("band", 0.0) < 0.3 else 0.0
    if kind == "integer" and shares.get("band", 0.0) >= 0.6 and shares.get("amount", 0.0) < 0.4:
        return -0.15
    return 0.0


def _is_head_count(value: object) -> bool:
    """Whether a number is too great to be the code of a band, the last of which is 53."""
    return digits(value) == str(value).strip() and int(digits(value) or 0) > 53


def are_band_codes(values: Sequence[object]) -> bool:
    """Whether a column holds the codes of bands as INSEE writes them, and not head counts: enough values, every one of them a code."""
    texts = [str(value).strip().upper().zfill(2) for value in values[:200]]
    return len(texts) >= 8 and len(set(texts)) >= 3 and BAND_CODES.issuperset(texts)


def _is_of_late(values: Sequence[object]) -> bool:
    """Whether all years are of a short time not long ago: days on which rows were noted, not on which companies were founded."""
    years = [int(found.group()) for value in values[:200] if (found := _YEAR.search(str(value)))]
    return len(years) >= 5 and max(years) - min(years) <= 3 and max(years) >= _LATE


def _identifier(score: float, kind: str, values: Sequence[object]) -> float:
    """SIREN and SIRET are told apart by their length, whatever the header says."""
    lengths = {"siren": (8, 9), "siret": (13, 14)}[kind]
    sample = values[:200]
    share = sum(1 for value in sample if len(digits(value)) in lengths) / len(sample)
    return min(0.99, score + 0.04) if share >= 0.6 else score if share >= 0.3 else score * 0.4
