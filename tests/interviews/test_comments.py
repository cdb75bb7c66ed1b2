"""Remarks on the answers of an interview: who says them, where they stand, how they are settled, and what they change in a review."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from consult.interviews import comments, service
from consult.kernel.errors import Forbidden, NotFound, Refused
from tests.counting import statements
from tests.interviews.conftest import Field

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def submitted(work: Field) -> int:
    """An interview that its consultant has handed in."""
    interview_id = work.logged(note="Trois marques.")
    with work.acting("consultant"):
        service.submit(service.get(interview_id))
    return interview_id


def said(work: Field, role: str, interview_id: int, text: str, parent_id: int | None = None) -> int:
    """Say something about the whole of an interview; gives its id."""
    with work.acting(role):
        return comments.say(service.get(interview_id), text, parent_id=parent_id).id


def test_a_reviewer_remarks_and_returns_without_another_word_and_the_consultant_replies(work: Field, submitted: int) -> None:
    remark = said(work, "reviewer", submitted, "Lesquelles ?")
    with work.acting("reviewer"):
        service.return_(service.get(submitted), None)
    reply = said(work, "consultant", submitted, "Les trois de Morteau.", remark)
    assert work.read(submitted).state == "returned"
    with work.acting("lead"):
        (thread,) = comments.of(submitted)[None]
    assert (thread.remark.id, [each.id for each in thread.replies], thread.is_open) == (remark, [reply], True)


def test_with_every_remark_settled_returning_asks_for_words_again(work: Field, submitted: int) -> None:
    remark = said(work, "reviewer", submitted, "Lesquelles ?")
    with work.acting("consultant"):
        comments.settle(comments.get(service.get(submitted), remark))
    with work.acting("reviewer"), pytest.raises(Refused) as refused:
        service.return_(service.get(submitted), "")
    assert refused.value.code == "comment_required"


def test_a_reply_opens_a_settled_remark_again(work: Field, submitted: int) -> None:
    remark = said(work, "reviewer", submitted, "Lesquelles ?")
    with work.acting("reviewer"):
        comments.settle(comments.get(service.get(submitted), remark))
    said(work, "consultant", submitted, "Il en manque une.", remark)
    with work.acting("reviewer"):
        assert comments.count_open(submitted) == 1


def test_only_who_said_it_takes_it_back(work: Field, submitted: int) -> None:
    remark = said(work, "reviewer", submitted, "Lesquelles ?")
    with work.acting("lead"), pytest.raises(Forbidden):
        comments.delete(comments.get(service.get(submitted), remark))
    with work.acting("reviewer"):
        comments.delete(comments.get(service.get(submitted), remark))
        assert comments.of(submitted) == {}
        comments.bring_back(comments.get(service.get(submitted), remark, deleted=True))
        assert len(comments.of(submitted)[None]) == 1


def test_a_remark_is_as_secret_as_its_interview(work: Field, sign_in: SignIn) -> None:
    strict = work.logged("lead", confidentiality="strict")
    remark = said(work, "lead", strict, "À ne pas répéter.")
    with work.acting("consultant"), pytest.raises(NotFound):
        service.get(strict)
    with work.acting("consultant"):
        assert comments.of(strict) == {}
    for role in ("guest", "cluster"):
        answer = sign_in(work.members[role]).post(work.url(f"{strict}/comments/{remark}/settle"))
        assert answer.status_code in (403, 404)


def test_an_empty_remark_is_refused_and_what_was_typed_is_shown_again(work: Field, submitted: int, sign_in: SignIn) -> None:
    browser = sign_in(work.members["reviewer"])
    empty = browser.post(work.url(f"{submitted}/comments"), data={"text": "   "})
    assert empty.status_code == 422
    unknown = browser.post(work.url(f"{submitted}/comments"), data={"text": "x", "question_id": "999"})
    assert unknown.status_code == 404
    long = browser.post(work.url(f"{submitted}/comments"), data={"text": "a" * 100_001})
    assert long.status_code == 422
    assert "aaaa" in long.text


def test_the_page_shows_remarks_to_the_team_and_to_nobody_else(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(confidentiality="public", note="Trois marques.")
    said(work, "reviewer", interview_id, "Lesquelles de ces marques ?")
    for role in ("lead", "reviewer", "consultant"):
        assert "Lesquelles de ces marques ?" in sign_in(work.members[role]).get(work.url(str(interview_id))).text
    assert "Lesquelles de ces marques ?" not in sign_in(work.members["guest"]).get(work.url(str(interview_id))).text


def test_remarks_are_read_in_one_query_however_many_there_are(work: Field, submitted: int) -> None:
    for number in range(5):
        said(work, "consultant", submitted, "Réponse.", said(work, "reviewer", submitted, f"Remarque {number}"))
    with work.acting("lead"), statements() as seen:
        threads = comments.of(submitted)[None]
        assert all(thread.remark.by.name for thread in threads)
    assert len(threads) == 5
    assert len(seen) == 1
