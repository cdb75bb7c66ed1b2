"""What an answer holds, by the kind of its question: which columns, and the value as a form or a workbook takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from consult.guides.models import QuestionKind as Kind
from consult.guides.models import TaxBasis
from consult.interviews.answer_models import VALUES, Answer

NOTHING: Mapping[str, Any] = dict.fromkeys(VALUES)


class Amount(NamedTuple):
    """A sum of money: how much, in which currency, and with or without tax."""

    number: Decimal
    currency: str
    basis: TaxBasis | None = None


Value = str | Decimal | dt.date | Sequence[str] | int | Amount | None
"""What an answer may be: text; a number; a day; codes of options; the id of an organisation, a person, a term, a file; an amount."""

TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT})
NUMBERS = frozenset({Kind.NUMBER, Kind.PERCENTAGE, Kind.SCALE})
CODES = frozenset({Kind.SINGLE, Kind.MULTIPLE})
COLUMN_OF = {
    **dict.fromkeys(TEXTS, "value_text"), **dict.fromkeys(NUMBERS, "value_number"), **dict.fromkeys(CODES, "value_codes"),
    Kind.AMOUNT: "value_number", Kind.DATE: "value_date", Kind.ORGANISATION: "value_organisation_id", Kind.PERSON: "value_person_id",
    Kind.COMPONENT: "value_term_id", Kind.FILE: "value_attachment_id",
}  # fmt: skip
"""The column in which the value of each kind stands; an amount also fills currency and basis."""


MOST = Decimal(10) ** 13
BOUNDS: Mapping[Kind, tuple[Decimal, Decimal]] = {
    Kind.NUMBER: (-MOST, MOST),
    Kind.AMOUNT: (-MOST, MOST),
    Kind.PERCENTAGE: (Decimal(-1000), Decimal(1000)),
}
"""The least and the greatest value of kinds whose questions do not say them; a share may grow by more than its whole, or shrink."""


def columns(kind: Kind, value: Value) -> dict[str, Any]:
    """Return all value columns of an answer that holds `value`; all None when it is empty."""
    if value is None or value == "" or value == []:
        return dict(NOTHING)
    if isinstance(value, Amount):
        return {**NOTHING, "value_number": value.number, "value_currency": value.currency, "value_basis": value.basis}
    return {**NOTHING, COLUMN_OF[kind]: _AS_KEPT.get(kind, _as_it_is)(value)}


def value_of(kind: Kind, held: Answer | Mapping[str, Any]) -> Any:
    """Return the value that an answer, or its columns, hold, as `columns` takes it."""
    read = held.get if isinstance(held, Mapping) else lambda name: getattr(held, name)
    found = read(COLUMN_OF[kind]) if kind in COLUMN_OF else None
    if found is None:
        return None
    if kind == Kind.AMOUNT:
        return Amount(found, read("value_currency") or "EUR", read("value_basis"))
    return found[0] if kind == Kind.SINGLE else found


def texts(kind: Kind, held: Answer) -> list[str]:
    """Return what an answer holds as conditions look at it: texts, numbers as texts, codes; nothing where it has no value."""
    value = value_of(kind, held)
    if value is None:
        return []
    parts = value if isinstance(value, list) else [value.number if isinstance(value, Amount) else value]
    return [str(part) for part in parts]


def _as_it_is(value: Any) -> Any:
    return value


_AS_KEPT: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.SINGLE: lambda code: [code],
    Kind.MULTIPLE: list,
    **dict.fromkeys(NUMBERS, Decimal),
}
