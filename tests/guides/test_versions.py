"""What was published stays as it was, whoever writes; what changes goes into the next version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from consult.guides import questions, sections, service
from consult.guides.models import GuideItem, GuideSection, GuideVersion, Question, QuestionOption, QuestionVersion, VersionState
from consult.kernel import scope
from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import Refused
from tests.counting import statements
from tests.factories import Make

CHOICES = (("yes", "Oui", "Yes"), ("no", "Non", "No"))
ASKING = (
    {"key": "relocate", "kind": "single", "label_fr": "Relocaliseriez-vous ?", "options": CHOICES},
    {"key": "why", "label_fr": "Pourquoi ?"},
)


def text_of(version_id: int) -> list[Any]:
    """Everything that a version says, as plain values."""
    whole = service.outline(version_id)
    return [
        (part.section.title_fr, [(a.key, a.number, a.wording.label_fr, [(o.code, o.label_fr) for o in a.options]) for a in part.items])
        for part in whole.parts
    ]


def _number_of_statements(work: Callable[[], Any]) -> int:
    with statements() as seen:
        work()
    return len(seen)


def test_a_new_guide_has_an_empty_draft(make: Make) -> None:
    study = make.study()
    with make.inside(study):
        guide = service.create({"code": "MARQUE", "title_fr": "Guide marque"})
        assert guide.ref.startswith("GUI-")
        assert [(v.number, v.state) for v in service.versions(guide)] == [(1, VersionState.DRAFT)]
        with pytest.raises(Refused, match="nothing_asked"):
            service.publish(service.versions(guide)[0])


def test_a_version_is_read_as_a_whole_in_four_statements_however_long(make: Make) -> None:
    study = make.study()
    long = make.guide(study, asking=[{"kind": "single", "label_fr": f"Q{n}", "options": CHOICES} for n in range(40)])
    short = make.guide(study, asking=[{"label_fr": "Q"}])
    with make.inside(study):
        service.guides()  # begins the transaction
        assert _number_of_statements(lambda: service.outline(short.id)) == _number_of_statements(lambda: service.outline(long.id)) == 4
        whole = service.outline(long.id)
        assert len(whole.items) == 40
        assert [option.code for option in whole.items[7].options] == ["yes", "no"]


@pytest.fixture
def published(make: Make) -> tuple[Any, GuideVersion]:
    """A study with a published version."""
    study = make.study()
    return study, make.guide(study, asking=ASKING)


ATTACKS: dict[str, Callable[[int], Any]] = {
    "a wording changed": lambda v: sa.update(QuestionVersion).values(label_fr="Autre chose ?"),
    "a wording deleted": lambda v: sa.delete(QuestionOption).where(QuestionOption.code == "yes"),
    "an option relabelled": lambda v: sa.update(QuestionOption).values(label_fr="Peut-être"),
    "a section renamed": lambda v: sa.update(GuideSection).values(title_fr="Autre"),
    "a section deleted": lambda v: sa.update(GuideSection).values(deleted_at=sa.func.current_timestamp()),
    "a question moved": lambda v: sa.update(GuideItem).values(position=GuideItem.position + 1),
    "a question taken out": lambda v: sa.delete(GuideItem),
    "a condition added": lambda v: sa.update(GuideItem).values(condition={"question": "why", "is": "answered"}),
    "the version made a draft again": lambda v: sa.update(GuideVersion).values(state=VersionState.DRAFT),
    "the version renumbered": lambda v: sa.update(GuideVersion).values(number=7),
    "the version put aside": lambda v: sa.update(GuideVersion).values(deleted_at=sa.func.current_timestamp()),
    "the version deleted": lambda v: sa.delete(GuideVersion),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_itself_refuses_to_change_what_was_published(make: Make, published: tuple[Any, GuideVersion], attack: str) -> None:
    study, version = published
    with make.inside(study):
        before = text_of(version.id)
    with pytest.raises(DBAPIError, match="published_version_is_frozen"), unit_of_work(), scope.unscoped("tests attack the database"):
        db.session.execute(ATTACKS[attack](version.id).execution_options(synchronize_session=False))
    with make.inside(study):
        assert text_of(version.id) == before


def test_nothing_is_added_to_a_published_version_by_the_session(make: Make, published: tuple[Any, GuideVersion]) -> None:
    study, version = published
    with pytest.raises(DBAPIError, match="published_version_is_frozen"), make.inside(study):
        facts = {"study_id": study.id, "guide_id": version.guide_id, "version_id": version.id, "position": 9}
        db.session.add(GuideSection(**facts, title_fr="En plus"))
    with pytest.raises(DBAPIError, match="published_version_is_frozen"), make.inside(study):
        asked = service.outline(version.id).items[0]
        facts = {"study_id": study.id, "question_id": asked.question_id, "question_version_id": asked.wording.id}
        db.session.add(QuestionOption(**facts, position=9, code="more", label_fr="Plus"))
    with pytest.raises(DBAPIError, match="published_version_is_frozen"), make.inside(study):
        service.outline(version.id).items[1].wording.label_fr = "Autre chose ?"


def test_the_service_refuses_first_with_words(make: Make, published: tuple[Any, GuideVersion]) -> None:
    study, version = published
    with make.inside(study):
        whole = service.outline(version.id)
        section, item = whole.parts[0].section, whole.items[0].item
        for deed in (
            lambda: sections.add(whole.version, {"title_fr": "x"}),
            lambda: sections.update(section, {"title_fr": "x"}, None),
            lambda: sections.move(section, 1),
            lambda: sections.delete(section),
            lambda: questions.add(section, whole.items[0].wording),
            lambda: questions.reword(item, {"label_fr": "x"}, None),
            lambda: questions.take_out(item),
            lambda: service.publish(whole.version),
            lambda: service.discard(whole.version),
        ):
            with pytest.raises(Refused, match="version_published"):
                deed()
        with pytest.raises(Refused, match="guide_was_published"):
            service.delete(whole.guide)


def test_editing_a_published_guide_makes_a_draft_that_says_the_same(make: Make, published: tuple[Any, GuideVersion]) -> None:
    study, version = published
    with make.inside(study):
        guide = service.get(version.guide_id)
        draft = service.edit(guide)
        assert (draft.number, draft.state) == (2, VersionState.DRAFT)
        assert service.edit(guide) is draft
        assert text_of(draft.id) == text_of(version.id)


def test_a_published_wording_is_copied_when_it_is_changed_and_answers_still_meet(make: Make, published: tuple[Any, GuideVersion]) -> None:
    study, version = published
    with make.inside(study):
        before = text_of(version.id)
        draft = service.edit(service.get(version.guide_id))
        item = service.outline(draft.id).items[0].item
        worded = questions.reword(item, {"label_fr": "Que relocaliseriez-vous ?"}, None, [*CHOICES, ("perhaps", "À l’étude", None)])
        assert (worded.number, item.question_version_id) == (2, worded.id)
        again = questions.reword(item, {"label_fr": "Que souhaitez-vous relocaliser ?"}, None)
        assert again is worded, "words that nobody published are changed in place"
        service.publish(draft)
        old, new = service.outline(version.id), service.outline(draft.id)
        assert text_of(version.id) == before
        assert old.items[0].question_id == new.items[0].question_id
        assert [o.code for o in new.items[0].options] == ["yes", "no", "perhaps"]
        assert (old.version.state, new.version.state) == (VersionState.RETIRED, VersionState.PUBLISHED)


def test_a_guide_has_one_draft_and_a_discarded_one_comes_back(make: Make, published: tuple[Any, GuideVersion]) -> None:
    study, version = published
    with make.inside(study):
        guide = service.get(version.guide_id)
        first = service.edit(guide)
        service.discard(first)
        assert service.draft(guide) is None
        second = service.edit(guide)
        assert second.number == 3
        with pytest.raises(Refused, match="draft_there_already"):
            service.restore_version(first.id)
        service.discard(second)
        assert service.restore_version(first.id).number == 2
        assert service.draft(guide).id == first.id


def test_two_drafts_or_two_published_versions_of_one_guide_are_refused_by_the_database(
    make: Make, published: tuple[Any, GuideVersion]
) -> None:
    study, version = published
    for state in (VersionState.DRAFT, VersionState.PUBLISHED):
        facts = {"study_id": study.id, "guide_id": version.guide_id, "state": state}
        with pytest.raises(DBAPIError, match=r"(?i)unique"), unit_of_work(), scope.unscoped("tests attack the database"):
            db.session.execute(sa.insert(GuideVersion), [{**facts, "number": number} for number in (8, 9)])


def test_a_question_is_asked_once_in_a_version(make: Make) -> None:
    study = make.study()
    version = make.guide(study, publish=False)
    with make.inside(study):
        whole = service.outline(version.id)
        section, wording = whole.parts[0].section, whole.items[0].wording
        with pytest.raises(Refused, match="question_asked_already"):
            questions.add(section, wording)
        questions.take_out(whole.items[0].item)
        questions.add(section, wording)
        with pytest.raises(Refused, match="question_asked_already"):
            questions.put_back(whole.items[0].item)


def test_a_key_is_made_of_the_label_and_is_one_in_the_study(make: Make) -> None:
    study, other = make.study(), make.study("Autre")
    with make.inside(study):
        first = questions.create({"kind": "text", "label_fr": "Quels métiers, quels savoir-faire ?"})
        second = questions.create({"kind": "text", "label_fr": "Quels métiers, quels savoir-faire ?"})
        keys = [db.session.get_one(Question, each.question_id).key for each in (first, second)]
        assert keys == ["quels_metiers_quels_savoir_faire", "quels_metiers_quels_savoir_faire_2"]
        with pytest.raises(Refused, match="question_key_taken"):
            questions.create({"kind": "text", "label_fr": "x", "key": keys[0]})
    with make.inside(other):
        questions.create({"kind": "text", "label_fr": "x", "key": keys[0]})


@pytest.mark.parametrize(("low", "high"), [(10, None), (None, 0), (None, 40), (5, 5)])
def test_a_scale_goes_up_also_where_one_of_its_ends_goes_without_saying(make: Make, low: int | None, high: int | None) -> None:
    study = make.study()
    with make.inside(study, make.member(study, "lead")), pytest.raises(Refused) as refused:
        questions.create({"kind": "scale", "label_fr": "Combien ?", "scale_min": low, "scale_max": high})
    assert refused.value.code == "scale_upside_down"
