"""What is typed and not saved: kept for its writer alone, offered again, never in anybody's way."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from consult.accounts.models import UserSession
from consult.interviews import drafts, service
from consult.interviews.models import Draft, Interview
from consult.kernel.audit import AuditEntry
from consult.kernel.db import db
from tests.factories import count
from tests.interviews.conftest import Field

SignIn = Callable[..., FlaskClient]


def _keep(browser: FlaskClient, work: Field, path: str = "autosave", base: object = None, **fields: object) -> int:
    return browser.post(work.url(path), json={"fields": fields, "base_version": base}).status_code


def _text(browser: FlaskClient, work: Field, path: str) -> str:
    return browser.get(work.url(path)).get_data(as_text=True)


def test_keeping_a_draft_answers_when_and_touches_neither_interview_nor_audit(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(note="Début")
    browser, before = sign_in(work.members["consultant"]), count(AuditEntry)
    answer = browser.post(work.url(f"{interview_id}/autosave"), json={"fields": {"note": "Début et suite"}, "base_version": "1"})
    assert answer.status_code == 200
    assert answer.json is not None
    assert re.fullmatch(r"\d\d:\d\d", answer.json["saved_at"])
    assert (work.read(interview_id).note, work.read(interview_id).version, count(AuditEntry)) == ("Début", 1, before)


def test_the_text_of_a_new_interview_is_there_again(work: Field, sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    kept = {
        "organisations": [str(work.combe.id), "new:Pierres du Doubs"],
        "date": "3/2",
        "note": "À **moitié** tapé",
        "person_0": "new:Anne Roy",
    }
    assert browser.post(work.url("autosave"), json={"fields": kept, "base_version": None}).status_code == 200
    text = _text(browser, work, "new")
    for shown in (
        "À **moitié** tapé",
        'value="3/2"',
        'value="new:Pierres du Doubs" selected',
        'value="new:Anne Roy" selected',
        "data-draft-at",
    ):
        assert shown in text
    assert "INT-" not in text


def test_a_draft_without_organisation_takes_the_one_that_its_writer_comes_from(work: Field, sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    _keep(browser, work, organisations=[], note="Commencé ailleurs")
    text = _text(browser, work, f"new?organisation_id={work.lac.id}")
    assert "Commencé ailleurs" in text
    assert f'<option value="{work.lac.id}" selected>Cadrans du Lac</option>' in text
    _keep(browser, work, organisations=[str(work.combe.id)], note="Commencé ailleurs")
    assert f'<option value="{work.lac.id}" selected>' not in _text(browser, work, f"new?organisation_id={work.lac.id}")


def test_another_persons_draft_is_never_shown(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    _keep(sign_in(work.members["consultant"]), work, f"{interview_id}/autosave", 1, note="Ma prose")
    _keep(sign_in(work.members["consultant"]), work, note="Ma prose")
    other = sign_in(work.members["lead"])
    assert "Ma prose" not in _text(other, work, f"{interview_id}/edit") + _text(other, work, "new")


def test_a_draft_over_what_nobody_changed_is_put_back_with_a_word(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(note="Début")
    browser = sign_in(work.members["consultant"])
    _keep(browser, work, f"{interview_id}/autosave", 1, note="Suite", place="Maîche", lang="fr", confidentiality="team")
    text = _text(browser, work, f"{interview_id}/edit")
    assert "Suite</textarea>" in text
    assert 'id="draft"' in text
    assert "data-conflict" not in text
    assert f"{interview_id}/edit" in _text(browser, work, str(interview_id))  # the read page says that there is unsaved text


def test_a_draft_over_what_somebody_changed_meanwhile_shows_both(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(note="Début", place="Morteau")
    browser = sign_in(work.members["consultant"])
    _keep(
        browser,
        work,
        f"{interview_id}/autosave",
        1,
        note="Ma suite",
        place="Morteau",
        lang="fr",
        confidentiality="team",
        kind="individual",
        date="12/01/2023",
    )
    with work.acting("lead"):
        service.update(service.get(interview_id), {"note": "Leur suite", "place": "Maîche"}, 1)
    text = _text(browser, work, f"{interview_id}/edit")
    assert "Ma suite</textarea>" in text
    assert "Leur suite" in text
    assert "data-conflict" in text
    assert 'value="Maîche"' in text
    assert 'name="version" type="hidden" value="2"' in text


def test_a_draft_whose_fields_nobody_else_touched_merges_without_a_conflict(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(note="Début", place="Morteau")
    browser = sign_in(work.members["consultant"])
    _keep(
        browser,
        work,
        f"{interview_id}/autosave",
        1,
        note="Ma suite",
        place="Morteau",
        lang="fr",
        confidentiality="team",
        kind="individual",
        date="12/01/2023",
    )
    with work.acting("lead"):
        service.update(service.get(interview_id), {"place": "Maîche"}, 1)
    text = _text(browser, work, f"{interview_id}/edit")
    assert "Ma suite</textarea>" in text
    assert 'value="Maîche"' in text
    assert "data-conflict" not in text


def test_a_draft_of_a_record_one_may_no_longer_read_is_not_shown(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged("lead")
    browser = sign_in(work.members["consultant"])
    _keep(browser, work, f"{interview_id}/autosave", 1, note="Ma prose")
    with work.acting("lead"):
        service.make_strict(service.get(interview_id))
    assert browser.get(work.url(f"{interview_id}/edit")).status_code == 404
    assert _keep(browser, work, f"{interview_id}/autosave", 1, note="x") == 404


def test_autosave_after_the_validation_is_refused(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    assert _keep(sign_in(work.members["consultant"]), work, f"{interview_id}/autosave", 1, note="x") == 422
    assert count(Draft) == 0


@pytest.mark.parametrize("role", ["reviewer", "guest", "cluster"])
def test_those_who_do_not_log_keep_no_drafts(work: Field, sign_in: SignIn, role: str) -> None:
    assert _keep(sign_in(work.members[role]), work, note="x") == 403


@pytest.mark.parametrize("body", [[], "x", {}, {"fields": []}, {"fields": None}, None])
def test_a_body_that_is_no_draft_is_refused(work: Field, sign_in: SignIn, body: object) -> None:
    assert sign_in(work.members["lead"]).post(work.url("autosave"), json=body).status_code == 400


def test_fields_that_the_form_does_not_have_and_odd_values_are_passed_over(work: Field, sign_in: SignIn) -> None:
    browser = sign_in(work.members["lead"])
    assert (
        _keep(
            browser, work, base="x" * 50, note="ok", state="validated", csrf_token="t", version="3", place=7, organisations=[1, "2", None]
        )
        == 200
    )
    with work.acting("lead"):
        kept = drafts.read(drafts.NEW)
    assert kept is not None
    assert kept.fields == {"note": ["ok"], "organisations": ["2"]}


def test_a_draft_holds_what_was_typed_last_and_nothing_that_was_taken_away(work: Field, sign_in: SignIn) -> None:
    browser = sign_in(work.members["lead"])
    _keep(browser, work, note="un", place="Maîche")
    _keep(browser, work, note="deux")
    with work.acting("lead"):
        kept = drafts.read(drafts.NEW)
    assert kept is not None
    assert kept.fields == {"note": ["deux"]}


def test_pasted_text_of_a_megabyte_is_kept_whole_and_given_back_when_it_is_too_long_to_save(work: Field, sign_in: SignIn) -> None:
    browser, text = sign_in(work.members["lead"]), "e" * 1_000_000
    assert _keep(browser, work, note=text) == 200
    assert text in _text(browser, work, "new")
    answer = browser.post(
        work.url("new"), data={"organisations": [str(work.combe.id)], "date": "12/01/2023", "kind": "individual", "note": text}
    )
    assert answer.status_code == 422
    assert text in answer.get_data(as_text=True)


def test_discarding_forgets_it(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    browser = sign_in(work.members["consultant"])
    _keep(browser, work, f"{interview_id}/autosave", 1, note="x")
    _keep(browser, work, note="x")
    assert browser.post(work.url(f"{interview_id}/draft/discard")).status_code == 303
    assert browser.post(work.url("draft/discard")).status_code == 303
    assert count(Draft) == 0


def test_autosaving_while_another_saves_loses_neither(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(note="Début")
    one, two = sign_in(work.members["consultant"]), sign_in(work.members["lead"])
    _keep(
        one, work, f"{interview_id}/autosave", 1, note="Ma suite", lang="fr", confidentiality="team", kind="individual", date="12/01/2023"
    )
    typed = {
        "organisations": [str(work.combe.id)],
        "date": "12/01/2023",
        "kind": "individual",
        "lang": "fr",
        "confidentiality": "team",
        "version": "1",
    }
    assert two.post(work.url(f"{interview_id}/edit"), data={**typed, "note": "Leur suite"}).status_code == 303
    assert (
        _keep(
            one,
            work,
            f"{interview_id}/autosave",
            1,
            note="Ma suite et fin",
            lang="fr",
            confidentiality="team",
            kind="individual",
            date="12/01/2023",
        )
        == 200
    )
    assert work.read(interview_id).note == "Leur suite"
    assert "Ma suite et fin" in _text(one, work, f"{interview_id}/edit")


def test_two_tabs_that_keep_their_first_draft_at_once_both_succeed(app: Flask, work: Field, sign_in: SignIn) -> None:
    browsers, codes = [sign_in(work.members["lead"]) for _ in range(4)], []

    def send(browser: FlaskClient) -> None:
        with app.app_context():
            codes.append(_keep(browser, work, note="x", place="y"))

    threads = [threading.Thread(target=send, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert codes == [200] * 4
    assert count(Draft) == 2


def test_an_expired_session_keeps_the_draft_and_comes_back_to_it(work: Field, sign_in: SignIn, client: FlaskClient) -> None:
    browser = sign_in(work.members["consultant"])
    _keep(browser, work, note="Avant la fin de la session")
    with work.make.inside(None):
        db.session.execute(sa.delete(UserSession))
    assert _keep(browser, work, note="Après") in (303, 401)
    answer = browser.get(work.url("new"))
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.location).query)["next"] == [work.url("new")]
    assert "Avant la fin de la session" in _text(sign_in(work.members["consultant"]), work, "new")


def test_the_list_says_that_an_interview_was_begun(work: Field, sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    assert 'class="note info"' not in _text(browser, work, "")
    _keep(browser, work, note="x")
    assert 'class="note info"' in _text(browser, work, "")


def test_a_draft_is_not_what_makes_an_interview(work: Field, sign_in: SignIn) -> None:
    _keep(sign_in(work.members["consultant"]), work, note="x", organisations=["new:Jamais"])
    assert count(Interview) == 0
