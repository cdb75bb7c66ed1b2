"""From the cells of a row to what the row says of each record: one converter per mapped column, made once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from consult.excel import Row
from consult.excel.flaws import Flaw
from consult.excel.locate import column_values
from consult.excel.several import split_person
from consult.excel.text import clean_name, is_blank
from consult.excel.values import as_text, is_nothing
from consult.exchange.converters import Convert, civility_of, converter_of
from consult.exchange.fields import (
    CIVILITY,
    COMMUNE,
    COMMUNE_CODE,
    COUNTRY,
    FIRST_NAME,
    LAST_NAME,
    NAME,
    ORGANISATION,
    PERSON,
    PERSON_EMAIL,
    PERSON_PHONE,
    POST,
    POSTCODE,
    SITE,
    Field,
    by_name,
)  # fmt: skip
from consult.exchange.table import FIELD, IGNORE, Table, Use
from consult.kernel.changes import Given, Note, shown
from consult.kernel.model import Choice
from consult.organisations import sites


@dataclass
class Cells:
    """How many cells that say something were read, and where they went: every one is in exactly one of the four."""

    read: int = 0
    fields: int = 0
    extra: int = 0
    refused: int = 0
    ignored: int = 0

    def as_dict(self) -> dict[str, int]:
        """The same as JSON keeps it."""
        return {"read": self.read, "fields": self.fields, "extra": self.extra, "refused": self.refused, "ignored": self.ignored}


@dataclass
class Line:
    """A row of the file: what it says of each record it feeds, by part, and where its cells go unless the row is refused."""

    row: int
    given: dict[str, Given]
    cells: Cells
    label: str = ""

    def put_aside(self, given: Given, name: str) -> None:
        """Keep what a row says of a field in the extra, under its header, instead of the field."""
        given.extra[given.headers.get(name, name)] = shown(given.values.pop(name))
        self.cells.fields -= 1
        self.cells.extra += 1


@dataclass
class _Column:
    use: Use
    field: Field | None
    convert: Convert | None
    part: str = ""
    """The record that the cells of the column speak of; a person's organisation speaks of the organisation."""


@dataclass
class Lines:
    """Converts the records of a table one by one."""

    table: Table
    columns: list[_Column] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = [_column(use, self.table) for use in self.table.uses]
        self.headers = {use.field: use.header for use in self.table.uses if use.field}
        self.home = self.table.entity or ""

    def __iter__(self) -> Iterator[Line]:
        for number, row in self.table.records():
            yield self.line(number, row)

    def line(self, number: int, row: Row) -> Line:
        """Convert one record."""
        line = Line(number, {}, Cells())
        width = len(row)
        for column in self.columns:
            cell = row[column.use.index - 1] if column.use.index <= width else ""
            if cell == "" or is_blank(cell):
                continue
            if not line.label and isinstance(cell, str):
                line.label = clean_name(cell)[:80]
            self._take(column, cell, line)
        line.label = _called(line, self.home) or line.label
        _place_in(line.given.get(SITE))
        return self._without_half_people(line)

    def _without_half_people(self, line: Line) -> Line:
        """A contact without a last name is no person: what is known of it is kept with the organisation, under its headers."""
        person = line.given.get(PERSON)
        if self.home == PERSON or person is not None and LAST_NAME in person.values:
            return line
        for part in (PERSON, POST):
            given = line.given.pop(part, None)
            if given is not None:
                self._keep_aside(given, line)
        return line

    def _keep_aside(self, given: Given, line: Line) -> None:
        kept = self._given(line, ORGANISATION)
        for name, value in given.values.items():
            kept.extra[self.headers.get(name, name)] = shown(value)
        kept.extra.update(given.extra)
        kept.notes.extend(given.notes)
        line.cells.fields -= len(given.values)
        line.cells.extra += len(given.values)

    def _take(self, column: _Column, cell: Any, line: Line) -> None:
        if column.field is None or column.convert is None:
            self._aside(column, cell, line)
            return
        value, flaw, original = column.convert(cell)
        if value is None and flaw is None:
            return
        line.cells.read += 1
        given = self._given(line, column.part)
        if flaw is not None:
            given.notes.append(_doubt(column.field, flaw, original, kept=value is not None))
        if value is None or not _fits(column.field, value, given):
            self._given(line, self.home or column.part).extra[column.use.header] = as_text(cell)
            line.cells.extra += 1
            return
        if flaw in _TEXT_BESIDE:
            self._given(line, self.home or column.part).extra[column.use.header] = as_text(cell)
        _put(column.field, value, given)
        line.cells.fields += 1

    def _aside(self, column: _Column, cell: Any, line: Line) -> None:
        if is_nothing(cell):
            return
        line.cells.read += 1
        if column.use.kind == IGNORE:
            line.cells.ignored += 1
            return
        line.cells.extra += 1
        if self.home:
            self._given(line, self.home).extra[column.use.header] = as_text(cell)

    def _given(self, line: Line, part: str) -> Given:
        given = line.given.get(part)
        if given is None:
            given = line.given[part] = Given(line.row, {}, headers=self.headers)
        return given


