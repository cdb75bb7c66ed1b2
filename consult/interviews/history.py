"""What happened to an interview and to who takes part in it; the way back to a former value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.guides.models import QuestionVersion
from consult.interviews import service
from consult.interviews.answer_models import Answer
from consult.interviews.files_models import InterviewAttachment
from consult.interviews.models import Interview, Interviewee, Interviewer, InterviewOrganisation
from consult.interviews.quotes_models import Quote
from consult.interviews.sealing import refuse_validated
from consult.kernel import audit
from consult.kernel.audit import AuditEntry
from consult.kernel.db import db
from consult.kernel.errors import NotFound
from consult.organisations import redirects
from consult.organisations.history import Change, Moment, together
from consult.organisations.merge_models import Kind
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person
from consult.terms.models import Term

MODELS: dict[str, Any] = {
    m.__tablename__: m for m in (Interview, InterviewOrganisation, Interviewer, Interviewee, Quote, InterviewAttachment, Answer)
}
OF_LEVELS = (InterviewAttachment, Quote)
"""Parts that may be kept more strictly than their interview, beside its answers."""
HIDDEN = frozenset(
    {
        "ref", "deleted_at", "interview_id", "position", "submitted_at", "validated_at", "validated_by_id", "extra",
        "start", "end", "text_sha", "attachment_id", "question_id", "question_version_id", "value_attachment_id",
    }
)  # fmt: skip
REFERENCES = {
    "organisation_id": "organisation", "user_id": "user", "person_id": "person", "speaker_id": "person",
    "value_organisation_id": "organisation", "value_person_id": "person", "value_term_id": "term",
}  # fmt: skip
AROUND = 60
"""How much of a long text is told on either side of what changed in it."""


def of(interview: Interview, answered: Collection[int] | None = None) -> list[Moment]:
    """Return what happened to an interview, newest first; what one person changed in a field within ten minutes is told once.

    `answered` are the ids of the answers that the reader may know of, where `questions` has told them already.
    """
    known = {
        Answer.__tablename__: set(questions(interview)) if answered is None else answered,
        **{part.__tablename__: _known(part, interview) for part in OF_LEVELS},
    }
    entries = [
        entry
        for entry in audit.history("interview", interview.id, 500)
        if entry.entity in MODELS and (entry.entity not in known or entry.entity_id in known[entry.entity])
    ]
    names = _names(entries)
    return together([_moment(entry, names) for entry in entries])


def questions(interview: Interview) -> dict[int, QuestionVersion]:
    """Return what was asked where an answer was given, by the id of the answer, of those that the reader may know of."""
    query = sa.select(Answer.id, QuestionVersion).join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
    found = db.session.execute(query.where(Answer.interview_id == interview.id).execution_options(include_deleted=True))
    return {row[0]: row[1] for row in found}


def _known(part: Any, interview: Interview) -> set[int]:
    """The rows of a part, deleted ones too, that the reader may know of."""
    query = sa.select(part.id).where(part.interview_id == interview.id)
    return set(db.session.scalars(query.execution_options(include_deleted=True)))


def restore(interview: Interview, entry_id: int, field: str) -> None:
    """Give a field the value it had before an entry. Raises NotFound when the entry is not about it, Refused for a validated interview."""
    refuse_validated(interview)
    entry = db.session.get(AuditEntry, entry_id)
    if (
        entry is None
        or (entry.entity, entry.entity_id) != ("interview", interview.id)
        or field not in service.COLUMNS
        or field not in entry.changes
    ):
        raise NotFound
    service.change(interview, field, audit.decode(interview, field, entry.changes[field][0]))


def passages(old: str, new: str) -> tuple[str, str]:
    """Return the parts of two long texts in which they differ, with a little of what stands around."""
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    tail = next(
        (i for i, (a, b) in enumerate(zip(reversed(old[start:]), reversed(new[start:]), strict=False)) if a != b),
        min(len(old), len(new)) - start,
    )
    return _passage(old, start, len(old) - tail), _passage(new, start, len(new) - tail)


def _passage(text: str, start: int, end: int) -> str:
    first, last = max(0, start - AROUND), min(len(text), max(end, start) + AROUND)
    middle = text[first:last] if last - first <= 6 * AROUND else f"{text[first : first + 3 * AROUND]} … {text[last - 3 * AROUND : last]}"
    return ("…" if first else "") + middle + ("…" if last < len(text) else "")


def _moment(entry: AuditEntry, names: Mapping[tuple[str, int], str]) -> Moment:
    changes = [
        Change(name, _read(entry.entity, name, old, names), _read(entry.entity, name, new, names), entry.id)
        for name, (old, new) in entry.changes.items()
        if name not in HIDDEN
    ]
    who = names.get(("user", entry.actor_id)) if entry.actor_id else None
    return Moment(
        entry.id, entry.at, who, False, entry.via, entry.deed, entry.entity, entry.entity_id, entry.reason, entry.batch_id, changes
    )


def _read(entity: str, name: str, value: Any, names: Mapping[tuple[str, int], str]) -> Any:
    if name in REFERENCES:
        return names.get((REFERENCES[name], value), "…") if value is not None else None
    return audit.decode(MODELS[entity], name, value) if name in sa.inspect(MODELS[entity]).columns else value


def _called(row: Any) -> str:
    return str(row.full_name if isinstance(row, Person) else row.label_fr if isinstance(row, Term) else row.name)


def _names(entries: Sequence[AuditEntry]) -> dict[tuple[str, int], str]:
    """Read the names behind the ids that the entries mention, one query a kind; people who were erased or left the study have none."""
    wanted: dict[str, set[int]] = {
        "user": {e.actor_id for e in entries if e.actor_id},
        "organisation": set(),
        "person": set(),
        "term": set(),
    }
    for entry in entries:
        for name, values in entry.changes.items():
            if name in REFERENCES:
                wanted[REFERENCES[name]].update(v for v in values if isinstance(v, int))
    found: dict[tuple[str, int], str] = {}
    models: dict[str, Any] = {"user": User, "organisation": Organisation, "person": Person, "term": Term}
    for kind, model in models.items():
        if wanted[kind]:
            for row in db.session.scalars(sa.select(model).where(model.id.in_(wanted[kind])).execution_options(include_deleted=True)):
                found[kind, row.id] = _called(row)
    for merged in Kind:
        missing = [number for number in wanted[merged] if (merged.value, number) not in found]
        found.update(((merged.value, number), name) for number, name in (redirects.names(merged, missing) if missing else {}).items())
    return found
