"""Where a record and each of its changes came from: the file that brought them, named to those who may know of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.accounts.models import User
from consult.exchange.models import ImportBatch
from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.organisations import service
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person
from consult.studies.models import Study
from tests.exchange.conftest import Importer
from tests.factories import Make

Csv = Callable[..., Path]
SignIn = Callable[[User], FlaskClient]


def only(model: Any) -> int:
    """The id of the only row of a table."""
    with unscoped("tests read back"):
        found: int = db.session.scalars(sa.select(model.id)).one()
    db.session.rollback()
    return found


def today() -> str:
    """The day of the last import, as it is written."""
    with unscoped("tests read back"):
        at = db.session.scalars(sa.select(ImportBatch.applied_at).order_by(ImportBatch.id.desc())).first()
    db.session.rollback()
    assert at
    return f"{at:%d/%m/%Y}"


def said(browser: FlaskClient, address: str) -> str:
    """A page as it reads, with plain spaces."""
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.text.replace("\xa0", " ").replace("\u202f", " ")


def test_a_record_and_its_history_name_the_import_with_a_way_to_it(
    importer: Importer, csv: Csv, browser: FlaskClient, study: Study
) -> None:
    path = csv("Entreprise;Ville;Prénom contact;Nom contact", "Alpha;Morteau;Jeanne;Morel", name="annuaire.csv")
    importer.apply(path)
    source, way = f"Import de annuaire.csv du {today()}", f'href="/studies/{study.id}/imports/1"'
    organisation, person = only(Organisation), only(Person)
    for address in (f"organisations/{organisation}", f"people/{person}"):
        for page in (said(browser, f"/studies/{study.id}/{address}"), said(browser, f"/studies/{study.id}/{address}/history")):
            assert source in page, address
            assert way in page, address
    importer.apply(csv("Entreprise;Ville;Effectif", "Alpha;Morteau;12", name="effectifs.csv"))
    page = said(browser, f"/studies/{study.id}/organisations/{organisation}")
    for heading in ("D’où cela vient", "Chronologie"):
        assert source in page[page.index(heading) :].partition("</section>")[0], heading
    assert "effectifs.csv" in page


def test_undoing_is_said_to_be_one(importer: Importer, csv: Csv, browser: FlaskClient, make: Make, study: Study) -> None:
    known = make.organisation(study, "Alpha", siren="732829320")
    importer.apply(csv("Entreprise;SIREN;Effectif", "Alpha;732829320;12", name="effectifs.csv"))
    assert browser.post(f"/studies/{study.id}/imports/1/undo").status_code == 303
    page = said(browser, f"/studies/{study.id}/organisations/{known.id}/history")
    assert f"Import de effectifs.csv annulé le {today()}" in page


def test_who_may_not_import_reads_the_name_without_a_way_and_another_study_nothing(
    importer: Importer, csv: Csv, make: Make, sign_in: SignIn, study: Study
) -> None:
    importer.apply(csv("Entreprise;SIREN;Ville", "Alpha;732829320;Morteau", name="secret.csv"))
    other, number = make.study("Other"), only(Organisation)
    with make.inside(other):
        service.create({"name": "Alpha", "siren": "732829320"})
    reviewer, stranger, guest = (
        sign_in(make.member(study, "reviewer")), sign_in(make.member(other, "lead")), sign_in(make.member(study, "guest")),
    )  # fmt: skip
    page = said(reviewer, f"/studies/{study.id}/organisations/{number}")
    assert "secret.csv" in page
    assert "/imports/1" not in page
    for browser, there in ((stranger, other), (guest, study)):
        assert "secret.csv" not in said(browser, f"/studies/{there.id}/organisations/{number}")
    theirs = said(stranger, f"/studies/{other.id}/organisations/{number}/history")
    assert "secret.csv" not in theirs
    assert "Import d’un fichier" in theirs


def test_an_interview_names_its_import_but_not_to_whoever_may_not_know_of_the_file(
    importer: Importer, csv: Csv, make: Make, sign_in: SignIn, browser: FlaskClient, study: Study
) -> None:
    path = csv("Entreprise;Date de l'entretien;Compte rendu;Salle", "Alpha;12/01/2023;Dit;B12", name="entretiens.csv")
    importer.apply(path)
    consultant = sign_in(make.member(study, "consultant"))
    for step in ("", "/history"):
        mine, theirs = (said(each, f"/studies/{study.id}/interviews/1{step}") for each in (browser, consultant))
        assert "entretiens.csv" in mine
        assert "entretiens.csv" not in theirs
        assert "Import d’un fichier" in theirs
    assert "B12" in said(browser, f"/studies/{study.id}/interviews/1")
