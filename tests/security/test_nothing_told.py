"""What error pages and logs must not tell: passwords, one-time tokens, what somebody typed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from consult.accounts import invitations
from consult.kernel.db import db
from consult.web.app import _typed

SECRET = "a sentence that nobody else knows"


@pytest.mark.parametrize("name", ["password", "again", "current", "password-again", "password-current", "address-current", "once"])
def test_an_error_page_gives_text_back_but_no_password(app: Flask, name: str) -> None:
    note = "what was said, at some length"
    with app.test_request_context("/", method="POST", data={name: SECRET, "note": note}):
        assert _typed() == [("note", note)]


def test_the_log_names_a_page_by_its_endpoint_so_that_no_token_is_in_it(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def locked(_token: str) -> None:
        raise sa.exc.OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr(invitations, "find", locked)
    assert client.get("/invitations/the-secret-token").status_code == 503
    logged = capsys.readouterr().err
    assert "accounts.invitation" in logged
    assert "the-secret-token" not in logged


def test_the_text_of_a_database_error_holds_nothing_that_was_typed(app: Flask) -> None:
    with pytest.raises(sa.exc.DBAPIError) as caught:
        db.session.connection().execute(sa.text("SELECT nothing_of_that_name WHERE :typed = 1"), {"typed": SECRET})
    assert SECRET not in str(caught.value)
