"""The command line: the same engine, JSON on one side, one line on the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consult.accounts.models import User
from consult.cli.frame import new_application
from consult.kernel import refs
from consult.kernel.db import db, unit_of_work
from consult.studies.models import Membership, Role, Study
from tests.cli.conftest import Consult, Outcome, consult, installation, prepared

__all__ = ["Outcome", "consult", "installation", "prepared"]
KEYS = {"entity", "sheet", "header_row", "last_row", "columns", "not_records", "counts", "refused", "batch"}


@pytest.fixture
def study(prepared: Path) -> str:
    """The reference of a study with a lead and a reviewer."""
    with new_application("en"), unit_of_work():
        ref = refs.take("STU")[0]
        study = Study(ref=ref, title="Filière horlogère")
        db.session.add(study)
        db.session.flush()
        for role in ("lead", "reviewer"):
            user = User(email=f"{role}@example.org", name=role)
            db.session.add(user)
            db.session.flush()
            db.session.add(Membership(study_id=study.id, user_id=user.id, role=Role(role)))
    return ref


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small directory under a title, with a total."""
    path = tmp_path / "annuaire.csv"
    path.write_text("Annuaire;;\nEntreprise;Ville;Téléphone\nAlpha;Morteau;0381000001\n;Maîche;0381000002\nTotal;;2\n", encoding="utf-8")
    return path


def test_a_dry_run_says_everything_and_writes_nothing(consult: Consult, study: str, file: Path, prepared: Path) -> None:
    database = prepared / "consult.sqlite"
    before = database.read_bytes()
    said = consult("import", file, "--study", study, "--dry-run", "--json", "--lang", "en")
    told = json.loads(said.out)
    assert (said.code, said.err) == (0, "")
    assert set(told) >= KEYS
    assert (told["entity"], told["header_row"], told["last_row"], told["batch"]) == ("organisation", 2, 4, None)
    assert told["counts"] == {"new": 1, "changed": 0, "same": 0, "refused": 1, "ambiguous": 0}
    assert told["columns"][0] == {
        "index": 1,
        "header": "Entreprise",
        "field": "organisation.name",
        "confidence": told["columns"][0]["confidence"],
    }
    assert told["refused"] == [{"row": 4, "reason": "there is no name, and no identifier by which to find the record"}]
    assert {row["row"] for row in told["not_records"]} == {1, 5}
    assert database.read_bytes() == before
    assert not (prepared / "imports").exists()


def test_a_file_is_applied_and_undone(consult: Consult, study: str, file: Path) -> None:
    told = json.loads(consult("import", file, "--study", study, "--json", "--as", "lead@example.org").out)
    assert told["batch"] == "IMP-0001"
    assert json.loads(consult("import", file, "--study", study, "--dry-run", "--json").out)["counts"]["same"] == 1
    undone = consult("undo", "imp-0001", "--lang", "en")
    assert (undone.code, undone.out.strip()) == (0, "IMP-0001: 1 rows undone.")
    assert json.loads(consult("import", file, "--study", study, "--dry-run", "--json").out)["counts"]["new"] == 1
    assert consult("undo", "IMP-0001").code == 2


def test_sheet_header_row_and_entity_can_be_chosen(consult: Consult, study: str, file: Path) -> None:
    told = json.loads(consult("import", file, "--study", study, "--dry-run", "--json", "--header-row", "3", "--entity", "organisation").out)
    assert told["header_row"] == 3
    for wrong in (("--sheet", "Zorglub"), ("--entity", "zorglub"), ("--header-row", "-1")):
        said = consult("import", file, "--study", study, "--dry-run", "--json", *wrong)
        assert (said.code, said.out, len(said.err.strip().splitlines())) == (2, "", 1)


@pytest.mark.parametrize("row", ["5", "6", "99", "60000"])
def test_a_row_for_the_headers_with_nothing_below_is_told_by_the_option_and_the_last_possible_row(
    consult: Consult, study: str, file: Path, row: str
) -> None:
    for more in (["--dry-run", "--json"], []):
        said = consult("import", file, "--study", study, "--header-row", row, "--lang", "en", *more)
        assert (said.code, said.out, len(said.err.strip().splitlines())) == (2, "", 1)
        assert f"--header-row {row}" in said.err
        assert "ends on row 5" in said.err
        assert "row 4 at the latest" in said.err


