"""Which entity a table holds, and which field each of its columns fills. Better open than wrong: below a confidence a column stays open, with the reason."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from consult.excel import synonyms
from consult.excel.cells import Row
from consult.excel.locate import TableColumn, Layout, column_values
from consult.excel.recognise import Candidate, EntitySpec, FieldSpec, Registry, candidates
from consult.excel.text import fold

OPEN_BELOW = 0.7


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


class FileKind(str, Enum):
    """Files that are known by name."""

    RECORDS = "records"
    ACTIONS = "actions"
    PARTICIPANTS = "participants"
    SURVEY = "survey"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class MappedColumn:
    """A column (`index` from 1), the field proposed for it (`entity.name`) or None, how sure that is, and why. `closest` is what it would have been, for an open column."""

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
    """The proposal for a table: `entity` is None when nothing fits; `kind` says what the file is known to be; `entities` are all those that it feeds."""

    entity: str | None
    kind: FileKind
    columns: list[MappedColumn]
    entities: tuple[str, ...] = ()

    def fields(self) -> dict[str, int]:
        """Field → column index from 1."""
        return {column.field: column.index for column in self.columns if column.field}


@dataclass
class _Seen:
    column: TableColumn
    values: list[object]
    candidates: list[Candidate]


def propose(layout: Layout, registry: Registry, *, entity: str | None = None, overrides: dict[int, str | None] | None = None,
            sample: Sequence[Row] | None = None) -> Mapping:
    """Propose entity and fields for a located table. `entity` and `overrides` (column from 1 → full field name, or None to leave it open) are a person's choices."""
    rows = layout.sample if sample is None else sample
    seen = [_seen(column, rows, registry) for column in layout.columns]
    overrides = overrides or {}
    kind = file_kind(layout)
    chosen = entity or (_entity(seen, registry) if kind in (FileKind.RECORDS, FileKind.UNKNOWN) else None)
    if chosen is None and not any(overrides.values()):
        return Mapping(None, kind, [_open(one, Why.NO_ENTITY) for one in seen])
    columns = _assigned(seen, registry, chosen, overrides)
    fed = dict.fromkeys(column.field.split(".")[0] for column in columns if column.field)
    return Mapping(chosen, FileKind.RECORDS if chosen and entity is None else kind, columns, tuple(fed))


def _seen(column: TableColumn, rows: Sequence[Row], registry: Registry) -> _Seen:
    values: list[object] = list(column_values(rows, column.index))
    found = [] if column.aside else candidates(registry, column.header, column.group, values)
    return _Seen(column, values, found)


_ACTIONS = frozenset(fold(word) for word in synonyms.ACTION_HEADERS)
_PARTICIPANTS = frozenset(fold(word) for word in synonyms.PARTICIPANT_HEADERS)
_SURVEY = frozenset(fold(word) for word in synonyms.SURVEY_HEADERS)
_ACTION_PROOF = frozenset(fold(word) for word in ("titre de l'action", "titre de la fiche action", "fiche action", "action", "actions", "intitulé de l'action", "n° action",
                                                  "structure pilote", "pilote", "axe", "axe (x)", "personne pilote", "action plan", "chantier", "état d'avancement", "owner"))
_PEOPLE = frozenset(fold(word) for word in (*synonyms.FIRST_NAME, *synonyms.LAST_NAME, *synonyms.FULL_NAME, "nom"))


def file_kind(layout: Layout) -> FileKind:
    """What the headers say the file is: a plan of actions, a list of participants, answers to a survey, or records that a registry may know."""
    headers = [fold(column.header) for column in layout.columns if column.header and not column.aside]
    if not headers:
        return FileKind.UNKNOWN
    actions = sum(1 for header in headers if header in _ACTIONS)
    if actions >= 3 and actions >= 0.3 * len(headers) and any(header in _ACTION_PROOF for header in headers):
        return FileKind.ACTIONS
    if _is_survey(layout, headers):
        return FileKind.SURVEY
    if any(header in _PARTICIPANTS for header in headers) and sum(1 for header in headers if header in _PEOPLE) >= 1:
        return FileKind.PARTICIPANTS
    return FileKind.RECORDS


