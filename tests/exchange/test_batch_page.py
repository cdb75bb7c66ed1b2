"""The page of an import that was applied: its steps, its figures, every row and what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient

from consult.exchange.models import BatchState
from consult.kernel.db import db, unit_of_work
from consult.kernel.scope import unscoped
from consult.organisations.models import Organisation
from consult.studies.models import Study
from tests.exchange.conftest import batch
from tests.exchange.test_wizard import _address, _apply, _previewed
from tests.factories import Make

Csv = Callable[..., Path]


def _applied(browser: FlaskClient, study: Study, path: Path, **columns: str) -> int:
    number = _previewed(browser, study, path, **columns)
    _apply(browser, study, number)
    assert batch(number).state is BatchState.APPLIED
    return number


def _rows(page: str) -> list[tuple[str, str, str]]:
    """The rows of the list: number, verdict, and the record with its link."""
    table = re.search(r'<table class="grid plan".*?</table>', page, re.DOTALL)
    found = re.findall(r"<tr role=\"row\">\s*<td(.*?)</tr>", table.group() if table else "", re.DOTALL)
    return [_cells(row) for row in found]


def _cells(row: str) -> tuple[str, str, str]:
    cells = re.findall(r">(.*?)</td>", "<td" + row, re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]
    link = re.search(r'href="([^"]+)"', cells[2])
    return words[0], words[1], f"{words[2]} {link.group(1)}" if link else words[2]


def test_the_page_is_the_last_step_with_figures_that_open_their_rows(browser: FlaskClient, make: Make, study: Study, csv: Csv) -> None:
    known = make.organisation(study, "Beta", siren="732829320")
    number = _applied(
        browser, study, csv("Entreprise,Ville,SIREN,Téléphone", "Alpha,Morteau,,", "Beta,,732829320,0381000001", ",Maîche,,0381000002")
    )
    page = browser.get(_address(study, number)).text
    assert re.search(r'aria-current="step".*?Appliqué', page, re.DOTALL)
    assert f"{_address(study, number)}/undo" in page
    for verdict, count in (("new", 1), ("changed", 1), ("refused", 1)):
        assert re.search(rf'href="{_address(study, number)}\?verdict={verdict}"[^>]*><b class="num">{count}</b>', page), verdict
    rows = _rows(page)
    with unscoped("tests read"):
        alpha = db.session.query(Organisation).filter_by(name="Alpha").one().id
    db.session.rollback()
    assert rows == [
        ("2", "Nouvelle", f"Alpha /studies/{study.id}/organisations/{alpha}"),
        ("3", "Modifiée", f"Beta /studies/{study.id}/organisations/{known.id}"),
        ("4", "Refusée", "Maîche"),
    ]
    assert "il n’y a ni nom, ni identifiant" in page
    assert [row[0] for row in _rows(browser.get(_address(study, number, "?verdict=refused")).text)] == ["4"]
    assert browser.get(_address(study, number, "?verdict=zorglub&page=-3")).status_code == 200


def test_a_person_is_linked_to_the_page_of_the_person(browser: FlaskClient, study: Study, csv: Csv) -> None:
    path = csv("Nom,Prénom,Courriel,Entreprise", "Martin,Jeanne,j@example.org,Alpha", "Petit,Paul,p@example.org,Beta")
    number = _applied(
        browser, study, path, entity="person", c1="person.last_name", c2="person.first_name", c3="person.email", c4="person.organisation"
    )
    rows = _rows(browser.get(_address(study, number)).text)
    assert [row[2].rpartition("/")[0] for row in rows] == [
        f"Jeanne Martin /studies/{study.id}/people",
        f"Paul Petit /studies/{study.id}/people",
    ]


def test_a_long_list_has_pages_that_keep_the_verdict(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = _applied(browser, study, csv("Entreprise,Ville", *(f"Alpha {n},Morteau" for n in range(60))))
    first = browser.get(_address(study, number, "?verdict=new")).text
    assert len(_rows(first)) == 50
    assert f"{_address(study, number)}?verdict=new&amp;page=2" in first
    assert len(_rows(browser.get(_address(study, number, "?verdict=new&page=2")).text)) == 10


def test_rows_that_were_known_already_are_counted_and_said_not_to_be_listed(browser: FlaskClient, study: Study, csv: Csv) -> None:
    _applied(browser, study, csv("Entreprise,Ville", "Alpha,Morteau"))
    number = _applied(browser, study, csv("Entreprise,Ville", "Alpha,Morteau", "Beta,Maîche"))
    page = browser.get(_address(study, number)).text
    assert "sont comptées, mais ne figurent pas dans la liste" in page
    assert [row[0] for row in _rows(page)] == ["3"]
    assert "Aucune ligne de cette sorte." in browser.get(_address(study, number, "?verdict=refused")).text


def test_after_undoing_no_link_leads_to_what_is_gone_and_what_was_kept_can_be_listed(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = _applied(browser, study, csv("Entreprise,Ville", "Alpha,Morteau", "Beta,Maîche"))
    with unit_of_work() as session, unscoped("somebody edits what was imported"):
        session.query(Organisation).filter_by(name="Beta").one().notes = "Edited"
    browser.post(_address(study, number, "/undo"))
    assert batch(number).state is BatchState.PARTLY_REVERTED
    rows = _rows(browser.get(_address(study, number)).text)
    assert [(row[0], "/organisations/" in row[2]) for row in rows] == [("2", False), ("3", True)]
    kept = browser.get(_address(study, number, "?verdict=kept")).text
    assert [row[0] for row in _rows(kept)] == ["3"]
    assert f"{_address(study, number)}?verdict=kept" in browser.get(_address(study, number)).text
