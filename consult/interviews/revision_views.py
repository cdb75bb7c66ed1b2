"""Two revisions of an interview side by side, with what was taken out of the one and put into the other."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from consult.interviews import passages, revisions, service
from consult.interviews.approval_models import Revision
from consult.interviews.blueprint import bp
from consult.interviews.showing import subtitle, title
from consult.studies.gate import requires
from consult.web.i18n import _, written_datetime
from consult.web.pages import page

PRESENT = 0
"""Stands for the interview as it is now."""


@bp.get("/<int:interview_id>/revisions")
@requires("read_steering")
def compare_revisions(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Lay two revisions side by side: those asked for, else the last one kept and the present text."""
    interview = service.get(interview_id)
    kept = {each.number: each for each in revisions.of(interview)}
    texts = {**{number: revisions.told(each, interview) for number, each in kept.items()}, PRESENT: passages.content(interview)}
    former, later = _asked("former", max(kept, default=PRESENT), texts), _asked("later", PRESENT, texts)
    differences = revisions.compare(texts[former], texts[later])
    names = passages.labels([each.subject for each in differences], interview)
    return page(
        "interviews/revisions.html",
        interview=interview,
        title=title(interview),
        subtitle=subtitle(interview),
        choices=[*((number, _named(each)) for number, each in sorted(kept.items())), (PRESENT, _("As it is now"))],
        former=former,
        later=later,
        differences=[(names.get(each.subject, each.subject), each) for each in differences],
        kept=bool(kept),
    )


def _asked(name: str, otherwise: int, texts: dict[int, Any]) -> int:
    number = request.args.get(name, otherwise, int)
    return number if number in texts else otherwise


def _named(revision: Revision) -> str:
    at = written_datetime(revision.at)
    if revision.person_id is not None:
        return _("%(number)s, amended by who answered, %(at)s", number=revision.number, at=at)
    return _("%(number)s, validated %(at)s", number=revision.number, at=at)
