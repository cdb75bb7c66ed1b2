"""The answers of an interview on an Excel sheet, taken along and brought back: what differs is shown before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from consult.excel import Source, Workbook
from consult.guides import field_sheet
from consult.guides.field_sheet import Given, Money
from consult.guides.models import QuestionKind as Kind
from consult.guides.outline import Outline
from consult.interviews.answer_models import MissingCode
from consult.interviews.answer_reading import shown
from consult.interviews.answer_values import Amount, columns, value_of
from consult.interviews.models import Interview
from consult.interviews.writing import Question, Sheet
from consult.kernel.errors import NotFound
from consult.kernel.text import fold
from consult.organisations import people_service
from consult.organisations import service as directory
from consult.web.i18n import lang, written_date, written_label

Pairs = list[tuple[str, str]]
NAMED = (Kind.ORGANISATION, Kind.PERSON, Kind.COMPONENT)
"""Kinds whose answers a sheet names by text."""


@dataclass(frozen=True)
class Difference:
    """A question that the sheet answers otherwise: how it stands, what the sheet says, and the fields that would say so."""

    question: Question
    now: str
    brought: str
    pairs: Pairs


def workbook(interview: Interview, sheet: Sheet, title: str) -> Workbook:
    """Return the sheet of an interview with what was answered so far."""
    whole = _whole(sheet)
    given = {number: _given(question) for number, question in sheet.questions.items() if question.held is not None}
    return field_sheet.workbook(whole, lang(), [f"{interview.ref} {title}", written_date(interview.date)], given, reasons())


def _whole(sheet: Sheet) -> Outline:
    if sheet.outline is None:
        raise NotFound
    return sheet.outline


def reasons() -> list[tuple[str, str]]:
    """Return why a question has no answer, as code and label."""
    return [(code.value, code.label(lang())) for code in MissingCode]


def differences(source: Source, sheet: Sheet) -> list[Difference]:
    """Return what a sheet that came back says otherwise, in the order of the guide. Raises what `field_sheet.read` raises."""
    whole = _whole(sheet)
    files = {number: each.text for number, each in sheet.questions.items() if each.wording.kind == Kind.FILE and each.text}
    brought = field_sheet.read(source, whole, reasons(), files)
    return [each for number, given in brought.items() if (each := _difference(sheet.questions[number], given)) is not None]


def _difference(question: Question, given: Given) -> Difference | None:
    prefix, held = f"a{question.wording.question_id}", question.held
    comment = given.comment or (held.comment if held is not None else None) or ""
    values = list(_values(question, given.value)) if given.value is not None else []
    pairs = [(f"{prefix}-{name}", value) for name, value in (*values, ("missing", given.missing or ""), ("comment", comment))]
    now = _said(question.text, written_label(held.missing) if held is not None else "", held.comment if held is not None else None)
    there = _said(_written(question, given.value), next((label for code, label in reasons() if code == given.missing), ""), comment)
    if now == there:
        return None
    level = [(f"{prefix}-strict", "y")] if question.form.strict.data else []
    return Difference(question, now, there, [*pairs, *level, (f"{prefix}-seen", str(held.version if held is not None else 0))])


def _said(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _values(question: Question, value: Any) -> Iterator[tuple[str, str]]:
    kind = question.wording.kind
    if isinstance(value, Money):
        held = value_of(kind, question.held) if question.held is not None else None
        basis = held.basis if isinstance(held, Amount) else question.wording.tax_basis
        yield from (
            ("value", str(value.number)),
            ("currency", value.currency or question.wording.currency or "EUR"),
            ("basis", basis or ""),
        )
    elif isinstance(value, list):
        yield from (("value", code) for code in value)
    else:
        yield "value", _typed(question, value)


def _typed(question: Question, value: Any) -> str:
    kind = question.wording.kind
    if kind == Kind.DATE:
        return written_date(value)
    if kind == Kind.ORGANISATION:
        return _meant(value, directory.pick(value)) or f"new:{value}"
    if kind == Kind.PERSON:
        return _meant(value, people_service.pick(value)) or value
    if kind == Kind.COMPONENT:
        return next((str(number) for number, label in question.form["value"].choices if fold(label) == fold(value)), value)
    return format(value.normalize(), "f") if kind in (Kind.NUMBER, Kind.PERCENTAGE, Kind.SCALE) else str(value)


def _meant(name: str, found: Sequence[tuple[int, str, str]]) -> str | None:
    same = [number for number, label, _hint in found if fold(label) == fold(name)]
    return str(same[0]) if len(same) == 1 else None


def _written(question: Question, value: Any) -> str:
    kind = question.wording.kind
    if kind == Kind.FILE:
        return question.text  # a sheet brings no file and takes none away
    if value is None or kind in NAMED:
        return str(value or "")
    if isinstance(value, Money):
        held = value_of(kind, question.held) if question.held is not None else None
        basis = held.basis if isinstance(held, Amount) else question.wording.tax_basis
        value = Amount(value.number, value.currency or question.wording.currency or "EUR", basis)
    return shown(question.wording, question.options, columns(kind, value))


def _given(question: Question) -> Given:
    held, kind = question.held, question.wording.kind
    if held is None:
        return Given()
    value = question.text if kind in (*NAMED, Kind.FILE) and question.text else value_of(kind, held)
    if isinstance(value, Amount):
        value = Money(value.number, value.currency)
    return Given(value, held.missing.value if held.missing else None, held.comment)
