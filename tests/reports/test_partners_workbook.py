"""The workbook for partners: figures equal those on the page, no notes, no contact details, and an account of what is left out."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from consult.organisations.people_models import PersonEmail
from consult.reports import figures, partners
from consult.reports.excel import workbook_for_partners
from consult.studies.models import Study
from tests.factories import Make

SECRETS = ("Confidential words", "secret@example.org", "Dupont", "+33381000000", "In short")


@pytest.fixture
def study(make: Make) -> Study:
    """A study with one brand met, one strict interview and one draft, with words and contacts that must not leave."""
    study = make.study(client="Cluster", funder="ANCT")
    segment = make.segment(study, "brand", goal_min=2)
    brand = make.organisation(
        study, "=Ateliers de la Combe", participation={"segment_id": segment.id}, phone="+33381000000", email="secret@example.org"
    )
    strict = make.organisation(study, "Strict SA", participation={"segment_id": segment.id})
    make.person(brand, "Dupont", emails=[PersonEmail(address="secret@example.org")])
    make.interview(study, brand, state="validated", note="Confidential words", summary="In short")
    make.interview(study, strict, state="validated", confidentiality="strict")
    make.interview(study, brand, state="draft")
    return study


def _book(study: Study, language: str = "en") -> Any:
    return openpyxl.load_workbook(BytesIO(workbook_for_partners(partners.content(study.id), language).read()))


def _cells(book: Any) -> list[Any]:
    return [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_its_figures_are_those_of_the_page(study: Study) -> None:
    shown = {figure.code: figure.value for figure in figures.figures(study.id)}
    rows = [row for row in _book(study)["Figures"].iter_rows(values_only=True) if row[3] in shown]
    assert {row[3]: row[1] for row in rows} == {code: float(value or 0) for code, value in shown.items()}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_holds_neither_words_nor_contacts(study: Study, language: str) -> None:
    everything = " ".join(str(value) for value in _cells(_book(study, language)))
    assert [secret for secret in SECRETS if secret in everything] == []


def test_a_strict_interview_is_counted_said_and_not_listed(study: Study) -> None:
    book = _book(study)
    assert [row[3] for row in book["Interviews"].iter_rows(values_only=True) if row[3]] == ["Organisation", "=Ateliers de la Combe"]
    assert "1 strict interview: counted in the figures, not listed." in _cells(book)
    assert "1 interview not validated yet: neither counted nor listed." in _cells(book)


def test_a_name_that_begins_like_a_formula_stays_text(study: Study) -> None:
    cell = next(c for row in _book(study)["Organisations"].iter_rows() for c in row if c.value == "=Ateliers de la Combe")
    assert cell.data_type != "f"


def test_coverage_has_a_native_chart_and_dates_are_dates(study: Study) -> None:
    book = _book(study)
    assert len(book["Coverage"]._charts) == 1
    assert any(getattr(cell, "year", None) == 2023 for cell in _cells(book))


def test_a_study_without_anything_still_makes_a_workbook(make: Make) -> None:
    book = _book(make.study("Empty"))
    assert len(book.sheetnames) >= 5
