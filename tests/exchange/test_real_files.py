"""The files that people really have: imported, imported again, undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exchange.conftest import Importer, fingerprint, total

INSTITUTIONS = {
    "nom": "name",
    "contact_email": "email",
    "contact_phone": "phone",
    "url": "website",
    "streetAddress": "address",
    "postalCode": "postcode",
    "addressLocality": "commune",
    "codeinsee": "commune_code",
    "latitude": "latitude",
    "longitude": "longitude",
    "commentaire": "notes",
}


def test_the_directory_of_institutions_is_new_then_the_same_then_gone(importer: Importer, shared: Path) -> None:
    path, before = shared / "data" / "institutions_doubs_dila_2016.csv", fingerprint()
    ref, first = importer.apply(path)
    assert first.counts == {"new": 233, "changed": 0, "same": 0, "refused": 0, "ambiguous": 0}
    assert (total("organisation"), total("site"), total("participation")) == (233, 233, 233)
    audited, present = total("audit_entry"), fingerprint()
    _again, second = importer.apply(path)
    assert second.counts["same"] == 233
    assert (total("audit_entry"), total("import_row"), fingerprint()) == (audited, 233, present)
    report = importer.undo(ref)
    assert (report.reversed, report.kept, report.failed) == (233, [], [])
    assert fingerprint() == before


def test_each_column_of_the_directory_is_known_or_left_open(importer: Importer, shared: Path) -> None:
    table, _plan = importer.plan(shared / "data" / "institutions_doubs_dila_2016.csv")
    assert (table.entity, table.layout.header_row, table.layout.last_row, table.layout.records) == ("organisation", 1, 234, 233)
    found = {use.proposed.header: use.field.removeprefix("organisation.") for use in table.uses if use.field}
    assert found == INSTITUTIONS


def test_every_cell_of_the_directory_has_its_place(importer: Importer, shared: Path) -> None:
    _table, plan = importer.plan(shared / "data" / "institutions_doubs_dila_2016.csv")
    cells = plan.cells
    assert cells.read == cells.fields + cells.extra + cells.refused + cells.ignored > 3000


def test_the_stakeholders_under_a_title_are_found(importer: Importer, shared: Path) -> None:
    table, plan = importer.plan(shared / "data" / "stakeholders_xy_mit.xlsx")
    assert (table.layout.header_row, table.layout.last_row, plan.counts["new"]) == (3, 12, 9)
    ref, _plan = importer.apply(shared / "data" / "stakeholders_xy_mit.xlsx")
    _table, again = importer.plan(shared / "data" / "stakeholders_xy_mit.xlsx")
    assert again.counts["same"] == 9
    importer.undo(ref)
    assert total("organisation") == 0


@pytest.mark.parametrize(
    "name", ["plan_action_exemple_rempli_tet.xlsx", "plan_action_modele_import_tet.xlsx", "interview_study_survey_answers_ccby.xlsx"]
)
def test_files_of_another_kind_are_recognised_and_left_alone(importer: Importer, shared: Path, name: str) -> None:
    table, plan = importer.plan(shared / "data" / name)
    assert table.entity is None
    assert plan.rows == []
    assert all(use.field is None for use in table.uses)
