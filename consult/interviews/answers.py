"""Answers of an interview: read, given, emptied, made strict. Two people may write different ones at the same time.

The interview's own row is not touched by an answer, so that interviewers who write in different sections never wait for one another; it
is only held still while the answer is written, so that a validation comes before or after and never in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from consult.guides.models import GuideItem, QuestionKind, QuestionVersion
from consult.interviews import answer_values
from consult.interviews.answer_models import VALUES, Answer, MissingCode
from consult.interviews.models import Interview, Interviewer, InterviewState
from consult.kernel import audit
from consult.kernel.db import db
from consult.kernel.errors import Conflict, NotFound, Refused
from consult.kernel.locking import expect_version, first_come
from consult.kernel.model import NOTE, Confidentiality, now
from consult.kernel.scope import current
from consult.kernel.text import clean
from consult.studies.permissions import refuse_without

PARTS: Mapping[str, tuple[str, ...]] = {"value": (*VALUES, "missing"), "comment": ("comment",), "confidentiality": ("confidentiality",)}
"""What is written of an answer, in columns; two people who change different ones of these both keep theirs."""


class Disputed(Conflict):
    """Two people answered one question differently: `record` holds theirs, `mine` what was not saved, `fields` what they disagree on."""

    def __init__(self, record: Answer, seen: int, mine: Mapping[str, Any], fields: Sequence[str]) -> None:
        super().__init__(record, seen)
        self.mine, self.fields = mine, tuple(fields)


@dataclass(frozen=True)
class Place:
    """Where an answer goes: the state of its interview, how its question is worded there, and what is held already, be it emptied."""

    state: InterviewState
    wording: QuestionVersion | None
    answer: Answer | None

    @property
    def worded(self) -> QuestionVersion:
        """How the question is asked; as it was answered, where the guide asks it no more. Raises NotFound."""
        found = self.wording or (self.answer.wording if self.answer is not None else None)
        if found is None:
            raise NotFound
        return found


def of(interview_id: int) -> dict[int, Answer]:
    """Return the answers of an interview that the reader may know of, by question; in one query."""
    query = sa.select(Answer).where(Answer.interview_id == interview_id).order_by(Answer.id)
    return {answer.question_id: answer for answer in db.session.scalars(query)}


def put(
    interview_id: int,
    question_id: int,
    value: answer_values.Value = None,
    missing: MissingCode | None = None,
    comment: str | None = None,
    seen: int | None = None,
    level: Confidentiality | None = None,
    at: Place | None = None,
) -> Answer | None:
    """Write the whole of one answer over version `seen` (0: there was none; None: whatever there is) and return it; None when it is empty.

    `level` is left as it is when None; a new answer has the one of its question. `at` is the place, where the caller has read it. What
    somebody else wrote meanwhile is kept where the writer left it as it was. Raises Disputed where both wrote the same part differently,
    Refused("interview_is_validated"), Refused("answer_or_missing") for a value with a missing code, Refused("answer_off_scale") or
    Refused("answer_out_of_bounds"), and NotFound for a question that is
    neither in the interview's guide nor answered yet.
    """
    refuse_without("log_interviews")
    if missing is not None and not _empty(value):
        raise Refused("answer_or_missing", field="value")
    held = at or place(interview_id, question_id)
    wording = held.worded
    _refuse_beyond(wording, value)
    written = {**answer_values.columns(wording.kind, value), "missing": missing, "comment": _words(comment)}
    if level is not None:
        written["confidentiality"] = level
    if held.answer is None:
        return _add(interview_id, wording, written)
    return _change(held.answer, wording, written, seen)


def is_same(answer: Answer, kind: QuestionKind, value: answer_values.Value, missing: MissingCode | None, comment: str | None) -> bool:
    """Tell whether an answer says this already, whatever its level."""
    written = {**answer_values.columns(kind, value), "missing": missing, "comment": _words(comment)}
    return not _differ(tuple(written), written, {name: getattr(answer, name) for name in written})


def clear(answer: Answer, seen: int | None = None) -> None:
    """Take an answer back as a whole."""
    put(answer.interview_id, answer.question_id, seen=seen)


def place(interview_id: int, question_id: int) -> Place:
    """Return all that writing an answer needs, in one statement; on PostgreSQL the interview is held still until the transaction ends.

    Raises NotFound for an interview that the reader may not know of, and Refused for a validated one.
    """
    asked = sa.and_(
        GuideItem.version_id == Interview.guide_version_id, GuideItem.question_id == question_id, GuideItem.deleted_at.is_(None)
    )
    query = (
        sa.select(Interview.state, QuestionVersion, Answer)
        .outerjoin(GuideItem, asked)
        .outerjoin(QuestionVersion, QuestionVersion.id == GuideItem.question_version_id)
        .outerjoin(Answer, sa.and_(Answer.interview_id == Interview.id, Answer.question_id == question_id))
        .where(Interview.id == interview_id)
        .execution_options(include_deleted=True)
        .with_for_update(read=True, of=Interview)
    )
    found = db.session.execute(query.where(Interview.deleted_at.is_(None))).first()
    if found is None:
        raise NotFound
    _refuse_locked(found[0])
    return Place(*found)


def _add(interview_id: int, wording: QuestionVersion, written: Mapping[str, Any]) -> Answer | None:
    if _is_empty(written):
        return None
    values = {"confidentiality": wording.confidentiality, **written}
    answer = Answer(interview_id=interview_id, question_id=wording.question_id, question_version_id=wording.id, **values)
    try:
        with first_come("answer_of_others"):
            db.session.add(answer)
    except Refused:  # somebody answered at the same moment, or before, at a level that the writer does not read
        theirs = of(interview_id).get(wording.question_id)
        if theirs is None:
            raise
        return _change(theirs, wording, written, 0)
    return answer


def _change(answer: Answer, wording: QuestionVersion, written: Mapping[str, Any], seen: int | None) -> Answer | None:
    try:
        expect_version(answer, seen if answer.deleted_at is None or seen else None)
    except Conflict:
        written = _merged(answer, seen or 0, written)
    changed = {name: value for name, value in written.items() if getattr(answer, name) != value}
    _refuse_hiding(answer, changed.get("confidentiality"))
    for name, value in changed.items():
        setattr(answer, name, value)
    if changed:
        answer.question_version_id = wording.id
        gone = _is_empty({name: getattr(answer, name) for names in PARTS.values() for name in names})
        answer.deleted_at, answer.deleted_by_id = (now(), current().user_id) if gone else (None, None)
        db.session.flush()
    return None if answer.deleted_at else answer


def _merged(answer: Answer, seen: int, written: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be saved of what was typed over an older version. Raises Disputed where both changed the same."""
    base = audit.values_at(answer, seen) if seen else dict.fromkeys(written)
    present = {name: getattr(answer, name) for name in written}
    parts = {part: names for part, names in PARTS.items() if names[0] in written}
    changed = [part for part, names in parts.items() if any(written[name] != base.get(name) for name in names)]
    disputed = [part for part in changed if _differ(parts[part], present, base) and _differ(parts[part], present, written)]
    if disputed:
        raise Disputed(answer, seen, written, disputed)
    return {name: written[name] for part in changed for name in parts[part]}


