"""Rows put in many at a time are what the session would have written, and nothing less is refused."""

from __future__ import annotations

from typing import Any, cast

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import siren, siret

from consult.kernel import french_numbers, rows
from consult.kernel.db import db, unit_of_work
from consult.kernel.scope import OutOfScope
from consult.kernel.search import SearchText
from consult.organisations.participation import Participation
from tests.factories import Make

TEXTS = cast(sa.Table, SearchText.__table__)


def _text(number: int, **more: str) -> dict[str, Any]:
    return {"id": number, "record_id": number, "words": f"mot {number}", **more}


def test_what_is_alike_in_all_rows_is_said_once_and_a_row_may_say_otherwise(app: Flask) -> None:
    with unit_of_work() as session:
        rows.insert(session, TEXTS, [_text(1), _text(2, facet="other_0")], {"kind": "thing", "facet": "thing_0"})
    held = db.session.execute(sa.select(SearchText.id, SearchText.kind, SearchText.facet).where(SearchText.kind == "thing"))
    assert sorted(map(tuple, held)) == [(1, "thing", "thing_0"), (2, "thing", "other_0")]


def test_a_row_without_a_column_of_the_others_is_an_error_not_a_blank(app: Flask) -> None:
    with unit_of_work() as session, pytest.raises(KeyError):
        rows.insert(session, TEXTS, [_text(1, facet="thing_0"), _text(2)], {"kind": "thing"})


def test_rows_of_a_study_are_not_written_past_its_filter(make: Make) -> None:
    study = make.study()
    with unit_of_work() as session, pytest.raises(OutOfScope):
        rows.insert(session, cast(sa.Table, Participation.__table__), [{"study_id": study.id, "organisation_id": 1}])


def test_many_rows_are_put_in_and_those_there_already_become_as_given(app: Flask) -> None:
    def some(words: str, count: int) -> list[dict[str, object]]:
        return [{"id": n, "kind": "thing", "record_id": n, "facet": "thing_0", "words": f"{words} {n}"} for n in range(count)]

    with unit_of_work() as session:
        rows.upsert(session, SearchText, some("avant", 700), by=("kind", "record_id"))
        rows.upsert(session, SearchText, some("apres", 450), by=("kind", "record_id"))
    held = db.session.execute(sa.select(SearchText.record_id, SearchText.words).where(SearchText.kind == "thing").order_by(SearchText.id))
    assert held.all() == [(n, f"{'apres' if n < 450 else 'avant'} {n}") for n in range(700)]


@given(st.one_of(st.text("0123456789", min_size=8, max_size=15), st.from_regex(r"356000000[0-9]{5}", fullmatch=True)))
def test_a_number_passes_where_stdnum_lets_it_pass(digits: str) -> None:
    assert french_numbers.is_siren(digits) == siren.is_valid(digits)
    assert french_numbers.is_siret(digits) == siret.is_valid(digits)
