"""Needs and capabilities: noted in an interview or beside it, of known components and processes, seen by who may, and never orphaned."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from consult.interviews import service as interviews
from consult.kernel.db import db
from consult.kernel.errors import Conflict, Forbidden, NotFound, Refused
from consult.kernel.model import Confidentiality
from consult.organisations import deletion
from consult.organisations import service as organisations
from consult.sourcing import service
from consult.sourcing.models import Capability, Need, Relocatable
from consult.terms import merging
from consult.terms import service as terms
from consult.terms.models import TermList
from tests.factories import count
from tests.interviews.conftest import Field

SignIn = Callable[..., FlaskClient]
BOTH = pytest.mark.parametrize("model", [Need, Capability])


def noted(work: Field, model: Any = Need, role: str = "consultant", interview_id: int | None = None, **values: Any) -> int:
    with work.acting(role):
        interview = interviews.get(interview_id) if interview_id else None
        given = {"component_id": "Aiguilles", **({} if interview else {"organisation_id": work.combe.id}), **values}
        return service.add(model, given, interview).id


def read(work: Field, number: int, model: Any = Need, role: str = "lead") -> Any:
    with work.acting(role):
        found = service.get(model, number)
        db.session.expunge_all()
        return found


def url(work: Field, path: str = "") -> str:
    return f"/studies/{work.study.id}/sourcing/{path}"


@BOTH
def test_a_new_component_is_added_to_its_list_once(work: Field, model: Any) -> None:
    one, other = noted(work, model), noted(work, model, component_id="aiguilles", process_id="Découpage")
    assert read(work, one, model).component_id == read(work, other, model).component_id
    with work.acting("lead"):
        assert [term.label_fr for term in terms.terms(TermList.COMPONENT)] == ["Aiguilles"]
        assert [term.label_fr for term in terms.terms(TermList.PROCESS)] == ["Découpage"]


@BOTH
def test_component_or_process_is_asked_for_by_the_service_and_by_the_database(work: Field, model: Any) -> None:
    with pytest.raises(Refused, match="component_or_process"):
        noted(work, model, component_id=None)
    number = noted(work, model)
    with pytest.raises(IntegrityError), work.make.inside(None):
        db.session.execute(sa.update(model).where(model.id == number).values(component_id=None))


def test_the_database_refuses_a_share_that_is_none(work: Field) -> None:
    number = noted(work, Capability)
    with pytest.raises(IntegrityError), work.make.inside(None):
        db.session.execute(sa.update(Capability).where(Capability.id == number).values(spare_percent=101))


def test_a_term_of_another_list_is_no_component(work: Field) -> None:
    with work.acting("lead"):
        tag = terms.create(TermList.TAG, "Luxe").id
    with pytest.raises(Refused, match="value_unknown"):
        noted(work, component_id=tag)
    with pytest.raises(Refused, match="organisation_unknown"):
        noted(work, organisation_id=work.make.organisation(work.make.study("Autre")).id)


def test_merging_two_components_moves_the_needs(work: Field) -> None:
    one, other = noted(work), noted(work, component_id="Aiguille")
    with work.acting("lead"):
        kept, gone = (terms.get(read_.component_id or 0) for read_ in (service.get(Need, one), service.get(Need, other)))
        merging.merge(kept, [gone])
    assert read(work, one).component_id == read(work, other).component_id


@BOTH
@pytest.mark.parametrize(("role", "level", "reads"), [
    ("consultant", "strict", False), ("consultant", "team", True), ("guest", "team", False), ("guest", "partners", True),
    ("cluster", "public", False), ("reviewer", "strict", True),
])  # fmt: skip
def test_a_level_is_for_the_roles_that_read_it(work: Field, sign_in: SignIn, model: Any, role: str, level: str, reads: bool) -> None:
    number = noted(work, model, "lead", confidentiality=Confidentiality(level))
    browser = sign_in(work.members[role])
    one = "needs" if model is Need else "capabilities"
    many = "" if model is Need else "capabilities/"
    expected = 200 if reads else 403 if role == "cluster" else 404
    assert browser.get(url(work, f"{one}/{number}")).status_code == expected
    assert ("Aiguilles" in browser.get(url(work, f"{many or ''}")).text.partition("<tbody")[2]) == reads
    exported = browser.get(url(work, f"{one}/export.csv"))
    assert ("Aiguilles" in exported.text) == reads
    beside = browser.get(f"/studies/{work.study.id}/organisations/{work.combe.id}").text
    assert (f"sourcing/{one}/{number}" in beside) == reads


@BOTH
def test_what_was_told_in_an_interview_is_for_who_may_read_that_and_goes_and_comes_with_it(work: Field, model: Any) -> None:
    interview_id = work.logged("lead", confidentiality=Confidentiality.STRICT)
    number = noted(work, model, "lead", interview_id)
    assert read(work, number, model).confidentiality == Confidentiality.TEAM
    with pytest.raises(NotFound):
        read(work, number, model, "consultant")
    with work.acting("lead"):
        interviews.delete(interviews.get(interview_id))
    with pytest.raises(NotFound):
        read(work, number, model)
    with work.acting("lead"):
        interviews.bring_back(interviews.get(interview_id, deleted=True))
    assert read(work, number, model).interview_id == interview_id


def test_an_organisation_stays_while_a_need_stands_on_it(work: Field) -> None:
    number = noted(work, organisation_id=work.lac.id)
    with pytest.raises(Refused, match="organisation_in_use"), work.acting("lead"):
        deletion.delete(organisations.get(work.lac.id))
    with work.acting("lead"):
        service.update(service.get(Need, number), {"confidentiality": Confidentiality.STRICT}, None)
    with work.acting("guest"):
        assert service.standing([work.lac.id]) == {work.lac.id}, "although this reader may not know of it"
    with work.acting("lead"):
        service.delete(service.get(Need, number))
        deletion.delete(organisations.get(work.lac.id))


@BOTH
def test_it_goes_and_comes_back_and_is_not_saved_over_somebody_elses(work: Field, model: Any) -> None:
    number = noted(work, model)
    with work.acting("consultant"):
        service.delete(service.get(model, number))
        service.bring_back(service.get(model, number, deleted=True))
    seen = read(work, number, model).version
    with work.acting("consultant"):
        service.update(service.get(model, number), {"note": "une"}, seen)
    with pytest.raises(Conflict), work.acting("lead"):
        service.update(service.get(model, number), {"note": "autre"}, seen)
    with pytest.raises(Forbidden), work.acting("reviewer"):
        service.delete(service.get(model, number))


def test_the_page_tells_the_history_and_gives_a_former_value_back(work: Field, sign_in: SignIn) -> None:
    number = noted(work, relocatable=Relocatable.YES)
    with work.acting("consultant"):
        service.update(service.get(Need, number), {"relocatable": Relocatable.NO}, None)
    browser = sign_in(work.members["consultant"])
    shown = browser.get(url(work, f"needs/{number}")).text
    back = next(part for part in shown.split('action="') if "/restore/" in part).partition('"')[0]
    assert back.endswith("/relocatable")
    assert browser.post(back).status_code == 303
    assert read(work, number).relocatable == Relocatable.YES
    assert browser.post(back.replace("relocatable", "ref")).status_code == 404


def test_a_need_is_captured_in_an_interview_with_a_word_and_a_key(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    browser = sign_in(work.members["consultant"])
    address = url(work, f"interviews/{interview_id}/needs/new")
    typed = {"need-component_id": "new:Cadrans", "need-volume_per_year": "12 000", "need-confidentiality": "team"}
    panel = browser.post(address, data=typed, headers={"HX-Request": "true"})
    assert (panel.status_code, "Cadrans" in panel.text, panel.text.startswith("<section")) == (200, True, True)
    nothing = browser.post(address, data={"need-confidentiality": "team", "need-note": "gardé"}, headers={"HX-Request": "true"})
    assert (nothing.status_code, "gardé" in nothing.text) == (422, True)
    assert "Cadrans" in browser.get(work.url(str(interview_id))).text
    assert count(Need) == 1


def test_a_form_without_scripts_finds_the_component_by_its_name(work: Field, sign_in: SignIn) -> None:
    noted(work)
    browser = sign_in(work.members["consultant"])
    typed = {"need-organisation_id": str(work.combe.id), "need-component_id-typed": "aiguilles", "need-confidentiality": "team"}
    assert browser.post(url(work, "needs/new"), data=typed).status_code == 303
    assert count(Need) == 2
    with work.acting("lead"):
        assert len(terms.terms(TermList.COMPONENT)) == 1


def test_cells_are_corrected_in_place_and_the_export_is_what_is_shown(work: Field, sign_in: SignIn) -> None:
    number = noted(work, volume_per_year=12000)
    browser = sign_in(work.members["consultant"])
    for field, typed in (("relocatable", "studied"), ("source_country", "CH"), ("volume_per_year", "9 000")):
        assert browser.get(url(work, f"needs/{number}/cells/{field}")).status_code == 200
        version = str(read(work, number).version)
        assert browser.post(url(work, f"needs/{number}/cells/{field}"), data={field: typed, "version": version}).status_code == 200
    rows = list(csv.reader(io.StringIO(browser.get(url(work, "needs/export.csv")).text.lstrip("\ufeff")), delimiter=";"))
    assert rows[1][:3] == ["Aiguilles", "Ateliers de la Combe", "9000"]
    assert {"Suisse", "À l’étude"} <= set(rows[1])
    assert browser.get(url(work, f"needs/{number}/cells/ref")).status_code == 404


@pytest.mark.parametrize("query", ["q=aiguill", "relocatable=yes", "country=CH", "sort=amount&dir=desc", "component=1", "q=combe"])
def test_the_list_is_narrowed_and_sorted(work: Field, sign_in: SignIn, query: str) -> None:
    noted(work, relocatable=Relocatable.YES, source_country="CH")
    noted(work, component_id="Cadrans", organisation_id=work.lac.id)
    body = sign_in(work.members["consultant"]).get(url(work, f"?{query}")).text.partition("<tbody")[2]
    assert "Aiguilles" in body
    assert ("Cadrans" in body) == query.startswith("sort")
