"""Converters of the kinds that only this application knows, beside those of the reader: closed lists, terms, countries, communes, time."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from babel import Locale

from consult.excel import ErrorCell
from consult.excel.flaws import EMPTY, Flaw, Value
from consult.excel.identifiers import city_line
from consult.excel.several import split_values
from consult.excel.text import clean_name, fold
from consult.excel.values import as_text, converter, is_nothing
from consult.exchange import separating, times
from consult.exchange.fields import Field
from consult.exchange.list_words import words_of
from consult.kernel.model import Choice
from consult.organisations.people_models import Civility

Convert = Callable[[object], Value]


def converter_of(spec: Field, header: str, sample: list[Any], date1904: bool = False, marks: tuple[str, ...] | None = None) -> Convert:
    """The converter of a field's cells. `sample` settles what one cell leaves in doubt; `marks`, if chosen, are what parts its values."""
    kind = spec.spec.kind
    if kind in ("terms", "people"):
        separators = (separating.proposed(spec, "", sample) if marks is None else marks) or ()
        return lambda cell: EMPTY if is_nothing(cell) else (tuple(split_values(cell, separators)) or None, None, None)
    if kind in times.CONVERTERS:
        return times.CONVERTERS[kind](header)
    if spec.members and kind in ("choice", "band", "civility"):
        return _of_list(spec.members, converter(kind, header=header, sample=sample) if kind == "band" else None)
    if kind == "country":
        return _country
    if kind == "commune":
        return _commune
    return converter(kind, header=header, sample=sample, date1904=date1904)


def _of_list(members: type[Choice], before: Convert | None) -> Convert:
    words = words_of(members)

    def convert(cell: object) -> Value:
        if is_nothing(cell):
            return EMPTY
        if isinstance(cell, ErrorCell):
            return None, Flaw.ERROR, str(cell)
        value, flaw, original = before(cell) if before else (as_text(cell), None, None)
        found = words.get(fold(str(value))) if value is not None else None
        return (found, flaw, original) if found is not None else (value, flaw, original)

    return convert


def civility_of(text: str) -> Choice | None:
    """The form of address that a text means, if any."""
    return words_of(Civility).get(fold(text)) if text else None


@cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("en", "fr"):
        for code, name in Locale(language).territories.items():
            if len(str(code)) == 2 and str(code).isalpha():
                found.update({fold(str(code)): str(code), fold(str(name)): str(code)})
    return {**found, "uk": "GB", "usa": "US", "etats unis d amerique": "US", "angleterre": "GB", "hollande": "NL"}


def _country(cell: object) -> Value:
    if is_nothing(cell):
        return EMPTY
    code = _countries().get(fold(as_text(cell)))
    return (code, None, None) if code else (as_text(cell), None, None)


def _commune(cell: object) -> Value:
    if is_nothing(cell):
        return EMPTY
    if isinstance(cell, ErrorCell):
        return None, Flaw.ERROR, str(cell)
    text = as_text(cell)
    return city_line(text)[1] or clean_name(text) or None, None, None
