"""Which interview each row of a file is about, and what the row may do to it.

In this order: the row was imported before; the interview's own reference, where an organisation agrees; its organisation on its day. Of
several on one day, the one with which the row agrees in all it says; otherwise somebody is asked. Only interviews that the person may read
are known here, so that nobody learns of another, or changes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from consult.exchange.fields import (
    CONFIDENTIALITY,
    INTERVIEW,
    INTERVIEW_DATE,
    INTERVIEW_KIND,
    INTERVIEW_STATE,
    INTERVIEWEES,
    INTERVIEWERS,
    MET,
    by_name,
)
from consult.exchange.identities import Before, Decisions, Work
from consult.exchange.interview_wording import reference_of, worded
from consult.exchange.lines import Line
from consult.exchange.references import Names
from consult.exchange.sameness import same
from consult.interviews import importing, service
from consult.interviews.importing import Kept
from consult.interviews.models import InterviewKind, InterviewState
from consult.kernel.changes import Candidate, Change, Folding, Given, Known, Note, Target

MOST = 5


def known_of(kept: Kept) -> Known:
    """What an interview holds, field by field."""
    own = {each.name: each.column for each in by_name().values() if each.table == "interview"}
    values = {name: kept.values[column] for name, column in own.items() if kept.values.get(column) not in (None, "")}
    people = {INTERVIEWERS: tuple(kept.interviewers), INTERVIEWEES: tuple(kept.interviewees), MET: tuple(kept.organisations.values())}
    return Known(kept.id, kept.ref, {**values, **people}, dict(kept.extra))


def identify(work: Work, names: Names, defaults: Mapping[str, str], decisions: Decisions, before: Before) -> None:
    """Say which interview each row that speaks of one is about, and bring what it says into the words of that one."""
    lines = [line for line in work.lines if work.entity == INTERVIEW or INTERVIEW in line.given]
    if not lines:
        return
    answers = {row: parts[INTERVIEW] for row, parts in decisions.items() if INTERVIEW in parts}
    earlier = {key: ids[INTERVIEW] for key, ids in before.items() if INTERVIEW in ids} if work.entity == INTERVIEW else {}
    matched = _Interviews(work, names, defaults, answers, earlier)
    matched.settle([line for line in lines if work.is_settled(line)])
    work.kept.update(matched.kept)


@dataclass
class _Interviews:
    work: Work
    names: Names
    defaults: Mapping[str, str]
    answers: Mapping[int, Mapping[str, Any]]
    earlier: Mapping[str, int]
    kept: dict[int, Kept] = field(default_factory=dict)
    _by_day: dict[tuple[int, dt.date], list[Kept]] = field(default_factory=dict)
    _claimed: dict[int, int] = field(default_factory=dict)
    _made: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)

    def settle(self, lines: list[Line]) -> None:
        """Decide about every line: those that agree with one interview in all they say come first."""
        self.kept = importing.kept_with({i for line in lines for i in self._ids(line)})
        for each in self.kept.values():
            for organisation_id in each.organisations:
                self._by_day.setdefault((organisation_id, each.values["date"]), []).append(each)
        for line in sorted(lines, key=lambda line: not self._is_sure(line)):
            target = self._decided(line) or self._told(line)
            if target.id is not None:
                self._claimed.setdefault(target.id, line.row)
            elif target.group == line.row:
                self._made.setdefault(self._place(line), []).append(line.row)
            self.work.interviews[line.row] = self._accepted(line, target)

    def _ids(self, line: Line) -> list[int]:
        return [target.id for target in self.work.organisations_of(line) if target.id is not None]

    def _place(self, line: Line) -> tuple[Any, ...]:
        return tuple(target.place for target in self.work.organisations_of(line)), self._day(line)

    def _day(self, line: Line) -> dt.date | None:
        day: dt.date | None = line.given[INTERVIEW].values.get(INTERVIEW_DATE) if INTERVIEW in line.given else None
        return day

    def _candidates(self, line: Line) -> list[Kept]:
        day = self._day(line)
        found = [each for i in self._ids(line) for each in self._by_day.get((i, day), [])] if day else []
        return list({each.id: each for each in found}.values())

    def _is_sure(self, line: Line) -> bool:
        return len([each for each in self._candidates(line) if not self._differences(line, each)]) == 1

    def _decided(self, line: Line) -> Target | None:
        answer = self.answers.get(line.row) or {}
        if answer.get("skip"):
            return Target(refusal=Note("set_aside_by_choice"))
        if answer.get("new") and self._day(line):
            return Target(group=line.row, how="by_choice")
        if answer.get("use") in self.kept:
            return Target(id=answer["use"], how="by_choice")
        earlier = self.work.interviews.get(answer.get("line") or 0)
        return replace(earlier, how="by_choice") if earlier and earlier.settled else None

    def _told(self, line: Line) -> Target:
        if self._day(line) is None:
            return Target(refusal=Note("no_date"))
        before = self.earlier.get(self.work.keys[line.row])
        if before in self.kept:
            return Target(id=before, how="by_before")
        named = self._named(line)
        if named is not None:
            return Target(id=named, how="by_reference")
        here, lines = self._candidates(line), self._made.get(self._place(line), [])
        agreeing = [each for each in here if not self._differences(line, each)]
        meant = agreeing or [each for each in here if len(here) == 1 and not lines]
        free = [each for each in meant if each.id not in self._claimed] or agreeing
        if free:
            return Target(id=free[0].id, how="by_day")
        if not here and not lines:
            return Target(group=line.row)
        twin = next((row for row in lines if self._says_the_same(line, row)), None)
        return Target(group=twin, how="by_line") if twin else Target(candidates=tuple(self._asked(line, here, lines)))

    def _named(self, line: Line) -> int | None:
        """The interview that a reference names, if it is with one of the row's organisations."""
        ref, mine = reference_of(line.given[INTERVIEW]), set(self._ids(line))
        return next((each.id for each in self.kept.values() if each.ref == ref and mine & each.organisations.keys()), None)

    def _says_the_same(self, line: Line, row: int) -> bool:
        """Whether a row says nothing that the row which makes its interview does not say too."""
        maker = next(each for each in self.work.lines if each.row == row)
        one, two = self._worded(line, None), maker.given[INTERVIEW]
        return one.extra == two.extra and all(two.values.get(name) == v for name, v in one.values.items() if name != INTERVIEW_STATE)

    def _asked(self, line: Line, here: list[Kept], lines: list[int]) -> Iterator[Candidate]:
        for each in here[:MOST]:
            yield Candidate(each.id, f"{each.ref} – {', '.join(each.organisations.values())}", "", (Note("same_day"),))
        for row in lines[:MOST]:
            yield Candidate(None, line.label, "", (Note("earlier_line", {"row": row}), Note("same_day")), row)

    # what a row may do

    def _accepted(self, line: Line, target: Target) -> Target:
        """Take over what the row says of the interview it means; refuse what may not be done to that one."""
        if not target.settled:
            return target
        kept = self.kept.get(target.id or 0)
        if kept is not None and kept.is_sealed and self._differences(line, kept):
            return Target(refusal=Note("interview_is_validated"))
        given = line.given[INTERVIEW] = self._worded(line, kept)
        level = given.values.get(CONFIDENTIALITY)
        if level is not None and importing.hides(level, kept):
            return Target(refusal=Note("hides_from_oneself"))
        if target.group == line.row:
            first = {INTERVIEW_KIND: self._default_kind(), INTERVIEW_STATE: InterviewState.DRAFT, CONFIDENTIALITY: service.default_level()}
            given.values = {**first, **given.values}
        return target

    def _default_kind(self) -> InterviewKind:
        wanted = self.defaults.get(INTERVIEW_KIND)
        return InterviewKind(wanted) if wanted in set(InterviewKind) else InterviewKind.INDIVIDUAL

    def _differences(self, line: Line, kept: Kept) -> list[Change]:
        """What a row would change in an interview."""
        given, target = self._worded(line, kept), Target(id=kept.id)
        return Folding(same).part(INTERVIEW, given, target, known_of(kept)).changes

    def _worded(self, line: Line, kept: Kept | None) -> Given:
        return worded(line, list(self.work.organisations_of(line)), kept, self.names)
