"""Sending files: how many, how large, twice; and what is left of those that could not be read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from consult.accounts.models import User
from consult.exchange import tasks
from consult.exchange.models import BatchState, ImportBatch
from consult.kernel.audit import AuditEntry, Deed
from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.studies.models import Study
from tests.exchange.conftest import batch, number_in, second_study, send, total
from tests.factories import Make

Csv = Callable[..., Path]
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100


@pytest.fixture
def three_an_hour(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everybody send three files an hour."""
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], imports_per_hour=3))


def _page(browser: FlaskClient, study: Study) -> str:
    return browser.get(f"/studies/{study.id}/imports/new").text.replace("\xa0", " ")


@pytest.mark.usefixtures("three_an_hour")
def test_only_files_that_could_be_read_count_against_the_hour(browser: FlaskClient, study: Study, csv: Csv, tmp_path: Path) -> None:
    image = tmp_path / "image.xlsx"
    image.write_bytes(PNG)
    assert [send(browser, study, image).status_code for _ in range(5)] == [422] * 5
    files = [csv("Entreprise,Ville", f"Alpha {n},Morteau") for n in range(4)]
    assert [send(browser, study, path).status_code for path in files] == [303, 303, 303, 429]
    assert total("import_batch") == 5 + 3


@pytest.mark.usefixtures("three_an_hour")
def test_the_same_file_sent_again_counts_once(browser: FlaskClient, study: Study, csv: Csv) -> None:
    path = csv("Entreprise,Ville", "Alpha,Morteau")
    assert [send(browser, study, path).status_code for _ in range(4)] == [303] * 4


@pytest.mark.usefixtures("three_an_hour")
def test_who_sent_enough_is_told_when_the_next_may_be_sent_before_and_after(
    sign_in: Callable[[User], FlaskClient], lead: User, study: Study, csv: Csv
) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC), tick=False) as clock:
        browser = sign_in(lead)
        assert "Vous pouvez encore" not in _page(browser, study)
        for number in range(3):
            send(browser, study, csv("Entreprise,Ville", f"Alpha {number},Morteau"))
            clock.shift(dt.timedelta(minutes=10))
            if number == 1:
                assert "Vous pouvez encore envoyer 1 fichier avant 11:00." in _page(browser, study)
        told = "Vous avez importé 3 fichiers depuis une heure ; le prochain pourra être envoyé à 11:00."
        page = _page(browser, study)
        assert told in page
        assert 'type="file"' not in page
        refused = send(browser, study, csv("Entreprise,Ville", "Beta,Maîche", name="beta.csv"))
        assert refused.status_code == 429
        assert told in refused.text.replace("\xa0", " ")
        assert "beta.csv" in refused.text
        clock.shift(dt.timedelta(minutes=31))
        assert send(browser, study, csv("Entreprise,Ville", "Beta,Maîche")).status_code == 303


@pytest.mark.usefixtures("three_an_hour")
def test_files_are_counted_over_all_studies_and_per_person(
    browser: FlaskClient, make: Make, study: Study, lead: User, sign_in: Callable[[User], FlaskClient], csv: Csv
) -> None:
    other = second_study(make, lead)
    for number, where in enumerate((study, other, study)):
        assert send(browser, where, csv("Entreprise,Ville", f"Alpha {number},Morteau")).status_code == 303
    assert send(browser, other, csv("Entreprise,Ville", "Beta,Morteau")).status_code == 429
    assert send(sign_in(make.member(study, "consultant")), study, csv("Entreprise,Ville", "Beta,Morteau")).status_code == 303


@pytest.mark.usefixtures("three_an_hour")
def test_sending_unreadable_files_for_ever_ends_too(browser: FlaskClient, study: Study, tmp_path: Path) -> None:
    image = tmp_path / "image.xlsx"
    image.write_bytes(PNG)
    answers = [send(browser, study, image) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [422] * 30 + [429]
    assert "qui n’ont pas pu être lus" in answers[-1].text


def _sent_from_one_page(browser: FlaskClient, study: Study, content: bytes, token: str) -> str:
    data = {"once": token, "file": (io.BytesIO(content), "annuaire.csv")}
    answer = browser.post(f"/studies/{study.id}/imports/new", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303
    return str(answer.location)


def test_two_clicks_send_one_file_even_when_the_first_was_applied_or_discarded_meanwhile(browser: FlaskClient, study: Study) -> None:
    found = re.search(r'name="once" value="([^"]+)"', _page(browser, study))
    assert found
    content = b"Entreprise,Ville\nAlpha,Morteau\n"
    first = _sent_from_one_page(browser, study, content, found.group(1))
    browser.post(f"/studies/{study.id}/imports/{number_in(first)}/discard")
    assert _sent_from_one_page(browser, study, content, found.group(1)) == first
    assert total("import_batch") == 1
    assert browser.get(first, follow_redirects=True).status_code == 200
    again = re.search(r'name="once" value="([^"]+)"', _page(browser, study))
    assert again
    assert _sent_from_one_page(browser, study, content, again.group(1)) != first


def test_nothing_stays_of_a_file_that_could_not_be_read(app: Flask, browser: FlaskClient, study: Study, tmp_path: Path) -> None:
    folder = tasks.store().folder
    before = set(folder.iterdir()) if folder.is_dir() else set()
    image = tmp_path / "image.xlsx"
    image.write_bytes(PNG + b"only here")
    assert send(browser, study, image).status_code == 422
    assert set(folder.iterdir()) == before


def test_a_readable_file_stays_though_the_same_content_was_refused_under_another_name(browser: FlaskClient, study: Study, csv: Csv) -> None:
    path = csv("Entreprise,Ville", "Alpha,Morteau")
    number = number_in(send(browser, study, path).location)
    assert send(browser, study, path, "annuaire.xlsx").status_code == 422
    with browser.get(f"/studies/{study.id}/imports/{number}/file") as answer:
        assert answer.status_code == 200


def test_a_refused_file_is_listed_with_its_reason(browser: FlaskClient, study: Study, tmp_path: Path) -> None:
    image = tmp_path / "image.xlsx"
    image.write_bytes(PNG)
    answer = send(browser, study, image)
    assert "image.xlsx" in answer.text
    with unscoped("tests read"):
        number = db.session.scalars(sa.select(ImportBatch.id)).one()
    db.session.rollback()
    assert batch(number).state is BatchState.REJECTED
    page = browser.get(f"/studies/{study.id}/imports/{number}").text
    assert "Ce fichier est une image" in page
    assert "/discard" not in page


def test_a_file_that_was_sent_is_audited_and_counted_in_the_rail_at_once(browser: FlaskClient, lead: User, study: Study, csv: Csv) -> None:
    def counted() -> str:
        found = re.search(rf'href="/studies/{study.id}/imports/"[^>]*>.*?<span class="n">(\d+)', _page(browser, study), re.DOTALL)
        return found.group(1) if found else ""

    before = counted()
    path = csv("Entreprise,Ville", "Alpha,Morteau")
    for _ in range(2):
        send(browser, study, path)
    assert (before, counted()) == ("0", "1")
    query = sa.select(AuditEntry.actor_id, AuditEntry.deed).where(AuditEntry.entity == "import_batch")
    assert [tuple(row) for row in db.session.execute(query)] == [(lead.id, Deed.CREATED)]
    db.session.rollback()
