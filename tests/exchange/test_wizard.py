"""The wizard, page by page, as somebody goes through it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.accounts.models import User
from consult.exchange.models import BatchState
from consult.kernel import scope
from consult.kernel.db import db
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.studies.models import Study
from tests.exchange.conftest import batch, fingerprint, number_in, send, total
from tests.factories import Make

Csv = Callable[..., Path]


def _address(study: Study, number: int, step: str = "") -> str:
    return f"/studies/{study.id}/imports/{number}{step}"


def _previewed(browser: FlaskClient, study: Study, path: Path, **columns: str) -> int:
    """Send a file and go on to its preview with what is proposed, but for the columns given."""
    answer = send(browser, study, path)
    assert answer.status_code == 303, answer.text
    number = number_in(answer.location)
    browser.post(_address(study, number, "/table"), data={})
    page = browser.get(_address(study, number, "/columns")).text
    chosen = {name: _selected(page, name) for name in re.findall(r'<select[^>]* name="(entity|frame|c\d+)"', page)}
    answer = browser.post(_address(study, number, "/columns"), data={**chosen, **columns})
    assert answer.status_code == 303, answer.text
    assert answer.location.endswith("/preview")
    return number


def _selected(page: str, name: str) -> str:
    select = re.search(rf'<select[^>]* name="{name}".*?</select>', page, re.DOTALL)
    assert select
    found = re.search(r'<option selected value="([^"]*)"', select.group())
    return found.group(1) if found else ""


def _apply(browser: FlaskClient, study: Study, number: int) -> Any:
    return browser.post(_address(study, number, "/apply"), data={"digest": batch(number).plan_digest})


def test_a_file_goes_from_upload_to_undo(browser: FlaskClient, study: Study, shared: Path) -> None:
    before = fingerprint()
    number = _previewed(browser, study, shared / "data" / "institutions_doubs_dila_2016.csv")
    page = browser.get(_address(study, number, "/preview"))
    assert page.status_code == 200
    assert "233" in page.text
    assert total("organisation") == 0
    answer = _apply(browser, study, number)
    assert answer.status_code == 303
    assert total("organisation") == 233
    assert batch(number).state is BatchState.APPLIED
    shown = browser.get(_address(study, number)).text
    assert f"/imports/{number}/undo" in shown
    assert browser.post(_address(study, number, "/undo")).status_code == 303
    assert batch(number).state is BatchState.REVERTED
    assert fingerprint() == before
    assert browser.get(f"/studies/{study.id}/imports/").status_code == 200


@pytest.mark.parametrize(("third", "frame", "standing"), [("", "", False), ("organisation.role", "", True), ("", "in", True)])
def test_organisations_enter_the_target_list_only_when_the_file_or_the_lead_says_so(
    browser: FlaskClient, study: Study, csv: Csv, third: str, frame: str, standing: bool
) -> None:
    path = csv("Nom;Ville;Rôle", "Alpha;Morteau;Sous-traitant", "Beta;Maîche;Sous-traitant", "Gamma;Morteau;Sous-traitant")
    mapped = {"entity": "organisation", "c1": "organisation.name", "c2": "organisation.commune", "c3": third}
    number = _previewed(browser, study, path, **mapped, frame=frame or ("in" if third else "out"))
    _apply(browser, study, number)
    with scope.unscoped("tests look at what was made"):
        assert set(db.session.scalars(sa.select(Participation.in_frame))) == {standing}


def test_another_sheet_row_or_delimiter_is_shown_at_once_and_kept_when_sent(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = number_in(
        send(browser, study, csv("Notre liste;;", "Nom;Ville;SIREN", "Alpha;Morteau;", "Beta;Maîche;", "Gamma;Morteau;")).location
    )
    shown = browser.post(_address(study, number, "/table?show=1"), data={"header_row": "1"})
    assert shown.status_code == 200
    assert batch(number).found["header_row"] == 2
    browser.post(_address(study, number, "/table"), data={"header_row": "2", "last_row": "4"})
    assert batch(number).found["records"] == 2


def test_a_row_is_left_out_or_taken_back_by_choice(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = number_in(
        send(browser, study, csv("Nom,Ville,Tél", "Alpha,Morteau,0381000001", "Beta,Maîche,0381000002", "Total,,2")).location
    )
    assert batch(number).found["records"] == 2
    browser.post(_address(study, number, "/table"), data={"not_records": "2", "records": "4"})
    assert batch(number).found["records"] == 2
    assert batch(number).choices == {"not_records": [2], "records": [4]}


def test_one_field_is_never_filled_by_two_columns(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = number_in(send(browser, study, csv("Nom,Ville,Autre nom", "Alpha,Morteau,A")).location)
    answer = browser.post(
        _address(study, number, "/columns"), data={"entity": "organisation", "c1": "organisation.name", "c2": "", "c3": "organisation.name"}
    )
    assert answer.status_code == 422
    assert "« Nom » remplit déjà ce champ" in answer.text.replace("\xa0", " ") or "Nom" in answer.text


def test_a_mapping_is_remembered_for_the_next_file_of_the_same_headers(browser: FlaskClient, study: Study, csv: Csv) -> None:
    first = _previewed(browser, study, csv("Entreprise,Ville,Zorglub", "Alpha,Morteau,x"), c3="organisation.notes")
    _apply(browser, study, first)
    second = number_in(send(browser, study, csv("ENTREPRISE,ville,zorglub", "Beta,Maîche,y")).location)
    assert batch(second).found["columns"][2]["field"] == "organisation.notes"
    assert batch(second).found["remembered"]


def test_the_rows_that_were_not_taken_come_back_mended_as_the_file_they_are_of(
    browser: FlaskClient, study: Study, csv: Csv, tmp_path: Path
) -> None:
    first = _previewed(browser, study, csv("Entreprise,Ville,Zorglub", "Alpha,Morteau,x", ",Maîche,y"), c3="organisation.notes")
    _apply(browser, study, first)
    with browser.get(_address(study, first, "/refused.xlsx")) as answer:
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["Entreprise", "Ville", "Zorglub", "Problème"]
    sheet["A2"] = "Beta"
    book.save(tmp_path / "mended.xlsx")
    second = number_in(send(browser, study, tmp_path / "mended.xlsx").location)
    found = batch(second).found
    assert found["remembered"]
    assert [(column["kind"], column["field"]) for column in found["columns"][2:]] == [("field", "organisation.notes"), ("ignore", None)]


def test_what_was_decided_follows_its_columns_where_they_stand_now(browser: FlaskClient, study: Study, csv: Csv, tmp_path: Path) -> None:
    first = _previewed(browser, study, csv("Entreprise,Ville,Zorglub", "Alpha,Morteau,x"), c3="organisation.notes")
    _apply(browser, study, first)
    book = openpyxl.Workbook()
    for row in ([None, "Entreprise", "Ville", "Zorglub"], [None, "Beta", "Maîche", "y"]):
        book.active.append(row)
    book.save(tmp_path / "moved.xlsx")
    second = number_in(send(browser, study, tmp_path / "moved.xlsx").location)
    assert [column["field"] for column in batch(second).found["columns"]] == [
        "organisation.name", "organisation.commune", "organisation.notes"
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["reviewer", "cluster", "guest"])
def test_who_may_not_import_is_refused(make: Make, sign_in: Callable[[User], FlaskClient], study: Study, csv: Csv, role: str) -> None:
    browser = sign_in(make.member(study, role))
    assert send(browser, study, csv("Nom", "Alpha")).status_code == 403
    assert browser.get(f"/studies/{study.id}/imports/").status_code == 403


def test_another_studys_import_does_not_exist(
    make: Make, sign_in: Callable[[User], FlaskClient], browser: FlaskClient, study: Study, csv: Csv
) -> None:
    number = number_in(send(browser, study, csv("Entreprise,Ville", "Alpha,Morteau")).location)
    other = make.study("Another")
    stranger = sign_in(make.member(other, "lead"))
    for step in ("", "/table", "/columns", "/preview", "/file", "/refused.xlsx"):
        assert stranger.get(_address(study, number, step)).status_code == 404
        assert stranger.get(_address(other, number, step)).status_code == 404


def test_what_changed_since_the_preview_stops_the_import_and_shows_it_anew(
    browser: FlaskClient, study: Study, csv: Csv, make: Make
) -> None:
    number = _previewed(browser, study, csv("Nom,Ville,SIREN", "Alpha,Morteau,732829320"))
    make.organisation(study, "Alpha", siren="732829320")
    _apply(browser, study, number)
    assert batch(number).state is BatchState.PREVIEWED
    assert batch(number).problem == "import_changed"
    assert total("organisation") == 1
    assert "preview" in browser.get(_address(study, number, "/preview")).text


def test_a_preview_that_was_not_seen_is_not_applied(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = _previewed(browser, study, csv("Entreprise,Ville", "Alpha,Morteau"))
    assert browser.post(_address(study, number, "/apply"), data={"digest": "x" * 48}).status_code == 422
    assert total("organisation") == 0


def test_apply_sent_twice_writes_once(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = _previewed(browser, study, csv("Entreprise,Ville", "Alpha,Morteau", "Beta,Maîche"))
    digest = batch(number).plan_digest
    for _time in range(3):
        assert browser.post(_address(study, number, "/apply"), data={"digest": digest}).status_code == 303
    assert total("organisation") == 2


def test_a_file_sent_twice_is_one_import(browser: FlaskClient, study: Study, csv: Csv) -> None:
    path = csv("Entreprise,Ville", "Alpha,Morteau")
    assert number_in(send(browser, study, path).location) == number_in(send(browser, study, path).location)
    assert total("import_batch") == 1


def test_imports_are_bounded_per_hour(browser: FlaskClient, study: Study, csv: Csv) -> None:
    answers = [send(browser, study, csv("Entreprise,Ville", f"Alpha {n},Morteau")).status_code for n in range(11)]
    assert answers == [303] * 10 + [429]


def test_rows_that_were_not_taken_come_back_as_a_workbook_with_the_problem(
    browser: FlaskClient, study: Study, csv: Csv, tmp_path: Path
) -> None:
    number = _previewed(browser, study, csv("Nom,Ville,Tél", "Alpha,Morteau,0381000001", ",Maîche,0381000002"))
    assert batch(number).counts["refused"] == 1
    for state in ("previewed", "applied"):
        answer = browser.get(_address(study, number, "/refused.xlsx"))
        assert answer.status_code == 200, state
        target = tmp_path / f"{state}.xlsx"
        target.write_bytes(answer.data)
        again = send(browser, study, target)
        found = batch(number_in(again.location)).found
        assert [column["header"] for column in found["columns"]][:3] == ["Nom", "Ville", "Tél"]
        assert found["records"] == 1
        _apply(browser, study, number)


def test_questions_are_answered_in_the_preview(browser: FlaskClient, study: Study, csv: Csv, make: Make) -> None:
    known = make.organisation(study, "Ateliers Dubois Décolletage", commune="25411")
    path = csv("Nom,Ville,Tél", "Ateliers Dubois Decoletage,Morteau,0381000001", "Nouvelle,Morteau,0381000002")
    number = _previewed(browser, study, path)
    assert batch(number).counts["ambiguous"] == 1
    asked = browser.get(_address(study, number, "/preview?verdict=ambiguous")).text
    assert f'value="use:{known.id}"' in asked
    assert f"</b> – {known.ref} · 25411 <small" in asked
    answer = browser.post(_address(study, number, "/decisions"), data={"d-2-organisation": f"use:{known.id}"})
    assert answer.status_code == 303
    assert batch(number).counts == {**batch(number).counts, "ambiguous": 0, "changed": 1, "new": 1}
    _apply(browser, study, number)
    assert total("organisation") == 2


def test_a_registered_name_alone_is_what_organisations_are_called_by(browser: FlaskClient, study: Study, csv: Csv) -> None:
    path = csv("Raison sociale;Adresse;Commune", "Alpha SARL;1 rue A;Morteau", "Beta SAS;2 rue B;Maîche", "Gamma SA;3 rue C;Morteau")
    _apply(browser, study, _previewed(browser, study, path))
    with scope.unscoped("tests look at what was made"):
        assert sorted(db.session.scalars(sa.select(Organisation.name))) == ["Alpha SARL", "Beta SAS", "Gamma SA"]


def test_people_without_an_organisation_are_said_to_lack_one(browser: FlaskClient, study: Study, csv: Csv) -> None:
    lines = ("Nom;Prénom;Fonction;E-mail", "MOREL;Claire;Directrice;claire.morel@example.org", "ROY;Jean;Acheteur;jean.roy@example.org")
    number = number_in(send(browser, study, csv(*lines)).location)
    lack = "ne dit l’organisation"
    page = browser.get(_address(study, number, "/columns")).text
    assert lack in page
    chosen = {name: _selected(page, name) for name in re.findall(r'<select[^>]* name="(entity|frame|c\d+)"', page)}
    assert chosen["entity"] == "person"
    browser.post(_address(study, number, "/columns"), data=chosen)
    assert lack in browser.get(_address(study, number, "/preview")).text
    whole = csv("Nom;Prénom;Entreprise", "MOREL;Claire;Microméca", "ROY;Jean;Microméca")
    other = number_in(send(browser, study, whole).location)
    assert lack not in browser.get(_address(study, other, "/columns")).text
