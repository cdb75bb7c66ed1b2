"""The list of organisations: what it shows, exports and changes, and the way back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.accounts.models import Language
from consult.kernel.audit import AuditEntry, Deed
from consult.kernel.db import db, unit_of_work
from consult.kernel.listing import ListQuery
from consult.kernel.scope import unscoped
from consult.organisations import bulk, labelling, listing, service
from consult.organisations.models import Organisation, OrganisationKind, RoleKind, WorkforceBand
from consult.organisations.participation import Disposition, Participation, Priority
from consult.studies.models import PerimeterCommune, Study
from consult.terms import service as terms
from consult.terms.models import TermList
from tests.factories import Make

SignIn = Callable[..., FlaskClient]


class Here:
    """A study with four organisations, and its lead's browser."""

    def __init__(self, make: Make, sign_in: SignIn) -> None:
        self.make = make
        self.study: Study = make.study()
        self.lead = make.member(self.study, "lead")
        self.brands, self.makers = make.segment(self.study, "brand"), make.segment(self.study, "subcontractor")
        self.browser = sign_in(self.lead)
        with make.inside(self.study, self.lead):
            db.session.add(PerimeterCommune(study_id=self.study.id, commune_code="25411"))
            self.val = self._named(
                "Manufacture du Val",
                siren="552032534",
                commune="25411",
                segment_id=self.brands.id,
                workforce_band=WorkforceBand.B31,
                role=RoleKind.BRAND,
            )
            self.combe = self._named(
                "Ateliers de la Combe",
                commune="25411",
                segment_id=self.makers.id,
                owner_id=self.lead.id,
                tags=["Relocalisation"],
                disposition=Disposition.DONE,
            )
            self.email = self._named(
                "Cadrans Émail-Doubs", commune="25056", segment_id=self.makers.id, priority=Priority.HIGH, aliases=["CED"]
            )
            self.ccas = self._named("Ville de Morteau", kind=OrganisationKind.LOCAL_AUTHORITY, commune="25411", in_frame=False)

    def _named(self, name: str, **values: Any) -> int:
        return service.create({"name": name, **values}, anyway=True).organisation.id

    def url(self, path: str = "") -> str:
        return f"/studies/{self.study.id}/organisations/{path}"

    def names(self, query: str = "") -> list[str]:
        text = self.browser.get(self.url(query)).get_data(as_text=True)
        return re.findall(r'class="row-link" href="[^"]*">([^<]*)<small>', text)

    def post(self, path: str, **data: Any) -> Any:
        return self.browser.post(self.url(path), data=data)

    def participation(self, organisation_id: int) -> Participation:
        with unit_of_work(), unscoped("tests look"):
            query = sa.select(Participation).where(Participation.organisation_id == organisation_id)
            return db.session.scalars(query.execution_options(include_deleted=True)).one()


@pytest.fixture
def here(make: Make, sign_in: SignIn) -> Here:
    """Four organisations."""
    return Here(make, sign_in)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=email", ["Cadrans Émail-Doubs"]),
        ("?q=ÉMAIL+cadrans", ["Cadrans Émail-Doubs"]),
        ("?q=ced", ["Cadrans Émail-Doubs"]),
        ("?q=552+032+534", ["Manufacture du Val"]),
        ("?q=besancon", ["Cadrans Émail-Doubs"]),
        ("?q=%25", []),
        ("?q=%00&kind=local_authority", ["Ville de Morteau"]),
        ("?kind=local_authority", ["Ville de Morteau"]),
        ("?role=brand", ["Manufacture du Val"]),
        ("?workforce_band=31", ["Manufacture du Val"]),
        ("?workforce_band=none&kind=company", ["Ateliers de la Combe", "Cadrans Émail-Doubs"]),
        ("?inside=1&in_frame=1", ["Ateliers de la Combe", "Manufacture du Val"]),
        ("?inside=0", ["Cadrans Émail-Doubs"]),
        ("?in_frame=0", ["Ville de Morteau"]),
        ("?disposition=done", ["Ateliers de la Combe"]),
        ("?priority=high", ["Cadrans Émail-Doubs"]),
        ("?segment=none", ["Ville de Morteau"]),
        ("?commune=25056", ["Cadrans Émail-Doubs"]),
        ("?kind=company&sort=name&dir=desc", ["Manufacture du Val", "Cadrans Émail-Doubs", "Ateliers de la Combe"]),
        ("?sort=disposition&dir=asc&in_frame=1", ["Manufacture du Val", "Cadrans Émail-Doubs", "Ateliers de la Combe"]),
        ("?kind=nonsense", []),
        ("?owner=99999999999999999999", []),
    ],
)
def test_the_list_finds(here: Here, query: str, found: list[str]) -> None:
    names = here.names(query)
    if "sort" in query and "disposition" in query:
        assert names[-1] == found[-1]
        assert set(names) == set(found)
    else:
        assert names == found


