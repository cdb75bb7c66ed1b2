"""The plan of an import: the verdict of every row, found outside the write lock and without writing anything."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from consult.exchange import snapshots
from consult.exchange.conversion import Cells, Line, Lines
from consult.exchange.fields import (
    COMMUNE,
    COMMUNE_CODE,
    FIRST_NAME,
    JOINED,
    LAST_NAME,
    NAME,
    ORGANISATION,
    PERSON,
    PERSON_EMAIL,
    POST,
    SIREN,
    SIRET,
    SITE,
    by_name,
)  # fmt: skip
from consult.exchange.matching import Decision, Mark, Organisations, mark_of
from consult.exchange.people import People, Sites, place
from consult.exchange.table import Table
from consult.kernel.changes import Folding, Given, Known, Note, Part, Planned, Target, Verdict, counts, digest, judge, shown
from consult.kernel.text import fold
from consult.organisations import identifiers

KEYS = {ORGANISATION: (SIRET, SIREN, NAME, COMMUNE, COMMUNE_CODE), PERSON: (PERSON_EMAIL, LAST_NAME, FIRST_NAME, NAME)}
"""The cells by which a row of the same layout is known again."""
Tell = Callable[[int, int], None]


@dataclass
class Plan:
    """What an import would do: its rows in the order of the file, and where every cell goes."""

    rows: list[Planned] = field(default_factory=list)
    cells: Cells = field(default_factory=Cells)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each verdict."""
        return counts(self.rows)

    @property
    def digest(self) -> str:
        """The name of the plan."""
        return digest(self.rows)


@dataclass
class _Work:
    """The lines of a file and what each of them is about, while the plan is made."""

    lines: list[Line]
    organisations: dict[int, Target] = field(default_factory=dict)
    sites: dict[int, Target] = field(default_factory=dict)
    people: dict[int, Target] = field(default_factory=dict)
    posts: dict[int, Target] = field(default_factory=dict)
    bearers: Mapping[tuple[str, str], int] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)


def make_plan(
    table: Table, decisions: Mapping[int, Mapping[str, Decision]], before: Mapping[str, Mapping[str, int]], tell: Tell | None = None
) -> Plan:
    """Plan the import of a table. `decisions` are answers by row and part, `before` what rows of this layout made, by key."""
    if table.entity is None:
        return Plan()
    work = _Work([])
    for number, line in enumerate(Lines(table), 1):
        work.lines.append(line)
        if tell and number % 500 == 0:
            tell(number, table.layout.records)
    work.keys = _keys(work.lines, table.entity)
    matched = _match(work, table.entity, decisions, before)
    return _judged(work, table.entity, _parts(work, matched))


def _keys(lines: list[Line], entity: str) -> dict[int, str]:
    """Name each row by its key cells; where several rows have the same ones, by all their cells: the key alone does not tell them apart."""
    keys = {line.row: row_key(line, KEYS[entity]) for line in lines}
    often = {key for key, count in Counter(keys.values()).items() if count > 1}
    return {line.row: key if key not in often else row_key(line, ()) for line, key in zip(lines, keys.values(), strict=True)}


def row_key(line: Line, names: Sequence[str]) -> str:
    """Name a row by what it says in some fields (all of them if none is named); nothing when it says nothing there."""
    values = {name: value for given in line.given.values() for name, value in given.values.items()}
    cells = [(name, fold(shown(values[name]))) for name in names or sorted(values) if values.get(name)]
    return hashlib.blake2b(json.dumps(cells).encode(), digest_size=16).hexdigest() if cells else ""


def _match(
    work: _Work, entity: str, decisions: Mapping[int, Mapping[str, Decision]], before: Mapping[str, Mapping[str, int]]
) -> Organisations:
    marks = {line.row: mark_of(line.given.get(ORGANISATION), line.given.get(SITE)) for line in work.lines}
    earlier = {key: ids[ORGANISATION] for key, ids in before.items() if ORGANISATION in ids}
    answers = {row: parts[ORGANISATION] for row, parts in decisions.items() if ORGANISATION in parts}
    matched = Organisations(marks.values(), earlier, answers, by_reference=entity != ORGANISATION)
    for line in sorted(work.lines, key=lambda each: _uncertainty(marks[each.row])):
        work.organisations[line.row] = _organisation(line, entity, matched, marks[line.row], work.keys[line.row])
    _match_sites(work, {row: mark.places for row, mark in marks.items()})
    work.bearers = {**{(SIREN, n): i for n, i in matched.by_siren.items()}, **{(SIRET, n): i for n, i in matched.by_siret.items()}}
    _match_people(work, entity, {row: parts[PERSON] for row, parts in decisions.items() if PERSON in parts}, before)
    return matched


