"""When a question or a section is asked: if an earlier question was answered in a certain way.

A condition is kept as `{"question": key, "is": test, "value": text}`. The page decides by the same tests as one types (asked.js).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from consult.guides.models import QuestionKind
from consult.guides.outline import Asked, Outline
from consult.guides.wording import CHOSEN
from consult.kernel.errors import Refused
from consult.kernel.model import Choice


class Test(Choice):
    """How an answer is looked at."""

    __test__ = False  # pytest takes every class of this name for one of its own

    EQUALS = "equals", "est", "is"
    NOT_EQUALS = "not_equals", "n’est pas", "is not"
    INCLUDES = "includes", "contient", "contains"
    NOT_INCLUDES = "not_includes", "ne contient pas", "does not contain"
    AT_LEAST = "at_least", "est au moins", "is at least"
    AT_MOST = "at_most", "est au plus", "is at most"
    ANSWERED = "answered", "a une réponse", "is answered"
    NOT_ANSWERED = "not_answered", "est sans réponse", "is not answered"


WITHOUT_VALUE = frozenset({Test.ANSWERED, Test.NOT_ANSWERED})
NUMERIC = frozenset({QuestionKind.NUMBER, QuestionKind.AMOUNT, QuestionKind.PERCENTAGE, QuestionKind.SCALE})
TESTS: Mapping[QuestionKind, frozenset[Test]] = {
    **dict.fromkeys(QuestionKind, WITHOUT_VALUE),
    **dict.fromkeys(NUMERIC, WITHOUT_VALUE | {Test.EQUALS, Test.NOT_EQUALS, Test.AT_LEAST, Test.AT_MOST}),
    QuestionKind.SINGLE: WITHOUT_VALUE | {Test.EQUALS, Test.NOT_EQUALS},
    QuestionKind.MULTIPLE: WITHOUT_VALUE | {Test.INCLUDES, Test.NOT_INCLUDES},
}
"""What can be asked of the answer to each kind of question."""


def condition(question: str, test: Test, value: str | None = None) -> dict[str, Any]:
    """Return a condition as it is kept."""
    return {"question": question, "is": test.value} | ({} if test in WITHOUT_VALUE else {"value": value or ""})


def words(asked: Mapping[str, Any], lang: str) -> str:
    """Return a condition in words that need no guide beside them: the key of its question, what is asked of its answer, the value."""
    return " ".join([asked["question"], Test(asked["is"]).label(lang), *([str(asked["value"])] if asked.get("value") else [])])


def holds(asked: Mapping[str, Any] | None, answers: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether a condition holds; `answers` gives by question key what was answered: texts, numbers as texts, codes; none if nothing.

    What depends on a question that is not answered is not asked, but for what asks just that.
    """
    if not asked:
        return True
    values, test, wanted = answers.get(asked["question"], ()), Test(asked["is"]), str(asked.get("value", ""))
    if test in WITHOUT_VALUE:
        return bool(values) == (test == Test.ANSWERED)
    if not values:
        return False
    if test in (Test.AT_LEAST, Test.AT_MOST):
        number, bound = _number(values[0]), _number(wanted)
        return number is not None and bound is not None and (number >= bound if test == Test.AT_LEAST else number <= bound)
    same = any(_same(value, wanted) for value in values)
    return same == (test in (Test.EQUALS, Test.INCLUDES))


def _same(value: str, wanted: str) -> bool:
    numbers = _number(value), _number(wanted)
    return value == wanted or (None not in numbers and numbers[0] == numbers[1])


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal("".join(text.split()).replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None  # "nan" is read as a number, and compares with none


def check(asked: Mapping[str, Any] | None, earlier: Sequence[Asked]) -> None:
    """Raise Refused unless a condition is about one of the questions that are asked earlier, by a test and a value that it can have."""
    if asked is None:
        return
    of = next((each for each in earlier if each.key == asked["question"]), None)
    if of is None:
        raise Refused("condition_not_earlier", "condition_question")
    test = Test(asked["is"])
    if test not in TESTS[of.wording.kind]:
        raise Refused("condition_test", "condition_test", label=of.wording.label_fr)
    if test not in WITHOUT_VALUE:
        _check_value(str(asked.get("value", "")), of)


def _check_value(value: str, of: Asked) -> None:
    if of.wording.kind in CHOSEN and of.option(value) is None:
        raise Refused("condition_option", "condition_value", codes=", ".join(option.code for option in of.options))
    if of.wording.kind in NUMERIC and _number(value) is None:
        raise Refused("condition_number", "condition_value")


def earlier_than(outline: Outline, place: Asked | int) -> list[Asked]:
    """Return the questions that are asked before a question, or before the section with an id, in their order."""
    found: list[Asked] = []
    for part in outline.parts:
        if part.section.id == place:
            break
        for asked in part.items:
            if asked is place:
                return found
            found.append(asked)
    return found


def broken(outline: Outline) -> list[tuple[str, str]]:
    """Return what asks for a question that is not asked earlier, or for an answer that cannot be given: (its number, why as a code)."""
    wrong: list[tuple[str, str]] = []
    earlier: list[Asked] = []
    for part in outline.parts:
        wrong += _refusals(str(part.number), part.section.condition, earlier)
        for asked in part.items:
            wrong += _refusals(asked.number, asked.item.condition, earlier)
            earlier.append(asked)
    return wrong


def _refusals(number: str, asked: Mapping[str, Any] | None, earlier: Sequence[Asked]) -> list[tuple[str, str]]:
    try:
        check(asked, earlier)
    except Refused as refusal:
        return [(number, refusal.code)]
    return []
