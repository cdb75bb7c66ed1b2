"""Quotes: taken down with the right that was agreed to, found again in the note, and handed out only as far as the right allows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from consult.interviews import answers, quote_listing, quotes, service
from consult.interviews.anchoring import anchor
from consult.interviews.models import QuoteRight
from consult.interviews.quotes_models import Quote
from consult.kernel.db import db
from consult.kernel.errors import Conflict, Forbidden, NotFound, Refused
from consult.kernel.model import Confidentiality
from consult.organisations import consents, people_service
from consult.organisations.consents_models import Purpose
from tests.factories import count
from tests.interviews.conftest import Field, Guided

SignIn = Callable[..., FlaskClient]
NOTE = "Contexte 🕰️\r\n\r\nNous cherchons un **partenaire local**\npour les aiguilles. Nous cherchons toujours."
SAID = "partenaire local pour les aiguilles"


def taken(work: Field, interview_id: int, role: str = "consultant", **values: object) -> int:
    with work.acting(role):
        return quotes.take_down(service.get(interview_id), {"text": SAID, **values}).id


def read(work: Field, quote_id: int) -> Quote:
    with work.acting("lead"):
        quote = quotes.get(quote_id)
        db.session.expunge_all()
        return quote


# where the words stand


def test_words_are_found_in_the_note_across_line_ends_and_marks_counted_in_characters(work: Field) -> None:
    quote = read(work, taken(work, work.logged(note=NOTE)))
    kept = NOTE.replace("\r\n", "\n")
    assert quote.start is not None
    assert kept[quote.start : quote.end] == "partenaire local**\npour les aiguilles"
    assert quote.text_sha is not None


@given(st.text(max_size=60), st.lists(st.text("abcé🕰", min_size=1, max_size=6), min_size=1, max_size=5), st.text(max_size=60))
def test_words_that_stand_in_a_text_are_found_there(before: str, words: list[str], after: str) -> None:
    found = anchor(f"{before} {' '.join(words)} {after}", "  ".join(words))
    assert found is not None
    assert found[0] < found[1]


def test_of_several_places_the_nearest_is_taken() -> None:
    text = "oui. non. oui."
    assert anchor(text, "oui") == (0, 3)
    assert anchor(text, "oui", near=9) == (10, 13)
    assert anchor(text, "peut-être") is None
    assert anchor(None, "oui") is None


def test_a_quote_is_to_be_checked_once_its_words_no_longer_stand_in_the_note(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(note=NOTE)
    quote_id, free = taken(work, interview_id), taken(work, interview_id, text="Dit au téléphone")
    browser = sign_in(work.members["lead"])
    assert "à vérifier" not in browser.get(work.url(str(interview_id))).text
    with work.acting("consultant"):
        service.change(service.get(interview_id), "note", NOTE.replace("aiguilles", "cadrans"))
    assert "à vérifier" in browser.get(work.url(f"quotes/{quote_id}")).text or "plus" in browser.get(work.url(f"quotes/{quote_id}")).text
    listed = browser.get(work.url("quotes/?to_check=1")).text
    assert f"quotes/{quote_id}" in listed
    assert f"quotes/{free}" not in listed
    with work.acting("consultant"):
        service.change(service.get(interview_id), "note", f"Un début. {NOTE}")
    assert f"quotes/{quote_id}" not in browser.get(work.url("quotes/?to_check=1")).text


# the right


@pytest.mark.parametrize("agreed", [None, *QuoteRight])
def test_the_right_is_what_was_agreed_aloud_and_internal_where_nothing_was(work: Field, agreed: QuoteRight | None) -> None:
    interview_id = work.logged()
    with work.acting("consultant"):
        quotes.set_consent(service.get(interview_id), agreed, None)
    quote = read(work, taken(work, interview_id))
    assert quote.right == (agreed or QuoteRight.INTERNAL)
    assert quote.oral_consent == (agreed is not None)


def test_another_answer_moves_the_quotes_that_rested_on_the_former_one_only(work: Field) -> None:
    interview_id = work.logged()
    with work.acting("consultant"):
        quotes.set_consent(service.get(interview_id), QuoteRight.QUOTABLE, None)
    rested, chosen = taken(work, interview_id), taken(work, interview_id, right=QuoteRight.ANONYMOUS)
    with work.acting("consultant"):
        quotes.set_consent(service.get(interview_id), QuoteRight.INTERNAL, None)
    assert read(work, rested).right == QuoteRight.INTERNAL
    assert (read(work, chosen).right, read(work, chosen).oral_consent) == (QuoteRight.ANONYMOUS, False)


def test_a_withdrawn_consent_keeps_the_words_in_the_team_until_it_is_given_again(work: Field) -> None:
    interview_id = work.logged(interviewees=[("Jeanne Morel", None)])
    with work.acting("consultant"):
        person_id = service.get(interview_id).interviewee_links[0].person_id
    quote_id = taken(work, interview_id, speaker_id=person_id, right=QuoteRight.QUOTABLE)
    with work.acting("lead"):
        record = consents.ask(people_service.get(person_id), {"purpose": Purpose.QUOTE, "agreed": True})
        assert quotes.usable_right(quotes.get(quote_id)) == QuoteRight.QUOTABLE
        consents.withdraw(record)
        assert quotes.usable_right(quotes.get(quote_id)) == QuoteRight.INTERNAL
        assert quotes.get(quote_id).right == QuoteRight.QUOTABLE
        consents.ask(people_service.get(person_id), {"purpose": Purpose.QUOTE, "agreed": True})
        assert quotes.usable_right(quotes.get(quote_id)) == QuoteRight.QUOTABLE


# who reads what


def test_guests_read_no_internal_words_and_no_name_where_none_may_stand(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(confidentiality=Confidentiality.PARTNERS)
    said = {right: taken(work, interview_id, text=f"Propos {right.value}", right=right) for right in QuoteRight}
    browser = sign_in(work.members["guest"])
    listed = browser.get(work.url("quotes/")).text
    assert "Propos internal" not in listed
    assert "Propos anonymous" in listed
    rows = list(csv.reader(io.StringIO(browser.get(work.url("quotes/export.csv")).text.lstrip("\ufeff")), delimiter=";"))
    named = {row[0]: row[1] for row in rows[1:]}
    assert named == {"Propos quotable": "Ateliers de la Combe", "Propos anonymous": ""}
    assert browser.get(work.url(f"quotes/{said[QuoteRight.INTERNAL]}")).status_code == 404
    beside = browser.get(f"/studies/{work.study.id}/organisations/{work.combe.id}").text
    assert "Propos quotable" in beside
    assert "Propos anonymous" not in beside
    shown = browser.get(work.url(str(interview_id))).text
    assert "Propos quotable" in shown
    assert "Propos anonymous" not in shown
    unnamed, named_page = (browser.get(work.url(f"quotes/{said[right]}")).text for right in (QuoteRight.ANONYMOUS, QuoteRight.QUOTABLE))
    assert "Ateliers de la Combe" in named_page
    assert "Propos anonymous" in unnamed
    assert "Ateliers de la Combe" not in unnamed
    assert work.url(str(interview_id)) not in unnamed


@pytest.mark.parametrize("role", ["consultant", "guest"])
def test_words_of_an_interview_that_somebody_may_not_know_of_do_not_exist_for_them(work: Field, sign_in: SignIn, role: str) -> None:
    interview_id = work.logged("lead", confidentiality=Confidentiality.STRICT)
    quote_id = taken(work, interview_id, "lead", right=QuoteRight.QUOTABLE)
    browser = sign_in(work.members[role])
    assert SAID not in browser.get(work.url("quotes/")).text
    assert browser.get(work.url(f"quotes/{quote_id}")).status_code == 404
    assert SAID not in browser.get(f"/studies/{work.study.id}/organisations/{work.combe.id}").text
    assert browser.post(work.url(f"quotes/{quote_id}/delete")).status_code in (403, 404)


def test_partners_get_nothing_internal_nothing_strict_and_no_name_beside_words_without_name(work: Field, sign_in: SignIn) -> None:
    open_, strict = work.logged(), work.logged("lead", confidentiality=Confidentiality.STRICT)
    for right in QuoteRight:
        taken(work, open_, text=f"Propos {right.value}", right=right)
    taken(work, open_, text="Propos strict", right=QuoteRight.QUOTABLE, confidentiality=Confidentiality.STRICT)
    taken(work, strict, "lead", text="Propos d’un entretien strict", right=QuoteRight.QUOTABLE)
    answer = sign_in(work.members["lead"]).get(work.url("quotes/for-partners.csv"))
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))[1:]
    assert {row[0]: row[1] for row in rows} == {"Propos quotable": "Ateliers de la Combe", "Propos anonymous": ""}
    assert sign_in(work.members["guest"]).get(work.url("quotes/for-partners.csv")).status_code == 403


# change, delete, bring back


def test_a_quote_goes_and_comes_back_and_so_it_does_with_its_interview(work: Field) -> None:
    interview_id = work.logged()
    quote_id = taken(work, interview_id)
    with work.acting("consultant"):
        quotes.delete(quotes.get(quote_id))
        with pytest.raises(NotFound):
            quotes.get(quote_id)
        quotes.bring_back(quotes.get(quote_id, deleted=True))
        service.delete(service.get(interview_id))
    with work.acting("consultant"), pytest.raises(NotFound):
        quotes.get(quote_id)
    with work.acting("consultant"):
        service.bring_back(service.get(interview_id, deleted=True))
    assert read(work, quote_id).text == SAID


def test_a_quote_is_not_saved_over_what_somebody_else_saved(work: Field) -> None:
    quote_id = taken(work, work.logged())
    with work.acting("consultant"):
        quotes.update(quotes.get(quote_id), {"memo": "à lire"}, 1)
    with pytest.raises(Conflict), work.acting("lead"):
        quotes.update(quotes.get(quote_id), {"memo": "autre"}, 1)


def test_a_reviewer_and_a_guest_take_nothing_down(work: Field) -> None:
    interview_id = work.logged(confidentiality=Confidentiality.PARTNERS)
    for role in ("reviewer", "guest"):
        with pytest.raises(Forbidden):
            taken(work, interview_id, role)


def test_words_are_asked_for_and_a_speaker_is_somebody_of_the_study(work: Field) -> None:
    interview_id = work.logged()
    with pytest.raises(Refused, match="quote_is_empty"):
        taken(work, interview_id, text="   ")
    elsewhere = work.make.person(work.make.organisation(work.make.study("Autre")))
    with pytest.raises(Refused, match="speaker_unknown"):
        taken(work, interview_id, speaker_id=elsewhere.id)


def test_the_database_refuses_words_that_end_before_they_begin(work: Field) -> None:
    quote_id = taken(work, work.logged())
    with pytest.raises(IntegrityError), work.make.inside(None):
        db.session.execute(sa.update(Quote).where(Quote.id == quote_id).values(start=9, end=3))


# in a browser


def test_the_form_answers_the_panel_to_a_script_and_a_page_without_one(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(interviewees=[("Jeanne Morel", None)])
    browser = sign_in(work.members["consultant"])
    address, typed = work.url(f"{interview_id}/quotes/new"), {"quote-right": "anonymous", "quote-confidentiality": "team"}
    swapped = browser.post(address, data={**typed, "quote-text": SAID}, headers={"HX-Request": "true"})
    assert swapped.status_code == 200
    assert swapped.text.startswith("<section")
    assert SAID in swapped.text
    wrong = browser.post(address, data={**typed, "quote-text": "", "quote-memo": "gardé"}, headers={"HX-Request": "true"})
    assert (wrong.status_code, "gardé" in wrong.text, '<details class="more capture-form" open' in wrong.text) == (422, True, True)
    alone = browser.post(address, data={**typed, "quote-text": ""})
    assert (alone.status_code, "<h1>" in alone.text) == (422, True)
    done = browser.post(address, data={**typed, "quote-text": "Encore"})
    assert done.headers["Location"].endswith(f"/interviews/{interview_id}#quotes")
    assert count(Quote) == 2


def test_the_right_is_set_in_the_list_and_the_history_tells_it(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    quote_id = taken(work, interview_id)
    browser = sign_in(work.members["consultant"])
    done = browser.post(work.url(f"quotes/{quote_id}/cells/right"), data={"right": "quotable", "version": "1"})
    assert (done.status_code, "Citable" in done.text) == (200, True)
    assert "Citable" in browser.get(work.url(f"{interview_id}/history")).text


def test_words_of_an_answer_are_placed_in_it_and_shown_there(work: Field, guided: Guided, sign_in: SignIn) -> None:
    interview, question = work.logged(guide_version_id=guided.version_id), guided.questions["story"]
    browser = sign_in(work.members["consultant"])
    with work.acting("consultant"):
        answers.put(interview, question, "Nous manquons de **régleurs** depuis dix ans.")
        quote = quotes.take_down(service.get(interview), {"text": "manquons de régleurs"})
        assert (quote.question_id, quote.start, quotes.is_to_check(quote)) == (question, 5, False)
        number = quote.id
    address = work.url(f"quotes/{number}")
    page = browser.get(work.url(str(interview))).text
    assert address in page.split(f'id="q-{question}"')[1].split("</dl>")[0]
    shown = browser.get(address).text
    assert f"#q-{question}" in shown
    with work.acting("consultant"):
        answers.put(interview, question, "Tout va bien.")
    assert "alert-triangle" in browser.get(address).text
    assert f"#q-{question}" in browser.get(address).text
    with work.acting("consultant"):
        assert quote_listing.to_check([number]) == {number: True}


def test_words_that_stand_twice_are_those_of_the_answer_where_they_were_selected(work: Field, guided: Guided, sign_in: SignIn) -> None:
    interview, asked = work.logged(guide_version_id=guided.version_id, note="On manque de régleurs"), guided.questions
    with work.acting("consultant"):
        for key in ("trade", "story"):
            answers.put(interview, asked[key], "On manque de régleurs")
    for chosen in (asked["trade"], asked["story"]):
        sent = {
            "quote-text": "manque de régleurs",
            "quote-right": "internal",
            "quote-confidentiality": "team",
            "quote-question_id": str(chosen),
        }
        assert sign_in(work.members["consultant"]).post(work.url(f"{interview}/quotes/new"), data=sent).status_code == 303
    with work.acting("consultant"):
        assert quotes.take_down(service.get(interview), {"text": "manque de régleurs"}).question_id is None
        placed = [quotes.get(number).question_id for number in (1, 2)]
    assert placed == [asked["trade"], asked["story"]]


def test_words_of_a_strict_answer_are_kept_as_strictly(work: Field, guided: Guided) -> None:
    interview, question = work.logged("lead", guide_version_id=guided.version_id), guided.questions["story"]
    with work.acting("lead"):
        answers.put(interview, question, "Nous allons vendre.", level=Confidentiality.STRICT)
        taken = {"text": "allons vendre", "confidentiality": Confidentiality.TEAM}
        number = quotes.take_down(service.get(interview), taken).id
        assert quotes.get(number).confidentiality == Confidentiality.STRICT
    with work.acting("consultant"), pytest.raises(NotFound):
        quotes.get(number)


def test_the_right_of_many_quotes_is_set_at_once_with_the_way_back(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    ids = [taken(work, interview_id, text=text, right=QuoteRight.INTERNAL) for text in ("une", "deux", "trois")]
    browser = sign_in(work.members["consultant"])
    sent = {"action": "right=anonymous", "ids": [str(number) for number in ids[:2]]}
    done = browser.post(work.url("quotes/bulk"), data=sent, follow_redirects=True)
    assert "2 citations modifiées" in done.text
    assert [read(work, number).right for number in ids] == ["anonymous", "anonymous", "internal"]
    undo = done.text.split("/quotes/bulk/undo?")[1].split('"')[0].replace("&amp;", "&")
    with work.acting("consultant"):
        quotes.update(quotes.get(ids[1]), {"right": QuoteRight.QUOTABLE}, None)
    left = browser.post(work.url(f"quotes/bulk/undo?{undo}"), follow_redirects=True).text
    assert "1 citation modifiée" in left
    assert [read(work, number).right for number in ids] == ["internal", "quotable", "internal"]
    assert sign_in(work.members["guest"]).post(work.url("quotes/bulk"), data=sent).status_code in (403, 404)
