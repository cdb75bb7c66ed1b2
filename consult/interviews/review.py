"""The review of an interview: draft → submitted → returned or validated, and reopened with a reason.

Who validates is a setting of the study; where nobody does, submitting validates. Validation says in the target list that the organisations
concerned were met; reopening says again what was said before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.interviews import approval_links, comments, revisions
from consult.interviews.models import COUNTED_STATES, Interview, InterviewOrganisation, InterviewState, Review
from consult.kernel import actor
from consult.kernel.db import db
from consult.kernel.errors import Forbidden, Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import NOTE, now
from consult.kernel.scope import current
from consult.kernel.text import clean
from consult.organisations.participation import Disposition, Participation
from consult.studies.models import Role, Study, Validation
from consult.studies.permissions import MAY

DRAFT, SUBMITTED, RETURNED, VALIDATED = InterviewState.DRAFT, InterviewState.SUBMITTED, InterviewState.RETURNED, InterviewState.VALIDATED

UNDO_WITHIN = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Step:
    """A step of the review: from which states it starts, where it leads, who may take it by what the study says of validation. A lead may
    start it from more.

    `without_comment` is the code of the refusal where words are asked and none are given.
    """

    name: str
    origins: frozenset[InterviewState]
    target: InterviewState
    takers: Mapping[Validation, frozenset[Role]]
    lead_origins: frozenset[InterviewState] = frozenset()
    without_comment: str | None = None

    @property
    def leads_to(self) -> InterviewState:
        """The state that the step leads to in the study in scope: where nobody validates, submitting does."""
        return VALIDATED if self.name == "submit" and validation_by() == Validation.NOBODY else self.target

    def may_take(self, role: str) -> bool:
        """Tell whether somebody in this role ever takes the step in the study in scope."""
        return role in self.takers[validation_by()]

    def starts_from(self, state: InterviewState, role: str) -> bool:
        """Tell whether somebody in this role may take the step from a state."""
        return state in self.origins or (role == Role.LEAD and state in self.lead_origins)


_LOGGING, _REVIEWING, _LEADING = MAY["log_interviews"], MAY["review_interviews"], frozenset({Role.LEAD})
_BY_ANY_AUTHOR = dict.fromkeys(Validation, _LOGGING)
_BY_WHO_VALIDATES = {Validation.REVIEWER: _REVIEWING, Validation.LEAD: _LEADING, Validation.NOBODY: _REVIEWING}
"""Where nobody validates, what was submitted before that was decided is still for those who review."""

STEPS = {
    step.name: step
    for step in (
        Step("submit", frozenset({DRAFT, RETURNED}), SUBMITTED, _BY_ANY_AUTHOR),
        Step("return", frozenset({SUBMITTED}), RETURNED, dict.fromkeys(Validation, _REVIEWING), without_comment="comment_required"),
        Step("validate", frozenset({SUBMITTED}), VALIDATED, _BY_WHO_VALIDATES, frozenset({DRAFT, RETURNED})),
        Step(
            "reopen",
            frozenset(COUNTED_STATES),
            RETURNED,
            {**_BY_WHO_VALIDATES, Validation.NOBODY: _LOGGING | _REVIEWING},
            without_comment="reason_required",
        ),
    )
}


def validation_by() -> Validation:
    """Return who validates interviews in the study in scope."""
    return db.session.get_one(Study, current().study_id).validation_by


def open_steps(interview: Interview) -> frozenset[str]:
    """Return the names of the steps that the reader may take now."""
    return steps_from(interview.state)


def steps_from(state: InterviewState) -> frozenset[str]:
    """Return the names of the steps that the reader may take from a state."""
    role = current().role
    return frozenset(s.name for s in STEPS.values() if s.may_take(role) and s.starts_from(state, role))


def submit(interview: Interview, seen: int | None = None) -> None:
    """Hand an interview in for review; where nobody validates, that validates it. Never refused for what is missing in it: only for its
    state and the person's role."""
    _take("submit", interview, None, seen).submitted_at = now()
    if interview.state == VALIDATED:
        _validated(interview)
    db.session.flush()


def return_(interview: Interview, comment: str | None, seen: int | None = None) -> None:
    """Give a submitted interview back to be completed, saying why: in words, or by remarks that are open. Raises
    Refused("comment_required") without either."""
    _take("return", interview, comment, seen)
    db.session.flush()


def validate(interview: Interview, seen: int | None = None) -> None:
    """Validate an interview: read-only from here on, counted in the figures, its organisations met or consulted in the target list."""
    _validated(_take("validate", interview, None, seen))
    db.session.flush()


def reopen(interview: Interview, reason: str | None, seen: int | None = None) -> None:
    """Open a validated interview for a new revision, saying why. The target list says again what it said before the validation, and links
    that interviewees have not used open nothing any more.

    The reason goes with the interview alone: more people read the history of an organisation than that of an interview.
    """
    waiting = approval_links.open_of(interview)  # asked first: the step and what it unsays are one entry of the history
    with actor.because(_words(reason)):
        _take("reopen", interview, reason, seen)
        for link in waiting:
            link.revoked_at = now()
        _unvalidate(interview)
    _free_targets(interview)


