"""Awkward spreadsheets through the pages: each step has an answer to each of them, and none of them is an error of ours."""

from __future__ import annotations

import dataclasses
import os
import random
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.studies.models import Study
from tests.excel.odd_files import OPEN, PACKAGES, TEXTS, zipped
from tests.exchange.conftest import browser, lead, send, study
from tests.faults.amounts import SEED, amount

__all__ = ["browser", "lead", "study"]


@pytest.fixture
def patient_app(app: Flask) -> Flask:
    """An installation in which any number of files may be sent within an hour."""
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], imports_per_hour=100_000)
    return app


def _steps(browser: FlaskClient, study: Study, path: Path) -> list[tuple[str, int]]:
    """Send a file and go through the pages that propose what to do with it; what each of them answered."""
    sent = send(browser, study, path)
    told = [("upload", sent.status_code)]
    if sent.status_code == 303:
        here = sent.location.rpartition("/")[0]
        told += [(step, browser.get(f"{here}/{step}").status_code) for step in ("table", "columns")]
        told.append(("plan", browser.post(f"{here}/columns", data={"entity": "organisation"}).status_code))
    return told


def _faults(browser: FlaskClient, study: Study, files: list[Path]) -> dict[str, list[tuple[str, int]]]:
    told = {path.name: _steps(browser, study, path) for path in files}
    return {name: steps for name, steps in told.items() if any(code >= 500 or code == 429 for _, code in steps)}


@pytest.mark.usefixtures("patient_app")
def test_files_from_elsewhere_are_answered(browser: FlaskClient, study: Study, shared: Path) -> None:
    """A seeded sample, all of them in a long run; those of another folder if CONSULT_HOSTILE names one."""
    folder = Path(os.environ.get("CONSULT_HOSTILE") or shared / "data" / "hostile")
    found = sorted(path for path in folder.iterdir() if path.name != "MANIFEST.tsv")
    files = random.Random(SEED).sample(found, amount(20, len(found)))
    assert not _faults(browser, study, files), f"seed {SEED}"


@pytest.mark.usefixtures("patient_app")
def test_files_of_our_own_are_answered(browser: FlaskClient, study: Study, tmp_path: Path) -> None:
    bodies = {f"{number}.xlsx": zipped(make()) for number, make in enumerate(PACKAGES.values())}
    bodies |= {f"{number}.ods": body for number, (body, _) in enumerate(OPEN.values())}
    bodies |= {f"{number}.csv": body for number, (body, _) in enumerate(TEXTS.values())}
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
    chosen = random.Random(SEED).sample(sorted(bodies), amount(15, len(bodies)))
    assert not _faults(browser, study, [tmp_path / name for name in chosen]), f"seed {SEED}"
