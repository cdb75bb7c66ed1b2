"""What was posted of an interview, saved: one answer, one field, or the whole page; and what is told of each."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.guides.models import QuestionKind as Kind
from consult.interviews import answer_forms, answer_reading, answers, service, taking_part, writing
from consult.interviews.answer_models import Answer
from consult.interviews.models import Interview
from consult.interviews.writing import Question, Sheet
from consult.kernel.db import db
from consult.kernel.errors import Conflict, NotFound, Refused
from consult.kernel.locking import merge
from consult.kernel.model import NOTE, now
from consult.kernel.text import clean
from consult.organisations import service as organisations
from consult.web.i18n import _, written_datetime, written_label
from consult.web.refusals import sentence

FIELDS = ("summary", "note", "duration_min")
"""The fields of an interview that its page saves one by one."""
LOCKED = "interview_is_validated"


class Unsound(Exception):
    """What was typed cannot be an answer; `said` tells why."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class Disputed(Exception):
    """Somebody else wrote the same meanwhile. `told` is what the page shows: theirs, who and when, and the version over which a choice is
    saved."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(told["theirs"])
        self.told = told


@dataclass
class Outcome:
    """What came of saving a whole page: how many answers were saved, and by question what is wrong or what somebody else answered."""

    saved: int = 0
    wrong: dict[int | str, str] = field(default_factory=dict)
    theirs: dict[int | str, dict[str, Any]] = field(default_factory=dict)

    @property
    def troubles(self) -> bool:
        """Whether anything was not saved."""
        return bool(self.wrong or self.theirs)


def save_one(interview_id: int, question_id: int, posted: Mapping[str, Any]) -> dict[str, Any]:
    """Save one answer as it was posted, and return what its page is told. Raises Unsound, Refused, NotFound or Disputed."""
    question = writing.one(interview_id, question_id, posted)
    answer = _put(interview_id, question)
    told = {"version": answer.version if answer else 0, "at": clock(now())}
    return {**told, **_as_fields(question, answer)} if question.wording.kind in answer_reading.NAMED else told


def save_all(interview: Interview, sheet: Sheet, posted: Mapping[str, Any]) -> Outcome:
    """Save every answer and field that was posted, and return what could not be: the caller then saves none, and shows them all."""
    outcome = Outcome()
    for question_id, question in sheet.questions.items():
        if question.form.is_posted:
            _try(outcome, question_id, functools.partial(_put, interview.id, question))
    for name in FIELDS:
        if f"f-{name}-seen" in posted and _is_new(interview, name, posted):
            _try(outcome, name, functools.partial(save_field, interview.id, name, posted))
    return outcome


def _try(outcome: Outcome, what: int | str, save: Callable[[], Any]) -> None:
    try:
        with db.session.begin_nested():
            outcome.saved += save() is not None
    except Unsound as wrong:
        outcome.wrong[what] = wrong.said
    except Refused as refusal:
        if refusal.code == LOCKED:
            raise
        outcome.wrong[what] = sentence(refusal)
    except Disputed as disputed:
        outcome.theirs[what] = disputed.told


def _is_new(interview: Interview, name: str, posted: Mapping[str, Any]) -> bool:
    try:
        return bool(_value_of(name, posted) != getattr(interview, name))
    except (Unsound, Refused):
        return True


def is_sound(sheet: Sheet | None) -> bool:
    """Tell whether everything that was posted of a sheet can be an answer; what is wrong stands in its forms."""
    posted = [question.form for question in sheet.questions.values() if question.form.is_posted] if sheet else []
    return not [form for form in posted if not form.validate()]  # every one, so that all that is wrong is said at once


def save_field(interview_id: int, name: str, posted: Mapping[str, Any]) -> dict[str, Any]:
    """Save one of FIELDS over the version that was seen; what others changed in other fields is no matter. Raises as `save_one`."""
    if name not in FIELDS:
        raise NotFound
    value, seen = _value_of(name, posted), _whole(posted.get(f"f-{name}-seen"))
    return _save_field(service.get(interview_id), name, value, seen)


def _save_field(interview: Interview, name: str, value: Any, seen: int | None) -> dict[str, Any]:
    try:
        service.update(interview, {name: value}, seen)
    except Conflict as conflict:
        outcome = merge(interview, conflict.seen, {name: value})
        if outcome.disputed:
            raise Disputed(_field_of(interview, name)) from conflict
        service.update(interview, outcome.values, interview.version)
    return {"version": interview.version, "at": clock(now())}


def _field_of(interview: Interview, name: str) -> dict[str, Any]:
    value = getattr(interview, name)
    text = "" if value is None else str(value)
    fields = [(f"f-{name}", text), (f"f-{name}-seen", str(interview.version))]
    return {"version": interview.version, "theirs": text, "pairs": fields, **_by(interview)}


def _told_of(disputed: answers.Disputed, question: Question) -> dict[str, Any]:
    answer = disputed.record
    names = answer_reading.names_of([answer])
    said = [answer_reading.shown(question.wording, question.options, answer, names), written_label(answer.missing)]
    if "comment" in disputed.fields:
        said.append(answer.comment or "")
    return {
        "version": answer.version, "theirs": " · ".join(part for part in said if part), **_as_fields(question, answer), **_by(answer),
    }  # fmt: skip


def clock(at: Any) -> str:
    """Return the time of an instant on the server, as the page says it."""
    return written_datetime(at)[-5:]


def _put(interview_id: int, question: Question) -> Answer | None:
    form, wording = question.form, question.wording
    if not form.validate():
        raise Unsound(form.said)
    typed = form.typed(wording, question.held)
    typed["value"] = _settled(wording.kind, typed["value"])
    if question.place is None and _is_as_held(question, typed):
        return None
    try:
        return answers.put(interview_id, wording.question_id, seen=form.seen_version, at=question.place, **typed)
    except answers.Disputed as disputed:
        raise Disputed(_told_of(disputed, question)) from disputed


def _is_as_held(question: Question, typed: Mapping[str, Any]) -> bool:
    """Tell whether a page posts an answer as it is held already, so that a page of many is saved in as many statements as changed."""
    held = question.held
    if held is None:
        return typed["value"] in (None, "", []) and typed["missing"] is None and not typed["comment"]
    same = answers.is_same(held, question.wording.kind, typed["value"], typed["missing"], typed["comment"])
    return same and typed["level"] in (None, held.confidentiality)


def _settled(kind: Kind, value: Any) -> Any:
    """Return the id of what an answer names: an organisation that is not known yet is added, outside the target list."""
    if kind == Kind.ORGANISATION and isinstance(value, str):
        return organisations.find_or_create(value, in_frame=False).id
    if kind == Kind.ORGANISATION and value is not None and not taking_part.organisation_names([value]):
        raise Refused("organisation_unknown", field="value")
    if kind == Kind.PERSON and value is not None and not taking_part.people_names([value]):
        raise Refused("person_unknown", field="value")
    return value


def _as_fields(question: Question, answer: Answer | None) -> dict[str, Any]:
    """Return an answer as fields to be put into the page, and the names of what they choose."""
    names = answer_reading.names_of([answer]) if answer is not None else {}
    form = answer_forms.form_of(question.wording, question.options, answer, _terms_named(names))
    return {"pairs": form.pairs(), "labels": {str(number): name for (_kind, number), name in names.items()}}


def _terms_named(names: answer_reading.Names) -> list[tuple[int, str]]:
    return [(number, name) for (kind, number), name in names.items() if kind == Kind.COMPONENT]


def _by(record: Any) -> dict[str, str]:
    who = db.session.scalar(sa.select(User.name).where(User.id == record.updated_by_id)) if record.updated_by_id else None
    return {"who": who or _("somebody else"), "at": clock(record.updated_at)}


def _value_of(name: str, posted: Mapping[str, Any]) -> Any:
    text = clean(str(posted.get(f"f-{name}") or ""))
    if name == "duration_min":
        minutes = _whole("".join(text.split())) if text.strip() else None
        if text.strip() and not 1 <= (minutes or 0) <= 1440:
            raise Unsound(_("The duration is a whole number of minutes, from 1 to 1440."))
        return minutes
    if len(text) > NOTE:
        raise Refused("answer_too_long", longest=NOTE)
    return text if text.strip() else None


def _whole(text: Any) -> int | None:
    written = str(text or "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else None
