"""One interview's answers on a sheet: written for whoever works in Excel on the way, and read back by the questions' ids.

book = workbook(outline, lang, above=["INT-0042 Ateliers du Val"], given={7: Given("Horlogerie")}, missing=[("refuses", "Refus")])
answers = read(source, outline, missing)        # {question id: Given}; raises Unreadable with the cells to mend
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from consult.excel import Column, Properties, Sheet, Source, Workbook, converter
from consult.excel.child.sink import letters
from consult.excel.values import as_text
from consult.guides.cells import Fault
from consult.guides.columns import LONG_TEXTS
from consult.guides.models import QuestionKind
from consult.guides.outline import Asked, Outline
from consult.guides.reading import Unreadable
from consult.guides.wording import CURRENCIES
from consult.kernel.errors import Refused
from consult.kernel.model import LABEL, NAME, NOTE
from consult.kernel.text import clean, fold, squeeze

SEPARATOR = ";"
MARK = "question_id"
"""The header of the hidden column by which a sheet that was filled in is known again."""
WORDS = {
    "fr": ("N°", "Question", "Comment répondre", "Réponse", "Sans réponse", "Commentaire"),
    "en": ("No.", "Question", "How to answer", "Answer", "No answer", "Comment"),
}
HINTS: Mapping[str, Mapping[QuestionKind, str]] = {
    "fr": {
        QuestionKind.SINGLE: "Choisir une réponse de la liste.", QuestionKind.MULTIPLE: "Une ou plusieurs, séparées par « ; » :",
        QuestionKind.DATE: "jj/mm/aaaa", QuestionKind.PERCENTAGE: "En pour cent : 12,5 pour 12,5 %.",
        QuestionKind.PERSON: "Prénom et nom.", QuestionKind.ORGANISATION: "Nom de l’organisation.",
        QuestionKind.COMPONENT: "Un terme de la liste.", QuestionKind.FILE: "Joindre le fichier dans Consult.",
    },
    "en": {
        QuestionKind.SINGLE: "Choose an answer of the list.", QuestionKind.MULTIPLE: "One or several, parted by “;”:",
        QuestionKind.DATE: "dd/mm/yyyy", QuestionKind.PERCENTAGE: "In per cent: 12.5 for 12.5 %.",
        QuestionKind.PERSON: "First and last name.", QuestionKind.ORGANISATION: "Name of the organisation.",
        QuestionKind.COMPONENT: "A term of the list.", QuestionKind.FILE: "Add the file in Consult.",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Money:
    """An amount as it was typed: how much, and the currency if the cell names one."""

    number: Decimal
    currency: str | None = None


@dataclass(frozen=True)
class Given:
    """What a sheet says of one question. `value` is a text, a Decimal, a date, Money, a code, a list of codes, or None.

    An organisation, a person and a term are named by their text; which record is meant is for the caller to say.
    """

    value: Any = None
    missing: str | None = None
    comment: str | None = None


def workbook(
    whole: Outline, lang: str, above: Sequence[str] = (), given: Mapping[int, Given] | None = None, missing: Sequence[tuple[str, str]] = ()
) -> Workbook:
    """Return the sheet of a version in a language; `missing` are the codes and labels of why there is no answer."""
    title = f"{whole.guide.code} v{whole.version.number}"
    lines = [whole.guide.title(lang), *above]
    columns = _columns(lang, [label for _code, label in missing])
    rows = [_row(asked, lang, (given or {}).get(asked.question_id, Given()), dict(missing)) for asked in whole.items]
    offered = {(n, 4): [o.label(lang) for o in a.options] for n, a in enumerate(whole.items) if a.wording.kind == QuestionKind.SINGLE}
    book = Workbook(Properties(title=lines[0], long_texts=LONG_TEXTS))
    return book.sheet(Sheet(title, columns, rows, above=lines, filter=False, choices_at=offered))


def _columns(lang: str, missing: Sequence[str]) -> list[Column]:
    number, question, how, answer, none, comment = WORDS[lang]
    return [
        Column(MARK, "integer", hidden=True), Column(number, "text", 7.0), Column(question, "note", 52.0), Column(how, "note", 34.0),
        Column(answer, "note", 40.0), Column(none, "text", 18.0, choices=missing), Column(comment, "note", 34.0),
    ]  # fmt: skip


def _row(asked: Asked, lang: str, given: Given, missing: Mapping[str, str]) -> list[Any]:
    label = asked.wording.label(lang) + (" *" if asked.wording.required else "")
    cells = [asked.question_id, asked.number, label, hint(asked, lang), _written(given.value, asked, lang)]
    return [*cells, missing.get(given.missing or "", ""), given.comment or ""]


def hint(asked: Asked, lang: str) -> str:
    """Return how a question is answered in a cell."""
    wording = asked.wording
    parts = [HINTS[lang].get(wording.kind, "")]
    if wording.kind == QuestionKind.MULTIPLE:
        parts.append(f" {SEPARATOR} ".join(option.label(lang) for option in asked.options))
    if wording.kind == QuestionKind.SCALE:
        steps = ((wording.scale_min, wording.end("min", lang)), (wording.scale_max, wording.end("max", lang)))
        ends = ", ".join(f"{step} = {end}" for step, end in steps if end)
        parts.append(f"{wording.scale_min} – {wording.scale_max}" + (f" ({ends})" if ends else ""))
    parts += [wording.unit or "", wording.currency or "", wording.tax_basis.label(lang) if wording.tax_basis else ""]
    return " ".join(part.strip() for part in parts if part.strip())


def _written(value: Any, asked: Asked, lang: str) -> Any:
    if value is None:
        return ""
    if asked.wording.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        codes = [value] if isinstance(value, str) else value
        return f" {SEPARATOR} ".join(option.label(lang) if (option := asked.option(code)) else code for code in codes)
    if isinstance(value, Money):
        plain = value.currency in (None, asked.wording.currency)
        return value.number if plain else f"{value.number} {value.currency}"
    return value


def read(
    source: Source, whole: Outline, missing: Sequence[tuple[str, str]] = (), files: Mapping[int, str] | None = None
) -> dict[int, Given]:
    """Return what a filled sheet says of each question that it answers. Raises Unreadable: all of it is read, or nothing.

    `files` are the names that the sheet was given of files: they may stand there, and are no answer of the sheet's own.
    """
    faults: list[Fault] = []
    found: dict[int, Given] = {}
    codes = {fold(word): code for code, label in missing for word in (code, label)}
    sheet, first, rows = _table(source)
    for number, row in rows:
        asked = whole.by_question.get(_identity(row[first]))
        if asked is None:
            faults.append(Fault(sheet, f"{letters(first)}{number}", Refused("sheet_other_guide")))
            continue
        cells = list(row[first:])
        if asked.question_id in (files or {}) and squeeze(as_text(cells[4])) == (files or {})[asked.question_id]:
            cells[4] = ""
        given, refused = _given(asked, cells, codes)
        faults += [Fault(sheet, f"{letters(first + place)}{number}", why) for place, why in refused]
        if given != Given():
            found[asked.question_id] = given
    if faults:
        raise Unreadable(faults)
    return found


def _table(source: Source) -> tuple[str, int, list[tuple[int, list[Any]]]]:
    for info in source.sheets:
        if info.unreadable or info.too_large:
            continue
        rows = list(enumerate(source.rows(info), 1))
        for at, (_number, row) in enumerate(rows):
            if MARK in row:
                first = row.index(MARK)
                wide = [(number, [*each, *[""] * (first + 7 - len(each))]) for number, each in rows[at + 1 :]]
                return info.name, first, [(number, each) for number, each in wide if as_text(each[first]).strip()]
    raise Unreadable([Fault(source.sheets[0].name, "A1", Refused("no_field_sheet"))])


def _identity(cell: Any) -> int:
    text = as_text(cell).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _given(asked: Asked, row: Sequence[Any], codes: Mapping[str, str]) -> tuple[Given, list[tuple[int, Refused]]]:
    """What a row says, and which of its cells cannot be taken."""
    value: Any = None
    refused: list[tuple[int, Refused]] = []
    try:
        value = answer(asked, row[4])
    except Refused as refusal:
        refused.append((4, refusal))
    text = squeeze(as_text(row[5]))
    reason = codes.get(fold(text)) if text else None
    if text and reason is None:
        refused.append((5, Refused("cell_choice", text=text[:60], choices=", ".join(sorted(set(codes.values()))))))
    if reason is not None and value is not None:
        refused.append((5, Refused("answer_and_reason")))
    comment = clean(as_text(row[6])).strip()[:NOTE] or None
    return Given(value, reason, comment), refused


def answer(asked: Asked, cell: Any) -> Any:
    """Return what a cell answers to a question, by its kind; None when it is empty. Raises Refused that says what to type instead."""
    if not as_text(cell).strip():
        return None
    return _READ[asked.wording.kind](cell, asked)


def _text(longest: int) -> Callable[[Any, Asked], Any]:
    def read_text(cell: Any, _asked: Asked) -> str | None:
        text = clean(as_text(cell)).strip() if longest == NOTE else squeeze(as_text(cell))
        if text and len(text) > longest:
            raise Refused("cell_long", most=longest)
        return text

    return read_text


def _number(cell: Any, _asked: Asked) -> Decimal:
    bare = "".join(as_text(cell).replace("%", "").split()).replace(",", ".")
    try:
        number = Decimal(bare)
    except InvalidOperation as error:
        raise Refused("cell_amount", text=as_text(cell)[:60]) from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 13:
        raise Refused("cell_amount", text=as_text(cell)[:60])
    return round(number, 4)


def _scale(cell: Any, asked: Asked) -> Decimal:
    number, wording = _number(cell, asked), asked.wording
    low, high = wording.scale_min or 0, wording.scale_max or 0
    if number != number.to_integral_value() or not low <= number <= high:
        raise Refused("cell_scale", low=low, high=high)
    return number


def _money(cell: Any, asked: Asked) -> Money:
    text = as_text(cell).upper().replace("€", "EUR")
    named = next((code for code in CURRENCIES if code in text), None)
    return Money(_number(text.replace(named, "") if named else text, asked), named)


def _date(cell: Any, _asked: Asked) -> dt.date:
    value, flaw, _original = converter("date", header="", sample=[])(cell)
    if flaw is not None or not isinstance(value, dt.date):
        raise Refused("cell_date", text=as_text(cell)[:60])
    return value


def _code(text: str, asked: Asked) -> str:
    wanted = fold(text)
    for option in asked.options:
        if text == option.code or wanted in (fold(option.label_fr), fold(option.label_en), fold(option.code)):
            return option.code
    raise Refused("cell_choice", text=text[:60], choices=", ".join(option.label_fr for option in asked.options[:20]))


def _codes(cell: Any, asked: Asked) -> list[str]:
    whole = as_text(cell)
    parts = [part for piece in whole.replace("\n", SEPARATOR).split(SEPARATOR) if (part := squeeze(piece))]
    return list(dict.fromkeys(_code(part, asked) for part in parts))


def _file(_cell: Any, _asked: Asked) -> None:
    raise Refused("cell_file")


_READ: Mapping[QuestionKind, Callable[[Any, Asked], Any]] = {
    QuestionKind.TEXT: _text(LABEL), QuestionKind.LONG_TEXT: _text(NOTE), QuestionKind.NUMBER: _number,
    QuestionKind.PERCENTAGE: _number, QuestionKind.SCALE: _scale, QuestionKind.AMOUNT: _money, QuestionKind.DATE: _date,
    QuestionKind.SINGLE: lambda cell, asked: _code(squeeze(as_text(cell)) or "", asked), QuestionKind.MULTIPLE: _codes,
    QuestionKind.ORGANISATION: _text(NAME), QuestionKind.PERSON: _text(NAME), QuestionKind.COMPONENT: _text(NAME),
    QuestionKind.FILE: _file,
}  # fmt: skip