def test_an_unknown_sheet_names_those_that_are_there_and_a_number_is_one_of_them(consult: Consult, study: str, shared: Path) -> None:
    path = shared / "data" / "interview_study_survey_answers_ccby.xlsx"
    said = consult("import", path, "--study", study, "--dry-run", "--sheet", "Zorglub", "--lang", "en")
    assert (said.code, said.out, len(said.err.strip().splitlines())) == (2, "", 1)
    assert "Expectation & Perception" in said.err
    first = json.loads(consult("import", path, "--study", study, "--dry-run", "--json", "--sheet", "1").out)["sheet"]
    assert first in said.err
    assert consult("import", path, "--study", study, "--dry-run", "--sheet", "8").code == 2


def test_headers_without_a_record_are_proposed_as_they_are_and_not_applied(
    consult: Consult, study: str, tmp_path: Path, prepared: Path
) -> None:
    path = tmp_path / "entetes.csv"
    path.write_text("Nom;Ville;Téléphone\n", encoding="utf-8")
    told = json.loads(consult("import", path, "--study", study, "--dry-run", "--json").out)
    assert (told["header_row"], told["last_row"], len(told["columns"])) == (1, None, 3)
    assert "No row is a record." in consult("import", path, "--study", study, "--dry-run", "--lang", "en").out
    said = consult("import", path, "--study", study, "--lang", "en")
    assert (said.code, said.out, len(said.err.strip().splitlines())) == (2, "", 1)
    assert "no record below them" in said.err
    assert list((prepared / "imports").iterdir()) == []


def test_the_wizards_rows_that_are_no_records_are_the_commands(consult: Consult, study: str, shared: Path) -> None:
    told = json.loads(
        consult("import", shared / "data" / "stakeholders_xy_mit.xlsx", "--study", study, "--dry-run", "--json", "--lang", "en").out
    )
    assert told["not_records"] == [{"row": 1, "reason": "title above the table"}]


def test_a_file_whose_cells_all_stand_too_far_away_is_refused_in_words(consult: Consult, study: str, shared: Path) -> None:
    said = consult("import", shared / "data" / "hostile" / "openxmlsdk-7b2c0c1c.xlsx", "--study", study, "--dry-run", "--lang", "en")
    assert (said.code, said.out, len(said.err.strip().splitlines())) == (2, "", 1)
    assert "beyond column 200" in said.err


def test_every_refusal_is_one_line(consult: Consult, study: str, file: Path, tmp_path: Path) -> None:
    image = tmp_path / "image.xlsx"
    image.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 99)
    for arguments in (
        ("import", image, "--study", study),
        ("import", tmp_path / "nowhere.csv", "--study", study),
        ("import", tmp_path, "--study", study),
        ("import", file, "--study", "STU-9999"),
        ("import", file),
        ("undo", "IMP-9999"),
        ("undo", "x"),
        ("import", file, "--study", study, "--as", "nobody@example.org"),
        ("import", file, "--study", study, "--as", "reviewer@example.org"),
    ):
        said = consult(*arguments, *(["--json"] if arguments[0] == "import" else []))
        assert (said.code, said.out) == (2, ""), arguments
        assert len(said.err.strip().splitlines()) == 1, said.err


def test_what_fits_nothing_is_said_and_not_applied(consult: Consult, study: str, tmp_path: Path) -> None:
    path = tmp_path / "autre.csv"
    path.write_text("Couleur,Poids\nrouge,3\nbleu,4\n")
    told = json.loads(consult("import", path, "--study", study, "--dry-run", "--json").out)
    assert told["entity"] is None
    assert {column["field"] for column in told["columns"]} == {None}
    assert consult("import", path, "--study", study).code == 2


def test_fields_are_listed_as_entity_and_field(consult: Consult, prepared: Path) -> None:
    found = json.loads(consult("fields", "--json").out)
    assert {entity["entity"] for entity in found} >= {"organisation", "person"}
    names = [each["field"] for entity in found for each in entity["fields"]]
    assert {"organisation.name", "organisation.siren", "organisation.commune", "person.last_name"} <= set(names)
    assert len(names) == len(set(names))
    assert consult("fields").code == 0


def test_without_json_it_is_told_in_words(consult: Consult, study: str, file: Path) -> None:
    said = consult("import", file, "--study", study, "--lang", "fr")
    assert said.code == 0
    assert "2 lignes\u00a0: 1 nouvelle, 1 refusée." in said.out
    assert "IMP-0001" in said.out
