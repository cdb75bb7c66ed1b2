"""Possible duplicates: proposed by what two records share, never by a number or a name alone, and only of what the reader may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from consult.kernel import kept
from consult.kernel.db import db
from consult.kernel.scope import Scope, within
from consult.organisations import alike, apart, participating, people_service, service
from consult.organisations.merge_models import Kind
from consult.organisations.models import Alias, Organisation
from consult.organisations.pairs import NEIGHBOURS, WHOLE_BLOCK, Likelihood, Sign, together
from consult.organisations.people_models import PersonEmail
from consult.studies.models import Study
from tests.factories import Make
from tests.organisations.conftest import Here

ORGANISATION, PERSON = Kind.ORGANISATION, Kind.PERSON


def found(study: Study, kind: Kind = ORGANISATION) -> dict[tuple[int, int], tuple[Sign, ...]]:
    """The pairs of a study with their signs."""
    with within(Scope(study.id, None, "lead", 3), db.session()):
        return {(pair.one, pair.other): pair.signs for pair in alike.pairs(kind)}


@pytest.fixture
def study(make: Make) -> Study:
    return make.study()


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ({"unchecked_siren": "123 456 789"}, {"unchecked_siren": "123456789"}, Sign.SIREN),
        ({"siren": "732829320"}, {"siret": "73282932000074"}, Sign.SIREN),
        ({"siret": "73282932000074"}, {"siret": "73282932000082"}, Sign.SIREN),
        ({"unchecked_siret": "73282932000000"}, {"unchecked_siret": "732 829 320 00000"}, Sign.SIRET),
        ({"vat_number": "FR44732829320"}, {"vat_number": "FR44732829320"}, Sign.VAT),
        ({"foreign_id": "CHE-123.456.788"}, {"foreign_id": "CHE-123.456.788"}, Sign.FOREIGN_ID),
        ({"name": "Atelier Combe", "domain": "combe.example.org"}, {"name": "Ateliers Combe", "domain": "combe.example.org"}, Sign.DOMAIN),
        ({"name": "Atelier de la Combe", "commune": "25411"}, {"name": "ATELIER COMBE SARL", "commune": "25411"}, Sign.NAME_AND_PLACE),
        ({"name": "Combe", "phone": "+33381670001"}, {"name": "Combe SAS", "phone": "+33381670001"}, Sign.NAME_AND_PHONE),
        ({"name": "Combe", "email": "c@combe.example.org"}, {"name": "Combe", "email": "c@combe.example.org"}, Sign.NAME_AND_EMAIL),
        ({"name": "Combe Horlogerie", "alias": "Combe"}, {"name": "Combe"}, Sign.ALIAS),
    ],
)
def test_organisations_are_proposed_by_what_they_share(
    make: Make, study: Study, one: dict[str, Any], other: dict[str, Any], sign: Sign
) -> None:
    ids = tuple(organisation(make, study, **values) for values in (one, other))
    assert found(study) == {ids: (sign,)}


def organisation(make: Make, study: Study, **values: Any) -> int:
    """Make an organisation with what is told of it: a site where there is a SIRET, another name where there is one."""
    site = {name: values.pop(name) for name in ("siret", "unchecked_siret") if name in values}
    alias = values.pop("alias", None)
    made = make.organisation(study, values.pop("name", ""), "25411" if site else values.pop("commune", ""), **values)
    with make.inside(None):
        here = db.session.get_one(Organisation, made.id)
        for name, value in site.items():
            setattr(here.sites[0], name, value)
        if alias:
            db.session.add(Alias(organisation_id=made.id, name=alias, key=alias.lower()))
    return made.id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Combe"}, {"name": "Combe"}),
        ({"name": "Combe", "commune": "25411"}, {"name": "Combe"}),
        ({"name": "Combe", "commune": "25411"}, {"name": "Combe", "commune": "25056"}),
        ({"name": "Combe", "phone": "+33381670001"}, {"name": "Vuillemin", "phone": "+33381670001"}),
        ({"name": "Combe", "domain": "groupe.example.org"}, {"name": "Vuillemin", "domain": "groupe.example.org"}),
        ({"name": "Combe", "commune": "25411", "siren": "732829320"}, {"name": "Combe", "commune": "25411", "siren": "552032534"}),
        ({"name": "Combe Horlogerie", "alias": "Combe", "commune": "25411"}, {"name": "Combe", "commune": "25056"}),
    ],
)
def test_neither_a_name_nor_a_number_alone_proposes_anything_and_two_legal_persons_are_two(
    make: Make, study: Study, one: dict[str, Any], other: dict[str, Any]
) -> None:
    for values in (one, other):
        organisation(make, study, **values)
    assert found(study) == {}


def test_several_signs_make_one_pair_whose_likelihood_is_said_in_words(make: Make, study: Study) -> None:
    for _ in range(2):
        organisation(make, study, name="Combe", commune="25411", domain="combe.example.org", phone="+33381670001")
    organisation(make, study, name="Vuillemin", commune="25411")
    organisation(make, study, name="Vuillemin", commune="25411")
    with within(Scope(study.id, None, "lead", 3), db.session()):
        pairs = alike.pairs(ORGANISATION)
    assert [pair.likelihood for pair in pairs] == [Likelihood.SURE, Likelihood.LIKELY]
    assert pairs[0].signs == (Sign.DOMAIN, Sign.NAME_AND_PLACE, Sign.NAME_AND_PHONE)


def test_what_is_deleted_merged_or_of_another_study_is_not_proposed(make: Make, study: Study) -> None:
    one = organisation(make, study, name="Combe", commune="25411")
    gone = make.organisation(study, "Combe", commune="25411")
    make.organisation(make.study(), "Combe", commune="25411")
    with make.inside(None):
        db.session.get_one(Organisation, gone.id).merged_into_id = one
        db.session.get_one(Organisation, gone.id).deleted_at = gone.created_at
    assert found(study) == {}


def test_people_are_proposed_by_name_and_organisation_or_by_address_or_number_under_a_name_that_may_be_theirs(
    make: Make, study: Study
) -> None:
    one, other = (make.organisation(study, name) for name in ("Combe", "Vuillemin"))
    with make.inside(study):

        def person(first: str | None, last: str, where: Any, **values: Any) -> int:
            return people_service.create({"first_name": first, "last_name": last, "organisation_id": where.id, **values}).id

        jeanne, again = person("Jeanne", "Morel", one), person("JEANNE", "MOREL", one)
        person("Jeanne", "Morel", other)  # a namesake elsewhere
        paul = person("Paul", "Petit", one, phones="03 81 67 00 01")
        initial = person("P", "Petit", other, phones="+33381670001")
        person("Luc", "Petit", other, phones="+33381670001")  # the same switchboard
        shared = {"shared_mailbox": True, "emails": "contact@example.org"}
        anne, reversed_ = person("Anne", "Roy", one, **shared), person("Roy", "Anne", other, **shared)
        person("Marc", "Bart", one, **shared)
    assert found(study, PERSON) == {
        (jeanne, again): (Sign.NAME_AND_ORGANISATION,),
        (paul, initial): (Sign.NAME_AND_PHONE,),
        (anne, reversed_): (Sign.NAME_AND_EMAIL,),
    }


def test_people_whom_the_study_does_not_see_are_not_proposed(make: Make, study: Study) -> None:
    elsewhere = make.study()
    for where in (study, elsewhere):
        with make.inside(where):
            office = service.create({"name": f"Office {where.id}"}).organisation
            made = people_service.create({"first_name": "Jeanne", "last_name": "Morel", "organisation_id": office.id})
            db.session.add(PersonEmail(person_id=made.id, address="contact@example.org", is_shared=True))
    assert found(study, PERSON) == {}


def test_a_large_block_is_not_compared_whole() -> None:
    assert len(list(together(range(WHOLE_BLOCK)))) == WHOLE_BLOCK * (WHOLE_BLOCK - 1) // 2
    assert len(list(together(range(1000)))) < 1000 * NEIGHBOURS


def test_a_pair_said_to_be_two_is_remembered_for_the_study_until_it_is_taken_back(make: Make, study: Study) -> None:
    ids = tuple(organisation(make, study, name="Combe", commune="25411") for _ in range(2))
    with make.inside(study):
        apart.tell(ORGANISATION, ids[1], ids[0])
        apart.tell(ORGANISATION, ids[0], ids[1])
    assert found(study) == {}
    elsewhere = make.study()
    with make.inside(elsewhere):
        for each in ids:
            participating.rejoin(each)
    assert list(found(elsewhere)) == [ids]
    with make.inside(study):
        apart.take_back(ORGANISATION, *ids)
    assert list(found(study)) == [ids]


# pages


def test_the_list_and_the_record_lead_to_the_duplicates_where_there_are_any(here: Here) -> None:
    assert "doublon" not in here.get("organisations/")
    assert "doublon" not in here.get("people/")
    other = here.make.organisation(here.study, "Atelier de la Combe SARL", commune="25411")
    for _ in range(2):
        here.make.person(here.organisation(), "Morel")
    page = here.get("organisations/")
    assert "1 doublon possible" in page
    assert f"/studies/{here.study.id}/organisations/duplicates" in page
    assert "1 doublon possible" in here.get("people/")
    record = here.get(f"organisations/{other.id}")
    assert "peut-être la même qu’une autre" in record
    assert "même nom dans la même commune" in record
    assert f"organisations/{here.id}/merge/{other.id}" in record
    listed = here.get("organisations/duplicates")
    assert "probable" in listed
    assert listed.count("Pas un doublon") == 1
    assert "même nom dans la même organisation" in here.get("people/duplicates")


def test_nothing_to_propose_is_said(here: Here) -> None:
    assert "Aucun doublon possible" in here.get("organisations/duplicates")
    assert "Aucun doublon possible" in here.get("people/duplicates")


def test_not_a_duplicate_is_remembered_and_can_be_taken_back(here: Here) -> None:
    other = here.make.organisation(here.study, "Atelier de la Combe", commune="25411")
    answer = here.post(f"organisations/{here.id}/apart/{other.id}")
    assert answer.status_code == 303
    page = here.get("organisations/duplicates")
    assert "Aucun doublon possible" in page
    assert "Camille Morel" in page
    undo = re.search(r'action="/studies/\d+/(organisations/\d+/apart/\d+/undo)"', page)
    assert undo
    assert here.post(undo[1]).status_code == 303
    assert "Pas un doublon" in here.get("organisations/duplicates")
    assert here.post(undo[1]).status_code == 303  # twice is once


def test_pairs_are_paged(here: Here) -> None:
    for number in range(27):
        for _ in range(2):
            here.make.organisation(here.study, f"Atelier {number:02d}", commune="25411")
    first, second = here.get("organisations/duplicates"), here.get("organisations/duplicates?page=2")
    assert (first.count("Pas un doublon"), second.count("Pas un doublon")) == (25, 2)
    assert "Paires 1 à 25 sur 27" in first
    assert "Paires 26 à 27 sur 27" in second
    assert here.get("organisations/duplicates?page=99").count("Pas un doublon") == 2
    assert here.get("organisations/duplicates?page=x").count("Pas un doublon") == 25


@pytest.mark.parametrize(("role", "sees", "decides"), [("reviewer", True, False), ("consultant", True, True), ("guest", False, False)])
def test_who_sees_and_decides(here: Here, sign_in: Callable[..., FlaskClient], role: str, sees: bool, decides: bool) -> None:
    other = here.make.organisation(here.study, "Atelier de la Combe", commune="25411")
    browser = sign_in(here.make.member(here.study, role))
    root = f"/studies/{here.study.id}/organisations/"
    answer = browser.get(root + "duplicates")
    assert answer.status_code == (200 if sees else 403)
    assert ("Pas un doublon" in answer.get_data(as_text=True)) is decides
    assert ("doublon" in browser.get(root).get_data(as_text=True)) is sees
    assert ("peut-être la même" in browser.get(f"{root}{here.id}").get_data(as_text=True)) is sees
    assert browser.post(f"{root}{here.id}/apart/{other.id}").status_code == (303 if decides else 403)


def test_pairs_are_read_once_for_as_long_as_nothing_is_written(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("on a server, others that write at this moment keep things from being kept")
    here.make.organisation(here.study, "Atelier de la Combe", commune="25411")
    kept.forget()
    here.get("organisations/duplicates")
    monkeypatch.setattr(alike, "_ordered", lambda found: pytest.fail("read again"))
    assert "1 doublon possible" in here.get("organisations/")
    assert "peut-être la même" in here.get(f"organisations/{here.id}")
