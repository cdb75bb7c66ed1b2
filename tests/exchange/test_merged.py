"""A file that still names an organisation or a person by what they were before a merge finds the one that stayed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from consult.organisations import merging, people_service, search_text, service, unmerging
from consult.organisations.comparing import Words
from consult.organisations.merge_models import Kind
from consult.organisations.merging import Decisions
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person
from consult.studies.models import Study
from tests.exchange.conftest import Importer, fingerprint, total
from tests.factories import Make

Csv = Callable[..., Path]


def merged(make: Make, study: Study, kept: int, gone: int, kind: Kind = Kind.ORGANISATION) -> None:
    get: Callable[[int], Any] = service.get if kind is Kind.ORGANISATION else people_service.get
    with make.inside(study):
        merging.merge(kind, get(kept), get(gone), Decisions(), Words(), {})


def test_the_old_siren_and_the_old_name_in_its_town_find_the_survivor(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    kept = make.organisation(study, "Atelier de la Combe", commune="25411", siren="732829320")
    gone = make.organisation(study, "Polissages Vuillemin", commune="25411", siren="552032534")
    merged(make, study, kept.id, gone.id)
    _table, plan = importer.plan(
        csv("Entreprise,SIREN,Ville,CP", "Vuillemin Polissages,552032534,Morteau,25500", "Polissages Vuillemin,,Morteau,25500")
    )
    found = [(row.parts[0].target.id, row.parts[0].target.how) for row in plan.rows]
    assert found == [(kept.id, "by_siren"), (kept.id, "by_name")]
    changed = {(change.field, change.extra, change.new) for change in plan.rows[0].parts[0].changes}
    assert ("SIREN", True, "552032534") in changed
    assert "former_number" in {note.code for note in plan.rows[0].notes}


def test_a_row_that_made_the_one_that_went_is_the_survivor_s(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    kept = make.organisation(study, "Atelier de la Combe", commune="25056")
    file = csv("Entreprise,Ville,CP,Prénom contact,Nom contact", "Polissages Vuillemin,Morteau,25500,Jeanne,Morel")
    importer.apply(file)
    with make.inside(study):
        gone = service.find_or_create("Polissages Vuillemin").id
    merged(make, study, kept.id, gone)
    before = total("organisation"), total("person")
    _ref, plan = importer.apply(file)
    assert [row.parts[0].target.id for row in plan.rows] == [kept.id]
    assert (total("organisation"), total("person")) == before


def test_an_import_that_made_the_one_that_went_can_be_undone_once_the_merge_is(
    importer: Importer, csv: Csv, make: Make, study: Study
) -> None:
    kept = make.organisation(study, "Atelier de la Combe", commune="25056")
    with make.inside(study):
        search_text.refresh([kept.id])
    before = fingerprint()
    ref, _plan = importer.apply(csv("Entreprise,Ville,CP,Nom contact", "Polissages Vuillemin,Morteau,25500,Morel"))
    with make.inside(study):
        gone = service.find_or_create("Polissages Vuillemin").id
    merged(make, study, kept.id, gone)
    report = importer.undo(ref)
    assert (report.reversed, [label for _row, label in report.kept]) == (0, ["Polissages Vuillemin"])
    with make.inside(study):
        unmerging.undo(unmerging.of(Kind.ORGANISATION, gone))
    assert importer.undo(ref).reversed == 1
    assert fingerprint() == before


def test_people_are_found_by_the_address_they_had_before(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    office = make.organisation(study, "Atelier de la Combe", commune="25411")
    with make.inside(study):
        kept = people_service.create({"first_name": "Jeanne", "last_name": "Morel", "organisation_id": office.id}).id
        gone = people_service.create({"last_name": "Morel", "organisation_id": office.id, "emails": "jm@example.org"}).id
    merged(make, study, kept, gone, Kind.PERSON)
    head = "Entreprise,Ville,CP,Prénom contact,Nom contact,Mail contact"
    _table, plan = importer.plan(csv(head, "Atelier de la Combe,Morteau,25500,Jeanne,Morel,jm@example.org"))
    person = next(part for part in plan.rows[0].parts if part.entity == "person")
    assert (person.target.id, person.target.how) == (kept, "by_email")
    assert total(Person.__tablename__) == 2
    assert total(Organisation.__tablename__) == 1
