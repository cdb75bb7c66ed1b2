"""What was captured beside interviews, read for a page in one query: quotes, follow-ups and files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.attachments.models import Attachment
from consult.interviews.anchoring import anchor
from consult.interviews.answer_models import Answer
from consult.interviews.files_models import InterviewAttachment
from consult.interviews.follow_ups import is_late
from consult.interviews.follow_ups_models import FollowUp
from consult.interviews.models import InterviewOrganisation, QuoteRight
from consult.interviews.quotes_models import Quote, attributable, usable
from consult.kernel import kinds
from consult.kernel.db import db
from consult.kernel.model import Confidentiality, UTCDateTime
from consult.kernel.scope import current
from consult.organisations.people_models import Person
from consult.studies.permissions import may

QUOTE, FOLLOW_UP, FILE = "quote", "follow_up", "file"


@dataclass(frozen=True)
class Captured:
    """One thing that was captured. What its kind has not is None: `right` of a quote, `due` and `done_at` of a follow-up, `mime` and `size`
    of a file, `question_id` of one that answers a question, or of a quote that stands in an answer,
    whose text now is `source`. `who` spoke, or has it to do. `withdrawn` says that the speaker no longer
    agrees to be quoted."""

    kind: str
    id: int
    interview_id: int | None
    text: str
    who: str | None
    right: QuoteRight | None
    withdrawn: bool
    is_placed: bool
    due: dt.date | None
    done_at: dt.datetime | None
    mime: str | None
    size: int | None
    level: Confidentiality | None
    question_id: int | None
    source: str | None

    def is_late(self, today: dt.date) -> bool:
        """Tell whether a follow-up is late."""
        return is_late(self.due, self.done_at, today)

    def is_to_check(self, note: str | None) -> bool:
        """Tell whether a quote was taken from a note, or from an answer, and no longer stands there."""
        return self.is_placed and anchor(self.source if self.question_id else note, self.text) is None


def of_interview(interview_id: int) -> dict[str, list[Captured]]:
    """Return what was captured in an interview and the reader may know of, by kind, in the order of capture."""
    quotes = _quotes().where(Quote.interview_id == interview_id, attributable(current()))
    promised = _follow_ups().where(FollowUp.interview_id == interview_id)
    files = _files().where(InterviewAttachment.interview_id == interview_id)
    return _read([quotes, promised, files])


def of_organisation(organisation_id: int) -> dict[str, list[Captured]]:
    """Return the quotes of an organisation's interviews, and what was promised to it."""
    told = sa.select(InterviewOrganisation.interview_id).where(InterviewOrganisation.organisation_id == organisation_id)
    quotes = _quotes().where(Quote.interview_id.in_(told), attributable(current()))
    return _read([quotes, _follow_ups().where(FollowUp.organisation_id == organisation_id)])


def _read(parts: Sequence[sa.Select[Any]]) -> dict[str, list[Captured]]:
    found: dict[str, list[Captured]] = {QUOTE: [], FOLLOW_UP: [], FILE: []}
    for row in db.session.execute(sa.union_all(*parts).order_by("id")):
        kind, number, interview_id, text, who, right, used, start, due, done_at, mime, size, level, question_id, source = row
        quoted = (QuoteRight(right) if right else None, kind == QUOTE and not used, start is not None)
        known = Confidentiality(level) if level else None
        found[kind].append(Captured(kind, number, interview_id, text, who, *quoted, due, done_at, mime, size, known, question_id, source))
    return found


_TYPES: dict[str, Any] = {
    "interview_id": sa.Integer(), "text": sa.String(), "who": sa.String(), "right": sa.String(), "used": sa.Boolean(),
    "start": sa.Integer(), "due": sa.Date(), "done_at": UTCDateTime(), "mime": sa.String(), "size": sa.Integer(), "level": sa.String(),
    "question_id": sa.Integer(), "source": sa.String(),
}  # fmt: skip


def _part(kind: str, model: Any, **given: Any) -> sa.Select[Any]:
    return kinds.part(kind, model, _TYPES, given)


def _quotes() -> sa.Select[Any]:
    name = sa.func.coalesce(Person.first_name + " ", "") + Person.last_name
    told = {
        "interview_id": Quote.interview_id,
        "right": Quote.right,
        "used": usable(),
        "start": Quote.start,
        "level": Quote.confidentiality,
        "question_id": Quote.question_id,
        "source": Answer.value_text,
    }
    answer = sa.and_(Answer.interview_id == Quote.interview_id, Answer.question_id == Quote.question_id)
    said = _part(QUOTE, Quote, text=Quote.text, **told, **({"who": name} if may(current().role, "read_people") else {}))
    return said.outerjoin(Person, Person.id == Quote.speaker_id).outerjoin(Answer, answer)


def _follow_ups() -> sa.Select[Any]:
    told = {"interview_id": FollowUp.interview_id, "due": FollowUp.due, "done_at": FollowUp.done_at, "who": User.name}
    return _part(FOLLOW_UP, FollowUp, text=FollowUp.title, **told).outerjoin(User, User.id == FollowUp.owner_id)


def _files() -> sa.Select[Any]:
    told = {
        "interview_id": InterviewAttachment.interview_id,
        "mime": Attachment.mime,
        "size": Attachment.size,
        "level": Attachment.confidentiality,
        "question_id": InterviewAttachment.question_id,
    }
    linked = InterviewAttachment.attachment_id == Attachment.id
    return _part(FILE, Attachment, text=Attachment.name, **told).join(InterviewAttachment, linked)
