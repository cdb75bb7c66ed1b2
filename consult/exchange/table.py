"""The table of a file as it was proposed and as somebody decided it: its sheet, its rows, and what becomes of each column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from consult.excel import (
    Choices,
    ImportRejected,
    Layout,
    MappedColumn,
    NotRecord,
    Reason,
    Row,
    RowReason,
    SheetInfo,
    Source,
    Why,
    located,
    propose,
    propose_sheet,
    records,
)  # fmt: skip
from consult.excel import Mapping as Proposal
from consult.excel.several import SEPARATORS
from consult.excel.text import is_blank
from consult.exchange.believing import believed
from consult.exchange.fields import MAIN, by_name, registry
from consult.exchange.remembering import IGNORE, recalled
from consult.kernel.errors import Refused

FIELD, EXTRA, OPEN = "field", "extra", "open"


@dataclass(frozen=True)
class Use:
    """What becomes of a column (`index` from 1): a field, the record's extra, nothing by choice, or still open (then kept as extra)."""

    index: int
    header: str
    kind: str
    field: str | None
    proposed: MappedColumn
    hidden: bool = False

    @property
    def taken(self) -> bool:
        """Whether the cells of the column go into a field."""
        return self.kind == FIELD


@dataclass
class Table:
    """A sheet of a file, located and mapped."""

    source: Source
    sheet: SheetInfo
    layout: Layout
    proposal: Proposal
    entity: str | None
    uses: list[Use]
    layout_key: str
    remembered: bool = False
    marks: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def feeds(self, entity: str) -> bool:
        """Whether the table is about an entity, or a column of it fills one of its fields."""
        return self.entity == entity or any((use.field or "").startswith(f"{entity}.") for use in self.uses)

    def marks_of(self, index: int) -> tuple[str, ...] | None:
        """What parts several values in the cells of a column (from 1), if that was chosen; nothing parts them when it is empty."""
        chosen = self.marks.get(str(index))
        return None if chosen is None else tuple(mark for mark in chosen if mark in SEPARATORS)

    @property
    def left_out(self) -> list[NotRecord]:
        """The rows that say something and are held to be no records. A row in which nothing stands is none of them."""
        return [row for row in self.layout.not_records if row.reason is not RowReason.BLANK]

    def filled(self) -> dict[int, int]:
        """How many cells of each column say something, in all the records of the table, by index."""
        counted = dict.fromkeys((use.index for use in self.uses), 0)
        for _number, row in self.records():
            for place, cell in enumerate(row, 1):
                if cell != "" and place in counted and not is_blank(cell):
                    counted[place] += 1
        return counted

    def records(self) -> Iterator[tuple[int, Row]]:
        """The records of the table with their row numbers from 1."""
        return records(self.source, self.sheet, self.layout)

    def rows(self, start: int, count: int) -> list[tuple[int, Row]]:
        """Some rows of the sheet as they stand, from row `start` (from 1)."""
        found: list[tuple[int, Row]] = []
        for number, row in enumerate(self.source.rows(self.sheet, max(0, start - 1)), max(1, start)):
            found.append((number, row))
            if len(found) >= count:
                break
        return found


def read_table(source: Source, choices: Mapping[str, Any], remembered: Mapping[str, Any] | None = None) -> Table:
    """Locate and map the table of a file, as decided where something was, as proposed elsewhere.

    Raises ImportRejected, and Refused("import_header_beyond") when the sheet ends above the row decided for the headers.
    `remembered` is what was decided for the last file of the same headers (see `remembering`); it fills what was not decided for this one.
    """
    sheet, layout = _located(source, choices)
    key, former = recalled(remembered, layout)
    decided, marks, defaults = (_decided(name, choices, former) for name in ("columns", "marks", "defaults"))
    entity = choices.get("entity") or former.get("entity")
    entity = entity if entity in MAIN else None
    titles = (row.text for row in layout.not_records if row.reason is RowReason.TITLE)
    about = " – ".join((source.name, sheet.name, *titles))
    proposal = propose(layout, registry(), entity=entity, overrides=_overrides(decided, layout), about=about)
    proposal.columns = _named(believed(proposal.columns, layout, proposal.entity))
    chosen = entity or (proposal.entity if proposal.entity in MAIN else None)
    uses, is_former = _uses(layout, proposal, decided, chosen), bool(former.get("columns")) and not choices.get("columns")
    return Table(source, sheet, layout, proposal, chosen, uses, key, is_former, marks=marks, defaults=defaults)


