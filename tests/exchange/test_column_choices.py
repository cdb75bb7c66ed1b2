"""What is chosen beside the field of each column: what parts several values, and what stands where the file says nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from consult.studies.models import Study
from tests.exchange.conftest import batch, number_in, send, total
from tests.exchange.test_proposals import kinds
from tests.exchange.test_wizard import _address, _apply

Csv = Callable[..., Path]


@pytest.fixture
def sent(browser: FlaskClient, study: Study, csv: Csv) -> Callable[..., int]:
    """Send a file and choose for its columns, then apply it; gives the batch's number."""

    def done(lines: list[str], entity: str = "organisation", **chosen: Any) -> int:
        number = number_in(send(browser, study, csv(*lines)).location)
        columns = {f"c{c['index']}": c["field"] or "" for c in batch(number).found["columns"]}
        data = {"entity": entity, "frame": "out", **columns, **chosen}
        assert browser.post(_address(study, number, "/columns"), data=data).status_code == 303
        _apply(browser, study, number)
        return number

    return done


PEOPLE = ["Structure;Ville;Contact", "Alpha;Morteau;Jeanne Morel / Paul Roy", "Beta;Maîche;Luc Petit"]


@pytest.mark.parametrize(("chosen", "people"), [("", 3), ("whole", 2), ("3", 3)])
def test_the_people_of_a_cell_are_parted_as_proposed_or_by_choice(sent: Callable[..., int], chosen: str, people: int) -> None:
    sent(PEOPLE, m3=chosen)
    assert total("person") == people


def test_the_page_says_what_is_proposed_and_what_stands_where_nothing_is_said(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = number_in(send(browser, study, csv(*PEOPLE)).location)
    page = browser.get(_address(study, number, "/columns")).text.replace("\xa0", " ")
    assert "Comme proposé : séparées par des barres obliques" in page
    assert 'name="d-organisation.kind"' in page
    assert 'name="d-interview.kind"' not in page
    assert 'name="m2"' not in page


def test_the_kind_that_nothing_tells_is_the_one_chosen_and_remembered(sent: Callable[..., int]) -> None:
    sent(["Structure;Ville", "Zorglub;Morteau", "Mairie de Maîche;Maîche"], **{"d-organisation.kind": "association"})
    assert kinds() == {"Zorglub": "association", "Mairie de Maîche": "local_authority"}
    again = sent(["structure;ville", "Autre;Morteau"], **{"d-organisation.kind": "association"})
    assert batch(again).choices["defaults"] == {"organisation.kind": "association"}


def test_a_choice_that_the_page_does_not_offer_is_refused(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = number_in(send(browser, study, csv(*PEOPLE)).location)
    columns = {f"c{c['index']}": c["field"] or "" for c in batch(number).found["columns"]}
    for more in ({"m3": "x"}, {"d-organisation.kind": "x"}):
        data = {"entity": "organisation", "frame": "out", **columns, **more}
        assert browser.post(_address(study, number, "/columns"), data=data).status_code == 422
