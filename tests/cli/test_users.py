"""Accounts from the command line obey the rules of the pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consult.accounts import service
from consult.cli.frame import new_application
from consult.kernel import audit
from consult.kernel.actor import Via
from tests.cli.conftest import Consult

GOOD = "correct horse battery"


@pytest.fixture
def typed(tmp_path: Path) -> Path:
    """The standard input, holding a good password."""
    path = tmp_path / "typed"
    path.write_text(f"{GOOD}\nanother line\n", "utf-8")
    return path


def listed(consult: Consult) -> dict[str, dict[str, object]]:
    return {each["email"]: each for each in json.loads(consult("user", "list", "--json").out)}


def test_an_account_is_made_with_what_was_asked(consult: Consult, prepared: Path, typed: Path) -> None:
    arguments = [
        "user",
        "add",
        "Claire@Example.org",
        "--name",
        "Claire Morel",
        "--may-create-studies",
        "--language",
        "en",
        "--password-stdin",
    ]
    assert consult(*arguments, typed=typed).code == 0
    claire = listed(consult)["claire@example.org"]
    assert claire == {
        "email": "claire@example.org",
        "name": "Claire Morel",
        "is_admin": False,
        "may_create_studies": True,
        "is_active": True,
        "lang": "en",
    }


@pytest.mark.parametrize("email", ["first@example.org", "FIRST@example.org", "no address"])
def test_a_taken_or_impossible_address_is_refused_in_one_line(consult: Consult, prepared: Path, typed: Path, email: str) -> None:
    told = consult("user", "add", email, "--password-stdin", typed=typed)
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert list(listed(consult)) == ["first@example.org"]


def test_a_weak_password_is_refused_and_no_account_is_made(consult: Consult, prepared: Path, tmp_path: Path) -> None:
    (tmp_path / "weak").write_text("password1234\n", "utf-8")
    assert consult("user", "add", "claire@example.org", "--password-stdin", typed=tmp_path / "weak").code == 2
    assert list(listed(consult)) == ["first@example.org"]


def test_a_generated_password_is_printed_once_and_opens_the_account(consult: Consult, prepared: Path) -> None:
    told = consult("user", "add", "claire@example.org", "--generate")
    password = told.out.rpartition("Password: ")[2].strip()
    with new_application("en"):
        claire = service.by_email("claire@example.org")
        assert claire is not None
        assert claire.password_hash
        assert password not in claire.password_hash
    assert len(password) >= 15


def test_an_account_is_closed_and_opened_again(consult: Consult, prepared: Path) -> None:
    assert consult("user", "deactivate", "first@example.org").code == 0
    assert listed(consult)["first@example.org"]["is_active"] is False
    assert consult("user", "reactivate", "first@example.org").code == 0
    assert listed(consult)["first@example.org"]["is_active"] is True


def test_the_last_administrator_stays(consult: Consult, prepared: Path) -> None:
    consult("user", "add", "boss@example.org", "--admin", "--generate")
    told = consult("user", "deactivate", "boss@example.org")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert listed(consult)["boss@example.org"]["is_active"] is True


def test_study_creation_is_granted_and_withdrawn(consult: Consult, prepared: Path) -> None:
    assert consult("user", "grant-study-creation", "first@example.org").code == 0
    assert listed(consult)["first@example.org"]["may_create_studies"] is True
    assert consult("user", "withdraw-study-creation", "first@example.org").code == 0
    assert listed(consult)["first@example.org"]["may_create_studies"] is False


def test_who_acts_is_named_in_the_history(consult: Consult, prepared: Path) -> None:
    consult("user", "add", "boss@example.org", "--admin", "--generate")
    assert consult("user", "grant-study-creation", "first@example.org", "--as", "boss@example.org").code == 0
    with new_application("en"):
        boss, first = service.by_email("boss@example.org"), service.by_email("first@example.org")
        assert boss is not None
        assert first is not None
        last = audit.history("user_account", first.id)[0]
        assert (last.actor_id, last.via) == (boss.id, Via.COMMAND)
    assert consult("user", "grant-study-creation", "first@example.org", "--as", "nobody@example.org").code == 2


def test_unknown_accounts_are_named(consult: Consult, prepared: Path) -> None:
    for command in ("deactivate", "reactivate", "password", "grant-study-creation"):
        told = consult("user", command, "nobody@example.org")
        assert told == type(told)(2, "", "consult: No user has the address nobody@example.org.\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", "new@example.org"], "--password-stdin or --generate"),
        (["add", "new@example.org", "--generate", "--password-stdin"], "Choose one"),
        (["add", "no address"], "not an e-mail address"),
        (["add", "first@example.org"], "Another account has the address"),
        (["password", "first@example.org"], "--password-stdin or --generate"),
    ],
)
def test_what_cannot_be_done_is_said_before_a_password_is_asked_for(
    consult: Consult, prepared: Path, arguments: list[str], told: str
) -> None:
    said = consult("user", *arguments, "--lang", "en")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert told in said.err
    assert list(listed(consult)) == ["first@example.org"]


def test_nobody_acts_as_somebody_whose_account_is_closed(consult: Consult, prepared: Path) -> None:
    assert consult("user", "add", "gone@example.org", "--generate").code == 0
    assert consult("user", "deactivate", "gone@example.org").code == 0
    told = consult("studies", "--as", "gone@example.org", "--lang", "en")
    assert (told.code, told.err) == (2, "consult: The account gone@example.org is closed.\n")
