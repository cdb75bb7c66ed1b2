"""The three guides of the demo study: published, with a shared core, every kind of question, and both languages."""

from __future__ import annotations

from collections import Counter

import pytest

from consult.demo.content import load
from consult.demo.frame import add_terms
from consult.demo.guides import add_guides
from consult.guides import conditions, service
from consult.guides.models import QuestionKind, VersionState
from consult.guides.outline import Outline
from consult.kernel.text import squeeze
from tests.factories import Make


@pytest.fixture
def outlines(make: Make) -> dict[str, Outline]:
    study = make.study()
    with make.inside(study):
        add_terms(load())
        return {key: service.outline(version.id) for key, version in add_guides(load()).items()}


def test_three_guides_are_published_with_25_to_40_questions_each_that_share_a_core(outlines: dict[str, Outline]) -> None:
    assert set(outlines) == {"brand", "subcontractor", "institution"}
    assert all(each.version.state == VersionState.PUBLISHED and 25 <= len(each.items) <= 40 for each in outlines.values())
    asked = Counter(asked.key for each in outlines.values() for asked in each.items)
    assert sum(number > 1 for number in asked.values()) >= 15
    assert sum(number == 3 for number in asked.values()) >= 4


def test_every_kind_of_question_is_asked_and_every_text_is_in_both_languages(outlines: dict[str, Outline]) -> None:
    every = [asked for each in outlines.values() for asked in each.items]
    assert {asked.wording.kind for asked in every} == set(QuestionKind)
    assert all(asked.wording.label_en and all(option.label_en for option in asked.options) for asked in every)
    assert all(part.section.title_en for each in outlines.values() for part in each.parts)


def test_the_conditions_work(outlines: dict[str, Outline]) -> None:
    assert all(conditions.broken(each) == [] for each in outlines.values())
    assert sum(asked.item.condition is not None for each in outlines.values() for asked in each.items) > 15


def test_labels_are_kept_as_a_form_keeps_them_so_that_saving_one_unchanged_changes_nothing(outlines: dict[str, Outline]) -> None:
    every = [asked for each in outlines.values() for asked in each.items]
    labels = [label for asked in every for label in (asked.wording.label_fr, asked.wording.label_en)]
    labels += [label for asked in every for option in asked.options for label in (option.label_fr, option.label_en)]
    assert [label for label in labels if label != squeeze(label)] == []
