"""Workbooks built to deceive: nothing in them is computed, believed without need, or done to anybody else's records."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.organisations import service
from consult.organisations.models import Organisation, Site
from consult.studies.models import Study
from tests.excel.making import inline, package, sheet_xml, workbook
from tests.exchange.conftest import Importer, fingerprint, send, total
from tests.factories import Make
from tests.faults.amounts import amount

PAYLOADS = ("<script>alert(1)</script>", "=cmd|' /C calc'!A0", "{{7*7}}", "%(name)s", "' OR 1=1 --", "\u202egnp.exe")


def _columns(browser: FlaskClient, study: Study, path: Path) -> str:
    sent = send(browser, study, path)
    assert sent.status_code == 303, sent.text
    return browser.get(f"{sent.location.rpartition('/')[0]}/columns").text


def test_headers_that_are_payloads_are_shown_as_the_text_they_are(browser: FlaskClient, study: Study, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        {"L": [["Entreprise", "Ville", *PAYLOADS], ["Alpha", "Morteau", *"abcdef"], ["Beta", "Maîche", *"ghijkl"]]},
        strings_to_formulas=False,
    )
    page = _columns(browser, study, path)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{7*7}}" in page


def test_headers_that_look_alike_are_columns_of_their_own(importer: Importer, tmp_path: Path) -> None:
    headers = ["Entreprise", "Ville", "Caf\u00e9", "Cafe\u0301", "Caf\u00e9\u200b", "Caf\u00e9"]
    path = workbook(tmp_path / "a.xlsx", {"L": [headers, ["Alpha", "Morteau", "un", "deux", "trois", "quatre"]]})
    importer.apply(path)
    with unscoped("tests read back"):
        extra = db.session.scalars(sa.select(Organisation.extra)).one()
    assert sorted(extra.values()) == ["deux", "quatre", "trois", "un"]


def test_a_siret_that_was_stored_as_a_number_keeps_its_digits(importer: Importer, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Entreprise", "SIRET", "Ville"], ["Alpha", 73282932000074.0, "Morteau"]]
    importer.apply(workbook(tmp_path / "a.xlsx", {"L": rows}))
    with unscoped("tests read back"):
        assert db.session.scalars(sa.select(Site.siret)).all() == ["73282932000074"]


def test_references_and_ids_of_another_study_lead_nowhere(make: Make, importer: Importer, tmp_path: Path) -> None:
    with make.inside(make.study("Other")):
        theirs = service.create({"name": "Alpha", "notes": "Nearly insolvent"}).organisation
    with unscoped("tests read back"):
        ref, number = theirs.ref, theirs.id
    rows: list[list[Any]] = [["Référence", "id", "Entreprise", "Ville"], [ref, number, "Renamed", "Besançon"]]
    importer.apply(workbook(tmp_path / "a.xlsx", {"L": rows}))
    with unscoped("tests read back"):
        assert db.session.get_one(Organisation, number).name == "Alpha"


def test_links_to_other_files_and_commands_give_what_was_stored_and_nothing_else(importer: Importer, tmp_path: Path) -> None:
    linked = '<c r="B2"><f>[1]Feuil1!A1</f><v>7</v></c>'
    command = """<c r="C2" t="str"><f>cmd|' /C calc'!A0</f><v>Morteau</v></c>"""
    data = f'<row r="1">{inline("A1", "Entreprise")}{inline("B1", "Budget")}{inline("C1", "Ville")}</row>'
    data += f'<row r="2">{inline("A2", "Alpha")}{linked}{command}</row>'
    path = package(tmp_path / "a.xlsx", sheet_xml(data), extra={"xl/externalLinks/externalLink1.xml": "<externalLink/>"})
    _ref, made = importer.apply(path)
    assert made.counts["new"] == 1
    with unscoped("tests read back"):
        assert "7" in map(str, db.session.scalars(sa.select(Organisation.extra)).one().values())


def test_many_rows_of_one_organisation_make_one_of_it(importer: Importer, tmp_path: Path) -> None:
    count = amount(500, 49_000)
    rows = [["Entreprise", "SIREN", "Ville"], *[["Alpha", "732829320", "Morteau"]] * count]
    before = fingerprint()
    ref, made = importer.apply(workbook(tmp_path / "a.xlsx", {"L": rows}))
    assert sum(made.counts.values()) == count
    assert total("organisation") == 1
    importer.undo(ref)
    assert fingerprint() == before


def test_data_in_a_very_hidden_sheet_is_said_aloud(browser: FlaskClient, study: Study, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Liste": [["Entreprise", "Ville"], ["Alpha", "Morteau"]], "Secret": [["x"], ["y"]]})
    _hide(path)
    sent = send(browser, study, path)
    assert "Secret" in browser.get(f"{sent.location.rpartition('/')[0]}/table").text


def _hide(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'name="Secret"', b'name="Secret" state="veryHidden"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
