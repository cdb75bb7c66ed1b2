"""Cells of a sheet read by its headers, in either language; what is wrong is collected with the cell it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from consult.excel import Source
from consult.excel.child.sink import letters
from consult.excel.values import as_text
from consult.guides.columns import LONG_TEXTS, Field, YesNo
from consult.kernel.errors import Refused
from consult.kernel.model import Choice
from consult.kernel.text import clean, fold, squeeze

CUT = " […]"


@dataclass(frozen=True)
class Fault:
    """A cell that is to be mended, and why."""

    sheet: str
    cell: str
    refusal: Refused


@dataclass
class Line:
    """A row of a sheet: its number as a spreadsheet counts it, and its values by field."""

    sheet: str
    number: int
    columns: Mapping[str, int]
    values: dict[str, Any] = field(default_factory=dict)

    def cell(self, name: str) -> str:
        """Return where a value stands, such as C5; the row's first cell for a column that the sheet has not."""
        return f"{letters(self.columns.get(name, 0))}{self.number}"


def lines(source: Source, sheet: str, fields: Sequence[Field], faults: list[Fault]) -> Iterator[Line]:
    """Yield the filled rows of a sheet whose headers stand on its first filled row. Adds to `faults` what cannot be read."""
    found = next((info for info in source.sheets if fold(info.name) == fold(sheet)), None)
    if found is None or found.unreadable or found.too_large:
        faults.append(Fault(sheet, "", Refused("sheet_missing", sheet=sheet)))
        return
    long, columns = _long_texts(source, found.name), None
    for number, row in enumerate(source.rows(found), 1):
        if not any(as_text(cell).strip() for cell in row):
            continue
        if columns is None:
            columns = _columns(row, fields, sheet, number, faults)
            continue
        line = Line(found.name, number, columns)
        for each in fields:
            line.values[each.name] = _value(each, line, row, long, faults)
        yield line


def _columns(row: Sequence[Any], fields: Sequence[Field], sheet: str, number: int, faults: list[Fault]) -> dict[str, int]:
    places = {fold(as_text(cell)): place for place, cell in reversed(list(enumerate(row)))}
    found = {}
    for each in fields:
        place = places.get(fold(each.fr), places.get(fold(each.en)))
        if place is not None:
            found[each.name] = place
        elif each.required:
            faults.append(Fault(sheet, f"A{number}", Refused("column_missing", column=f"{each.fr} / {each.en}")))
    return found


def _value(each: Field, line: Line, row: Sequence[Any], long: Mapping[str, str], faults: list[Fault]) -> Any:
    place = line.columns.get(each.name)
    text = as_text(row[place]) if place is not None and place < len(row) else ""
    if text.endswith(CUT):
        text = long.get(line.cell(each.name), text)
    try:
        value = _read(each, text)
        if value is None and each.required and each.name in line.columns:
            raise Refused("cell_empty")
    except Refused as refusal:
        faults.append(Fault(line.sheet, line.cell(each.name), refusal))
        return None
    return value


def _read(each: Field, text: str) -> Any:
    if not text.strip():
        return None
    if each.members or each.codes:
        return _member(each, text)
    if each.number:
        bare = "".join(text.split())
        if not (bare.isascii() and bare.isdecimal() and len(bare) < 7):
            raise Refused("cell_number", text=text[:60])
        return int(bare)
    kept = clean(text) if each.note else squeeze(text)
    if kept is not None and len(kept) > each.longest:
        raise Refused("cell_long", most=each.longest)
    return kept


def _member(each: Field, text: str) -> Any:
    if each.members is None:
        code = text.strip().upper()
        if code not in each.codes:
            raise Refused("cell_choice", text=text[:60], choices=", ".join(each.codes))
        return code
    named: dict[str, Choice] = {fold(word): member for member in each.members for word in (member.value, member.fr, member.en)}
    found = named.get(fold(text))
    if found is None:
        raise Refused("cell_choice", text=text[:60], choices=", ".join(each.choices("fr")))
    return found == YesNo.YES if each.members is YesNo else found


def _long_texts(source: Source, sheet: str) -> dict[str, str]:
    """The texts of a sheet that no cell could hold, by cell."""
    info = next((each for each in source.sheets if each.name == LONG_TEXTS and not each.unreadable), None)
    if info is None:
        return {}
    rows = [[as_text(cell) for cell in row] for row in source.rows(info)]
    return {row[1]: "".join(row[2:]) for row in rows if len(row) > 2 and row[0] == sheet}
