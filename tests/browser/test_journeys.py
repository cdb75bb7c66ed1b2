"""What people do all day, in a real browser: by keyboard alone, offline, two at a time, in the other theme and the other language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import PASSWORD, House, Visit
from tests.faults.amounts import amount
from tests.security.markup import PAYLOADS, PROBE
from tests.security.test_stored_markup import send_payload

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]


def _said(page: Any, text: str) -> None:
    page.get_by_text(text).first.wait_for()


def test_the_palette_the_list_and_the_form_by_keyboard_alone(house: House, visit: Open) -> None:
    page = visit().page
    page.goto(f"{house.study}/")
    page.keyboard.press("Control+k")
    page.locator("#palette input").wait_for()
    page.keyboard.type("Organisations")
    page.locator("#palette [role=option]").first.wait_for()
    page.locator("#palette [role=option][aria-selected=true]", has_text="Organisations").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/organisations/"))
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("second")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=second"))
    page.get_by_role("link", name="Second of Here").first.wait_for()
    assert page.get_by_role("link", name="Organisation of Here").count() == 0
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/organisations/new"))
    page.locator("[name=name]").focus()
    page.keyboard.type("Typed with Keys")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/organisations/\d+"))
    assert page.locator("h1").inner_text().strip().startswith("Typed with Keys")


def test_the_first_key_on_any_page_skips_to_its_content(house: House, visit: Open) -> None:
    page = visit().page
    page.goto(f"{house.study}/organisations/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("?")
    page.locator("#keys-help[open]").wait_for()


def test_a_form_with_errors_leads_to_the_first_of_them_and_keeps_what_was_typed(house: House, visit: Open) -> None:
    page = visit().page
    page.goto(f"{house.study}/segments/new")
    page.locator("[name=goal_min]").fill("many")
    page.locator("[name=goal_min]").press("Control+Enter")
    page.locator("[data-errors]").wait_for()
    assert page.evaluate("document.activeElement.matches('[data-errors]')")
    assert page.locator("[name=goal_min]").input_value() == "many"


def test_what_is_typed_offline_is_kept_and_sent_when_the_network_is_back(house: House, visit: Open) -> None:
    made = visit()
    page = made.page
    page.goto(f"{house.study}/interviews/{house.installation.here.ids['interview_id']}/edit")
    page.locator("form[data-autosave-url][data-ready]").wait_for()
    made.context.set_offline(True)
    page.locator("textarea[name=note]").fill("Typed on a train, in a tunnel.")
    page.locator("[data-save-state].bad").first.wait_for()
    assert page.evaluate("Object.entries(localStorage).some(([key, value]) => value.includes('in a tunnel'))")
    made.context.set_offline(False)
    page.locator("[data-save-state].ok").first.wait_for(timeout=20_000)


def test_after_a_lost_session_the_text_is_still_there(house: House, visit: Open) -> None:
    made = visit()
    page = made.page
    address = f"{house.study}/interviews/{house.installation.here.ids['interview_id']}/edit"
    page.goto(address)
    session = next(cookie for cookie in made.context.cookies() if cookie["name"].startswith("consult"))
    page.locator("form[data-autosave-url][data-ready]").wait_for()
    made.context.clear_cookies()
    page.locator("textarea[name=note]").fill("Typed after the session had ended.")
    page.locator("[data-save-state].bad").first.wait_for()
    made.context.add_cookies([{"name": session["name"], "value": session["value"], "url": house.address}])
    page.locator("[data-save-state].ok").first.wait_for(timeout=20_000)
    page.goto(address)
    assert (
        page.get_by_text("Typed after the session had ended.").count()
        or "session had ended" in page.locator("textarea[name=note]").input_value()
    )


def test_whoever_signs_in_again_comes_back_to_the_page(house: House, visit: Open) -> None:
    page = visit("nobody").page
    page.goto(f"{house.study}/segments")
    page.wait_for_url(re.compile(r"/sign-in\?next="))
    page.locator("[name=email]").fill("lead@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{house.study}/segments")


def test_two_browsers_on_one_record_see_both_texts(house: House, visit: Open) -> None:
    mine, theirs = visit().page, visit().page
    for page in (mine, theirs):
        page.goto(f"{house.study}/edit")
    theirs.locator("[name=objectives]").fill("What they wrote.")
    theirs.locator("[name=objectives]").press("Control+Enter")
    theirs.wait_for_url(re.compile(r"/about"))
    mine.locator("[name=objectives]").fill("What I wrote.")
    mine.locator("[name=objectives]").press("Control+Enter")
    mine.locator("[data-conflict]").wait_for()
    assert mine.locator("[name=objectives]").input_value().strip() == "What I wrote."
    _said(mine, "What they wrote.")
    mine.locator("[data-take-theirs]").click()
    assert mine.locator("[name=objectives]").input_value() == "What they wrote."
    mine.locator("[name=objectives]").fill("What we wrote.")
    mine.locator("[name=objectives]").press("Control+Enter")
    mine.wait_for_url(re.compile(r"/about"))
    _said(mine, "What we wrote.")


def test_theme_and_language_change_and_stay(house: House, visit: Open) -> None:
    page = visit("consultant").page
    page.goto(f"{house.study}/")
    page.locator(".user-menu summary").click()
    with page.expect_response(re.compile("/preferences")):
        page.locator("[data-theme-form] button[value=dark]").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    before = page.evaluate("document.documentElement.lang")
    other = "en" if before == "fr" else "fr"
    page.locator(".user-menu summary").click()
    page.locator(f".user-menu button[name=lang][value={other}]").click()
    page.locator(f"html[lang={other}]").wait_for()
    page.reload()
    assert page.evaluate("document.documentElement.lang") == other


def test_without_scripts_the_same_pages_work(house: House, visit: Open) -> None:
    page = visit(java_script_enabled=False).page
    page.goto(f"{house.study}/segments/new")
    page.locator("[name=label]").fill("Made without scripts")
    page.locator("form [name=label]").press("Enter")
    page.wait_for_url(re.compile(r"/segments$"))
    _said(page, "Made without scripts")


def test_without_scripts_a_box_takes_a_name_and_shows_what_it_may_mean(house: House, visit: Open) -> None:
    page = visit(java_script_enabled=False).page
    page.goto(f"{house.study}/people/new")
    assert page.locator("select[name=organisation_id]").is_hidden()
    page.locator("[name=last_name]").fill("Typed Plainly")
    page.locator("[name=organisation_id-typed]").fill("of Here")
    page.locator("[name=organisation_id-typed]").press("Enter")
    page.get_by_label("Second of Here").check()
    page.get_by_label("Second of Here").press("Enter")
    page.wait_for_url(re.compile(r"/people/\d+$"))
    _said(page, "Second of Here")


def test_a_number_is_corrected_on_the_page_and_one_in_doubt_is_said_to_be_kept(house: House, visit: Open) -> None:
    page = visit().page
    page.goto(f"{house.study}/organisations/{house.installation.here.ids['organisation_id']}")
    pencil, form = page.locator(".inplace a[href*='/cells/phone']"), page.locator("form.inplace")
    pencil.click()
    form.locator("[name=phone]").fill("nothing of this")
    page.keyboard.press("Escape")
    form.wait_for(state="detached")
    assert page.evaluate("document.activeElement.matches('.inplace a')")
    pencil.click()
    form.locator("[name=phone]").fill("ask at the desk")
    page.keyboard.press("Enter")
    page.locator(".toast.warn", has_text="ask at the desk").wait_for()
    assert page.locator(".inplace", has_text="ask at the desk").locator(".badge").count() == 1
    assert page.evaluate("document.activeElement.matches('.inplace a')")


def test_text_that_would_be_markup_runs_nowhere(house: House, visit: Open) -> None:
    installation = house.installation
    installation.app.config["WTF_CSRF_ENABLED"] = False
    try:
        for number, form in enumerate(form for form in installation.forms("lead") if form.texts() and "/edit" not in form.action):
            send_payload(installation, form, PAYLOADS[number % amount(5, len(PAYLOADS))])
    finally:
        installation.app.config["WTF_CSRF_ENABLED"] = True
    page = visit().page
    for path in ("/", "/organisations/", "/people/", "/interviews/", "/segments", "/terms/", "/members", "/history", "/imports/", "/about"):
        page.goto(house.study + path)
        page.wait_for_timeout(150)
        assert page.evaluate(f"document.querySelectorAll('{PROBE}, iframe, [onerror], [onfocus], [onload]').length") == 0, path
        assert page.evaluate("window.__violations") == [], path
    page.keyboard.press("Control+k")
    page.locator("#palette input").fill("script")
    page.wait_for_timeout(400)
    assert page.evaluate(f"document.querySelectorAll('{PROBE}, #palette img').length") == 0
