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
class Offered:
    """What the questions of an interview that ask for files draw: the files of each, how large one may be, and what may be chosen."""

    interview: Interview
    by_question: dict[int, list[captured.Captured]]
    limit: int
    accept: str = kinds.ACCEPTED

    def of(self, question_id: int) -> list[captured.Captured]:
        """Return the files of a question, in the order in which they came."""
        return self.by_question.get(question_id, [])


def offered(interview: Interview) -> Offered:
    """Return what a page draws of the files that answer questions of an interview; what was captured is read once for a page."""
    found: dict[int, list[captured.Captured]] = {}
    for file in of(interview)[captured.FILE]:
        if file.question_id is not None:
            found.setdefault(file.question_id, []).append(file)
    return Offered(interview, found, settings().attachment_mib * MIB)
