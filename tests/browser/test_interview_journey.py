"""An interview logged on a tablet: typed, interrupted, found again, submitted by its author, validated by the lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from consult.kernel.db import db
from tests.browser.conftest import member
from tests.factories import Make

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


def _choose(page: Any, field: str, typed: str, option: str) -> None:
    """Type into a combobox and take an option, as a finger would."""
    control = page.locator(f"#{field} + .ts-wrapper input")
    control.click()
    control.fill(typed)
    page.locator(f"#{field} + .ts-wrapper .ts-dropdown [data-selectable]", has_text=option).first.click()


def test_an_interview_is_typed_interrupted_found_again_submitted_and_validated(
    make: Make, signed_in: Callable[..., Any], address: str
) -> None:
    study = make.study()
    consultant, lead = member(make, study, "consultant", "Julien Bart"), member(make, study, "lead", "Camille Maire")
    make.organisation(study, "Ateliers de la Combe")
    page = signed_in(consultant)
    page.goto(f"{address}/studies/{study.id}/interviews/new")

    _choose(page, "organisations", "combe", "Ateliers de la Combe")
    _choose(page, "person_0", "Nadia Perrin", "Nadia Perrin")
    page.fill("#job_title_0", "Dirigeante")
    page.fill("#note", "## Profil\n\nVingt-huit salariés, **trois** associés.")
    page.wait_for_selector("[data-save-state].ok")
    assert re.search(r"Enregistré à \d\d:\d\d", page.inner_text("[data-save-state]"))

    page.reload()
    assert "Votre texte non enregistré" in page.inner_text("#draft")
    assert page.input_value("#note") == "## Profil\n\nVingt-huit salariés, **trois** associés."
    assert page.input_value("#job_title_0") == "Dirigeante"
    assert page.locator("#organisations + .ts-wrapper .item").inner_text().startswith("Ateliers de la Combe")

    page.click("text=Aperçu")
    page.wait_for_selector("#note-preview strong")
    page.click("button[name=then][value=submit]")
    page.wait_for_url(re.compile(r"/interviews/\d+$"))
    assert "Soumis" in page.inner_text(".head")
    assert page.locator(".prose h3").inner_text() == "Profil"
    assert "Nadia Perrin" in page.inner_text("main")
    logged = page.url
    page.goto(f"{address}/studies/{study.id}/interviews/new")
    assert page.locator("#draft").count() == 0
    assert page.input_value("#note") == ""

    review = signed_in(lead)
    review.goto(logged)
    review.get_by_role("button", name="Valider").click()
    review.wait_for_selector(".head .badge.b-ok")
    assert review.get_by_role("link", name="Modifier").count() == 0


def test_text_typed_without_a_connection_is_offered_again(make: Make, signed_in: Callable[..., Any], address: str) -> None:
    study = make.study()
    page = signed_in(member(make, study, "consultant", "Julien Bart"))
    page.goto(f"{address}/studies/{study.id}/interviews/new")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.fill("#note", "Écrit dans le tunnel")
    page.wait_for_selector("[data-save-state].bad")
    page.context.set_offline(False)
    page.route("**/autosave", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.wait_for_selector(".recover button")
    page.locator(".recover button").first.click()
    assert page.input_value("#note") == "Écrit dans le tunnel"


def test_what_is_typed_before_the_scripts_have_come_is_saved_when_they_come(
    make: Make, signed_in: Callable[..., Any], address: str
) -> None:
    study = make.study()
    make.organisation(study, "Ateliers de la Combe")
    page = signed_in(member(make, study, "consultant", "Julien Bart"))
    lost: list[str] = []

    def fail_twice(route: Any) -> None:
        lost.append(route.request.url)
        if len(lost) <= 2:
            route.abort()
        else:
            route.continue_()

    page.route("**/js/autosave.js*", fail_twice)
    new = f"{address}/studies/{study.id}/interviews/new"
    page.goto(new, wait_until="domcontentloaded")
    page.fill("#note", "Écrit avant que les scripts n’arrivent")
    _choose(page, "organisations", "combe", "Ateliers de la Combe")
    page.wait_for_selector("[data-save-state].ok")
    assert len(lost) == 3
    page.goto(new)
    assert page.input_value("#note") == "Écrit avant que les scripts n’arrivent"
    assert page.locator("#organisations + .ts-wrapper .item").inner_text().startswith("Ateliers de la Combe")


def test_a_form_that_nobody_touched_is_not_saved(make: Make, signed_in: Callable[..., Any], address: str) -> None:
    study = make.study()
    consultant = member(make, study, "consultant", "Julien Bart")
    combe, lac = make.organisation(study, "Ateliers de la Combe"), make.organisation(study, "Cadrans du Lac")
    interview = make.interview(study, lac, combe, by=consultant, note="Début\n\nFin", place="Morteau")
    page = signed_in(consultant)
    saved: list[str] = []
    page.on("request", lambda request: saved.append(request.url) if request.url.endswith("/autosave") else None)
    for path in ("new", f"new?organisation_id={combe.id}", f"{interview.id}/edit"):
        page.goto(f"{address}/studies/{study.id}/interviews/{path}")
        page.wait_for_selector("form[data-ready] .ts-wrapper")
        page.wait_for_timeout(1200)
    assert saved == []


def test_a_text_that_was_offered_waits_while_one_types_on(make: Make, signed_in: Callable[..., Any], address: str) -> None:
    study = make.study()
    page = signed_in(member(make, study, "consultant", "Julien Bart"))
    page.on("dialog", lambda dialog: dialog.accept())
    new = f"{address}/studies/{study.id}/interviews/new"
    page.route("**/autosave", lambda route: route.abort())
    for text in ("Premier tunnel", "Second tunnel"):
        page.goto(new)
        page.wait_for_selector("form[data-ready]")
        page.fill("#note", text)
        page.wait_for_selector("[data-save-state].bad")
    page.goto(new)
    page.wait_for_selector(".recover")
    assert page.locator(".recover").count() == 2
    page.locator(".recover button").first.click()
    assert page.input_value("#note") == "Second tunnel"
    page.locator(".recover button").first.click()
    assert page.input_value("#note") == "Premier tunnel"


def test_a_phone_logs_an_interview_without_scrolling_sideways(make: Make, signed_in: Callable[..., Any], address: str) -> None:
    study = make.study()
    make.organisation(study, "Ateliers de la Combe")
    page = signed_in(member(make, study, "lead", "Camille Maire"), PHONE)
    for path in ("", "new"):
        page.goto(f"{address}/studies/{study.id}/interviews/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
    _choose(page, "organisations", "combe", "Ateliers de la Combe")
    page.click("[data-key=save]")
    page.wait_for_url(re.compile(r"/interviews/\d+$"))
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_text_typed_offline_over_what_somebody_changed_meanwhile_shows_both(
    make: Make, signed_in: Callable[..., Any], address: str
) -> None:
    study = make.study()
    consultant = member(make, study, "consultant", "Julien Bart")
    interview = make.interview(study, make.organisation(study, "Ateliers de la Combe"), by=consultant, note="Début", place="Morteau")
    page = signed_in(consultant)
    page.goto(f"{address}/studies/{study.id}/interviews/{interview.id}/edit")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.fill("#note", "Ma suite, écrite dans le tunnel")
    page.wait_for_selector("[data-save-state].bad")
    with make.inside(study):
        row = db.session.get_one(type(interview), interview.id)
        row.note, row.place = "Leur suite", "Maîche"
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/autosave", lambda route: route.abort())
    page.reload()
    page.wait_for_selector(".recover button")
    page.unroute("**/autosave")
    page.locator(".recover button").first.click()
    page.wait_for_selector("[data-conflict]")
    assert page.input_value("#note") == "Ma suite, écrite dans le tunnel"
    assert "Leur suite" in page.inner_text(".theirs")
    assert page.input_value("#place") == "Maîche"
