"""A guide made of a workbook: all of it, or the cells that are to be mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from consult.excel import Source
from consult.guides import conditions, wording
from consult.guides.cells import Fault, Line, lines
from consult.guides.columns import OPTIONS, QUESTIONS, SECTIONS
from consult.guides.conditions import Test, condition
from consult.guides.copying import SECTION_FIELDS, WORDING_FIELDS
from consult.guides.models import GuideItem, QuestionOption, QuestionVersion
from consult.guides.outline import Asked
from consult.guides.plain import PlainQuestion, PlainSection
from consult.kernel.errors import Refused
from consult.kernel.model import Confidentiality

MOST_QUESTIONS = 500


class Unreadable(Exception):
    """Cells of the workbook are to be mended; nothing of it was taken."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} cells to mend")
        self.faults = list(faults)


def read(source: Source) -> tuple[PlainSection, ...]:
    """Return the sections of a workbook in the order of its rows. Raises Unreadable."""
    faults: list[Fault] = []
    sections = list(lines(source, "Sections", SECTIONS, faults))
    asked = list(lines(source, "Questions", QUESTIONS, faults))
    options = list(lines(source, "Options", OPTIONS, faults))
    if not faults:
        _check_places(sections, asked, options, faults)
    if faults:
        raise Unreadable(faults)
    found = _assembled(sections, asked, options, faults)
    if faults:
        raise Unreadable(faults)
    return found


def _check_places(sections: list[Line], asked: list[Line], options: list[Line], faults: list[Fault]) -> None:
    """Numbers and keys stand once, and what refers to one finds it."""
    _once(sections, "number", "section_twice", faults)
    _once(asked, "key", "key_twice", faults)
    numbers, keys = {line.values["number"] for line in sections}, {line.values["key"] for line in asked}
    faults += [_fault(line, "section", Refused("no_such_section")) for line in asked if line.values["section"] not in numbers]
    faults += [_fault(line, "key", Refused("no_such_key", key=line.values["key"])) for line in options if line.values["key"] not in keys]
    if len(asked) > MOST_QUESTIONS:
        faults.append(Fault("Questions", f"A{asked[MOST_QUESTIONS].number}", Refused("too_many_questions", most=MOST_QUESTIONS)))


def _once(rows: list[Line], name: str, code: str, faults: list[Fault]) -> None:
    seen: set[Any] = set()
    for line in rows:
        if line.values[name] in seen:
            faults.append(_fault(line, name, Refused(code, value=line.values[name])))
        seen.add(line.values[name])


def _fault(line: Line, name: str, refusal: Refused) -> Fault:
    return Fault(line.sheet, line.cell(name), refusal)


def _assembled(sections: list[Line], asked: list[Line], options: list[Line], faults: list[Fault]) -> tuple[PlainSection, ...]:
    chosen: dict[str, list[wording.Option]] = {}
    for line in options:
        chosen.setdefault(line.values["key"], []).append(_option(line, chosen, faults))
    found, earlier = [], list[Asked]()
    for line in sections:
        facts = {name: line.values.get(name) for name in SECTION_FIELDS} | {"condition": _condition(line, earlier, faults)}
        within = [each for each in asked if each.values["section"] == line.values["number"]]
        found.append(PlainSection(facts, tuple(_question(each, chosen, earlier, faults) for each in within)))
    return tuple(found)


def _option(line: Line, so_far: Mapping[str, list[wording.Option]], faults: list[Fault]) -> wording.Option:
    code = line.values["code"]
    if any(each[0] == code for each in so_far.get(line.values["key"], ())):
        faults.append(_fault(line, "code", Refused("option_twice_in_sheet", option=code)))
    return code, line.values["label_fr"], line.values["label_en"]


def _question(line: Line, chosen: Mapping[str, list[wording.Option]], earlier: list[Asked], faults: list[Fault]) -> PlainQuestion:
    key, options = line.values["key"], tuple(chosen.get(line.values["key"], ()))
    values = {name: line.values.get(name) for name in WORDING_FIELDS}
    values |= {"required": bool(values["required"]), "sensitive": bool(values["sensitive"])}
    values["confidentiality"] = values["confidentiality"] or Confidentiality.TEAM
    try:
        wording.check_key(key)
        wording.check(values, options)
        values = wording.settled(values)
    except Refused as refusal:
        faults.append(_fault(line, "kind" if refusal.field in (None, "options") else refusal.field or "kind", refusal))
    asked_if = _condition(line, earlier, faults)
    kept = options if values["kind"] in wording.CHOSEN else ()
    earlier.append(_as_asked(key, values, kept))
    return PlainQuestion(key, values, kept, asked_if)


def _condition(line: Line, earlier: Sequence[Asked], faults: list[Fault]) -> dict[str, Any] | None:
    question, test, value = (line.values.get(f"condition_{part}") for part in ("question", "test", "value"))
    if question is None and test is None and value is None:
        return None
    try:
        if question is None or test is None:
            raise Refused("condition_half", "condition_test" if test is None else "condition_question")
        found = condition(question, Test(test), value)
        conditions.check(found, earlier)
    except Refused as refusal:
        faults.append(_fault(line, refusal.field or "condition_question", refusal))
        return None
    return found


def _as_asked(key: str, values: Mapping[str, Any], options: Sequence[wording.Option]) -> Asked:
    """A question of the sheet as conditions look at one; it is in no session and is not kept."""
    rows = tuple(QuestionOption(code=code, label_fr=french, label_en=english) for code, french, english in options)
    return Asked(GuideItem(), key, QuestionVersion(kind=values["kind"], label_fr=values["label_fr"]), rows, key)
