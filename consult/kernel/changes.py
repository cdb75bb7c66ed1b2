"""What a file would change, decided before anything is written: pure functions of its rows and of the records they are about.

A row feeds one or several *parts* (an organisation and its contact). `Folding` compares the rows with the records they were
matched to; `judge` makes a row's verdict of its parts; `digest` names a plan, so that confirming can tell whether it still holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from consult.kernel.audit import encode
from consult.kernel.model import Choice

JOIN = " ; "
"""What stands between the values of an extra that several lines of a file gave."""
Place = tuple[int | None, int | None, int]
"""Where a record stands: its id, or the row of the file that makes it and which of several of that row it is."""


class Verdict(Choice):
    """What an import would do, or did, with a row."""

    NEW = "new", "Nouvelle", "New"
    CHANGED = "changed", "Modifiée", "Changed"
    SAME = "same", "Inchangée", "Unchanged"
    REFUSED = "refused", "Refusée", "Refused"
    AMBIGUOUS = "ambiguous", "À décider", "To decide"


@dataclass(frozen=True, slots=True)
class Note:
    """A reason or a warning: a code that the slice puts into words, and the values of its sentence."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Given:
    """What one row says of one record: values by full field name (blank ones left out), cells that fit no field by header, and doubts.

    `nth` counts the records of one kind that a row names, such as the people of one cell.
    """

    row: int
    values: dict[str, Any]
    extra: dict[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    nth: int = 1


@dataclass(slots=True)
class Known:
    """A record as it is. `sealed` are fields whose value the reader may not see, and which a file may therefore fill but not replace."""

    id: int
    label: str
    values: dict[str, Any]
    extra: dict[str, str] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a row could be about, and why: reasons as notes. `row` names an earlier row of the file instead of a record."""

    id: int | None
    label: str
    hint: str = ""
    reasons: tuple[Note, ...] = ()
    row: int | None = None


def told_apart(label: str, hint: str) -> str:
    """A candidate in one line, with what tells it from another of the same name."""
    return f"{label} – {hint}" if hint else label


@dataclass(slots=True)
class Target:
    """Which record a row is about: an existing one (`id`), or the one that the row `group` of the file makes (its `nth` of that kind).

    `how` says by what it was matched; `candidates` without a decision make the row ambiguous; `refusal` says why it
    cannot be used.
    """

    id: int | None = None
    group: int | None = None
    how: str = ""
    candidates: tuple[Candidate, ...] = ()
    refusal: Note | None = None
    nth: int = 1

    @property
    def place(self) -> Place:
        """Where the record stands."""
        return self.id, self.group, self.nth

    @property
    def settled(self) -> bool:
        """Whether it is known which record the row is about."""
        return not self.candidates and self.refusal is None


class Change(NamedTuple):
    """One field of a record, or one extra under its header, before and after."""

    field: str
    old: Any
    new: Any
    extra: bool = False


@dataclass(slots=True)
class Part:
    """What a row does to one record, the `nth` of its kind in the row. `fresh` when the row is the one that makes it."""

    entity: str
    target: Target
    changes: list[Change]
    fresh: bool = False
    notes: list[Note] = field(default_factory=list)
    into_extra: int = 0
    nth: int = 1

    @property
    def name(self) -> str:
        """What the part is called among those of its row, as answers about it name it."""
        return part_name(self.entity, self.nth)


@dataclass(slots=True)
class Planned:
    """A row with its verdict, why, and what it does to each record it feeds."""

    row: int
    verdict: Verdict
    parts: list[Part] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    label: str = ""
    key: str = ""


@dataclass(slots=True)
class _Record:
    """A record while the rows about it are folded one after the other."""

    values: dict[str, Any]
    extra: dict[str, str]
    sealed: frozenset[str]
    claimed: dict[str, int] = field(default_factory=dict)


class Folding:
    """Compares rows with the records they are about, one after the other in the order of the file.

    A blank cell never erases. Where two rows of the file disagree on a field, the first is kept and the other goes to the extra; lists are
    united. `same(field, old, new)` tells whether two values mean the same.
    """

    def __init__(self, same: Callable[[str, Any, Any], bool]) -> None:
        self._same = same
        self._records: dict[tuple[str, Place], _Record] = {}

    def part(self, entity: str, row: Given, target: Target, known: Known | None, home: Part | None = None) -> Part:
        """Compare a row with a record that holds what is `known`. A target that is not settled gives a part without changes.

        `home` is the part whose record keeps the extra of records that have none of their own (a site's is its organisation's).
        """
        if not target.settled:
            return Part(entity, target, [], notes=row.notes, nth=row.nth)
        place = (entity, target.place)
        fresh = place not in self._records and target.id is None
        if place not in self._records:
            self._records[place] = _Record(dict(known.values), dict(known.extra), known.sealed) if known else _Record({}, {}, frozenset())
        part = Part(entity, target, [], fresh, list(row.notes), nth=row.nth)
        keeper = home or part
        aside = self._records[keeper.entity, keeper.target.place]
        self._fold(row, part, self._records[place], aside, keeper)
        return part

    def _fold(self, row: Given, part: Part, record: _Record, aside: _Record, keeper: Part) -> None:
        untouched = part.fresh and not record.values and not record.claimed
        if untouched:  # as most rows of a first import are: there is nothing to compare with
            part.changes += [Change(name, None, new) for name, new in row.values.items() if new != ()]
            record.values.update(row.values)
            record.claimed.update(dict.fromkeys(row.values, row.row))
        for name, new in () if untouched else row.values.items():
            change = self._change(name, new, row, record, aside, part, keeper)
            if change is not None:
                part.changes.append(change)
                record.values[name] = change.new
            record.claimed.setdefault(name, row.row)
        for header, text in row.extra.items():
            _put_aside(header, text, row.row, aside, keeper)

    def _change(self, name: str, new: Any, row: Given, record: _Record, aside: _Record, part: Part, keeper: Part) -> Change | None:
        old = record.values.get(name)
        if isinstance(new, tuple):
            united = tuple(old or ()) + tuple(each for each in new if not any(self._same(name, one, each) for one in old or ()))
            return Change(name, old, united) if len(united) > len(old or ()) else None
        if old is None or old == "":
            return Change(name, None, new)
        if self._same(name, old, new):
            return None
        header, first = row.headers.get(name, name), record.claimed.get(name)
        if first is not None or name in record.sealed:
            part.notes.append(
                Note("kept_theirs", {"field": name}) if first is None else Note("line_disagrees", {"field": name, "row": first})
            )
            _put_aside(header, shown(new), row.row, aside, keeper)
            part.into_extra += 1
            return None
        if shown(new) in _pieces(aside.extra.get(header)):
            part.into_extra += 1
            return None
        return Change(name, old, new)


def _put_aside(header: str, text: str, row: int, record: _Record, part: Part) -> None:
    old = record.extra.get(header)
    mark = f"extra:{header}"
    if text not in _pieces(old):
        new = text if old is None or mark not in record.claimed else old + JOIN + text
        part.changes.append(Change(header, old, new, extra=True))
        record.extra[header] = new
    record.claimed.setdefault(mark, row)


def _pieces(text: str | None) -> list[str]:
    return [] if text is None else [text, *text.split(JOIN)]


def shown(value: Any) -> str:
    """Return a value as the text that an extra keeps."""
    return JOIN.join(map(str, value)) if isinstance(value, tuple) else str(encode(value))


def judge(row: int, parts: Sequence[Part], main: str, notes: Sequence[Note] = ()) -> Planned:
    """Make a row's verdict of its parts. `main` is the entity the file is about: the row is new when it makes a record of it."""
    reasons = [*notes, *(note for part in parts for note in part.notes)]
    refusals = [part.target.refusal for part in parts if part.target.refusal]
    if refusals:
        return Planned(row, Verdict.REFUSED, list(parts), [*refusals, *reasons])
    if any(part.target.candidates for part in parts):
        return Planned(row, Verdict.AMBIGUOUS, list(parts), reasons)
    if any(part.fresh for part in parts if part.entity == main):
        return Planned(row, Verdict.NEW, list(parts), reasons)
    changed = any(part.changes or part.fresh for part in parts)
    return Planned(row, Verdict.CHANGED if changed else Verdict.SAME, list(parts), reasons)


def part_name(entity: str, nth: int) -> str:
    """Return what the `nth` record of an entity is called among the parts of a row."""
    return entity if nth == 1 else f"{entity}.{nth}"


def counts(plan: Iterable[Planned]) -> dict[str, int]:
    """Return how many rows have each verdict."""
    found = {verdict.value: 0 for verdict in Verdict}
    for row in plan:
        found[row.verdict.value] += 1
    return found


def digest(plan: Iterable[Planned]) -> str:
    """Return the name of a plan: two plans that do the same have the same, others have another."""
    mixed = hashlib.blake2b(digest_size=24)
    for row in plan:
        deeds = [
            (p.entity, *p.target.place, p.fresh, [(c.field, c.extra, encoded(c.old), encoded(c.new)) for c in p.changes]) for p in row.parts
        ]
        mixed.update(json.dumps([row.row, row.verdict, deeds], ensure_ascii=False, separators=(",", ":")).encode())
    return mixed.hexdigest()


def encoded(value: Any) -> Any:
    """Return a field's value as JSON keeps it; a list stays one."""
    return [encode(each) for each in value] if isinstance(value, tuple) else encode(value)
