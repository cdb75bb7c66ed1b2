"""The review: every step from every state by every role, and what validation does to the target list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
import time_machine

from consult.interviews import service
from consult.interviews.models import Interview, InterviewOrganisation, InterviewState, Review
from consult.kernel import audit, scope
from consult.kernel.db import db
from consult.kernel.errors import Conflict, Forbidden, Refused
from consult.organisations.participation import Disposition, Participation
from tests.interviews.conftest import ROLES, Field

STEPS: dict[str, Callable[[Interview], None]] = {
    "submit": service.submit,
    "return": lambda interview: service.return_(interview, "Please add the volumes."),
    "validate": service.validate,
    "reopen": lambda interview: service.reopen(interview, "A figure was wrong."),
}
ALLOWED = {
    ("submit", "draft"): {"lead": "submitted", "consultant": "submitted"},
    ("submit", "returned"): {"lead": "submitted", "consultant": "submitted"},
    ("return", "submitted"): {"lead": "returned", "reviewer": "returned"},
    ("validate", "submitted"): {"lead": "validated", "reviewer": "validated"},
    ("validate", "draft"): {"lead": "validated"},
    ("validate", "returned"): {"lead": "validated"},
    ("reopen", "validated"): {"lead": "returned", "reviewer": "returned"},
    ("reopen", "sent_back"): {"lead": "returned", "reviewer": "returned"},
    ("reopen", "approved"): {"lead": "returned", "reviewer": "returned"},
    ("reopen", "amended"): {"lead": "returned", "reviewer": "returned"},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", [state.value for state in InterviewState])
@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_open_to_the_roles_and_states_of_the_table_alone(work: Field, step: str, state: str, role: str) -> None:
    interview_id = work.make.interview(work.study, work.combe, state=state, by=work.members["consultant"], confidentiality="public").id
    expected = ALLOWED.get((step, state), {}).get(role)
    if role == "cluster":
        role_sees = scope.Scope(work.study.id, work.members[role].id, role, 3)  # even if it were shown one
        with work.acting(role), scope.within(role_sees, db.session()), pytest.raises(Forbidden):
            STEPS[step](service.get(interview_id))
    elif expected is None:
        with work.acting(role), pytest.raises((Refused, Forbidden)):
            STEPS[step](service.get(interview_id))
    else:
        with work.acting(role):
            assert step in service.open_steps(service.get(interview_id))
            STEPS[step](service.get(interview_id))
    assert work.read(interview_id).state == (expected or state)


@pytest.mark.parametrize("words", [None, "", "   "])
def test_returning_asks_a_comment_and_reopening_a_reason(work: Field, words: str | None) -> None:
    submitted = work.make.interview(work.study, work.combe, state="submitted").id
    validated = work.make.interview(work.study, work.combe, state="validated").id
    with work.acting("reviewer"), pytest.raises(Refused) as comment:
        service.return_(service.get(submitted), words)
    with work.acting("reviewer"), pytest.raises(Refused) as reason:
        service.reopen(service.get(validated), words)
    assert (comment.value.code, comment.value.field, reason.value.code) == ("comment_required", "comment", "reason_required")


def test_nobody_validates_a_text_that_changed_since_they_read_it(work: Field) -> None:
    interview_id = work.logged()
    with work.acting("consultant"):
        interview = service.get(interview_id)
        service.submit(interview)
        read = interview.version
        service.update(interview, {"note": "Another text."}, read)
    with work.acting("reviewer"), pytest.raises(Conflict):
        service.validate(service.get(interview_id), read)
    assert work.read(interview_id).state == "submitted"


def test_an_author_submits_whatever_is_missing(work: Field) -> None:
    interview_id = work.logged()
    with work.acting("consultant"):
        service.submit(service.get(interview_id))
    assert work.read(interview_id).submitted_at is not None


def test_the_review_says_who_moved_it_when_and_why(work: Field) -> None:
    interview_id = work.logged()
    with work.acting("consultant"):
        service.submit(service.get(interview_id))
    with work.acting("reviewer"):
        service.return_(service.get(interview_id), "  Which volumes?  ")
        steps = [(r.was.value, r.became.value, r.by_id, r.comment) for r in service.get(interview_id).reviews]
    assert steps == [
        ("draft", "submitted", work.members["consultant"].id, None),
        ("submitted", "returned", work.members["reviewer"].id, "Which volumes?"),
    ]


def test_reopening_makes_a_new_revision_and_its_reason_stands_in_the_history(work: Field) -> None:
    interview_id = work.logged()
    with work.acting("lead"):
        interview = service.get(interview_id)
        service.validate(interview)
        assert service.revision(interview) == 1
        service.reopen(interview, "The volumes were wrong.")
        assert service.revision(service.get(interview_id)) == 2
        entry = audit.history("interview", interview_id)[0]
    assert entry.reason == "The volumes were wrong."
    assert entry.changes["state"] == ["validated", "returned"]
    assert work.read(interview_id).validated_by_id is None


# what validation does to the target list


def test_validation_says_met_and_reopening_says_again_what_was_said_before(work: Field) -> None:
    interview_id = work.logged(organisations=[work.combe.id, work.lac.id])
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    assert (work.disposition(work.combe), work.disposition(work.lac)) == ("done", "done")
    with work.acting("lead"):
        service.reopen(service.get(interview_id), "Wrong company.")
    assert (work.disposition(work.combe), work.disposition(work.lac)) == ("to_contact", "scheduled")


def test_an_organisation_outside_the_target_list_gets_no_disposition(work: Field) -> None:
    walk_in = work.make.organisation(work.study, "Visiteur", participation={"in_frame": False, "disposition": None})
    interview_id = work.logged(organisations=[walk_in.id])
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    assert work.disposition(walk_in) is None


def test_of_two_validated_interviews_reopening_one_leaves_the_organisation_met_and_reopening_both_does_not(work: Field) -> None:
    first, second = work.logged(organisations=[work.lac.id]), work.logged(organisations=[work.lac.id])
    with work.acting("lead"):
        service.validate(service.get(first))
        service.validate(service.get(second))
        service.reopen(service.get(first), "Wrong.")
    assert work.disposition(work.lac) == "done"
    with work.acting("lead"):
        service.reopen(service.get(second), "Wrong too.")
    assert work.disposition(work.lac) == "scheduled"


def test_a_disposition_that_somebody_changed_since_the_validation_is_left_alone(work: Field) -> None:
    interview_id = work.logged(organisations=[work.lac.id])
    with work.acting("lead"):
        service.validate(service.get(interview_id))
        db.session.scalars(
            sa.select(Participation).where(Participation.organisation_id == work.lac.id)
        ).one().disposition = Disposition.PARTIAL
    with work.acting("lead"):
        service.reopen(service.get(interview_id), "Wrong.")
    assert work.disposition(work.lac) == "partial"


# undoing a step


def test_a_step_is_undone_by_whoever_took_it_within_the_hour_and_by_nobody_else(work: Field) -> None:
    interview_id = work.logged(organisations=[work.lac.id])
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    with work.acting("reviewer"), pytest.raises(Refused):
        service.take_back(service.get(interview_id))
    with work.acting("lead"):
        service.take_back(service.get(interview_id))
    assert work.read(interview_id).state == "draft"
    assert work.disposition(work.lac) == "scheduled"
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)), work.acting("lead"), pytest.raises(Refused):
        service.take_back(service.get(interview_id))


# a validated interview is read-only everywhere


def _validated(work: Field) -> int:
    interview_id = work.logged()
    with work.acting("lead"):
        service.validate(service.get(interview_id))
    return interview_id


@pytest.mark.parametrize("attempt", [
    lambda interview: service.update(interview, {"note": "x"}, None),
    lambda interview: service.change(interview, "effort_days", 2),
    lambda interview: service.make_strict(interview),
    lambda interview: service.delete(interview),
])  # fmt: skip
def test_every_service_refuses_to_change_a_validated_interview(work: Field, attempt: Callable[[Interview], None]) -> None:
    interview_id = _validated(work)
    with work.acting("lead"), pytest.raises(Refused) as refusal:
        attempt(service.get(interview_id))
    assert refusal.value.code == "interview_is_validated"


def _set_note(interview: Interview) -> None:
    interview.note = "slipped in"


def _reopen_and_change(interview: Interview) -> None:
    interview.state, interview.note = InterviewState.RETURNED, "slipped in"


def _soft_delete(interview: Interview) -> None:
    interview.deleted_at = dt.datetime.now(dt.UTC)


def _drop_interviewer(interview: Interview) -> None:
    interview.interviewer_links.clear()


def _delete_row(interview: Interview) -> None:
    db.session.delete(interview)


@pytest.mark.parametrize("attack", [_set_note, _reopen_and_change, _soft_delete, _drop_interviewer, _delete_row])
def test_the_session_refuses_what_a_service_forgot_to_refuse(work: Field, attack: Callable[[Interview], None]) -> None:
    interview_id = _validated(work)
    with pytest.raises(Refused) as refusal, work.acting("lead"):
        attack(service.get(interview_id))  # leaving the unit of work flushes
    assert refusal.value.code == "interview_is_validated"
    kept = work.read(interview_id)
    assert (kept.note, kept.state, kept.deleted_at) == (None, "validated", None)


def test_the_session_refuses_another_organisation_of_a_validated_interview(work: Field) -> None:
    interview_id = _validated(work)
    with pytest.raises(Refused), work.acting("lead"):
        db.session.add(InterviewOrganisation(study_id=work.study.id, interview_id=interview_id, organisation_id=work.lac.id))


def test_reviews_of_an_interview_one_may_not_read_do_not_tell_of_it(work: Field) -> None:
    interview_id = work.logged("lead", confidentiality="strict")
    with work.acting("lead"):
        service.submit(service.get(interview_id))
    with work.acting("consultant"):
        shown = db.session.scalars(sa.select(Review).join(Interview, Interview.id == Review.interview_id)).all()
    assert shown == []
