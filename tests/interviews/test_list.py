"""The list: its filters, search, views, bulk changes with their undo, cells, exports; and what the directory shows of interviews."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from flask.testing import FlaskClient

from consult.interviews import listing, naming, service
from consult.interviews.models import InterviewKind, InterviewMode
from consult.kernel.listing import ListQuery
from consult.kernel.model import Confidentiality
from consult.organisations import service as organisations
from tests.interviews.conftest import DAY, Field

SignIn = Callable[..., FlaskClient]


def _found(work: Field, role: str = "lead", text: str = "", sort: str = "", **filters: object) -> list[int]:
    asked = {name: [str(v) for v in (values if isinstance(values, list) else [values])] for name, values in filters.items()}
    with work.acting(role):
        return [row.id for row in listing.source().page(ListQuery(text=text, filters=asked, sort=sort)).rows]


def _several(work: Field) -> tuple[int, int, int]:
    segment = work.make.segment(work.study, "brand", label="Marques")
    brand = work.make.organisation(work.study, "Manufacture d’Usiers", participation={"segment_id": segment.id})
    work.more |= {"segment": segment.id, "brand": brand}
    one = work.logged(
        note="Le **décolletage** souffre", mode=InterviewMode.VIDEO, effort_days=Decimal("0.50"), interviewees=[("Nadia Perrin", None)]
    )
    two = work.logged(
        "lead", organisations=[brand.id, work.lac.id], date=dt.date(2023, 3, 1), kind=InterviewKind.CONSULTATION, effort_days=Decimal(2)
    )
    three = work.logged(date=dt.date(2022, 12, 1), place="Maîche")
    with work.acting("consultant"):
        service.submit(service.get(three))
    return one, two, three


def test_the_newest_come_first_and_each_sort_orders(work: Field) -> None:
    one, two, three = _several(work)
    assert _found(work) == [two, one, three]
    assert _found(work, sort="effort") == [three, one, two]
    assert _found(work, sort="organisation")[-1] == two
    assert _found(work, sort="state") == [one, two, three]
    assert _found(work, sort="ref") == [one, two, three]


def test_each_filter_narrows(work: Field) -> None:
    one, two, three = _several(work)
    assert _found(work, state=["submitted"]) == [three]
    assert _found(work, kind="consultation") == [two]
    assert _found(work, mode="video") == [one]
    assert _found(work, segment=work.more["segment"]) == [two]
    assert _found(work, organisation=work.lac.id) == [two]
    assert _found(work, interviewer=work.members["lead"].id) == [two]
    assert _found(work, period=["2023-01-01", "2023-01-31"]) == [one]
    assert _found(work, period=["2023-01-01", ""]) == [two, one]
    assert _found(work, period=["", "2022-12-31"]) == [three]
    assert _found(work, "consultant", mine="1") == [one, three]
    assert _found(work, state=["nonsense"]) == []
    assert _found(work, organisation="x") == []


@pytest.mark.parametrize(("text", "place"), [
    ("DECOLLETAGE", 0), ("nadia perrin", 0), ("perrin decolletage", 0), ("int-0001", 0), ("usiers", 1), ("cadrans usiers", 1),
    ("maiche", 2),
])  # fmt: skip
def test_search_finds_notes_places_organisations_and_people_whatever_case_and_accents(work: Field, text: str, place: int) -> None:
    ids = _several(work)
    assert _found(work, text=text) == [ids[place]]
    assert _found(work, text="introuvable") == []


def test_an_organisation_that_was_renamed_is_found_by_its_new_name(work: Field) -> None:
    interview_id = work.logged()
    with work.acting("lead"):
        organisations.set_field(organisations.get(work.combe.id), "name", "Ateliers Rebaptisés")
    assert _found(work, text="rebaptises") == [interview_id]


def test_rows_carry_the_names_of_all_who_take_part(work: Field) -> None:
    _one, two, _three = _several(work)
    with work.acting("lead"):
        rows = {row.id: row for row in naming.enriched(listing.source().page(ListQuery()).rows)}
    row = rows[two]
    assert (row.name, row.segments, row.interviewers) == ("Manufacture d’Usiers, Cadrans du Lac", ["Marques"], ["Lead Martin"])


def test_the_page_shows_views_with_their_counts(work: Field, sign_in: SignIn) -> None:
    _several(work)
    text = sign_in(work.members["consultant"]).get(work.url("")).get_data(as_text=True)
    views = re.findall(r'id="view-\d"[^>]*>([^<]+?) <span class="n">(\d+)</span>', text)
    assert views == [("Tous", "3"), ("À valider", "1"), ("Les miens", "2"), ("Brouillons", "1")]


def test_exports_hold_exactly_what_is_shown(work: Field, sign_in: SignIn) -> None:
    _several(work)
    browser = sign_in(work.members["lead"])
    asked = "?kind=individual&cols=organisations&cols=date&cols=effort&sort=date"
    table = openpyxl.load_workbook(io.BytesIO(browser.get(work.url(f"export.xlsx{asked}")).data)).active
    assert table is not None
    rows = [[cell.value for cell in row] for row in table.iter_rows()]
    assert rows[0] == ["Organisations", "Date", "Jours-homme"]
    assert [(row[0], row[1].date() if isinstance(row[1], dt.datetime) else row[1], row[2]) for row in rows[1:]] == [
        ("Ateliers de la Combe", dt.date(2022, 12, 1), None), ("Ateliers de la Combe", DAY, 0.5),
    ]  # fmt: skip
    assert "filename=entretiens.csv" in browser.get(work.url(f"export.csv{asked}")).headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(browser.get(work.url(f"export.csv{asked}")).data.decode("utf-8-sig")), delimiter=";"))
    assert lines[1:] == [["Ateliers de la Combe", "2022-12-01", ""], ["Ateliers de la Combe", "2023-01-12", "0.50"]]
    assert browser.get(work.url("export.pdf")).status_code == 404


# bulk


def _bulk(browser: FlaskClient, work: Field, action: str, ids: list[int], **more: str) -> str:
    """Send the bulk bar and return the address of its undo."""
    answer = browser.post(work.url("bulk"), data={"action": action, "ids": [str(i) for i in ids], **more})
    assert answer.status_code == 303, answer.status_code
    text = browser.get(answer.location).get_data(as_text=True)
    found = re.search(r'action="([^"]*/bulk/undo/[^"]*)"', text)
    return found.group(1).replace("&amp;", "&") if found else ""


def _states(work: Field, *ids: int) -> list[str]:
    return [work.read(i).state.value for i in ids]


def test_bulk_submits_what_can_be_submitted_tells_the_rest_and_is_undone(work: Field, sign_in: SignIn) -> None:
    one, two, three = _several(work)
    browser = sign_in(work.members["consultant"])
    undo = _bulk(browser, work, "submit", [one, two, three])
    assert _states(work, one, two, three) == ["submitted", "submitted", "submitted"]
    assert browser.post(undo).status_code == 303
    assert _states(work, one, two, three) == ["draft", "draft", "submitted"]


def test_bulk_validation_reaches_the_target_list_and_its_undo_too(work: Field, sign_in: SignIn) -> None:
    one, two, three = _several(work)
    browser = sign_in(work.members["lead"])
    undo = _bulk(browser, work, "validate", [], everything="1")
    assert _states(work, one, two, three) == ["validated"] * 3
    assert (work.disposition(work.combe), work.disposition(work.lac)) == ("done", "done")
    browser.post(undo)
    assert _states(work, one, two, three) == ["draft", "draft", "submitted"]
    assert (work.disposition(work.combe), work.disposition(work.lac)) == ("to_contact", "scheduled")


def test_bulk_confidentiality_and_its_undo_leave_alone_what_moved_on(work: Field, sign_in: SignIn) -> None:
    one, two, three = _several(work)
    browser = sign_in(work.members["lead"])
    undo = _bulk(browser, work, "confidentiality=strict", [one, two, three])
    assert {work.read(i).confidentiality.value for i in (one, two, three)} == {"strict"}
    with work.acting("lead"):
        service.change(service.get(two), "confidentiality", Confidentiality.PARTNERS)
    browser.post(undo)
    assert [work.read(i).confidentiality.value for i in (one, two, three)] == ["team", "partners", "team"]


def test_bulk_does_not_touch_a_validated_interview(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    _bulk(sign_in(work.members["lead"]), work, "confidentiality=strict", [interview_id])
    assert work.read(interview_id).confidentiality == "team"


@pytest.mark.parametrize(("role", "action", "status"), [
    ("consultant", "validate", 403), ("guest", "submit", 403), ("reviewer", "submit", 403), ("reviewer", "validate", 303),
    ("lead", "erase", 404), ("lead", "confidentiality=nonsense", 422),
])  # fmt: skip
def test_a_bulk_action_takes_its_capability_and_must_exist(work: Field, sign_in: SignIn, role: str, action: str, status: int) -> None:
    answer = sign_in(work.members[role]).post(work.url("bulk"), data={"action": action, "ids": [str(work.logged())]})
    assert answer.status_code == status


def test_the_bar_offers_what_the_reader_may_do(work: Field, sign_in: SignIn) -> None:
    work.logged()
    offered = {}
    for role in ("lead", "reviewer", "consultant", "guest"):
        text = sign_in(work.members[role]).get(work.url("?state=draft")).get_data(as_text=True)
        offered[role] = (
            {name for name in ("submit", "validate", "confidentiality") if f'value="{name}' in text.split('id="bulk"')[-1]}
            if 'id="bulk"' in text
            else set()
        )
    every = {"submit", "validate", "confidentiality"}
    assert offered == {"lead": every, "reviewer": {"validate"}, "consultant": {"submit", "confidentiality"}, "guest": set()}


# cells


def test_a_cell_is_edited_in_place_with_the_version_that_was_shown(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    browser = sign_in(work.members["consultant"])
    address = work.url(f"{interview_id}/cells/effort_days")
    assert 'name="effort_days"' in browser.get(address).get_data(as_text=True)
    answer = browser.post(address, data={"effort_days": "1,5", "version": "1"})
    assert (answer.status_code, answer.get_data(as_text=True).strip()) == (200, "1,5")
    assert work.read(interview_id).effort_days == Decimal("1.5")
    assert browser.post(address, data={"effort_days": "beaucoup", "version": "2"}).status_code == 422
    assert browser.post(address, data={"effort_days": "3", "version": "1"}).status_code == 409
    assert browser.post(work.url(f"{interview_id}/cells/place"), data={"place": "Morteau", "version": "1"}).status_code == 200
    mode = browser.post(work.url(f"{interview_id}/cells/mode"), data={"mode": "video", "version": "3"}).get_data(as_text=True)
    assert mode.strip() == "Visio"
    assert browser.get(work.url(f"{interview_id}/cells/note")).status_code == 404


def test_a_cell_of_a_validated_interview_says_that_it_is_sealed(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged()
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    browser = sign_in(work.members["lead"])
    assert "validé" in browser.get(work.url(f"{interview_id}/cells/place")).get_data(as_text=True)
    assert browser.post(work.url(f"{interview_id}/cells/place"), data={"place": "x", "version": "2"}).status_code == 422
    assert work.read(interview_id).place is None


# beside an organisation


def test_an_organisation_shows_its_interviews_and_offers_one_more(work: Field, sign_in: SignIn) -> None:
    interview_id = work.logged(summary="Prêts à mutualiser.")
    text = sign_in(work.members["consultant"]).get(f"/studies/{work.study.id}/organisations/{work.combe.id}").get_data(as_text=True)
    assert work.url(str(interview_id)) in text
    assert "Prêts à mutualiser." in text
    assert f"interviews/new?organisation_id={work.combe.id}" in text


def test_the_list_of_organisations_says_when_each_was_last_met(work: Field, sign_in: SignIn) -> None:
    work.logged()
    work.logged(date=dt.date(2023, 2, 1))
    text = (
        sign_in(work.members["lead"])
        .get(f"/studies/{work.study.id}/organisations/?cols=name&cols=last_interview&cols=interview_state")
        .get_data(as_text=True)
    )
    assert "01/02/2023" in text
    assert "12/01/2023" not in text
    assert "Brouillon" in text


@pytest.mark.parametrize("marks", ["after=0&until=99999999999999999999", "after=-99999999999999999999&until=1", "after=5&until=1"])
def test_marks_that_no_bulk_change_ever_had_undo_nothing(work: Field, sign_in: SignIn, marks: str) -> None:
    lead = sign_in(work.members["lead"])
    assert lead.post(work.url(f"bulk/undo/confidentiality?{marks}")).status_code == 404
