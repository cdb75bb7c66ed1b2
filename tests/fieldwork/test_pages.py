"""The consultant's path and the lead's, page by page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from consult.fieldwork import attempts, letters, sharing, suggestions
from consult.fieldwork.models import ContactAttempt, Outcome, TemplateKind
from consult.kernel.db import db
from consult.kernel.errors import NotFound
from consult.organisations.consents_models import ConsentRecord, Purpose
from consult.organisations.participation import Disposition, Participation
from consult.organisations.people_models import PersonEmail
from tests.factories import count
from tests.fieldwork.conftest import Field
from tests.organisations.twins import rows


def test_a_call_is_noted_with_one_thumb_and_taken_back(field: Field, caller: FlaskClient) -> None:
    shown = caller.get(field.url("my-calls")).get_data(as_text=True)
    assert "Ateliers de la Combe" in shown
    assert "tel:+33353011001" in shown
    assert caller.post(field.url(f"targets/{field.target.id}/attempts/left_message")).status_code == 303
    assert (field.here().disposition, field.here().next_on is not None) == (Disposition.CONTACTED, True)
    noted = rows(ContactAttempt)[0]
    assert caller.post(field.url(f"attempts/{noted.id}/take-back")).status_code == 303
    assert (field.here().disposition, field.here().next_on) == (Disposition.TO_CONTACT, None)


def test_a_refusal_without_a_reason_comes_back_with_what_was_typed(field: Field, caller: FlaskClient) -> None:
    url = field.url(f"targets/{field.target.id}/attempts/new?outcome=refused")
    sent = {"outcome": "refused", "channel": "phone", "on": "05/01/2023", "time": "10:30", "note": "Trop de commandes", "cause": ""}
    answer = caller.post(url, data=sent)
    assert answer.status_code == 422
    assert "Trop de commandes" in answer.get_data(as_text=True)
    assert count(ContactAttempt) == 0
    assert caller.post(url, data={**sent, "cause": "no_time"}).status_code == 303
    assert field.here().disposition == Disposition.REFUSED


def test_a_reviewer_reads_and_a_guest_sees_nothing_of_the_field_work(field: Field, sign_in: Callable[..., FlaskClient]) -> None:
    reviewer, guest = (sign_in(field.make.member(field.study, role)) for role in ("reviewer", "guest"))
    assert reviewer.get(field.url("targets/")).status_code == 200
    text = reviewer.get(field.url(f"targets/{field.target.id}/call")).get_data(as_text=True)
    assert "/attempts/no_answer" not in text
    assert guest.get(field.url("targets/")).status_code == guest.get(field.url("coverage/")).status_code == 403


def test_the_number_of_who_does_not_want_to_be_contacted_is_not_shown(field: Field, caller: FlaskClient) -> None:
    silent = field.make.person(field.target, "Silence", do_not_contact=True)
    with field.inside():
        db.session.add(PersonEmail(person_id=silent.id, address="silence@example.org"))
    text = caller.get(field.url(f"targets/{field.target.id}/call")).get_data(as_text=True)
    assert "Silence" in text
    assert "silence@example.org" not in text
    assert caller.get(field.url(f"targets/{field.target.id}/messages/approach?person={silent.id}")).status_code == 422


def test_the_lock_is_shown_before_a_second_consultant_calls(field: Field, caller: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    caller.post(field.url(f"targets/{field.target.id}/claim"))
    second = sign_in(field.other)
    url = field.url(f"targets/{field.target.id}/claim")
    assert second.post(url, headers={"Accept": "application/json"}).get_json()["free"] is False
    assert "Julien Berthelin" in second.get(field.url(f"targets/{field.target.id}/call")).get_data(as_text=True)
    assert second.post(url, data={"over": "1"}, headers={"Accept": "application/json"}).get_json()["free"] is True


def test_a_message_opens_filled_in_and_noting_it_logs_attempt_and_notice_together(field: Field, caller: FlaskClient) -> None:
    with field.inside():
        db.session.add(PersonEmail(person_id=field.person.id, address="j.morel@example.org"))
    text = caller.get(field.url(f"targets/{field.target.id}/messages/approach?lang=fr")).get_data(as_text=True)
    link = re.findall(r'href="(mailto:[^"]+)"', text)[0].replace("&amp;", "&")
    parts = urlsplit(link)
    body = parse_qs(parts.query)["body"][0]
    assert unquote(parts.path) == "j.morel@example.org"
    assert "Madame Morel" in body
    assert "RGPD" in body
    assert not letters.unfilled(body)
    answer = caller.post(field.url(f"targets/{field.target.id}/messages/approach/sent"), data={"person": field.person.id, "lang": "fr"})
    assert answer.status_code == 303
    noted, told = rows(ContactAttempt)[0], rows(ConsentRecord)[0]
    assert (noted.outcome, noted.message, noted.notice_version) == (Outcome.SENT, TemplateKind.APPROACH, 1)
    assert (told.purpose, told.person_id, told.notice_version) == (Purpose.NOTICE, field.person.id, 1)
    caller.post(field.url(f"attempts/{noted.id}/take-back"))
    assert rows(ConsentRecord)[0].deleted_at is not None


def test_a_template_with_an_unknown_placeholder_or_without_the_notice_is_refused_in_words(
    field: Field, sign_in: Callable[..., FlaskClient]
) -> None:
    lead = sign_in(field.lead)
    url = field.url("message-templates/approach/fr")
    for body, said in (("Bonjour {prenom} {notice}", "prenom"), ("Bonjour {name}", "{notice}")):
        answer = lead.post(url, data={"subject": "Étude", "body": body})
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
    assert lead.post(url, data={"subject": "Étude", "body": "{salutation} {notice}"}).status_code == 303
    with field.inside():
        assert letters.text_of(TemplateKind.APPROACH, "fr").subject == "Étude"
    assert lead.post(url + "/ship").status_code == 303
    with field.inside():
        assert letters.text_of(TemplateKind.APPROACH, "fr").row is None


@given(st.text(max_size=200))
def test_no_text_makes_filling_fail_and_a_known_placeholder_is_filled(text: str) -> None:
    assert "Morel" in letters.fill(text + "{name}", {"name": "Morel"})
    letters.unfilled(text)


def test_shipped_messages_use_known_placeholders_only() -> None:
    from consult.fieldwork.letter_texts import shipped

    for (kind, _lang), (subject, body) in shipped().items():
        letters.check(kind, subject, body)


class Row:
    """A target to be shared out."""

    def __init__(self, number: int, commune: str) -> None:
        self.organisation_id, self.commune, self.owner_id = number, commune, None


@given(st.lists(st.sampled_from(["25411", "25321", "25056", ""]), max_size=60), st.lists(st.integers(0, 20), min_size=1, max_size=4))
def test_sharing_gives_each_target_once_and_evens_out_what_each_has(communes: list[str], has: list[int]) -> None:
    targets: list[Any] = [Row(number, commune) for number, commune in enumerate(communes)]
    loads = dict(enumerate(has, 1))
    for how in (sharing.EVEN, sharing.COMMUNE):
        given_ = sharing.divide(targets, loads, how)
        assert sorted(each for ids in given_.values() for each in ids) == list(range(len(targets)))
        if how == sharing.COMMUNE:
            where = {communes[each]: user for user, ids in given_.items() for each in ids if communes[each]}
            assert all(communes[each] == "" or where[communes[each]] == user for user, ids in given_.items() for each in ids)
    totals = [loads[user] + len(ids) for user, ids in sharing.divide(targets, loads, sharing.EVEN).items() if ids]
    assert not totals or max(totals) - min(totals) <= 1


def test_the_lead_shares_targets_out_between_the_consultants_and_takes_it_back(field: Field, sign_in: Callable[..., FlaskClient]) -> None:
    for number in range(5):
        field.make.organisation(field.study, f"Cible {number}")
    lead = sign_in(field.lead)
    answer = lead.post(field.url("targets/bulk"), data={"action": "share=even", "everything": "1"})
    owners = [here.owner_id for here in rows(Participation, study_id=field.study.id)]
    assert sorted(owners) == sorted([field.consultant.id] * 3 + [field.other.id] * 3)
    shown = lead.get(answer.location).get_data(as_text=True)
    undo = re.findall(r'action="([^"]*bulk/undo[^"]*)"', shown)[0].replace("&amp;", "&")
    lead.post(undo)
    assert [here.owner_id for here in rows(Participation, study_id=field.study.id)].count(None) == 5


def test_a_consultant_does_not_share_out(field: Field, caller: FlaskClient) -> None:
    assert caller.post(field.url("targets/bulk"), data={"action": "share=even", "everything": "1"}).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "never=1",
        "stop=1",
        "suggested=any",
        "next=2023-01-01&next=2030-01-01",
        "cause=none",
        "territory=242504116",
        "activity=26.52Z",
        "first_role=none",
        "stage=held",
        "channel=none",
    ],
)
def test_the_target_list_is_narrowed_in_its_address(field: Field, caller: FlaskClient, query: str) -> None:
    assert caller.get(field.url(f"targets/?{query}")).status_code == 200


def test_targets_leave_as_a_workbook_with_exactly_what_is_shown(field: Field, caller: FlaskClient) -> None:
    text = caller.get(field.url("targets/export/csv?cols=name&cols=contact&cols=suggested")).get_data(as_text=True)
    assert "Ateliers de la Combe" in text
    assert "Jeanne Morel" in text


def test_what_was_just_noted_is_taken_back_even_when_it_lies_before_another_attempt(field: Field, caller: FlaskClient) -> None:
    caller.post(field.url(f"targets/{field.target.id}/attempts/left_message"))
    sent = {"outcome": "call_back", "channel": "phone", "on": "05/01/2023", "time": "10:30", "next_on": "06/01/2023"}
    answer = caller.post(field.url(f"targets/{field.target.id}/attempts/new?outcome=call_back"), data=sent, follow_redirects=True)
    late = next(each for each in rows(ContactAttempt) if each.outcome == Outcome.CALL_BACK)
    assert field.url(f"attempts/{late.id}/take-back") in answer.get_data(as_text=True)


def test_a_time_is_kept_only_with_the_day_it_is_of(field: Field, caller: FlaskClient) -> None:
    sent = {"outcome": "call_back", "channel": "phone", "on": "05/01/2023", "time": "10:30", "next_on": "", "next_time": "14:00"}
    assert caller.post(field.url(f"targets/{field.target.id}/attempts/new?outcome=call_back"), data=sent).status_code == 303
    assert (field.here().next_on, field.here().next_time) == (None, None)


def test_two_who_write_the_first_text_of_the_study_both_see_both(field: Field, sign_in: Callable[..., FlaskClient]) -> None:
    lead, url = sign_in(field.lead), field.url("message-templates/thanks/fr")
    assert 'name="version" type="hidden" value="0"' in lead.get(url).text
    assert lead.post(url, data={"subject": "Merci", "body": "Le premier", "version": "0"}).status_code == 303
    answer = lead.post(url, data={"subject": "Merci", "body": "Le second", "version": "0"})
    assert answer.status_code == 409
    assert "Le premier" in answer.text
    with field.inside():
        assert letters.text_of(TemplateKind.THANKS, "fr").body == "Le premier"


@pytest.mark.parametrize(
    "path",
    [
        "targets/new?by_organisation=99999999999999999999",
        "targets/new?by_person=99999999999999999999",
        "my-week?week=0001-01-01",
        "my-week?week=9999-12-31",
        "attempts/?period=0001-01-01&period=9999-12-31",
        "attempts/?at=WyJhZnRlciIsIjIwMjMtMDEtMDFUMDA6MDA6MDAiLDEsbnVsbF0",
    ],
)
def test_an_address_with_awkward_numbers_and_days_answers_a_page(field: Field, caller: FlaskClient, path: str) -> None:
    assert caller.get(field.url(path)).status_code == 200


def test_the_journal_parts_days_where_they_begin_here(field: Field, caller: FlaskClient) -> None:
    with field.inside():
        at = dt.datetime(2023, 1, 4, 23, 30, tzinfo=dt.UTC)  # half past midnight of the fifth here
        attempts.log(field.target.id, {"outcome": Outcome.NO_ANSWER, "at": at, "next_on": dt.date(2023, 1, 6)})
    for day, there in (("2023-01-04", False), ("2023-01-05", True)):
        assert ("Combe" in caller.get(field.url(f"attempts/export/csv?period={day}&period={day}")).text) == there


def test_who_suggested_a_target_is_somebody_of_the_study(field: Field) -> None:
    elsewhere = field.make.study("Autre")
    stranger = field.make.person(field.make.organisation(elsewhere, "Ailleurs"), "Inconnu")
    with pytest.raises(NotFound), field.inside():
        suggestions.suggest(field.target.id, {"by_person_id": stranger.id})
