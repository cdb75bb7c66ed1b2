"""Addresses with numbers that no record can have."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.factories import Make


@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "x", ""])
def test_a_new_person_of_an_organisation_that_cannot_be_has_none_yet(make: Make, sign_in: Callable[..., FlaskClient], number: str) -> None:
    study = make.study()
    answer = sign_in(make.member(study, "lead")).get(f"/studies/{study.id}/people/new?organisation={number}")
    assert answer.status_code == 200
