"""A long file is previewed in the background, and what is wrong with it is told in the language of whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from consult.exchange import files, previewing, wizard_views
from consult.exchange.models import BatchState
from consult.studies.models import Study
from tests.exchange.conftest import batch
from tests.exchange.test_wizard import _address, _previewed, _selected

Csv = Callable[..., Path]


def test_a_long_file_is_previewed_in_the_background(browser: FlaskClient, study: Study, csv: Csv, monkeypatch: pytest.MonkeyPatch) -> None:
    number = _previewed(browser, study, csv("Entreprise,Ville", "Alpha,Morteau", "Beta,Maîche", ",Morteau"))
    monkeypatch.setattr(wizard_views, "AT_ONCE", 1)
    answer = _decide(browser, study, number)
    assert "/jobs/" in answer.location
    assert "<h1>Ce que l’import changerait</h1>" in browser.get(answer.location).text
    assert (batch(number).state, batch(number).counts["new"]) == (BatchState.PREVIEWED, 2)
    assert browser.get(_address(study, number, "/preview")).status_code == 200
    answer = browser.post(_address(study, number, "/decisions"), data={"d-2-organisation": "skip"})
    assert "/jobs/" in answer.location
    assert batch(number).counts["refused"] == 2


def test_a_file_that_is_gone_is_told_in_the_readers_language(
    browser: FlaskClient, study: Study, csv: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = _previewed(browser, study, csv("Entreprise,Ville", "Alpha,Morteau", "Beta,Maîche"))
    monkeypatch.setattr(wizard_views, "AT_ONCE", 1)
    monkeypatch.setattr(previewing, "foresee", _lost)
    answer = _decide(browser, study, number)
    assert "Le classeur est endommagé" in browser.get(answer.location).text
    assert batch(number).state is BatchState.PARSED


def _decide(browser: FlaskClient, study: Study, number: int) -> Any:
    """Send the columns as they are proposed."""
    page = browser.get(_address(study, number, "/columns")).text
    chosen = {name: _selected(page, name) for name in ("entity", "frame", "c1", "c2")}
    return browser.post(_address(study, number, "/columns"), data=chosen)


def _lost(*_given: object) -> None:
    files.opened(Path("/nowhere.csv"), "nowhere.csv", {}, 10)
