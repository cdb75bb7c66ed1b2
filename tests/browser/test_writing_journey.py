"""An interview along its guide in a real browser: answers save themselves, wait for the connection, and are never decided for anybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from consult.accounts.models import User
from consult.interviews import answers, service
from consult.interviews.comment_models import ReviewComment
from consult.interviews.models import Interview, InterviewState
from consult.kernel.db import db
from consult.studies.models import Study
from tests.browser.conftest import member
from tests.factories import Make

pytestmark = pytest.mark.browser

STAFF, STORY = "[data-key=staff]", "[data-key=story]"
ASKING = (
    {"key": "staff", "kind": "number", "label_fr": "Combien de salariés ?", "unit": "salariés"},
    {"key": "story", "kind": "long_text", "label_fr": "Racontez"},
    {"key": "channel", "kind": "single", "label_fr": "Canal", "options": [("a", "Agent", None), ("d", "Direct", None)]},
    {"key": "agent", "kind": "text", "label_fr": "Quel agent ?", "condition": {"question": "channel", "is": "equals", "value": "a"}},
    {"key": "country", "kind": "single", "label_fr": "Pays", "options": [(f"p{n}", f"Pays {n}", None) for n in range(200)]},
)


@pytest.fixture
def begun(make: Make, address: str) -> tuple[Study, User, Interview, str]:
    """An interview that a consultant begins, and the address where it is written."""
    study = make.study()
    consultant, guide = member(make, study, "consultant", "Julien Bart"), make.guide(study, "marque", ASKING)
    interview = make.interview(study, make.organisation(study, "Ateliers de la Combe"), by=consultant, guide_version_id=guide.id)
    return study, consultant, interview, f"{address}/studies/{study.id}/interviews/{interview.id}/write"


def _open(page: Any, url: str) -> Any:
    page.goto(url)
    page.wait_for_selector("form[data-writing][data-ready]")
    return page


def _type(page: Any, question: str, text: str) -> None:
    page.locator(f"{question} [data-value] :is(input, textarea)").first.fill(text)


def _held(make: Make, study: Study, interview: Interview) -> dict[str, Any]:
    with make.inside(study):
        found = answers.of(interview.id).values()
        return {
            answer.wording.label_fr: answer.value_text or answer.value_codes or answer.value_number or answer.missing for answer in found
        }


def test_each_answer_saves_itself_and_what_is_asked_follows(
    make: Make, signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str]
) -> None:
    study, consultant, interview, url = begun
    page = _open(signed_in(consultant), url)
    assert page.locator("[data-key=agent]").is_hidden()
    _type(page, STAFF, "38")
    page.wait_for_selector("[data-save-state].ok")
    page.locator("[data-key=channel] label", has_text="Agent").click()
    page.wait_for_selector("[data-key=agent]:not([hidden])")
    page.locator(f"{STORY} .missing label", has_text="Refus").click()
    page.wait_for_timeout(800)
    page.wait_for_selector("[data-save-state].ok")
    assert page.locator("[data-outline-count]").inner_text() == "3 / 5"
    held = _held(make, study, interview)
    assert (held["Combien de salariés ?"], held["Canal"], held["Racontez"]) == (38, ["a"], "refuses")
    page.locator("[data-key=country] .ts-control input").fill("Pays 19")
    page.wait_for_timeout(600)
    assert page.locator("[data-key=country] .ts-dropdown .option").count() == 12  # 19, 119, and 190 to 199


def test_what_is_written_in_a_tunnel_survives_a_crash_and_is_sent_from_the_next_page(
    make: Make, signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str], address: str
) -> None:
    study, consultant, interview, url = begun
    page = _open(signed_in(consultant), url)
    context = page.context
    context.set_offline(True)
    _type(page, STORY, "Écrit dans le tunnel")
    page.wait_for_selector("[data-save-state].bad")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{address}/studies/{study.id}/interviews/")
    page.wait_for_selector(".toast.ok")
    assert _held(make, study, interview)["Racontez"] == "Écrit dans le tunnel"
    assert page.evaluate("localStorage.getItem('consult.day')") is None


def test_two_who_answer_the_same_see_both_and_choose(
    make: Make, signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str]
) -> None:
    study, consultant, interview, url = begun
    lead = member(make, study, "lead", "Camille Maire")
    mine, theirs = _open(signed_in(consultant), url), _open(signed_in(lead), url)
    _type(theirs, STAFF, "40")
    theirs.wait_for_selector("[data-save-state].ok")
    _type(mine, STORY, "Sans conflit")
    _type(mine, STAFF, "42")
    mine.wait_for_selector(".part-state.theirs")
    assert "Camille Maire" in mine.inner_text(".part-state.theirs")
    assert "40" in mine.inner_text(".part-state.theirs")
    assert _held(make, study, interview)["Combien de salariés ?"] == 40
    mine.get_by_role("button", name="Garder la mienne").click()
    mine.wait_for_selector("[data-save-state].ok")
    assert _held(make, study, interview) == {"Combien de salariés ?": 42, "Racontez": "Sans conflit"}


def test_a_prepared_day_opens_without_a_connection_and_is_forgotten_at_sign_out(
    make: Make, signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str], address: str
) -> None:
    study, consultant, _interview, _url = begun
    page = signed_in(consultant)
    day = f"{address}/studies/{study.id}/interviews/day"
    page.goto(day)
    page.click("[data-day-store]")
    page.wait_for_selector("[data-day-state].ok")
    page.context.set_offline(True)
    page.goto(f"{address}/studies/{study.id}/interviews/new?guide=")
    page.wait_for_selector("form[data-ready] .ts-wrapper")
    page.evaluate("document.querySelector('#organisations').tomselect.createItem('Pierres du Doubs')")
    page.fill("#note", "Rencontrés sur un salon")
    page.click("[data-key=save]")
    page.wait_for_url(re.compile("/day$"))
    page.context.set_offline(False)
    page.goto(day)
    page.wait_for_selector(".toast.ok")
    with make.inside(study):
        assert "Rencontrés sur un salon" in [row.note for row in db.session.query(Interview)]
    page.click(".user-menu summary")
    page.click("[data-sign-out] button")
    page.wait_for_url(lambda url: "/studies/" not in url)
    assert page.evaluate("caches.keys()") == []


def test_a_page_that_word_wrote_is_pasted_as_markdown(
    make: Make, signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str]
) -> None:
    _study, consultant, _interview, url = begun
    page = _open(signed_in(consultant), url)
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/html", '<p class=MsoNormal style="mso-x:1"><b>Marges</b> en baisse</p>'
            + '<p class="MsoListParagraph">·  trois clients</p><p class="MsoListParagraph">·  un retard</p>');
          document.querySelector("[data-key=story] textarea").focus();
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    assert page.locator(f"{STORY} textarea").first.input_value() == "**Marges** en baisse\n\n- trois clients\n- un retard"


def test_a_megabyte_is_kept_and_its_writer_told_how_much_is_too_long(
    make: Make, signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str]
) -> None:
    _study, consultant, _interview, url = begun
    page = _open(signed_in(consultant), url)
    page.on("dialog", lambda dialog: dialog.accept())
    page.evaluate(
        """() => { const field = document.querySelector("[data-key=story] textarea");
          field.value = "é".repeat(1e6); field.dispatchEvent(new Event("input", {bubbles: true})); }"""
    )
    page.wait_for_selector(f"{STORY} .part-state.bad")
    assert "900" in page.inner_text(f"{STORY} .part-state")
    _open(page, url)
    page.wait_for_selector(f"{STORY} .part-state.bad")
    assert page.evaluate("document.querySelector('[data-key=story] textarea').value.length") == 1_000_000


def test_what_comes_after_the_validation_stays_and_may_become_a_remark(
    make: Make, signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str], address: str
) -> None:
    study, consultant, interview, url = begun
    page = _open(signed_in(consultant), url)
    with make.inside(study):
        db.session.get_one(Interview, interview.id).state = InterviewState.VALIDATED
    _type(page, STORY, "Ajouté trop tard")
    page.get_by_role("button", name="En faire une remarque").click()
    page.wait_for_selector(f"{STORY} .part-state:not(.bad) span")
    page.goto(f"{address}/studies/{study.id}/interviews/{interview.id}")
    assert "Ajouté trop tard" in page.inner_text("main")


def test_a_photograph_taken_in_a_tunnel_waits_in_the_browser_and_is_sent_when_the_connection_is_back(
    make: Make, signed_in: Callable[..., Any], address: str
) -> None:
    study = make.study()
    consultant = member(make, study, "consultant", "Julien Bart")
    guide = make.guide(study, "plans", ({"key": "plans", "kind": "file", "label_fr": "Plans de l’atelier"},))
    interview = make.interview(study, make.organisation(study, "Ateliers de la Combe"), by=consultant, guide_version_id=guide.id)
    url = f"{address}/studies/{study.id}/interviews/{interview.id}/write"
    page = _open(signed_in(consultant), url)
    page.context.set_offline(True)
    photo = {"name": "atelier.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 a photograph"}
    page.locator("[data-answer-files] input[capture=environment]").set_input_files(photo)
    page.wait_for_selector("[data-files-waiting] .bad")
    assert "atelier.jpg" in page.locator("[data-files-waiting]").inner_text()
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector("[data-files-there] li[data-name='atelier.jpg']")
    assert page.locator("[data-files-waiting] li").count() == 0
    page.locator("[data-answer-files] input[multiple]").set_input_files({"name": "page.html", "mimeType": "text/html", "buffer": b"<html>"})
    page.wait_for_selector("[data-files-waiting] .bad")
    page.locator("[data-files-waiting] button").click()
    page.locator("[data-files-there] button").click()
    page.wait_for_selector("[data-files-said] button")
    assert page.locator("[data-files-there] li").count() == 0
    page.locator("[data-files-said] button").click()
    page.wait_for_selector("[data-files-there] li[data-name='atelier.jpg']")
    assert list(_held(make, study, interview)) == ["Plans de l’atelier"]


def test_what_is_written_after_the_validation_becomes_a_remark(
    make: Make, signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str]
) -> None:
    study, consultant, interview, url = begun
    page = _open(signed_in(consultant), url)
    with make.inside(study):
        service.validate(service.get(interview.id))
    _type(page, STORY, "Il manquait ceci")
    page.locator(".part-state button", has_text="remarque").click()
    page.wait_for_selector(f"{STORY} .part-state:has-text('remarque')")
    page.wait_for_selector(f"{STORY} .part-state button", state="detached")
    with make.inside(study):
        assert [row.text for row in db.session.query(ReviewComment)] == ["Il manquait ceci"]
    assert _held(make, study, interview) == {}


def test_two_who_write_at_different_questions_never_hear_of_one_another(
    make: Make, signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str]
) -> None:
    study, consultant, interview, url = begun
    lead = member(make, study, "lead", "Camille Maire")
    mine, theirs = _open(signed_in(consultant), url), _open(signed_in(lead), url)
    _type(mine, STAFF, "38")
    _type(theirs, STORY, "Trois marques")
    for page in (mine, theirs):
        page.wait_for_selector("[data-save-state].ok")
        assert page.locator(".part-state:not(:empty)").count() == 0
    assert _held(make, study, interview) == {"Combien de salariés ?": 38, "Racontez": "Trois marques"}


def test_beside_the_questions_a_need_and_a_quote_are_captured_without_leaving_the_keyboard(
    make: Make, signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str]
) -> None:
    _study, consultant, _interview, url = begun
    page = _open(signed_in(consultant), url)
    page.wait_for_selector("#quotes details.capture-form[data-ready]")
    page.keyboard.press("Alt+q")
    page.keyboard.type("Nous refusons du travail faute de polisseurs.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#quotes blockquote")
    page.wait_for_selector("#need-component_id + .ts-wrapper", state="attached")
    page.keyboard.press("Alt+n")
    page.keyboard.type("Aiguilles")
    page.locator("#need-component_id + .ts-wrapper .ts-dropdown .create").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_selector("#need-component_id + .ts-wrapper .item")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#needs .rows li")
    assert "Aiguilles" in page.locator("#needs .rows").inner_text()


def test_the_arrows_lead_to_where_one_types_also_in_a_long_list(
    signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str]
) -> None:
    _study, consultant, _interview, url = begun
    page = _open(signed_in(consultant), url)
    page.wait_for_selector("[data-key=country] .ts-wrapper")
    page.locator("[data-key=channel] [data-value] input").first.focus()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.type("Pays 199")
    assert page.locator("[data-key=country] .ts-control input").input_value() == "Pays 199"


def test_one_click_submits_a_page_on_which_nothing_waits(signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str]) -> None:
    _study, consultant, interview, url = begun
    page = _open(signed_in(consultant), url)
    page.get_by_role("button", name="Soumettre").click()
    page.wait_for_url(re.compile(rf"/interviews/{interview.id}$"))
    assert "Soumis" in page.inner_text(".head")


def test_a_pasted_heading_begins_its_own_line_and_the_cells_of_a_table_stay_apart(
    signed_in: Callable[..., Any], begun: tuple[Study, User, Interview, str]
) -> None:
    _study, consultant, _interview, url = begun
    page = _open(signed_in(consultant), url)
    _type(page, STORY, "Avant.")
    page.evaluate(
        """() => {
          const data = new DataTransfer(), box = document.querySelector("[data-key=story] textarea");
          data.setData("text/html", "<h2>Effectifs</h2><table><tr><td>2021</td><td>28</td></tr><tr><td>2022</td><td>31</td></tr></table>");
          box.focus();
          box.setSelectionRange(box.value.length, box.value.length);
          box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    assert page.locator(f"{STORY} textarea").first.input_value() == "Avant.\n\n### Effectifs\n\n2021 | 28\n\n2022 | 31"
