"""Every door of the application, from `url_map`: no unsafe one without its token, exact headers on all, no host but ours, no way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from consult import create_app
from consult.kernel.db import db, unit_of_work
from consult.kernel.settings import load
from consult.web.headers import CONTENT_SECURITY_POLICY
from tests.factories import Make
from tests.guards.test_routes import TEXTS
from tests.guards.world import Corner, corner, fingerprint, rules

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
ELSEWHERE = [
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "/\t/evil.example",
    "/\r/evil.example",
    "/\n//evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "///evil.example",
    " //evil.example",
    "/%09/evil.example",
    "https:evil.example",
    "/\x00/evil.example",
    "/\u3000/evil.example",
    "/./\\evil.example",
    "//evil.example%2f..",
]


@pytest.fixture
def here(make: Make) -> Corner:
    """A study with a record of every kind, led by an administrator."""
    made = corner(make, "Here")
    with make.inside(None):
        lead = db.session.get_one(type(made.members["lead"]), made.members["lead"].id)
        lead.is_admin = lead.may_create_studies = True
    return made


def _address(app: Flask, rule: Rule, ids: dict[str, Any]) -> str:
    values = {name: ids.get(name, TEXTS.get(name, 1 if name.endswith("_id") else "x")) for name in rule.arguments}
    with app.test_request_context():
        built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]


def _doors(app: Flask, here: Corner, methods: set[str]) -> Iterator[tuple[str, str]]:
    for method, rule in rules(app):
        if method in methods:
            yield method, _address(app, rule, here.ids)


@pytest.fixture
def guarded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application as it is served: with its tokens against forged requests."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return app


def test_no_unsafe_route_obeys_without_its_token(guarded: Flask, here: Corner, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in(here.members["lead"])
    before = fingerprint()
    doors = list(_doors(guarded, here, UNSAFE))
    for method, address in doors:
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "forged"}):
            answer = browser.open(address, method=method, data={"name": "x", **token})
            assert answer.status_code == 400, (method, address, token, answer.status)
    assert len(doors) > 20
    assert fingerprint() == before


def test_a_token_of_another_session_is_no_token(guarded: Flask, here: Corner, sign_in: Callable[..., FlaskClient]) -> None:
    mine, theirs = sign_in(here.members["lead"]), sign_in(here.members["lead"])
    token = _token(theirs.get("/account").get_data(as_text=True))
    assert mine.get("/account").status_code == 200
    assert mine.post("/preferences", data={"theme": "dark", "csrf_token": token}).status_code == 400
    assert theirs.post("/preferences", data={"theme": "dark", "csrf_token": token}).status_code == 303


def _token(text: str) -> str:
    return text.partition('name="csrf-token" content="')[2].partition('"')[0]


def test_what_was_typed_is_given_back_when_the_token_is_missing(guarded: Flask, here: Corner, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in(here.members["lead"])
    answer = browser.post(f"/studies/{here.study.id}/edit", data={"objectives": "A text that took an hour to write."})
    assert answer.status_code == 400
    assert "A text that took an hour to write." in answer.get_data(as_text=True)


def test_every_answer_carries_the_exact_headers_and_is_kept_by_no_cache(
    app: Flask, here: Corner, sign_in: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    browser = sign_in(here.members["lead"])
    wrong = []
    for method, address in _doors(app, here, {"GET"}):
        for who in (browser, client):
            answer = who.open(address, method=method)
            found = {name: answer.headers.get(name) for name in HEADERS}
            if found != HEADERS or "no-store" not in answer.headers.get("Cache-Control", ""):
                wrong.append((address, answer.status_code, found, answer.headers.get("Cache-Control")))
            answer.close()
            assert "Server" not in answer.headers or "Python" not in answer.headers["Server"]
        browser = sign_in(here.members["lead"]) if browser.get("/account").status_code != 200 else browser
    assert wrong == []


def test_errors_carry_them_too(app: Flask, here: Corner, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    browser = sign_in(here.members["lead"])
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "home.styleguide", broken)
    big = b"name=" + b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1)
    answers = {
        404: browser.get("/nothing"),
        405: browser.put("/account"),
        500: browser.get("/styleguide"),
        413: browser.post("/preferences", data=big, content_type="application/x-www-form-urlencoded"),
        400: browser.post("/preferences", data={"theme": "x"}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, status
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Traceback" not in answer.get_data(as_text=True)


def test_too_many_parts_are_too_much_and_not_an_error(app: Flask, here: Corner, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in(here.members["lead"])
    parts = "".join(f'--XyZ\r\nContent-Disposition: form-data; name="a{i}"\r\n\r\n1\r\n' for i in range(app.config["MAX_FORM_PARTS"] + 5))
    answer = browser.post("/preferences", data=(parts + "--XyZ--\r\n").encode(), content_type="multipart/form-data; boundary=XyZ")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost@evil.example", "[::2]", "a b", ""],
)
def test_a_host_that_is_not_ours_is_refused_and_named_in_no_message(app: Flask, client: FlaskClient, make: Make, host: str) -> None:
    make.user(email="camille@example.org")
    for address in ("/sign-in", "/forgotten", "/healthz"):
        answer = client.get(address, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.get_data(as_text=True)
    before = fingerprint()
    assert client.post("/forgotten", data={"email": "camille@example.org"}, headers={"Host": host}).status_code == 400
    assert fingerprint() == before


def test_a_forwarded_host_is_believed_only_behind_a_proxy(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"})
    assert answer.status_code == 303
    assert "evil" not in answer.headers["Location"]
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_address_leads_to_another_site(
    app: Flask, client: FlaskClient, here: Corner, sign_in: Callable[..., FlaskClient], target: str
) -> None:
    browser = sign_in(here.members["lead"])
    answers = [
        browser.get("/sign-in", query_string={"next": target}),
        client.get("/language/fr", query_string={"next": target}),
        browser.post(
            "/preferences",
            data={"theme": "dark"},
            headers={"Referer": "http://localhost" + target.replace("\n", "").replace("\r", "").replace("\x00", "")},
        ),
    ]
    for answer in answers:
        place = answer.headers["Location"]
        assert answer.status_code == 303
        assert place.startswith("/"), place
        assert not place.startswith(("//", "/\\")), place
        assert not any(c in place for c in "\t\r\n\x00"), place


def test_over_https_the_cookie_is_bound_to_the_host_and_browsers_stay_on_https(tmp_path: Path) -> None:
    app = create_app(
        load(tmp_path, environ={}, testing=True, public_url="https://consult.example.org", argon2_memory_kib=8, argon2_passes=1)
    )
    with app.app_context():
        for bind, metadata in db.metadatas.items():
            metadata.create_all(db.engines[bind])
        with unit_of_work():
            db.session.flush()
        answer = app.test_client().get("/sign-in", base_url="https://consult.example.org")
        for engine in db.engines.values():
            engine.dispose()
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    line = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("__Host-consult="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(line.split("; "))
    assert "Domain" not in line