def take_back(interview: Interview) -> None:
    """Undo a submission or validation, by whoever took this last step and within UNDO_WITHIN; else Refused("cannot_take_back")."""
    last = interview.reviews[-1] if interview.reviews else None
    if (
        last is None
        or last.by_id != current().user_id
        or now() - last.at > UNDO_WITHIN
        or last.became not in (SUBMITTED, VALIDATED)
        or last.became != interview.state
        or last.was.is_sealed  # a link that was closed brought it back to *validated*: that is no validation to be undone
    ):
        raise Refused("cannot_take_back")
    if not STEPS["submit" if last.became == SUBMITTED else "reopen"].may_take(current().role):
        raise Forbidden
    move(interview, last.was)
    if last.became == VALIDATED:
        _unvalidate(interview)
        _free_targets(interview)
        revisions.forget_last(interview)
    db.session.flush()


def revision(interview: Interview) -> int:
    """Return which revision an interview is at: one more than the times it was reopened."""
    return 1 + sum(r.was.is_sealed and not r.became.is_sealed for r in interview.reviews)


def _take(name: str, interview: Interview, comment: str | None, seen: int | None) -> Interview:
    step, role = STEPS[name], current().role
    if not step.may_take(role):
        raise Forbidden
    if not step.starts_from(interview.state, role):
        raise Refused(f"cannot_{name}")
    words = _words(comment)
    if step.without_comment and not words and not (name == "return" and comments.count_open(interview.id)):
        raise Refused(step.without_comment, field="comment")
    expect_version(interview, seen)
    return move(interview, step.leads_to, words)


def move(interview: Interview, target: InterviewState, words: str | None = None, person_id: int | None = None) -> Interview:
    """Bring an interview to a state and note who did, an interviewee where one is named. Whether it is allowed is the caller's to know."""
    interview.reviews.append(
        Review(
            study_id=interview.study_id,
            at=now(),
            by_id=current().user_id,
            person_id=person_id,
            was=interview.state,
            became=target,
            comment=words,
            version=interview.version,
        )
    )
    interview.state = target
    return interview


def _validated(interview: Interview) -> None:
    interview.validated_at, interview.validated_by_id = now(), current().user_id
    interview.reviews[-1].former = _mark_done(interview)
    revisions.keep(interview, current().user_id)


def _unvalidate(interview: Interview) -> None:
    interview.validated_at = interview.validated_by_id = None
    db.session.flush()


def _free_targets(interview: Interview) -> None:
    former = next((dict(r.former) for r in reversed(interview.reviews) if r.became == VALIDATED), {})
    _restore_targets(interview, former)
    db.session.flush()


def _words(comment: str | None) -> str | None:
    return clean(comment or "").strip()[:NOTE] or None


def _mark_done(interview: Interview) -> dict[str, Any]:
    """Set the targets that the interview concerns to *done*; gives what each was, by id of participation."""
    former = {}
    for target in _targets(link.organisation_id for link in interview.organisation_links):
        if target.disposition != Disposition.DONE:
            former[str(target.id)] = {
                "disposition": target.disposition,
                "reason": target.disposition_reason,
                "cause": target.disposition_cause,
            }
            target.disposition, target.disposition_reason, target.disposition_cause = Disposition.DONE, None, None
    return former


def _restore_targets(interview: Interview, former: dict[str, Any]) -> None:
    """Give targets back what they were, but for those that another validated interview still holds: that one inherits what they were."""
    for target in _targets(link.organisation_id for link in interview.organisation_links):
        was = former.get(str(target.id))
        if was is None or target.disposition != Disposition.DONE:
            continue
        heir = _other_validation(interview, target.organisation_id)
        if heir is not None:
            heir.former = {str(target.id): was, **heir.former}
        else:
            target.disposition = Disposition(was["disposition"]) if was["disposition"] else None
            target.disposition_reason, target.disposition_cause = was["reason"], was.get("cause")


def _targets(organisation_ids: Iterable[int]) -> list[Participation]:
    query = sa.select(Participation).where(Participation.organisation_id.in_(list(organisation_ids)), Participation.in_frame)
    return list(db.session.scalars(query.order_by(Participation.id)))


def _other_validation(interview: Interview, organisation_id: int) -> Review | None:
    """Return the validation that still stands of another interview with the organisation, if there is one."""
    query = (
        sa.select(Review)
        .join(Interview, Interview.id == Review.interview_id)
        .join(InterviewOrganisation, InterviewOrganisation.interview_id == Interview.id)
        .where(InterviewOrganisation.organisation_id == organisation_id, Interview.id != interview.id)
        .where(Interview.state.in_(COUNTED_STATES), Review.became == VALIDATED)
        .order_by(Review.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)