def test_segments_owner_tags_and_specialities_filter_too(here: Here) -> None:
    with here.make.inside(here.study):
        tag = next(term.id for term in labelling.terms(labelling.LISTS["tags"]))
    assert here.names(f"?segment={here.makers.id}") == ["Ateliers de la Combe", "Cadrans Émail-Doubs"]
    assert here.names(f"?owner={here.lead.id}") == ["Ateliers de la Combe"]
    assert here.names(f"?tag={tag}") == ["Ateliers de la Combe"]
    assert here.names(f"?speciality={tag + 1000}") == []


def test_terms_are_read_in_the_language_of_the_reader_in_columns_filters_and_history(here: Here, sign_in: SignIn) -> None:
    with here.make.inside(here.study, here.lead):
        terms.create(TermList.TAG, "À relancer", "To call again")
        labelling.set_terms(service.get(here.combe), {"tags": ["À relancer"]})
    reader = sign_in(here.make.member(here.study, "consultant", lang=Language.ENGLISH))
    for browser, label, other in ((here.browser, "À relancer", "To call again"), (reader, "To call again", "À relancer")):
        listed, told = browser.get(here.url("?cols=name&cols=tags")).text, browser.get(here.url(f"{here.combe}/history")).text
        assert listed.count(label) >= 2  # in the filter, and in the row
        assert (label in told, other in listed, other in told) == (True, False, False)


def test_tabs_count_and_chips_can_be_taken_away(here: Here) -> None:
    text = here.browser.get(here.url(f"?segment={here.brands.id}&q=val")).get_data(as_text=True)
    counts = dict(re.findall(r'<li><a id="view-\d+" href="[^"]*"[^>]*>([^<]+?) <span class="n">(\d+)</span>', text))
    assert counts["Brand"] == "1"
    assert counts["Subcontractor"] == "2"
    assert 'class="chip"' in text
    assert re.search(r'class="x" id="chip-1" href="[^"]*\?q=val"', text)


def test_columns_and_density_are_shown_as_asked_and_remembered(here: Here) -> None:
    asked = here.browser.get(here.url("?cols=name&cols=phone&density=comfort")).get_data(as_text=True)
    again = here.browser.get(here.url()).get_data(as_text=True)
    for text in (asked, again):
        heads = re.findall(r'<th scope="col" role="columnheader" class="[^"]*"[^>]*>', text)
        assert len(heads) == 2
        assert 'data-density="comfort"' in text


def test_a_guest_sees_the_list_but_neither_bulk_bar_nor_pencils(here: Here, sign_in: SignIn) -> None:
    guest = sign_in(here.make.member(here.study, "guest"))
    text = guest.get(here.url()).get_data(as_text=True)
    assert "Manufacture du Val" in text
    assert "cell-edit" not in text
    assert 'name="ids"' not in text
    assert guest.post(here.url("bulk"), data={"ids": [here.val], "action": "delete"}).status_code == 403


def test_an_export_holds_exactly_what_is_shown_and_is_noted(here: Here) -> None:
    query = f"?segment={here.makers.id}&cols=name&cols=commune&cols=influence&sort=name&dir=desc"
    answer = here.browser.get(here.url("export/csv" + query))
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
    assert [row[:2] for row in rows[1:]] == [["Cadrans Émail-Doubs", "Besançon"], ["Ateliers de la Combe", "Morteau"]]
    book = openpyxl.load_workbook(io.BytesIO(here.browser.get(here.url("export/xlsx" + query)).get_data()))
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert [row[0] for row in cells[1:]] == ["Cadrans Émail-Doubs", "Ateliers de la Combe"]
    with unit_of_work():
        noted = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.deed == Deed.EXPORTED)).all()
    assert [(e.study_id, e.actor_id, e.changes["rows"][1], e.changes["format"][1]) for e in noted] == [
        (here.study.id, here.lead.id, 2, "csv"),
        (here.study.id, here.lead.id, 2, "xlsx"),
    ]


