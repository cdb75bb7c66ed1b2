"""What is kept between requests: never older than the last change, never another reader's."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from flask import Flask

from consult.kernel import kept, scope
from consult.kernel.db import db
from consult.studies import gate
from tests.factories import Make


@pytest.fixture
def enter(app: Flask, make: Make) -> Any:
    """Enter a study as somebody, as the gate does at each request."""

    def entered(study: Any, user: Any) -> None:
        db.session.rollback()
        scope.install(None, db.session())
        assert gate.enter(study.id, user.id)

    return entered


def test_what_was_read_is_kept_until_something_is_written(make: Make, enter: Any) -> None:
    study = make.study()
    lead = make.member(study)
    asked: list[str] = []
    for _ in range(3):
        enter(study, lead)
        kept.value("thing", lambda: asked.append("read"))
    assert asked == ["read"]
    make.organisation(study)
    enter(study, lead)
    kept.value("thing", lambda: asked.append("read again"))
    assert asked == ["read", "read again"]


def test_nothing_kept_for_one_reader_or_study_is_shown_to_another(make: Make, enter: Any) -> None:
    study, other = make.study(), make.study()
    lead, guest, stranger = make.member(study), make.member(study, "guest"), make.member(other)
    seen = []
    for number, (where, who) in enumerate([(study, lead), (study, guest), (other, stranger)]):
        enter(where, who)
        seen.append(kept.value("thing", lambda number=number: number))  # type: ignore[misc]
    assert seen == [0, 1, 2]


def test_nothing_is_kept_outside_a_study(make: Make) -> None:
    scope.install(None, db.session())
    assert [kept.value("thing", lambda n=n: n) for n in (1, 2)] == [1, 2]  # type: ignore[misc]


def test_on_a_server_nothing_is_kept_while_an_older_transaction_may_still_bring_an_earlier_entry(make: Make, enter: Any) -> None:
    study = make.study()
    lead = make.member(study)

    def asked(stamp: str) -> bool:
        enter(study, lead)
        here = scope.current()
        scope.install(dataclasses.replace(here, stamp=stamp), db.session())
        reads: list[int] = []
        kept.value("thing", lambda: reads.append(1))
        return bool(reads)

    assert asked("7/100/105")  # transactions 100 to 104 may run
    assert asked("7/104/110")  # 104 still runs: it may hold entry 6
    assert asked("7/105/112")  # all have ended: kept from now on
    assert not asked("7/112/120")  # those that began later bring later entries only
    assert asked("8/112/120")