def _is_survey(layout: Layout, headers: list[str]) -> bool:
    questions = sum(1 for column in layout.columns if len(column.header) > 45 or column.header.rstrip().endswith("?"))
    known = sum(1 for header in headers if header in _SURVEY)
    if questions >= 0.4 * len(headers) and questions >= 3:
        return True
    return known >= 1 and headers[0] in _SURVEY and not any(header in _PEOPLE - {"participant", "participants"} for header in headers)


def _best(one: _Seen, entity: str) -> Candidate | None:
    return next((candidate for candidate in one.candidates if candidate.field.entity == entity and candidate.score >= OPEN_BELOW), None)


def _entity(seen: list[_Seen], registry: Registry) -> str | None:
    """The entity that explains most of the columns, among those of which an identity was found."""
    scores = {entity.name: _strength(seen, entity) for entity in registry.entities}
    best = max(scores, key=lambda name: scores[name], default=None)
    return best if best is not None and scores[best] > 0 else None


def _strength(seen: list[_Seen], entity: EntitySpec) -> float:
    fields: dict[str, Candidate] = {}
    rivals = _rivals(seen)
    for one in seen:
        candidate = _best(one, entity.name)
        if candidate and candidate.why == "values" and candidate.field.full_name in rivals:
            continue
        if candidate and _is_its_own(one, candidate):
            before = fields.get(candidate.field.name)
            if before is None or candidate.score > before.score:
                fields[candidate.field.name] = candidate
    identity = [name for name in entity.identity if name in fields]
    if not identity:
        return 0.0
    weak = {fold(word) for word in entity.weak}
    weakly = all(any(one.candidates and fields[name] in one.candidates and fold(one.column.header) in weak for one in seen) for name in identity)
    others = [name for name in fields if name not in identity and not fields[name].field.refers]
    telling = [name for name in others if fields[name].field.kind not in ("text", "note", "choice", "terms", "date")]
    columns = sum(1 for one in seen if one.values and not one.column.aside)
    if weakly and len(telling) + len(identity) - 1 < 2:
        return 0.0
    explained = len(fields) / max(1, columns)
    if explained < (0.3 if weakly else 0.15):
        return 0.0
    proof = sum(2.0 if fields[name].why != "part" else 1.5 for name in identity) * (0.5 if weakly else 1.0)
    return (proof + sum(fields[name].score for name in others)) * (0.6 if entity.companion else 1.0)


def _is_its_own(one: _Seen, candidate: Candidate) -> bool:
    """A column whose header points to another entity speaks for that one."""
    return candidate.hinted or not any(other.hinted and other.score >= candidate.score - 0.1 for other in one.candidates)


def _assigned(seen: list[_Seen], registry: Registry, entity: str | None, overrides: dict[int, str | None]) -> list[MappedColumn]:
    """Give each field to one column, the surest pair first; what a person chose comes before everything."""
    given: dict[int, tuple[FieldSpec, Candidate | None]] = {}
    taken: set[str] = set()
    for index, name in overrides.items():
        if name:
            given[index] = (registry.field_named(name), None)
            taken.add(name)
    ranked = sorted(((_rank(seen, place, candidate, entity), candidate.score, place) for place, one in enumerate(seen) for candidate in one.candidates
                     if candidate.score >= OPEN_BELOW and one.column.index not in overrides), key=lambda item: (-item[0], item[2]))
    by_rank = {(rank, place): candidate for place, one in enumerate(seen) for candidate in one.candidates for rank in (_rank(seen, place, candidate, entity),)}
    blocked = _refused(seen, registry, entity)
    rivals = _rivals(seen)
    for rank, _, place in ranked:
        candidate, index = by_rank[rank, place], seen[place].column.index
        name = candidate.field.full_name
        if index in given or name in taken or name in blocked or _is_double(candidate.field, taken):
            continue
        if candidate.why == "values" and name in rivals:
            continue
        given[index] = (candidate.field, candidate)
        taken.add(name)
    return [_mapped(one, given.get(one.column.index), taken, overrides) for one in seen]


