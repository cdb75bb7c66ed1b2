"""Workbooks that nobody would make by hand: each is read and planned without losing a cell, or refused with its reason; nothing else."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from consult.excel import ImportRejected
from consult.excel.values import is_nothing
from consult.exchange.fields import MAIN
from consult.kernel.errors import Refused
from tests.exchange.conftest import Importer, importer, lead, study
from tests.faults.amounts import amount

__all__ = ["importer", "lead", "study"]

HEADERS = st.one_of(
    st.sampled_from(
        "Nom|Raison sociale|SIREN|N° SIRET|Commune|CP|Code NAF|Effectif|Tél.|E-mail|Site web|Contact|Prénom|Fonction|Segment|Date|Notes|"
        "Nature|Interlocuteurs|Créée le|Entreprise|Nom |nom|NOM\u0301|No\u200bm|=1+1|<b>Nom</b>|%(label)s|Total|".split("|")
    ),
    st.text(max_size=12),
    st.dates(dt.date(2019, 1, 1), dt.date(2024, 12, 31)),
    st.integers(1990, 2030),
)
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        "Microméca SARL|732829320|73282932000074|26.52Z – Horlogerie|25000 Besançon CEDEX|Mme Claire MOREL|Claire Morel; Jean Roy|10 à 19|"
        "03 81 11 22 33|381112233|a@b.fr ; c@d.fr|12/13/2020|29/02/1900|31/02/2021|"
        "1 234,5 k€|VRAI|x|✓|N/A|néant|-|\u00a0|\u202f\ufeff|TOTAL|"
        "#REF!|'=2+2|{{ 7*7 }}|_x000D_|_x0041_".split("|")
    ),
    st.text("\x07\x0b\x1f\t\n\r\u2028\u200b\u202e é", max_size=6),
)
CELLS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.none(),
    TEXTS,
    TEXTS,
    st.integers(-(10**16), 10**16),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)),
    st.datetimes(dt.datetime.fromisoformat("1900-03-01"), dt.datetime.fromisoformat("2200-01-01")),
    st.times(),
    st.sampled_from(["=A1&B1", "=1/0", "#N/A", "#DIV/0!"]),
)
SPOT = st.tuples(st.integers(1, 12), st.integers(1, 8), st.integers(0, 3), st.integers(0, 2))
SHEET = st.fixed_dictionaries(
    {
        "above": st.lists(st.lists(CELLS, max_size=3), max_size=3),
        "headers": st.lists(HEADERS, max_size=7),
        "rows": st.lists(st.lists(CELLS, max_size=8), max_size=9),
        "from_column": st.integers(0, 2),
        "merged": st.lists(SPOT, max_size=2),
        "hidden_columns": st.sets(st.integers(1, 8), max_size=2),
        "hidden_rows": st.sets(st.integers(1, 12), max_size=2),
        "state": st.sampled_from(["visible", "visible", "hidden", "veryHidden"]),
        "far": st.booleans(),
    }
)
BOOK = st.lists(SHEET, min_size=1, max_size=3)


def _write(path: Path, sheets: list[dict[str, Any]]) -> None:
    book = openpyxl.Workbook()
    for number, made in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None
        grid = [*made["above"], made["headers"], *made["rows"]]
        for row, values in enumerate(grid, 1):
            for column, value in enumerate(values, 1 + made["from_column"]):
                sheet.cell(row, column, ILLEGAL_CHARACTERS_RE.sub("\u00a4", value) if isinstance(value, str) else value)
        for top, left, down, right in made["merged"]:
            sheet.merge_cells(start_row=top, start_column=left, end_row=top + down, end_column=left + right)
        for column in made["hidden_columns"]:
            sheet.column_dimensions[get_column_letter(column)].hidden = True
        for row in made["hidden_rows"]:
            sheet.row_dimensions[row].hidden = True
        sheet.sheet_state = made["state"] if number else "visible"
        if made["far"]:
            sheet.cell(3000, 60, "loin")
    book.save(path)


BOUNDED: dict[str, Any] = {
    "phases": (Phase.explicit, Phase.reuse, Phase.generate),
    "deadline": dt.timedelta(seconds=30),
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
}


@settings(max_examples=amount(20, 3_000), **BOUNDED)
@given(sheets=BOOK, entity=st.sampled_from([None, None, *MAIN]))
def test_a_made_workbook_is_planned_to_the_last_cell_or_refused(
    importer: Importer, sheets: list[dict[str, Any]], entity: str | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fichier.xlsx"
        _write(path, sheets)
        try:
            table, plan = importer.plan(path, **({"entity": entity} if entity else {}))
        except (ImportRejected, Refused) as refusal:
            reason = refusal
        else:
            cells = plan.cells
            assert cells.read == cells.fields + cells.extra + cells.refused + cells.ignored
            assert table.entity is None or len(plan.rows) == table.layout.records
            return
    assert isinstance(reason, Refused) and reason.code.startswith("import_") or all(map(reason.sentence, ("fr", "en")))


@settings(max_examples=amount(10, 1_000), **BOUNDED)
@given(rows=st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_every_cell_that_shows_something_is_counted(importer: Importer, rows: list[list[str]]) -> None:
    """Against a count of what was written: every row below the headers is said to be a record."""
    kept = [["Alpha", "Dole", "a"], *([ILLEGAL_CHARACTERS_RE.sub("", value) for value in row] for row in rows)]
    numbers = list(range(2, 2 + len(kept)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fichier.xlsx"
        _write(path, [{**PLAIN, "headers": ["Entreprise", "Ville", "Libre"], "rows": kept}])
        _table, plan = importer.plan(path, entity="organisation", header_row=1, records=numbers, last_row=numbers[-1])
    shown = [value.replace("_x000D_", "\r") for row in kept for value in row]  # so a sheet writes a line break
    written = sum(1 for value in shown if not is_nothing(value))
    assert plan.cells.read == written


PLAIN = {"above": [], "from_column": 0, "merged": [], "hidden_columns": set(), "hidden_rows": set(), "state": "visible", "far": False}
