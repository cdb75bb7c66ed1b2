"""The plan of an import: the verdict of every row, found outside the write lock and without writing anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from consult.exchange import frame, guarding, interview_rows, proposals, snapshots
from consult.exchange.conversion import Lines
from consult.exchange.fields import INTERVIEW, JOINED, ORGANISATION, PERSON, PERSON_EMAIL, POST, SITE
from consult.exchange.identities import Before, Decisions, Work, identified, ids
from consult.exchange.lines import Cells, Line
from consult.exchange.sameness import same
from consult.exchange.table import Table
from consult.kernel.changes import Folding, Given, Known, Part, Planned, Target, Verdict, counts, digest, judge

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


def make_plan(table: Table, decisions: Decisions, before: Before, tell: Tell | None = None) -> Plan:
    """Plan the import of a table. `decisions` are answers by row and part, `before` what rows of this layout made, by key."""
    if table.entity is None:
        return Plan()
    lines, found = Lines(table), list[Line]()
    for number, line in enumerate(lines, 1):
        found.append(line)
        if tell and number % 500 == 0:
            tell(number, table.layout.records)
    work = identified(found, table.entity, decisions, before)
    guarding.refuse_nameless(work)
    interview_rows.identify(work, lines.names, table.defaults, decisions, before)
    proposals.propose_kinds(work, lines)
    frame.agree(work)
    return _judged(work, _parts(work))


def _parts(work: Work) -> dict[int, list[Part]]:
    known = _known(work)
    guarding.guard_identifiers(work, known)
    guarding.guard_segments(work, known[ORGANISATION])
    guarding.keep_names(work, known[ORGANISATION])
    folding = Folding(same)
    return {line.row: _folded(folding, line, work, known) for line in work.lines}


def _known(work: Work) -> dict[str, Mapping[int, Known]]:
    """What the records that exist hold now, by entity."""
    addresses = {a for line in work.lines for each in line.contacts() for a in each[PERSON].values.get(PERSON_EMAIL, ())}
    organisations = ids(target for line in work.lines for target in work.organisations_of(line))
    return {
        INTERVIEW: {number: interview_rows.known_of(kept) for number, kept in work.kept.items()},
        ORGANISATION: snapshots.organisations(organisations, work.here),
        SITE: snapshots.sites(ids(work.sites.values())),
        PERSON: snapshots.people(ids(each for people in work.people.values() for each in people), addresses),
        POST: snapshots.posts(ids(each for posts in work.posts.values() for each in posts), work.here),
    }


def _folded(folding: Folding, line: Line, work: Work, known: Mapping[str, Mapping[int, Known]]) -> list[Part]:
    if not work.is_settled(line):
        # a row that is not taken as a whole changes nothing, and makes nothing others build on
        return [Part(entity, target, [], nth=nth) for entity, nth, target in work.targets(line)]

    def part(entity: str, target: Target, given: Given | None, home: Part | None = None) -> Part:
        given, present = given or Given(line.row, {}), known[entity].get(target.id or 0)
        if entity == ORGANISATION:
            given.values[JOINED] = True  # naming an organisation in a study makes it take part there
        made = folding.part(entity, given, target, present, home)
        made.changes += frame.emptied(made, present)
        return made

    home = part(ORGANISATION, work.organisations[line.row], line.given.setdefault(ORGANISATION, Given(line.row, {})))
    found = [home]
    if line.row in work.sites:
        found.append(part(SITE, work.sites[line.row], line.given.get(SITE), home))
    for contact, person, post in zip(line.contacts(), work.people.get(line.row, ()), work.posts.get(line.row, ()), strict=True):
        found.append(part(PERSON, person, contact[PERSON]))
        found.append(part(POST, post, contact.get(POST) or Given(line.row, {}, nth=contact[PERSON].nth), found[-1]))
    found += [part(ORGANISATION, target, given) for target, given in zip(work.others[line.row], line.others, strict=True)]
    if line.row in work.interviews:
        found.append(part(INTERVIEW, work.interviews[line.row], line.given.get(INTERVIEW)))
    return found


def _judged(work: Work, parts: Mapping[int, list[Part]]) -> Plan:
    plan = Plan()
    for line in work.lines:
        row = judge(line.row, parts[line.row], work.entity)
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
