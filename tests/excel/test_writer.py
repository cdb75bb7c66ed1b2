"""What is written opens everywhere and says what was given, text never as a formula."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.excel import BarChart, Column, Properties, Sheet, Workbook, csv_rows, open_source, quoted, safe_title, unquoted
from consult.excel.stream import LONGEST, fit_text


def written(path: Path, *sheets: Sheet) -> Path:
    book = Workbook(Properties("Essai"))
    for sheet in sheets:
        book.sheet(sheet)
    book.save(path)
    return path


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    texts = ["=1+1", "+33", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0"]
    path = written(tmp_path / "a.xlsx", Sheet("=A", [Column("=Nom")], ([text] for text in texts), above=["=titre"]))
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    values = [cell.value for cell in sheet["A"] if cell.value]
    assert values == ["=titre", "=Nom", *texts]
    assert {cell.data_type for cell in sheet["A"] if cell.value} <= {"s", "inlineStr"}


def test_dates_numbers_and_truth_are_real_ones(tmp_path: Path) -> None:
    kinds = ["date", "datetime", "integer", "money", "yes_no", "text"]
    row = [date(2024, 2, 29), datetime(2024, 1, 1, 12, 30, tzinfo=UTC), 12, 1234.5, True, "007"]
    with open_source(written(tmp_path / "a.xlsx", Sheet("S", [Column(kind, kind) for kind in kinds], [row]))) as source:
        assert list(source.rows(0))[1] == [
            date(2024, 2, 29),
            datetime(2024, 1, 1, 12, 30, tzinfo=UTC).replace(tzinfo=None),
            12,
            1234.5,
            True,
            "007",
        ]


def test_numbers_stand_to_the_right_and_off_their_neighbour_their_header_too_and_days_to_the_left(tmp_path: Path) -> None:
    columns = [Column("Valeur", "number"), Column("Jour", "date"), Column("Définition", "note")]
    sheet = openpyxl.load_workbook(written(tmp_path / "a.xlsx", Sheet("S", columns, [[12.5, date(2024, 2, 29), "Texte"]]))).active
    assert sheet is not None
    for row in sheet.iter_rows(min_row=1, max_row=2):
        sides = [(cell.alignment.horizontal, int(cell.alignment.indent)) for cell in row]
        assert sides == [("right", 1), ("left", 0), (None, 0)]


def test_the_header_is_frozen_filtered_and_offers_its_choices(tmp_path: Path) -> None:
    columns = [Column("Nom"), Column("État", choices=("ouvert", "clos")), Column("Lieu", choices=[f"lieu, {n}" for n in range(50)])]
    path = written(tmp_path / "a.xlsx", Sheet("S", columns, [["a", "b", "c"]] * 7, above=["Titre"], total=["Total", None, None]))
    book = openpyxl.load_workbook(path)
    sheet = book["S"]
    assert sheet.auto_filter.ref == "A3:C11"
    assert sheet.freeze_panes == "A4"
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ['"ouvert,clos"', "'_lists'!$A$1:$A$50"]
    assert sheet["A11"].font.bold
    assert book["_lists"].sheet_state == "hidden"


def test_charts_draw_the_rows_that_were_streamed(tmp_path: Path) -> None:
    chart = BarChart("Couverture", (2, 3))
    path = written(
        tmp_path / "a.xlsx",
        Sheet(
            "Chiffres",
            [Column("S"), Column("But", "integer"), Column("Fait", "integer")],
            ([f"s{n}", n, n] for n in range(6)),
            charts=[chart],
        ),
    )
    with zipfile.ZipFile(path) as archive:
        assert b"$B$2:$B$7" in archive.read("xl/charts/chart1.xml")
        assert b"10485" not in archive.read("xl/charts/chart1.xml")


def test_a_text_too_long_for_a_cell_is_kept_whole_elsewhere(tmp_path: Path) -> None:
    long = "début " + "x" * (LONGEST * 2) + " fin"
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx", Sheet("S", [Column("Note", "note")], [[long]])))
    place, cell, *pieces = next(book["Textes longs"].iter_rows(values_only=True))
    assert (place, cell, "".join(str(piece) for piece in pieces if piece)) == ("S", "A2", long)
    assert "Textes longs" not in openpyxl.load_workbook(written(tmp_path / "b.xlsx", Sheet("S", [Column("N")], [["court"]]))).sheetnames


def test_any_title_makes_a_sheet_and_no_two_are_alike() -> None:
    titles: list[str] = []
    for wanted in ("a/b[c]:*?\\", "A B C", "a b c", "History", "'", "", "x" * 60, "x" * 60):
        titles.append(safe_title(wanted, titles))
    assert len({title.casefold() for title in titles}) == len(titles)
    assert all(0 < len(title) <= 31 for title in titles)


TRAPS = ["_x000D_", " a ", "a\r\nb", "\x0b\x00", "\ud800", "=1", "<&>", "\ufffe", "\u202f"]
CELL = st.one_of(
    st.text(max_size=40),
    st.sampled_from(TRAPS),
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.none(),
    st.dates(date(1900, 3, 1), date(2200, 1, 1)),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_is_written_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]) -> None:
    path = tmp_path_factory.mktemp("w") / "a.xlsx"
    written(path, Sheet("S", [Column(name) for name in "abc"], rows))
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            found = sheet.cell(number, column).value
            if isinstance(value, str):
                assert (found or "") == fit_text(value).replace("_x000D_", "_x005F_x000D_") or (found or "") == fit_text(value)
            elif isinstance(value, date):
                assert found is not None
            elif isinstance(value, float):
                assert found == pytest.approx(value)
            else:
                assert found == value


@given(st.text(max_size=30))
def test_the_quote_before_formulas_is_reversible(text: str) -> None:
    assert unquoted(quoted(text)) == text
    assert not quoted(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_carries_its_mark_and_no_formula() -> None:
    body = b"".join(csv_rows(["Nom", "Tél"], [["=1+1", "+33"], ["é;", -5], [date(2024, 1, 2), None]]))
    assert body.decode("utf-8") == "\ufeffNom;Tél\r\n'=1+1;'+33\r\n\"é;\";-5\r\n2024-01-02;\r\n"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not here")
def test_libreoffice_opens_it_and_sees_the_same_cells(tmp_path: Path) -> None:
    rows = [[f"Société {n} & <Fils>", n, date(2024, 1, 1 + n), "=A1"] for n in range(20)]
    columns = [Column("Nom", note="aide"), Column("N", "integer"), Column("Jour", "date"), Column("F", choices=("a", "b"))]
    path = written(tmp_path / "a.xlsx", Sheet("S", columns, rows, charts=[BarChart("C", (2,))]))
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/lo",
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):59,34,76",
        "--outdir",
        str(tmp_path),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    lines = io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8")).read().splitlines()
    assert lines[1] == "Société 0 & <Fils>;0;01/01/2024;=A1"
    assert len(lines) == 21
