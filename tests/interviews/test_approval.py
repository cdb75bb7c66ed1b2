"""Approval by the interviewee: a link, no account, one answer; what it shows and what it changes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient

from consult.interviews import answers, approval_links, approvals, revisions, service
from consult.interviews.answer_models import MissingCode
from consult.interviews.approval_models import Approval
from consult.interviews.models import QuoteRight
from consult.interviews.quotes_models import Quote
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.model import Confidentiality, now
from consult.kernel.scope import unscoped
from consult.mail.models import OutgoingMessage
from consult.studies.models import Study
from tests.interviews.conftest import Field, Guided

NOTE = "Trois marques font 40 % de l’activité.\n\nPeu de visibilité au-delà de quatre mois."


@pytest.fixture
def validated(work: Field) -> int:
    """A validated interview of a study that lets interviewees approve, with two who answered."""
    with work.make.inside(None):
        db.session.execute(sa.update(Study).where(Study.id == work.study.id).values(approval_by_interviewee=True))
    interview_id = work.logged(note=NOTE, interviewees=[("Nadia Perrin", "Dirigeante"), ("Luc Vernier", "Achats")])
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    return interview_id


def sent(work: Field, interview_id: int, which: int = 0, days: int = 30) -> str:
    """Send the note to one of those who answered and return the token."""
    with work.acting("consultant"):
        interview = service.get(interview_id)
        return approvals.ask(interview, interview.interviewee_links[which].person_id, days)[1]


def given(client: FlaskClient, token: str) -> dict[str, str]:
    """Return what the form of the page holds."""
    page = client.get(f"/approve/{token}").get_data(as_text=True)
    return {"revision": re.findall(r'name="revision"[^>]*value="(\d+)"', page)[0], "note": NOTE, "once": token[:20]}


def test_who_answered_approves_without_an_account_and_the_interview_says_so(work: Field, validated: int, client: FlaskClient) -> None:
    token = sent(work, validated)
    assert work.read(validated).state == "sent_back"
    page = client.get(f"/approve/{token}")
    assert page.status_code == 200
    assert "quatre mois" in page.text
    assert "Nadia Perrin" in page.text
    answer = client.post(f"/approve/{token}", data=given(client, token) | {"verdict": "approve", "message": "Merci."})
    assert answer.status_code == 200
    interview = work.read(validated)
    assert (interview.state, interview.note) == ("approved", NOTE)


def test_opening_the_link_changes_nothing_however_often_machines_do(work: Field, validated: int, client: FlaskClient) -> None:
    token = sent(work, validated)
    for _ in range(3):
        assert client.get(f"/approve/{token}").status_code == 200
        assert client.head(f"/approve/{token}").status_code == 200
    assert work.read(validated).state == "sent_back"


def test_an_amended_sentence_takes_its_place_and_the_original_stays_as_a_revision(work: Field, validated: int, client: FlaskClient) -> None:
    token = sent(work, validated)
    amended = NOTE.replace("quatre mois", "six mois").replace("\n", "\r\n")
    answer = client.post(f"/approve/{token}", data=given(client, token) | {"note": amended, "verdict": "approve"})
    assert answer.status_code == 200
    interview = work.read(validated)
    assert interview.state == "amended"
    assert interview.note == NOTE.replace("quatre mois", "six mois")
    with work.acting("lead"):
        kept = revisions.of(service.get(validated))
        assert [each.content["note"] for each in kept] == [NOTE, NOTE.replace("quatre mois", "six mois")]
        assert kept[1].person_id is not None


def test_a_link_works_once(work: Field, validated: int, client: FlaskClient) -> None:
    token = sent(work, validated)
    data = given(client, token)
    assert client.post(f"/approve/{token}", data=data | {"verdict": "approve"}).status_code == 200
    for again in (client.get(f"/approve/{token}"), client.post(f"/approve/{token}", data=data | {"once": "x", "note": "Rien."})):
        assert again.status_code == 410
        assert "déjà répondu" in again.text
    assert work.read(validated).note == NOTE


@pytest.mark.parametrize("change", ["tampered", "expired", "closed", "reopened", "deleted study"])
def test_a_link_that_should_open_nothing_says_why_and_shows_nothing(work: Field, validated: int, client: FlaskClient, change: str) -> None:
    token = sent(work, validated, days=2)
    at = now()
    if change == "tampered":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    elif change == "expired":
        at += dt.timedelta(days=3)
    elif change == "closed":
        with work.acting("lead"):
            interview = service.get(validated)
            approvals.revoke(interview, approval_links.open_of(interview)[0])
    elif change == "reopened":
        with work.acting("lead"):
            service.reopen(service.get(validated), "Un chiffre manquait.")
    else:
        with work.make.inside(None):
            db.session.execute(sa.update(Study).where(Study.id == work.study.id).values(deleted_at=now()))
    with time_machine.travel(at, tick=False):
        answer = client.get(f"/approve/{token}")
        written = client.post(f"/approve/{token}", data={"note": "Rien.", "verdict": "approve", "revision": "1"})
    assert answer.status_code in (404, 410)
    assert "quatre mois" not in answer.text + written.text
    assert work.read(validated).note == NOTE


def test_two_who_amend_the_same_text_both_see_both(work: Field, validated: int, client: FlaskClient) -> None:
    one, two = sent(work, validated), sent(work, validated, 1)
    first, second = given(client, one), given(client, two)
    client.post(f"/approve/{one}", data=first | {"note": NOTE.replace("quatre", "cinq"), "verdict": "approve"})
    late = client.post(f"/approve/{two}", data=second | {"note": NOTE.replace("quatre", "huit"), "verdict": "approve"})
    assert late.status_code == 409
    assert "cinq mois" in late.text
    assert "huit mois" in late.text
    assert "cinq mois" in (work.read(validated).note or "")
    again = {"revision": "2", "note": NOTE.replace("quatre", "huit"), "verdict": "approve", "once": "again"}
    assert client.post(f"/approve/{two}", data=again).status_code == 200
    assert "huit mois" in (work.read(validated).note or "")


def test_who_does_not_approve_says_why(work: Field, validated: int, client: FlaskClient) -> None:
    token = sent(work, validated)
    refused = client.post(f"/approve/{token}", data=given(client, token) | {"verdict": "correct"})
    assert refused.status_code == 422
    assert "Dites ce qui est à corriger" in refused.text
    said = given(client, token) | {"verdict": "correct", "message": "Ce n’est pas ce que j’ai dit.", "once": "second"}
    assert client.post(f"/approve/{token}", data=said).status_code == 200
    assert work.read(validated).state == "amended"


def test_the_page_tells_nothing_of_another_person_or_organisation(work: Field, client: FlaskClient) -> None:
    with work.make.inside(None):
        db.session.execute(sa.update(Study).where(Study.id == work.study.id).values(approval_by_interviewee=True))
    both = [work.combe.id, work.lac.id]
    interview_id = work.logged(note=NOTE, organisations=both, interviewees=[("Nadia Perrin", "Dirigeante"), ("Luc Vernier", "Achats")])
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    page = client.get(f"/approve/{sent(work, interview_id)}").text
    assert "Luc Vernier" not in page
    assert "Cadrans du Lac" not in page


def test_only_a_validated_interview_of_a_study_that_wants_it_is_sent(work: Field) -> None:
    interview_id = work.logged(interviewees=[("Nadia Perrin", None)])
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    with pytest.raises(Refused) as refused:
        sent(work, interview_id)
    assert refused.value.code == "approval_not_offered"


def test_where_the_study_does_not_want_it_the_page_says_so_rather_than_ask_for_a_validation(
    work: Field, sign_in: Callable[..., FlaskClient]
) -> None:
    interview_id = work.logged(interviewees=[("Nadia Perrin", None)])
    browser = sign_in(work.members["lead"])
    page = browser.get(work.url(f"{interview_id}/approvals")).text
    assert "Les réglages de cette étude" in page
    assert "une fois l’entretien validé" not in page


def test_a_closed_link_can_be_opened_again_and_the_last_one_closed_leaves_the_interview_validated(work: Field, validated: int) -> None:
    sent(work, validated)
    with work.acting("lead"):
        interview = service.get(validated)
        link = approval_links.open_of(interview)[0]
        approvals.revoke(interview, link)
        assert interview.state == "validated"
        approvals.give_back(interview, link)
        assert interview.state == "sent_back"


def test_the_database_knows_the_token_by_its_hash_alone(work: Field, validated: int) -> None:
    token = sent(work, validated)
    with unscoped("tests read back"):
        db.session.rollback()
        kept = db.session.scalars(sa.select(Approval.token_hash)).all()
    assert token not in kept
    assert all(len(each) == 64 for each in kept)


def test_the_team_sends_the_note_and_sees_the_link_once(work: Field, validated: int, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in(work.members["consultant"])
    page = browser.get(work.url(f"{validated}/approvals")).text
    person = re.findall(r'<option[^>]*value="(\d+)"[^>]*>Nadia Perrin', page)[0]
    made = browser.post(work.url(f"{validated}/approvals"), data={"person_id": person, "days": "10"}, follow_redirects=True).text
    assert "/approve/" in made
    assert "mailto:" in made
    assert "/approve/" not in browser.get(work.url(f"{validated}/approvals")).text
    assert sign_in(work.members["guest"]).get(work.url(f"{validated}/approvals")).status_code == 403


def test_a_link_for_somebody_without_an_address_is_made_and_sent_nowhere(
    work: Field, validated: int, sign_in: Callable[..., FlaskClient]
) -> None:
    browser = sign_in(work.make.member(work.study, "lead", lang="en"))
    person = re.findall(r'<option[^>]*value="(\d+)"[^>]*>Nadia Perrin', browser.get(work.url(f"{validated}/approvals")).text)[0]
    asked = {"person_id": person, "days": "10", "sends": "y"}
    told = browser.post(work.url(f"{validated}/approvals"), data=asked, follow_redirects=True).text
    assert "Nadia Perrin has no e-mail address" in told
    assert "/approve/" in told
    with unscoped("tests read back"):
        assert db.session.scalars(sa.select(OutgoingMessage.id)).all() == []


def test_answers_are_read_and_amended_one_by_one_and_strict_ones_are_not_shown(work: Field, guided: Guided, client: FlaskClient) -> None:
    with work.make.inside(None):
        db.session.execute(sa.update(Study).where(Study.id == work.study.id).values(approval_by_interviewee=True))
    interview_id = work.logged(guide_version_id=guided.version_id, interviewees=[("Nadia Perrin", "Dirigeante")])
    with work.acting("lead"):
        answers.put(interview_id, guided.questions["story"], "Des commandes à quatre mois.")
        answers.put(interview_id, guided.questions["trade"], "Décolleteuse en difficulté", level=Confidentiality.STRICT)
        answers.put(interview_id, guided.questions["workforce"], Decimal(38))
        service.validate(service.get(interview_id))
    token, story = sent(work, interview_id), guided.questions["story"]
    page = client.get(f"/approve/{token}").text
    assert "Des commandes à quatre mois." in page
    assert "38" in page
    assert "en difficulté" not in page
    data = {
        "revision": "1",
        f"answer_{story}": "Des commandes à six mois.",
        "verdict": "approve",
        f"answer_{guided.questions['trade']}": "x",
    }
    assert client.post(f"/approve/{token}", data=data).status_code == 200
    with work.acting("lead"):
        held = answers.of(interview_id)
        assert held[story].value_text == "Des commandes à six mois."
        assert held[guided.questions["trade"]].value_text == "Décolleteuse en difficulté"
        former, later = (each.content for each in revisions.of(service.get(interview_id)))
    assert (former[f"answer:{story}"], later[f"answer:{story}"]) == ("Des commandes à quatre mois.", "Des commandes à six mois.")
    assert work.read(interview_id).state == "amended"


def test_an_answer_that_is_taken_back_whole_is_a_refusal_to_answer(work: Field, guided: Guided, client: FlaskClient) -> None:
    with work.make.inside(None):
        db.session.execute(sa.update(Study).where(Study.id == work.study.id).values(approval_by_interviewee=True))
    interview_id = work.logged(guide_version_id=guided.version_id, interviewees=[("Nadia Perrin", "Dirigeante")])
    with work.acting("lead"):
        answers.put(interview_id, guided.questions["story"], "Des commandes à quatre mois.")
        service.validate(service.get(interview_id))
    token, story = sent(work, interview_id), guided.questions["story"]
    client.post(f"/approve/{token}", data={"revision": "1", f"answer_{story}": "", "verdict": "approve"})
    with work.acting("lead"):
        held = answers.of(interview_id)[story]
        assert (held.value_text, held.missing) == (None, MissingCode.REFUSES)


def test_each_quote_is_allowed_by_whoever_said_it_and_by_nobody_else(work: Field, validated: int, client: FlaskClient) -> None:
    with work.acting("consultant"):
        nadia, luc = (link.person_id for link in service.get(validated).interviewee_links)
        words = {"On se connaît tous.": nadia, "Les prix baissent.": luc, "Personne ne sait.": None}
        quotes = [
            Quote(ref=f"QUO-{n}", study_id=work.study.id, interview_id=validated, text=text, speaker_id=who, right=QuoteRight.QUOTABLE)
            for n, (text, who) in enumerate(words.items())
        ]
        db.session.add_all(quotes)
        db.session.flush()
        ids = [quote.id for quote in quotes]
    token = sent(work, validated)
    page = client.get(f"/approve/{token}").text
    assert "On se connaît tous." in page
    assert "Les prix baissent." not in page
    assert "Personne ne sait." not in page
    said = given(client, token) | {"verdict": "approve", f"quote_{ids[0]}": "anonymous", f"quote_{ids[1]}": "internal"}
    assert client.post(f"/approve/{token}", data=said).status_code == 200
    with work.acting("lead"):
        rights = {quote.id: quote.right for quote in db.session.scalars(sa.select(Quote))}
    assert [rights[number] for number in ids] == ["anonymous", "quotable", "quotable"]


def test_a_quote_whose_use_is_not_said_is_asked_for(work: Field, validated: int, client: FlaskClient) -> None:
    with work.acting("consultant"):
        nadia = service.get(validated).interviewee_links[0].person_id
        facts = {"study_id": work.study.id, "interview_id": validated, "speaker_id": nadia}
        db.session.add(Quote(ref="QUO-1", text="On se connaît tous.", right=QuoteRight.INTERNAL, **facts))
    token = sent(work, validated)
    assert client.post(f"/approve/{token}", data=given(client, token) | {"verdict": "approve"}).status_code == 422
    assert work.read(validated).state == "sent_back"


def test_closing_a_link_is_no_validation_that_could_be_taken_back(work: Field, validated: int) -> None:
    sent(work, validated)
    with work.acting("lead"):
        interview = service.get(validated)
        approvals.revoke(interview, approval_links.open_of(interview)[0])
    with work.acting("lead"), pytest.raises(Refused) as refused:
        service.take_back(service.get(validated))
    assert refused.value.code == "cannot_take_back"
    kept = work.read(validated)
    assert (kept.state, kept.validated_at is not None) == ("validated", True)
    assert work.disposition(work.combe) == "done"
