"""Interviews out of a file: what each row would do, and the bulk path that does it, with what undoes it.

The caller has made values of the cells and found the organisation of each row; it lifts the study filter around `apply_rows`, as the bulk
path needs, and undoes with `kernel.reversal.reverse(images, stamp, bound)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from consult.interviews import service, taking_part
from consult.interviews.models import Interview, Interviewee, Interviewer, InterviewKind, InterviewOrganisation, InterviewState
from consult.kernel import refs
from consult.kernel.bulk import Image, Ledger, chunks
from consult.kernel.changes import Change, Note, Verdict
from consult.kernel.db import db
from consult.kernel.reversal import Place
from consult.kernel.scope import current
from consult.kernel.text import fold
from consult.organisations.people_models import Affiliation, Person

PARTS = ("interviewers", "interviewees")
READ = ("id", "ref", "state", "version", "updated_at", "updated_by_id", "extra", *service.COLUMNS)


@dataclass(frozen=True)
class Line:
    """One row: its number, its organisation, what it says of the columns of an interview (blank cells left out), the names of those who
    asked and answered, and cells that fit no field."""

    row: int
    organisation_id: int
    values: Mapping[str, Any]
    interviewers: Sequence[str] = ()
    interviewees: Sequence[str] = ()
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Outcome:
    """What a row does, or did: its verdict and why, the interview it is about, what changes in it, and what undoes it."""

    row: int
    verdict: Verdict
    note: Note | None = None
    interview_id: int | None = None
    changes: list[Change] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    bound: dict[Place, Place] = field(default_factory=dict)


def plan(lines: Sequence[Line]) -> list[Outcome]:
    """Tell what each row would do, without writing. A row is about the interview with its organisation on its day, if the reader may
    read one; two of them, or two such rows, are to be decided. A blank cell never erases; a validated interview is left as it is."""
    known, met = _known(lines), set[tuple[int, Any]]()
    return [_judged(line, known, met) for line in lines]


def apply_rows(lines: Sequence[Line], ledger: Ledger) -> list[Outcome]:
    """Plan again and write what is new and what changed into the ledger, which the caller writes; gives what was done."""
    outcomes = plan(lines)
    fresh = iter(
        refs.take("INT", sum(o.verdict == Verdict.NEW for o in outcomes)) if any(o.verdict == Verdict.NEW for o in outcomes) else ()
    )
    people, team = _People(lines, ledger), {fold(name): member for member, name in taking_part.team()}
    rows = _read([o.interview_id for o in outcomes if o.interview_id and o.verdict == Verdict.CHANGED])
    for line, outcome in zip(lines, outcomes, strict=True):
        if outcome.verdict == Verdict.NEW:
            _insert(line, outcome, next(fresh), ledger)
        elif outcome.verdict == Verdict.CHANGED:
            _update(outcome, rows[outcome.interview_id or 0], ledger)
        if outcome.verdict in (Verdict.NEW, Verdict.CHANGED):
            _add_people(line, outcome, people, team, ledger)
    return outcomes


def _known(lines: Sequence[Line]) -> dict[tuple[int, Any], list[dict[str, Any]]]:
    """Return the interviews that the rows could be about, by organisation and day, with the names of those who take part."""
    found: dict[tuple[int, Any], list[dict[str, Any]]] = {}
    columns = [getattr(Interview, name) for name in READ]
    for some in chunks({line.organisation_id for line in lines}, 400):
        query = sa.select(InterviewOrganisation.organisation_id, *columns).join(
            Interview, Interview.id == InterviewOrganisation.interview_id
        )
        for row in db.session.execute(query.where(InterviewOrganisation.organisation_id.in_(some)).order_by(Interview.id)):
            found.setdefault((row.organisation_id, row.date), []).append({**row._mapping, "interviewers": set(), "interviewees": set()})
    _name({row["id"]: row for rows in found.values() for row in rows})
    return found


def _name(rows: Mapping[int, dict[str, Any]]) -> None:
    for some in chunks(rows, 400):
        asked = sa.select(Interviewer.interview_id, Interviewer.user_id).where(Interviewer.interview_id.in_(some))
        for interview_id, user_id in db.session.execute(asked):
            rows[interview_id]["interviewers"].add(user_id)
        said = (
            sa.select(Interviewee.interview_id, Person)
            .join(Person, Person.id == Interviewee.person_id)
            .where(Interviewee.interview_id.in_(some))
        )
        for interview_id, person in db.session.execute(said):
            rows[interview_id]["interviewees"].add(fold(person.full_name))


def _read(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = {}
    for some in chunks(ids, 400):
        query = sa.select(*(getattr(Interview, name) for name in READ)).where(Interview.id.in_(some))
        found.update({row.id: dict(row._mapping) for row in db.session.execute(query)})
    return found


def _judged(line: Line, known: Mapping[tuple[int, Any], list[dict[str, Any]]], met: set[tuple[int, Any]]) -> Outcome:
    day = line.values.get("date")
    if day is None:
        return Outcome(line.row, Verdict.REFUSED, Note("no_date"))
    here, key = known.get((line.organisation_id, day), []), (line.organisation_id, day)
    if key in met or len(here) > 1:
        return Outcome(line.row, Verdict.AMBIGUOUS, Note("interview_twice"))
    met.add(key)
    if not here:
        return Outcome(line.row, Verdict.NEW, changes=[Change(f"interview.{name}", None, value) for name, value in line.values.items()])
    changes = _differences(line, here[0])
    if changes and here[0]["state"] == InterviewState.VALIDATED:
        return Outcome(line.row, Verdict.REFUSED, Note("interview_is_validated"), here[0]["id"])
    return Outcome(line.row, Verdict.CHANGED if changes else Verdict.SAME, None, here[0]["id"], changes)


def _differences(line: Line, row: Mapping[str, Any]) -> list[Change]:
    changes = [Change(f"interview.{name}", row[name], value) for name, value in line.values.items() if row[name] != value]
    changes += [
        Change(name, row["extra"].get(name), text, extra=True) for name, text in line.extra.items() if row["extra"].get(name) != text
    ]
    team = {fold(name): member for member, name in taking_part.team()} if line.interviewers else {}
    asked = [name for name in line.interviewers if fold(name) in team and team[fold(name)] not in row["interviewers"]]
    said = [name for name in line.interviewees if fold(name) not in row["interviewees"]]
    return changes + [Change(f"interview.{part}", None, names) for part, names in zip(PARTS, (asked, said), strict=True) if names]


def _insert(line: Line, outcome: Outcome, ref: str, ledger: Ledger) -> None:
    values = {"kind": InterviewKind.INDIVIDUAL, "confidentiality": service.default_level(), **line.values}
    text = service.searched(ref, values)
    outcome.interview_id, image = ledger.insert(
        Interview, ref=ref, study_id=current().study_id, extra=dict(line.extra), search_key=text, **values
    )
    outcome.images.append(image)
    _part(ledger, outcome, InterviewOrganisation, organisation_id=line.organisation_id, position=0)


def _update(outcome: Outcome, row: Mapping[str, Any], ledger: Ledger) -> None:
    new = {
        c.field.removeprefix("interview."): c.new
        for c in outcome.changes
        if not c.extra and c.field.removeprefix("interview.") in service.COLUMNS
    }
    extra = {c.field: c.new for c in outcome.changes if c.extra}
    if extra:
        new["extra"] = {**row["extra"], **extra}
    read = {**row, "search_key": service.searched(row["ref"], row)}
    outcome.images.append(ledger.update(Interview, read, {**new, "search_key": service.searched(row["ref"], {**row, **new})}))


def _part(ledger: Ledger, outcome: Outcome, model: Any, **values: Any) -> None:
    part_id, image = ledger.insert(model, study_id=current().study_id, interview_id=outcome.interview_id, **values)
    outcome.images.append(image)
    outcome.bound[model.__tablename__, part_id] = ("interview", outcome.interview_id or 0)


def _add_people(line: Line, outcome: Outcome, people: _People, team: Mapping[str, int], ledger: Ledger) -> None:
    named = {c.field: c.new for c in outcome.changes if c.field in ("interview.interviewers", "interview.interviewees")}
    new = outcome.verdict == Verdict.NEW
    for name in dict.fromkeys(fold(n) for n in (line.interviewers if new else named.get("interview.interviewers", ()))):
        if name in team:
            _part(ledger, outcome, Interviewer, user_id=team[name])
    for name in {fold(n): n for n in (line.interviewees if new else named.get("interview.interviewees", ()))}.values():
        person_id, title = people.find_or_make(name, line.organisation_id, outcome)
        _part(ledger, outcome, Interviewee, person_id=person_id, job_title=title)


class _People:
    """The people of the organisations that the rows name, by folded name; new ones are made in the ledger."""

    def __init__(self, lines: Sequence[Line], ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[tuple[int, str], tuple[int, str | None]] = {}
        for some in chunks({line.organisation_id for line in lines if line.interviewees}, 400):
            query = sa.select(Affiliation.organisation_id, Affiliation.job_title, Person).join(Person, Person.id == Affiliation.person_id)
            for organisation_id, title, person in db.session.execute(
                query.where(Affiliation.organisation_id.in_(some)).order_by(Affiliation.id)
            ):
                self._known.setdefault((organisation_id, fold(person.full_name)), (person.id, title))

    def find_or_make(self, name: str, organisation_id: int, outcome: Outcome) -> tuple[int, str | None]:
        """Return the person of this name in an organisation and the job title the directory knows."""
        key = (organisation_id, fold(name))
        if key not in self._known:
            first, _sep, last = name.strip().rpartition(" ")
            ref = refs.take("PER")[0]
            folded = fold(f"{last} {first}")
            person_id, image = self._ledger.insert(
                Person, ref=ref, first_name=first or None, last_name=last, sort_name=folded, search_key=f"{folded} {fold(ref)}"
            )
            _post_id, post = self._ledger.insert(Affiliation, person_id=person_id, organisation_id=organisation_id, is_main=True)
            outcome.images += [image, post]
            self._known[key] = (person_id, None)
        return self._known[key]
