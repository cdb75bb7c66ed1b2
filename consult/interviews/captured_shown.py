"""What pages draw of what was captured in an interview: read once for a page, by however many of its parts."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from consult.attachments import kinds
from consult.attachments.store import MIB, settings
from consult.interviews import captured
from consult.interviews.models import Interview
from consult.web.list_parts import once


def of(interview: Interview) -> dict[str, list[captured.Captured]]:
    """Return what was captured in an interview, read once for a page."""
    return once(_key(interview), lambda: captured.of_interview(interview.id))


def forget(interview: Interview) -> None:
    """Have what was captured read again: something was just added."""
    request.environ.get("consult.once", {}).pop(_key(interview), None)


def _key(interview: Interview) -> str:
    return f"captured-in-{interview.id}"


@dataclass(frozen=True)
class AtQuestions:
    """What was captured at the questions of an interview: the files that answer each, how large one may be and what may be chosen, and the
    quotes that stand in each answer."""

    interview: Interview
    found: dict[tuple[str, int], list[captured.Captured]]
    limit: int
    accept: str = kinds.ACCEPTED

    def files(self, question_id: int) -> list[captured.Captured]:
        """Return the files of a question, in the order in which they came."""
        return self.found.get((captured.FILE, question_id), [])

    def quotes(self, question_id: int) -> list[captured.Captured]:
        """Return the quotes that stand in the answer to a question, in the order in which they were taken down."""
        return self.found.get((captured.QUOTE, question_id), [])


def at_questions(interview: Interview) -> AtQuestions:
    """Return what a page draws at the questions of an interview; what was captured is read once for a page."""
    found: dict[tuple[str, int], list[captured.Captured]] = {}
    for kind, all_of_kind in of(interview).items():
        for each in all_of_kind:
            if each.question_id is not None:
                found.setdefault((kind, each.question_id), []).append(each)
    return AtQuestions(interview, found, settings().attachment_mib * MIB)