def test_text_that_looks_like_a_formula_stays_text(here: Here) -> None:
    with here.make.inside(here.study):
        service.create({"name": "=1+1"})
    book = openpyxl.load_workbook(io.BytesIO(here.browser.get(here.url("export/xlsx?q=1&cols=name")).get_data()))
    cell = book.worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def _undo(here: Here, answer: Any) -> str:
    page = here.browser.get(answer.location).get_data(as_text=True)
    found = re.search(r'action="([^"]*bulk/undo[^"]*)"', page)
    assert found, page[:500]
    return found[1].replace("&amp;", "&")


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        ("priority=low", "priority", Priority.LOW),
        ("owner", "owner_id", None),
        ("disposition=refused", "disposition", Disposition.REFUSED),
        ("frame=out", "in_frame", False),
    ],
)
def test_a_bulk_change_can_be_taken_back(here: Here, action: str, field: str, value: Any) -> None:
    before = {i: getattr(here.participation(i), field) for i in (here.val, here.combe)}
    if action.startswith("disposition"):
        with here.make.inside(here.study, here.lead):
            outcome = bulk.apply("disposition", "refused", [here.val, here.combe])
        undo = here.url(f"bulk/undo?after={outcome.after}&until={outcome.until}")
    else:
        answer = here.post("bulk", ids=[here.val, here.combe], action=action if "=" in action else f"{action}=none")
        undo = _undo(here, answer)
    assert [getattr(here.participation(i), field) for i in (here.val, here.combe)] == [value, value]
    here.browser.post(undo)
    after = {i: getattr(here.participation(i), field) for i in (here.val, here.combe)}
    if not action.startswith("disposition"):
        assert after == before
    assert here.participation(here.combe).disposition == Disposition.DONE
    assert here.participation(here.combe).segment_id == here.makers.id


def test_a_bulk_change_of_the_whole_list_follows_its_filters(here: Here) -> None:
    here.post(f"bulk?segment={here.makers.id}", everything="1", action=f"owner={here.lead.id}")
    assert [here.participation(i).owner_id for i in (here.val, here.combe, here.email)] == [None, here.lead.id, here.lead.id]


def test_taking_a_bulk_change_back_leaves_what_was_changed_since(here: Here) -> None:
    undo = _undo(here, here.post("bulk", ids=[here.val, here.combe], action="priority=low"))
    here.post(f"{here.val}/cells/priority", priority="high")
    here.browser.post(undo)
    assert here.participation(here.val).priority == Priority.HIGH
    assert here.participation(here.combe).priority is None


def test_somebody_elses_bulk_change_cannot_be_taken_back(here: Here, sign_in: SignIn) -> None:
    undo = _undo(here, here.post("bulk", ids=[here.val], action="priority=low"))
    sign_in(here.make.member(here.study, "consultant")).post(undo)
    assert here.participation(here.val).priority == Priority.LOW


def test_tagging_and_deleting_many_can_be_taken_back(here: Here) -> None:
    with here.make.inside(here.study):
        tag = next(term.id for term in labelling.terms(labelling.LISTS["tags"]))
    undo = _undo(here, here.post("bulk", ids=[here.val, here.combe], action=f"tag={tag}"))
    assert here.names(f"?tag={tag}") == ["Ateliers de la Combe", "Manufacture du Val"]
    here.browser.post(undo)
    assert here.names(f"?tag={tag}") == ["Ateliers de la Combe"]
    undo = _undo(here, here.post("bulk", ids=[here.val, here.combe], action="delete"))
    assert here.names() == ["Cadrans Émail-Doubs", "Ville de Morteau"]
    with unit_of_work(), unscoped("tests look"):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 2
    here.browser.post(undo)
    assert len(here.names()) == 4


def test_a_bulk_change_reaches_neither_another_study_nor_an_outsider(here: Here) -> None:
    foreign = here.make.organisation(here.make.study("There"), "Foreign")
    here.post("bulk", ids=[foreign.id, here.val], action="priority=low")
    assert here.participation(foreign.id).priority is None
    assert here.participation(here.val).priority == Priority.LOW
    outsider = here.make.user()
    here.post("bulk", ids=[here.val], action=f"owner={outsider.id}")
    assert here.participation(here.val).owner_id is None


def test_entering_the_target_list_gives_a_first_disposition(here: Here) -> None:
    here.post("bulk", ids=[here.ccas], action="frame=in")
    entered = here.participation(here.ccas)
    assert (entered.in_frame, entered.disposition) == (True, Disposition.TO_CONTACT)
    assert here.post("bulk", ids=[here.ccas], action="frame=sideways").status_code == 303
    assert here.participation(here.ccas).in_frame


def test_a_segment_is_given_only_inside_the_target_list(here: Here) -> None:
    with here.make.inside(here.study, here.lead):
        outcome = bulk.apply("segment", str(here.brands.id), [here.combe, here.ccas])
    assert (outcome.done, outcome.left, outcome.reason) == (1, 1, "outside_the_target_list")
    assert here.participation(here.ccas).segment_id is None


def test_an_unknown_action_does_not_exist_and_no_row_is_told(here: Here) -> None:
    assert here.post("bulk", ids=[here.val], action="drop_tables").status_code == 404
    answer = here.post("bulk", action="delete")
    assert "Cochez au moins une ligne." in here.browser.get(answer.location).get_data(as_text=True)


