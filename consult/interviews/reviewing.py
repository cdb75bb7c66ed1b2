"""The steps of a review put into words, newest first."""

from __future__ import annotations

from typing import Any

from consult.interviews.models import Interview, InterviewState, Review
from consult.web.i18n import _, _l, written_datetime

DRAFT, SUBMITTED, RETURNED, VALIDATED = InterviewState.DRAFT, InterviewState.SUBMITTED, InterviewState.RETURNED, InterviewState.VALIDATED
SENT_BACK, APPROVED, AMENDED = InterviewState.SENT_BACK, InterviewState.APPROVED, InterviewState.AMENDED

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
    (VALIDATED, SENT_BACK): _l("sent it to who answered"),
    (SENT_BACK, VALIDATED): _l("closed the link sent to who answered"),
    **{(was, APPROVED): _l("approved the note") for was in (SENT_BACK, APPROVED, VALIDATED)},
    **{(was, AMENDED): _l("amended the note") for was in (SENT_BACK, APPROVED, VALIDATED, AMENDED)},
    **{(was, RETURNED): _l("reopened it") for was in (SENT_BACK, APPROVED, AMENDED)},
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
    return {
        "who": _who(review), "initials": review.by.initials if review.by else "•", "text": text,
        "at": written_datetime(review.at), "when": review.at.isoformat(), "reason": review.comment, "changes": [],
    }  # fmt: skip


def _who(review: Review) -> str:
    if review.by is not None:
        return review.by.name
    return _("The system") if review.person is None else review.person.full_name
