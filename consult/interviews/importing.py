"""Interviews out of a file: what those that it may mean hold, which state it may give them, and the bulk path that writes them.

The caller has decided what each row means and changes; it lifts the study filter around `write`, as the bulk path needs, and undoes with
`kernel.reversal.reverse`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.interviews import service
from consult.interviews.importing_people import Interviewees
from consult.interviews.models import Interview, Interviewee, Interviewer, InterviewOrganisation, InterviewState, Review
from consult.interviews.review import STEPS
from consult.kernel import refs
from consult.kernel.bulk import Image, Ledger, chunks
from consult.kernel.db import db
from consult.kernel.model import Confidentiality
from consult.kernel.scope import current
from consult.organisations.models import Organisation
from consult.organisations.participation import Disposition, Participation
from consult.organisations.people_models import Person

DRAFT, SUBMITTED, RETURNED, VALIDATED = InterviewState.DRAFT, InterviewState.SUBMITTED, InterviewState.RETURNED, InterviewState.VALIDATED
COLUMNS = (*service.COLUMNS, "state")
"""The columns of an interview that a file may set."""
STAMPS = ("submitted_at", "validated_at", "validated_by_id")
OF_THE_ROW = ("id", "ref", "version", "created_by_id", "updated_at", "updated_by_id", "extra", "search_key", *STAMPS, *COLUMNS)


@dataclass
class Kept:
    """An interview that the reader may read, as it is: its columns, the organisations concerned (id → name, the first named first), and
    the names of those who asked and answered. `is_own` when the reader wrote it or asked in it."""

    id: int
    ref: str
    values: dict[str, Any]
    extra: dict[str, str]
    is_own: bool
    organisations: dict[int, str] = field(default_factory=dict)
    interviewers: list[str] = field(default_factory=list)
    interviewees: list[str] = field(default_factory=list)

    @property
    def is_sealed(self) -> bool:
        """Whether its validation locks it."""
        return bool(self.values["state"].is_sealed)


def kept_with(organisation_ids: Iterable[int]) -> dict[int, Kept]:
    """Return the interviews with these organisations, by id: only those that the reader may read, so that nobody learns of another."""
    ids: set[int] = set()
    for some in chunks(organisation_ids):
        links = sa.select(InterviewOrganisation.interview_id).join(Interview, Interview.id == InterviewOrganisation.interview_id)
        ids.update(db.session.scalars(links.where(InterviewOrganisation.organisation_id.in_(some))))
    found: dict[int, Kept] = {}
    for some in chunks(sorted(ids)):
        for row in db.session.execute(sa.select(*(getattr(Interview, name) for name in OF_THE_ROW)).where(Interview.id.in_(some))):
            values = {name: row._mapping[name] for name in COLUMNS}
            found[row.id] = Kept(row.id, row.ref, values, dict(row.extra or {}), row.created_by_id == current().user_id)
        _name(found, some)
    return dict(sorted(found.items()))


def _name(found: Mapping[int, Kept], ids: Sequence[int]) -> None:
    concerned = sa.select(InterviewOrganisation.interview_id, Organisation.id, Organisation.name).join(
        Organisation, Organisation.id == InterviewOrganisation.organisation_id
    )
    order = (InterviewOrganisation.position, InterviewOrganisation.id)
    for row in db.session.execute(concerned.where(InterviewOrganisation.interview_id.in_(ids)).order_by(*order)):
        found[row.interview_id].organisations[row.id] = row.name
    asked = sa.select(Interviewer.interview_id, User.id, User.name).join(User, User.id == Interviewer.user_id)
    for row in db.session.execute(asked.where(Interviewer.interview_id.in_(ids)).order_by(Interviewer.id)):
        found[row.interview_id].interviewers.append(row.name)
        found[row.interview_id].is_own |= row.id == current().user_id
    said = sa.select(Interviewee.interview_id, Person).join(Person, Person.id == Interviewee.person_id)
    for interview_id, person in db.session.execute(said.where(Interviewee.interview_id.in_(ids)).order_by(Interviewee.id)):
        found[interview_id].interviewees.append(person.full_name)


def standing(wanted: InterviewState, present: InterviewState | None) -> tuple[InterviewState | None, str | None]:
    """Return the state that a file may give an interview (None: the one it has), and the code of what is to be said where that is not the
    one wanted. Nothing is validated but by who may, and nothing goes back: that asks for words."""
    if wanted == present:
        return None, None
    if wanted.is_sealed or wanted == STEPS["submit"].target != STEPS["submit"].leads_to:
        wanted = VALIDATED
    if present is not None:
        return (wanted, None) if _is_open(wanted, present) else (None, "state_stays")
    if wanted == RETURNED:
        return DRAFT, "begins_as_draft"
    if wanted == VALIDATED and not _is_open(VALIDATED, DRAFT):
        return SUBMITTED, "may_not_validate"
    return wanted, None


def _is_open(wanted: InterviewState, present: InterviewState) -> bool:
    """Whether the reader may bring an interview from one state to another without a word."""
    role = current().role
    steps = (step for step in STEPS.values() if step.leads_to == wanted and not step.without_comment)
    return any(step.may_take(role) and step.starts_from(present, role) for step in steps)


def hides(level: Confidentiality, kept: Kept | None) -> bool:
    """Whether a level would hide from the reader an interview that is not theirs: they would lose it, and the way back with it."""
    return kept is not None and level.rank > current().rank and not kept.is_own


@dataclass
class Row:
    """What a row of a file does: to an interview that is there (`id`), or to a new one. `values` are columns, `interviewers` ids of users,
    `interviewees` names as they were written. `images` undo it afterwards, and `people` undo each person it made, one list a person."""

    id: int | None
    organisations: Sequence[int]
    values: dict[str, Any]
    interviewers: Sequence[int] = ()
    interviewees: Sequence[str] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    images: list[Image] = field(default_factory=list)
    people: list[list[Image]] = field(default_factory=list)


def write(rows: Sequence[Row], ledger: Ledger) -> None:
    """Put what rows do into the ledger, which the caller writes. The organisations and people they name are written already."""
    fresh = [row for row in rows if row.id is None]
    codes = iter(refs.take(Interview.ref_prefix, len(fresh)) if fresh else ())
    present = _present([row.id for row in rows if row.id is not None])
    people = Interviewees([i for row in rows if row.interviewees for i in row.organisations], ledger)
    targets = _Targets(ledger)
    for row in rows:
        former = present[row.id]["state"] if row.id is not None else None
        _write_interview(row, present.get(row.id or 0), ledger, codes)
        _write_parts(row, former is not None, ledger, people)
        if row.values.get("state") not in (None, former, DRAFT):
            _write_review(row, former or DRAFT, targets, ledger)


def _present(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for some in chunks(ids):
        query = sa.select(*(getattr(Interview, name) for name in OF_THE_ROW)).where(Interview.id.in_(some))
        found.update({row.id: dict(row._mapping) for row in db.session.execute(query)})
    return found


def _write_interview(row: Row, present: dict[str, Any] | None, ledger: Ledger, codes: Iterable[str]) -> None:
    values = {**row.values, **_stamps(row.values.get("state"), ledger)}
    if present is None:
        ref = next(iter(codes))
        text = service.searched(ref, values)
        row.id, image = ledger.insert(
            Interview, ref=ref, study_id=current().study_id, extra=dict(row.extra), search_key=text, **values
        )  # fmt: skip
        row.images.append(image)
        return
    if row.extra:
        values["extra"] = {**present["extra"], **row.extra}
    if values:
        values["search_key"] = service.searched(present["ref"], {**present, **values})
        row.images.append(ledger.update(Interview, present, values))


def _stamps(state: InterviewState | None, ledger: Ledger) -> dict[str, Any]:
    """The columns that follow from a state."""
    if state == VALIDATED:
        return {"validated_at": ledger.at, "validated_by_id": current().user_id}
    return {"submitted_at": ledger.at} if state == SUBMITTED else {}


def _write_parts(row: Row, is_old: bool, ledger: Ledger, people: Interviewees) -> None:
    mine = {"study_id": current().study_id, "interview_id": row.id}
    linked = _linked(row, InterviewOrganisation.organisation_id) if is_old else set()
    for position, organisation_id in enumerate((i for i in row.organisations if i not in linked), len(linked)):
        row.images.append(ledger.insert(InterviewOrganisation, **mine, organisation_id=organisation_id, position=position)[1])
    for user_id in row.interviewers:
        row.images.append(ledger.insert(Interviewer, **mine, user_id=user_id)[1])
    there = _linked(row, Interviewee.person_id) if is_old else set()
    for name in row.interviewees:
        person_id, title, made = people.find_or_make(name, row.organisations)
        row.people += [made] if made else []
        if person_id not in there:
            there.add(person_id)
            row.images.append(ledger.insert(Interviewee, **mine, person_id=person_id, job_title=title)[1])


def _linked(row: Row, column: Any) -> set[int]:
    return set(db.session.scalars(sa.select(column).where(column.class_.interview_id == row.id)))


def _write_review(row: Row, was: InterviewState, targets: _Targets, ledger: Ledger) -> None:
    """Write the step of the review that a state in a file is: a validation says in the target list that the organisations were met."""
    became, former = row.values["state"], {}
    if became == VALIDATED:
        former = targets.mark_done(row)
    facts = {"study_id": current().study_id, "interview_id": row.id, "at": ledger.at, "by_id": current().user_id}
    row.images.append(ledger.insert(Review, **facts, was=was, became=became, former=former)[1])


class _Targets:
    """Sets the targets that imported validations concern to *done*."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._done: set[int] = set()

    def mark_done(self, row: Row) -> dict[str, Any]:
        """Mark the targets of one interview; gives what each was, by id of participation, as its review keeps it."""
        table: Any = Participation.__table__
        here = (table.c.study_id == current().study_id, table.c.organisation_id.in_(list(row.organisations)), table.c.in_frame)
        former = {}
        for target in db.session.execute(sa.select(table).where(*here, table.c.deleted_at.is_(None)).order_by(table.c.id)):
            if target.disposition != Disposition.DONE and target.id not in self._done:
                self._done.add(target.id)
                former[str(target.id)] = {
                    "disposition": target.disposition,
                    "reason": target.disposition_reason,
                    "cause": target.disposition_cause,
                }
                done = {"disposition": Disposition.DONE, "disposition_reason": None, "disposition_cause": None}
                row.images.append(self._ledger.update(Participation, dict(target._mapping), done))
        return former
