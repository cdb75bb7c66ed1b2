"""One question with all its answers read together, whatever the guide or the wording in which it was asked."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from consult.guides.models import QuestionKind as Kind
from consult.guides.models import QuestionVersion
from consult.interviews.answer_models import MissingCode
from consult.interviews.answer_reading import file_names
from consult.interviews.answer_values import COLUMN_OF, TEXTS
from consult.kernel.model import Confidentiality
from consult.reports import answers_counting as counting
from consult.reports import answers_reading as reading
from consult.reports.answers_counting import Block, Given, Line
from consult.reports.answers_reading import Asked, Chosen
from consult.web.i18n import _, lang, written_label, written_number

NOT_FILLED = "not_filled"
NO_GROUP = "0"
LISTED = frozenset({*TEXTS, Kind.FILE})
WITH_NAMES = frozenset({Kind.ORGANISATION, Kind.PERSON, Kind.FILE})
"""Kinds whose values name somebody: none of them is for partners."""


@dataclass(frozen=True)
class Said:
    """A text that was answered, with the interview in which it was."""

    interview: Any
    text: str
    comment: str | None


@dataclass(frozen=True)
class Together:
    """A question read together: tables of values that can be compared, texts, what has no value, and what is not shown."""

    asked: Asked
    groups: dict[str, str]
    blocks: list[Block]
    texts: list[Said]
    missing: Block
    interviews: dict[int, Any]
    answered: int
    other_kind: int
    withheld: bool

    def without_value(self, code: str) -> Line | None:
        """Return the interviews that have no value for a reason."""
        return next((line for line in self.missing.lines if line.code == code), None)


def read(asked: Asked, chosen: Chosen, k: int) -> Together:
    """Read a question together over the interviews chosen."""
    interviews = reading.interviews(chosen)
    groups = group_names(interviews, chosen)
    rows = [row for row in reading.answers(chosen, asked.id) if row.interview_id in interviews]
    worded, kind = reading.wordings(asked.id), asked.wording.kind
    valued = [row for row in rows if row.missing is None and getattr(row, COLUMN_OF[worded[row.question_version_id].kind]) is not None]
    same = [row for row in valued if _compares(worded[row.question_version_id].kind, kind)]
    withheld = chosen.for_partners and kind in WITH_NAMES
    blocks = [] if withheld or kind in LISTED else _blocks(asked, same, worded, interviews, chosen)
    missing = _missing(asked, rows, interviews, chosen)
    if chosen.for_partners:
        for table in (*blocks, missing):
            counting.mask(table, list(groups), k)
    texts = [] if withheld else _texts(same, interviews, chosen) if kind in LISTED else []
    return Together(asked, groups, blocks, texts, missing, interviews, len(same), len(valued) - len(same), withheld)


def group_of(interview: Any, chosen: Chosen) -> str:
    """Return the group in which an interview is counted."""
    return str((interview.guide_id if chosen.by == "guide" else interview.segment_id) or NO_GROUP)


def group_names(interviews: dict[int, Any], chosen: Chosen) -> dict[str, str]:
    """Return the groups that the interviews chosen are of, in their order."""
    named = reading.guides(lang()) if chosen.by == "guide" else reading.segments()
    present = {group_of(row, chosen) for row in interviews.values()}
    known = {str(key): label for key, label in named.items() if str(key) in present}
    none = {NO_GROUP: _("Without guide") if chosen.by == "guide" else _("Without segment")} if NO_GROUP in present else {}
    return known | none


def _compares(one: Kind, other: Kind) -> bool:
    alike = ({Kind.TEXT, Kind.LONG_TEXT}, {Kind.SINGLE, Kind.MULTIPLE})
    return one == other or any({one, other} <= kinds for kinds in alike)


def _blocks(
    asked: Asked, rows: Sequence[Any], worded: dict[int, QuestionVersion], interviews: dict[int, Any], chosen: Chosen
) -> list[Block]:
    kind = asked.wording.kind
    given = [
        Given(row.interview_id, group_of(interviews[row.interview_id], chosen), getattr(row, COLUMN_OF[kind]), _alike(kind, row, worded))
        for row in rows
    ]
    return [_block(asked, alike, some, worded) for alike, some in counting.comparable(given).items()]


def _alike(kind: Kind, row: Any, worded: dict[int, QuestionVersion]) -> Hashable:
    """Return what makes values comparable, in words: the currency and tax of an amount, the unit of a number, the bounds of a scale."""
    wording = worded[row.question_version_id]
    if kind == Kind.AMOUNT:
        return " ".join(part for part in (row.value_currency, written_label(row.value_basis)) if part)
    if kind == Kind.SCALE:
        return f"{wording.scale_min}–{wording.scale_max}"
    return "%" if kind == Kind.PERCENTAGE else (wording.unit or "") if kind == Kind.NUMBER else ""


def _block(asked: Asked, alike: Hashable, given: list[Given], worded: dict[int, QuestionVersion]) -> Block:
    kind = asked.wording.kind
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        labels = reading.options(asked.id, lang()).get(asked.id, {})
        several = kind == Kind.MULTIPLE or any(len(each.value) > 1 for each in given)
        return counting.block(alike, given, counting.by_code(given, labels), adds_up=not several)
    if kind == Kind.SCALE:
        low, high = (int(part) for part in str(alike).split("–"))
        ends = (asked.wording.end("min", lang()) or "", asked.wording.end("max", lang()) or "")
        return counting.block(alike, given, counting.by_degree(given, low, high, ends), numbers=True)
    if kind == Kind.DATE:
        return counting.block(alike, given, counting.by_period(given))
    if kind in (Kind.NUMBER, Kind.AMOUNT, Kind.PERCENTAGE):
        return counting.block(alike, given, counting.by_number(given, _written), numbers=True)
    column = COLUMN_OF[kind]
    named = reading.names(column, sorted({each.value for each in given}), lang())
    coded = [Given(each.interview_id, each.group, [str(each.value)]) for each in given]
    labels = {str(value): named.get(value, _("(not in this study)")) for value in {each.value for each in given}}
    return counting.block(alike, coded, counting.most_frequent(counting.by_code(coded, labels)))


def _written(number: Decimal) -> str:
    return written_number(number.normalize())


def _missing(asked: Asked, rows: Sequence[Any], interviews: dict[int, Any], chosen: Chosen) -> Block:
    """Return the table of interviews without a value, by reason; those that were to be asked and say nothing are not filled in."""
    lines = {code.value: Line(code.value, code.label(lang())) for code in MissingCode}
    lines[NOT_FILLED] = Line(NOT_FILLED, _("Not filled in"))
    with_value = set()
    for row in rows:
        if row.missing is not None:
            lines[row.missing.value].by_group.setdefault(group_of(interviews[row.interview_id], chosen), []).append(row.interview_id)
        if row.missing is not None or any(getattr(row, column) is not None for column in COLUMN_OF.values()):
            with_value.add(row.interview_id)
    for interview in interviews.values():
        if interview.guide_version_id in asked.versions and interview.id not in with_value:
            lines[NOT_FILLED].by_group.setdefault(group_of(interview, chosen), []).append(interview.id)
    return Block("missing", list(lines.values()), {})


def _texts(rows: Sequence[Any], interviews: dict[int, Any], chosen: Chosen) -> list[Said]:
    shown = [row for row in rows if not chosen.for_partners or _is_for_partners(row, interviews[row.interview_id])]
    files = file_names(row.value_attachment_id for row in shown)
    said = [
        Said(
            interviews[row.interview_id],
            row.value_text or ", ".join(files.get(row.value_attachment_id, ())) or _("A file"),
            None if chosen.for_partners else row.comment,
        )
        for row in shown
    ]
    return sorted(said, key=lambda each: (each.interview.date, each.interview.id), reverse=True)


def _is_for_partners(row: Any, interview: Any) -> bool:
    return max(row.confidentiality.rank, interview.confidentiality.rank) <= Confidentiality.PARTNERS.rank


@dataclass(frozen=True)
class Count:
    """A question of the index: how many answered, and how many were asked and have no value."""

    asked: Asked
    answered: int | None
    without: int | None


def counts(asked: Sequence[Asked], chosen: Chosen, interviews: dict[int, Any], k: int) -> list[Count]:
    """Return how many of the interviews chosen answer each question; fewer than `k` are not told to partners."""
    answered: dict[int, set[int]] = {}
    for question_id, interview_id in reading.answered(chosen):
        answered.setdefault(question_id, set()).add(interview_id)
    return [_count(each, answered.get(each.id, set()), chosen, interviews, k) for each in asked]


def _count(asked: Asked, answered: set[int], chosen: Chosen, interviews: dict[int, Any], k: int) -> Count:
    given = len(answered)
    without = sum(1 for row in interviews.values() if row.guide_version_id in asked.versions and row.id not in answered)
    if chosen.for_partners:
        return Count(asked, given if given >= k else None, None)
    return Count(asked, given, without)


def behind(together: Together, table: str, code: str, group: str) -> list[Any]:
    """Return the interviews that a number of a question counts: of a table (by its place) or of those without value, a line, a group."""
    blocks = together.blocks
    here = together.missing if table == "missing" else blocks[int(table)] if table.isdecimal() and int(table) < len(blocks) else None
    lines = [line for line in here.lines if code in (counting.TOTAL, line.code)] if here else []
    ids = {each for line in lines for name, some in line.by_group.items() if group in (counting.TOTAL, name) for each in some}
    return [row for interview_id, row in together.interviews.items() if interview_id in ids]