def test_a_cell_is_corrected_in_place(here: Here) -> None:
    script = {"HX-Request": "true"}
    form = here.browser.get(here.url(f"{here.val}/cells/phone"), headers=script).get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', form)
    assert version
    assert "<html" not in form
    data = {"phone": "03 81 67 00 01", "version": version[1]}
    saved = here.browser.post(here.url(f"{here.val}/cells/phone"), data=data, headers=script)
    assert (saved.status_code, "03 81 67 00 01" in saved.get_data(as_text=True)) == (200, True)
    wrong = here.browser.post(here.url(f"{here.val}/cells/email"), data={"email": "nonsense"}, headers=script)
    assert wrong.status_code == 422
    late = here.browser.post(here.url(f"{here.val}/cells/phone"), data={"phone": "03 81 67 00 02", "version": version[1]}, headers=script)
    assert late.status_code == 409
    assert here.browser.get(here.url(f"{here.val}/cells/notes")).status_code == 404


def test_without_scripts_a_cell_has_a_page_of_its_own(here: Here) -> None:
    page = here.browser.get(here.url(f"{here.val}/cells/segment_id")).get_data(as_text=True)
    assert "<h1>Manufacture du Val</h1>" in page
    answer = here.post(f"{here.val}/cells/segment_id", segment_id=str(here.makers.id))
    assert answer.status_code == 303
    assert here.participation(here.val).segment_id == here.makers.id


def test_views_are_saved_shared_deleted_and_brought_back(here: Here, sign_in: SignIn) -> None:
    address = f"/studies/{here.study.id}/lists/organisations/views"
    query = f"segment={here.makers.id}&cols=name&cols=phone&evil=1&at=xyz"
    here.browser.post(address, data={"name": " Mes  ateliers ", "query": query})
    here.browser.post(address, data={"name": "Équipe", "query": "kind=company", "shared": "1"})
    other = sign_in(here.make.member(here.study, "consultant"))
    assert "Mes ateliers" not in other.get(here.url()).get_data(as_text=True)
    mine = here.browser.get(here.url()).get_data(as_text=True)
    link = re.search(r'href="([^"]*)"[^>]*>Mes ateliers <span class="n">2</span>', mine)
    assert link
    assert "evil" not in link[1]
    assert "at=" not in link[1]
    shown = here.browser.get(link[1].replace("&amp;", "&")).get_data(as_text=True)
    deletion = re.search(r'action="([^"]*views/\d+/delete)"', shown)
    assert deletion
    assert other.post(deletion[1]).status_code == 404
    gone = here.browser.post(deletion[1])
    assert "Mes ateliers" not in here.browser.get(here.url()).get_data(as_text=True)
    told = here.browser.get(gone.location).get_data(as_text=True)
    assert gone.status_code == 303
    here.browser.post(deletion[1].replace("delete", "restore"))
    assert "Mes ateliers" in here.browser.get(here.url()).get_data(as_text=True), told[:200]
    assert "Équipe" in other.get(here.url()).get_data(as_text=True)


def test_a_guest_keeps_views_to_themselves(here: Here, sign_in: SignIn) -> None:
    guest = sign_in(here.make.member(here.study, "guest"))
    guest.post(f"/studies/{here.study.id}/lists/organisations/views", data={"name": "Shared?", "query": "q=val", "shared": "1"})
    assert "Shared?" in guest.get(here.url()).get_data(as_text=True)
    assert "Shared?" not in here.browser.get(here.url()).get_data(as_text=True)


def test_names_with_markup_are_shown_as_text(here: Here) -> None:
    with here.make.inside(here.study):
        service.create({"name": '<img src=x onerror="alert(1)">', "tags": ["<b>"]})
    text = here.browser.get(here.url("?cols=name&cols=tags&cols=phone")).get_data(as_text=True)
    assert "<img src=x" not in text
    assert '<span class="badge"><b>' not in text


def test_the_list_of_people_searches_their_organisation_too(here: Here) -> None:
    with here.make.inside(here.study):
        organisation = service.get(here.val)
    here.make.person(organisation, "Morel", first_name="Jeanne")
    for query, found in (
        ("?q=morel", True),
        ("?q=manufacture", True),
        ("?q=combe", False),
        (f"?organisation={here.val}", True),
        ("?has_email=1", False),
    ):
        assert ("Morel Jeanne" in here.browser.get(f"/studies/{here.study.id}/people/{query}").get_data(as_text=True)) is found, query


def test_the_count_of_a_query_equals_its_rows(here: Here) -> None:
    with here.make.inside(here.study):
        for filters in ({}, {"inside": ["1"]}, {"role": ["brand"]}, {"kind": ["company"], "workforce_band": ["none"]}):
            query = ListQuery(filters=filters)
            source = listing.organisations()
            assert source.count(query) == len(db.session.execute(source.everything(query)).all()) == len(source.keys(query))
