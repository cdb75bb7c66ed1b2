"""Who is signed in is what the server says: a copied cookie ends with its session, and none can be planted beforehand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.accounts import passwords
from consult.accounts.models import User
from consult.kernel.db import db, unit_of_work
from tests.factories import Make

PASSWORD = "nine brass wheels turning"


@pytest.fixture
def person(app: Flask, make: Make) -> User:
    """Somebody with a password."""
    user = make.user(email="camille@example.org")
    with unit_of_work():
        db.session.get_one(User, user.id).password_hash = passwords.hashed(PASSWORD)
    return user


def _cookie(browser: FlaskClient, app: Flask) -> str:
    cookie = browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
    return cookie.value if cookie else ""


def _sign_in(browser: FlaskClient, email: str = "camille@example.org", **more: str) -> int:
    return browser.post("/sign-in", data={"email": email, "password": PASSWORD, **more}).status_code


def test_a_cookie_copied_before_sign_out_opens_nothing_afterwards(app: Flask, person: User, client: FlaskClient) -> None:
    assert _sign_in(client) == 303
    copied = _cookie(client, app)
    assert client.get("/account").status_code == 200
    answer = client.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    thief = app.test_client()
    thief.set_cookie(app.config["SESSION_COOKIE_NAME"], copied)
    assert thief.get("/account").status_code == 303
    assert thief.post("/preferences", data={"theme": "dark"}).status_code == 303


def test_signing_in_never_continues_a_session_that_was_there_before(app: Flask, person: User, client: FlaskClient) -> None:
    with client.session_transaction() as planted:
        planted["_user_id"], planted["planted"] = "t" * 43, "by somebody else"
    before = _cookie(client, app)
    assert _sign_in(client) == 303
    after = _cookie(client, app)
    assert after != before
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["_user_id"] != "t" * 43
    victim = app.test_client()
    victim.set_cookie(app.config["SESSION_COOKIE_NAME"], before)
    assert victim.get("/account").status_code == 303


def test_each_sign_in_has_a_session_of_its_own(app: Flask, person: User) -> None:
    first, second = app.test_client(), app.test_client()
    assert (_sign_in(first), _sign_in(second)) == (303, 303)
    assert first.post("/sign-out").status_code == 303
    assert second.get("/account").status_code == 200


def test_changing_the_password_ends_the_other_sessions(app: Flask, person: User) -> None:
    here, elsewhere = app.test_client(), app.test_client()
    assert (_sign_in(here), _sign_in(elsewhere)) == (303, 303)
    fresh = "eleven steel springs resting"
    sent = {"password-current": PASSWORD, "password-password": fresh, "password-again": fresh}
    assert here.post("/account/password", data=sent).status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


@pytest.mark.parametrize("forged", ["", "x", "1", "null", "../..", "é" * 50, "a.b.c", "A" * 4000])
def test_a_forged_cookie_is_nobody(app: Flask, client: FlaskClient, person: User, forged: str) -> None:
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], forged)
    assert client.get("/account").status_code == 303


def test_the_cookie_names_no_user_and_is_out_of_reach_of_scripts(app: Flask, client: FlaskClient, person: User) -> None:
    answer = client.post("/sign-in", data={"email": "camille@example.org", "password": PASSWORD})
    line = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith(app.config["SESSION_COOKIE_NAME"] + "="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(line.split("; "))
    assert "Domain" not in line
    assert "camille" not in line


def test_a_closed_account_is_out_at_once(app: Flask, person: User, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in(person)
    assert browser.get("/account").status_code == 200
    with unit_of_work():
        db.session.get_one(User, person.id).is_active = False
    assert browser.get("/account").status_code == 303
