"""Files of an interview: whoever may read it may read them, as what they are, and they are sealed with it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from consult.attachments.models import Attachment
from consult.interviews import files, review, service
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import Confidentiality
from tests.factories import count
from tests.interviews.conftest import Field

SignIn = Callable[..., FlaskClient]
PHOTO = b"\xff\xd8\xff\xe0 a photograph"
SOUND = b"OggS" + bytes(2000)


def added(work: Field, interview_id: int, role: str = "consultant", content: bytes = PHOTO, name: str = "a.jpg", **more: Any) -> int:
    with work.acting(role):
        return files.add(service.get(interview_id), io.BytesIO(content), name, **more).id


def test_a_photograph_taken_on_a_tablet_is_kept_and_shown_in_place(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    browser = sign_in(work.members["consultant"])
    shown = browser.get(work.url(str(interview_id))).text
    assert 'capture="environment"' in shown
    sent = {"file-photo": (io.BytesIO(PHOTO), "image.png")}
    done = browser.post(work.url(f"{interview_id}/files/new"), data=sent, content_type="multipart/form-data")
    assert done.headers["Location"].endswith("#files")
    number = count(Attachment)
    answer = browser.get(work.url(f"{interview_id}/files/{number}"), buffered=True)
    assert (answer.data, answer.mimetype) == (PHOTO, "image/jpeg")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "image.jpg" in answer.headers["Content-Disposition"]


def test_a_pdf_leaves_as_a_download_and_text_with_its_charset(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    browser = sign_in(work.members["consultant"])
    for content, name, kind in ((b"%PDF-1.7", "a.pdf", "application/pdf"), ("été".encode(), "a.txt", "text/plain; charset=utf-8")):
        number = added(work, interview_id, content=content, name=name)
        answer = browser.get(work.url(f"{interview_id}/files/{number}"), buffered=True)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Type"] == kind


def test_sound_can_be_listened_to_from_anywhere(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    number = added(work, interview_id, content=SOUND, name="a.ogg")
    browser = sign_in(work.members["consultant"])
    assert "<audio controls" in browser.get(work.url(str(interview_id))).text
    part = browser.get(work.url(f"{interview_id}/files/{number}"), headers={"Range": "bytes=4-9"}, buffered=True)
    assert (part.status_code, part.data) == (206, SOUND[4:10])


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    browser = sign_in(work.members["consultant"])
    for content, said in ((b"<html>", "aucun des types"), (b"", "vide")):
        sent = {"file-file": (io.BytesIO(content), "page.html")}
        answer = browser.post(work.url(f"{interview_id}/files/new"), data=sent, content_type="multipart/form-data")
        assert (answer.status_code, said in answer.text) == (422, True), said
    assert browser.post(work.url(f"{interview_id}/files/new")).status_code == 422
    assert count(Attachment) == 0


@pytest.mark.parametrize(("role", "level", "reads"), [
    ("reviewer", "strict", True), ("consultant", "strict", False), ("consultant", "team", True), ("guest", "team", False),
    ("guest", "partners", True),
])  # fmt: skip
def test_whoever_may_read_the_interview_may_read_its_files(work: Field, sign_in: SignIn, role: str, level: str, reads: bool) -> None:
    interview_id = work.logged("lead", confidentiality=Confidentiality(level))
    number = added(work, interview_id, "lead")
    answer = sign_in(work.members[role]).get(work.url(f"{interview_id}/files/{number}"), buffered=True)
    assert answer.status_code == (200 if reads else 404)


def test_a_file_may_be_narrower_than_its_interview_and_is_never_found_under_another(work: Field, sign_in: SignIn) -> None:
    interview_id, other = work.logged("lead"), work.logged("lead")
    number = added(work, interview_id, "lead", level=Confidentiality.STRICT)
    assert sign_in(work.members["consultant"]).get(work.url(f"{interview_id}/files/{number}"), buffered=True).status_code == 404
    assert sign_in(work.members["lead"]).get(work.url(f"{interview_id}/files/{number}"), buffered=True).status_code == 200
    assert sign_in(work.members["lead"]).get(work.url(f"{other}/files/{number}"), buffered=True).status_code == 404


def test_a_file_goes_and_comes_back(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    number = added(work, interview_id)
    browser = sign_in(work.members["consultant"])
    browser.post(work.url(f"{interview_id}/files/{number}/delete"))
    assert browser.get(work.url(f"{interview_id}/files/{number}"), buffered=True).status_code == 404
    browser.post(work.url(f"{interview_id}/files/{number}/bring-back"))
    assert browser.get(work.url(f"{interview_id}/files/{number}"), buffered=True).data == PHOTO


def test_files_are_sealed_with_their_interview(work: Field) -> None:
    interview_id = work.logged()
    number = added(work, interview_id)
    with work.acting("lead"):
        review.validate(service.get(interview_id))
    with pytest.raises(Refused, match="interview_is_validated"):
        added(work, interview_id)
    with pytest.raises(Refused, match="interview_is_validated"), work.acting("lead"):
        interview = service.get(interview_id)
        files.delete(interview, files.get(interview_id, number))


def test_a_deleted_interview_takes_its_files_with_it(work: Field) -> None:
    interview_id = work.logged()
    number = added(work, interview_id)
    with work.acting("consultant"):
        service.delete(service.get(interview_id))
    with work.acting("consultant"), pytest.raises(NotFound):
        files.get(interview_id, number)
