"""Who may know of an interview: every level by every role, on every surface."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from consult.accounts.models import User
from consult.interviews import answers, approvals, comments, quotes, revisions, service
from consult.interviews.models import QuoteRight
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import Confidentiality
from consult.organisations import bulk, deletion
from consult.organisations import service as organisations
from consult.studies.models import Study
from tests.interviews.conftest import ROLES, Field, Guided

SignIn = Callable[..., FlaskClient]
LEVELS = ("public", "partners", "team", "strict")
READS = {"lead": LEVELS, "reviewer": LEVELS, "consultant": LEVELS[:3], "guest": LEVELS[:2], "cluster": ()}
PAGES = ("{id}", "{id}/history", "{id}/edit", "{id}/cells/mode")
ACTS = (
    "{id}/autosave",
    "{id}/draft/discard",
    "{id}/submit",
    "{id}/strict",
    "{id}/delete",
    "{id}/level/team",
    "{id}/cells/mode",
    "{id}/edit",
)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_read_by_the_roles_it_is_for_and_nowhere_betrayed_to_others(work: Field, sign_in: SignIn, role: str, level: str) -> None:
    author = work.make.member(work.study, "consultant")
    interview_id = work.make.interview(
        work.study, work.combe, by=author, confidentiality=level, note="mot introuvable", search_key="mot introuvable", place="Introuvable"
    ).id
    browser, reads = sign_in(work.members[role]), level in READS[role]
    shown = browser.get(work.url(str(interview_id)))
    assert shown.status_code == (200 if reads else 403 if role == "cluster" else 404)
    if role == "cluster":
        assert browser.get(work.url("")).status_code == 403
        return
    listed = browser.get(work.url("?q=introuvable")).get_data(as_text=True)
    assert (f'href="/studies/{work.study.id}/interviews/{interview_id}"' in listed) == reads
    table = openpyxl.load_workbook(io.BytesIO(browser.get(work.url("export.xlsx")).data)).active
    assert table is not None
    assert (table.max_row > 1 and any("Ateliers" in str(cell.value) for row in table.iter_rows(min_row=2) for cell in row)) == reads


@pytest.mark.parametrize("role", ["consultant", "guest"])
def test_a_strict_interview_is_not_counted_offered_or_shown_beside_its_organisation(work: Field, sign_in: SignIn, role: str) -> None:
    author = work.make.member(work.study, "consultant")
    work.make.interview(work.study, work.combe, by=author, confidentiality="strict")
    browser = sign_in(work.members[role])
    text = browser.get(work.url("")).get_data(as_text=True)
    rail = text.split('data-go="i"')[1].split("</a>")[0]
    assert '<span class="n">0</span>' in rail
    assert "Ateliers de la Combe" not in text.split("<main")[1]
    page = browser.get(f"/studies/{work.study.id}/organisations/{work.combe.id}").get_data(as_text=True)
    assert "/interviews/1" not in page
    columns = browser.get(f"/studies/{work.study.id}/organisations/?cols=name&cols=last_interview&cols=interview_state").get_data(
        as_text=True
    )
    assert "12/01/2023" not in columns


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_a_strict_interview_do_not_exist_for_another_consultant(work: Field, sign_in: SignIn, path: str) -> None:
    interview_id = work.logged("lead", confidentiality="strict")
    assert sign_in(work.members["consultant"]).get(work.url(path.format(id=interview_id))).status_code == 404


@pytest.mark.parametrize("path", ACTS)
def test_nothing_can_be_done_to_what_one_may_not_read(work: Field, sign_in: SignIn, path: str) -> None:
    interview_id = work.logged("lead", confidentiality="strict")
    sent: dict[str, Any] = {"json": {"fields": {}}} if "autosave" in path else {"data": {}}
    answer = sign_in(work.members["consultant"]).post(work.url(path.format(id=interview_id)), **sent)
    assert answer.status_code == 404
    assert work.read(interview_id).version == 1


def test_bulk_passes_over_what_one_may_not_read_without_a_word(work: Field, sign_in: SignIn) -> None:
    hidden, open_one = work.logged("lead", confidentiality="strict"), work.logged("lead")
    browser = sign_in(work.members["consultant"])
    assert browser.post(work.url("bulk"), data={"action": "submit", "ids": [hidden, open_one]}).status_code == 303
    assert (work.read(hidden).state, work.read(open_one).state) == ("draft", "submitted")


def test_one_reads_ones_own_strict_interviews_and_those_one_asked_in(work: Field) -> None:
    own = work.logged("consultant", confidentiality="strict")
    shared = work.logged("lead", confidentiality="strict", interviewers=[work.members["consultant"].id])
    with work.acting("consultant"):
        assert {service.get(own).id, service.get(shared).id} == {own, shared}


def test_one_click_makes_it_strict_and_one_more_takes_that_back(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    browser = sign_in(work.members["consultant"])
    assert browser.post(work.url(f"{interview_id}/strict"), data={"version": "1"}).status_code == 303
    assert work.read(interview_id).confidentiality == "strict"
    assert browser.post(work.url(f"{interview_id}/level/team")).status_code == 303
    assert work.read(interview_id).confidentiality == "team"


def test_nobody_hides_from_themselves_an_interview_that_is_not_theirs(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged("lead", interviewers=[])
    with work.acting("consultant"), pytest.raises(Refused) as refusal:
        service.make_strict(service.get(interview_id))
    assert refusal.value.code == "hides_from_oneself"


def test_an_outsider_finds_nothing(work: Field, sign_in: SignIn) -> None:
    stranger: User = work.make.member(work.make.study("Ailleurs"), "lead")
    browser = sign_in(stranger)
    for path in ("", "new", str(work.logged()), "export.xlsx"):
        assert browser.get(work.url(path)).status_code == 404


def test_an_interview_of_another_study_is_not_found_here(work: Field) -> None:
    other = work.make.study("Ailleurs")
    elsewhere = work.make.interview(other, work.make.organisation(other, "Ailleurs SA")).id
    with work.acting("lead"), pytest.raises(NotFound):
        service.get(elsewhere)


def test_why_a_strict_interview_was_reopened_is_not_told_in_the_history_of_the_organisation(
    work: Field, sign_in: Callable[..., Any]
) -> None:
    interview_id = work.logged("lead", confidentiality=Confidentiality.STRICT)
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    with work.acting("lead"):
        service.reopen(service.get(interview_id), "They named their client.")
    assert work.disposition(work.combe) != "done"
    page = sign_in(work.members["consultant"]).get(f"/studies/{work.study.id}/organisations/{work.combe.id}/history")
    assert page.status_code == 200
    assert "They named their client." not in page.text


def test_an_organisation_stays_while_an_interview_stands_on_it_that_one_may_not_know_of(work: Field) -> None:
    interview_id = work.logged("lead", confidentiality=Confidentiality.STRICT)
    with pytest.raises(Refused, match="organisation_in_use"), work.acting("consultant"):
        deletion.delete(organisations.get(work.combe.id))
    with work.acting("consultant"):
        assert bulk.apply("delete", "", [work.combe.id, work.lac.id]).left == 1
    with work.acting("lead"):
        service.delete(service.get(interview_id))
    with work.acting("consultant"):
        deletion.delete(organisations.get(work.combe.id))


def test_an_interview_brought_back_after_its_organisation_left_the_study_can_be_read(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged("lead")
    with work.acting("lead"):
        service.delete(service.get(interview_id))
    with work.acting("lead"):
        deletion.delete(organisations.get(work.combe.id))
    with work.acting("lead"):
        service.bring_back(service.get(interview_id, deleted=True))
    lead = sign_in(work.members["lead"])
    assert [
        lead.get(work.url(path)).status_code for path in (str(interview_id), f"{interview_id}/edit", f"{interview_id}/history", "")
    ] == [200] * 4


# what is kept more strictly than its interview


SECRET = "Nous perdons notre premier client"


@pytest.fixture
def in_confidence(work: Field, guided: Guided) -> int:
    """An interview of the team in which its lead was told something in confidence, remarked on, and quoted."""
    interview_id = work.logged("lead", guide_version_id=guided.version_id, note="Pour tous.")
    with work.acting("lead"):
        interview, question = service.get(interview_id), guided.questions["story"]
        answers.put(interview_id, question, SECRET, level=Confidentiality.STRICT)
        comments.say(interview, f"« {SECRET} » : vraiment ?", question)
        quotes.take_down(interview, {"text": SECRET, "right": QuoteRight.INTERNAL, "confidentiality": Confidentiality.STRICT})
        service.validate(interview)
    return interview_id


@pytest.mark.parametrize("path", ["{id}", "{id}/history", "{id}/revisions", "quotes/"])
def test_a_strict_answer_is_betrayed_by_no_page_of_its_interview(work: Field, in_confidence: int, sign_in: SignIn, path: str) -> None:
    told = sign_in(work.members["reviewer"]).get(work.url(path.format(id=in_confidence))).text
    assert SECRET in html.unescape(told)
    shown = sign_in(work.members["consultant"]).get(work.url(path.format(id=in_confidence)))
    assert shown.status_code == 200
    assert SECRET not in html.unescape(shown.text)


def test_a_strict_answer_is_not_betrayed_where_the_interview_is_written(work: Field, in_confidence: int, sign_in: SignIn) -> None:
    with work.acting("lead"):
        service.reopen(service.get(in_confidence), "à compléter")
    assert SECRET in html.unescape(sign_in(work.members["lead"]).get(work.url(f"{in_confidence}/write")).text)
    assert SECRET not in html.unescape(sign_in(work.members["consultant"]).get(work.url(f"{in_confidence}/write")).text)


def test_a_revision_holds_all_that_was_said_whoever_had_it_kept(work: Field, in_confidence: int) -> None:
    with work.acting("lead"):
        db.session.get_one(Study, work.study.id).approval_by_interviewee = True
    person = work.make.person(work.combe, "Morel")
    with work.acting("lead"):
        service.reopen(service.get(in_confidence), "à compléter")
        service.update(service.get(in_confidence), {"interviewees": [(person.id, None)]}, None)
        service.validate(service.get(in_confidence))
        before = [each.number for each in revisions.of(service.get(in_confidence))]
    with work.acting("consultant"):
        approvals.ask(service.get(in_confidence), person.id)
    with work.acting("lead"):
        kept = revisions.of(service.get(in_confidence))
        assert [each.number for each in kept] == before
        assert all(SECRET in each.content.values() for each in kept)


def test_a_guest_is_not_named_the_person_that_an_answer_names(work: Field, guided: Guided, sign_in: SignIn) -> None:
    person = work.make.person(work.lac, "Introuvable", first_name="Jeanne")
    interview_id = work.logged("lead", guide_version_id=guided.version_id, confidentiality=Confidentiality.PARTNERS)
    with work.acting("lead"):
        answers.put(interview_id, guided.questions["contact"], person.id, level=Confidentiality.PARTNERS)
    assert "Jeanne Introuvable" in sign_in(work.members["consultant"]).get(work.url(str(interview_id))).text
    assert "Introuvable" not in sign_in(work.members["guest"]).get(work.url(str(interview_id))).text
