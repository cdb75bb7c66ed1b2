"""Workbooks and text tables as odd writers make them, each with the rows that a person sees in it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

from tests.excel.making import BOOK, BOOK_RELS, NS, RELS, ROOT_RELS, TYPES, inline, sheet_xml

Parts = dict[str, str | bytes]
Rows = list[list[Any]]
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
BOOK_PART, RELS_PART = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SEEN: Rows = [["Nom", "Ville"], ["Élan", 12]]
_DATA = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>12</v></c></row>'
)
_STRINGS = f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{NS}"><si><t>Nom</t></si><si><t>Ville</t></si><si><t>Élan</t></si></sst>'
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="{NS}"><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)
_LINKS = BOOK_RELS.replace(
    "</Relationships>",
    f'<Relationship Id="rId2" Type="{RELS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId3" Type="{RELS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
)


def parts() -> Parts:
    """A plain workbook by its parts."""
    return {
        "[Content_Types].xml": TYPES, "_rels/.rels": ROOT_RELS, BOOK_PART: BOOK, RELS_PART: _LINKS, STYLES: _STYLES, STRINGS: _STRINGS,
        SHEET: sheet_xml(_DATA),
    }  # fmt: skip


def zipped(content: Parts) -> bytes:
    """The parts as a file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in content.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def _book(name: str, old: str, new: str) -> Parts:
    return {**parts(), name: str(parts()[name]).replace(old, new)}


def _named(change: Callable[[str], str]) -> Parts:
    return {change(name): body for name, body in parts().items()}


def _without(*names: str) -> Parts:
    return {name: body for name, body in parts().items() if name not in names}


def _in(name: str, encoding: str, declared: str) -> Parts:
    text = str(parts()[name]).replace("UTF-8", declared)
    return {**parts(), name: text.encode(encoding)}


def _prefixed(text: str) -> str:
    return re.sub(r"<(/?)(?!\?)(\w)", r"<\1ss:\2", text).replace(f'xmlns="{NS}"', f'xmlns:ss="{NS}"')


def _moved() -> Parts:
    return {name: str(body).replace("workbook", "book2") for name, body in _named(lambda name: name.replace("workbook", "book2")).items()}


PACKAGES: dict[str, Callable[[], Parts]] = {
    "no styles": lambda: _without(STYLES),
    "no types": lambda: _without("[Content_Types].xml"),
    "no root relations": lambda: _without("_rels/.rels"),
    "no workbook relations": lambda: _without(RELS_PART),
    "no workbook": lambda: _without(BOOK_PART),
    "root relations that are no XML": lambda: {**parts(), "_rels/.rels": '<?xml version="1.0"?>\nCORRUPTED'},
    "names in capitals": lambda: _named(str.upper),
    "names with backslashes": lambda: _named(lambda name: name.replace("/", "\\")),
    "names from the root": lambda: _named(lambda name: f"/{name}"),
    "names from here": lambda: _named(lambda name: f"./{name}"),
    "another workbook name": _moved,
    "absolute targets": lambda: _book(RELS_PART, 'Target="', 'Target="/xl/'),
    "targets by the parent": lambda: _book(RELS_PART, 'Target="', 'Target="../xl/'),
    "targets with backslashes": lambda: _book(RELS_PART, "worksheets/", "worksheets\\"),
    "escaped targets": lambda: (
        _named(lambda name: name.replace("sheet1", "sheet 1")) | {RELS_PART: _LINKS.replace("sheet1.xml", "sheet%201.xml")}
    ),
    "a state that is none": lambda: _book(BOOK_PART, 'sheetId="1"', 'sheetId="1" state="show"'),
    "a sheet that leads nowhere": lambda: _book(BOOK_PART, "</sheets>", '<sheet name="B" sheetId="2" r:id=""/></sheets>'),
    "styles cut short": lambda: {**parts(), STYLES: _STYLES[:100]},
    "empty styles": lambda: {**parts(), STYLES: ""},
    "prefixes": lambda: {name: _prefixed(str(body)) if name in (SHEET, STRINGS, STYLES) else body for name, body in parts().items()},
    "a dimension that is none": lambda: {**parts(), SHEET: sheet_xml(_DATA, before='<dimension ref="A:XFD"/>')},
    "a merge that is none": lambda: {**parts(), SHEET: sheet_xml(_DATA, '<mergeCells><mergeCell ref="#REF!"/></mergeCells>')},
    "a lying count of strings": lambda: _book(STRINGS, "<sst ", '<sst uniqueCount="4294967295" '),
    "the sheet in UTF-16": lambda: _in(SHEET, "utf-16", "UTF-16"),
    "the workbook in UTF-16": lambda: _in(BOOK_PART, "utf-16", "UTF-16"),
    "the strings in UTF-16": lambda: _in(STRINGS, "utf-16", "UTF-16"),
    "the strings in Latin-1": lambda: _in(STRINGS, "iso-8859-1", "ISO-8859-1"),
    "the strings in CP1252": lambda: _in(STRINGS, "cp1252", "windows-1252"),
    "strings in CDATA": lambda: _book(STRINGS, "Ville", "<![CDATA[Ville]]>"),
    "rich strings": lambda: _book(STRINGS, "<t>Nom</t>", "<r><t>No</t></r><r><rPr><b/></rPr><t>m</t></r>"),
    "strings with readings": lambda: _book(STRINGS, "<t>Nom</t>", '<t>Nom</t><rPh sb="0" eb="1"><t>ナ</t></rPh>'),
    "no references": lambda: {**parts(), SHEET: sheet_xml(re.sub(r'<(c|row) r="\w+"', r"<\1", _DATA))},
    "rows out of order": lambda: {**parts(), SHEET: sheet_xml("".join(reversed(re.findall("<row.*?</row>", _DATA))))},
    "a row given twice": lambda: {**parts(), SHEET: sheet_xml(_DATA.replace("</c><c", '</c></row><row r="1"><c', 1))},
    "a picture with a document type": lambda: {**parts(), "xl/media/a.svg": '<?xml version="1.0"?><!DOCTYPE svg><svg/>'},
    "a part that is a comment": lambda: {**parts(), "customXml/item1.xml": "<!-- nothing -->"},
}
"""Workbooks in which everybody sees `SEEN`."""

