"""The builder as people meet it: a guide is written, published, edited into its next version; who may read does not build."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from consult.guides import questions, sections, service
from consult.guides.models import GuideItem, GuideSection, GuideVersion, QuestionOption, QuestionVersion
from consult.kernel.db import db
from tests.counting import statements
from tests.factories import Make

CHOICES = (("yes", "Oui", "Yes"), ("no", "Non", "No"))
ASKING = (
    {"key": "relocate", "kind": "single", "label_fr": "Relocaliseriez-vous ?", "label_en": "Would you relocate?", "options": CHOICES},
    {"key": "why", "label_fr": "Pourquoi ?", "condition": {"question": "relocate", "is": "equals", "value": "no"}},
)


@pytest.fixture
def study(make: Make) -> Any:
    return make.study()


@pytest.fixture
def lead(make: Make, study: Any, sign_in: Any) -> Any:
    return sign_in(make.member(study, "lead", lang="en"))


def ids(make: Make, study: Any, model: Any) -> list[int]:
    with make.inside(study):
        return list(db.session.scalars(sa.select(model.id).order_by(model.id)))


def posted(client: Any, url: str, **data: Any) -> Any:
    answer = client.post(url, data=data)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    return answer


def test_a_guide_is_written_from_nothing_and_published(make: Make, study: Any, lead: Any) -> None:
    base = f"/studies/{study.id}/guides"
    assert "No guide yet" in lead.get(f"{base}/").get_data(as_text=True)
    guide = posted(lead, f"{base}/new", title_fr="Guide marque", title_en="Brand guide", code="MARQUE").location
    version = ids(make, study, GuideVersion)[0]
    posted(lead, f"{base}/versions/{version}/sections/new", title_fr="Profil", title_en="Profile", help_how_fr="Dix minutes.")
    section = ids(make, study, GuideSection)[0]
    new = f"{base}/sections/{section}/questions/new"
    common = {"confidentiality": "team"}
    posted(lead, new, kind="single", label_fr="Relocaliser ?", options="oui = Oui | Yes\nNon", key="relocate", **common)
    item = posted(
        lead, new, kind="amount", label_fr="Pour combien ?", currency="EUR", tax_basis="ht",
        condition_question="relocate", condition_test="equals", condition_value="Oui", **common,
    ).location  # fmt: skip
    page = lead.get(item).get_data(as_text=True)
    assert "only if 1.1 is “Oui”" in page or "only if 1.1 is “Yes”" in page
    assert "Would" not in page
    assert lead.get(f"{base}/versions/{version}/publish").status_code == 200
    posted(lead, f"{base}/versions/{version}/publish", note="First version")
    page = lead.get(guide).get_data(as_text=True)
    assert "Published" in page
    assert "Edit as version 2" in page


@pytest.fixture
def version(make: Make, study: Any) -> GuideVersion:
    return make.guide(study, code="MARQUE", asking=ASKING)


def test_every_reading_page_of_a_version_is_open_to_the_team_and_closed_to_guests(
    make: Make, study: Any, version: GuideVersion, sign_in: Any
) -> None:
    base = f"/studies/{study.id}/guides"
    reviewer, guest = (sign_in(make.member(study, role, lang="en")) for role in ("reviewer", "guest"))
    for path in (
        "/", f"/{version.guide_id}", f"/versions/{version.id}/preview", f"/versions/{version.id}/sheet", "/questions",
        f"/{version.guide_id}/compare", f"/{version.guide_id}/history", f"/versions/{version.id}/workbook.xlsx",
        f"/versions/{version.id}/field-sheet.xlsx",
    ):  # fmt: skip
        assert reviewer.get(base + path).status_code == 200, path
        assert guest.get(base + path).status_code == 403, path
    page = reviewer.get(f"{base}/{version.guide_id}").get_data(as_text=True)
    assert "Would you relocate?" in page
    assert "Edit as version" not in page


def test_editing_after_publishing_changes_the_next_version_alone(make: Make, study: Any, version: GuideVersion, lead: Any) -> None:
    base = f"/studies/{study.id}/guides"
    posted(lead, f"{base}/{version.guide_id}/draft")
    with make.inside(study):
        draft = service.draft(service.get(version.guide_id))
        asked = service.outline(draft.id).items[0]
        item, seen = asked.item.id, asked.wording.version
    form = lead.get(f"{base}/items/{item}/edit").get_data(as_text=True)
    assert "yes = Oui | Yes" in form
    assert "These words were published" in form
    posted(
        lead, f"{base}/items/{item}/edit", kind="single", label_fr="Que relocaliseriez-vous ?", options="yes = Oui\nno = Non\nÀ l’étude",
        confidentiality="strict", version=seen,
    )  # fmt: skip
    old = lead.get(f"{base}/{version.guide_id}?version={version.id}").get_data(as_text=True)
    assert "Would you relocate?" in old
    changes = lead.get(f"{base}/{version.guide_id}/compare").get_data(as_text=True)
    assert "Changed" in changes
    assert "Que relocaliseriez-vous ?" in changes
    assert "a_l_etude = À l’étude" in changes


def test_questions_move_within_and_between_sections(make: Make, study: Any, lead: Any) -> None:
    version = make.guide(study, asking=[{"key": key, "label_fr": key} for key in ("a", "b", "c")], publish=False)
    base = f"/studies/{study.id}/guides"
    with make.inside(study):
        second = sections.add(service.version(version.id), {"title_fr": "Suite"}).id
        items = {asked.key: asked.item.id for asked in service.outline(version.id).items}

    def order() -> list[list[str]]:
        with make.inside(study):
            return [[asked.key for asked in part.items] for part in service.outline(version.id).parts]

    posted(lead, f"{base}/items/{items['a']}/move/down")
    assert order() == [["b", "a", "c"], []]
    posted(lead, f"{base}/items/{items['c']}/move/down")
    assert order() == [["b", "a"], ["c"]]
    posted(lead, f"{base}/items/{items['b']}/move-to/{second}")
    assert order() == [["a"], ["c", "b"]]
    posted(lead, f"{base}/items/{items['c']}/move/up")
    assert order() == [["a", "c"], ["b"]]
    posted(lead, f"{base}/sections/{second}/move/up")
    assert order() == [["b"], ["a", "c"]]
    posted(lead, f"{base}/items/{items['b']}/move/up")
    assert order() == [["b"], ["a", "c"]]
    assert lead.post(f"{base}/items/{items['b']}/move/sideways").status_code == 404


def test_what_is_taken_out_can_be_put_back(make: Make, study: Any, lead: Any) -> None:
    version = make.guide(study, asking=ASKING, publish=False)
    base = f"/studies/{study.id}/guides"
    with make.inside(study):
        whole = service.outline(version.id)
        item, section = whole.items[1].item.id, whole.parts[0].section.id
    for path, kept in ((f"/items/{item}", 1), (f"/sections/{section}", 0)):
        posted(lead, f"{base}{path}/delete")
        with make.inside(study):
            assert len(service.outline(version.id).items) == kept
        posted(lead, f"{base}{path}/restore")
        with make.inside(study):
            assert len(service.outline(version.id).items) == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "single", "options": "Oui"}, "Give at least two options"),
        ({"kind": "multiple", "options": "a = A\na = B"}, "The code “a” on line 2 stands twice"),
        ({"kind": "multiple", "options": "a = \nb = B"}, "Line 1 has no French label"),
        ({"kind": "scale", "scale_min": "5", "scale_max": "2"}, "A scale goes up"),
        ({"kind": "component"}, "Choose from which list"),
        ({"kind": "text", "key": "Clé"}, "A key begins with a letter"),
        ({"kind": "text", "key": "relocate"}, "This study has a question with the key"),
        ({"kind": "text", "condition_question": "relocate"}, "Say what is asked of that answer"),
        ({"kind": "text", "condition_question": "relocate", "condition_test": "equals", "condition_value": "Maybe"}, "yes, no"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_made(
    make: Make, study: Any, lead: Any, given: dict[str, str], said: str
) -> None:
    version = make.guide(study, asking=ASKING, publish=False)
    with make.inside(study):
        section = service.outline(version.id).parts[0].section.id
    before = len(ids(make, study, QuestionVersion))
    url = f"/studies/{study.id}/guides/sections/{section}/questions/new"
    answer = lead.post(url, data={"label_fr": "Une question ?", "confidentiality": "team", **given})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert said in page
    assert "Une question ?" in page
    assert len(ids(make, study, QuestionVersion)) == before


def test_a_list_of_200_options_is_kept_in_its_order(make: Make, study: Any, lead: Any) -> None:
    version = make.guide(study, publish=False)
    with make.inside(study):
        section = service.outline(version.id).parts[0].section.id
    url = f"/studies/{study.id}/guides/sections/{section}/questions/new"
    text = "\n".join(f"Machine {number} | Machine number {number}" for number in range(200))
    posted(lead, url, kind="multiple", label_fr="Quelles machines ?", options=text, confidentiality="team")
    with make.inside(study):
        rows = db.session.scalars(sa.select(QuestionOption).order_by(QuestionOption.position)).all()
        assert [row.label_fr for row in rows] == [f"Machine {number}" for number in range(200)]
        assert len({row.code for row in rows}) == 200


def test_questions_of_another_guide_are_added_with_their_keys(make: Make, study: Any, lead: Any, version: GuideVersion) -> None:
    other = make.guide(study, code="AUTRE", publish=False)
    with make.inside(study):
        section = service.outline(other.id).parts[0].section.id
        wanted = [asked.question_id for asked in service.outline(version.id).items]
    url = f"/studies/{study.id}/guides/sections/{section}/questions/add"
    assert "Would you relocate?" in lead.get(url).get_data(as_text=True)
    assert "Tick at least one question" in lead.post(url).get_data(as_text=True)
    posted(lead, url, question=[str(each) for each in wanted])
    with make.inside(study):
        assert [asked.key for asked in service.outline(other.id).items][1:] == ["relocate", "why"]
        shared = {asked.key: asked.wording.id for asked in service.outline(other.id).items}
        assert shared["relocate"] == service.outline(version.id).by_key["relocate"].wording.id


def test_newer_words_of_a_shared_question_are_offered_to_the_other_draft(make: Make, study: Any, lead: Any, version: GuideVersion) -> None:
    other = make.guide(study, code="AUTRE", publish=False)
    base = f"/studies/{study.id}/guides"
    with make.inside(study):
        section = sections.sections(service.version(other.id))[0]
        item = questions.add(section, service.outline(version.id).items[0].wording).id
        draft = service.edit(service.get(version.guide_id))
        questions.reword(service.outline(draft.id).items[0].item, {"label_fr": "Mieux dit ?", "label_en": None}, None)
    assert "Another guide asks this in newer words" in lead.get(f"{base}/{other.guide_id}").get_data(as_text=True)
    posted(lead, f"{base}/items/{item}/take-newer")
    page = lead.get(f"{base}/{other.guide_id}").get_data(as_text=True)
    assert "Mieux dit ?" in page
    assert "newer words" not in page


def test_a_question_that_was_published_is_not_deleted_from_the_library(make: Make, study: Any, lead: Any, version: GuideVersion) -> None:
    with make.inside(study):
        published = service.outline(version.id).items[0].question_id
        unused = questions.create({"kind": "text", "label_fr": "Jamais posée ?", "key": "unused"}).question_id
    base = f"/studies/{study.id}/guides/questions"
    answer = lead.post(f"{base}/{published}/delete")
    assert answer.status_code == 422
    assert "Take it out of the next version" in answer.get_data(as_text=True)
    posted(lead, f"{base}/{unused}/delete")
    lead.get(base)  # tells that it was deleted
    assert "unused" not in lead.get(base).get_data(as_text=True)
    posted(lead, f"{base}/{unused}/restore")
    assert "unused" in lead.get(base).get_data(as_text=True)


def test_a_copy_from_another_study_is_a_draft_with_the_same_keys_and_words(
    make: Make, study: Any, version: GuideVersion, sign_in: Any
) -> None:
    person = make.member(study, "consultant", lang="en")
    other, closed = make.study("Autre étude"), make.study("Étude fermée")
    make.guide(closed, code="SECRET")
    from consult.studies.models import Membership, Role

    make._add(Membership(study_id=other.id, user_id=person.id, role=Role.LEAD))
    browser = sign_in(person)
    url = f"/studies/{other.id}/guides/copy"
    page = browser.get(url).get_data(as_text=True)
    assert "MARQUE" in page
    assert "SECRET" not in page
    posted(browser, url, version=str(version.id))
    with make.inside(other):
        guide = service.guides()[0]
        whole = service.outline(service.draft(guide).id)
        assert guide.code == "MARQUE"
        assert [(a.key, a.wording.label_fr, len(a.options)) for a in whole.items] == [
            ("relocate", "Relocaliseriez-vous ?", 2),
            ("why", "Pourquoi ?", 0),
        ]
        assert whole.items[1].item.condition == {"question": "relocate", "is": "equals", "value": "no"}
    with make.inside(closed):
        foreign = service.versions(service.guides()[0])[0].id
    assert browser.post(url, data={"version": str(foreign)}).status_code == 404


def test_the_builder_of_40_questions_is_read_in_as_many_statements_as_that_of_one(make: Make, study: Any, lead: Any) -> None:
    def number_of_statements(url: str) -> int:
        lead.get(url)
        with statements() as seen:
            assert lead.get(url).status_code == 200
        return len(seen)

    long = make.guide(study, asking=[{"kind": "single", "label_fr": f"Q{n}", "options": CHOICES} for n in range(40)], publish=False)
    short = make.guide(study, publish=False)
    counts = {number_of_statements(f"/studies/{study.id}/guides/{each.guide_id}") for each in (long, short)}
    assert len(counts) == 1
    assert counts.pop() <= 12


def test_two_people_on_one_question_see_both_versions(make: Make, study: Any, lead: Any) -> None:
    version = make.guide(study, asking=ASKING, publish=False)
    with make.inside(study):
        asked = service.outline(version.id).items[1]
        item, seen = asked.item.id, asked.wording.version
        questions.reword(asked.item, {"label_fr": "Pourquoi donc ?"}, None)
    url = f"/studies/{study.id}/guides/items/{item}/edit"
    answer = lead.post(url, data={"kind": "text", "label_fr": "Pour quelle raison ?", "confidentiality": "team", "version": seen})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "Pourquoi donc ?" in page
    assert "Pour quelle raison ?" in page


def test_a_former_wording_is_brought_back_from_the_history(make: Make, study: Any, lead: Any) -> None:
    version = make.guide(study, asking=ASKING, publish=False)
    with make.inside(study):
        questions.reword(service.outline(version.id).items[1].item, {"label_fr": "Pourquoi donc ?"}, None)
    page = lead.get(f"/studies/{study.id}/guides/{version.guide_id}/history").get_data(as_text=True)
    restore = re.findall(r'action="([^"]*restore/label_fr)"', page)
    posted(lead, restore[0])
    with make.inside(study):
        assert service.outline(version.id).items[1].wording.label_fr == "Pourquoi ?"


def test_a_guide_is_archived_and_offered_again(make: Make, study: Any, lead: Any, version: GuideVersion) -> None:
    base = f"/studies/{study.id}/guides/{version.guide_id}"
    posted(lead, f"{base}/archive")
    with make.inside(study):
        assert service.offered() == []
    posted(lead, f"{base}/unarchive")
    with make.inside(study):
        assert [each.id for _guide, each in service.offered()] == [version.id]
    answer = lead.post(f"{base}/delete")
    assert answer.status_code == 422
    assert "Archive it" in answer.get_data(as_text=True)


def test_items_of_another_study_are_not_found(make: Make, study: Any, lead: Any) -> None:
    other = make.study("Autre")
    version = make.guide(other, publish=False)
    item = ids(make, other, GuideItem)[0]
    base = f"/studies/{study.id}/guides"
    assert lead.get(f"{base}/{version.guide_id}").status_code == 404
    assert lead.get(f"{base}/items/{item}/edit").status_code == 404
    assert lead.post(f"{base}/items/{item}/delete").status_code == 404


def test_what_a_new_version_copied_is_told_once_in_the_history(make: Make, study: Any, lead: Any) -> None:
    version = make.guide(study, asking=[{"label_fr": f"Q{number}"} for number in range(12)])
    url = f"/studies/{study.id}/guides/{version.guide_id}"
    posted(lead, f"{url}/draft")
    assert lead.get(f"{url}/history").get_data(as_text=True).count("added 12 questions") == 2
