"""Figures count distinct organisations: unions, never sums; only what is validated; and the list behind is the very list counted."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.interviews import review, service
from consult.interviews.models import InterviewState, Review
from consult.kernel import scope
from consult.kernel.db import db
from consult.organisations.participation import Disposition
from consult.reports import figures, sentences, standing, weeks
from tests.factories import Make
from tests.interviews.conftest import Field


def _values(study_id: int) -> dict[str, object]:
    return {f.code: f.value for f in figures.figures(study_id)}


def test_an_organisation_met_in_three_ways_counts_once(make: Make) -> None:
    study = make.study()
    brand = make.segment(study, "brand")
    met = make.organisation(study, participation={"segment_id": brand.id})
    for kind in ("individual", "individual", "consultation"):
        make.interview(study, met, kind=kind, state="validated")
    values = _values(study.id)
    assert (values["met_individually"], values["met_brands"], values["organisations_heard"]) == (1, 1, 1)
    assert (values["individual_interviews"], values["consultations"]) == (2, 1)


def test_a_joint_meeting_counts_each_organisation_once_and_the_interview_once(make: Make) -> None:
    study = make.study()
    segment = make.segment(study, "subcontractor")
    pair = [make.organisation(study, participation={"segment_id": segment.id}) for _ in range(2)]
    make.interview(study, *pair, state="validated", effort_days="1.5")
    values = _values(study.id)
    assert (values["met_subcontractors"], values["individual_interviews"]) == (2, 1)
    assert values["effort_days"] == 1.5


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_what_is_not_validated_does_not_count(make: Make, state: str) -> None:
    study = make.study()
    segment = make.segment(study, "institution")
    make.interview(study, make.organisation(study, participation={"segment_id": segment.id}), state=state)
    assert set(_values(study.id).values()) == {0}


def test_a_consultation_does_not_make_a_company_met_individually(make: Make) -> None:
    study = make.study()
    brand, outside = make.segment(study, "brand"), make.segment(study, "outside")
    make.interview(study, make.organisation(study, participation={"segment_id": brand.id}), kind="consultation", state="validated")
    make.interview(study, make.organisation(study, participation={"segment_id": outside.id}), kind="consultation", state="validated")
    values = _values(study.id)
    assert (values["met_individually"], values["outside"]) == (0, 1)


def test_an_organisation_outside_the_frame_or_of_another_study_is_in_no_segment_figure(make: Make) -> None:
    here, there = make.study(), make.study("Other")
    segment = make.segment(here, "brand")
    walk_in = make.organisation(here, participation={"in_frame": False, "disposition": None, "segment_id": segment.id})
    make.interview(here, walk_in, state="validated")
    other = make.organisation(there, participation={"segment_id": make.segment(there, "brand").id})
    make.interview(there, other, state="validated")
    values = _values(here.id)
    assert (values["met_individually"], values["organisations_heard"]) == (0, 1)


def test_small_groups_are_masked_for_readers_outside_the_team(make: Make) -> None:
    study = make.study()
    segment = make.segment(study, "brand")
    for _ in range(2):
        make.interview(study, make.organisation(study, participation={"segment_id": segment.id}), state="validated")
    shown = {f.code: f.value for f in figures.figures(study.id, masked=True)}
    assert shown["met_brands"] is None
    assert shown["outside"] == 0
    cautious = make.study(small_group=6)
    segment = make.segment(cautious, "outside")
    for _ in range(5):
        make.interview(cautious, make.organisation(cautious, participation={"segment_id": segment.id}), state="validated")
    assert {f.code: f.value for f in figures.figures(cautious.id, masked=True)}["outside"] is None


def test_a_masked_part_cannot_be_had_from_the_whole_and_the_other_part(make: Make) -> None:
    study = make.study()
    for kind, number in (("brand", 1), ("subcontractor", 4)):
        segment = make.segment(study, kind)
        for _ in range(number):
            make.interview(study, make.organisation(study, participation={"segment_id": segment.id}), state="validated")
    shown = {f.code: f.value for f in figures.figures(study.id, masked=True)}
    assert (shown["met_individually"], shown["met_brands"], shown["met_subcontractors"]) == (5, None, None)


def test_coverage_counts_heard_in_review_and_the_gap_per_segment(make: Make) -> None:
    study = make.study()
    segment = make.segment(study, "brand", goal_min=3, goal_max=5)
    heard, reviewed, _waiting = (make.organisation(study, participation={"segment_id": segment.id}) for _ in range(3))
    make.interview(study, heard, state="validated")
    make.interview(study, heard, state="submitted")
    make.interview(study, reviewed, state="submitted")
    [row] = standing.coverage(study.id)
    assert (row.in_frame, row.heard, row.in_review, row.gap) == (3, 1, 1, 2)


def test_dispositions_add_up_to_the_frame(make: Make) -> None:
    study = make.study()
    for disposition in (Disposition.DONE, Disposition.REFUSED, Disposition.REFUSED, None):
        make.organisation(study, participation={"disposition": disposition})
    make.organisation(study, participation={"in_frame": False, "disposition": None})
    assert sum(number for _d, number in standing.dispositions(study.id)) == 4


def test_the_sentence_reads_in_both_languages(make: Make) -> None:
    study = make.study()
    segment = make.segment(study, "brand")
    make.interview(study, make.organisation(study, participation={"segment_id": segment.id}), state="validated")
    found = figures.figures(study.id)
    assert sentences.headline(found, "en").startswith(
        "1 company met individually (1 brand, 0 subcontractors), 0 companies outside the territory"
    )
    assert sentences.headline(found, "fr").startswith(
        "1 entreprise rencontrée en entretien individuel (1 marque, 0 sous-traitant), 0 entreprise hors du territoire"
    )


def test_a_strict_interview_counts_but_is_not_listed_to_those_who_may_not_read_it(make: Make) -> None:
    study = make.study()
    make.interview(study, make.organisation(study), state="validated", confidentiality="strict")
    with scope.within(scope.Scope(study.id, None, "consultant", 2), db.session()):
        assert _values(study.id)["individual_interviews"] == 1
        assert figures.drill_down(study.id, "individual_interviews") == []
        assert len(figures.drill_down(study.id, "organisations_heard")) == 1


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    plan=st.lists(
        st.tuples(
            st.sampled_from(["brand", "subcontractor", "outside", "institution"]),
            st.lists(st.tuples(st.booleans(), st.booleans()), max_size=3),
        ),
        max_size=6,
    )
)
def test_every_figure_equals_the_length_of_the_list_behind_it(make: Make, plan: list[tuple[str, list[tuple[bool, bool]]]]) -> None:
    study = make.study()
    segments = {kind: make.segment(study, kind) for kind in ("brand", "subcontractor", "outside", "institution")}
    for kind, meetings in plan:
        organisation = make.organisation(study, participation={"segment_id": segments[kind].id})
        for individual, validated in meetings:
            make.interview(
                study, organisation, kind="individual" if individual else "consultation", state="validated" if validated else "draft"
            )
    with scope.within(scope.Scope(study.id, None, "lead", 3), db.session()):
        for figure in figures.figures(study.id):
            if figure.rule.counts != "days":
                assert len(figures.drill_down(study.id, figure.code)) == figure.value
    db.session.rollback()


def test_a_week_counts_what_was_validated_in_it_and_not_what_an_interviewee_did_to_it(work: Field) -> None:
    today = dt.datetime.now(dt.UTC).date()
    monday = today - dt.timedelta(days=today.weekday())
    bounds = (dt.datetime.combine(monday, dt.time(), dt.UTC), dt.datetime.combine(monday + weeks.A_WEEK, dt.time(), dt.UTC))
    one, other, undone = (work.logged() for _n in range(3))
    with work.acting("lead"):
        for number in (one, other, undone):
            service.validate(service.get(number))
        service.take_back(service.get(undone))
    with work.make.inside(None):
        before = bounds[0] - dt.timedelta(days=10)
        db.session.execute(sa.update(Review).where(Review.interview_id == other).values(at=before))
    with work.acting("lead"):
        review.move(service.get(other), InterviewState.SENT_BACK)
        db.session.flush()
        assert weeks.figures(work.study.id, monday, today, bounds)["validated"] == 1
