"""From the cells of a row to what the row says of each record: one converter per mapped column, made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from consult.excel import Row, city_line, name_and_post
from consult.excel.dates import are_serials, as_day
from consult.excel.locate import column_values
from consult.excel.text import clean_name, is_blank
from consult.excel.values import as_text, is_nothing
from consult.exchange import contacts, fitting, placing, separating
from consult.exchange.converters import Convert, converter_of
from consult.exchange.fields import (
    COMMUNE,
    FIRST_NAME,
    FULL_NAME,
    INTERVIEW,
    INTERVIEW_DATE,
    INTERVIEW_START,
    JOB,
    LAST_NAME,
    MET,
    NAME,
    ORGANISATION,
    PERSON,
    POST,
    POSTCODE,
    SEGMENT,
    SITE,
    Field,
    by_name,
)  # fmt: skip
from consult.exchange.lines import Cells, Line
from consult.exchange.plainly import UNSURE, Plain, is_plain
from consult.exchange.references import Names
from consult.exchange.remembering import IGNORE
from consult.exchange.separating import OF_PEOPLE
from consult.exchange.table import FIELD, Table, Use
from consult.exchange.times import time_beside
from consult.kernel.changes import Given, Note, shown


@dataclass
class _Column:
    use: Use
    field: Field | None
    convert: Convert | None
    part: str = ""
    """The record that the cells of the column speak of; a person's organisation speaks of the organisation."""
    marks: tuple[str, ...] = ()
    """What parts the people that a cell names."""
    day: Callable[[Any], Any] | None = None
    """What makes days of the serial numbers of a column that fills no field."""
    plain: Plain | None = None
    """What makes values of the cells of which nothing has to be said."""


