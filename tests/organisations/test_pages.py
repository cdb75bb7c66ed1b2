"""The pages of the directory, as a browser meets them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient

from consult.kernel import kept
from consult.kernel.audit import AuditEntry
from consult.kernel.db import db, unit_of_work
from consult.kernel.scope import unscoped
from consult.organisations import affiliations, participating, parts, people_service, service, sites
from consult.organisations.models import Organisation, OrganisationRole, RelationKind, RoleKind
from consult.organisations.people_models import Person
from tests.counting import statements
from tests.organisations.conftest import Here

SignIn = Callable[..., FlaskClient]


def _number_of(model: Any) -> int:
    with unit_of_work(), unscoped("tests count"):
        return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_new_organisation_needs_its_name_only(here: Here) -> None:
    form = here.form("organisations/new")
    answer = here.post("organisations/new", **{**form, "name": "Décolletage du Dessoubre"})
    assert answer.status_code == 303
    page = here.browser.get(answer.location).get_data(as_text=True)
    assert "<h1>Décolletage du Dessoubre</h1>" in page
    assert "À contacter" in page


def test_a_form_with_errors_keeps_what_was_typed(here: Here) -> None:
    answer = here.post(
        "organisations/new", name="", kind="company", status="active", email="nonsense", description="<b>typed</b>", tags=["new:Rare"]
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "&lt;b&gt;typed&lt;/b&gt;" in page
    assert 'value="nonsense"' in page
    assert '<option value="new:Rare" selected>Rare</option>' in page
    assert _number_of(Organisation) == 1


def test_one_that_resembles_another_is_shown_and_created_only_on_purpose(here: Here) -> None:
    typed = {"name": "SARL Ateliers de la Combe", "kind": "company", "status": "active", "commune": "new:25411", "in_frame": "y"}
    warned = here.post("organisations/new", **typed)
    assert warned.status_code == 422
    page = warned.get_data(as_text=True)
    assert f'href="/studies/{here.study.id}/organisations/{here.id}"' in page
    assert "nom très proche dans la même commune" in page
    assert _number_of(Organisation) == 1
    assert here.post("organisations/new", **typed, anyway="y").status_code == 303
    assert _number_of(Organisation) == 2


def test_a_siren_of_another_study_adds_that_organisation_as_it_is_known(here: Here) -> None:
    with here.make.inside(here.make.study("There")):
        known = service.create({"name": "Known elsewhere", "siren": "552032534"}).organisation.id
    answer = here.post("organisations/new", name="My words", kind="company", status="active", siren="552 032 534", in_frame="y")
    page = here.browser.get(answer.location).get_data(as_text=True)
    assert answer.location.endswith(f"/organisations/{known}")
    assert "<h1>Known elsewhere</h1>" in page
    assert "était déjà dans l’annuaire" in page


def test_a_siren_that_fails_its_check_is_shown_with_a_warning(here: Here) -> None:
    form = here.form(f"organisations/{here.id}/edit")
    assert here.post(f"organisations/{here.id}/edit", **{**form, "siren": "999000018"}).status_code == 303
    page = here.get(f"organisations/{here.id}")
    assert "La clé du SIREN 999000018 est fausse." in page
    assert here.form(f"organisations/{here.id}/edit")["siren"] == "999000018"


def test_saving_a_form_unchanged_changes_nothing(here: Here) -> None:
    with here.make.inside(here.study):
        organisation = service.get(here.id)
        service.update(
            organisation, {"name": organisation.name, "aliases": ["ADC"], "tags": ["R&D"], "naf_code": "26.52Z", "siren": "552032534"}, None
        )
    before = here.organisation()
    entries = _number_of(AuditEntry)
    form = here.form(f"organisations/{here.id}/edit")
    assert here.post(f"organisations/{here.id}/edit", **form).status_code == 303
    after = here.organisation()
    assert _number_of(AuditEntry) == entries
    assert (after.version, after.naf_code, after.siren) == (before.version, "26.52Z", "552032534")


def test_two_people_on_different_fields_both_keep_theirs_and_on_one_field_the_second_chooses(here: Here) -> None:
    mine = here.form(f"organisations/{here.id}/edit")
    theirs = {**mine, "phone": "03 81 67 00 02", "short_name": "ADC"}
    assert here.post(f"organisations/{here.id}/edit", **theirs).status_code == 303
    assert here.post(f"organisations/{here.id}/edit", **{**mine, "website": "combe.example"}).status_code == 303
    merged = here.organisation()
    assert (merged.phone, merged.short_name, merged.website) == ("+33381670002", "ADC", "https://combe.example")
    late = here.post(f"organisations/{here.id}/edit", **{**mine, "short_name": "Combe"})
    assert late.status_code == 409
    page = late.get_data(as_text=True)
    assert "ADC" in page
    assert 'value="Combe"' in page


def test_the_participation_is_changed_with_its_own_form(here: Here) -> None:
    segment = here.make.segment(here.study, "brand", label="Marques")
    form = here.form(f"organisations/{here.id}/participation")
    path = f"organisations/{here.id}/participation"
    answer = here.post(
        path,
        **{**form, "in_frame": "y", "segment_id": segment.id, "influence": "4", "interest": "5", "perimeter": "in", "perimeter_reason": ""},
    )
    assert answer.status_code == 422
    assert "Dites pourquoi" in answer.get_data(as_text=True)
    form = {**form, "in_frame": "y", "segment_id": str(segment.id), "influence": "4", "interest": "5", "owner_id": str(here.lead.id)}
    assert here.post(path, **{**form, "perimeter": "in", "perimeter_reason": "Atelier à Morteau"}).status_code == 303
    page = here.get(f"organisations/{here.id}")
    assert "Marques" in page
    assert "Atelier à Morteau" in page
    grid = here.get("organisations/grid")
    assert re.search(rf'<a href="/studies/{here.study.id}/organisations/{here.id}"[^>]*aria-label="Atelier de la Combe"', grid)


def test_two_people_who_decide_on_the_perimeter_are_shown_both_beside_its_field(here: Here) -> None:
    path = f"organisations/{here.id}/participation"
    mine = here.form(path)
    assert here.post(path, **{**mine, "perimeter": "in", "perimeter_reason": "Atelier à Morteau"}).status_code == 303
    late = here.post(path, **{**mine, "perimeter": "out", "perimeter_reason": "Atelier à Morteau"})
    assert late.status_code == 409
    beside = late.get_data(as_text=True).split('id="perimeter"')[1].split('id="perimeter_reason"')[0]
    assert "Dans le périmètre, quoi que disent ses établissements" in beside.split('class="theirs"')[1]
    assert 'value="out" selected' in beside.replace('selected value="out"', 'value="out" selected')


def test_what_somebody_decided_on_the_perimeter_stands_in_the_form_that_disputes_something_else(here: Here) -> None:
    path = f"organisations/{here.id}/participation"
    mine = here.form(path)
    theirs = {**mine, "perimeter": "in", "perimeter_reason": "Atelier à Morteau", "engagement": "Associer"}
    assert here.post(path, **theirs).status_code == 303
    late = here.post(path, **{**mine, "engagement": "Informer"}).get_data(as_text=True)
    beside = late.split('id="perimeter"')[1].split("</select>")[0]
    assert 'value="in" selected' in beside.replace('selected value="in"', 'value="in" selected')


def test_a_former_value_can_be_restored_from_the_history(here: Here) -> None:
    here.post(f"organisations/{here.id}/cells/phone", phone="03 81 67 99 99")
    page = here.get(f"organisations/{here.id}/history")
    assert "Camille Morel" in page
    assert "03 81 67 00 01" in page
    restore = re.search(r'action="/studies/\d+/([^"]*/restore/phone)"', page)
    assert restore
    assert here.post(restore[1]).status_code == 303
    assert here.organisation().phone == "+33381670001"


def test_quick_successive_changes_of_a_field_are_told_as_one(here: Here) -> None:
    start = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
    for minutes, number in ((0, "02"), (4, "03"), (9, "04"), (40, "05")):
        with time_machine.travel(start + dt.timedelta(minutes=minutes), tick=False), here.make.inside(here.study, here.lead):
            service.set_field(service.get(here.id), "phone", f"03 81 67 00 {number}")
    page = here.get(f"organisations/{here.id}/history")
    changes = re.findall(r"<del>.*?</span>([^<]*)</del>.*?<ins>.*?</span>([^<]*)</ins>", page, re.DOTALL)
    assert [c for c in changes if c[0].startswith("03 81")] == [("03 81 67 00 04", "03 81 67 00 05"), ("03 81 67 00 01", "03 81 67 00 04")]


def test_what_another_study_does_to_its_own_participation_is_not_told(here: Here) -> None:
    there = here.make.study("There")
    stranger = here.make.member(there, "lead", name="Stranger Person")
    with here.make.inside(here.study):
        service.set_field(service.get(here.id), "siren", "552032534")
    with here.make.inside(there, stranger):
        service.create({"name": "x", "siren": "552032534", "engagement": "their secret plan"})
        service.set_field(service.get(here.id), "phone", "03 81 67 77 77")
    page = here.get(f"organisations/{here.id}/history")
    assert "their secret plan" not in page
    assert "Stranger Person" not in page
    assert "Quelqu’un d’une autre étude" in page


def test_sites_roles_and_relations_are_added_deleted_and_brought_back(here: Here) -> None:
    other = here.make.organisation(here.study, "Manufacture du Val")
    base = f"organisations/{here.id}"
    assert here.post(f"{base}/sites/new", commune="new:25056", country="fr", siret="12345").status_code == 303
    assert here.post(f"{base}/roles/new", role="brand", is_primary="y").status_code == 303
    assert here.post(f"{base}/relations/new", kind="to:subsidiary_of", other_id=str(other.id)).status_code == 303
    with here.make.inside(here.study):
        site = sites.of(here.id)[1].id
        role = parts.roles(here.id)[0].id
        relation = parts.relations(here.id)[0]
        assert (relation.inverse, relation.name) == (True, "Manufacture du Val")
    page = here.get(base)
    for shown in ("Besançon", "12345", "Marque", "société mère de"):
        assert shown in page
    for kind, number in (("sites", site), ("roles", role), ("relations", relation.id)):
        assert here.post(f"{base}/{kind}/{number}/delete").status_code == 303
        assert here.post(f"{base}/{kind}/{number}/delete").status_code == 404
        assert here.post(f"{base}/{kind}/{number}/restore").status_code == 303
    assert here.post(f"{base}/relations/new", kind="from:customer_of", other_id=str(here.id)).status_code == 422
    assert here.form(f"{base}/sites/{site}")["commune"] == "new:25056"
    assert here.post(f"{base}/roles/{role}", role="manufacture", is_primary="y", here_only="y").status_code == 303
    with unit_of_work(), unscoped("tests look"):
        assert db.session.get_one(OrganisationRole, role).study_id == here.study.id


def test_deleting_an_organisation_offers_the_way_back(here: Here) -> None:
    answer = here.post(f"organisations/{here.id}/delete")
    listed = here.browser.get(answer.location).get_data(as_text=True)
    assert f'action="/studies/{here.study.id}/organisations/{here.id}/restore"' in listed
    here.get(f"organisations/{here.id}", 404)
    assert here.post(f"organisations/{here.id}/restore").status_code == 303
    assert "Atelier de la Combe" in here.get("organisations/")


def test_a_person_is_created_with_a_post_changed_and_brought_back(here: Here) -> None:
    form = here.form(f"people/new?organisation={here.id}")
    assert form["organisation_id"] == str(here.id)
    answer = here.post(
        "people/new", **{**form, "last_name": "Morel", "first_name": "Jeanne", "emails": "jm@example.org", "job_title": "Director"}
    )
    assert answer.status_code == 303
    with here.make.inside(here.study):
        person = people_service.of_organisation(here.id)[0]
        post = affiliations.of(person.id)[0]
    assert here.post("people/new", **{**form, "last_name": "Other", "emails": "JM@example.org"}).status_code == 422
    shown = here.form(f"people/{person.id}/edit")
    assert shown["emails"] == "jm@example.org"
    assert here.post(f"people/{person.id}/edit", **{**shown, "phones": "06 12 34 56 78"}).status_code == 303
    assert "06 12 34 56 78" in here.get(f"people/{person.id}")
    assert here.post(f"people/{person.id}/cells/email", email="jeanne@example.org").status_code == 303
    assert here.post(f"people/{person.id}/posts/{post.id}/end").status_code == 303
    assert "ancienne" in here.get(f"organisations/{here.id}")
    assert here.post(f"people/{person.id}/posts/new", organisation_id=str(here.id), job_title="Adviser").status_code == 303
    assert here.post(f"people/{person.id}/posts/{post.id}/delete").status_code == 303
    assert here.post(f"people/{person.id}/delete").status_code == 303
    here.get(f"people/{person.id}", 404)
    assert here.post(f"people/{person.id}/restore").status_code == 303
    history = here.get(f"people/{person.id}/history")
    assert "a ajouté" in history
    assert _number_of(Person) == 1


def test_suggestions_are_those_of_the_study(here: Here) -> None:
    here.make.organisation(here.make.study("There"), "Atelier there")
    answer = here.browser.get(f"/studies/{here.study.id}/organisations/pick?q=atelier").get_json()
    assert answer == [{"value": str(here.id), "text": "Atelier de la Combe", "hint": "Morteau"}]
    communes = here.browser.get(f"/studies/{here.study.id}/organisations/pick-communes?q=morteau").get_json()
    assert communes[0]["value"] == "new:25411"
    assert here.browser.get(f"/studies/{here.study.id}/people/pick?q=%00").get_json() == []


def test_a_page_of_an_organisation_asks_a_fixed_number_of_questions(here: Here) -> None:
    alone = db.engine.dialect.name == "sqlite"  # on a server, others that write at this moment keep things from being kept

    def asked(path: str) -> int:
        here.get(path)
        if not alone:
            kept.forget()
        with statements() as seen:
            here.get(path)
        return len(seen)

    def grow(times: int) -> tuple[int, int, int]:
        for number in range(times):
            other = here.make.organisation(here.study, f"Other {times} {number}", commune="25056")
            here.make.person(here.organisation())
            with here.make.inside(here.study, here.lead):
                organisation = service.get(here.id)
                parts.relate(organisation, {"kind": RelationKind.CUSTOMER_OF, "other_id": other.id})
                parts.add_role(organisation, {"role": RoleKind.BRAND})
                sites.add(organisation, {"commune": "25056"})
                service.set_field(organisation, "phone", f"03 81 67 {times:02d} {number:02d}")
        return asked(f"organisations/{here.id}"), asked("organisations/"), asked("people/")

    few = grow(1)
    assert grow(12) == few
    most = (13, 4, 4) if alone else (15, 8, 7)
    assert all(number <= limit for number, limit in zip(few, most, strict=True)), few


def test_even_right_after_a_change_the_page_of_an_organisation_asks_fifteen_questions_at_most(here: Here) -> None:
    other = here.make.organisation(here.study, "Manufacture du Val", commune="25056")
    here.make.person(here.organisation())
    here.make.interview(here.study, here.organisation())
    with here.make.inside(here.study, here.lead):
        parts.relate(service.get(here.id), {"kind": RelationKind.CUSTOMER_OF, "other_id": other.id})
        parts.add_role(service.get(here.id), {"role": RoleKind.BRAND})
    here.get(f"organisations/{here.id}")
    here.post(f"organisations/{here.id}/cells/phone", phone="03 81 67 00 55")
    with statements() as asked:
        here.get(f"organisations/{here.id}")
    assert len(asked) <= 15, asked


def test_the_page_shows_neither_a_deleted_site_nor_a_role_of_another_study(here: Here) -> None:
    there = here.make.study("There")
    with here.make.inside(here.study, here.lead):
        organisation = service.get(here.id)
        service.set_field(organisation, "siren", "552032534")
        gone = sites.add(organisation, {"label": "Atelier fermé", "commune": "25056"})
        sites.delete(gone)
    with here.make.inside(there):
        service.create({"name": "x", "siren": "552032534"})
        parts.add_role(service.get(here.id), {"role": RoleKind.FUNDER, "here_only": True})
    page = here.get(f"organisations/{here.id}")
    sections = {name: page[page.index(f'id="{name}"') :].partition("</section>")[0] for name in ("sites", "roles")}
    assert "Atelier fermé" not in sections["sites"]
    assert "Financeur" not in sections["roles"]


@pytest.mark.parametrize("role", ["reviewer", "cluster", "guest"])
def test_who_only_reads_is_offered_no_change(here: Here, sign_in: SignIn, role: str) -> None:
    browser = sign_in(here.make.member(here.study, role))
    page = browser.get(f"/studies/{here.study.id}/organisations/{here.id}").get_data(as_text=True)
    assert "Atelier de la Combe" in page
    assert "/edit" not in page
    assert "/delete" not in page
    assert browser.post(f"/studies/{here.study.id}/organisations/{here.id}/cells/phone", data={"phone": "1"}).status_code == 403


def test_extra_fields_of_a_form_change_nothing(here: Here) -> None:
    before = here.organisation()
    form = here.form(f"organisations/{here.id}/edit")
    here.post(
        f"organisations/{here.id}/edit",
        **form,
        id="999",
        ref="HACK",
        study_id="9",
        deleted_at="2020-01-01",
        created_by_id="1",
        search_key="x",
    )
    after = here.organisation()
    assert (after.id, after.ref, after.deleted_at, after.search_key) == (before.id, before.ref, None, before.search_key)


def test_the_history_names_segments_and_owners_but_no_organisation_of_another_study(here: Here) -> None:
    segment = here.make.segment(here.study, "brand", label="Marques de luxe")
    there = here.make.study("There")
    with here.make.inside(here.study, here.lead):
        service.set_field(service.get(here.id), "siren", "552032534")
        participating.fill(service.participation_of(here.id), {"in_frame": True, "segment_id": segment.id, "owner_id": here.lead.id})
    with here.make.inside(there):
        service.create({"name": "x", "siren": "552032534"})
        secret = service.create({"name": "Secret partner"}).organisation
        parts.relate(service.get(here.id), {"kind": RelationKind.CUSTOMER_OF, "other_id": secret.id})
    page = here.get(f"organisations/{here.id}/history")
    assert "Marques de luxe" in page
    assert "Camille Morel" in page
    assert "Secret partner" not in page
