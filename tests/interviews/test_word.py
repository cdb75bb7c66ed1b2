"""A Word note is cut at its headings and filed under the questions they mean; nothing that was answered is written over."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.attachments import service as attachments
from consult.attachments.models import Attachment
from consult.interviews import answers
from consult.kernel.db import db
from tests.guards.test_pages import _faults
from tests.interviews.conftest import Field, Guided

SignIn = Callable[..., FlaskClient]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = f'<w:styles {W}><w:style w:styleId="Titre1"><w:name w:val="heading 1"/></w:style></w:styles>'


def docx(*paragraphs: tuple[str, str], body: str = "") -> io.BytesIO:
    """A document of (style, text); `body` stands in place of it."""
    made = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{"<w:numPr/>" if style == "Liste" else ""}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/styles.xml", STYLES)
        archive.writestr("word/document.xml", body or f"<w:document {W}><w:body>{made}</w:body></w:document>")
    stream.seek(0)
    return stream


NOTE = (
    ("Normal", "Reçus par Nadia Perrin."), ("Titre1", "Métier"), ("Normal", "Cadranier depuis 1998"), ("Titre1", "RACONTEZ !"),
    ("Normal", "Deux ateliers."), ("Liste", "trois clients"), ("Liste", "un retard"),
    ("Titre1", "Divers"), ("Normal", "À rappeler en mars."),
)  # fmt: skip


def test_headings_find_their_questions_and_the_rest_goes_to_the_notes(work: Field, guided: Guided, sign_in: SignIn) -> None:
    interview, ids = work.logged(guide_version_id=guided.version_id, note="Déjà noté"), guided.questions
    browser = sign_in(work.members["consultant"])
    with work.acting("consultant"):
        answers.put(interview, ids["story"], "Avant")
    answer = browser.post(work.url(f"{interview}/word"), data={"file": (docx(*NOTE), "note.docx")})
    text = answer.get_data(as_text=True)
    assert (answer.status_code, _faults(text)) == (200, [])
    proposed = re.findall(r'name="place-\d".*?value="(\d+)" selected', text, re.S)
    assert proposed == ["0", str(ids["trade"]), str(ids["story"]), "0"]
    posted = {"count": "4"}
    for n, place in enumerate(proposed):
        heading = re.search(rf'name="heading-{n}" value="([^"]*)"', text)
        body = re.search(rf'name="text-{n}".*?>\n(.*?)</textarea>', text, re.S)
        assert heading
        assert body
        posted |= {f"place-{n}": place, f"heading-{n}": heading[1], f"text-{n}": body[1]}
    assert browser.post(work.url(f"{interview}/word/file"), data=posted).status_code == 303
    with work.acting("lead"):
        held = answers.of(interview)
        assert held[ids["trade"]].value_text == "Cadranier depuis 1998"
        assert held[ids["story"]].value_text == "Avant\n\nDeux ateliers.\n\n- trois clients\n- un retard"
    assert work.read(interview).note == "Déjà noté\n\nReçus par Nadia Perrin.\n\n### Divers\n\nÀ rappeler en mars."


def test_what_is_no_word_document_is_refused_in_words(work: Field, guided: Guided, sign_in: SignIn) -> None:
    interview = work.logged(guide_version_id=guided.version_id)
    browser = sign_in(work.members["consultant"])
    entity = f'<!DOCTYPE w [<!ENTITY a "aaaa">]><w:document {W}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>'
    for stream in (io.BytesIO(b"%PDF-1.4"), docx(body=entity), docx(body="<w:document"), io.BytesIO(b"")):
        answer = browser.post(work.url(f"{interview}/word"), data={"file": (stream, "note.docx")})
        assert answer.status_code == 422
        assert "document Word" in answer.get_data(as_text=True) or "Choisissez" in answer.get_data(as_text=True)


def test_the_document_is_kept_whole_and_once_however_often_it_is_taken(work: Field, guided: Guided, sign_in: SignIn) -> None:
    interview = work.logged(guide_version_id=guided.version_id)
    browser, whole = sign_in(work.members["consultant"]), docx(*NOTE).getvalue()
    for _again in range(2):
        sent = browser.post(work.url(f"{interview}/word"), data={"file": (io.BytesIO(whole), "Compte rendu.docx")})
        assert sent.status_code == 200
    with work.acting("lead"):
        held = db.session.scalars(sa.select(Attachment)).all()
        assert [(each.name, attachments.open_(each).read_bytes()) for each in held] == [("Compte rendu.docx", whole)]


def test_passages_are_filed_into_free_answers_alone_and_awkward_places_break_nothing(work: Field, guided: Guided, sign_in: SignIn) -> None:
    interview, ids = work.logged(guide_version_id=guided.version_id), guided.questions
    url, browser = work.url(f"{interview}/word/file"), sign_in(work.members["consultant"])
    for place, status in ((ids["workforce"], 404), (ids["since"], 404), ("9" * 30, 303), ("-1", 303), ("x", 303)):
        assert browser.post(url, data={"place-0": str(place), "heading-0": "", "text-0": "Trente"}).status_code == status
    assert browser.post(url, data={"place-0": str(ids["trade"]), "text-0": "a" * 501}).status_code == 422
    assert browser.post(url, data={"count": str(10**15), "place-0": str(ids["trade"]), "text-0": "Cadranier"}).status_code == 303
    with work.acting("lead"):
        assert {key: answer.value_text for key, answer in answers.of(interview).items()} == {ids["trade"]: "Cadranier"}
    assert work.read(interview).note is None
