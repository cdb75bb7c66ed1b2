"""What an import may tell of records that another study put into the directory: that they exist, and what they are called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.organisations import people_service, service
from consult.organisations.models import Organisation, RoleKind
from consult.organisations.people_models import Person
from tests.exchange.conftest import Importer
from tests.factories import Make


def _told(made: object) -> str:
    return str([(change.field, change.old) for row in made.rows for part in row.parts for change in part.changes])  # type: ignore[attr-defined]


def test_role_specialities_and_extra_of_an_organisation_of_another_study_are_neither_told_nor_replaced(
    make: Make, importer: Importer, csv: Callable[..., Path]
) -> None:
    with make.inside(make.study("Other")):
        theirs = service.create(
            {"name": "Alpha", "siren": "732829320", "role": RoleKind.FUNDER, "specialities": ["Secret alloy"], "notes": "Nearly insolvent"}
        ).organisation
        theirs.extra = {"Remarque": "They owe us money"}
    table, made = importer.plan(
        csv("Entreprise;SIREN;Ville;Rôle;Spécialités;Remarque", "Alpha;732829320;Morteau;Marque;Polissage;Vue au salon")
    )
    assert {"organisation.siren", "organisation.role"} <= {use.field for use in table.uses}
    assert made.counts["changed"] + made.counts["new"] == 1
    told = _told(made)
    assert not any(text in told for text in ("Secret alloy", "They owe us money", "funder", "FUNDER", "Nearly insolvent"))


def test_a_person_of_another_study_found_by_an_address_keeps_what_that_study_wrote(
    make: Make, importer: Importer, csv: Callable[..., Path]
) -> None:
    with make.inside(make.study("Other")):
        home = service.create({"name": "Beta"}).organisation
        person = people_service.create(
            {"last_name": "Morel", "first_name": "Jeanne", "emails": "jeanne@example.org", "organisation_id": home.id, "civility": "ms"}
        )
    path = csv("Entreprise;Ville;Civilité;Nom;Prénom;E-mail du contact", "Gamma;Morteau;M.;Morel;Jeanne;jeanne@example.org")
    table, made = importer.plan(path)
    assert "person.civility" in {use.field for use in table.uses}
    assert "person.civility" not in _told(made)
    importer.apply(path)
    with unscoped("tests read back"):
        assert db.session.get_one(Person, person.id).civility == "ms"
        assert db.session.query(Organisation).count() == 2


def test_other_addresses_and_numbers_of_a_person_of_another_study_are_not_told(
    make: Make, importer: Importer, csv: Callable[..., Path]
) -> None:
    with make.inside(make.study("Other")):
        home = service.create({"name": "Beta", "siren": "732829320"}).organisation
        person = people_service.create(
            {
                "last_name": "Morel", "first_name": "Jeanne", "organisation_id": home.id, "job_title": "Secret buyer",
                "emails": ["jeanne@example.org", "private@example.org"], "phones": ["06 11 22 33 44"],
            }
        )  # fmt: skip
    path = csv(
        "Entreprise;SIREN;Nom contact;Prénom contact;E-mail contact;Tél contact;Fonction",
        "Beta;732829320;Morel;Jeanne;jeanne@example.org;06 55 66 77 88;Directrice",
    )
    _table, made = importer.plan(path)
    told = _told(made)
    assert not any(text in told for text in ("private@example.org", "611223344", "Secret buyer"))
    importer.apply(path)
    with unscoped("tests read back"):
        kept = db.session.get_one(Person, person.id)
        assert sorted(each.address for each in kept.emails) == ["jeanne@example.org", "private@example.org"]
        assert len(kept.phones) == 2
        assert "private" in kept.search_key
        assert [post.job_title for post in kept.affiliations] == ["Secret buyer"]


def test_whose_an_address_is_in_another_study_is_not_told(make: Make, importer: Importer, csv: Callable[..., Path]) -> None:
    with make.inside(make.study("Other")):
        home = service.create({"name": "Beta"}).organisation
        people_service.create({"last_name": "Morel", "first_name": "Jeanne", "emails": "info@example.org", "organisation_id": home.id})
    _table, made = importer.plan(csv("Entreprise;Ville;Nom contact;E-mail contact", "Gamma;Morteau;Roy;info@example.org"))
    notes = [(note.code, dict(note.values)) for note in made.rows[0].notes]
    assert notes == [("shared_address_elsewhere", {"text": "info@example.org", "other": ""})]
