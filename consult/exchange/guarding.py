"""What a row may not do, whatever it says: make an organisation without a name, or take an identifier from the record that bears it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consult.exchange.fields import NAME, ORGANISATION, SIREN, SIRET, SITE
from consult.exchange.identities import Work
from consult.exchange.lines import Line
from consult.kernel.changes import Given, Known, Note, Target
from consult.organisations import identifiers


def refuse_nameless(work: Work) -> None:
    """Refuse the rows of a new organisation that none of its rows that are taken names."""
    taken = [line for line in work.lines if work.is_settled(line)]
    named = {work.organisations[line.row].place for line in taken if ORGANISATION in line.given and NAME in line.given[ORGANISATION].values}
    for line in taken:
        target = work.organisations[line.row]
        if target.group is not None and target.place not in named:
            work.organisations[line.row] = Target(refusal=Note("no_name"))


def guard_identifiers(work: Work, known: Mapping[str, Mapping[int, Known]]) -> None:
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
            owner = Target(id=bearer).place if bearer is not None else bearers.setdefault((name, number), mine.place)
            if owner not in (mine.place, target.place):
                _set_aside(line, given, name, "taken_elsewhere")
            elif _is_worse(name, number, known[part].get(mine.id or 0)):
                _set_aside(line, given, name, "doubtful_beside")


def _set_aside(line: Line, given: Given, name: str, code: str) -> None:
    given.notes.append(Note(code, {"field": name, "text": given.values[name]}))
    line.put_aside(given, name)


def _is_worse(name: str, number: str, known: Known | None) -> bool:
    """Whether a number fails its check while the record has one that passes."""
    check = identifiers.siren if name == SIREN else identifiers.siret
    present = known.values.get(name) if known else None
    return bool(present and check(present).value and not check(number).value)
