"""Questions answered with files: several may hang on one, each travels by itself; whoever may not read the answer reads no file of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from consult.attachments.models import Attachment
from consult.guides import questions, sections
from consult.guides import service as guides
from consult.interviews import answers, files, history, passages, service
from consult.interviews.answer_models import Answer, MissingCode
from consult.kernel.errors import NotFound
from consult.kernel.model import Confidentiality
from tests.factories import count
from tests.interviews.conftest import Field

SignIn = Callable[..., FlaskClient]
PHOTO = b"\xff\xd8\xff\xe0 a photograph"
PLAN = b"%PDF-1.7 a plan"


@pytest.fixture
def asked(work: Field) -> tuple[int, int]:
    """An interview whose guide asks for files, and that question."""
    with work.acting("lead"):
        draft = guides.draft(guides.create({"code": "plans", "title_fr": "Plans", "title_en": "Plans"}))
        assert draft is not None
        worded = questions.create({"key": "plans", "kind": "file", "label_fr": "Plans de l’atelier", "label_en": "Plans"}, ())
        questions.add(sections.add(draft, {"title_fr": "Atelier"}), worded)
        guides.publish(draft)
        question = worded.question_id
        version = draft.id
    return work.logged(guide_version_id=version), question


def added(work: Field, asked: tuple[int, int], content: bytes = PHOTO, name: str = "atelier.jpg", role: str = "consultant") -> int:
    with work.acting(role):
        return files.add_answer(service.get(asked[0]), asked[1], io.BytesIO(content), name).id


def held(work: Field, asked: tuple[int, int], role: str = "lead") -> Answer | None:
    with work.acting(role):
        return answers.of(asked[0]).get(asked[1])


def sent(browser: FlaskClient, work: Field, asked: tuple[int, int], content: bytes, name: str) -> TestResponse:
    data = {"file-file": (io.BytesIO(content), name)}
    where = work.url(f"{asked[0]}/answers/{asked[1]}/files")
    return browser.post(where, data=data, content_type="multipart/form-data", headers={"Accept": "application/json"})


def told(answer: TestResponse) -> dict[str, Any]:
    assert answer.json is not None
    return dict(answer.json)


def test_several_files_answer_one_question_and_the_page_is_told_of_each(work: Field, asked: tuple[int, int], sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    sent(browser, work, asked, PHOTO, "atelier.jpg")
    answer = sent(browser, work, asked, PLAN, "plan.pdf")
    assert (answer.status_code, told(answer)["version"]) == (200, 1)
    assert [name in told(answer)["list"] for name in ("atelier.jpg", "plan.pdf")] == [True, True]
    for page in ("", "/write"):
        shown = browser.get(work.url(f"{asked[0]}{page}")).text.split('id="files"')[0]
        assert [name in shown for name in ("atelier.jpg", "plan.pdf")] == [True, True], page


def test_a_file_that_is_sent_again_after_a_tunnel_hangs_there_once(work: Field, asked: tuple[int, int], sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    for _ in range(2):
        assert sent(browser, work, asked, PHOTO, "atelier.jpg").status_code == 200
    assert count(Attachment) == 1


def test_what_is_no_file_is_told_in_words(work: Field, asked: tuple[int, int], sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    refused = sent(browser, work, asked, b"<html>", "page.html")
    assert (refused.status_code, "aucun des types" in told(refused)["said"]) == (422, True)
    with work.acting("lead"):
        service.validate(service.get(asked[0]))
    late = sent(browser, work, asked, PHOTO, "atelier.jpg")
    assert (late.status_code, told(late)["locked"]) == (409, True)
    assert count(Attachment) == 0


def test_without_a_script_a_file_is_sent_from_a_page_of_its_own(work: Field, asked: tuple[int, int], sign_in: SignIn) -> None:
    browser = sign_in(work.members["consultant"])
    where = work.url(f"{asked[0]}/answers/{asked[1]}/files")
    assert where in browser.get(work.url(f"{asked[0]}/write")).text
    assert 'type="file"' in browser.get(where).text
    done = browser.post(where, data={"file-file": (io.BytesIO(PHOTO), "a.jpg")}, content_type="multipart/form-data")
    assert done.headers["Location"].endswith(f"/write#q-{asked[1]}")
    assert held(work, asked) is not None


def test_a_comment_leaves_the_files_and_a_file_takes_back_the_reason_for_none(work: Field, asked: tuple[int, int], sign_in: SignIn) -> None:
    interview, question = asked
    with work.acting("consultant"):
        answers.put(interview, question, missing=MissingCode.REFUSES)
    number = added(work, asked)
    posted = {f"a{question}-seen": 2, f"a{question}-comment": "Prise de la passerelle"}
    browser = sign_in(work.members["consultant"])
    assert browser.post(work.url(f"{interview}/answers/{question}"), data=posted).status_code == 200
    answer = held(work, asked)
    assert answer is not None
    assert (answer.value_attachment_id, answer.missing, answer.comment) == (number, None, "Prise de la passerelle")
    both = browser.post(work.url(f"{interview}/answers/{question}"), data={**posted, f"a{question}-missing": "refuses"})
    assert both.status_code == 422


def test_the_answer_goes_with_its_last_file_and_comes_back_with_it(work: Field, asked: tuple[int, int], sign_in: SignIn) -> None:
    first, second = added(work, asked), added(work, asked, PLAN, "plan.pdf")
    browser = sign_in(work.members["consultant"])
    where = work.url(f"{asked[0]}/answers/{asked[1]}/files/")
    gone = browser.post(f"{where}{first}/delete", headers={"Accept": "application/json"})
    assert ["atelier.jpg" in told(gone)["list"], "plan.pdf" in told(gone)["list"]] == [False, True]
    answer = held(work, asked)
    assert answer is not None
    assert answer.value_attachment_id == second
    assert told(browser.post(f"{where}{second}/delete"))["version"] == 0
    assert held(work, asked) is None
    assert "atelier.jpg" in told(browser.post(f"{where}{first}/bring-back"))["list"]
    answer = held(work, asked)
    assert answer is not None
    assert answer.value_attachment_id == first


def test_the_files_of_a_strict_answer_are_for_those_who_read_it(work: Field, asked: tuple[int, int], sign_in: SignIn) -> None:
    number = added(work, asked, role="lead")
    with work.acting("lead"):
        answer = answers.of(asked[0])[asked[1]]
        answers.put(*asked, answer.value_attachment_id, level=Confidentiality.STRICT)
    where = work.url(f"{asked[0]}/files/{number}")
    assert sign_in(work.members["reviewer"]).get(where, buffered=True).status_code == 200
    other = work.make.member(work.study, "consultant", name="Autre Martin")
    browser = sign_in(other)
    assert browser.get(where).status_code == 404
    assert "atelier.jpg" not in browser.get(work.url(str(asked[0]))).text
    with work.acting("consultant", other):
        added_files = [moment for moment in history.of(service.get(asked[0])) if moment.entity == "interview_attachment"]
    assert added_files == []


def test_what_an_interview_says_names_the_files(work: Field, asked: tuple[int, int]) -> None:
    added(work, asked)
    added(work, asked, PLAN, "plan.pdf")
    with work.acting("consultant"):
        said = {each.subject: each.text for each in passages.of(service.get(asked[0]))}
    assert said[f"answer:{asked[1]}"] == "atelier.jpg, plan.pdf"


def test_a_field_sheet_names_the_files_and_brings_none(work: Field, asked: tuple[int, int], sign_in: SignIn) -> None:
    number, browser = added(work, asked), sign_in(work.members["consultant"])
    book = load_workbook(io.BytesIO(browser.get(work.url(f"{asked[0]}/field-sheet.xlsx")).data))
    row = next(row for row in book.active.iter_rows() if row[0].value == asked[1])
    assert row[4].value == "atelier.jpg"
    row[6].value = "Prise de la passerelle"
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    text = browser.post(work.url(f"{asked[0]}/field-sheet"), data={"file": (stream, "fiche.xlsx")}).text
    posted = dict(re.findall(r'name="(a\d+-\w+)" value="([^"]*)"', text)) | {"take": str(asked[1])}
    assert browser.post(work.url(f"{asked[0]}/field-sheet/take"), data=posted).status_code == 303
    answer = held(work, asked)
    assert answer is not None
    assert (answer.value_attachment_id, answer.comment) == (number, "Prise de la passerelle")


def test_a_file_goes_only_where_one_is_asked_for(work: Field, asked: tuple[int, int], guided: Any) -> None:
    interview = work.logged(guide_version_id=guided.version_id)
    with work.acting("consultant"), pytest.raises(NotFound):
        files.add_answer(service.get(interview), guided.questions["trade"], io.BytesIO(PHOTO), "a.jpg")
