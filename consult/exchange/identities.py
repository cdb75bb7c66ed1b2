"""Which record of the study each row of a file is about: its organisation first, then that one's site and people."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from consult.exchange import snapshots
from consult.exchange.fields import (
    COMMUNE,
    COMMUNE_CODE,
    FIRST_NAME,
    INTERVIEW,
    INTERVIEW_DATE,
    INTERVIEW_REF,
    INTERVIEW_START,
    LAST_NAME,
    NAME,
    ORGANISATION,
    PERSON,
    PERSON_EMAIL,
    SIREN,
    SIRET,
    SITE,
)
from consult.exchange.lines import Line
from consult.exchange.marks import Mark, mark_of
from consult.exchange.matching import Decision, Organisations
from consult.exchange.people import People, Sites
from consult.interviews.importing import Kept
from consult.kernel.changes import Given, Note, Place, Target, shown
from consult.kernel.text import fold

KEYS = {
    ORGANISATION: (SIRET, SIREN, NAME, COMMUNE, COMMUNE_CODE),
    PERSON: (PERSON_EMAIL, LAST_NAME, FIRST_NAME, NAME),
    INTERVIEW: (INTERVIEW_REF, INTERVIEW_DATE, INTERVIEW_START, SIRET, SIREN, NAME),
}
"""The cells by which a row of the same layout is known again."""
Decisions = Mapping[int, Mapping[str, Decision]]
"""What was answered about rows, by row and part."""
Before = Mapping[str, Mapping[str, int]]
"""The records that rows of the same layout made or matched earlier, by the key of the row."""


@dataclass
class Work:
    """The lines of a file and what each of them is about, while the plan is made."""

    entity: str
    lines: list[Line]
    organisations: dict[int, Target] = field(default_factory=dict)
    others: dict[int, list[Target]] = field(default_factory=dict)
    interviews: dict[int, Target] = field(default_factory=dict)
    kept: dict[int, Kept] = field(default_factory=dict)
    sites: dict[int, Target] = field(default_factory=dict)
    people: dict[int, list[Target]] = field(default_factory=dict)
    posts: dict[int, list[Target]] = field(default_factory=dict)
    here: set[int] = field(default_factory=set)
    bearers: Mapping[tuple[str, str], int] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)

    def organisations_of(self, line: Line) -> Iterator[Target]:
        """The organisations that a row names, its own first."""
        yield self.organisations[line.row]
        yield from self.others.get(line.row, ())

    def targets(self, line: Line) -> Iterator[tuple[str, int, Target]]:
        """What decides whether a row is taken: its organisations, people and interview, as entity, place among those of the row, target."""
        for nth, target in enumerate(self.organisations_of(line), 1):
            yield ORGANISATION, nth, target
        for nth, target in enumerate(self.people.get(line.row, ()), 1):
            yield PERSON, nth, target
        if line.row in self.interviews:
            yield INTERVIEW, 1, self.interviews[line.row]

    def is_settled(self, line: Line) -> bool:
        """Whether it is known what a row is about, as a whole."""
        return all(target.settled for _entity, _nth, target in self.targets(line))


def identified(lines: list[Line], entity: str, decisions: Decisions, before: Before) -> Work:
    """Say what the lines of a file about `entity` are about."""
    work = Work(entity, lines, keys=_keys(lines, entity))
    marks = {line.row: mark_of(line.given.get(ORGANISATION), line.given.get(SITE)) for line in lines}
    earlier = {key: ids[ORGANISATION] for key, ids in before.items() if ORGANISATION in ids}
    answers = _answers(decisions, ORGANISATION)
    matched = Organisations(marks.values(), earlier, answers, by_reference=entity != ORGANISATION, by_name=entity == INTERVIEW)
    for line in sorted(lines, key=lambda each: _uncertainty(marks[each.row])):
        work.organisations[line.row] = _organisation(line, entity, matched, marks[line.row], work.keys[line.row])
    for line in lines:
        work.others[line.row] = [matched.target(line.row, mark_of(each, None), "", each.nth) for each in line.others]
    work.here = matched.here
    work.bearers = {**{(SIREN, n): i for n, i in matched.by_siren.items()}, **{(SIRET, n): i for n, i in matched.by_siret.items()}}
    _match_sites(work, {row: mark.places for row, mark in marks.items()})
    _match_people(work, decisions, before)
    return work


def _answers(decisions: Decisions, entity: str) -> dict[tuple[int, int], Decision]:
    """What was answered about the records of an entity, by row and place among those of the row."""
    found: dict[tuple[int, int], Decision] = {}
    for row, parts in decisions.items():
        for name, decision in parts.items():
            kind, _dot, nth = name.partition(".")
            if kind == entity:
                found[row, int(nth) if nth.isdecimal() else 1] = decision
    return found


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


def _uncertainty(mark: Mark) -> tuple[bool, bool, bool]:
    """In which order rows are matched: the surest first, so that a row may mean one that is named or identified further down."""
    return not mark.key, not (mark.siren or mark.siret), not mark.places


def _organisation(line: Line, entity: str, matched: Organisations, mark: Mark, key: str) -> Target:
    if not line.given:
        return Target(refusal=Note("nothing_mapped"))
    if entity != ORGANISATION and not mark.key and not mark.siren:
        return Target(refusal=Note("no_organisation" if entity == PERSON else "no_organisation_met"))
    return matched.target(line.row, mark, key)


def _match_sites(work: Work, places: Mapping[int, frozenset[str]]) -> None:
    sites = Sites(ids(work.organisations.values()))
    for line in work.lines:
        given, target = line.given.get(SITE), work.organisations[line.row]
        if given and target.settled:
            work.sites[line.row] = sites.target(given, target, places[line.row])


def _match_people(work: Work, decisions: Decisions, before: Before) -> None:
    given = [contact[PERSON] for line in work.lines for contact in line.contacts()]
    if work.entity != PERSON and not given:
        return
    people = People(
        _answers(decisions, PERSON), {key: ids[PERSON] for key, ids in before.items() if PERSON in ids} if work.entity == PERSON else {}
    )
    people.read(given)
    for line in work.lines:
        organisation = work.organisations[line.row]
        named = [contact[PERSON] for contact in line.contacts()]
        if not named and work.entity == PERSON:
            work.people[line.row] = [Target(refusal=Note("no_last_name"))]
        elif organisation.settled:
            work.people[line.row] = [people.target(each, organisation, work.keys[line.row] if each.nth == 1 else "") for each in named]
            for each, target in zip(named, work.people[line.row], strict=True):
                _tell_shared(each, target, people)
    _match_posts(work)


def _match_posts(work: Work) -> None:
    """What a person does in an organisation is known by the two of them."""
    known = snapshots.post_ids(ids(target for targets in work.people.values() for target in targets))
    made: dict[tuple[Place, Place], Target] = {}
    for row, people in work.people.items():
        work.posts[row] = [_post(person, work.organisations[row], row, known, made) for person in people]


def _post(
    person: Target, organisation: Target, row: int, known: Mapping[tuple[int, int], int], made: dict[tuple[Place, Place], Target]
) -> Target:
    if person.id and organisation.id and (person.id, organisation.id) in known:
        return Target(id=known[person.id, organisation.id])
    return made.setdefault((person.place, organisation.place), Target(group=row, nth=len(made) + 1))


def _tell_shared(given: Given, target: Target, people: People) -> None:
    for address in given.values.get(PERSON_EMAIL, ()) if target.settled else ():
        bearer = people.bearer_of(address, target.id)
        if bearer is not None:
            given.notes.append(Note("shared_address" if bearer else "shared_address_elsewhere", {"text": address, "other": bearer}))


def ids(targets: Iterable[Target]) -> list[int]:
    """The ids of the records that exist among targets."""
    return sorted({target.id for target in targets if target.id is not None})
