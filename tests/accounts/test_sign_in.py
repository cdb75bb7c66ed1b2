"""Signing in and out: the right person, for as long as they may, and nobody by guessing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.accounts import passwords, service, sessions
from consult.accounts.models import ThrottleCount, User, UserSession
from consult.kernel.audit import AuditEntry, Deed
from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import Refused
from tests.factories import Make, count

PASSWORD = "trois tasses de thé vert"


@pytest.fixture
def camille(app: Flask) -> User:
    """Somebody who can sign in."""
    with unit_of_work():
        made = service.create("camille@example.org", "Camille Perrin", PASSWORD).id
    user = db.session.get_one(User, made)
    db.session.expunge(user)
    return user


def enter(
    browser: FlaskClient, email: str = "camille@example.org", password: str = PASSWORD, target: str = "", **more: str
) -> TestResponse:
    return browser.post("/sign-in" + (f"?next={target}" if target else ""), data={"email": email, "password": password, **more})


def deeds() -> list[Deed]:
    db.session.rollback()
    return list(
        db.session.scalars(
            sa.select(AuditEntry.deed).where(AuditEntry.deed.in_([Deed.SIGNED_IN, Deed.SIGN_IN_REFUSED])).order_by(AuditEntry.id)
        )
    )


def test_the_right_password_opens_the_page_that_was_wanted(client: FlaskClient, camille: User) -> None:
    asked = client.get("/account")
    assert asked.status_code == 303
    assert asked.location == "/sign-in?next=/account"
    answer = enter(client, " Camille@Example.org ", target="/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "Camille Perrin" in client.get("/account").text
    assert deeds() == [Deed.SIGNED_IN]


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(client: FlaskClient, camille: User, target: str) -> None:
    assert enter(client, target=target).location == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: FlaskClient, camille: User) -> None:
    wrong, unknown = enter(client, password="not this one at all"), enter(client, email="nobody@example.org")
    assert wrong.status_code == unknown.status_code == 422
    pages = [re.sub(r'name="once" value="[^"]+"', "", answer.text) for answer in (wrong, unknown)]
    assert pages[0].replace("camille@", "nobody@") == pages[1]
    assert deeds() == [Deed.SIGN_IN_REFUSED] * 2
    assert client.get("/account").status_code == 303


def test_an_unknown_address_costs_as_much_work_as_a_known_one(client: FlaskClient, camille: User, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[bool] = []
    verify = passwords.verify

    def noted(password: str, kept: str | None) -> tuple[bool, str | None]:
        checked.append(kept is not None)
        return verify(password, kept)

    monkeypatch.setattr(passwords, "verify", noted)
    enter(client, email="nobody@example.org")
    enter(client, password="not this one at all")
    assert checked == [False, True]


def test_a_closed_account_opens_nothing(client: FlaskClient, camille: User, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in(camille)
    with unit_of_work():
        service.deactivate(service.get(camille.id))
    assert browser.get("/account").status_code == 303
    assert enter(client).status_code == 422


def test_the_eleventh_attempt_waits_and_the_window_ends_by_itself(client: FlaskClient, camille: User) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC), tick=False) as clock:
        for _ in range(10):
            assert enter(client, password="not this one at all").status_code == 422
        late = enter(client)
        assert late.status_code == 429
        assert late.headers["Retry-After"] == "300"
        assert "5 min" in late.text
        assert enter(client, email="other@example.org").status_code == 422
        clock.shift(301)
        assert enter(client).status_code == 303


def test_whether_an_account_is_throttled_does_not_depend_on_its_existence(client: FlaskClient, app: Flask) -> None:
    for _ in range(10):
        enter(client, email="nobody@example.org")
    assert enter(client, email="nobody@example.org").status_code == 429


def test_one_address_is_throttled_over_many_accounts_but_not_by_people_who_get_in(client: FlaskClient, camille: User, app: Flask) -> None:
    for _ in range(55):
        assert enter(app.test_client()).status_code == 303
    for number in range(50):
        assert enter(client, email=f"guess{number}@example.org").status_code == 422
    assert enter(client).status_code == 429
    elsewhere = client.post("/sign-in", data={"email": camille.email, "password": PASSWORD}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 303


def test_success_forgets_the_failures_before_it(client: FlaskClient, camille: User, app: Flask) -> None:
    for _ in range(9):
        enter(client, password="not this one at all")
    assert enter(app.test_client()).status_code == 303
    for _ in range(9):
        assert enter(client, password="not this one at all").status_code == 422


def test_counts_keep_no_readable_address(client: FlaskClient, camille: User) -> None:
    enter(client, password="not this one at all")
    keys = " ".join(db.session.scalars(sa.select(ThrottleCount.key)))
    assert keys
    assert "camille" not in keys
    assert "127.0.0.1" not in keys


def test_each_sign_in_makes_a_new_token_and_forgets_what_the_cookie_held(client: FlaskClient, camille: User) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        cookie["_user_id"] = "a token chosen beforehand"
    enter(client)
    with client.session_transaction() as cookie:
        first = cookie["_user_id"]
        assert "planted" not in cookie
    assert first != "a token chosen beforehand"
    client.post("/sign-out")
    enter(client)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != first
    assert count(UserSession) == 1


def test_a_cookie_replayed_after_signing_out_opens_nothing(client: FlaskClient, camille: User, app: Flask) -> None:
    enter(client)
    stolen = client.get_cookie("consult")
    assert stolen is not None
    out = client.post("/sign-out")
    assert out.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    thief = app.test_client()
    thief.set_cookie("consult", stolen.value)
    assert thief.get("/account").status_code == 303


def test_a_session_ends_when_unused_for_two_hours_or_after_twelve(client: FlaskClient, camille: User, app: Flask) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC), tick=False) as clock:
        enter(client)
        idle = app.test_client()
        enter(idle)
        for _ in range(7):
            clock.shift(dt.timedelta(minutes=100))
            assert client.get("/account").status_code == 200
        assert idle.get("/account").status_code == 303
        clock.shift(dt.timedelta(minutes=30))
        asked = client.get("/account?from=here")
        assert asked.location == "/sign-in?next=/account?from%3Dhere"
        assert "session" in client.get(asked.location).text.lower()
        assert enter(client, target="/account?from%3Dhere").location == "/account?from=here"


def test_a_form_sent_after_the_session_ended_comes_back_to_its_page(client: FlaskClient, camille: User) -> None:
    sent = client.post("/account/profile", data={"profile-name": "C"}, headers={"Referer": "http://localhost/account"})
    assert sent.location == "/sign-in?next=/account"
    sent = client.post("/account/profile", headers={"Referer": "http://evil.example/account"})
    assert sent.location == "/sign-in?next=/"


def test_old_sessions_are_cleared_away_at_the_next_sign_in(client: FlaskClient, camille: User, app: Flask) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC), tick=False) as clock:
        enter(app.test_client())
        clock.shift(dt.timedelta(hours=13))
        enter(client)
    assert count(UserSession) == 1


def test_the_database_keeps_only_the_hash_of_a_session_token(client: FlaskClient, camille: User) -> None:
    enter(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert db.session.scalars(sa.select(UserSession.token_hash)).all() == [sessions.digest(token)]
    assert len(token) >= 43


def test_a_hash_of_another_cost_is_renewed_at_sign_in(
    client: FlaskClient, camille: User, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = db.session.get_one(User, camille.id).password_hash
    monkeypatch.setattr(passwords, "_hashing", [passwords._Hashing(16, 2)])
    assert enter(client).status_code == 303
    db.session.rollback()
    after = db.session.get_one(User, camille.id).password_hash
    assert after != before
    assert "m=16,t=2" in (after or "")


def test_signing_in_with_a_poisoned_host_is_refused(client: FlaskClient, camille: User) -> None:
    answer = client.post("/forgotten", data={"email": camille.email}, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


def test_extra_fields_posted_at_sign_in_change_nothing(client: FlaskClient, camille: User) -> None:
    enter(client, is_admin="1", role="lead", id="1", version="99")
    user = db.session.get_one(User, camille.id)
    assert (user.is_admin, user.may_create_studies, user.version) == (False, False, 1)


def test_language_of_signed_out_pages_is_kept_by_a_cookie(client: FlaskClient, camille: User) -> None:
    answer = client.get("/language/en?next=/sign-in")
    assert answer.location == "/sign-in"
    assert "I forgot my password" in client.get("/sign-in").text
    client.get("/language/fr")
    assert "I forgot my password" not in client.get("/sign-in").text
    assert client.get("/language/de").status_code == 404


def test_an_administrator_whose_password_is_now_too_short_is_asked_for_another(client: FlaskClient, app: Flask, make: Make) -> None:
    with unit_of_work():
        user = service.create("dominique@example.org", "Dominique", "douze signes")
        service.make_admin(user, True)
    assert enter(client, "dominique@example.org", "douze signes").status_code == 303
    assert 'class="toast warn"' in client.get("/account").text


def test_nobody_is_made_without_a_usable_password(app: Flask) -> None:
    with pytest.raises(Refused), unit_of_work():
        service.create("x@example.org", "X", "short")
    assert count(User) == 0
