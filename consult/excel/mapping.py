"""Which entity a table holds, and which field each of its columns fills. Better open than wrong: below a confidence a column stays open,
with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from consult.excel.cells import Row
from consult.excel.entity import OPEN_BELOW, Seen, explaining, has_first_name, is_its_own, rivals_among, unfed
from consult.excel.filekinds import FileKind, file_kind
from consult.excel.locate import Layout, TableColumn, column_values
from consult.excel.recognise import Candidate, candidates
from consult.excel.registry import FieldSpec, Registry


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
) -> Mapping:
    """Propose entity and fields for a located table. `entity` and `overrides` (column from 1 → full field name, or None to leave it open)
    are a person's choices."""
    rows = layout.sample if sample is None else sample
    seen = [_seen(column, rows, registry) for column in layout.columns]
    overrides = overrides or {}
    kind = file_kind(layout)
    chosen = entity or (explaining(seen, registry) if kind in (FileKind.RECORDS, FileKind.UNKNOWN) else None)
    if chosen is None and not any(overrides.values()):
        return Mapping(None, kind, [_open(one, Why.NO_ENTITY) for one in seen])
    columns = _assigned(seen, registry, chosen, overrides)
    fed = dict.fromkeys(column.field.split(".")[0] for column in columns if column.field)
    return Mapping(chosen, FileKind.RECORDS if chosen and entity is None else kind, columns, tuple(fed))


def _seen(column: TableColumn, rows: Sequence[Row], registry: Registry) -> Seen:
    values: list[object] = list(column_values(rows, column.index))
    found = [] if column.aside else candidates(registry, column.header, column.group, values)
    return Seen(column, values, found)


def _assigned(seen: list[Seen], registry: Registry, entity: str | None, overrides: dict[int, str | None]) -> list[MappedColumn]:
    """Give each field to one column, the surest pair first; what a person chose comes before everything."""
    given: dict[int, tuple[FieldSpec, Candidate | None]] = {}
    taken: set[str] = set()
    for index, name in overrides.items():
        if name:
            given[index] = (registry.field_named(name), None)
            taken.add(name)
    ranked = sorted(
        (
            (_rank(seen, place, candidate, entity), candidate.score, place)
            for place, one in enumerate(seen)
            for candidate in one.candidates
            if candidate.score >= OPEN_BELOW and one.column.index not in overrides
        ),
        key=lambda item: (-item[0], item[2]),
    )
    by_rank = {
        (rank, place): candidate
        for place, one in enumerate(seen)
        for candidate in one.candidates
        for rank in (_rank(seen, place, candidate, entity),)
    }
    blocked = unfed(seen, registry, entity)
    rivals = rivals_among(seen)
    for rank, _, place in ranked:
        candidate, index = by_rank[rank, place], seen[place].column.index
        name = candidate.field.full_name
        if index in given or name in taken or name in blocked or _is_double(candidate.field, taken):
            continue
        if (candidate.why == "values" and name in rivals) or not is_its_own(seen[place], candidate, blocked):
            continue
        if entity and candidate.field.entity != entity and _is_left_over(seen, place, candidate, entity):
            continue
        given[index] = (candidate.field, candidate)
        taken.add(name)
    return [_mapped(one, given.get(one.column.index), taken, overrides) for one in seen]


def _is_left_over(seen: list[Seen], place: int, candidate: Candidate, entity: str) -> bool:
    """Whether a column would go to another entity only because the table's own has that field already, as with a second e-mail address."""
    if candidate.hinted or _follows(seen, place, candidate.field.entity):
        return False
    return any(other.field.entity == entity and other.score >= candidate.score - 0.02 for other in seen[place].candidates)


def _is_double(field: FieldSpec, taken: set[str]) -> bool:
    """A person's organisation and the organisation's own name are the same cell: only one of them is filled."""
    return bool(field.refers) and field.refers in taken


def _rank(seen: list[Seen], place: int, candidate: Candidate, entity: str | None) -> float:
    """The score with what the neighbourhood adds: the entity of the table, a hint in the header, a run of columns about the same person."""
    rank = candidate.score
    if candidate.hinted:
        rank += 0.12
    if candidate.field.entity == entity:
        rank += 0.06
    elif _follows(seen, place, candidate.field.entity):
        rank += 0.08
    if candidate.field.refers:
        rank -= 0.02
    if candidate.field.kind == "last_name" and has_first_name(seen, candidate.field.entity):
        rank += 0.15
    return rank


def _follows(seen: list[Seen], place: int, entity: str) -> bool:
    """Whether the column stands right after columns that can only be of that entity."""
    if place == 0 or not seen[place - 1].candidates:
        return False
    before = seen[place - 1].candidates[0]
    if (
        before.field.entity == entity
        and before.score >= OPEN_BELOW
        and before.field.kind in ("first_name", "last_name", "person", "civility", "text", "choice")
    ):
        return all(other.field.entity == entity for other in seen[place - 1].candidates if other.score >= before.score - 0.05)
    shared = {candidate.field.kind for candidate in seen[place - 1].candidates if candidate.score >= OPEN_BELOW}
    return bool(shared & {"phone", "email"}) and _follows(seen, place - 1, entity)


def _mapped(one: Seen, given: tuple[FieldSpec, Candidate | None] | None, taken: set[str], overrides: dict[int, str | None]) -> MappedColumn:
    if given is None:
        return _open(one, _why_open(one, taken, overrides))
    spec, candidate = given
    reason = Why(candidate.why) if candidate else Why.OVERRIDE
    return _column(one, spec.full_name, round(min(0.99, candidate.score), 2) if candidate else 1.0, reason, None)


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
