"""The page of an interview along its guide: answers save themselves one by one or all together, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.accounts.models import User
from consult.guides import questions, sections
from consult.guides import service as guides
from consult.interviews import answers, service
from consult.interviews.answer_models import Answer, MissingCode
from consult.kernel import kept
from consult.kernel.db import db
from consult.kernel.model import NOTE
from tests.counting import statements
from tests.guards.test_pages import _faults
from tests.interviews.conftest import Field, Guided

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def interview(work: Field, guided: Guided) -> int:
    """An interview that follows the guide."""
    return work.logged(guide_version_id=guided.version_id)


def _send(browser: FlaskClient, work: Field, interview: int, question: int, seen: int = 0, **fields: Any) -> TestResponse:
    posted = {f"a{question}-{name}": value for name, value in {"seen": seen, **fields}.items()}
    return browser.post(work.url(f"{interview}/answers/{question}"), data=posted)


def _held(work: Field, interview: int, question: int) -> Answer | None:
    with work.acting("lead"):
        return answers.of(interview).get(question)


def test_an_answer_saves_itself_and_tells_its_version(work: Field, guided: Guided, interview: int, sign_in: SignIn) -> None:
    browser, question = sign_in(work.members["consultant"]), guided.questions["workforce"]
    answer = _send(browser, work, interview, question, value="1 234,5", comment="Dont deux apprentis")
    assert (answer.status_code, answer.json and answer.json["version"]) == (200, 1)
    held = _held(work, interview, question)
    assert held is not None
    assert (str(held.value_number.normalize() if held.value_number else ""), held.comment) == ("1234.5", "Dont deux apprentis")


def test_what_cannot_be_an_answer_is_told_beside_it(work: Field, guided: Guided, interview: int, sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    for key, value in (("workforce", "beaucoup"), ("since", "hier"), ("channel", "pigeon"), ("relation", "6"), ("story", "x" * (NOTE + 1))):
        answer = _send(browser, work, interview, guided.questions[key], value=value)
        assert answer.status_code == 422, key
        assert answer.json is not None
        assert answer.json["said"], key
    assert _send(browser, work, interview, guided.questions["trade"], value="Cadranier", missing="refuses").status_code == 422


def test_two_people_who_answer_the_same_are_shown_both(work: Field, guided: Guided, interview: int, sign_in: SignIn) -> None:
    question = guided.questions["trade"]
    _send(sign_in(work.members["consultant"]), work, interview, question, value="Cadranier")
    other = sign_in(work.members["lead"])
    answer = _send(other, work, interview, question, value="Émailleur")
    assert answer.status_code == 409
    assert answer.json is not None
    assert (answer.json["theirs"], answer.json["who"], answer.json["version"]) == ("Cadranier", "Consultant Martin", 1)
    assert _send(other, work, interview, question, answer.json["version"], value="Émailleur").status_code == 200


def test_a_save_that_comes_after_the_validation_is_told_so(work: Field, guided: Guided, interview: int, sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    with work.acting("lead"):
        service.validate(service.get(interview))
    answer = _send(browser, work, interview, guided.questions["trade"], value="Trop tard")
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["locked"]
    assert "validé" in answer.json["said"]
    assert _held(work, interview, guided.questions["trade"]) is None


def test_an_organisation_named_in_an_answer_is_added_outside_the_target_list(
    work: Field, guided: Guided, interview: int, sign_in: SignIn
) -> None:
    answer = _send(sign_in(work.members["consultant"]), work, interview, guided.questions["customer"], value="new:Pierres du Doubs")
    assert answer.status_code == 200
    assert answer.json is not None
    assert "Pierres du Doubs" in answer.json["labels"].values()
    held = _held(work, interview, guided.questions["customer"])
    assert held is not None
    assert held.value_organisation_id is not None


def test_all_answers_are_saved_together_without_scripts_and_the_wrong_ones_are_shown(
    work: Field, guided: Guided, interview: int, sign_in: SignIn
) -> None:
    browser, ids = sign_in(work.members["consultant"]), guided.questions
    posted = {f"a{ids[key]}-seen": "0" for key in ids} | {
        f"a{ids['trade']}-value": "Cadranier", f"a{ids['workforce']}-value": "beaucoup", f"a{ids['markets']}-value": ["direct", "web"],
        f"a{ids['relation']}-missing": "does_not_know", "f-note": "Très accueillant", "f-note-seen": "1",
    }  # fmt: skip
    answer = browser.post(work.url(f"{interview}/write"), data=posted)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert all(shown in text for shown in ('value="beaucoup"', 'value="Cadranier"', "Très accueillant"))
    assert _faults(text) == []
    with work.acting("lead"):
        assert answers.of(interview) == {}
    posted[f"a{ids['workforce']}-value"] = "38"
    assert browser.post(work.url(f"{interview}/write"), data={**posted, "then": "submit"}).status_code == 303
    with work.acting("lead"):
        held = answers.of(interview)
        assert held[ids["markets"]].value_codes == ["direct", "web"]
        assert held[ids["relation"]].missing == MissingCode.DOES_NOT_KNOW
        assert set(held) == {ids[key] for key in ("trade", "workforce", "markets", "relation")}
    assert (work.read(interview).note, work.read(interview).state) == ("Très accueillant", "submitted")


def test_answers_to_questions_that_the_guide_no_longer_asks_are_kept_and_shown(
    work: Field, guided: Guided, interview: int, sign_in: SignIn
) -> None:
    browser = sign_in(work.members["consultant"])
    _send(browser, work, interview, guided.questions["trade"], value="Cadranier")
    with work.acting("lead"):
        other = guides.versions(guides.create({"code": "court", "title_fr": "Court"}))[0]
        section = sections.add(other, {"title_fr": "Seule"})
        questions.add(section, questions.create({"kind": "text", "label_fr": "Autre question"}))
        guides.publish(other)
        service.update(service.get(interview), {"guide_version_id": other.id}, None)
    for path in ("write", ""):
        text = browser.get(work.url(f"{interview}/{path}".rstrip("/"))).get_data(as_text=True)
        assert "Ne figure plus dans le guide" in text
        assert "Cadranier" in text
    assert _send(browser, work, interview, guided.questions["trade"], 1, value="Émailleur").status_code == 200
    with work.acting("lead"):
        service.update(service.get(interview), {"guide_version_id": guided.version_id}, None)
    assert "Ne figure plus" not in browser.get(work.url(f"{interview}/write")).get_data(as_text=True)


@pytest.mark.parametrize(("label", "followed"), [("Marques", True), ("Institutions", False)])
def test_the_guide_is_proposed_by_the_segment_of_the_organisation(
    work: Field, guided: Guided, sign_in: SignIn, label: str, followed: bool
) -> None:
    segment = work.make.segment(work.study, "brand" if followed else "institution", label=label)
    organisation = work.make.organisation(work.study, participation={"segment_id": segment.id})
    browser = sign_in(work.members["consultant"])
    posted = {"organisations": [str(organisation.id)], "date": "12/11/2026", "kind": "individual", "guide_version_id": "auto", "lang": "fr",
              "confidentiality": "team"}  # fmt: skip
    answer = browser.post(work.url("new"), data=posted)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/write") == followed


def test_a_blank_interview_is_logged_with_its_answers_in_one_go(work: Field, guided: Guided, sign_in: SignIn) -> None:
    browser, question = sign_in(work.members["consultant"]), guided.questions["trade"]
    address = work.url(f"new?guide={guided.version_id}")
    assert "Racontez" in browser.get(address).get_data(as_text=True)
    posted = {"organisations": ["new:Pierres du Doubs"], "date": "12/11/2026", "kind": "individual", "lang": "fr",
              "confidentiality": "team",
              "guide_version_id": str(guided.version_id), f"a{question}-seen": "0", f"a{question}-value": "Pierriste"}  # fmt: skip
    answer = browser.post(address, data=posted)
    assert answer.status_code == 303
    number = int(answer.headers["Location"].split("/")[-2])
    held = _held(work, number, question)
    assert held is not None
    assert held.value_text == "Pierriste"


def test_a_guide_that_is_not_offered_cannot_be_chosen(work: Field, guided: Guided, sign_in: SignIn) -> None:
    with work.acting("lead"):
        guides.retire(guides.version(guided.version_id))
    browser = sign_in(work.members["consultant"])
    posted = {"organisations": [str(work.combe.id)], "date": "12/11/2026", "kind": "individual", "lang": "fr", "confidentiality": "team",
              "guide_version_id": str(guided.version_id)}  # fmt: skip
    assert browser.post(work.url("new"), data=posted).status_code == 422


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pages_are_valid_html(work: Field, guided: Guided, interview: int, sign_in: SignIn, language: str) -> None:
    browser = sign_in(work.members["lead"])
    browser.set_cookie("lang", language)
    _send(browser, work, interview, guided.questions["story"], value="# Titre\n\n**gras**")
    for path in (f"{interview}/write", str(interview), "day", f"new?guide={guided.version_id}"):
        answer = browser.get(work.url(path))
        assert answer.status_code == 200, path
        assert _faults(answer.get_data(as_text=True)) == [], path


def test_opening_an_interview_asks_as_much_of_the_database_for_forty_questions_as_for_ten(
    work: Field, guided: Guided, interview: int, sign_in: SignIn
) -> None:
    browser, counts = sign_in(work.members["lead"]), []
    with work.acting("lead"):
        long = guides.versions(guides.create({"code": "long", "title_fr": "Long"}))[0]
        for part in range(5):
            section = sections.add(long, {"title_fr": f"Partie {part}"})
            for n in range(8):
                kind = ("text", "number", "organisation", "single")[n % 4]
                choices = [("a", "A", None), ("b", "B", None)] if kind == "single" else ()
                questions.add(section, questions.create({"kind": kind, "label_fr": f"Question {part}.{n}"}, choices))
        guides.publish(long)
    followed = work.logged(guide_version_id=long.id)
    for number in (interview, followed):
        browser.get(work.url(f"{number}/write"))
        kept.forget()
        with statements() as seen:
            assert browser.get(work.url(f"{number}/write")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 18, counts


def test_saving_one_answer_takes_few_statements_and_few_bytes(work: Field, guided: Guided, interview: int, sign_in: SignIn) -> None:
    browser, question = sign_in(work.members["consultant"]), guided.questions["trade"]
    _send(browser, work, interview, question, value="Cadranier")
    with statements() as seen:
        answer = _send(browser, work, interview, question, 1, value="Émailleur")
    assert answer.status_code == 200
    assert len(seen) <= 10, seen
    assert len(answer.get_data()) < 100


def test_the_history_of_an_interview_tells_its_answers_but_for_those_that_the_reader_may_not_know_of(
    work: Field, guided: Guided, interview: int, sign_in: SignIn
) -> None:
    browser = sign_in(work.members["consultant"])
    _send(browser, work, interview, guided.questions["trade"], value="Cadranier")
    _send(browser, work, interview, guided.questions["story"], value="Sous le sceau du secret", strict="y")
    text = browser.get(work.url(f"{interview}/history")).get_data(as_text=True)
    assert "a répondu à une question : Métier" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Sous le sceau du secret" in text
    other = sign_in(work.make.member(work.study, "consultant")).get(work.url(f"{interview}/history")).get_data(as_text=True)
    assert "Cadranier" in other
    assert "secret" not in other


def test_who_is_signed_in_is_told_with_a_token_to_who_is_signed_in(work: Field, sign_in: SignIn, client: FlaskClient) -> None:
    answer = sign_in(work.members["consultant"]).get("/offline/reader")
    assert answer.json is not None
    assert answer.json["reader"] == work.members["consultant"].email
    assert answer.json["token"]
    assert client.get("/offline/reader").status_code in (303, 401)


def test_who_reads_english_is_asked_in_english(work: Field, guided: Guided, interview: int, sign_in: SignIn) -> None:
    with work.make.inside(None):
        db.session.execute(sa.update(User).values(lang="en"))
    browser = sign_in(work.members["consultant"])
    for address in (f"{interview}/write", f"new?guide={guided.version_id}"):
        page = browser.get(work.url(address)).text
        assert ["How are your relations?" in page, "Comment sont vos relations" in page] == [True, False], address
