"""Whether a value fits its field, what has to be said of it, and where it goes in what a row says."""

from __future__ import annotations

from typing import Any

from consult.excel.flaws import Flaw
from consult.excel.identifiers import code_and_label
from consult.excel.several import split_person
from consult.excel.text import fold
from consult.excel.values import as_text
from consult.exchange.converters import civility_of
from consult.exchange.fields import CIVILITY, FIRST_NAME, LAST_NAME, PERSON_EMAIL, PERSON_PHONE, Field
from consult.exchange.list_words import narrower
from consult.exchange.references import Names
from consult.kernel.changes import Given, Note
from consult.kernel.model import Choice

_TEXT_BESIDE = (Flaw.SEVERAL, Flaw.APPROXIMATE, Flaw.AMBIGUOUS_DATE, Flaw.ROUNDED)
_LISTS = {"person_email": PERSON_EMAIL, "person_phone": PERSON_PHONE}
"""Fields of which a person has several: each mapped column adds to one list."""


def says_more(spec: Field, flaw: Flaw | None, cell: Any) -> bool:
    """Whether a cell says more than the value made of it, so that its text is kept beside: a doubt, a narrower word than the list has, or
    the label after a code."""
    if flaw in _TEXT_BESIDE or (spec.members and fold(as_text(cell)) in narrower(spec.members)):
        return True
    parts = code_and_label(cell) if spec.spec.kind == "naf" else None
    return bool(parts and parts[1])


def doubt(spec: Field, flaw: Flaw, original: str | None, kept: bool) -> Note:
    """What is said of a cell that could not be converted, or only with doubts."""
    values = {"field": spec.name, "text": (original or "")[:120], "flaw": flaw.value}
    if flaw in (Flaw.ERROR, Flaw.FORMULA):
        return Note("cell_error" if flaw is Flaw.ERROR else "set_aside", values)
    return Note("doubtful" if kept else "set_aside", values)


def fitted(spec: Field, value: Any, names: Names, notes: list[Note]) -> Any:
    """A value as its field keeps it; None when it does not fit, which is added to the notes."""
    if spec.reference:
        value = _meant(spec, value, names, notes)
    elif spec.terms:
        value = names.terms_of(spec.terms, value)
    elif spec.members and not isinstance(value, Choice):
        notes.append(Note("not_in_list", {"field": spec.name, "text": str(value)[:120]}))
        return None
    return value if value is None or has_room(spec, value, notes) else None


def _meant(spec: Field, value: Any, names: Names, notes: list[Note]) -> str | None:
    found = names.meant(spec.reference, str(value))
    if found is None:
        notes.append(Note(f"unknown_{spec.reference}", {"field": spec.name, "text": str(value)[:120]}))
    return found


def has_room(spec: Field, value: Any, notes: list[Note]) -> bool:
    """Whether a field can keep a value; why not is added to the notes."""
    if spec.longest and isinstance(value, str) and not isinstance(value, Choice) and len(value) > spec.longest:
        notes.append(Note("too_long", {"field": spec.name, "limit": spec.longest}))
        return False
    if spec.between and not spec.between[0] <= value <= spec.between[1]:
        low, high = spec.between
        notes.append(Note("out_of_bounds", {"field": spec.name, "text": str(value)[:120], "low": low, "high": high}))
        return False
    return not (isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**31)


def place_of(spec: Field) -> tuple[str, bool]:
    """The field that the values of a column go into, and whether they are united there with those of other columns."""
    return (_LISTS[spec.table], True) if spec.table in _LISTS else (spec.spec.refers or spec.name, False)


def put(spec: Field, value: Any, given: Given) -> None:
    """Write a value into what a row says: a whole name into its parts, what there may be several of into a list."""
    if spec.spec.kind == "person":
        civility, first, last = split_person(value)
        found = {CIVILITY: civility_of(civility), FIRST_NAME: first or None, LAST_NAME: last or None}
        given.values.update({name: each for name, each in found.items() if each is not None and name not in given.values})
        return
    name, united = place_of(spec)
    if spec.spec.kind == "email":
        value = value.lower()
    if united:
        value = (value,)
    if isinstance(value, tuple):
        value = tuple(dict.fromkeys((*given.values.get(name, ()), *value)))
    given.values[name] = value
