"""A guide as a workbook: sections, questions and options on a sheet each, with drop-downs; `reading` makes a guide of it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from consult.excel import Column, Properties, Sheet, Workbook
from consult.guides.columns import LONG_TEXTS, OPTIONS, QUESTIONS, SECTIONS, Field, YesNo
from consult.guides.plain import PlainSection


def workbook(title: str, sections: Sequence[PlainSection], lang: str) -> Workbook:
    """Return the workbook of a guide, its headers and drop-downs in a language."""
    book = Workbook(Properties(title=title, long_texts=LONG_TEXTS))
    for name, fields, rows in (
        ("Sections", SECTIONS, _sections(sections)),
        ("Questions", QUESTIONS, _questions(sections)),
        ("Options", OPTIONS, _options(sections)),
    ):
        book.sheet(Sheet(name, [_column(field, lang) for field in fields], _cells(rows, fields, lang)))
    return book


def _column(field: Field, lang: str) -> Column:
    kind = "note" if field.note else "integer" if field.number else "text"
    note = field.help_fr if lang == "fr" else field.help_en
    return Column(field.header(lang), kind, choices=field.choices(lang), note=note)


def _cells(rows: Iterable[Mapping[str, Any]], fields: Sequence[Field], lang: str) -> Iterator[list[Any]]:
    for row in rows:
        yield [_cell(field, row.get(field.name), lang) for field in fields]


def _cell(field: Field, value: Any, lang: str) -> Any:
    if isinstance(value, bool):
        value = YesNo.YES if value else YesNo.NO
    if field.members and value is not None:
        return field.members(value).label(lang)
    return "" if value is None else value


def _sections(sections: Sequence[PlainSection]) -> Iterator[dict[str, Any]]:
    for number, section in enumerate(sections, 1):
        yield {"number": number, **section.facts, **_condition(section.facts.get("condition"))}


def _questions(sections: Sequence[PlainSection]) -> Iterator[dict[str, Any]]:
    for number, section in enumerate(sections, 1):
        for question in section.questions:
            yield {"section": number, "key": question.key, **question.wording, **_condition(question.condition)}


def _options(sections: Sequence[PlainSection]) -> Iterator[dict[str, Any]]:
    for section in sections:
        for question in section.questions:
            for code, french, english in question.options:
                yield {"key": question.key, "code": code, "label_fr": french, "label_en": english}


def _condition(condition: Mapping[str, Any] | None) -> dict[str, Any]:
    if not condition:
        return {}
    return {"condition_question": condition["question"], "condition_test": condition["is"], "condition_value": condition.get("value")}
