"""Two records on the page: compared, merged by who leads every study concerned, parted again; and where the old address leads."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from consult.kernel.db import db, unit_of_work
from consult.organisations import parts, people_service, service, sites
from consult.organisations.merge_models import DirectoryMerge
from consult.organisations.models import Organisation, RelationKind, RoleKind
from consult.organisations.participation import Participation, Priority
from consult.organisations.people_models import Affiliation
from consult.studies.models import Membership, Role, Study
from tests.factories import Make, count
from tests.guards.world import fingerprint
from tests.organisations.conftest import Here
from tests.organisations.twins import rows


def read(page: str) -> str:
    """A page as it reads, with plain spaces."""
    return html.unescape(page).replace("\u00a0", " ").replace("\u202f", " ")


class Both(Here):
    """A study with two records of one organisation."""

    def __init__(self, make: Make, sign_in: Callable[..., FlaskClient]) -> None:
        super().__init__(make, sign_in)
        self.gone = make.organisation(self.study, "Atelier Combe SARL", commune="25411", phone="+33384000002", email="c@combe.example.org")
        make.person(self.gone, "Morel", first_name="Jeanne")
        self.interview = make.interview(self.study, self.gone, state="validated", by=self.lead)
        self.address = f"organisations/{self.id}/merge/{self.gone.id}"

    def merge(self, **chosen: str) -> Any:
        form = {k: v for k, v in self.form(self.address).items() if k != "once"}
        answer = self.post(self.address, **{**form, **chosen})
        assert answer.status_code == 303, answer.get_data(as_text=True)[:500]
        return answer

    def said(self) -> str:
        """What the next page says of what was done."""
        page = read(self.get("people/"))
        return re.sub(r"<[^>]+>", " ", page.partition('class="toasts"')[2].partition("</main>")[0])


@pytest.fixture
def both(make: Make, sign_in: Callable[..., FlaskClient]) -> Both:
    return Both(make, sign_in)


def test_both_stand_side_by_side_with_what_would_be_kept_and_what_would_move(both: Both) -> None:
    page = read(both.get(both.address))
    assert re.search(r'name="f-name" value="kept"[^>]* checked', page)
    assert re.search(r'name="f-phone" value="gone"(?![^>]* checked)', page)
    assert "c@combe.example.org" in page
    assert 'name="f-email"' not in page  # one side is blank: there is nothing to choose
    for words in ("1 entretien", "1 fonction", "1 participation à une étude", "un seul exemplaire reste"):
        assert words in page, words
    swapped = read(both.get(f"organisations/{both.gone.id}/merge/{both.id}"))
    assert f"Fusionner dans {both.gone.ref}" in swapped


def test_merging_leads_to_the_survivor_with_a_way_back(both: Both) -> None:
    answer = both.merge(**{"f-phone": "gone"})
    assert answer.location.endswith(f"/organisations/{both.id}")
    page = read(both.get(f"organisations/{both.id}"))
    assert f"{both.gone.ref} a été fusionné dans" in page
    assert f"organisations/{both.gone.id}/unmerge" in page
    assert "03 84 00 00 02" in page
    assert f"Téléphone ({rows(Organisation, id=both.id)[0].ref})" in page
    assert "Atelier Combe SARL" in page
    assert "Jeanne Morel" in page


def test_sent_twice_it_is_merged_once(both: Both) -> None:
    form = both.form(both.address)
    assert [both.post(both.address, **form).status_code for _ in range(2)] == [303, 303]
    assert count(DirectoryMerge) == 1


def test_a_change_meanwhile_shows_both_as_they_are_now_with_the_choices_made(both: Both) -> None:
    form = {k: v for k, v in both.form(both.address).items() if k != "once"}
    with both.make.inside(both.study):
        service.set_field(service.get(both.gone.id), "phone", "03 84 99 99 99")
    before = fingerprint()
    answer = both.post(both.address, **{**form, "f-name": "gone"})
    assert answer.status_code == 409
    page = read(answer.get_data(as_text=True))
    assert "Quelqu’un a modifié l’une des deux" in page
    assert "03 84 99 99 99" in page
    assert re.search(r'name="f-name" value="gone"[^>]* checked', page)
    assert fingerprint() == before
    both.merge(**{"f-name": "gone"})
    assert rows(Organisation, id=both.id)[0].name == "Atelier Combe SARL"


def test_what_is_sent_beside_the_choices_changes_nothing(both: Both) -> None:
    both.merge(
        **{"f-siren": "gone", "f-id": "gone", "f-name": "both", "s99-owner_id": "gone", "sx-priority": "gone", "f-sort_name": "gone"}
    )
    kept = rows(Organisation, id=both.id)[0]
    assert (kept.name, kept.sort_name) == ("Atelier de la Combe", "atelier de la combe")


# where the old address leads


@pytest.mark.parametrize("part", ["", "/edit", "/history", "/participation"])
def test_the_old_address_leads_to_the_same_page_of_the_survivor(both: Both, part: str) -> None:
    both.merge()
    both.said()
    answer = both.browser.get(f"/studies/{both.study.id}/organisations/{both.gone.id}{part}")
    assert (answer.status_code, answer.location) == (303, f"/studies/{both.study.id}/organisations/{both.id}{part}")
    assert f"{both.gone.ref} a été fusionné dans {rows(Organisation, id=both.id)[0].ref}" in both.said()


def test_a_part_of_the_one_that_went_leads_to_the_page_of_the_survivor(both: Both) -> None:
    both.merge()
    answer = both.browser.get(f"/studies/{both.study.id}/organisations/{both.gone.id}/sites/1")
    assert (answer.status_code, answer.location) == (303, f"/studies/{both.study.id}/organisations/{both.id}")


def test_what_was_being_typed_into_the_one_that_went_is_given_back(both: Both) -> None:
    typed = {**both.form(f"organisations/{both.gone.id}/edit"), "description": "Polissage et satinage à la main."}
    both.merge()
    before = fingerprint()
    answer = both.post(f"organisations/{both.gone.id}/edit", **{k: v for k, v in typed.items() if k != "once"})
    page = read(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "Polissage et satinage à la main." in page
    assert f'href="/studies/{both.study.id}/organisations/{both.id}"' in page
    assert fingerprint() == before


def test_the_palette_and_the_list_find_the_old_reference_and_name(both: Both) -> None:
    both.merge()
    for text in (both.gone.ref, "Combe SARL"):
        found = both.browser.get(f"/studies/{both.study.id}/palette?q={text}")
        assert f"/organisations/{both.id}" in found.get_data(as_text=True), text
        assert "Atelier de la Combe" in both.get(f"organisations/?q={text}")


# the way back


def test_the_history_has_the_way_back_and_both_are_there_again(both: Both) -> None:
    before = both.get(f"organisations/{both.gone.id}")
    both.merge()
    page = read(both.get(f"organisations/{both.id}/history"))
    assert "Fusionnés dans cette fiche" in page
    assert "a fusionné : organisation" in page
    assert "Camille Morel" in page
    answer = both.post(f"organisations/{both.gone.id}/unmerge")
    assert (answer.status_code, answer.location) == (303, f"/studies/{both.study.id}/organisations/{both.gone.id}")
    assert "les deux fiches sont comme avant" in both.said()
    assert both.get(f"organisations/{both.gone.id}").count("Jeanne Morel") == before.count("Jeanne Morel")
    assert "Fusionnés dans cette fiche" not in both.get(f"organisations/{both.id}/history")
    assert "a annulé une fusion" in both.get(f"organisations/{both.gone.id}/history")
    assert both.post(f"organisations/{both.gone.id}/unmerge").status_code == 404


def test_what_was_changed_since_is_named_and_what_cannot_be_undone_is_refused_in_words(both: Both) -> None:
    both.merge()
    with both.make.inside(both.study):
        service.set_field(service.get(both.id), "email", "x@combe.example.org")
    both.post(f"organisations/{both.gone.id}/unmerge")
    assert "Gardé tel que modifié depuis : Courriel" in both.said()
    both.merge()
    third = both.make.organisation(both.study, "Troisième")
    assert both.post(f"organisations/{both.id}/merge/{third.id}").status_code == 303
    both.said()
    before = fingerprint()
    assert both.post(f"organisations/{both.gone.id}/unmerge").status_code == 303
    assert f"{third.ref} a été fusionné plus tard" in both.said()
    assert fingerprint() == before
    page = both.get(f"organisations/{both.id}/history")
    assert page.count("/unmerge") == 1


# who may


def others(make: Make, both: Both, role: str | None) -> Study:
    """Have the record that goes take part in another study too, of which the lead of the first one has a role, or none."""
    second = make.study("Second")
    with make.inside(second):
        db.session.add(Participation(study_id=second.id, organisation_id=both.gone.id, in_frame=True, priority=Priority.LOW))
    if role:
        with unit_of_work():
            db.session.add(Membership(study_id=second.id, user_id=both.lead.id, role=Role(role)))
    return second


@pytest.mark.parametrize("role", [None, "consultant", "reviewer"])
def test_who_does_not_lead_every_study_concerned_is_told_who_may_and_cannot(both: Both, make: Make, role: str | None) -> None:
    second = others(make, both, role)
    make.member(second, "lead", name="Somebody of the second study")
    page = read(both.get(both.address)).partition("<main")[2]
    assert "Personne ne dirige toutes les études concernées" in page
    assert "Fusionner dans" not in page
    for told in ("Second", "Somebody of the second study"):
        assert told not in page
    before = fingerprint()
    assert both.post(both.address).status_code == 403
    assert fingerprint() == before


def test_who_leads_every_study_concerned_may_and_sees_each(both: Both, make: Make) -> None:
    second = others(make, both, "lead")
    with make.inside(second):
        db.session.add(Participation(study_id=second.id, organisation_id=both.id, priority=Priority.HIGH))
    page = read(both.get(both.address))
    assert "Dans l’étude « Second »" in page
    assert f'name="s{second.id}-priority"' in page
    both.merge(**{f"s{second.id}-priority": "gone"})
    assert [p.priority for p in rows(Participation, study_id=second.id)] == [Priority.LOW]


@pytest.mark.parametrize("role", ["consultant", "reviewer"])
def test_others_of_the_study_see_the_two_and_who_may_merge_them(both: Both, sign_in: Callable[..., FlaskClient], role: str) -> None:
    browser = sign_in(both.make.member(both.study, role))
    page = read(browser.get(f"/studies/{both.study.id}/{both.address}").get_data(as_text=True))
    assert "peut fusionner les deux : Camille Morel." in page
    assert "Fusionner dans" not in page
    assert "1 entretien" not in page
    assert browser.post(f"/studies/{both.study.id}/{both.address}").status_code == 403
    both.merge()
    assert browser.post(f"/studies/{both.study.id}/organisations/{both.gone.id}/unmerge").status_code == 403


def test_an_administrator_who_works_in_the_study_may_and_is_told_nothing_of_the_others(
    both: Both, make: Make, sign_in: Callable[..., FlaskClient]
) -> None:
    second = others(make, both, None)
    make.interview(second, both.gone)
    make.interview(second, both.gone)
    admin = make.member(both.study, "consultant", is_admin=True)
    browser = sign_in(admin)
    page = read(browser.get(f"/studies/{both.study.id}/{both.address}").get_data(as_text=True))
    assert "Ce que d’autres études en tiennent suit aussi." in page
    assert "entretien" not in page.partition("Ce qui passe à")[2].partition("</section>")[0]
    assert "Second" not in page
    assert browser.post(f"/studies/{both.study.id}/{both.address}").status_code == 303
    assert {p.organisation_id for p in rows(Participation, study_id=second.id)} == {both.id}


def test_an_administrator_outside_the_study_finds_nothing(both: Both, make: Make, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in(make.user(is_admin=True))
    assert browser.get(f"/studies/{both.study.id}/{both.address}").status_code == 404


def test_a_record_that_the_study_does_not_see_cannot_be_named(both: Both, make: Make) -> None:
    foreign = make.organisation(make.study(), "Ailleurs")
    assert both.browser.get(f"/studies/{both.study.id}/organisations/{both.id}/merge/{foreign.id}").status_code == 404
    assert both.post(f"organisations/{both.id}/merge/{foreign.id}").status_code == 404
    assert both.post(f"organisations/{both.id}/apart/{foreign.id}").status_code == 404
    assert both.post(f"organisations/{both.id}/merge/{both.id}").status_code == 422


# people


def test_two_people_are_compared_merged_and_parted(both: Both) -> None:
    with both.make.inside(both.study):
        kept = people_service.create({"first_name": "Jeanne", "last_name": "Morel", "organisation_id": both.id, "emails": "jm@example.org"})
        gone = people_service.create(
            {
                "first_name": "Jeanne",
                "last_name": "Morel-Petit",
                "organisation_id": both.id,
                "emails": "j@example.org",
                "job_title": "Achats",
            }
        )
        ids = kept.id, gone.id
    page = read(both.get(f"people/{ids[0]}/merge/{ids[1]}"))
    assert "1 adresse e-mail" in page
    assert both.post(f"people/{ids[0]}/merge/{ids[1]}", **{"f-last_name": "gone"}).status_code == 303
    page = read(both.get(f"people/{ids[0]}"))
    assert "Jeanne Morel-Petit" in page
    assert "j@example.org" in page
    assert "Nom (PER-" in page
    assert len(rows(Affiliation, person_id=ids[0])) == 1
    answer = both.browser.get(f"/studies/{both.study.id}/people/{ids[1]}")
    assert (answer.status_code, answer.location) == (303, f"/studies/{both.study.id}/people/{ids[0]}")
    assert "Fusionnés dans cette fiche" in both.get(f"people/{ids[0]}/history")
    assert both.post(f"people/{ids[1]}/unmerge").status_code == 303
    assert "Jeanne Morel-Petit" in both.get(f"people/{ids[1]}")


def test_a_person_of_an_organisation_of_another_study_concerns_that_study(both: Both, make: Make) -> None:
    elsewhere = make.study("Second")
    office = make.organisation(elsewhere, "Bureau")
    with both.make.inside(both.study):
        one = people_service.create({"last_name": "Morel", "organisation_id": both.id})
        other = people_service.create({"last_name": "Morel", "organisation_id": both.id})
        ids = one.id, other.id
    with make.inside(None):
        db.session.add(Affiliation(person_id=ids[1], organisation_id=office.id, is_main=False))
    assert "Personne ne dirige toutes les études concernées" in read(both.get(f"people/{ids[0]}/merge/{ids[1]}"))
    assert both.post(f"people/{ids[0]}/merge/{ids[1]}").status_code == 403


def test_the_page_says_what_both_have_and_what_falls_away(both: Both) -> None:
    with both.make.inside(both.study):
        kept, gone = service.get(both.id), service.get(both.gone.id)
        for each in (kept, gone):
            parts.add_role(each, {"role": RoleKind.BRAND, "is_primary": True})
        parts.add_role(gone, {"role": RoleKind.TRAINING, "is_primary": False})
        sites.add(gone, {"commune": "25056"})
        parts.relate(kept, {"other_id": gone.id, "kind": RelationKind.CUSTOMER_OF, "direction": "from"})
    page = re.sub(r"<[^>]+>", "", read(both.get(both.address)))
    assert "2 rôles (1 figure des deux côtés" in page
    assert "2 établissements (1 figure des deux côtés" in page
    assert "1 relation (1 entre les deux disparaît)" in page


def test_two_that_nothing_proposes_can_be_chosen(both: Both) -> None:
    other = both.make.organisation(both.study, "Sans rapport")
    foreign = both.make.organisation(both.make.study(), "Ailleurs")
    path = f"organisations/{other.id}/merge"
    assert f'href="/studies/{both.study.id}/{path}"' in both.get(f"organisations/{other.id}")
    answer = both.post(path, other=str(both.id))
    assert (answer.status_code, answer.location) == (303, f"/studies/{both.study.id}/organisations/{both.id}/merge/{other.id}")
    for wrong in (foreign.id, other.id, "", "x"):
        assert both.post(path, other=str(wrong)).status_code == 422, wrong
    assert both.post(path, **{"other-typed": "atelier combe sarl"}).status_code == 303
    person = both.make.person(other, "Petit")
    with both.make.inside(both.study):
        again = people_service.create({"last_name": "Roy", "organisation_id": both.id}).id
    answer = both.post(f"people/{again}/merge", other=str(person.id))
    assert answer.location == f"/studies/{both.study.id}/people/{person.id}/merge/{again}"


def test_the_history_of_the_one_that_went_is_read_on_with_the_survivor_s(both: Both) -> None:
    with both.make.inside(both.study, both.lead):
        service.set_field(service.get(both.gone.id), "phone", "03 84 77 77 77")
    both.merge()
    page = read(both.get(f"organisations/{both.id}/history"))
    assert "03 84 77 77 77" in page.partition("<main")[2].partition("a fusionné : organisation")[2]
    assert page.count("a fusionné : organisation") == 1
