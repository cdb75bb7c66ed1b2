"""The history of an interview, and notes as they are shown."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from consult.interviews import history, service
from consult.interviews.models import InterviewMode
from consult.web.markdown import render
from tests.interviews.conftest import Field

SignIn = Callable[..., FlaskClient]


def _restore_addresses(text: str) -> list[str]:
    return re.findall(r'action="([^"]*/history/\d+/restore/\w+)"', text)


def test_the_history_names_who_did_what_and_a_former_value_is_restored(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(place="Morteau")
    with work.acting("lead"):
        service.change(service.get(interview_id), "mode", InterviewMode.PHONE)
        service.update(service.get(interview_id), {"place": "Maîche", "organisations": [work.combe.id, work.lac.id]}, 2)
    browser = sign_in(work.members["consultant"])
    text = browser.get(work.url(f"{interview_id}/history")).get_data(as_text=True)
    for shown in ("Lead Martin", "Consultant Martin", "Morteau", "Maîche", "Cadrans du Lac", "a ajouté une organisation", "Téléphone"):
        assert shown in text
    addresses = [address for address in _restore_addresses(text) if address.endswith("/place")]
    assert len(addresses) == 1
    assert browser.post(addresses[0]).status_code == 303
    assert work.read(interview_id).place == "Morteau"


def test_what_one_person_changed_in_a_field_within_ten_minutes_is_told_once(work: Field) -> None:
    interview_id = work.logged()
    for text in ("Un", "Un deux", "Un deux trois"):
        with work.acting("consultant"):
            service.update(service.get(interview_id), {"note": text}, None)
    with work.acting("lead"):
        told = [(c.old, c.new) for moment in history.of(service.get(interview_id)) for c in moment.changes if c.field == "note"]
    assert told == [(None, "Un deux trois")]


def test_a_value_given_back_is_told_apart_from_the_changes_that_led_away_from_it(work: Field) -> None:
    interview_id = work.logged(place="Morteau")
    for place in ("Maîche", "Ornans", "Morteau"):
        with work.acting("consultant"):
            service.update(service.get(interview_id), {"place": place}, None)
    with work.acting("lead"):
        told = [(c.old, c.new) for moment in history.of(service.get(interview_id)) for c in moment.changes if c.field == "place"]
    assert told == [("Ornans", "Morteau"), ("Morteau", "Ornans"), (None, "Morteau")]


def test_a_validated_interview_is_not_restored(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(place="Morteau")
    with work.acting("lead"):
        service.update(service.get(interview_id), {"place": "Maîche"}, 1)
    browser = sign_in(work.members["lead"])
    address = _restore_addresses(browser.get(work.url(f"{interview_id}/history")).get_data(as_text=True))[0]
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    assert browser.post(address).status_code == 422
    assert _restore_addresses(browser.get(work.url(f"{interview_id}/history")).get_data(as_text=True)) == []
    assert work.read(interview_id).place == "Maîche"


def test_only_what_people_type_is_restored_and_only_in_its_own_interview(work: Field, sign_in: SignIn) -> None:
    one, two = work.logged(place="Morteau"), work.logged(place="Morteau")
    with work.acting("lead"):
        service.update(service.get(one), {"place": "Maîche"}, 1)
        service.submit(service.get(one))
    browser = sign_in(work.members["lead"])
    entry = _restore_addresses(browser.get(work.url(f"{one}/history")).get_data(as_text=True))[0].split("/history/")[1].split("/")[0]
    assert browser.post(work.url(f"{two}/history/{entry}/restore/place")).status_code == 404
    assert browser.post(work.url(f"{one}/history/{entry}/restore/state")).status_code == 404


def test_long_texts_are_told_by_the_passage_that_changed() -> None:
    before = "mot " * 500 + "ancien" + " fin" * 500
    after = "mot " * 500 + "nouveau" + " fin" * 500
    old, new = history.passages(before, after)
    assert "ancien" in old
    assert "nouveau" in new
    assert max(len(old), len(new)) < 200


# notes


@pytest.mark.parametrize("hostile", [
    "<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "[x](javascript:alert(1))", "[x](data:text/html;base64,AAAA)",
    "![x](https://example.org/pixel.png)",
    "<a href='https://example.org' onclick='x()'>x</a>", "<style>*{display:none}</style>",
    "[x](<javascript:alert(1)>)", "<svg/onload=alert(1)>",
])  # fmt: skip
def test_no_markup_of_the_writer_reaches_the_page(hostile: str) -> None:
    shown = str(render(hostile))
    assert not re.search(r"<(script|img|style|svg|iframe)|<[^>]*\son\w+=|href=\"(javascript|data):", shown, re.IGNORECASE)


def test_notes_read_as_they_were_meant(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(note="# Profil\n\n- **28** salariés\n\n### Suites\nligne\nligne")
    text = sign_in(work.members["lead"]).get(work.url(str(interview_id))).get_data(as_text=True)
    assert "<h3>Profil</h3>" in text
    assert "<strong>28</strong>" in text
    assert "<h4>Suites</h4>" in text
    assert "ligne<br>" in text.replace("<br />", "<br>")


def test_headings_never_jump() -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)>", str(render("### c\n\n# a\n\n#### d\n\n## b\n\n###### f")))]
    assert levels[0] == 3
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_the_preview_answers_a_piece_to_the_script_and_a_page_without_it(work: Field, sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    piece = browser.post(work.url("preview"), data={"note": "**gras**"}, headers={"HX-Request": "true"}).get_data(as_text=True)
    whole = browser.post(work.url("preview"), data={"note": "**gras**"}).get_data(as_text=True)
    assert "<strong>gras</strong>" in piece
    assert "<html" not in piece
    assert "<html" in whole
