"""What a row may not do, whatever it says: make an organisation without a name, or take an identifier from the record that bears it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consult.exchange.fields import INTERVIEW, LEGAL_NAME, NAME, ORGANISATION, SEGMENT, SIREN, SIRET, SITE
from consult.exchange.identities import Work
from consult.exchange.lines import Line
from consult.kernel.changes import Given, Known, Note, Target, shown
from consult.organisations import identifiers
from consult.organisations.name_keys import name_key


def refuse_nameless(work: Work) -> None:
    """Refuse the rows of a new organisation that none of its rows that are taken names; its registered name is one."""
    taken = [line for line in work.lines if work.is_settled(line)]
    for line in taken:
        values = line.given[ORGANISATION].values if ORGANISATION in line.given else {}
        if work.organisations[line.row].group is not None and NAME not in values and LEGAL_NAME in values:
            values[NAME] = values[LEGAL_NAME]
    named = {work.organisations[line.row].place for line in taken if ORGANISATION in line.given and NAME in line.given[ORGANISATION].values}
    for line in taken:
        target = work.organisations[line.row]
        if target.group is not None and target.place not in named:
            work.organisations[line.row] = Target(refusal=Note("no_name"))


def guard_identifiers(work: Work, known: Mapping[str, Mapping[int, Known]]) -> None:
    """A SIREN or SIRET stays with one record, and none that fails its check, or was borne by a record merged since, replaces
    one that passes: else it goes to the extra."""
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
            owner = Target(id=bearer).place if bearer is not None else bearers.setdefault((name, number), mine.place)
            if owner not in (mine.place, target.place):
                _set_aside(line, given, name, "taken_elsewhere")
            elif _is_worse(name, number, known[part].get(mine.id or 0)):
                _set_aside(line, given, name, "doubtful_beside")
            elif name == SIREN and bearer is not None and _is_former(number, known[part].get(bearer)):
                _set_aside(line, given, name, "former_number")


def keep_names(work: Work, known: Mapping[int, Known]) -> None:
    """A file of interviews only says with whom: it renames nobody. Another name than the one that is known is kept in the extra."""
    for line in work.lines if work.entity == INTERVIEW else ():
        for target, given in zip(work.organisations_of(line), (line.given.get(ORGANISATION), *line.others), strict=True):
            present = known.get(target.id or 0)
            if given is None or present is None or NAME not in given.values:
                continue
            if name_key(given.values[NAME]) == name_key(present.label):
                del given.values[NAME]
            else:
                line.put_aside(given, NAME)


def guard_segments(work: Work, known: Mapping[int, Known]) -> None:
    """The segments that a row names for several organisations say nothing new where they are theirs; otherwise nobody can tell which is
    whose, and the cell goes to the extra."""
    for line in work.lines:
        ids = [target.id or 0 for target in work.organisations_of(line) if line.segments]
        theirs = {known[each].values.get(SEGMENT) for each in ids if each in known}
        if line.segments and theirs - {None} != set(line.segments):
            given = line.given.setdefault(ORGANISATION, Given(line.row, {}))
            given.values[SEGMENT] = line.segments
            _set_aside(line, given, SEGMENT, "nobodys")


def _set_aside(line: Line, given: Given, name: str, code: str) -> None:
    given.notes.append(Note(code, {"field": name, "text": shown(given.values[name])}))
    line.put_aside(given, name)


def _is_former(siren: str, bearer: Known | None) -> bool:
    """Whether a SIREN leads to a record that has another one: it was borne by a record that was merged into this one."""
    present = identifiers.siren(bearer.values.get(SIREN)).value if bearer else None
    return present is not None and present != siren


def _is_worse(name: str, number: str, known: Known | None) -> bool:
    """Whether a number fails its check while the record has one that passes."""
    check = identifiers.siren if name == SIREN else identifiers.siret
    present = known.values.get(name) if known else None
    return bool(present and check(present).value and not check(number).value)
