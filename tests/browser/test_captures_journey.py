"""A quote captured from the words of a note with two keys, a need with one word, and the panels keep the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from consult.accounts.models import User
from consult.interviews.quotes_models import Quote
from consult.sourcing.models import Need
from tests.browser.conftest import TABLET, member
from tests.factories import Make, count

pytestmark = pytest.mark.browser

SELECT = """() => {
  const text = document.querySelector(".prose p").firstChild, range = document.createRange();
  range.setStart(text, 5); range.setEnd(text, 24);
  getSelection().removeAllRanges(); getSelection().addRange(range);
}"""


def test_selected_words_become_a_quote_with_two_keys_and_a_need_takes_one_word(
    make: Make, address: str, signed_in: Callable[..., Any]
) -> None:
    study = make.study()
    author: User = member(make, study, "consultant", "Julien Berthelin")
    combe = make.organisation(study, "Ateliers de la Combe")
    interview = make.interview(study, combe, by=author, note="Nous cherchons un partenaire local pour les aiguilles.")
    page = signed_in(author, TABLET)
    page.goto(f"{address}/studies/{study.id}/interviews/{interview.id}")
    page.wait_for_selector("details.capture-form[data-ready]")
    page.evaluate(SELECT)
    page.keyboard.press("Alt+q")
    box = page.locator("textarea[name=quote-text]")
    assert box.input_value() == "cherchons un parten"
    assert box.evaluate("each => each === document.activeElement")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#quotes blockquote")
    assert page.locator("#quotes blockquote").inner_text() == "cherchons un parten"
    assert page.evaluate("document.activeElement.matches('#quotes summary')")
    page.keyboard.press("Alt+n")
    page.locator("#need-component_id + .ts-wrapper input").fill("Aiguilles")
    page.locator("#need-component_id + .ts-wrapper .ts-dropdown .create").first.click()
    page.locator("#needs button[type=submit]").last.click()
    page.wait_for_selector("#needs .rows li")
    assert "Aiguilles" in page.locator("#needs .rows").inner_text()
    assert (count(Quote), count(Need)) == (1, 1)
