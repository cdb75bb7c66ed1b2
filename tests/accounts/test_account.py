"""One's own account, and what administrators do to those of others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from consult.accounts import passwords, service, sessions
from consult.accounts.models import Theme, User, UserSession
from consult.kernel.audit import AuditEntry, Deed
from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import Refused
from tests.accounts.test_sign_in import PASSWORD, enter
from tests.factories import Make, count

OTHER = "quatre tasses de café noir"
Browsers = Callable[..., FlaskClient]


@pytest.fixture
def camille(app: Flask) -> User:
    """Somebody who can sign in."""
    with unit_of_work():
        made = service.create("camille@example.org", "Camille Perrin", PASSWORD).id
    user = db.session.get_one(User, made)
    db.session.expunge(user)
    return user


def now_of(user: User) -> User:
    db.session.rollback()
    return db.session.get_one(User, user.id, populate_existing=True)


def profile(**values: str) -> dict[str, str]:
    typed = {"name": "Camille P.", "lang": "en", "theme": "dark", "single_keys": "y", "version": "1"} | values
    return {f"profile-{name}": value for name, value in typed.items()}


def test_a_profile_is_saved_and_extra_fields_change_nothing(camille: User, sign_in: Browsers) -> None:
    browser = sign_in(camille)
    extra = {"profile-is_admin": "1", "is_admin": "1", "profile-email": "x@example.org", "may_create_studies": "1", "id": "99"}
    assert browser.post("/account/profile", data={**profile(), **extra}).status_code == 303
    user = now_of(camille)
    assert (user.name, user.lang.value, user.theme.value) == ("Camille P.", "en", "dark")
    assert (user.email, user.is_admin, user.may_create_studies) == ("camille@example.org", False, False)
    assert 'data-theme="dark"' in browser.get("/account").text


def test_two_windows_on_one_profile_see_both_versions(camille: User, sign_in: Browsers) -> None:
    browser = sign_in(camille)
    browser.post("/account/profile", data=profile(name="First"))
    late = browser.post("/account/profile", data=profile(name="Second"))
    assert late.status_code == 409
    assert "First" in late.text
    assert "Second" in late.text
    assert now_of(camille).name == "First"


def test_a_new_password_needs_the_present_one_and_ends_other_sessions_only(camille: User, sign_in: Browsers, client: FlaskClient) -> None:
    browser, elsewhere = sign_in(camille), sign_in(camille)
    typed = {"password-current": "not this one", "password-password": OTHER, "password-again": OTHER, "once": "as the page sends it"}
    assert browser.post("/account/password", data=typed).status_code == 422
    assert browser.post("/account/password", data={**typed, "password-current": PASSWORD}).status_code == 303
    assert browser.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert enter(client, password=OTHER).status_code == 303


def test_guessing_the_present_password_in_a_session_is_throttled_too(camille: User, sign_in: Browsers) -> None:
    browser = sign_in(camille)
    typed = {"password-current": "not this one", "password-password": OTHER, "password-again": OTHER}
    for _ in range(10):
        assert browser.post("/account/password", data=typed).status_code == 422
    assert browser.post("/account/password", data={**typed, "password-current": PASSWORD}).status_code == 429


def test_another_address_needs_the_password_and_is_not_somebody_elses(camille: User, make: Make, sign_in: Browsers) -> None:
    make.user(email="taken@example.org")
    browser = sign_in(camille)
    assert browser.post("/account/address", data={"address-email": "new@example.org", "address-current": "wrong"}).status_code == 422
    assert browser.post("/account/address", data={"address-email": "Taken@example.org", "address-current": PASSWORD}).status_code == 422
    assert browser.post("/account/address", data={"address-email": "not an address", "address-current": PASSWORD}).status_code == 422
    assert browser.post("/account/address", data={"address-email": "New@Example.org", "address-current": PASSWORD}).status_code == 303
    assert now_of(camille).email == "new@example.org"


def test_one_of_my_sessions_or_all_others_can_be_ended_and_nobody_elses(camille: User, make: Make, sign_in: Browsers) -> None:
    browser, second, third = sign_in(camille), sign_in(camille), sign_in(camille)
    stranger = sign_in(make.user())
    ids = list(db.session.scalars(sa.select(UserSession.id).order_by(UserSession.id)))
    browser.post(f"/account/sessions/{ids[3]}/end")
    assert stranger.get("/account").status_code == 200
    browser.post(f"/account/sessions/{ids[1]}/end")
    assert second.get("/account").status_code == 303
    browser.post("/account/sessions/end-others")
    assert third.get("/account").status_code == 303
    assert browser.get("/account").status_code == 200


def test_theme_and_language_chosen_in_the_menu_do_not_disturb_an_open_form(camille: User, sign_in: Browsers) -> None:
    browser = sign_in(camille)
    answer = browser.post("/preferences", data={"theme": "light"}, headers={"Referer": "http://localhost/account?x=1"})
    assert answer.location == "/account?x=1"
    assert browser.post("/preferences", data={"lang": "en"}, headers={"Referer": "http://evil.example/"}).location == "/"
    assert browser.post("/preferences", data={"theme": "pink"}).status_code == 400
    user = now_of(camille)
    assert (user.theme, user.lang.value, user.version) == (Theme.LIGHT, "en", 1)


@pytest.mark.parametrize("address", ["/users", "/users/invite", "/messages"])
def test_the_pages_of_administrators_are_closed_to_others(address: str, make: Make, sign_in: Browsers, client: FlaskClient) -> None:
    assert client.get(address).status_code == 303
    assert sign_in(make.user(may_create_studies=True)).get(address).status_code == 403
    assert sign_in(make.user(is_admin=True)).get(address).status_code == 200


def test_an_administrator_gives_and_takes_rights_and_each_can_be_undone(make: Make, sign_in: Browsers) -> None:
    admin, user = sign_in(make.user(is_admin=True)), make.user()
    for action, name, value in (
        ("allow-studies", "may_create_studies", True),
        ("refuse-studies", "may_create_studies", False),
        ("make-admin", "is_admin", True),
        ("unmake-admin", "is_admin", False),
        ("deactivate", "is_active", False),
        ("reactivate", "is_active", True),
    ):
        assert admin.post(f"/users/{user.id}/{action}").status_code == 303
        assert getattr(now_of(user), name) is value
    assert "/users/" in admin.get("/users").text
    assert admin.post(f"/users/{user.id}/delete").status_code == 404
    who = db.session.scalars(sa.select(AuditEntry.actor_id).where(AuditEntry.entity == "user_account", AuditEntry.entity_id == user.id))
    assert set(who) == {None, user.id - 1}


def test_nobody_else_gives_rights(make: Make, sign_in: Browsers) -> None:
    user = make.user()
    browser = sign_in(user)
    for action in ("allow-studies", "make-admin", "reset-link"):
        assert browser.post(f"/users/{user.id}/{action}").status_code == 403
    assert now_of(user).is_admin is False


@pytest.mark.parametrize("action", ["deactivate", "unmake-admin"])
def test_the_last_administrator_stays(make: Make, sign_in: Browsers, action: str) -> None:
    admin = make.user(is_admin=True, name="Only One")
    make.user(is_admin=True, is_active=False)
    answer = sign_in(admin).post(f"/users/{admin.id}/{action}")
    assert answer.status_code == 422
    assert "Only One" in answer.text
    user = now_of(admin)
    assert user.is_admin
    assert user.is_active


def test_an_administrator_reads_no_study_by_that_alone(make: Make, sign_in: Browsers) -> None:
    study = make.study()
    admin = sign_in(make.user(is_admin=True))
    for path in ("about", "members", "edit", "terms/"):
        assert admin.get(f"/studies/{study.id}/{path}").status_code == 404


def test_a_reset_link_made_by_an_administrator_is_in_the_audit(make: Make, sign_in: Browsers) -> None:
    boss, user = make.user(is_admin=True), make.user()
    admin = sign_in(boss)
    assert admin.post(f"/users/{user.id}/reset-link").location == "/link"
    assert "/new-password/" in admin.get("/link").text
    query = sa.select(AuditEntry.actor_id).where(AuditEntry.entity_id == user.id, AuditEntry.changes["reset_link"].is_not(None))
    assert boss.id in db.session.scalars(query).all()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("court", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("ababababababab", "password_monotonous"),
        ("motdepasse2024", "password_common"),
        ("azertyuiop123!", "password_common"),
        ("Azerty!Azerty!", "password_common"),
        ("1qaz2wsx3edc", "password_common"),
        ("abcdefghijklmn", "password_common"),
        ("perrin aime le thé", "password_context"),
        ("Cámille et le thé", "password_context"),
        ("consult pour tous", "password_context"),
    ],
)
def test_passwords_that_are_guessed_first_are_refused(app: Flask, password: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        passwords.refuse_weak(password, False, ("Camille Perrin", "c.perrin@example.org"))


@pytest.mark.parametrize("password", ["trois tasses de thé", "пять чашек чая", "🦔🌲🕰️ x7 ⌘ k2 ¶ z9", "k7$Rw!z0pQ2x"])
def test_any_other_password_will_do_whatever_its_characters(app: Flask, password: str) -> None:
    passwords.refuse_weak(password, False, ("Camille Perrin", "c.perrin@example.org"))
    assert passwords.verify(password, passwords.hashed(password)) == (True, None)


def test_administrators_need_fifteen_characters(app: Flask) -> None:
    passwords.refuse_weak("douze signes", False)
    with pytest.raises(Refused, match="password_too_short_for_admin"):
        passwords.refuse_weak("douze signes", True)


def test_a_password_composed_or_decomposed_is_the_same(app: Flask) -> None:
    assert passwords.verify("the\u0301 tre\u0300s noir", passwords.hashed("th\u00e9 tr\u00e8s noir"))[0]


def test_the_shipped_cost_is_the_one_decided(app: Flask) -> None:
    settings = app.config["SETTINGS"].__class__(instance=app.config["SETTINGS"].instance)
    assert (settings.argon2_memory_kib, settings.argon2_passes) == (19456, 2)


def test_addresses_are_one_whatever_their_capitals(app: Flask) -> None:
    with unit_of_work():
        service.create("Camille@Example.org", "Camille", PASSWORD)
    with pytest.raises(Refused, match="email_taken"), unit_of_work():
        service.create("camille@example.ORG", "Other", PASSWORD)
    assert service.by_email(" CAMILLE@example.org ") is not None
    assert count(User) == 1


def test_two_who_take_an_address_at_the_same_moment_keep_the_rest_of_what_they_do(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with unit_of_work():
        service.create("camille@example.org", "Camille", PASSWORD)
        other = service.create("other@example.org", "Other", PASSWORD)
    monkeypatch.setattr(service, "by_email", lambda _email: None)  # as each of them sees it
    with unit_of_work():
        other = service.get(other.id)
        other.name = "Kept"
        with pytest.raises(Refused, match="email_taken"):
            service.create("camille@example.org", "Second", PASSWORD)
        with pytest.raises(Refused, match="email_taken"):
            service.change_address(other, "camille@example.org")
    with unit_of_work():
        assert [(user.email, user.name) for user in service.everyone()] == [
            ("camille@example.org", "Camille"),
            ("other@example.org", "Kept"),
        ]


def test_a_session_of_the_factory_is_found_again(camille: User, sign_in: Browsers, app: Flask) -> None:
    sign_in(camille)
    assert len(sessions.of_user(camille.id, app.config["SETTINGS"])) == 1


def test_who_read_the_messages_and_which_is_written_down(client: FlaskClient, camille: User, make: Make, sign_in: Browsers) -> None:
    admin = make.user(is_admin=True)
    browser = sign_in(admin)
    assert browser.get("/messages").status_code == 200
    assert _readings() == [], "nothing was there to be read"
    client.post("/forgotten", data={"email": camille.email})
    assert "/new-password/" in browser.get("/messages").text
    assert _readings() == [(admin.id, {"messages": [None, [1]]})]


def _readings() -> list[tuple[int | None, dict[str, object]]]:
    db.session.rollback()
    query = sa.select(AuditEntry.actor_id, AuditEntry.changes).where(AuditEntry.deed == Deed.READ, AuditEntry.entity == "outgoing_message")
    return [(row.actor_id, row.changes) for row in db.session.execute(query)]


def test_without_mail_the_page_of_a_forgotten_password_sends_nobody_to_their_mailbox(client: FlaskClient) -> None:
    for path in ("/forgotten", "/forgotten/asked"):
        text = client.get(path, headers={"Accept-Language": "en"}).text
        assert "on its way" not in text
        assert "administrator" in text
        assert "sends no mail" in text


def test_closing_an_account_or_taking_a_right_asks_first_and_offers_a_way_back(make: Make, sign_in: Browsers) -> None:
    make.user(is_admin=True)
    user = make.user()
    browser = sign_in(make.user(is_admin=True))
    text = browser.get("/users").text
    for action in (f"/users/{user.id}/deactivate", "/unmake-admin"):
        form = next(form for form in text.split("<form")[1:] if f'{action}"' in form.partition(">")[0])
        assert "data-confirm=" in form.partition("</form>")[0], action
    closed = browser.post(f"/users/{user.id}/deactivate", follow_redirects=True)
    assert f'action="/users/{user.id}/reactivate"' in closed.text
