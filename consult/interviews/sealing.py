"""A validated interview does not change, whoever writes: the last line of defence, under every service, in the session itself.

What may still happen to one is to be reopened. Merging two records of the directory moves references and passes below the session.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from consult.interviews.answer_models import Answer
from consult.interviews.files_models import InterviewAttachment
from consult.interviews.models import COUNTED_STATES, Interview, Interviewee, Interviewer, InterviewOrganisation, InterviewState
from consult.kernel.db import db
from consult.kernel.errors import Refused

OF_REVIEW = frozenset({"state", "submitted_at", "validated_at", "validated_by_id", "version", "updated_at", "updated_by_id"})
"""The columns that a step of the review moves."""
OF_TEXT = frozenset({"note", "summary", "search_key"})
"""The columns that an interviewee may amend."""
PARTS = (InterviewOrganisation, Interviewer, Interviewee, InterviewAttachment)

_amended: ContextVar[int | None] = ContextVar("amended", default=None)


def refuse_validated(interview: Interview) -> None:
    """Raise Refused("interview_is_validated") if the interview is locked by its validation."""
    if interview.state.is_sealed:
        raise Refused("interview_is_validated")


@contextlib.contextmanager
def amended_by_interviewee(interview: Interview) -> Iterator[None]:
    """Let the texts of one sealed interview change inside the block: who answered corrects what is told of them."""
    token = _amended.set(interview.id)
    try:
        yield
    finally:
        _amended.reset(token)


def _keep_sealed(session: Session, _context: Any, _instances: Any) -> None:
    for row in session.dirty:
        if isinstance(row, Interview) and _is_sealed(_was(row)) and _moved(row) - OF_REVIEW - _open_to_amendment(row):
            raise Refused("interview_is_validated")
    _keep_answers(session)
    for part in {*session.new, *session.deleted}:
        if isinstance(part, PARTS) and _is_sealed(_parent_was(session, part)):
            raise Refused("interview_is_validated")
    for row in session.deleted:
        if isinstance(row, Interview) and _is_sealed(_was(row)):
            raise Refused("interview_is_validated")


def _keep_answers(session: Session) -> None:
    """What is asked of answers is asked for all of them at once: a file or a guide brings thousands."""
    changed = {row for row in session.dirty if isinstance(row, Answer) and session.is_modified(row)}
    ids = {row.interview_id for row in {*session.new, *session.deleted, *changed} if isinstance(row, Answer)}
    table = Interview.__table__
    sealed = sa.select(table.c.id).where(table.c.id.in_(ids), table.c.state.in_(COUNTED_STATES), table.c.id != (_amended.get() or 0))
    if ids and session.connection().execute(sealed.limit(1)).first():
        raise Refused("interview_is_validated")


def _is_sealed(state: InterviewState | None) -> bool:
    return state is not None and state.is_sealed


def _open_to_amendment(row: Interview) -> frozenset[str]:
    return OF_TEXT if _amended.get() == row.id else frozenset()


def _was(row: Interview) -> InterviewState | None:
    """Return the state that the database holds; None for a row that it does not hold yet."""
    if not inspect(row).persistent:
        return None
    former = inspect(row).attrs.state.history.deleted
    return former[0] if former else row.state


def _moved(row: Interview) -> set[str]:
    names = [c.key for c in inspect(Interview).column_attrs] + ["organisation_links", "interviewer_links", "interviewee_links"]
    return {name for name in names if inspect(row).attrs[name].history.has_changes()}


def _parent_was(session: Session, part: Any) -> InterviewState | None:
    parent = inspect(part).dict.get("interview")
    if parent is not None:
        return _was(parent)
    table = Interview.__table__
    return session.connection().execute(sa.select(table.c.state).where(table.c.id == part.interview_id)).scalar()


event.listen(db.session, "before_flush", _keep_sealed)
