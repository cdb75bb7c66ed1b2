"""When a question is asked depends on an earlier answer, and on nothing else."""

from __future__ import annotations

import pytest

from consult.guides import conditions, service
from consult.guides.conditions import Test, condition, holds
from consult.kernel.errors import Refused
from tests.factories import Make

CASES = [
    (Test.EQUALS, "yes", ["yes"], True),
    (Test.EQUALS, "yes", ["no"], False),
    (Test.EQUALS, "yes", [], False),
    (Test.EQUALS, "5", ["5.0000"], True),
    (Test.NOT_EQUALS, "yes", ["no"], True),
    (Test.NOT_EQUALS, "yes", [], False),
    (Test.INCLUDES, "a", ["b", "a"], True),
    (Test.INCLUDES, "a", ["b"], False),
    (Test.NOT_INCLUDES, "a", ["b"], True),
    (Test.NOT_INCLUDES, "a", ["a", "b"], False),
    (Test.AT_LEAST, "3", ["3"], True),
    (Test.AT_LEAST, "3", ["2,5"], False),
    (Test.AT_MOST, "1 000,5", ["1000"], True),
    (Test.AT_MOST, "3", ["beaucoup"], False),
    (Test.AT_MOST, "nan", ["3"], False),
    (Test.ANSWERED, None, ["x"], True),
    (Test.ANSWERED, None, [], False),
    (Test.NOT_ANSWERED, None, [], True),
]


@pytest.mark.parametrize(("test", "value", "given", "asked"), CASES)
def test_a_condition_holds_for_the_answer_it_names(test: Test, value: str | None, given: list[str], asked: bool) -> None:
    assert holds(condition("q", test, value), {"q": given, "other": ["yes"]}) is asked


def test_a_condition_is_put_into_words_of_the_readers_language() -> None:
    told = [conditions.words(condition("staff", Test.AT_LEAST, "50"), lang) for lang in ("fr", "en")]
    assert told == ["staff est au moins 50", "staff is at least 50"]
    assert conditions.words(condition("why", Test.NOT_ANSWERED), "en") == "why is not answered"


def test_what_has_no_condition_is_asked() -> None:
    assert holds(None, {})


ASKING = (
    {"key": "relocate", "kind": "single", "label_fr": "Relocaliser ?", "options": (("yes", "Oui", None), ("no", "Non", None))},
    {"key": "staff", "kind": "number", "label_fr": "Effectif ?"},
    {"key": "why", "label_fr": "Pourquoi ?"},
)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (condition("relocate", Test.EQUALS, "yes"), None),
        (condition("staff", Test.AT_LEAST, "1 000,5"), None),
        (condition("why", Test.ANSWERED), "condition_not_earlier"),
        (condition("nothing", Test.ANSWERED), "condition_not_earlier"),
        (condition("relocate", Test.AT_LEAST, "3"), "condition_test"),
        (condition("relocate", Test.EQUALS, "perhaps"), "condition_option"),
        (condition("staff", Test.AT_MOST, "few"), "condition_number"),
        (condition("staff", Test.AT_MOST, "nan"), "condition_number"),
    ],
)
def test_a_condition_is_about_an_earlier_question_and_an_answer_it_can_have(
    make: Make, wanted: dict[str, str], refusal: str | None
) -> None:
    study = make.study()
    version = make.guide(study, asking=[*ASKING[:2], {**ASKING[2], "condition": wanted}], publish=False)
    with make.inside(study):
        whole = service.outline(version.id)
        earlier = conditions.earlier_than(whole, whole.items[2])
        assert [each.key for each in earlier] == ["relocate", "staff"]
        if refusal is None:
            conditions.check(wanted, earlier)
            service.publish(whole.version)
            return
        with pytest.raises(Refused, match=refusal):
            conditions.check(wanted, earlier)
        with pytest.raises(Refused, match="condition_broken"):
            service.publish(whole.version)
