"""Which entity a table holds, and which field each of its columns fills. Better open than wrong: below a confidence a column stays open,
with the reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from consult.excel import epci
from consult.excel.assigning import assigned
from consult.excel.cells import Row
from consult.excel.entity import explaining
from consult.excel.filekinds import FileKind, file_kind
from consult.excel.locate import Layout, TableColumn, column_values
from consult.excel.recognise import Candidate, candidates
from consult.excel.registry import FieldSpec, Registry
from consult.excel.seen import OPEN_BELOW, Seen


class Why(str, Enum):
    """Why a column was given its field, or left open; see `words.py` for the sentences."""

    HEADER = "header"
    PART = "part"
    FUZZY = "fuzzy"
    VALUES = "values"
    OVERRIDE = "override"
    UNKNOWN = "unknown"
    UNSURE = "unsure"
    DISAGREE = "disagree"
    TAKEN = "taken"
    ASIDE = "aside"
    EMPTY = "empty"
    NO_ENTITY = "no_entity"


@dataclass(frozen=True)
class MappedColumn:
    """A column (`index` from 1), the field proposed for it (`entity.name`) or None, how sure that is, and why. `closest` is what it would
    have been, for an open column."""

    index: int
    header: str
    group: str
    field: str | None
    confidence: float
    reason: Why
    closest: str | None = None
    samples: tuple[str, ...] = ()
    filled: int = 0


@dataclass
class Mapping:
    """The proposal for a table: `entity` is None when nothing fits; `kind` says what the file is known to be; `entities` are all those
    that it feeds."""

    entity: str | None
    kind: FileKind
    columns: list[MappedColumn]
    entities: tuple[str, ...] = ()

    def fields(self) -> dict[str, int]:
        """Field → column index from 1."""
        return {column.field: column.index for column in self.columns if column.field}


def propose(
    layout: Layout,
    registry: Registry,
    *,
    entity: str | None = None,
    overrides: dict[int, str | None] | None = None,
    sample: Sequence[Row] | None = None,
    about: str = "",
) -> Mapping:
    """Propose entity and fields for a located table. `entity` and `overrides` (column from 1 → full field name, or None to leave it open)
    are a person's choices; `about` is what file, sheet and title call the table."""
    rows = layout.sample if sample is None else sample
    seen = [_seen(column, rows, registry) for column in layout.columns]
    if epci.are_listed(seen):
        seen = [_seen(one.column, rows, registry, epci.without_them) if one.of_epci else one for one in seen]
    overrides = overrides or {}
    kind = file_kind(layout, about)
    chosen = entity or (explaining(seen, registry, about) if kind in (FileKind.RECORDS, FileKind.UNKNOWN) else None)
    if chosen is None and not any(overrides.values()):
        return Mapping(None, kind, [_open(one, Why.NO_ENTITY) for one in seen])
    columns = _assigned(seen, registry, chosen, overrides)
    fed = dict.fromkeys(column.field.split(".")[0] for column in columns if column.field)
    return Mapping(chosen, FileKind.RECORDS if chosen and entity is None else kind, columns, tuple(fed))


def _seen(column: TableColumn, rows: Sequence[Row], registry: Registry, read: Callable[[str], str] = str) -> Seen:
    """A column with what it could be; `read` gives its header as it is to be understood."""
    values: list[object] = list(column_values(rows, column.index))
    found = [] if column.aside else candidates(registry, read(column.header), column.group, values)
    return Seen(column, values, found)


def _assigned(seen: list[Seen], registry: Registry, entity: str | None, overrides: dict[int, str | None]) -> list[MappedColumn]:
    """Give each field to one column; what a person chose comes before everything."""
    chosen = {index: registry.field_named(name) for index, name in overrides.items() if name}
    given = assigned(seen, registry, entity, chosen, frozenset(overrides))
    taken = {field.full_name for field in (*chosen.values(), *(candidate.field for candidate in given.values()))}
    return [_mapped(one, chosen.get(one.column.index), given.get(one.column.index), taken, overrides) for one in seen]


def _mapped(
    one: Seen, chosen: FieldSpec | None, given: Candidate | None, taken: set[str], overrides: dict[int, str | None]
) -> MappedColumn:
    if chosen is not None:
        return _column(one, chosen.full_name, 1.0, Why.OVERRIDE, None)
    if given is None:
        return _open(one, _why_open(one, taken, overrides))
    return _column(one, given.field.full_name, round(min(0.99, given.score), 2), Why(given.why), None)


def _why_open(one: Seen, taken: set[str], overrides: dict[int, str | None]) -> Why:
    if one.column.index in overrides:
        return Why.OVERRIDE
    if one.column.aside:
        return Why.ASIDE
    if not one.values:
        return Why.EMPTY if not one.candidates else Why.TAKEN if one.candidates[0].field.full_name in taken else Why.UNSURE
    if not one.candidates:
        return Why.UNKNOWN
    best = one.candidates[0]
    if best.score < OPEN_BELOW:
        return Why.DISAGREE if best.why == "header" else Why.UNSURE
    return Why.TAKEN if best.field.full_name in taken else Why.UNSURE


def _open(one: Seen, reason: Why) -> MappedColumn:
    best = one.candidates[0] if one.candidates else None
    confidence = round(min(best.score, OPEN_BELOW - 0.01), 2) if best else 0.0
    return _column(one, None, confidence, Why.ASIDE if one.column.aside else reason, best.field.full_name if best else None)


def _column(one: Seen, name: str | None, confidence: float, reason: Why, closest: str | None) -> MappedColumn:
    samples = tuple(dict.fromkeys(str(value)[:60] for value in one.values[:30]))[:4]
    return MappedColumn(one.column.index, one.column.header, one.column.group, name, confidence, reason, closest, samples, len(one.values))
