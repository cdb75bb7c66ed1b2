"""Which record a row is about: identifiers first, then name and town, else ask; never by phone or name alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from consult.exchange.planning import Plan
from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.organisations import search_text
from consult.organisations.models import Organisation, Site
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation, Person, PersonEmail
from consult.studies.models import Study
from tests.exchange.conftest import Importer, fingerprint, total
from tests.factories import Make

Csv = Callable[..., Path]
SIREN, OTHER_SIREN = "732829320", "552100554"
SIRET, OTHER_SIRET = "73282932000074", "73282932000082"


def verdicts(plan: Plan) -> str:
    """The first letters of the verdicts, row by row."""
    return "".join(row.verdict.value[0] for row in plan.rows)


def how(plan: Plan) -> list[str]:
    """By what each row was matched."""
    return [row.parts[0].target.how for row in plan.rows]


def reasons(plan: Plan, row: int = 0) -> set[str]:
    """Why a row asks."""
    return {note.code for part in plan.rows[row].parts for c in part.target.candidates for note in c.reasons}


def rows(*columns: Any) -> list[Any]:
    """Read columns of everything."""
    with unscoped("tests read everything"):
        found = sorted((tuple(row) for row in db.session.execute(sa.select(*columns))), key=str)
    db.session.rollback()
    return found


def test_a_siret_wins_over_a_name(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    known = make.organisation(study, "Ancien nom", siren=SIREN)
    with make.inside(study):
        db.session.add(Site(organisation_id=known.id, siret=SIRET, commune_code="25056", commune_name="Besançon", is_head_office=True))
    _table, plan = importer.plan(csv("Entreprise,SIRET,Ville", f"Nouveau nom,{SIRET},Besançon"))
    assert (verdicts(plan), how(plan)) == ("c", ["by_siret"])
    assert [(c.old, c.new) for c in plan.rows[0].parts[0].changes] == [("Ancien nom", "Nouveau nom")]


def test_the_same_siren_with_another_siret_is_another_site(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.organisation(study, "Alpha", siren=SIREN, commune="25056")
    importer.apply(csv("Entreprise,SIREN,SIRET,Ville,CP", f"Alpha,{SIREN},{OTHER_SIRET},Morteau,25500"))
    assert total("organisation") == 1
    assert rows(Site.commune_code, Site.is_head_office, Site.siret) == [("25056", True, None), ("25411", False, OTHER_SIRET)]


def test_another_town_is_another_site(importer: Importer, csv: Csv) -> None:
    path = csv("Entreprise,SIREN,Ville,CP", f"Alpha,{SIREN},Morteau,25500", f"Alpha,{SIREN},Maîche,25120", f"Alpha,{SIREN},,")
    importer.apply(path)
    assert rows(Site.commune_name, Site.is_head_office) == [("Maîche", False), ("Morteau", True)]
    assert verdicts(importer.plan(path)[1]) == "sss"


def test_a_siren_known_from_another_study_joins_this_one_and_reveals_no_phone(importer: Importer, csv: Csv, make: Make) -> None:
    other = make.study("Another")
    make.organisation(other, "Alpha", siren=SIREN, phone="+33381999999")
    path = csv("Entreprise,SIREN,Téléphone", f"Alpha,{SIREN},03 81 00 00 01")
    _table, plan = importer.plan(path)
    told = str([(change.old, change.new) for part in plan.rows[0].parts for change in part.changes])
    assert verdicts(plan) == "c"
    assert "999999" not in told
    importer.apply(path)
    assert total("organisation") == 1
    assert rows(Organisation.phone) == [("+33381999999",)]
    assert rows(Organisation.extra)[0][0] == {"Téléphone": "+33381000001"}
    assert len(rows(Participation.study_id)) == 2
    assert verdicts(importer.plan(path)[1]) == "s"


def test_the_same_name_in_the_same_town_is_the_same(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.organisation(study, "Établissements DUPRÉ", commune="25411")
    with make.inside(study):
        db.session.execute(sa.select(Site)).scalars().one().commune_name = "Morteau"
    _table, plan = importer.plan(csv("Entreprise,Ville,CP", "Ets Dupre SARL,MORTEAU CEDEX,25500"))
    assert how(plan) == ["by_name"]


def test_the_same_name_in_two_towns_is_two(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.organisation(study, "Mission locale", commune="25056")
    _table, plan = importer.plan(csv("Structure,Ville,CP", "Mission locale,Morteau,25500", "Mission locale,Pontarlier,25300"))
    assert verdicts(plan) == "nn"


def test_a_name_without_a_town_asks(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.organisation(study, "Mission locale", commune="25056")
    _table, plan = importer.plan(csv("Structure,Téléphone,Site web", "Mission locale,0381000001,"))
    assert (verdicts(plan), reasons(plan)) == ("a", {"same_name_no_town"})


def test_namesakes_that_are_asked_about_are_told_apart_by_reference_and_town(
    importer: Importer, csv: Csv, make: Make, study: Study
) -> None:
    known = [make.organisation(study, "Mission locale", commune=code) for code in ("25056", "25411")]
    _table, plan = importer.plan(csv("Structure,Téléphone,Site web", "Mission locale,0381000001,"))
    asked = plan.rows[0].parts[0].target.candidates
    assert [c.hint for c in asked] == [f"{known[0].ref} · 25056", f"{known[1].ref} · 25411"]


def test_a_phone_alone_says_nothing(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.organisation(study, "Alpha", commune="25056", phone="+33381000001")
    _table, plan = importer.plan(csv("Entreprise,Ville,CP,Téléphone", "Omega,Besançon,25000,03 81 00 00 01"))
    assert verdicts(plan) == "n"


def test_a_similar_name_in_the_same_town_asks_with_its_reason(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.organisation(study, "Ateliers Dubois Décolletage", commune="25411")
    _table, plan = importer.plan(csv("Entreprise,Ville,CP", "Ateliers Dubois Decoletage,Morteau,25500"))
    assert (verdicts(plan), reasons(plan)) == ("a", {"similar_name"})


def test_another_siren_makes_namesakes_two(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.organisation(study, "Alpha", siren=OTHER_SIREN, commune="25411")
    _table, plan = importer.plan(csv("Entreprise,SIREN,Ville,CP", f"Alpha,{SIREN},Morteau,25500"))
    assert verdicts(plan) == "n"


def test_identifiers_that_name_two_organisations_are_refused(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.organisation(study, "One", siren=OTHER_SIREN)
    two = make.organisation(study, "Two")
    with make.inside(study):
        db.session.add(Site(organisation_id=two.id, siret=SIRET))
    _table, plan = importer.plan(csv("Entreprise,SIREN,SIRET", f"Alpha,{OTHER_SIREN},{SIRET}"))
    assert (verdicts(plan), plan.rows[0].notes[0].code) == ("r", "identifiers_disagree")


def test_the_same_organisation_on_several_lines_is_made_once(importer: Importer, csv: Csv) -> None:
    path = csv(
        "Entreprise,SIREN,Ville,Téléphone", f"Alpha,{SIREN},Morteau,0381000001", f"Alpha SAS,{SIREN},,", f"ALPHA,{SIREN},Morteau,0381000002"
    )
    _ref, plan = importer.apply(path)
    assert verdicts(plan) == "ncc"
    assert total("organisation") == 1
    name, phone, extra = rows(Organisation.name, Organisation.phone)[0] + (rows(Organisation.extra)[0][0],)
    assert (name, phone) == ("Alpha", "+33381000001")
    assert extra == {"Entreprise": "Alpha SAS", "Téléphone": "+33381000002"}
    assert verdicts(importer.plan(path)[1]) == "sss"


def test_namesakes_without_a_town_on_two_lines_ask(importer: Importer, csv: Csv) -> None:
    _table, plan = importer.plan(csv("Entreprise,Téléphone,Effectif", "Alpha,0381000001,3", "Alpha,0381000002,5"))
    assert (verdicts(plan), reasons(plan, 1)) == ("na", {"earlier_line", "same_name_no_town"})


def test_an_identical_line_is_the_same_one(importer: Importer, csv: Csv) -> None:
    _table, plan = importer.plan(csv("Entreprise,Téléphone,Effectif", "Alpha,0381000001,3", "Alpha,0381000001,3"))
    assert verdicts(plan) == "ns"


def test_a_decision_makes_a_row_the_candidate_another_line_new_or_left_out(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    known = make.organisation(study, "Alpha", commune="25411")
    path = csv("Entreprise,Téléphone,Effectif", "Alpha,0381000001,3")
    answers: list[tuple[dict[str, Any], str]] = [
        ({"use": known.id}, "c"),
        ({"new": True}, "n"),
        ({"skip": True}, "r"),
        ({"use": 10**6}, "a"),
    ]
    for answer, wanted in answers:
        _table, plan = importer.plan(path, decisions={"2": {"organisation": answer}})
        assert verdicts(plan) == wanted
    importer.apply(path, decisions={"2": {"organisation": {"use": known.id}}})
    assert verdicts(importer.plan(path)[1]) == "s"


def test_a_row_imported_before_is_known_by_its_key_cells(importer: Importer, csv: Csv) -> None:
    importer.apply(csv("Entreprise,Téléphone,Effectif", "Alpha,0381000001,3"))
    _table, plan = importer.plan(csv("entreprise,telephone,effectif", "ALPHA,0381000009,4"))
    assert (verdicts(plan), how(plan)) == ("c", ["by_before"])


# people


def test_contacts_come_with_their_organisation(importer: Importer, csv: Csv) -> None:
    path = csv(
        "Entreprise,Ville,Prénom contact,Nom contact,Fonction,Mail contact",
        "Alpha,Morteau,Jeanne,Morel,Directrice,jeanne@example.org",
        "Alpha,Morteau,Paul,Roy,Acheteur,paul@example.org",
    )
    ref, plan = importer.apply(path)
    assert verdicts(plan) == "nc"
    assert (total("organisation"), total("person"), total("affiliation")) == (1, 2, 2)
    assert rows(Affiliation.job_title) == [("Acheteur",), ("Directrice",)]
    assert verdicts(importer.plan(path)[1]) == "ss"
    importer.undo(ref)
    assert (total("organisation"), total("person"), total("affiliation"), total("person_email")) == (0, 0, 0, 0)


def test_people_are_matched_by_address_or_by_name_in_their_organisation(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    alpha = make.organisation(study, "Alpha", siren=SIREN)
    person = make.person(alpha, "Morel", first_name="Jeanne")
    with make.inside(None):
        db.session.add(PersonEmail(person_id=person.id, address="jeanne@example.org"))
    lines = [f"Jeanne,Morel,jeanne@example.org,Alpha,{SIREN}", f"Jeanne,MOREL,,Alpha,{SIREN}", f"Paul,Roy,,Alpha,{SIREN}"]
    _table, plan = importer.plan(csv("Prénom,Nom,Email,Entreprise,SIREN", *lines), entity="person")
    assert verdicts(plan) == "ssn"


def test_an_address_with_another_name_is_a_shared_mailbox(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    alpha = make.organisation(study, "Alpha", siren=SIREN)
    person = make.person(alpha, "Morel")
    with make.inside(None):
        db.session.add(PersonEmail(person_id=person.id, address="contact@example.org"))
    importer.apply(csv("Prénom,Nom,Email,Entreprise,SIREN", f"Paul,Roy,contact@example.org,Alpha,{SIREN}"), entity="person")
    assert rows(PersonEmail.address, PersonEmail.is_shared) == [("contact@example.org", False), ("contact@example.org", True)]


def test_a_namesake_in_another_organisation_asks(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.person(make.organisation(study, "Alpha", siren=SIREN), "Morel", first_name="Jeanne")
    make.organisation(study, "Beta", siren=OTHER_SIREN)
    _table, plan = importer.plan(csv("Prénom,Nom,Email,Entreprise,SIREN", f"Jeanne,Morel,,Beta,{OTHER_SIREN}"), entity="person")
    assert verdicts(plan) == "a"


def test_a_person_without_organisation_is_refused_in_words(importer: Importer, csv: Csv) -> None:
    _table, plan = importer.plan(csv("Prénom,Nom,Email,Entreprise", "Jeanne,Morel,j@example.org,", "Paul,Roy,p@example.org,Alpha"))
    assert verdicts(plan) == "rn"
    assert plan.rows[0].notes[0].code == "no_organisation"


def test_people_of_one_organisation_named_on_each_line_share_it(importer: Importer, csv: Csv) -> None:
    path = csv(
        "Prénom,Nom,Email,Entreprise", "Jeanne,Morel,j@example.org,Alpha", "Paul,Roy,p@example.org,Alpha", "Lou,Petit,l@example.org,Beta"
    )
    _ref, plan = importer.apply(path)
    assert verdicts(plan) == "nnn"
    assert (total("organisation"), total("person")) == (2, 3)
    before = fingerprint()
    assert verdicts(importer.apply(path)[1]) == "sss"
    assert fingerprint() == before


# values


def test_a_wrong_checksum_is_kept_with_a_warning(importer: Importer, csv: Csv) -> None:
    path = csv("Entreprise,SIREN,Ville", "Alpha,732829321,Morteau")
    _ref, plan = importer.apply(path)
    assert [note.code for note in plan.rows[0].notes] == ["doubtful"]
    assert rows(Organisation.siren, Organisation.unchecked_siren) == [(None, "732829321")]
    assert verdicts(importer.plan(path)[1]) == "s"


def test_a_wrong_checksum_replaces_no_good_number(importer: Importer, csv: Csv, make: Make, study: Study) -> None:
    make.organisation(study, "Alpha", siren=SIREN, commune="25411")
    path = csv("Entreprise,SIREN,Ville,CP", "Alpha,732829321,Morteau,25500")
    _ref, plan = importer.apply(path)
    assert rows(Organisation.siren, Organisation.unchecked_siren) == [(SIREN, None)]
    assert plan.cells.read == plan.cells.fields + plan.cells.extra
    assert verdicts(importer.plan(path)[1]) == "s"


@pytest.mark.parametrize(
    ("header", "cell"), [("Téléphone", "voir accueil"), ("Effectif", "beaucoup"), ("Email", "pas d'adresse"), ("Code NAF", "horlogerie")]
)
def test_what_cannot_be_converted_is_kept_under_its_header(importer: Importer, csv: Csv, header: str, cell: str) -> None:
    path = csv(f"Entreprise,Ville,{header},SIREN", f"Alpha,Morteau,{cell},{SIREN}")
    _ref, plan = importer.apply(path)
    assert rows(Organisation.extra)[0][0] == {header: cell}
    assert plan.cells.read == plan.cells.fields + plan.cells.extra == 4
    assert verdicts(importer.plan(path)[1]) == "s"


def test_terms_are_made_once_and_linked(importer: Importer, csv: Csv) -> None:
    path = csv("Entreprise,Ville,Spécialités", "Alpha,Morteau,décolletage; polissage", "Beta,Maîche,Polissage; sertissage")
    ref, _plan = importer.apply(path)
    assert (total("term"), total("organisation_term")) == (3, 4)
    assert verdicts(importer.plan(path)[1]) == "ss"
    importer.undo(ref)
    assert (total("term"), total("organisation_term")) == (0, 0)


def test_nothing_is_erased_by_a_blank_cell(importer: Importer, csv: Csv) -> None:
    importer.apply(csv("Entreprise,Ville,Téléphone", "Alpha,Morteau,0381000001"))
    _table, plan = importer.plan(csv("Entreprise,Ville,Téléphone", "Alpha,Morteau,"))
    assert verdicts(plan) == "s"


def test_people_of_an_undone_import_do_not_linger(importer: Importer, csv: Csv) -> None:
    before = fingerprint()
    ref, _plan = importer.apply(csv("Prénom,Nom,Email,Entreprise", "Jeanne,Morel,j@example.org,Alpha"))
    importer.undo(ref)
    assert fingerprint() == before
    assert rows(Person.id) == []


def test_new_organisations_are_found_by_what_a_later_change_would_have_them_found_by(importer: Importer, csv: Csv) -> None:
    importer.apply(
        csv("Nom;Sigle;SIREN;SIRET;Code postal;Commune;Site web", f"Émaux & Cie;EC;{SIREN};{SIRET};25000;Besançon;https://emaux.example")
    )
    with unscoped("the test looks below the session"):
        columns = (Organisation.id, Organisation.sort_name, Organisation.search_key, Organisation.name_key, Participation.search_key)
        query = sa.select(*columns).join(Participation, Participation.organisation_id == Organisation.id)
        written = db.session.execute(query).one()
        search_text.refresh([written.id])
        assert db.session.execute(query).one() == written
    assert {SIRET, "besancon"} <= set(written.search_key.split())
