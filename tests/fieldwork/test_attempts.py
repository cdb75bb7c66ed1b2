"""Calls: where an outcome brings a target, what it asks, and the way back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from consult.fieldwork import attempts, claims, dispositions, suggestions
from consult.fieldwork.models import ContactAttempt, ContactClaim, Outcome
from consult.kernel.errors import Refused
from consult.kernel.model import now
from consult.organisations.participation import CAUSES, Cause, Disposition
from tests.factories import count
from tests.fieldwork.conftest import Field
from tests.organisations.twins import rows

TOMORROW = now().date() + dt.timedelta(days=1)


def log(field: Field, outcome: Outcome, **more: Any) -> int:
    with field.inside():
        return attempts.log(field.target.id, {"outcome": outcome, **more}).id


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_leaves_a_target_in_one_disposition_and_asks_why_where_it_closes(field: Field, outcome: Outcome) -> None:
    expected = dispositions.AFTER[outcome] or Disposition.TO_CONTACT
    causes = CAUSES.get(expected)
    if causes:
        with pytest.raises(Refused, match="cause_required"):
            log(field, outcome)
    log(field, outcome, cause=causes[0] if causes else None)
    assert (field.here().disposition, field.here().disposition_cause) == (expected, causes[0] if causes else None)


def test_a_cause_goes_with_its_outcome_and_another_reason_is_said_in_words(field: Field) -> None:
    with pytest.raises(Refused, match="cause_of_another"):
        log(field, Outcome.REFUSED, cause=Cause.CLOSED_DOWN)
    with pytest.raises(Refused, match="words_required"):
        log(field, Outcome.REFUSED, cause=Cause.OTHER)
    log(field, Outcome.REFUSED, cause=Cause.OTHER, reason="Déménage")
    assert field.here().disposition_reason == "Déménage"


def test_a_refusal_taken_back_leaves_the_target_exactly_as_before(field: Field) -> None:
    log(field, Outcome.CALL_BACK, next_on=TOMORROW)
    before = {name: getattr(field.here(), name) for name in dispositions.STANDING}
    refused = log(field, Outcome.REFUSED, cause=Cause.NO_TIME)
    assert field.here().next_on is None
    with field.inside():
        attempts.take_back(attempts.get(refused))
    assert {name: getattr(field.here(), name) for name in dispositions.STANDING} == before


def test_an_attempt_is_not_taken_back_once_the_target_has_moved_on(field: Field) -> None:
    first = log(field, Outcome.CALL_BACK, next_on=TOMORROW)
    log(field, Outcome.REFUSED, cause=Cause.NO_TIME)
    with pytest.raises(Refused, match="target_moved_on"), field.inside():
        attempts.take_back(attempts.get(first))


def test_who_was_heard_stays_heard_whatever_is_tried_afterwards(field: Field) -> None:
    with field.inside():
        dispositions.move(dispositions.target(field.target.id), {"disposition": Disposition.DONE})
    log(field, Outcome.SENT)
    assert field.here().disposition == Disposition.DONE


def test_somebody_who_asked_not_to_be_contacted_is_not_called(field: Field) -> None:
    silent = field.make.person(field.target, "Silence", do_not_contact=True)
    with pytest.raises(Refused, match="do_not_contact"):
        log(field, Outcome.NO_ANSWER, person_id=silent.id)
    assert count(ContactAttempt) == 0


def test_the_rule_proposes_to_stop_after_so_many_attempts_in_vain_and_starts_anew_when_somebody_is_reached(field: Field) -> None:
    from consult.fieldwork import sheet

    def stops() -> bool:
        with field.inside():
            return sheet.of(field.target.id).stops

    for days in range(5):
        assert not stops()
        log(field, Outcome.NO_ANSWER, at=now() - dt.timedelta(days=9 - days))
    assert stops()
    log(field, Outcome.CALL_BACK, next_on=TOMORROW)
    assert not stops()


def test_an_attempt_lies_neither_in_the_future_nor_after_its_next_date(field: Field) -> None:
    with pytest.raises(Refused, match="attempt_in_the_future"):
        log(field, Outcome.NO_ANSWER, at=now() + dt.timedelta(hours=1))
    with pytest.raises(Refused, match="next_before_attempt"):
        log(field, Outcome.NO_ANSWER, next_on=dt.date(2020, 1, 1))


def test_a_second_consultant_is_told_who_is_calling_until_the_claim_expires(field: Field) -> None:
    with field.inside():
        assert claims.take(field.target.id) is None
    with field.make.inside(field.study, field.other):
        held = claims.take(field.target.id)
        assert held is not None
        assert held.user.name == "Julien Berthelin"
        assert claims.take(field.target.id, over=True) is None
    with field.inside():
        assert claims.of([field.target.id])[field.target.id].user_id == field.other.id


def test_noting_what_came_of_a_call_frees_the_target(field: Field) -> None:
    with field.inside():
        claims.take(field.target.id)
    log(field, Outcome.NO_ANSWER)
    assert count(ContactClaim) == 0


def test_a_replaced_target_says_by_which_and_its_stand_in_takes_over_its_place(field: Field) -> None:
    with field.inside():
        made = suggestions.replace(field.target.id, {"organisation": "Atelier de la Rasse", "cause": Cause.NO_TIME})
        other = made.by_organisation_id
    assert field.here().disposition == Disposition.REPLACED
    assert field.here(other).owner_id == field.consultant.id
    assert field.here(other).disposition == Disposition.TO_CONTACT
    with field.inside():
        suggestions.unreplace(field.target.id)
    assert field.here().disposition == Disposition.TO_CONTACT


def test_a_target_suggested_by_an_organisation_is_created_in_the_same_form(field: Field) -> None:
    with field.inside():
        here = suggestions.enter({"organisation": "Émaux de Battant", "by_organisation_id": field.target.id, "note": "En fin d’entretien"})
        assert [each.by_organisation_id for each in suggestions.of(here.organisation_id)] == [field.target.id]
        with pytest.raises(Refused, match="suggests_itself"):
            suggestions.suggest(field.target.id, {"by_organisation_id": field.target.id})
    assert len(rows(type(here), study_id=field.study.id)) == 2
