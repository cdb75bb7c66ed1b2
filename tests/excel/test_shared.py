"""The real files kept beside the repository: each is located and counted rightly, and each column mapped as a person would."""

from __future__ import annotations

from pathlib import Path

import pytest

from consult.excel import FileKind, open_source, propose, propose_sheet, records
from tests.excel.registry import REGISTRY

EXPECTED = {
    "institutions_doubs_dila_2016.csv": (1, 2, 234, 233, "organisation"),
    "stakeholders_xy_mit.xlsx": (3, 4, 12, 9, "organisation"),
    "epci_fr.csv": (1, 2, 1256, 1255, "organisation"),
    "communes_fr.csv": (1, 2, 34_970, 34_969, None),
    "naf_rev2.csv": (1, 2, 733, 732, None),
    "aides_territoires_categories_porteurs.csv": (1, 2, 110, 109, None),
    "aides_territoires_exemple_schema33.csv": (1, 2, 2, 1, None),
    "plan_action_exemple_rempli_tet.xlsx": (2, 4, 10, 7, None),
    "plan_action_modele_import_tet.xlsx": (2, 0, 0, 0, None),
}
INSTITUTIONS = "- kind name - - email phone - url address postcode commune insee latitude longitude notes".split()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_file_is_located_and_counted(shared: Path, name: str) -> None:
    with open_source(shared / "data" / name) as source:
        sheet, layout = propose_sheet(source)
        mapping = propose(layout, REGISTRY)
        assert (layout.header_row, layout.first_row, layout.last_row, layout.records, mapping.entity) == EXPECTED[name]
        assert sum(1 for _ in records(source, sheet, layout)) == layout.records


def test_each_column_of_the_institutions_has_its_field(shared: Path) -> None:
    with open_source(shared / "data" / "institutions_doubs_dila_2016.csv") as source:
        columns = propose(propose_sheet(source)[1], REGISTRY).columns
        assert [column.field for column in columns] == [None if name == "-" else f"organisation.{name}" for name in INSTITUTIONS]


def test_actions_and_answers_are_known_by_name_and_left_open(shared: Path) -> None:
    for name, kind in (
        ("plan_action_exemple_rempli_tet.xlsx", FileKind.ACTIONS),
        ("interview_study_survey_answers_ccby.xlsx", FileKind.SURVEY),
    ):
        with open_source(shared / "data" / name) as source:
            mapping = propose(propose_sheet(source)[1], REGISTRY)
            assert (mapping.kind, mapping.entity, mapping.fields()) == (kind, None, {})


def test_the_template_of_actions_shows_its_help_its_example_and_what_is_hidden(shared: Path) -> None:
    with open_source(shared / "data" / "plan_action_modele_import_tet.xlsx") as source:
        sheet, layout = propose_sheet(source)
        assert sheet.name == "Fichier dimport"
        assert [(row.row, row.reason.value) for row in layout.not_records] == [(1, "header"), (3, "help"), (4, "help"), (5, "example")]
        assert {remark.value for remark, _ in layout.remarks} == {"hidden_columns", "hidden_sheet"}
