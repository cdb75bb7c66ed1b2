"""Several people in one cell: parted where it is sure that they are, each with what is theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from consult.excel import several
from consult.organisations.models import Organisation
from consult.organisations.people_models import Affiliation, Person, PersonEmail
from consult.studies.models import Study
from tests.exchange.conftest import Importer, fingerprint, total
from tests.exchange.test_matching import rows, verdicts
from tests.factories import Make

Csv = Callable[..., Path]


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        (["Jeanne Morel ; Paul Roy", "Luc Petit"], (";",)),
        (["Jeanne Morel\nPaul Roy"], ("\n",)),
        (["Mme Jeanne Morel / M. Paul Roy"], ("/",)),
        (["Jeanne Morel, Paul Roy"], (",",)),
        (["MOREL, Jeanne", "ROY, Paul"], ()),
        (["Jeanne Morel\nDirectrice générale"], ()),
        (["Jeanne Morel, Directrice"], ()),
        (["Jeanne Morel / Directrice"], ()),
        (["Jeanne Morel"], ()),
    ],
)
def test_what_parts_the_people_of_a_column(cells: list[str], marks: tuple[str, ...]) -> None:
    assert several.people_separators(cells) == marks


def test_the_people_of_one_cell_are_several_people(importer: Importer, csv: Csv) -> None:
    path = csv(
        "Entreprise|Ville|Contact|Fonction",
        '"Alpha"|Morteau|Jeanne Morel ; M. Paul Roy|"Directrice ; Acheteur"',
        "Beta|Maîche|Luc Petit|Gérant",
    )
    before = fingerprint()
    ref, plan = importer.apply(path)
    assert verdicts(plan) == "nn"
    assert rows(Person.first_name, Person.last_name) == [("Jeanne", "Morel"), ("Luc", "Petit"), ("Paul", "Roy")]
    assert rows(Affiliation.job_title) == [("Acheteur",), ("Directrice",), ("Gérant",)]
    assert plan.cells.read == plan.cells.fields == 8
    assert verdicts(importer.plan(path)[1]) == "ss"
    importer.undo(ref)
    assert fingerprint() == before


def addresses() -> dict[str, str]:
    """The address of each person, by last name."""
    people = dict(rows(Person.id, Person.last_name))
    return {people[number]: address for number, address in rows(PersonEmail.person_id, PersonEmail.address)}


def test_an_address_for_each_goes_to_each_and_one_for_all_to_nobody(importer: Importer, csv: Csv) -> None:
    path = csv(
        "Entreprise|Ville|Contact|Mail contact|Tél contact",
        "Alpha|Morteau|Jeanne Morel ; Paul Roy|jeanne@example.org ; paul@example.org|03 81 00 00 01",
    )
    _ref, plan = importer.apply(path)
    assert addresses() == {"Morel": "jeanne@example.org", "Roy": "paul@example.org"}
    assert total("person_phone") == 0
    assert rows(Organisation.extra)[0][0] == {"Tél contact": "03 81 00 00 01"}
    assert [note.code for note in plan.rows[0].notes] == ["nobodys"]
    assert verdicts(importer.plan(path)[1]) == "s"


def test_by_choice_a_cell_is_parted_or_left_whole(importer: Importer, csv: Csv) -> None:
    path = csv("Entreprise;Ville;Contact", "Alpha;Morteau;Jeanne Morel / Paul Roy", "Beta;Maîche;Luc Petit")
    for marks, people in ((None, 2), (["/"], 2), ([], 1), ([";"], 1)):
        plan = importer.plan(path, **({} if marks is None else {"marks": {"3": marks}}))[1]
        assert sum(part.entity == "person" for part in plan.rows[0].parts) == people, marks


def test_each_namesake_elsewhere_is_asked_about(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.person(make.organisation(study, "Alpha", siren="732829320"), "Roy", first_name="Paul")
    path = csv("Entreprise;SIREN;Contact", 'Beta;552100554;"Jeanne Morel / Paul Roy"')
    plan = importer.plan(path)[1]
    assert verdicts(plan) == "a"
    assert [part.name for part in plan.rows[0].parts if part.target.candidates] == ["person.2"]
    importer.apply(path, decisions={"2": {"person.2": {"new": True}}})
    assert total("person") == 3


def test_people_of_one_cell_in_a_file_of_people(importer: Importer, csv: Csv) -> None:
    path = csv("Nom;Prénom;Fonction;Entreprise", "Morel | Roy;Jeanne | Paul;Gérants;Alpha", "Petit;Luc;Acheteur;Alpha")
    _ref, plan = importer.apply(path, entity="person")
    assert rows(Person.first_name, Person.last_name) == [("Jeanne", "Morel"), ("Luc", "Petit"), ("Paul", "Roy")]
    assert verdicts(importer.plan(path, entity="person")[1]) == "ss"
    assert plan.cells.read == plan.cells.fields + plan.cells.extra


def test_the_label_after_a_code_is_kept(importer: Importer, csv: Csv) -> None:
    path = csv("Entreprise;Ville;Code APE", "Alpha;Morteau;70.10Z – Activités des sièges sociaux", "Beta;Maîche;26.52Z")
    _ref, plan = importer.apply(path)
    assert rows(Organisation.naf_code, Organisation.name) == [("26.52Z", "Beta"), ("70.10Z", "Alpha")]
    assert sorted(str(extra) for (extra,) in rows(Organisation.extra)) == ["{'Code APE': '70.10Z – Activités des sièges sociaux'}", "{}"]
    assert plan.cells.read == plan.cells.fields
    assert verdicts(importer.plan(path)[1]) == "ss"