def _place_in(site: Given | None) -> None:
    """Give a commune named without its INSEE code the code, and the name as it is written, where there is no doubt."""
    if site is not None and COMMUNE in site.values and COMMUNE_CODE not in site.values and site.values.get(COUNTRY, "FR") == "FR":
        code, name = sites.place(site.values[COMMUNE], site.values.get(POSTCODE))
        if code and name:
            site.values.update({COMMUNE: name, COMMUNE_CODE: code})


def _called(line: Line, home: str) -> str:
    """What the record of a row is called, if the row says so."""
    given = line.given.get(home)
    if given is None:
        return ""
    names = (FIRST_NAME, LAST_NAME) if home == PERSON else (NAME,)
    return " ".join(str(given.values[name]) for name in names if given.values.get(name))[:80]


_TEXT_BESIDE = (Flaw.SEVERAL, Flaw.APPROXIMATE, Flaw.AMBIGUOUS_DATE, Flaw.ROUNDED)
"""Doubts after which the cell's own text is kept beside the value made of it."""


def _doubt(spec: Field, flaw: Flaw, original: str | None, kept: bool) -> Note:
    values = {"field": spec.name, "text": (original or "")[:120], "flaw": flaw.value}
    if flaw in (Flaw.ERROR, Flaw.FORMULA):
        return Note("cell_error" if flaw is Flaw.ERROR else "set_aside", values)
    return Note("doubtful" if kept else "set_aside", values)


def _fits(spec: Field, value: Any, given: Given) -> bool:
    if spec.members and not isinstance(value, Choice):
        given.notes.append(Note("not_in_list", {"field": spec.name, "text": str(value)[:120]}))
        return False
    if spec.longest and isinstance(value, str) and not isinstance(value, Choice) and len(value) > spec.longest:
        given.notes.append(Note("too_long", {"field": spec.name, "limit": spec.longest}))
        return False
    return not (isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**31)


def _put(spec: Field, value: Any, given: Given) -> None:
    if spec.spec.kind == "person":
        civility, first, last = split_person(value)
        found = {CIVILITY: civility_of(civility), FIRST_NAME: first or None, LAST_NAME: last or None}
        given.values.update({name: each for name, each in found.items() if each is not None and name not in given.values})
        return
    name = spec.spec.refers or spec.name
    if spec.table in _LISTS:
        name, value = _LISTS[spec.table], (value.lower() if spec.spec.kind == "email" else value,)
    elif spec.spec.kind == "email":
        value = value.lower()
    if isinstance(value, tuple):
        value = tuple(dict.fromkeys((*given.values.get(name, ()), *value)))
    given.values[name] = value


_LISTS = {"person_email": PERSON_EMAIL, "person_phone": PERSON_PHONE}
"""Fields of which a person has several: each mapped column adds to one list."""


def _column(use: Use, table: Table) -> _Column:
    spec = by_name().get(use.field or "")
    if spec is None or use.kind != FIELD:
        return _Column(use, None, None)
    sample = column_values(table.layout.sample, use.index)
    part = (by_name().get(spec.spec.refers) or spec).part
    return _Column(use, spec, converter_of(spec, use.header, sample, table.source.date1904), part)
