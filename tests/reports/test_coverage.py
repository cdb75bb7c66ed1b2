"""Coverage, response and the week: every number is that of the list it opens."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from consult.fieldwork import targets
from consult.jobs import door
from consult.kernel import kept
from consult.kernel.db import db
from consult.kernel.listing import ListQuery
from consult.organisations.participation import CAUSES, Disposition, Participation
from consult.reports import brief, coverage, response, stages
from consult.reports.models import WeekSnapshot
from consult.reports.pace import Period
from tests.counting import statements
from tests.factories import Make
from tests.organisations.twins import rows

TODAY = dt.date(2023, 3, 1)


@pytest.fixture
def study(make: Make) -> Any:
    """A study with targets in every disposition and interviews in every state."""
    study = make.study(starts_on=dt.date(2023, 1, 1), ends_on=dt.date(2023, 4, 30), state="collection")
    brand, other = make.segment(study, "brand", goal_min=4), make.segment(study, "institution", goal_min=2)
    lead = make.member(study, "lead")
    for number, disposition in enumerate(Disposition):
        causes = CAUSES.get(disposition)
        given_ = {
            "disposition": disposition,
            "disposition_cause": causes[0] if causes else None,
            "segment_id": (brand, other)[number % 2].id,
        }
        made = make.organisation(
            study, f"Cible {number}", commune=("25411", "25056", "")[number % 3], naf_code="26.52Z", participation=given_
        )
        if number % 3 == 0:
            state = ("draft", "submitted", "validated")[number // 3 % 3]
            make.interview(study, made, state=state, by=lead, confidentiality="strict" if number % 2 else "team")
    make.organisation(study, "Hors cadre", participation={"in_frame": False, "disposition": None})
    return study, lead


def query_of(url: str) -> ListQuery:
    asked = MultiDict((name, value) for name, values in parse_qs(urlsplit(url).query).items() for value in values)
    return ListQuery(filters={name: asked.getlist(name) for name in asked})


@pytest.mark.parametrize("columns", list(coverage.DIMENSIONS))
def test_every_number_of_the_grid_is_that_of_the_list_it_opens_for_a_consultant_too(
    study: Any, make: Make, columns: str, sign_in: Callable[..., FlaskClient]
) -> None:
    browser = sign_in(make.member(study[0], "consultant"))
    text = browser.get(f"/studies/{study[0].id}/coverage/?rows=segment&columns={columns}&counts=held").get_data(as_text=True)
    links = re.findall(r'href="([^"]*/targets/[^"]*)" aria-label="[^"]*: (\d+)"', text)
    assert len(links) > 8
    for url, number in links:
        shown = browser.get(url.replace("&amp;", "&")).get_data(as_text=True)
        assert len(re.findall(r'<tr role="row" data-row=', shown)) == int(number), url


def test_dispositions_add_up_to_the_target_list_and_each_opens_its_list(
    study: Any, make: Make, sign_in: Callable[..., FlaskClient]
) -> None:
    with make.inside(study[0], study[1]):
        found = response.response()
        assert sum(found.dispositions.values()) == found.total == len(Disposition)
        assert sum(found.classes().values()) == found.total
        for disposition, number in found.dispositions.items():
            assert targets.source().count(ListQuery(filters={"disposition": [disposition.value]})) == number
    assert sign_in(study[1]).get(f"/studies/{study[0].id}/coverage/response").status_code == 200


@given(st.dictionaries(st.sampled_from(response.CLASSES), st.integers(0, 50)))
def test_rates_lie_between_nought_and_one_and_answer_none_for_nobody(counts: dict[str, int]) -> None:
    for rate in response.RATES:
        part = rate.of(counts)
        assert (part is None) == (not any(counts.get(each) for each in rate.below))
        assert 0 <= (part or 0) <= 1
        assert set(rate.above) <= set(rate.below)


def test_every_disposition_has_one_class() -> None:
    assert set(response.AAPOR) == set(Disposition)
    assert Counter(response.AAPOR.values())["NE"] == 2


def test_pace_spreads_the_goal_over_the_days_and_says_how_far_behind() -> None:
    period = Period(dt.date(2023, 1, 1), dt.date(2023, 1, 10))
    assert [period.expected(10, dt.date(2023, 1, day)) for day in (1, 5, 10)] == [1, 5, 10]
    assert period.expected(10, dt.date(2022, 12, 1)) == 0
    assert period.expected(10, dt.date(2024, 1, 1)) == 10
    assert period.behind(10, 3, dt.date(2023, 1, 5)) == 2
    assert Period(None, None).expected(10, TODAY) is None


def test_coverage_leaves_as_a_workbook(study: Any, sign_in: Callable[..., FlaskClient]) -> None:
    answer = sign_in(study[1]).get(f"/studies/{study[0].id}/coverage/coverage.xlsx?rows=role&columns=territory")
    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"


def test_the_week_is_kept_each_friday_evening_once_and_read_in_both_languages(study: Any, sign_in: Callable[..., FlaskClient]) -> None:
    with time_machine.travel(dt.datetime(2023, 1, 13, 10, tzinfo=dt.UTC), tick=False):
        door.each_hour()
        assert rows(WeekSnapshot) == []
    with time_machine.travel(dt.datetime(2023, 1, 13, 17, tzinfo=dt.UTC), tick=False):
        door.each_hour()
        door.each_hour()
    kept_week = rows(WeekSnapshot)[0]
    assert (len(rows(WeekSnapshot)), kept_week.week) == (1, dt.date(2023, 1, 9))
    assert kept_week.figures["met"] == 4
    told = brief.paragraphs(kept_week.week, kept_week.figures)
    assert "+4 met" in told["en"]
    assert "+4 rencontrées" in told["fr"]
    text = sign_in(study[1]).get(f"/studies/{study[0].id}/weeks/").get_data(as_text=True)
    assert "09/01/2023" in text


@pytest.mark.parametrize("path", ["targets/", "coverage/", "coverage/response", "my-calls", "my-week", "attempts/"])
def test_a_page_asks_as_many_statements_whatever_the_number_of_targets(
    study: Any, make: Make, sign_in: Callable[..., FlaskClient], path: str
) -> None:
    browser, counts = sign_in(study[1]), []
    for more in (1, 25):
        for number in range(more):
            make.organisation(study[0], f"Autre {number}", participation={"owner_id": study[1].id})
        kept.forget()
        with statements() as seen:
            assert browser.get(f"/studies/{study[0].id}/{path}").status_code == 200
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 3
    assert counts[1] <= 16


def test_a_stage_holds_those_that_come_after_it(study: Any, make: Make) -> None:
    with make.inside(study[0], study[1]):
        found = [
            set(db.session.scalars(sa.select(Participation.id).where(stages.at(stage, TODAY))))
            for stage in (stages.HELD, stages.SUBMITTED, stages.VALIDATED)
        ]
    assert found[0] > found[1] > found[2]
