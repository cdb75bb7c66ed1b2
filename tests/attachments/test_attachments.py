"""Files are what their content says, kept once, within limits, under a clean name."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.attachments import kinds, service, store
from consult.attachments.models import Attachment
from consult.cli.archives import instance_files
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import NAME
from consult.studies.models import Study
from tests.factories import Make, count


def office(member: str, *more: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("[Content_Types].xml", member, *more):
            archive.writestr(name, "<x/>")
    return stream.getvalue()


def open_document(mime: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", mime)
    return stream.getvalue()


KNOWN = {
    "photo.jpg": (b"\xff\xd8\xff\xe0 JFIF", "image/jpeg"),
    "photo.png": (b"\x89PNG\r\n\x1a\n....", "image/png"),
    "photo.webp": (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    "photo.heic": (b"\x00\x00\x00\x18ftypheic....", "image/heic"),
    "sound.mp3": (b"ID3\x04", "audio/mpeg"),
    "raw.mp3": (b"\xff\xfb\x90\x00", "audio/mpeg"),
    "sound.m4a": (b"\x00\x00\x00\x18ftypM4A ....", "audio/mp4"),
    "telephone.m4a": (b"\x00\x00\x00\x18ftypmp42....", "audio/mp4"),
    "sound.ogg": (b"OggS....", "audio/ogg"),
    "sound.wav": (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
    "note.pdf": (b"%PDF-1.7", "application/pdf"),
    "note.txt": ("Bonjour à tous".encode(), "text/plain"),
    "windows.txt": ("Bonjour à tous".encode("cp1252"), "text/plain"),
    "note.docx": (office("word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "table.xlsx": (office("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "note.odt": (open_document("application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
}
REFUSED = {
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "page.txt": b"\xef\xbb\xbf  <html>",
    "program.exe": b"MZ\x90\x00",
    "photo.jpg": b"#!/bin/sh\nrm -rf",
    "film.mp4": b"\x00\x00\x00\x18ftypmp42....",
    "archive.zip": office("readme.txt"),
    "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "broken.docx": b"PK\x03\x04 and nothing more",
}


@pytest.fixture
def study(make: Make, app: Flask) -> Study:
    """A study to which files are attached."""
    return make.study()


@pytest.fixture
def small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can reach: one MiB a file, ten a study."""
    narrow = replace(app.config["SETTINGS"], attachment_mib=1, study_attachments_mib=10)
    monkeypatch.setitem(app.config, "SETTINGS", narrow)


@pytest.mark.parametrize("name", KNOWN)
def test_a_kind_is_told_by_the_content(name: str) -> None:
    content, mime = KNOWN[name]
    assert kinds.told(io.BytesIO(content), name).mime == mime


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_known_is_refused_whatever_its_name(name: str) -> None:
    with pytest.raises(Refused, match="file_kind_unknown"):
        kinds.told(io.BytesIO(REFUSED[name]), name)


def test_a_document_with_macros_is_refused_with_its_own_sentence() -> None:
    with pytest.raises(Refused, match="file_runs_something"):
        kinds.told(io.BytesIO(office("word/document.xml", "word/vbaProject.bin")), "note.docx")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_document_is_refused_in_words(method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text" * 40)
    damaged = bytearray(stream.getvalue())
    start = damaged.index(b"mimetype") + len("mimetype")
    damaged[start + 9 : start + 25] = b"\xff" * 16
    with pytest.raises(Refused, match="file_kind_unknown"):
        kinds.told(io.BytesIO(bytes(damaged)), "note.odt")


def test_only_photographs_and_sound_are_shown_in_place() -> None:
    assert {kind.mime.partition("/")[0] for kind in kinds.KINDS if kind.shown} == {"image", "audio"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=400))
def test_a_name_is_clean_whatever_was_sent(name: str) -> None:
    kept = service.clean_name(name, kinds.PDF)
    assert kept.endswith(".pdf")
    assert 4 < len(kept) <= NAME
    assert not set(kept) & set("/\\\x00\n\r")
    assert kept.isprintable() or kept == service.clean_name(kept, kinds.PDF)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("../../etc/passwd", "passwd.pdf"), ("C:\\notes\\été.PDF", "été.pdf"), (None, "file.pdf"), ("a.png", "a.pdf"), (".pdf", "pdf.pdf")],
)
def test_a_name_loses_its_folder_and_gets_the_ending_of_its_content(sent: str | None, kept: str) -> None:
    assert service.clean_name(sent, kinds.PDF) == kept


def test_the_same_content_is_kept_once_and_is_part_of_a_backup(make: Make, study: Study, app: Flask) -> None:
    with make.inside(study):
        one, other = (service.store(io.BytesIO(b"%PDF-1.7 same"), name) for name in ("a.pdf", "b.pdf"))
        assert one.sha256 == other.sha256
        assert one.id != other.id
        path = service.open_(one)
        assert path == service.open_(other)
        assert path.read_bytes() == b"%PDF-1.7 same"
    instance = app.config["SETTINGS"].instance
    assert path in set(instance_files(instance))
    assert list(Path(instance / "attachments").rglob("receiving-*")) == []


def test_an_empty_or_too_large_file_is_refused_and_nothing_is_kept(make: Make, study: Study, small: None) -> None:
    for content, code in ((b"", "file_empty"), (b"%PDF-" + b"x" * store.MIB, "file_too_large")):
        with pytest.raises(Refused, match=code), make.inside(study):
            service.store(io.BytesIO(content), "a.pdf")
    assert count(Attachment) == 0


def test_a_study_has_room_for_so_much_and_the_same_again_costs_nothing(make: Make, study: Study, small: None) -> None:
    with make.inside(study):
        for number in range(10):
            service.store(io.BytesIO(b"%PDF-" + str(number).encode() + b"x" * (store.MIB - 6)), "a.pdf")
        service.store(io.BytesIO(b"%PDF-0" + b"x" * (store.MIB - 6)), "again.pdf")
        with pytest.raises(Refused, match="study_is_full"):
            service.store(io.BytesIO(b"%PDF- one more" + b"x" * 1000), "more.pdf")
    with make.inside(make.study("Another")):
        service.store(io.BytesIO(b"%PDF- elsewhere"), "more.pdf")


def test_a_file_whose_content_is_gone_is_not_found(make: Make, study: Study) -> None:
    with make.inside(study):
        made = service.store(io.BytesIO(b"%PDF-1.7 going"), "a.pdf")
        service.open_(made).unlink()
        with pytest.raises(NotFound):
            service.open_(made)
        db.session.flush()
