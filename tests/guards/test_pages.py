"""Every page: valid HTML with a title and one main heading, no id twice, the exact headers, in both languages, in few queries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

import html5lib
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from consult.kernel import kept
from consult.kernel.db import db
from consult.web.headers import CONTENT_SECURITY_POLICY
from tests.counting import statements
from tests.factories import Make
from tests.guards.test_routes import _address
from tests.guards.world import Corner, corner, rules

TOLERATED = {"unexpected-self-closing-tag-for-foreign-element"}
SKIPPED = {"accounts.first_admin"}


@pytest.fixture
def here(make: Make) -> Corner:
    """A study with a record of every kind."""
    return corner(make, "Here")


def _pages(app: Flask, browser: FlaskClient, here: Corner) -> Iterator[tuple[str, str]]:
    for method, rule in rules(app):
        if method == "GET" and rule.endpoint not in SKIPPED:
            answer = browser.get(_address(rule, here.ids), buffered=True)
            assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, rule.rule
            if answer.mimetype == "text/html" and answer.status_code in (200, 404, 422):
                yield rule.rule, answer.get_data(as_text=True)


def _faults(text: str) -> list[str]:
    if not text.lstrip().lower().startswith("<!doctype"):
        return []
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(text)
    faults = [code for _position, code, _values in parser.errors if code not in TOLERATED]
    faults += [f"id {name} twice" for name, number in Counter(re.findall(r"\sid=\"([^\"]+)\"", text)).items() if number > 1]
    if len(re.findall(r"<h1[ >]", text)) != 1:
        faults.append("not one h1")
    if not re.search(r"<title>\s*\S.*</title>", text, re.DOTALL):
        faults.append("no title")
    return faults


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_valid_and_carries_the_exact_policy(
    app: Flask, here: Corner, sign_in: Callable[..., FlaskClient], make: Make, language: str
) -> None:
    lead = here.members["lead"]
    with make.inside(None):
        db.session.execute(
            sa.update(type(lead)).where(type(lead).id == lead.id).values(lang=language, is_admin=True, may_create_studies=True)
        )
    found = {rule: faults for rule, text in _pages(app, sign_in(lead), here) if (faults := _faults(text))}
    assert found == {}


def test_error_pages_carry_the_policy_too(app: Flask, client: FlaskClient) -> None:
    for address in ("/nothing-here", "/studies/99999999999999999999/", "/static/nothing.css"):
        answer = client.get(address, buffered=True)
        assert answer.status_code == 404
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(("path", "budget"), [("organisations/", 9), ("people/", 9), ("interviews/", 9), ("", 16)])
def test_the_number_of_queries_of_a_page_does_not_grow_with_its_rows(
    app: Flask, here: Corner, make: Make, sign_in: Callable[..., FlaskClient], path: str, budget: int
) -> None:
    browser = sign_in(here.members["lead"])
    address = f"/studies/{here.study.id}/{path}"
    browser.get(address)
    kept.forget()
    with statements() as few:
        assert browser.get(address).status_code == 200
    for _ in range(12):
        organisation = make.organisation(here.study, participation={"segment_id": here.ids["segment_id"]})
        make.person(organisation)
        make.interview(here.study, organisation, by=here.members["consultant"])
    kept.forget()
    with statements() as many:
        assert browser.get(address).status_code == 200
    assert len(many) == len(few)
    assert len(many) <= budget, many


@pytest.mark.parametrize("path", ["organisations/", "people/", "interviews/"])
def test_a_list_opened_again_asks_for_its_reader_and_its_rows_only(
    app: Flask, here: Corner, sign_in: Callable[..., FlaskClient], path: str
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("on a server, others that write at this moment keep things from being kept")
    browser = sign_in(here.members["lead"])
    address = f"/studies/{here.study.id}/{path}"
    browser.get(address)
    with statements() as again:
        browser.get(address)
    assert len(again) <= 4, again