def _rivals(seen: list[_Seen]) -> set[str]:
    """Fields that the values of several columns suggest and no header names: nothing tells which one it is."""
    by_values = [candidate.field.full_name for one in seen for candidate in one.candidates if candidate.why == "values" and candidate.score >= OPEN_BELOW]
    return {name for name in by_values if by_values.count(name) > 1}


def _is_double(field: FieldSpec, taken: set[str]) -> bool:
    """A person's organisation and the organisation's own name are the same cell: only one of them is filled."""
    return bool(field.refers) and field.refers in taken


def _refused(seen: list[_Seen], registry: Registry, entity: str | None) -> set[str]:
    """Fields of entities that the table cannot feed, because nothing in it names a record of them."""
    refused: set[str] = set()
    for spec in registry.entities:
        if spec.name == entity or spec.companion:
            continue
        named = any(candidate.field.entity == spec.name and candidate.field.name in spec.identity and candidate.score >= OPEN_BELOW and _is_its_own(one, candidate)
                    and fold(one.column.header) not in {fold(word) for word in spec.weak} for one in seen for candidate in one.candidates)
        if not named:
            refused.update(field.full_name for field in registry.fields if field.entity == spec.name)
    return refused


def _rank(seen: list[_Seen], place: int, candidate: Candidate, entity: str | None) -> float:
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
    if candidate.field.kind == "last_name" and _has_first_name(seen, candidate.field.entity):
        rank += 0.15
    return rank


def _follows(seen: list[_Seen], place: int, entity: str) -> bool:
    """Whether the column stands right after columns that can only be of that entity."""
    if place == 0 or not seen[place - 1].candidates:
        return False
    before = seen[place - 1].candidates[0]
    if before.field.entity == entity and before.score >= OPEN_BELOW and before.field.kind in ("first_name", "last_name", "person", "civility", "text", "choice"):
        return all(other.field.entity == entity for other in seen[place - 1].candidates if other.score >= before.score - 0.05)
    shared = {candidate.field.kind for candidate in seen[place - 1].candidates if candidate.score >= OPEN_BELOW}
    return bool(shared & {"phone", "email"}) and _follows(seen, place - 1, entity)


def _has_first_name(seen: list[_Seen], entity: str) -> bool:
    return any(candidate.field.entity == entity and candidate.field.kind == "first_name" and candidate.score >= 0.8 for one in seen for candidate in one.candidates)


def _mapped(one: _Seen, given: tuple[FieldSpec, Candidate | None] | None, taken: set[str], overrides: dict[int, str | None]) -> MappedColumn:
    if given is None:
        return _open(one, _why_open(one, taken, overrides))
    spec, candidate = given
    reason = Why(candidate.why) if candidate else Why.OVERRIDE
    return _column(one, spec.full_name, round(min(0.99, candidate.score), 2) if candidate else 1.0, reason, None)


def _why_open(one: _Seen, taken: set[str], overrides: dict[int, str | None]) -> Why:
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


def _open(one: _Seen, reason: Why) -> MappedColumn:
    best = one.candidates[0] if one.candidates else None
    confidence = round(min(best.score, OPEN_BELOW - 0.01), 2) if best else 0.0
    return _column(one, None, confidence, Why.ASIDE if one.column.aside else reason, best.field.full_name if best else None)


def _column(one: _Seen, name: str | None, confidence: float, reason: Why, closest: str | None) -> MappedColumn:
    samples = tuple(dict.fromkeys(str(value)[:60] for value in one.values[:30]))[:4]
    return MappedColumn(one.column.index, one.column.header, one.column.group, name, confidence, reason, closest, samples, len(one.values))