def _uncertainty(mark: Mark) -> tuple[bool, bool, bool]:
    """In which order rows are matched: the surest first, so that a row may mean one that is named or identified further down."""
    return not mark.key, not (mark.siren or mark.siret), not mark.places


def _organisation(line: Line, entity: str, matched: Organisations, mark: Any, key: str) -> Target:
    if not line.given:
        return Target(refusal=Note("nothing_mapped"))
    if entity == PERSON and not mark.key and not mark.siren:
        return Target(refusal=Note("no_organisation"))
    return matched.target(line.row, mark, key)


def _match_sites(work: _Work, places: Mapping[int, frozenset[str]]) -> None:
    sites = Sites(sorted({t.id for t in work.organisations.values() if t.id is not None}))
    for line in work.lines:
        given, target = line.given.get(SITE), work.organisations[line.row]
        if given and target.settled:
            work.sites[line.row] = sites.target(given, target, places[line.row])


def _match_people(work: _Work, entity: str, answers: Mapping[int, Decision], before: Mapping[str, Mapping[str, int]]) -> None:
    given = [line.given[PERSON] for line in work.lines if PERSON in line.given]
    if entity != PERSON and not given:
        return
    people = People(answers, {key: ids[PERSON] for key, ids in before.items() if PERSON in ids} if entity == PERSON else {})
    people.read(given)
    for line in work.lines:
        each, target = line.given.get(PERSON), work.organisations[line.row]
        if each is None and entity == PERSON:
            work.people[line.row] = Target(refusal=Note("no_last_name"))
        elif each is not None and target.settled:
            work.people[line.row] = people.target(each, target, work.keys[line.row])
            _tell_shared(each, work.people[line.row], people)
    _match_posts(work)


def _match_posts(work: _Work) -> None:
    """What a person does in an organisation is known by the two of them."""
    known = snapshots.post_ids(_ids(work.people.values()))
    made: dict[Any, Target] = {}
    for row, person in work.people.items():
        if person.settled:
            organisation = work.organisations[row]
            held = known.get((person.id, organisation.id)) if person.id and organisation.id else None
            between = (place(person), place(organisation))
            work.posts[row] = Target(id=held) if held else made.setdefault(between, Target(group=row))


def _tell_shared(given: Given, target: Target, people: People) -> None:
    for address in given.values.get(PERSON_EMAIL, ()):
        owner = people.owners.get(address)
        if target.settled and owner and owner[0] != target.id:
            given.notes.append(Note("shared_address", {"text": address, "other": f"{owner[2]} {owner[1]}".strip()}))


def _parts(work: _Work, matched: Organisations) -> dict[int, list[Part]]:
    _refuse_nameless(work)
    known: dict[str, Mapping[int, Known]] = {
        ORGANISATION: snapshots.organisations(_ids(work.organisations.values()), matched.here),
        SITE: snapshots.sites(_ids(work.sites.values())),
        PERSON: snapshots.people(_ids(work.people.values())),
        POST: snapshots.posts(_ids(work.posts.values())),
    }
    _guard_identifiers(work, known)
    folding = Folding(same)
    return {line.row: _folded(folding, line, work, known) for line in work.lines}


def _folded(folding: Folding, line: Line, work: _Work, known: Mapping[str, Mapping[int, Known]]) -> list[Part]:
    targets = [at[line.row] for at in (work.organisations, work.people) if line.row in at]
    if not all(
        target.settled for target in targets
    ):  # a row that is not taken as a whole changes nothing, and makes nothing others build on
        return [
            Part(entity, at[line.row], []) for entity, at in ((ORGANISATION, work.organisations), (PERSON, work.people)) if line.row in at
        ]

    def part(entity: str, target: Target, home: Part | None = None) -> Part:
        given = line.given.get(entity) or Given(line.row, {})
        if entity == ORGANISATION and target.settled:
            given.values[JOINED] = True  # naming an organisation in a study makes it take part there
        return folding.part(entity, given, target, known[entity].get(target.id or 0), home)

    home = part(ORGANISATION, work.organisations[line.row])
    found = [home]
    if line.row in work.sites:
        found.append(part(SITE, work.sites[line.row], home))
    if line.row in work.people:
        found.append(part(PERSON, work.people[line.row]))
    if line.row in work.posts:
        found.append(part(POST, work.posts[line.row], found[-1]))
    return found


