"""What people were told and agreed to: noted with the version of the notice, withdrawn without being forgotten, seen by the team alone."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from consult.accounts.models import User
from consult.kernel.db import db
from consult.kernel.errors import Forbidden, Refused
from consult.organisations import consents, people_service
from consult.organisations.consents_models import Channel, ConsentRecord, Purpose
from consult.studies import notices
from consult.studies.models import PrivacyNotice, Study
from tests.factories import Make, count

SignIn = Callable[..., FlaskClient]


class Told:
    """A study with a lead, and a person to be told and asked."""

    def __init__(self, make: Make) -> None:
        self.make, self.study = make, make.study("Filière", client="Grand Besançon", provider="Cabinet Comtois")
        self.lead: User = make.member(self.study, "lead", name="Camille Morel")
        self.combe = make.organisation(self.study, "Ateliers de la Combe")
        self.id = make.person(self.combe, "Morel", first_name="Jeanne").id

    def url(self, path: str = "") -> str:
        return f"/studies/{self.study.id}/people/{self.id}{path}"


@pytest.fixture
def told(make: Make) -> Told:
    """A person of a study."""
    return Told(make)


def test_the_notice_that_was_given_is_kept_as_it_was_although_it_is_written_anew(told: Told) -> None:
    at = dt.datetime(2023, 1, 9, 8, tzinfo=dt.UTC)
    with told.make.inside(told.study, told.lead):
        person = people_service.get(told.id)
        first = consents.notice_given(person, Channel.EMAIL, at=at)
        assert (first.notice_version, first.given_at, first.channel) == (1, at, Channel.EMAIL)
        assert consents.was_told(told.id)
        notices.rewrite({"fr": "Autre texte.", "en": "Another text."}, 1)
        second = consents.notice_given(person, "phone", version=None)
        assert second.notice_version == 2
        assert "Cabinet Comtois" in notices.version(1).texts["fr"]
        assert notices.present().texts == {"fr": "Autre texte.", "en": "Another text."}


def test_a_withdrawal_ends_a_consent_and_keeps_it(told: Told) -> None:
    with told.make.inside(told.study, told.lead):
        person = people_service.get(told.id)
        record = consents.ask(person, {"purpose": Purpose.QUOTE, "agreed": True, "day": dt.date(2023, 1, 9)})
        assert consents.agrees(told.id, Purpose.QUOTE)
        consents.withdraw(record, dt.date(2023, 2, 1))
        assert not consents.agrees(told.id, Purpose.QUOTE)
        again = consents.ask(person, {"purpose": Purpose.QUOTE, "agreed": True})
        assert again.id != record.id
        assert consents.agrees(told.id, Purpose.QUOTE)
    assert count(ConsentRecord) == 2


def test_who_declines_is_noted_so_and_what_stood_ends(told: Told) -> None:
    with told.make.inside(told.study, told.lead):
        person = people_service.get(told.id)
        stood = consents.ask(person, {"purpose": Purpose.SHARE, "agreed": True})
        no = consents.ask(person, {"purpose": Purpose.SHARE, "agreed": False})
        assert stood.withdrawn_at is not None
        assert (no.given_at, no.withdrawn_at is not None) == (None, True)
        assert not consents.agrees(told.id, Purpose.SHARE)
        consents.stand_again(no)
        assert not consents.agrees(told.id, Purpose.SHARE)


def test_information_is_not_withdrawn_and_a_day_to_come_has_not_happened(told: Told) -> None:
    with told.make.inside(told.study, told.lead):
        person = people_service.get(told.id)
        with pytest.raises(Refused, match="information_is_not_withdrawn"):
            consents.withdraw(consents.notice_given(person, Channel.PHONE))
        with pytest.raises(Refused, match="day_to_come"):
            consents.ask(person, {"purpose": Purpose.QUOTE, "agreed": True, "day": dt.date(2199, 1, 1)})


def test_the_database_refuses_a_record_of_nothing(told: Told) -> None:
    with pytest.raises(IntegrityError), told.make.inside(told.study):
        db.session.add(ConsentRecord(person_id=told.id, purpose=Purpose.QUOTE))


def test_another_study_knows_nothing_of_it(told: Told, make: Make) -> None:
    with told.make.inside(told.study, told.lead):
        consents.ask(people_service.get(told.id), {"purpose": Purpose.QUOTE, "agreed": True})
    there = make.study("Autre")
    with make.inside(there):
        assert not consents.agrees(told.id, Purpose.QUOTE)
        assert consents.of(told.id) == []


def test_it_is_noted_with_its_proof_on_the_persons_page(told: Told, sign_in: SignIn) -> None:
    browser = sign_in(told.lead)
    sent = {
        "purpose": "quote", "answer": "yes", "day": "09/01/2023", "channel": "signed", "basis": "consent",
        "proof": (io.BytesIO(b"%PDF-1.7 signed"), "accord.pdf"),
    }  # fmt: skip
    assert browser.post(told.url("/consents/new"), data=sent, content_type="multipart/form-data").status_code == 303
    shown = browser.get(told.url()).text
    assert {"Être cité", "09/01/2023", "accord.pdf"} <= {word for word in ("Être cité", "09/01/2023", "accord.pdf") if word in shown}
    proof = browser.get(told.url("/consents/1/proof"), buffered=True)
    assert (proof.data, proof.headers["Content-Disposition"][:10]) == (b"%PDF-1.7 signed", "attachment")
    browser.post(told.url("/consents/1/withdraw"))
    assert "retiré le" in browser.get(told.url()).text
    browser.post(told.url("/consents/1/stand-again"))
    assert "retiré le" not in browser.get(told.url()).text
    browser.post(told.url("/consents/1/delete"))
    assert "accord.pdf" not in browser.get(told.url()).text
    browser.post(told.url("/consents/1/bring-back"))
    assert "accord.pdf" in browser.get(told.url()).text
    assert "information ou consentement" in browser.get(told.url("/history")).text


def test_guests_see_neither_person_nor_proof_and_a_reviewer_notes_nothing(told: Told, make: Make, sign_in: SignIn) -> None:
    with told.make.inside(told.study, told.lead):
        consents.notice_given(people_service.get(told.id), Channel.PHONE)
    guest = sign_in(make.member(told.study, "guest"))
    assert guest.get(told.url("/consents/1/proof"), buffered=True).status_code == 403
    assert guest.get(f"/studies/{told.study.id}/privacy-notice").status_code == 403
    assert sign_in(make.member(told.study, "reviewer")).post(told.url("/consents/1/delete")).status_code == 403


def test_the_notice_is_written_anew_as_another_version_by_a_lead(told: Told, make: Make, sign_in: SignIn) -> None:
    browser, address = sign_in(told.lead), f"/studies/{told.study.id}/privacy-notice"
    assert "Cabinet Comtois" in browser.get(address).text
    missing = browser.post(f"{address}/edit", data={"text_fr": "Seul", "text_en": "", "version": "1"})
    assert (missing.status_code, "Seul" in missing.text) == (422, True)
    assert browser.post(f"{address}/edit", data={"text_fr": "Nouveau", "text_en": "New", "version": "1"}).status_code == 303
    assert "Nouveau" in browser.get(address).text
    assert "Cabinet Comtois" in browser.get(f"{address}?version=1").text
    late = browser.post(f"{address}/edit", data={"text_fr": "Tardif", "text_en": "Late", "version": "1"})
    assert (late.status_code, "Tardif" in late.text) == (422, True)
    assert browser.get(f"{address}?version=7").status_code == 404
    assert sign_in(make.member(told.study, "consultant")).get(f"{address}/edit").status_code == 403
    assert count(PrivacyNotice) == 2


def test_the_database_keeps_one_notice_of_a_number(told: Told) -> None:
    with pytest.raises(IntegrityError), told.make.inside(told.study):
        db.session.add_all(PrivacyNotice(study_id=told.study.id, number=1, text_fr="a", text_en="b") for _ in range(2))


def test_the_last_contact_is_the_last_interview(told: Told, sign_in: SignIn) -> None:
    from consult.interviews.models import Interviewee

    for day in (dt.date(2023, 1, 12), dt.date(2023, 3, 2)):
        interview = told.make.interview(told.study, told.combe, by=told.lead, date=day)
        with told.make.inside(told.study):
            db.session.add(Interviewee(study_id=told.study.id, interview_id=interview.id, person_id=told.id))
    shown = sign_in(told.lead).get(told.url()).text
    assert "02/03/2023" in shown.partition("Dernier contact")[2][:400]


def test_only_who_edits_the_directory_notes_a_consent(told: Told) -> None:
    from consult.kernel import scope
    from consult.kernel.db import unit_of_work

    with unit_of_work(), scope.within(scope.Scope(told.study.id, told.lead.id, "reviewer", 3), db.session()):
        person = people_service.get(told.id)
        with pytest.raises(Forbidden):
            consents.ask(person, {"purpose": Purpose.QUOTE, "agreed": True})


def test_studies_are_told_apart_by_their_own_numbers(told: Told, make: Make) -> None:
    other: Study = make.study("Autre")
    for study in (told.study, other):
        with make.inside(study):
            notices.keep()
    with make.inside(None):
        assert db.session.scalars(sa.select(PrivacyNotice.number)).all() == [1, 1]