def _decided(name: str, choices: Mapping[str, Any], former: Mapping[str, Any]) -> dict[str, Any]:
    """What was decided for this file, else for the last one of the same headers."""
    return dict(choices.get(name) or former.get(name) or {})


def _located(source: Source, choices: Mapping[str, Any]) -> tuple[SheetInfo, Layout]:
    rows = Choices(
        choices.get("header_row"),
        choices.get("last_row"),
        frozenset(choices.get("records") or ()),
        frozenset(choices.get("not_records") or ()),
    )
    if choices.get("sheet") is None:
        _refuse_far_away(source)
        sheet, layout = propose_sheet(source)
        if rows == Choices():
            return sheet, layout
    else:
        sheet = _sheet(source, str(choices["sheet"]))
    if rows.header_row and rows.header_row > sheet.rows:
        raise Refused("import_header_beyond", sheet=sheet.name, row=rows.header_row, last=sheet.rows)
    return sheet, located(source, sheet, rows)


def _sheet(source: Source, wanted: str) -> SheetInfo:
    """The sheet of this name, else of this number from 1."""
    named = any(sheet.name.strip().casefold() == wanted.strip().casefold() for sheet in source.sheets)
    if not named and wanted.isdecimal() and len(wanted) < 4 and 1 <= int(wanted) <= len(source.sheets):
        return source.sheet(int(wanted) - 1)
    return source.sheet(wanted)


def _refuse_far_away(source: Source) -> None:
    """A file whose every cell stands beyond the columns that are read is not empty, and has no table to propose."""
    far = [sheet for sheet in source.sheets if sheet.stray]
    if far and not any(sheet.cells or sheet.too_large or sheet.unreadable for sheet in source.sheets):
        raise ImportRejected(Reason.TOO_MANY_COLUMNS, sheet=far[0].name, limit=source.limits.columns)


def _overrides(decided: Mapping[str, Any], layout: Layout) -> dict[int, str | None]:
    """What was decided per column, as the recogniser wants it; fields that are no more and columns that are not there are passed over."""
    present, used = {column.index for column in layout.columns}, set()
    found: dict[int, str | None] = {}
    for index, what in decided.items():
        name = what if what in by_name() and what not in used else None
        if str(index).isdigit() and int(index) in present:
            found[int(index)] = name
            used.add(name)
    return found


def _uses(layout: Layout, proposal: Proposal, decided: Mapping[str, Any], entity: str | None) -> list[Use]:
    headers, hidden = _headers(layout), {column.index: column.hidden for column in layout.columns}
    found = []
    for column in proposal.columns:
        kind, name = _kind(column, decided.get(str(column.index)), entity)
        found.append(Use(column.index, headers[column.index], kind, name, column, hidden.get(column.index, False)))
    return found


def _kind(column: MappedColumn, decided: Any, entity: str | None) -> tuple[str, str | None]:
    if decided in (EXTRA, IGNORE):
        return str(decided), None
    if column.field in by_name() and entity is not None:
        return FIELD, column.field
    return (IGNORE if column.reason is Why.ASIDE and decided is None else OPEN), None


def _named(columns: list[MappedColumn]) -> list[MappedColumn]:
    """Where no column is the name and one is the registered name, that is what the organisations are called by."""
    taken = {column.field for column in columns}
    stand_ins = [each for each in columns if each.field == "organisation.legal_name" and each.reason is not Why.OVERRIDE]
    if "organisation.name" in taken or len(stand_ins) != 1:
        return columns
    return [replace(column, field="organisation.name") if column is stand_ins[0] else column for column in columns]


def _headers(layout: Layout) -> dict[int, str]:
    """A name for each column under which its cells can be kept: its header, with its letter when it has none or shares it."""
    labels = {column.index: " ".join(column.label.split())[:200] for column in layout.columns}
    counted: dict[str, int] = {}
    for text in labels.values():
        counted[text] = counted.get(text, 0) + 1
    return {index: text if text and counted[text] == 1 else f"{text} [{letters(index)}]".strip() for index, text in labels.items()}


def letters(index: int) -> str:
    """The letters of a column counted from 1: 28 is AB."""
    name = ""
    while index > 0:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
