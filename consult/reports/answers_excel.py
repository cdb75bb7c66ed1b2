"""The answers as a workbook: one line per interview, one line per answer, and the codebook that says what each column means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from consult.excel import Column, Properties, Sheet, Workbook
from consult.guides.models import QuestionKind as Kind
from consult.guides.models import QuestionVersion
from consult.interviews.answer_models import MissingCode
from consult.interviews.answer_reading import file_names
from consult.interviews.answer_values import COLUMN_OF
from consult.kernel.model import Confidentiality, now
from consult.reports import answers_reading as reading
from consult.reports.answers_reading import Asked, Chosen
from consult.reports.answers_together import WITH_NAMES
from consult.web.i18n import _, written_datetime, written_label

NUMBERS = (Kind.NUMBER, Kind.AMOUNT, Kind.PERCENTAGE, Kind.SCALE)


class _Content:
    """What is written, read once: interviews, answers by interview and question, wordings, options, names."""

    def __init__(self, chosen: Chosen, language: str) -> None:
        self.chosen, self.language = chosen, language
        self.interviews = reading.interviews(chosen)
        self.asked = [each for each in reading.questions() if not (chosen.for_partners and each.wording.kind in WITH_NAMES)]
        self.wordings, self.options = reading.wordings(), reading.options(None, language)
        self.segments, self.guides = reading.segments(), reading.guides(language)
        known = {each.id for each in self.asked}
        rows = [row for row in reading.answers(chosen) if row.question_id in known and row.interview_id in self.interviews]
        self.answers = [row for row in rows if self._is_told(row)]
        self.withheld = len(rows) - len(self.answers)
        self.files = file_names(row.value_attachment_id for row in self.answers)
        self.names = {column: self._names(column) for column in reading.NAMED}

    def _is_told(self, row: Any) -> bool:
        """What each one said is for partners only as far as its level says so: an export has no groups to hide in."""
        highest = max(row.confidentiality.rank, self.interviews[row.interview_id].confidentiality.rank)
        return not self.chosen.for_partners or highest <= Confidentiality.PARTNERS.rank

    def _names(self, column: str) -> dict[int, str]:
        ids = sorted({value for row in self.answers if (value := getattr(row, column)) is not None})
        return reading.names(column, ids, self.language)

    def value(self, row: Any) -> Any:
        """Return what a cell holds of an answer: the value, or nothing where there is none."""
        kind = self.wordings[row.question_version_id].kind
        value = getattr(row, COLUMN_OF[kind])
        if value is None:
            return None
        if kind in (Kind.SINGLE, Kind.MULTIPLE):
            labels = self.options.get(row.question_id, {})
            return " ; ".join(labels.get(code, code) for code in value)
        if COLUMN_OF[kind] in self.names:
            return self.names[COLUMN_OF[kind]].get(value, _("(not in this study)"))
        return ", ".join(self.files.get(value, ())) or _("A file") if kind == Kind.FILE else value


def workbook(study: Any, chosen: Chosen, language: str) -> tuple[BytesIO, int]:
    """Write the workbook of the interviews chosen and return it, ready to be read from its beginning, with how many answers it holds."""
    content = _Content(chosen, language)
    book = Workbook(Properties(title=study.title, subject=_("Answers"), created=now(), long_texts=_("Long texts")))
    above = [study.title, _made_for(chosen)]
    for sheet in (_wide(content, above), _long(content, above), _codebook(content, above), _left_out(content, above)):
        book.sheet(sheet)
    made = BytesIO()
    book.save(made)
    made.seek(0)
    return made, len(content.answers)


def _made_for(chosen: Chosen) -> str:
    when = written_datetime(now())
    return _("As of %(when)s. Made for partners.", when=when) if chosen.for_partners else _("As of %(when)s. For the team.", when=when)


def _wide(content: _Content, above: Sequence[str]) -> Sheet:
    columns = [Column(label, kind, width) for label, kind, width in _heads(content.chosen)]
    columns += [part for asked in content.asked for part in _columns_of(asked, content.language)]
    by_interview: dict[int, dict[int, Any]] = {}
    for row in content.answers:
        by_interview.setdefault(row.interview_id, {})[row.question_id] = row
    shown = content.interviews if not content.chosen.for_partners else by_interview
    rows = (
        [*_head(content, content.interviews[each]), *_cells(content, by_interview.get(each, {}))]
        for each in content.interviews if each in shown
    )  # fmt: skip
    return Sheet(_("One line per interview"), columns, rows, above=above)


def _heads(chosen: Chosen) -> list[tuple[str, str, float]]:
    named = [] if chosen.for_partners else [(_("Organisation"), "text", 34.0), (_("State"), "text", 14.0)]
    return [(_("Interview"), "text", 12.0), (_("Date"), "date", 12.0), *named, (_("Segment"), "text", 26.0), (_("Guide"), "text", 26.0)]


def _head(content: _Content, interview: Any) -> list[Any]:
    named = [] if content.chosen.for_partners else [interview.name, interview.state.label(content.language)]
    told = [interview.ref, interview.date, *named, content.segments.get(interview.segment_id)]
    return [*told, content.guides.get(interview.guide_id)]


def _columns_of(asked: Asked, language: str) -> Iterator[Column]:
    """One column for the value; an amount has its currency and tax beside it; each has why there is none."""
    kind, label = asked.wording.kind, asked.wording.label(language)
    currency, tax, none = _("currency"), _("tax"), _("none")
    cell = "date" if kind == Kind.DATE else "number" if kind in NUMBERS else "note" if kind == Kind.LONG_TEXT else "text"
    yield Column(asked.key, cell, None, note=label)
    if kind == Kind.AMOUNT:
        yield Column(f"{asked.key}.{currency}", width=11, note=label)
        yield Column(f"{asked.key}.{tax}", width=11, note=label)
    yield Column(f"{asked.key}.{none}", width=14, note=label)


def _cells(content: _Content, rows: Mapping[int, Any]) -> Iterator[Any]:
    for asked in content.asked:
        row = rows.get(asked.id)
        yield content.value(row) if row else None
        if asked.wording.kind == Kind.AMOUNT:
            yield row.value_currency if row else None
            yield written_label(row.value_basis) if row else None
        yield written_label(row.missing) if row else None


def _long(content: _Content, above: Sequence[str]) -> Sheet:
    columns = [Column(label, kind, width) for label, kind, width in _heads(content.chosen)] + [
        Column(_("Question"), width=24), Column(_("Wording"), "note", 48), Column(_("Answer"), "note", 48), Column(_("Unit"), width=14),
        Column(_("Without value"), width=16), *([] if content.chosen.for_partners else [Column(_("Comment"), "note", 40)]),
        Column(_("Confidentiality"), width=16),
    ]  # fmt: skip
    keys = {asked.id: asked.key for asked in content.asked}
    return Sheet(_("One line per answer"), columns, (_line(content, row, keys) for row in content.answers), above=above)


def _line(content: _Content, row: Any, keys: Mapping[int, str]) -> list[Any]:
    wording: QuestionVersion = content.wordings[row.question_version_id]
    unit = " ".join(part for part in (row.value_currency, written_label(row.value_basis)) if part) or wording.unit
    told = [
        *_head(content, content.interviews[row.interview_id]), keys[row.question_id], wording.label(content.language), content.value(row),
        unit, written_label(row.missing),
    ]  # fmt: skip
    return [*told, *([] if content.chosen.for_partners else [row.comment]), row.confidentiality.label(content.language)]


def _codebook(content: _Content, above: Sequence[str]) -> Sheet:
    columns = [
        Column(_("Question"), width=24), Column(_("Guide"), width=26), Column(_("Section"), width=26), Column(_("Wording"), "note", 60),
        Column(_("Kind"), width=20), Column(_("Unit"), width=14), Column(_("Code"), width=18), Column(_("What the code means"), "note", 48),
    ]  # fmt: skip
    return Sheet(_("Codebook"), columns, _codes(content), above=above)


def _codes(content: _Content) -> Iterator[list[Any]]:
    language = content.language
    for asked in content.asked:
        told = [
            asked.key, asked.guide.title(language), asked.section.title(language), asked.wording.label(language),
            asked.wording.kind.label(language), asked.wording.unit,
        ]  # fmt: skip
        codes = content.options.get(asked.id, {}) or _ends(asked, language)
        yield from ([*told, code, label] for code, label in (codes or {"": ""}).items())
    for missing in MissingCode:
        yield ["", "", "", _("Any question, where there is no value"), "", "", missing.value, missing.label(language)]


def _ends(asked: Asked, language: str) -> dict[str, str]:
    wording = asked.wording
    if wording.kind != Kind.SCALE:
        return {}
    return {str(wording.scale_min): wording.end("min", language) or "", str(wording.scale_max): wording.end("max", language) or ""}


def _left_out(content: _Content, above: Sequence[str]) -> Sheet:
    rows = [[line] for line in _what_is_left_out(content)]
    return Sheet(_("Left out"), [Column(_("What this workbook leaves out"), "note", 110)], rows, above=above, filter=False)


def _what_is_left_out(content: _Content) -> Iterator[str]:
    yield _("Notes and summaries of interviews, quotes, files.")
    if not content.chosen.for_partners:
        yield _("Interviews and answers above the level of whoever made this workbook.")
        return
    yield _("Answers and interviews of the levels Team and Strict: what one interview said is handed out only where its level allows it.")
    yield _("Names: organisations met, people and organisations that were answered, and comments.")
    yield _("In the tables of the application, groups of fewer than the study’s limit are hidden for partners; here nothing is counted.")
