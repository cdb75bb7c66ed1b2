"""The steps of a review put into words, newest first."""

from __future__ import annotations

from typing import Any

from consult.interviews.models import Interview, InterviewState, Review
from consult.web.i18n import _, _l, written_datetime

DRAFT, SUBMITTED, RETURNED, VALIDATED = InterviewState.DRAFT, InterviewState.SUBMITTED, InterviewState.RETURNED, InterviewState.VALIDATED

WORDS = {
    (DRAFT, SUBMITTED): _l("submitted it"),
    (RETURNED, SUBMITTED): _l("submitted it again"),
    (SUBMITTED, RETURNED): _l("returned it to be completed"),
    (SUBMITTED, VALIDATED): _l("validated it"),
    (DRAFT, VALIDATED): _l("validated it at once"),
    (RETURNED, VALIDATED): _l("validated it at once"),
    (VALIDATED, RETURNED): _l("reopened it"),
    (SUBMITTED, DRAFT): _l("took the submission back"),
    (VALIDATED, SUBMITTED): _l("took the validation back"),
    (VALIDATED, DRAFT): _l("took the validation back"),
}


def told(interview: Interview) -> list[dict[str, Any]]:
    """Return the steps of an interview's review as entries of a history."""
    entries = [_told(review) for review in interview.reviews]
    return entries[::-1]


def _told(review: Review) -> dict[str, Any]:
    taken_back = review.was == SUBMITTED and review.became == RETURNED and not review.comment
    text = _("took the submission back") if taken_back else str(WORDS[review.was, review.became])
    if review.was == VALIDATED and review.became == RETURNED and not review.comment:
        text = _("took the validation back")
    who = review.by
    return {
        "who": who.name if who else _("The system"), "initials": who.initials if who else "•", "text": text,
        "at": written_datetime(review.at), "when": review.at.isoformat(), "reason": review.comment, "changes": [],
    }  # fmt: skip
