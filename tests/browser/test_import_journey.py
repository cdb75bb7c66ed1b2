"""A spreadsheet on its way into a study, in a real browser: with and without scripts, wide and narrow, and one that is too large."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE

from tests.browser.conftest import House, Visit
from tests.browser.test_pages import EVERYTHING, NARROW, WIDE, _look

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]
GO_ON = "main .form-foot button.primary"
APPLY = "main .head button.primary"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small directory under a title, with a row that cannot be taken and a total."""
    path = tmp_path / "annuaire.csv"
    path.write_text("Annuaire;;\nEntreprise;Ville;Effectif\nAlpha;Morteau;4\nBeta;Maîche;5\n;Morteau;6\nTotal;;15\n", encoding="utf-8")
    return path


def _send(page: Any, house: House, path: Path) -> None:
    page.goto(f"{house.study}/imports/new")
    page.set_input_files("input[type=file]", str(path))
    page.click(GO_ON)


def _end_of_work(page: Any) -> None:
    """Here work is done at once: its page says so and leads to the result."""
    page.wait_for_url(re.compile(r"/jobs/\d+$"))
    page.locator("main a.btn.primary").click()
    page.wait_for_url(re.compile(r"/imports/\d+$"))


def test_from_file_to_undo_each_step_is_accessible_wide_and_narrow(house: House, visit: Open, file: Path) -> None:
    made = visit()
    page, faults = made.page, []

    def look(step: str) -> None:
        made.axe = True
        page.evaluate(AXE)
        for size, theme in ((WIDE, "light"), (NARROW, "dark")):
            faults.extend(_look(page, step, size, theme, EVERYTHING))
        page.set_viewport_size(WIDE)

    page.goto(f"{house.study}/imports/new")
    look("upload")
    _send(page, house, file)
    page.wait_for_url(re.compile(r"/imports/\d+/table$"))
    look("table")
    page.locator("#header_row").press("Control+Enter")
    page.wait_for_url(re.compile(r"/columns$"))
    look("columns")
    page.click(GO_ON)
    page.wait_for_url(re.compile(r"/preview$"))
    look("preview")
    page.get_by_role("link", name=re.compile(r"^1\s*(Refused|Refusée)")).click()
    page.wait_for_url(re.compile(r"verdict=refused"))
    assert page.locator("table.plan tbody tr").count() == 1
    page.click(APPLY)
    _end_of_work(page)
    look("applied")
    assert page.locator("[aria-current=step]").inner_text().startswith("5")
    page.get_by_role("link", name="Alpha", exact=True).click()
    page.wait_for_url(re.compile(r"/organisations/\d+$"))
    page.go_back()
    page.locator("main .head button.danger").click()
    page.locator("dialog[open] button.primary, dialog[open] button.danger").last.click()
    _end_of_work(page)
    page.get_by_text(re.compile("Annulé|Undone")).first.wait_for()
    assert not faults, "\n".join(faults)


def test_the_steps_work_without_scripts(house: House, visit: Open, file: Path) -> None:
    page = visit(java_script_enabled=False).page
    _send(page, house, file)
    page.wait_for_url(re.compile(r"/table$"))
    page.fill("#header_row", "1")
    page.locator("noscript button, button[name=show]").first.click()
    assert page.locator("#header_row").input_value() == "1"
    page.fill("#header_row", "2")
    page.click(GO_ON)
    page.wait_for_url(re.compile(r"/columns$"))
    page.get_by_role("link", name=re.compile("Organisations")).last.click()
    page.wait_for_url(re.compile(r"entity=organisation"))
    page.click(GO_ON)
    page.wait_for_url(re.compile(r"/preview$"))
    page.locator("main .head form.action button").click()
    page.wait_for_url(re.compile(r"/imports/$"))


def test_a_file_that_is_too_large_stays_and_says_why_for_as_long_as_it_is_chosen(house: House, visit: Open, tmp_path: Path) -> None:
    page = visit().page
    large, small = tmp_path / "large.csv", tmp_path / "small.csv"
    large.write_bytes(b"Nom;Ville\n" + b"x" * (11 * 2**20))
    small.write_bytes(b"Entreprise;Ville\nGamma;Morteau\n")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    page.goto(f"{house.study}/imports/new")
    page.set_input_files("input[type=file]", str(large))
    page.wait_for_selector("[data-drop-name]:not(:empty)")  # until the script has come, the server is what refuses
    for _time in range(2):
        page.click(GO_ON)
        page.wait_for_timeout(200)
        said = page.locator("[data-drop-name]").inner_text()
        assert "large.csv" in said
        assert "11" in said
        assert "10" in said
    assert sent == []
    assert page.evaluate("document.activeElement.type") == "file"
    page.set_input_files("input[type=file]", str(small))
    page.click(GO_ON)
    page.wait_for_url(re.compile(r"/table$"))
