"""The pages of interviews: valid HTML in both languages, and a number of queries that does not grow with what they show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.accounts.models import User
from consult.interviews import service
from consult.kernel import kept
from consult.kernel.db import db
from tests.counting import statements
from tests.guards.test_pages import _faults
from tests.interviews.conftest import Field

SignIn = Callable[..., FlaskClient]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("state", ["draft", "submitted", "validated"])
def test_every_page_is_valid_html(work: Field, sign_in: SignIn, language: str, state: str) -> None:
    interview_id = work.logged(note="# A\n\ntexte", interviewees=[("Nadia Perrin", "Dirigeante")])
    with work.acting("lead"):
        if state != "draft":
            service.submit(service.get(interview_id))
        if state == "validated":
            service.validate(service.get(interview_id))
    with work.make.inside(None):
        db.session.execute(sa.update(User).values(lang=language))
    browser = sign_in(work.members["lead"])
    for path in ("", "new", str(interview_id), f"{interview_id}/edit", f"{interview_id}/history", "?state=returned"):
        answer = browser.get(work.url(path), follow_redirects=True)
        assert answer.status_code == 200, path
        assert _faults(answer.get_data(as_text=True)) == [], path
    for path, sent in (("new", {}), (f"{interview_id}/return", {}), (f"{interview_id}/reopen", {}), ("preview", {"note": "x"})):
        assert _faults(browser.post(work.url(path), data=sent).get_data(as_text=True)) == [], path


@pytest.mark.parametrize(("path", "budget"), [("", 7), ("{id}", 13), ("{id}/edit", 16), ("new", 7), ("{id}/history", 13)])
def test_the_number_of_queries_of_a_page_does_not_grow_with_what_it_shows(work: Field, sign_in: SignIn, path: str, budget: int) -> None:
    browser = sign_in(work.members["lead"])
    cold: list[int] = []
    warm: list[int] = []
    for number in (1, 8):
        people = [(f"Personne {number}{n}", "Fonction") for n in range(number)]
        others = [work.make.organisation(work.study).id for _ in range(number)]
        ids = [work.logged(organisations=others, interviewees=people) for _ in range(number)]
        for counts in (cold, warm):
            if counts is cold:
                kept.forget()
            with statements() as seen:
                assert browser.get(work.url(path.format(id=ids[0]))).status_code == 200
            counts.append(len(seen))
    assert cold[0] == cold[1]
    if db.engine.dialect.name == "sqlite":  # on a server, others that write at this moment keep things from being kept
        assert warm[0] == warm[1] <= budget, warm


@pytest.mark.parametrize(
    ("day", "language", "letters"),
    [
        (dt.date(2026, 1, 1), "fr", "jeudi 1er janvier 2026"),
        (dt.date(2026, 1, 21), "fr", "mercredi 21 janvier 2026"),
        (dt.date(2026, 1, 1), "en", "Thursday 1 January 2026"),
    ],
)
def test_a_day_is_written_in_letters_as_one_says_it(work: Field, sign_in: SignIn, day: dt.date, language: str, letters: str) -> None:
    interview_id = work.logged(date=day)
    with work.make.inside(None):
        db.session.execute(sa.update(User).values(lang=language))
    assert letters in sign_in(work.members["lead"]).get(work.url(str(interview_id))).text


def test_the_timeline_of_an_organisation_names_its_interviews_to_who_may_read_them(work: Field, sign_in: SignIn) -> None:
    work.logged(note="# A", date=dt.date(2023, 3, 14))
    address = f"/studies/{work.study.id}/organisations/{work.combe.id}"

    def timeline(role: str) -> str:
        page = sign_in(work.members[role], lang="fr").get(address).get_data(as_text=True)
        return page[page.index("Chronologie") :]

    assert 'datetime="2023-03-14"' in timeline("lead").split("</ol>")[0]
    assert 'datetime="2023-03-14"' not in timeline("cluster").split("</ol>")[0]
