"""One request, one transaction; writers take turns; what must outlive a rollback does."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from consult.accounts.models import User
from consult.kernel.db import aside, db, on_commit, unit_of_work
from consult.kernel.errors import Busy, Refused
from consult.kernel.fairlock import FairLock
from consult.kernel.locking import first_come
from consult.kernel.scope import unscoped


def _add(email: str) -> None:
    db.session.add(User(email=email, name="A"))
    db.session.flush()


def _emails() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(User.email).order_by(User.email)))


@pytest.fixture
def routes(_app: Flask) -> Flask:
    """Routes that write and then end in the way their name says."""
    if "probe_well" in _app.view_functions:
        return _app
    _app._got_first_request = False

    def well() -> str:
        _add("well@example.org")
        return "ok"

    def refused() -> tuple[str, int]:
        _add("refused@example.org")
        return "no", 422

    def raised() -> str:
        _add("raised@example.org")
        raise sa.exc.OperationalError("x", {}, Exception("gone"))

    views: dict[str, Any] = {"well": well, "refused": refused, "raised": raised}
    for name, view in views.items():
        _app.add_url_rule(f"/probe/{name}", f"probe_{name}", view, methods=["GET", "POST"])
    return _app


@pytest.mark.parametrize(("method", "name", "status", "kept"), [
    ("post", "well", 200, ["well@example.org"]),
    ("post", "refused", 422, []),
    ("post", "raised", 503, []),
    ("get", "well", 200, []),
])  # fmt: skip
def test_a_request_commits_only_an_unsafe_method_that_went_well(
    app: Flask, routes: Flask, method: str, name: str, status: int, kept: list[str]
) -> None:
    assert getattr(app.test_client(), method)(f"/probe/{name}").status_code == status
    assert _emails() == kept


def test_a_unit_of_work_rolls_back_when_it_raises_and_its_asides_still_happen(app: Flask) -> None:
    with pytest.raises(ValueError, match="no"), unit_of_work():
        _add("lost@example.org")
        aside(lambda session: session.add(User(email="kept@example.org", name="A")))
        raise ValueError("no")
    assert _emails() == ["kept@example.org"]


def test_what_waits_for_the_commit_is_forgotten_by_a_rollback(app: Flask) -> None:
    started: list[str] = []
    with pytest.raises(ValueError, match="no"), unit_of_work():
        on_commit(lambda: started.append("never"))
        raise ValueError("no")
    with unit_of_work():
        on_commit(lambda: started.append("once"))
    assert started == ["once"]


def test_sixteen_writers_at_once_lose_nothing(app: Flask) -> None:
    def write(number: int) -> None:
        with app.app_context(), unit_of_work():
            _add(f"w{number:02d}@example.org")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(_emails()) == 16


def test_the_fair_lock_serves_in_order_and_gives_up_after_its_patience(tmp_path: Path) -> None:
    lock = FairLock(tmp_path / "lock", patience=0.2)
    first = lock.acquire()
    with pytest.raises(Busy):
        lock.acquire()
    lock.release(first)
    patient = FairLock(tmp_path / "lock", patience=5)
    served: list[int] = []
    held = patient.acquire()

    def queue_up(number: int) -> None:
        turn = patient.acquire()
        served.append(number)
        patient.release(turn)

    threads = []
    for number in range(5):
        threads.append(threading.Thread(target=queue_up, args=(number,)))
        threads[-1].start()
        time.sleep(0.02)
    patient.release(held)
    for thread in threads:
        thread.join(5)
    assert served == [0, 1, 2, 3, 4]


def test_the_lock_holds_between_two_locks_on_one_file(tmp_path: Path) -> None:
    one, other = FairLock(tmp_path / "lock"), FairLock(tmp_path / "lock", patience=0.1)
    turn = one.acquire()
    with pytest.raises(Busy):
        other.acquire()
    one.release(turn)
    other.release(other.acquire())


def test_foreign_keys_hold(app: Flask) -> None:
    with pytest.raises(sa.exc.IntegrityError), unit_of_work(), unscoped("attack the database"):
        db.session.execute(
            sa.text(
                "INSERT INTO membership (study_id, user_id, role, created_at, updated_at) "
                "VALUES (99, 99, 'lead', '2026-01-01', '2026-01-01')"
            )
        )


def test_whoever_comes_second_is_refused_and_the_rest_of_their_transaction_holds(app: Flask) -> None:
    with unit_of_work():
        _add("taken@example.org")
    with unit_of_work():
        _add("before@example.org")
        with pytest.raises(Refused) as refusal, first_come("email_taken", "email", email="taken@example.org"):
            db.session.add(User(email="taken@example.org", name="B"))
        _add("after@example.org")
    assert (refusal.value.code, refusal.value.field, refusal.value.values) == ("email_taken", "email", {"email": "taken@example.org"})
    assert _emails() == ["after@example.org", "before@example.org", "taken@example.org"]


def test_a_fault_of_ours_is_not_taken_for_somebody_who_came_first(app: Flask) -> None:
    with pytest.raises(sa.exc.IntegrityError), unit_of_work(), first_come("email_taken"):
        db.session.add(User(email="nameless@example.org", name=None))
