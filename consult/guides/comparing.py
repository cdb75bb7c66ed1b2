"""What changed from one version of a guide to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from consult.guides import service, wording
from consult.guides.copying import WORDING_FIELDS
from consult.guides.models import Guide, VersionState
from consult.guides.outline import Asked, Outline


@dataclass
class Difference:
    """What became of one question: `how` is added, removed, moved or changed; `fields` are (field, before, after)."""

    how: str
    asked: Asked
    before: str = ""
    fields: list[tuple[str, Any, Any]] = field(default_factory=list)


@dataclass
class Changes:
    """What became of a guide: sections that are new or gone by title, and questions in the order of the newer version."""

    new_sections: list[str] = field(default_factory=list)
    gone_sections: list[str] = field(default_factory=list)
    questions: list[Difference] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new_sections or self.gone_sections or self.questions)


def compare(old: Outline, new: Outline) -> Changes:
    """Return what changed between two versions of a guide; questions are the same by their key."""
    titles = [[part.section.title_fr for part in each.parts] for each in (old, new)]
    found = Changes([t for t in titles[1] if t not in titles[0]], [t for t in titles[0] if t not in titles[1]])
    moved = _moved([a.key for a in old.items if a.key in new.by_key], [a.key for a in new.items if a.key in old.by_key])
    for asked in new.items:
        found.questions += _difference(old.by_key.get(asked.key), asked, old, new, asked.key in moved)
    found.questions += [Difference("removed", asked, asked.number) for asked in old.items if asked.key not in new.by_key]
    return found


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest keys that have to be moved to bring one order into the other: all but a longest common run."""
    place = {key: number for number, key in enumerate(old)}
    best: list[list[str]] = []
    for key in new:
        before = [run for run in best if place[run[-1]] < place[key]]
        best.append([*_longest(before), key])
    return set(new) - set(_longest(best))


def _longest(runs: Sequence[list[str]]) -> list[str]:
    longest: list[str] = max(runs, key=len, default=[])
    return longest


def _difference(before: Asked | None, asked: Asked, old: Outline, new: Outline, is_moved: bool) -> list[Difference]:
    if before is None:
        return [Difference("added", asked)]
    fields = _fields(before, asked)
    sections = old.part_of(before).section.title_fr, new.part_of(asked).section.title_fr
    if fields:
        return [Difference("changed", asked, before.number, fields)]
    return [Difference("moved", asked, before.number)] if is_moved or sections[0] != sections[1] else []


def _fields(before: Asked, asked: Asked) -> list[tuple[str, Any, Any]]:
    pairs = [(name, getattr(before.wording, name), getattr(asked.wording, name)) for name in WORDING_FIELDS]
    pairs.append(("options", _options(before), _options(asked)))
    pairs.append(("condition", before.item.condition, asked.item.condition))
    return [(name, old, new) for name, old, new in pairs if old != new]


def _options(asked: Asked) -> str:
    return wording.written([(option.code, option.label_fr, option.label_en) for option in asked.options])


def since_published(whole: Outline) -> Changes | None:
    """Return what changed since the version that is published now; None where none is."""
    before = service.published(whole.guide)
    return compare(service.outline(before.id), whole) if before is not None and before.id != whole.version.id else None


def two_versions(guide: Guide, old_id: int | None, new_id: int | None) -> dict[str, Any]:
    """Return the values of the page that compares two versions of a guide: the last two unless others of its versions are named."""
    versions = {each.id: each for each in service.versions(guide)}
    numbers = list(versions)
    new = versions[new_id] if new_id in versions else versions[numbers[0]]
    others = [each for each in versions.values() if each.number < new.number]
    old = versions[old_id] if old_id in versions else (others[0] if others else new)
    changes = compare(service.outline(old.id), service.outline(new.id)) if old is not new else Changes()
    return {"versions": list(versions.values()), "old": old, "new": new, "changes": changes, "states": VersionState}