def _differ(names: Sequence[str], one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return any(one[name] != other.get(name) for name in names)


def _is_empty(written: Mapping[str, Any]) -> bool:
    return all(value is None for name, value in written.items() if name != "confidentiality")


def _refuse_hiding(answer: Answer, level: Confidentiality | None) -> None:
    """Nobody hides from themselves an answer that is not theirs."""
    if level is not None and level.rank > current().rank and not _is_theirs(answer):
        raise Refused("hides_from_oneself", field="confidentiality")


def _empty(value: answer_values.Value) -> bool:
    return value is None or value == "" or value == []


def _words(comment: str | None) -> str | None:
    words = clean(comment or "").strip()
    if len(words) > NOTE:
        raise Refused("answer_too_long", field="comment", longest=NOTE)
    return words or None


def _refuse_beyond(wording: QuestionVersion, value: answer_values.Value) -> None:
    number = value.number if isinstance(value, answer_values.Amount) else value
    if not isinstance(number, int | Decimal):
        return
    low, high = wording.scale_min or 0, wording.scale_max or 0
    if wording.kind == QuestionKind.SCALE and not low <= number <= high:
        raise Refused("answer_off_scale", field="value", low=low, high=high)
    least, most = answer_values.BOUNDS.get(wording.kind, (number, number))
    if not least <= number <= most:
        raise Refused("answer_out_of_bounds", field="value", low=f"{least:f}", high=f"{most:f}")


def _refuse_locked(state: InterviewState) -> None:
    if state.is_sealed:
        raise Refused("interview_is_validated")


def _is_theirs(answer: Answer) -> bool:
    me = current().user_id
    asked = sa.select(Interviewer.id).where(Interviewer.interview_id == answer.interview_id, Interviewer.user_id == me)
    return me is None or answer.created_by_id == me or db.session.scalar(asked) is not None