@dataclass
class Lines:
    """Converts the records of a table one by one."""

    table: Table
    columns: list[_Column] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    names: Names = field(default_factory=Names)

    def __post_init__(self) -> None:
        self.columns = [_column(use, self.table) for use in self.table.uses]
        self.headers = {use.field: use.header for use in self.table.uses if use.field}
        self.home = self.table.entity or ""
        named = {column.field.name: column.use.index for column in self.columns if column.field}
        self.leading = named.get(FULL_NAME) or named.get(LAST_NAME)
        self.of_people = [column for column in self.columns if column.part in OF_PEOPLE]
        self.parts_people = any(column.marks for column in self.of_people if column.use.index == self.leading)
        for column in self.columns:
            if column.field and column.convert and is_plain(column.field, self.home, self.headers):
                column.plain = Plain(column.field, column.convert)

    def __iter__(self) -> Iterator[Line]:
        for number, row in self.table.records():
            yield self.line(number, row)

    def line(self, number: int, row: Row) -> Line:
        """Convert one record."""
        line, width = Line(number, {}, Cells()), len(row)
        pieces = self._people_of(row) if self.parts_people else {}
        for column in self.columns:
            cell = row[column.use.index - 1] if column.use.index <= width else ""
            if cell == "":
                continue
            of_several = pieces and column.part in OF_PEOPLE
            if not of_several and column.plain and self._taken_plainly(column.part, column.plain, cell, line) or is_blank(cell):
                continue
            if of_several:
                self._take_pieces(column, cell, pieces.get(column.use.index, []), line)
            else:
                self._take(column, cell, line)
        line.label = _called(line, self.home) or self._first_text(row)
        placing.place_in(line.given.get(SITE))
        return self._without_halves(line)

    def _first_text(self, row: Row) -> str:
        """What a record that is called nothing is told by."""
        cells = (row[column.use.index - 1] for column in self.columns if column.use.index <= len(row))
        return next((clean_name(cell)[:80] for cell in cells if isinstance(cell, str) and not is_blank(cell)), "")

    def _taken_plainly(self, part: str, plain: Plain, cell: Any, line: Line) -> bool:
        """Put a cell of which there is nothing to say into its field. Most cells of most files go this way."""
        value = plain.value(cell)
        if value is UNSURE:
            return False
        given = line.given.get(part)
        values = (given or self._given(line, part)).values
        if plain.united and plain.name in values:
            value = tuple(dict.fromkeys((*values[plain.name], *value)))
        values[plain.name] = value
        line.cells.read += 1
        line.cells.fields += 1
        return True

    def _people_of(self, row: Row) -> contacts.Pieces:
        """The pieces of the cells that name several people."""
        places = [column for column in self.of_people if column.use.index <= len(row)]
        cells = {column.use.index: row[column.use.index - 1] for column in places}
        return contacts.parted(cells, {column.use.index: column.marks for column in places}, self.leading)

    def _take_pieces(self, column: _Column, cell: Any, pieces: list[str], line: Line) -> None:
        """Give each person named in a row the piece that is theirs; a cell of which nobody can tell whose it is goes to the extra."""
        if column.field is None or is_nothing(cell):
            return
        if not pieces:
            self._given(line, column.part).notes.append(Note("nobodys", {"field": column.field.name, "text": as_text(cell)[:120]}))
        taken = [self._value(column, piece, line, nth) for nth, piece in enumerate(pieces, 1)]
        self._counted(column, cell, line, bool(taken) and False not in taken)

    def _take(self, column: _Column, cell: Any, line: Line) -> None:
        if column.field is None:
            self._aside(column, cell, line)
            return
        several = self.home == INTERVIEW and column.field.name in (MET, NAME)
        taken = self._organisations(column, cell, line) if several else self._value(column, cell, line)
        if taken is not None:
            self._counted(column, cell, line, taken)

    def _organisations(self, column: _Column, cell: Any, line: Line) -> bool | None:
        """Name the organisations that an interview concerns: the first is the row's own."""
        names = [] if is_nothing(cell) else self.names.organisations_in(as_text(cell), self.table.marks_of(column.use.index))
        taken = [self._value(column, name, line, nth) for nth, name in enumerate(names, 1)]
        line.others = [given for given in line.others if given.values]
        return False not in taken if taken else None

    def _value(self, column: _Column, cell: Any, line: Line, nth: int = 1) -> bool | None:
        """Convert a cell into what a row says of a record. Tells whether it fits its field; None when it says nothing."""
        if column.field is None or column.convert is None:
            return None
        value, flaw, original = column.convert(cell)
        if value is None and flaw is None:
            return None
        given = self._given(line, column.part, nth)
        if flaw is not None:
            given.notes.append(fitting.doubt(column.field, flaw, original, kept=value is not None))
        if column.field.name == SEGMENT and self.home == INTERVIEW:
            line.segments = self.names.segments_in(as_text(cell))
            if line.segments:
                return True
        if value is not None:
            value = fitting.fitted(column.field, value, self.names, given.notes)
        if value is None:
            return False
        if fitting.says_more(column.field, flaw, cell):
            self._given(line, self.home or column.part).extra[column.use.header] = as_text(cell)
        fitting.put(column.field, value, given)
        self._put_beside(column.field, cell, given, line, nth)
        if column.field.name == INTERVIEW_DATE and (start := time_beside(cell)):
            given.values.setdefault(INTERVIEW_START, start)
        return True

    def _put_beside(self, spec: Field, cell: Any, given: Given, line: Line, nth: int) -> None:
        """Put what else a cell says into the fields that no column fills: the postcode in front of a town, a post behind a name."""
        if spec.name == COMMUNE and POSTCODE not in self.headers and (code := city_line(as_text(cell))[0]):
            given.values[POSTCODE] = code
        if spec.name == FULL_NAME and isinstance(cell, str) and (post := name_and_post(cell)[1]):
            if JOB in self.headers:
                self._given(line, self.home or PERSON).extra[self.headers[FULL_NAME]] = cell
            else:
                self._given(line, POST, nth).values[JOB] = post

    def _counted(self, column: _Column, cell: Any, line: Line, kept: bool) -> None:
        """Count a cell that says something: in a field, or kept as text in the extra."""
        line.cells.read += 1
        if kept:
            line.cells.fields += 1
        else:
            line.cells.extra += 1
            self._given(line, self.home or column.part).extra[column.use.header] = as_text(cell)

    def _aside(self, column: _Column, cell: Any, line: Line) -> None:
        if is_nothing(cell):
            return
        line.cells.read += 1
        if column.use.kind == IGNORE:
            line.cells.ignored += 1
            return
        line.cells.extra += 1
        if self.home:
            self._given(line, self.home).extra[column.use.header] = as_text(column.day(cell) if column.day else cell)

    def _given(self, line: Line, part: str, nth: int = 1) -> Given:
        if part == ORGANISATION and nth > 1:
            line.others.append(Given(line.row, {}, headers=self.headers, nth=nth))
            return line.others[-1]
        while len(line.further) < nth - 1:
            line.further.append({})
        parts = line.given if nth == 1 else line.further[nth - 2]
        if part not in parts:
            parts[part] = Given(line.row, {}, headers=self.headers, nth=nth)
        return parts[part]

    def _without_halves(self, line: Line) -> Line:
        """A contact without a last name is no person, an interview without a day none that was held: what is known of them is kept with the
        organisation, under its headers."""
        if self.home != PERSON and not line.names_somebody():
            self._keep_aside(OF_PEOPLE, line)
        if self.home != INTERVIEW and INTERVIEW in line.given and INTERVIEW_DATE not in line.given[INTERVIEW].values:
            self._keep_aside((INTERVIEW,), line)
        return line

    def _keep_aside(self, parts: Sequence[str], line: Line) -> None:
        for given in [line.given.pop(part) for part in parts if part in line.given]:
            kept = self._given(line, ORGANISATION)
            for name, value in given.values.items():
                kept.extra[self.headers.get(name, name)] = shown(value)
            kept.extra.update(given.extra)
            kept.notes.extend(given.notes)
            line.cells.fields -= len(given.values)
            line.cells.extra += len(given.values)


def _called(line: Line, home: str) -> str:
    """What the record of a row is called, if the row says so."""
    if home == INTERVIEW:
        day = line.given[INTERVIEW].values.get(INTERVIEW_DATE) if INTERVIEW in line.given else None
        return ", ".join(filter(None, (_called(line, ORGANISATION), f"{day:%d/%m/%Y}" if day else "")))
    given = line.given.get(home)
    if given is None:
        return ""
    names = (FIRST_NAME, LAST_NAME) if home == PERSON else (NAME,)
    return " ".join(str(given.values[name]) for name in names if given.values.get(name))[:80]


def _column(use: Use, table: Table) -> _Column:
    spec = by_name().get(use.field or "")
    sample = column_values(table.layout.sample, use.index)
    if spec is None or use.kind != FIELD:
        serials = are_serials(use.header, sample)
        return _Column(use, None, None, day=partial(as_day, date1904=table.source.date1904) if serials else None)
    part = (by_name().get(spec.spec.refers) or spec).part
    chosen = table.marks_of(use.index)
    marks = (separating.proposed(spec, table.entity or "", sample) if chosen is None else chosen) or ()
    return _Column(use, spec, converter_of(spec, use.header, sample, table.source.date1904, chosen), part, marks)
