"""Every page in a real browser: nothing for axe to say in light and dark, wide and narrow; no error, no violation, no overflow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE

from tests.browser.conftest import House, Visit
from tests.faults.amounts import SOAK
from tests.guards.world import rules

pytestmark = pytest.mark.browser
CONTRAST = {"runOnly": ["color-contrast"]}
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def _addresses(house: House, who: str) -> list[str]:
    """The address of every page that a person can read, and of one that is not there."""
    found = ["/nothing-here"]
    for method, rule in rules(house.installation.app):
        if method == "GET":
            address = house.installation.address(rule)
            answer = house.installation.get(who, address)
            if (
                answer.status == 200
                and answer.headers.get("Content-Type", "").startswith("text/html")
                and "<!doctype" in answer.text[:200].lower()
            ):
                found.append(address)
    return found


def _axe(page: Any, options: dict[str, Any]) -> list[str]:
    found = page.evaluate("(options) => axe.run(options).then((result) => result.violations)", options)
    return [f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for each in found for node in each["nodes"][:3]]


def _look(page: Any, address: str, size: dict[str, int], theme: str, options: dict[str, Any]) -> list[str]:
    page.set_viewport_size(size)
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    faults = _axe(page, options)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    faults += [f"{over} px wider than the window"] if over > 0 else []
    return [f"{address} {size['width']} {theme}: {fault}" for fault in faults]


def _faults(made: Visit, house: House, address: str) -> list[str]:
    page = made.page
    page.set_viewport_size(WIDE)
    page.goto(house.address + address, wait_until="load")
    faults = [f"{address}: {violation}" for violation in page.evaluate("window.__violations")]
    page.evaluate(AXE)
    faults += _look(page, address, WIDE, "light", EVERYTHING)
    faults += _look(page, address, NARROW, "dark", EVERYTHING if SOAK else CONTRAST)
    if SOAK:
        faults += _look(page, address, WIDE, "dark", EVERYTHING) + _look(page, address, NARROW, "light", EVERYTHING)
    return faults


def test_a_word_without_end_widens_no_page(house: House, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.set_viewport_size(NARROW)
    page.goto(f"{house.study}/organisations/new")
    for name, text in (("name", "N" * 200), ("website", f"https://example.org/{'w' * 200}"), ("siren", "9" * 40), ("phone", "p" * 40)):
        page.locator(f"[name={name}]").fill(text)
    page.locator("[data-key=save]").click()
    page.wait_for_url(lambda address: not address.endswith("/new"))
    shown = page.url
    for address in (shown, f"{shown}/edit", f"{shown}/history", f"{house.study}/organisations/?q={'N' * 20}", f"{house.study}/"):
        page.goto(address)
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (address, size)


def test_tables_fit_a_wide_window_with_their_usual_columns(house: House, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.set_viewport_size(WIDE)
    for path in ("organisations/", "people/", "interviews/"):
        page.goto(f"{house.study}/{path}")
        assert page.evaluate("(() => { const t = document.querySelector('#list-table'); return t.scrollWidth <= t.clientWidth; })()"), path


@pytest.mark.parametrize("who", ["lead", "nobody"])
def test_every_page_is_accessible_fits_and_breaks_nothing(house: House, visit: Callable[..., Visit], who: str) -> None:
    made, faults = visit(who), []
    made.axe = True
    for address in _addresses(house, who):
        faults += _faults(made, house, address)
    assert not faults, f"{len(faults)}\n" + "\n".join(faults[:40])
