"""Answers put into words, with the names behind the ids they hold: all of a page's in one statement at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from consult.attachments.models import Attachment
from consult.guides.models import QuestionKind as Kind
from consult.guides.models import QuestionOption, QuestionVersion
from consult.interviews.answer_models import Answer
from consult.interviews.answer_values import value_of
from consult.interviews.files_models import InterviewAttachment
from consult.kernel.db import db
from consult.kernel.model import AnySelect
from consult.kernel.scope import current
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person
from consult.studies.permissions import may
from consult.terms.models import Term
from consult.web.i18n import lang, written_date, written_label, written_number

NAMED = {Kind.ORGANISATION: "value_organisation_id", Kind.PERSON: "value_person_id", Kind.COMPONENT: "value_term_id"}
FILES = "value_attachment_id"
Names = Mapping[tuple[Kind, int], str]
"""What the records are called that answers name, by the kind of question and their id."""


def names_of(answers: Iterable[Answer]) -> Names:
    """Return the names of the records that answers name; of those that were deleted too, but for files: those are taken back. People are
    named to those who may read people."""
    answers = list(answers)
    told = [kind for kind in NAMED if kind != Kind.PERSON or may(current().role, "read_people")]
    wanted = {kind: {number for each in answers if (number := getattr(each, NAMED[kind])) is not None} for kind in told}
    found = {(Kind.FILE, first): ", ".join(names) for first, names in file_names([getattr(each, FILES) for each in answers]).items()}
    parts = [_named(kind, ids) for kind, ids in wanted.items() if ids]
    if not parts:
        return found
    rows = db.session.execute(sa.union_all(*parts).execution_options(include_deleted=True))
    return found | {(Kind(row[0]), row[1]): row[2] for row in rows}


def file_names(firsts: Iterable[int | None]) -> dict[int, list[str]]:
    """Return the names of all the files of answers, by the file that each answer names: the first of them."""
    ids = sorted({first for first in firsts if first is not None})
    found: dict[int, list[str]] = {}
    for start in range(0, len(ids), 900):
        for first, name in db.session.execute(_files_beside(ids[start : start + 900])):
            found.setdefault(first, []).append(name)
    return found


def _files_beside(firsts: list[int]) -> AnySelect:
    first = aliased(InterviewAttachment)
    beside = sa.and_(InterviewAttachment.interview_id == first.interview_id, InterviewAttachment.question_id == first.question_id)
    return (
        sa.select(first.attachment_id, Attachment.name)
        .join(InterviewAttachment, beside)
        .join(Attachment, Attachment.id == InterviewAttachment.attachment_id)
        .where(first.attachment_id.in_(firsts), Attachment.deleted_at.is_(None))
        .order_by(Attachment.id)
    )


def _named(kind: Kind, ids: set[int]) -> sa.Select[Any]:
    found: dict[Kind, tuple[Any, Any]] = {
        Kind.ORGANISATION: (Organisation, Organisation.name),
        Kind.PERSON: (Person, sa.func.coalesce(Person.first_name + " ", "") + Person.last_name),
        Kind.COMPONENT: (Term, sa.func.coalesce(Term.label_en if lang() == "en" else Term.label_fr, Term.label_fr)),
    }
    model, name = found[kind]
    return sa.select(sa.literal(kind.value), model.id, name).where(model.id.in_(ids))


def shown(wording: QuestionVersion, options: Iterable[QuestionOption], answer: Answer | Mapping[str, Any], names: Names = {}) -> str:  # noqa: B006
    """Return the value of an answer as text in the reader's language; empty when it has none."""
    value = value_of(wording.kind, answer)
    if value is None:
        return ""
    kind = wording.kind
    if kind in NAMED or kind == Kind.FILE:
        return names.get((kind, value), "…")
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        labels = {option.code: option.label(lang()) for option in options}
        return ", ".join(labels.get(code, code) for code in ([value] if isinstance(value, str) else value))
    if kind == Kind.DATE:
        return written_date(value)
    if kind == Kind.AMOUNT:
        return " ".join(part for part in (written_number(value.number), _symbol(value.currency), written_label(value.basis)) if part)
    if kind in (Kind.NUMBER, Kind.PERCENTAGE, Kind.SCALE):
        return _number(wording, value)
    return str(value)


def _number(wording: QuestionVersion, value: Any) -> str:
    # Four digits without a unit are most often a year; nobody writes 1 987 for the year a company was founded.
    bare = wording.kind == Kind.NUMBER and not wording.unit and value in range(1000, 10000)
    text = str(int(value)) if bare else written_number(value.normalize())
    if wording.kind == Kind.SCALE:
        end = (
            wording.end("min", lang()) if value == wording.scale_min else wording.end("max", lang()) if value == wording.scale_max else None
        )
        return f"{text} / {wording.scale_max}" + (f" ({end})" if end else "")
    unit = "%" if wording.kind == Kind.PERCENTAGE else wording.unit
    return f"{text}\N{NO-BREAK SPACE}{unit}" if unit else text


def _symbol(currency: str) -> str:
    return {"EUR": "€"}.get(currency, currency)
