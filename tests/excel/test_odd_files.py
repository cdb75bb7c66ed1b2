"""What a person sees in a file is what is read, however oddly its writer put it; and what cannot be read is refused by its true name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from consult.excel import ImportRejected, Limits, Reason, open_source
from tests.excel.making import NS, RELS, inline, package, sheet_xml
from tests.excel.odd_files import CELLS, OPEN, PACKAGES, SEEN, SHEET, TEXTS, Rows, numbered, parts, shown, table, tables, zipped


def read(path: Path, body: bytes) -> Rows:
    path.write_bytes(body)
    with open_source(path) as source:
        return [[cell for cell in row if cell != "" or len(row) < 3] for row in source.rows(0)]


@pytest.mark.parametrize("oddity", PACKAGES)
def test_a_workbook_is_read_however_its_package_is_made(tmp_path: Path, oddity: str) -> None:
    assert read(tmp_path / "a.xlsx", zipped(PACKAGES[oddity]())) == SEEN


@pytest.mark.parametrize(("cell", "value"), CELLS)
def test_a_cell_of_an_unknown_kind_shows_what_it_holds(tmp_path: Path, cell: str, value: Any) -> None:
    data = f'<row r="1">{inline("A1", "Nom")}<c r="B1" {cell}</c></row>'
    assert read(tmp_path / "a.xlsx", zipped({**parts(), SHEET: sheet_xml(data)})) == [["Nom", value]]


@pytest.mark.parametrize("oddity", OPEN)
def test_an_opendocument_table_gives_what_it_shows(tmp_path: Path, oddity: str) -> None:
    body, rows = OPEN[oddity]
    assert read(tmp_path / "a.ods", body) == rows


@pytest.mark.parametrize("oddity", TEXTS)
def test_a_text_table_is_read_with_the_faults_of_old_programs(tmp_path: Path, oddity: str) -> None:
    body, rows = TEXTS[oddity]
    assert read(tmp_path / "a.csv", body) == rows


@pytest.mark.parametrize("body", [b" \t \n", b"\n\n  \n;;\n", b"\xef\xbb\xbf", b"\xff\xfe", "\u00a0;\u200b\n".encode()])
def test_a_text_of_spaces_holds_no_data(tmp_path: Path, body: bytes) -> None:
    assert _refused(tmp_path / "a.csv", body) is Reason.NO_DATA


def _refused(path: Path, body: bytes) -> Reason:
    path.write_bytes(body)
    with pytest.raises(ImportRejected) as caught:
        open_source(path)
    return caught.value.code


def test_a_macro_sheet_or_chart_in_front_is_no_table(tmp_path: Path) -> None:
    content = parts()
    front = '<sheets><sheet name="G" sheetId="2" r:id="rId9"/>'
    link = f'<Relationship Id="rId9" Type="{RELS}/xlMacrosheet" Target="macrosheets/sheet1.xml"/></Relationships>'
    content["xl/workbook.xml"] = str(content["xl/workbook.xml"]).replace("<sheets>", front)
    content["xl/_rels/workbook.xml.rels"] = str(content["xl/_rels/workbook.xml.rels"]).replace("</Relationships>", link)
    content["xl/macrosheets/sheet1.xml"] = f'<macrosheet xmlns="{NS}"/>'
    assert read(tmp_path / "a.xlsx", zipped(content)) == SEEN


@pytest.mark.parametrize(
    ("part", "body"),
    [
        (SHEET, sheet_xml('<row r="1"><c r="A1" t="s"><v>300</v></c></row>')),
        (SHEET, sheet_xml(f'<row r="1">{inline("A1", "x")}{inline("ZZZZ1", "y")}</row>')[:-30]),
        (SHEET, ""),
        ("xl/sharedStrings.xml", '<?xml version="1.0"?><sst><si><t>caf\xe9'),
    ],
    ids=["a string that is not there", "a sheet cut short", "an empty sheet part", "strings cut short"],
)
def test_a_sheet_that_nobody_can_make_whole_is_called_damaged(tmp_path: Path, part: str, body: str) -> None:
    assert _refused(tmp_path / "a.xlsx", zipped({**parts(), part: body})) is Reason.DAMAGED


def test_a_document_type_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    late = "<?xml version='1.0'?>" + "<!-- x -->" * 150_000 + "<!DOCTYPE a [<!ENTITY b 'c'>]><sst/>"
    assert _refused(tmp_path / "a.xlsx", zipped({**parts(), "xl/sharedStrings.xml": late})) in (Reason.DTD, Reason.ZIP_BOMB, Reason.DAMAGED)


def test_an_encrypted_opendocument_file_is_said_to_be(tmp_path: Path) -> None:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        'manifest:media-type="text/xml" manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
        "</manifest:manifest>"
    )
    body = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": bytes(range(256)),
        "META-INF/manifest.xml": manifest,
    }
    assert _refused(tmp_path / "a.ods", zipped(body)) is Reason.ENCRYPTED  # type: ignore[arg-type]


@pytest.mark.parametrize("repeat", ['table:number-columns-repeated="16384"', 'table:number-columns-repeated="4294967295"'])
def test_cells_repeated_to_the_end_of_the_sheet_are_too_many(tmp_path: Path, repeat: str) -> None:
    cell = shown("<text:p>x</text:p>", f'office:value-type="string" {repeat}')
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    body = tables(f'<table:table table:name="L">{row}</table:table>')
    assert _refused(tmp_path / "a.ods", body) in (Reason.TOO_MANY_COLUMNS, Reason.TOO_MANY_ROWS, Reason.TOO_HEAVY)


def test_a_heading_does_not_cost_the_last_record_of_the_most_that_fit(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", sheet_xml(numbered(302)))
    with open_source(path, limits=Limits(rows=300)) as source:
        assert (source.sheets[0].cells, source.sheets[0].stray) == (302, ())


def test_a_table_that_goes_on_beyond_the_limit_is_too_long_even_by_one_cell(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", sheet_xml(numbered(401)))
    with pytest.raises(ImportRejected) as caught:
        open_source(path, limits=Limits(rows=300))
    assert caught.value.code is Reason.TOO_MANY_ROWS


def test_tables_of_one_name_are_both_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    path.write_bytes(tables(table(shown("<text:p>a</text:p>", "")) + table(shown("<text:p>b</text:p>", ""))))
    with open_source(path) as source:
        assert [sheet.cells for sheet in source.sheets] == [1, 1]
