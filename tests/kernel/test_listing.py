"""Pages by key: every row once, in order, whichever way one goes, whatever the address says."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from consult.kernel import kept
from consult.kernel.db import db
from consult.kernel.listing import ListQuery, ListSource, days, whole_numbers
from consult.kernel.scope import Scope, within
from consult.organisations.listing import organisations
from consult.organisations.participation import Participation, Priority
from consult.studies.models import Study
from tests.factories import Make

NAMES = [f"{letter} {number}" for letter in "ABC" for number in range(7)] + ["A 0", "B 3", "C 6"]


@pytest.fixture
def study(make: Make) -> Study:
    """A study with 24 organisations, some of the same name."""
    study = make.study()
    for number, name in enumerate(NAMES):
        make.organisation(study, name, participation={"priority": list(Priority)[number % 3] if number % 4 else None})
    return study


def _walk(source: ListSource, step: str, at: str, **asked: Any) -> Iterator[list[Any]]:
    while True:
        page = source.page(ListQuery(size=5, at=at, **asked))
        yield [page, [row.organisation_id for row in page.rows]]
        cursor = getattr(page, step)
        if cursor is None:
            return
        at = cursor


@pytest.mark.parametrize(("sort", "descending"), list(itertools.product(["name", "priority", "commune", "influence"], [False, True])))
def test_walking_forwards_and_backwards_meets_every_row_once_in_the_same_order(
    make: Make, study: Study, sort: str, descending: bool
) -> None:
    with make.inside(study):
        forwards = [ids for _page, ids in _walk(organisations(), "after", "first", sort=sort, descending=descending)]
        backwards = [ids for _page, ids in _walk(organisations(), "before", "last", sort=sort, descending=descending)]
        whole = [row.organisation_id for row in db.session.execute(organisations().everything(ListQuery(sort=sort, descending=descending)))]
    assert list(itertools.chain(*forwards)) == whole == list(itertools.chain(*reversed(backwards)))
    assert len(set(whole)) == len(NAMES)


def test_a_page_knows_its_place_and_the_count_of_all(make: Make, study: Study) -> None:
    with make.inside(study):
        places = [(page.first, page.total) for page, _ids in _walk(organisations(), "after", "first")]
        back = [page.first for page, _ids in _walk(organisations(), "before", "last")]
    assert places == [(1, 24), (6, 24), (11, 24), (16, 24), (21, 24)]
    assert back == [20, 15, 10, 5, 1]


def _cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "at",
    [
        "x",
        "%%%",
        "é",
        _cursor("after"),
        _cursor("after", {"a": 1}, 3, None),
        _cursor("after", 12, 3, 1),
        _cursor("after", "a\x00", 3, 1),
        _cursor("after", None, 3, 1),
        _cursor("after", "a", "b", "c"),
        _cursor("after", "a", 10**30, 1),
    ],
)
def test_an_address_that_makes_no_sense_shows_the_first_page(make: Make, study: Study, at: str) -> None:
    with make.inside(study):
        page = organisations().page(ListQuery(size=5, at=at))
    assert (page.first, len(page.rows)) == (1, 5)


def test_counts_beside_a_page_are_those_of_their_own_queries(make: Make, study: Study) -> None:
    with make.inside(study):
        page = organisations().page(ListQuery(text="b"), {"high": ListQuery(filters={"priority": ["high"]}), "none": ListQuery(text="zzz")})
        empty = organisations().page(ListQuery(text="zzz"), {"all": ListQuery()})
    assert page.total == sum("B" in name for name in NAMES)
    assert page.counts == {"high": sum(1 for n in range(len(NAMES)) if n % 4 and n % 3 == 0), "none": 0}
    assert (empty.total, empty.rows, empty.counts) == (0, [], {"all": 24})


def test_ticked_rows_and_the_keys_of_a_query_are_those_of_the_study_only(make: Make, study: Study) -> None:
    foreign = make.organisation(make.study("There"))
    with make.inside(study):
        ids = organisations().keys(ListQuery())
        assert organisations().count(ListQuery(ids=[*ids[:3], foreign.id])) == 3


def test_long_counts_are_kept_until_something_is_written(make: Make, study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LONG", 10)
    counted: list[int] = []

    def count() -> int:
        def read(_places: list[int]) -> list[int]:
            counted.append(1)
            return [db.session.scalar(sa.select(sa.func.count(Participation.id))) or 0]

        db.session.rollback()
        stamp = db.session.scalar(sa.select(kept.stamp()))
        with within(Scope(study.id, None, "lead", 3, stamp), db.session()):
            return kept.numbers([f"test-{study.id}"], read)[0]

    assert [count(), count()] == [24, 24]
    assert len(counted) == 1
    make.organisation(study)
    assert [count(), count()] == [25, 25]
    assert len(counted) == 2


def test_short_counts_and_those_of_a_writing_transaction_are_never_kept(make: Make, study: Study) -> None:
    numbers = iter(range(10))
    with make.inside(study), within(Scope(study.id, 1, "lead", 3, "s"), db.session()):
        assert [kept.numbers(["k"], lambda _places: [next(numbers) + 5_000]) for _ in range(2)] == [[5_000], [5_001]]
    with within(Scope(study.id, 1, "lead", 3, "s"), db.session()):
        assert [kept.numbers(["k"], lambda _places: [next(numbers)]) for _ in range(2)] == [[2], [3]]


def test_values_of_filters_are_taken_for_what_they_can_be() -> None:
    assert whole_numbers(["1", "x", "-1", "٣", "1" * 30, ""]) == [1]
    assert [str(d) for d in days(["2023-01-02"])] == ["2023-01-02", "None"]
    assert days(["nonsense", ""]) == (None, None)