def _refuse_nameless(work: _Work) -> None:
    """A new organisation needs a name from one of its rows that are taken."""
    taken = [line for line in work.lines if all(at[line.row].settled for at in (work.organisations, work.people) if line.row in at)]
    named = {work.organisations[line.row].group for line in taken if ORGANISATION in line.given and NAME in line.given[ORGANISATION].values}
    for line in taken:
        target = work.organisations[line.row]
        if target.group is not None and target.group not in named:
            work.organisations[line.row] = Target(refusal=Note("no_name"))


def _guard_identifiers(work: _Work, known: Mapping[str, Mapping[int, Known]]) -> None:
    """A SIREN or SIRET stays with one record, and none that fails its check replaces one that passes: else it goes to the extra."""
    bearers: dict[tuple[str, str], Any] = {}
    for line in work.lines:
        target = work.organisations[line.row]
        if not target.settled:
            continue
        for name, part, mine in ((SIREN, ORGANISATION, target), (SIRET, SITE, work.sites.get(line.row, target))):
            given = line.given.get(part)
            number = given.values.get(name) if given else None
            if given is None or number is None:
                continue
            bearer = work.bearers.get((name, number))
            owner = (bearer, None) if bearer is not None else bearers.setdefault((name, number), (mine.id, mine.group))
            if owner not in ((mine.id, mine.group), (target.id, target.group)):
                _set_aside(line, given, name, "taken_elsewhere")
            elif _is_worse(name, number, known[part].get(mine.id or 0)):
                _set_aside(line, given, name, "doubtful_beside")


def _set_aside(line: Line, given: Given, name: str, code: str) -> None:
    given.notes.append(Note(code, {"field": name, "text": given.values[name]}))
    given.extra[given.headers.get(name, name)] = str(given.values.pop(name))
    line.cells.fields -= 1
    line.cells.extra += 1


def _is_worse(name: str, number: str, known: Known | None) -> bool:
    """Whether a number fails its check while the record has one that passes."""
    check = identifiers.siren if name == SIREN else identifiers.siret
    present = known.values.get(name) if known else None
    return bool(present and check(present).value and not check(number).value)


def _judged(work: _Work, entity: str, parts: Mapping[int, list[Part]]) -> Plan:
    plan = Plan()
    for line in work.lines:
        row = judge(line.row, parts[line.row], entity)
        row.label, row.key = line.label, work.keys[line.row]
        plan.rows.append(row)
        _count(plan.cells, line.cells, row)
    return plan


def _count(total: Cells, own: Cells, row: Planned) -> None:
    total.read += own.read
    total.ignored += own.ignored
    if row.verdict in (Verdict.REFUSED, Verdict.AMBIGUOUS):
        total.refused += own.fields + own.extra
        return
    moved = sum(part.into_extra for part in row.parts)
    total.fields += own.fields - moved
    total.extra += own.extra + moved


def _ids(targets: Iterable[Target]) -> list[int]:
    return sorted({target.id for target in targets if target.id is not None})


def same(name: str, old: Any, new: Any) -> bool:
    """Whether two values of a field mean the same: capitals, a slash at the end, a hair's breadth of a coordinate do not count."""
    if old == new:
        return True
    if isinstance(old, float) or isinstance(new, float):
        return isinstance(old, float | int) and isinstance(new, float | int) and abs(old - new) < 1e-9
    kind = by_name()[name].spec.kind if name in by_name() else ""
    if kind in ("email", "url", "terms"):
        return str(old).casefold().rstrip("/") == str(new).casefold().rstrip("/")
    old, new = str(old).strip(), str(new).strip()
    return old == new or (kind in _NAMES and fold(old) == fold(new) and _marks(new) <= _marks(old))


_NAMES = ("name", "first_name", "last_name", "commune", "address")


def _marks(text: str) -> int:
    """How many letters carry an accent: a name in capitals says no more than the one that is kept, one with its accents does."""
    return sum(1 for letter in text if not letter.isascii())