CELLS: list[tuple[str, Any]] = [
    ('t="zz"><v>5</v>', 5),
    ('t="n"><v>abc</v>', "abc"),
    ('t="inlineStr"><v>abc</v>', "abc"),
    ('s="9999"><v>5</v>', 5),
    ('t="e"><v>#SPILL!</v>', "#SPILL!"),
    ('t="e"><v>#FOO</v>', "#FOO"),
    ('t="str"><v>a_x000D_b</v>', "a\rb"),
    ("><v>1</v><f>1</f>", 1),
    ("><v>NaN</v>", "nan"),
    ("><v>1e999</v>", "inf"),
]
"""Cells that one library or the other cannot make sense of, with what they show."""

_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)  # fmt: skip


def tables(body: str, encoding: str = "utf-8") -> bytes:
    """An OpenDocument spreadsheet of these tables."""
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><office:document-content {_SPACES}><office:body><office:spreadsheet>{body}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": text.encode(encoding)})


def shown(text: str, attributes: str = 'office:value-type="string"') -> str:
    """A cell of OpenDocument."""
    return f"<table:table-cell {attributes}>{text}</table:table-cell>"


def table(*rows: str, name: str = ' table:name="L"') -> str:
    """A table of OpenDocument."""
    return f"<table:table{name}>" + "".join(f"<table:table-row>{row}</table:table-row>" for row in rows) + "</table:table>"


_NOM = shown("<text:p>Nom</text:p>")
_TRUE = shown("<text:p>x</text:p>", 'office:value-type="boolean" office:boolean-value="1"')
OPEN: dict[str, tuple[bytes, Rows]] = {
    "no type": (tables(table(_NOM + shown("<text:p>a</text:p>", ""))), [["Nom", "a"]]),
    "no value": (tables(table(_NOM + shown("<text:p>12 ans</text:p>", 'office:value-type="float"'))), [["Nom", "12 ans"]]),
    "a type of its own": (tables(table(_NOM + shown("<text:p>a</text:p>", 'office:value-type="void"'))), [["Nom", "a"]]),
    "no number": (tables(table(_NOM + shown("<text:p>a</text:p>", 'office:value-type="float" office:value="x"'))), [["Nom", "a"]]),
    "a true 1": (tables(table(_NOM + _TRUE)), [["Nom", True]]),
    "a broken line": (tables(table(_NOM + shown("<text:p>a<text:line-break/>b</text:p>"))), [["Nom", "a\nb"]]),
    "CDATA": (tables(table(_NOM + shown("<text:p><![CDATA[<b>]]></text:p>"))), [["Nom", "<b>"]]),
    "a table without name": (tables(table(_NOM, name="")), [["Nom"]]),
    "UTF-16": (tables(table(_NOM), "utf-16"), [["Nom"]]),
    "Latin-1": (tables(table(shown("<text:p>Élan</text:p>")), "iso-8859-1"), [["Élan"]]),
}  # fmt: skip
"""OpenDocument files of which calamine loses something, with what they show."""

TEXTS: dict[str, tuple[bytes, Rows]] = {
    "NUL and Ctrl-Z": (b"a;b\x00\nc\x00;d\n\x1a", [["a", "b"], ["c", "d"]]),
    "no final line end": (b"a;b\nc;d", [["a", "b"], ["c", "d"]]),
    "three line ends": (b"a;b\r\nc;d\re;f\ng;h", [["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]]),
    "a stated delimiter": (b"sep=|\na|b;c\n", [[], ["a", "b;c"]]),
    "carets": (b"a^b^c\nd^e^f\n", [["a", "b", "c"], ["d", "e", "f"]]),
    "UTF-8 with a line of CP1252": ("Société;b\n".encode() * 3 + b"caf\xe9;x\n", [["Société", "b"]] * 3 + [["café", "x"]]),
    "UTF-16 without mark": ("Nom;Ville\na;b\n".encode("utf-16-be"), [["Nom", "Ville"], ["a", "b"]]),
    "one cell": (b"a", [["a"]]),
}
"""Text tables, with their rows."""


def numbered(rows: int, first: int = 1) -> str:
    """So many rows of one cell."""
    return "".join(f'<row r="{number}">{inline(f"A{number}", "x")}</row>' for number in range(first, first + rows))
