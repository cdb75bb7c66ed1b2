"""Which entity a table holds: the one that explains most of its columns and of which a name or an identifier was found."""

from __future__ import annotations

from dataclasses import dataclass

from consult.excel.locate import TableColumn
from consult.excel.recognise import Candidate
from consult.excel.registry import EntitySpec, Registry
from consult.excel.text import fold

OPEN_BELOW = 0.7


@dataclass
class Seen:
    column: TableColumn
    values: list[object]
    candidates: list[Candidate]


def best_of(one: Seen, entity: str) -> Candidate | None:
    return next((candidate for candidate in one.candidates if candidate.field.entity == entity and candidate.score >= OPEN_BELOW), None)


def explaining(seen: list[Seen], registry: Registry) -> str | None:
    """The entity that explains most of the columns, among those of which an identity was found."""
    scores = {entity.name: _strength(seen, entity) for entity in registry.entities}
    best = max(scores, key=lambda name: scores[name], default=None)
    return best if best is not None and scores[best] > 0 else None


def _strength(seen: list[Seen], entity: EntitySpec) -> float:
    fields: dict[str, Candidate] = {}
    rivals = rivals_among(seen)
    for one in seen:
        candidate = best_of(one, entity.name)
        if candidate and candidate.why == "values" and candidate.field.full_name in rivals:
            continue
        if candidate and is_its_own(one, candidate):
            before = fields.get(candidate.field.name)
            if before is None or candidate.score > before.score:
                fields[candidate.field.name] = candidate
    identity = [name for name in entity.identity if name in fields]
    if not identity:
        return 0.0
    weak = {fold(word) for word in entity.weak}
    weakly = all(
        any(one.candidates and fields[name] in one.candidates and fold(one.column.header) in weak for one in seen) for name in identity
    )
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


def is_its_own(one: Seen, candidate: Candidate) -> bool:
    """A column whose header points to another entity speaks for that one."""
    return candidate.hinted or not any(other.hinted and other.score >= candidate.score - 0.1 for other in one.candidates)


def rivals_among(seen: list[Seen]) -> set[str]:
    """Fields that the values of several columns suggest and no header names: nothing tells which one it is."""
    by_values = [
        candidate.field.full_name
        for one in seen
        for candidate in one.candidates
        if candidate.why == "values" and candidate.score >= OPEN_BELOW
    ]
    return {name for name in by_values if by_values.count(name) > 1}


def unfed(seen: list[Seen], registry: Registry, entity: str | None) -> set[str]:
    """Fields of entities that the table cannot feed, because nothing in it names a record of them."""
    refused: set[str] = set()
    for spec in registry.entities:
        if spec.name == entity or spec.companion:
            continue
        named = any(
            candidate.field.entity == spec.name
            and candidate.field.name in spec.identity
            and candidate.score >= OPEN_BELOW
            and is_its_own(one, candidate)
            and fold(one.column.header) not in {fold(word) for word in spec.weak}
            for one in seen
            for candidate in one.candidates
        )
        if not named:
            refused.update(field.full_name for field in registry.fields if field.entity == spec.name)
    return refused
