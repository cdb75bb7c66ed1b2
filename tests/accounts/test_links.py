"""One-time links: first administrator, new password, invitations; each opens one thing, once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage

from consult import create_app
from consult.accounts import invitations, letters, links, service
from consult.accounts.models import LinkPurpose, OneTimeLink, User, UserSession
from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import Refused
from consult.kernel.settings import load
from consult.mail import service as messages
from consult.mail import tasks as mail
from consult.mail.models import OutgoingMessage
from tests.accounts.test_sign_in import PASSWORD, enter
from tests.factories import Make, count

OTHER = "quatre tasses de café noir"


@pytest.fixture
def camille(app: Flask) -> User:
    """Somebody who can sign in."""
    with unit_of_work():
        made = service.create("camille@example.org", "Camille Perrin", PASSWORD).id
    user = db.session.get_one(User, made)
    db.session.expunge(user)
    return user


def last_message() -> OutgoingMessage:
    db.session.rollback()
    message = db.session.scalar(sa.select(OutgoingMessage).order_by(OutgoingMessage.id.desc()).limit(1))
    assert message is not None
    return message


def link_in(message: OutgoingMessage) -> str:
    found = re.search(r"http://localhost(/\S+)", message.body or "")
    assert found, message.body
    return found[1]


def test_while_there_is_no_user_one_link_makes_the_first_administrator(client: FlaskClient) -> None:
    with unit_of_work():
        old, token = service.offer_first_administrator(), service.offer_first_administrator()
    assert client.get(f"/first-administrator/{old}").status_code == 404
    typed = {"name": "Ada", "email": "Ada@Example.org", "password": OTHER, "again": OTHER, "is_active": "", "may_create_studies": ""}
    assert (
        client.post(f"/first-administrator/{token}", data={**typed, "password": "azertyuiop2026!", "again": "azertyuiop2026!"}).status_code
        == 422
    )
    assert client.post(f"/first-administrator/{token}", data=typed).status_code == 303
    assert client.get("/account").status_code == 200
    user = db.session.scalars(sa.select(User)).one()
    assert (user.email, user.is_admin, user.may_create_studies) == ("ada@example.org", True, True)
    assert user.last_sign_in_at is not None
    assert client.get(f"/first-administrator/{token}").status_code == 410
    with pytest.raises(Refused, match="not_first"), unit_of_work():
        service.offer_first_administrator()


def test_the_administrator_of_the_settings_is_made_once(app: Flask, tmp_path: object) -> None:
    given = load(app.config["SETTINGS"].instance, environ={}, admin_email="root@example.org", admin_password=OTHER)
    user = service.ensure_admin(given)
    assert user is not None
    assert user.is_admin
    assert service.ensure_admin(given) is None
    assert count(User) == 1


def test_a_forgotten_password_is_changed_by_the_link_and_every_session_ends(
    client: FlaskClient, camille: User, sign_in: Callable[..., FlaskClient]
) -> None:
    elsewhere = sign_in(camille)
    assert client.post("/forgotten", data={"email": "CAMILLE@example.org"}).location == "/forgotten/asked"
    link = link_in(last_message())
    assert client.get(link).status_code == 200
    assert client.post(link, data={"password": "court", "again": "court"}).status_code == 422
    assert client.post(link, data={"password": OTHER, "again": OTHER + "x"}).status_code == 422
    assert elsewhere.get("/account").status_code == 200
    assert client.post(link, data={"password": OTHER, "again": OTHER}).location == "/sign-in"
    assert elsewhere.get("/account").status_code == 303
    assert enter(client).status_code == 422
    assert enter(client, password=OTHER).status_code == 303
    assert client.post(link, data={"password": PASSWORD, "again": PASSWORD}).status_code == 410
    assert "mot de passe a été changé" in (last_message().body or "")


def test_asking_for_an_unknown_address_gets_the_same_answer_and_writes_to_nobody(client: FlaskClient, camille: User) -> None:
    assert client.post("/forgotten", data={"email": "nobody@example.org"}).location == "/forgotten/asked"
    assert count(OutgoingMessage) == count(OneTimeLink) == 0


def test_a_reset_link_expires_and_a_newer_one_replaces_it(client: FlaskClient, camille: User) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC), tick=False) as clock:
        client.post("/forgotten", data={"email": camille.email})
        first = link_in(last_message())
        client.post("/forgotten", data={"email": camille.email})
        second = link_in(last_message())
        assert client.get(first).status_code == 404
        assert client.get(second).status_code == 200
        clock.shift(dt.timedelta(minutes=61))
        late = client.get(second)
        assert late.status_code == 410
        assert "<h1>" in late.text


def test_a_sixth_reset_in_a_day_waits_whether_or_not_the_account_exists(client: FlaskClient, camille: User) -> None:
    for address in (camille.email, "nobody@example.org"):
        for _ in range(5):
            assert client.post("/forgotten", data={"email": address}).status_code == 303
        late = client.post("/forgotten", data={"email": address})
        assert late.status_code == 429
        assert int(late.headers["Retry-After"]) > 3600
    assert count(OutgoingMessage) == 5


def test_a_closed_account_cannot_be_entered_by_a_link_made_before(client: FlaskClient, camille: User) -> None:
    client.post("/forgotten", data={"email": camille.email})
    link = link_in(last_message())
    with unit_of_work():
        service.deactivate(service.get(camille.id))
    assert client.get(link).status_code == 404


def test_the_host_of_a_request_never_reaches_a_message(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> None:
    instance = tmp_path_factory.mktemp("public")
    named = create_app(
        load(instance, environ={}, testing=True, public_url="https://consult.example.org", argon2_memory_kib=8, argon2_passes=1)
    )
    assert named.config["TRUSTED_HOSTS"][0] == "consult.example.org"
    open_one = create_app(load(instance, environ={}, testing=True, allow_http=True, argon2_memory_kib=8, argon2_passes=1))
    assert open_one.config["TRUSTED_HOSTS"] is None
    with named.test_request_context(base_url="https://consult.example.org"):
        assert letters.address_of("accounts.new_password", token="t") == "https://consult.example.org/new-password/t"
    with open_one.test_request_context(base_url="http://evil.example"):
        assert letters.address_of("accounts.new_password", token="t") == "/new-password/t"


def test_an_invitation_opens_an_account_with_what_was_granted_and_nothing_more(
    client: FlaskClient, make: Make, sign_in: Callable[..., FlaskClient]
) -> None:
    admin = sign_in(make.user(is_admin=True))
    made = admin.post("/users/invite", data={"email": "New@Example.org", "name": "Nora", "may_create_studies": "y"})
    assert made.location == "/link"
    shown = admin.get("/link").text
    link = link_in(last_message())
    assert link in shown
    assert "Nora" in client.get(link).text
    typed = {"name": "Nora Faure", "password": OTHER, "again": OTHER, "is_admin": "1", "email": "other@example.org", "role": "lead"}
    assert client.post(link, data=typed).status_code == 303
    user = service.by_email("new@example.org")
    assert user is not None
    assert (user.name, user.is_admin, user.may_create_studies) == ("Nora Faure", False, True)
    assert service.by_email("other@example.org") is None
    assert client.get("/account").status_code == 200
    assert user.last_sign_in_at is not None


def test_an_invitation_works_once(client: FlaskClient, app: Flask) -> None:
    with unit_of_work():
        token = invitations.invite("new@example.org", dt.timedelta(days=14))
    typed = {"name": "Nora", "password": OTHER, "again": OTHER}
    assert client.post(f"/invitations/{token}", data=typed).status_code == 303
    assert app.test_client().post(f"/invitations/{token}", data=typed).status_code == 410
    assert count(User) == 1


def test_a_renewed_or_withdrawn_invitation_opens_nothing(client: FlaskClient, make: Make, sign_in: Callable[..., FlaskClient]) -> None:
    admin = sign_in(make.user(is_admin=True))
    admin.post("/users/invite", data={"email": "new@example.org"})
    first = link_in(last_message())
    invitation = db.session.scalars(sa.select(OneTimeLink.id)).one()
    assert admin.post(f"/users/invitations/{invitation}/renew").location == "/link"
    second = link_in(last_message())
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    latest = db.session.scalar(sa.select(sa.func.max(OneTimeLink.id)))
    admin.post(f"/users/invitations/{latest}/revoke")
    assert client.get(second).status_code == 404
    assert admin.post(f"/users/invitations/{latest}/revoke").status_code == 404


def test_an_invitation_to_somebody_who_has_an_account_is_theirs_alone(
    camille: User, make: Make, client: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    with unit_of_work():
        token = invitations.invite(camille.email, dt.timedelta(days=14), may_create_studies=True)
    assert client.post(f"/invitations/{token}", data={"name": "X", "password": OTHER, "again": OTHER}).status_code in (200, 422)
    other = sign_in(make.user())
    assert other.post(f"/invitations/{token}/accept").status_code == 422
    assert sign_in(camille).post(f"/invitations/{token}/accept").status_code == 303
    db.session.rollback()
    assert db.session.get_one(User, camille.id).may_create_studies is True
    assert count(User) == 2


def test_a_link_can_be_spent_once_even_at_the_same_moment(app: Flask) -> None:
    with unit_of_work():
        token = links.offer(LinkPurpose.INVITATION, dt.timedelta(days=1), "new@example.org")
    with unit_of_work():
        one, same = links.find(LinkPurpose.INVITATION, token), links.find(LinkPurpose.INVITATION, token)
        links.use(one)
        with pytest.raises(Refused, match="link_used"):
            links.use(same)


def test_the_database_holds_no_token_that_opens_anything(app: Flask) -> None:
    with unit_of_work():
        token = invitations.invite("new@example.org", dt.timedelta(days=14))
    kept = db.session.scalars(sa.select(OneTimeLink.token_hash)).one()
    assert token not in kept
    assert len(token) >= 43


def test_where_mail_is_sent_its_text_is_forgotten(app: Flask, client: FlaskClient, camille: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "backend_of", lambda settings: "smtp")
    app.extensions["mailman"].outbox = []
    client.post("/forgotten", data={"email": camille.email})
    (sent,) = app.extensions["mailman"].outbox
    assert sent.to == ["camille@example.org"]
    assert "/new-password/" in sent.body
    kept = last_message()
    assert kept.sent_at is not None
    assert kept.body is None


def test_a_mail_server_that_is_down_loses_nothing(
    app: Flask, client: FlaskClient, camille: User, monkeypatch: pytest.MonkeyPatch, make: Make, sign_in: Callable[..., FlaskClient]
) -> None:
    monkeypatch.setattr(mail, "backend_of", lambda settings: "smtp")
    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", lambda self: (_ for _ in ()).throw(ConnectionRefusedError("nobody listens")))
        assert client.post("/forgotten", data={"email": camille.email}).status_code == 303
    kept = last_message()
    assert (kept.sent_at, kept.error) == (None, "ConnectionRefusedError: nobody listens")
    link = link_in(kept)
    admin = sign_in(make.user(is_admin=True))
    assert link in admin.get("/messages").text
    assert admin.post("/messages/send").status_code == 303
    assert last_message().sent_at is not None
    assert messages.unsent() == 0


def test_sessions_of_an_unused_link_do_not_exist(client: FlaskClient, camille: User) -> None:
    client.post("/forgotten", data={"email": camille.email})
    client.get(link_in(last_message()))
    assert count(UserSession) == 0


def _token_in(text: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', text)
    assert found
    return found[1]


def test_an_invitation_accepted_by_a_double_click_opens_one_account_and_no_error(client: FlaskClient, app: Flask) -> None:
    with unit_of_work():
        token = invitations.invite("zoe@example.org", dt.timedelta(days=1))
    other_tab = app.test_client()
    page = f"/invitations/{token}"
    typed = {"name": "Zoé", "password": OTHER, "again": OTHER, "once": _token_in(client.get(page).text)}
    first = client.post(page, data=typed)
    second = other_tab.post(page, data=typed)
    assert (first.status_code, second.status_code, second.location) == (303, 303, first.location)
    assert count(User) == 1
    assert client.get("/account").status_code == 200
    assert other_tab.get("/account").status_code == 303, "the second sending signs nobody in"


def test_a_forgotten_password_asked_for_by_a_double_click_sends_one_letter(client: FlaskClient, camille: User) -> None:
    typed = {"email": camille.email, "once": _token_in(client.get("/forgotten").text)}
    assert [client.post("/forgotten", data=typed).location for _ in range(2)] == ["/forgotten/asked"] * 2
    assert count(OutgoingMessage) == 1


def test_signing_in_is_asked_anew_each_time(client: FlaskClient, camille: User) -> None:
    assert 'name="once"' not in client.get("/sign-in").text
