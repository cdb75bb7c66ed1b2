"""An installation of its own for each test of the command line, far from the one the other tests share."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from consult.accounts.models import User
from consult.cli import main
from consult.cli.frame import new_application
from consult.kernel.db import unit_of_work


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Consult = Callable[..., Outcome]


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of an installation that does not exist yet."""
    for name in ("CONSULT_DEMO", "CONSULT_DATABASE_URL", "LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("CONSULT_ARGON2_MEMORY_KIB", "8")
    monkeypatch.setenv("CONSULT_ARGON2_PASSES", "1")
    monkeypatch.setenv("CONSULT_INSTANCE", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def consult(installation: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Consult:
    """Run a command on that installation."""

    def run(*arguments: object, typed: Path | None = None) -> Outcome:
        capsys.readouterr()
        with Path(typed or "/dev/null").open(encoding="utf-8") as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return run


@pytest.fixture
def prepared(consult: Consult, installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of an installation with one user: made once, then copied."""
    made = tmp_path_factory.getbasetemp() / "prepared"
    if made.exists():
        shutil.copytree(made, installation)
        return installation
    assert consult("init").code == 0
    add_user("first@example.org")
    shutil.copytree(installation, made)
    return installation


def add_user(email: str) -> None:
    """Put a user into the installation, without the command line."""
    with new_application("en"), unit_of_work() as session:
        session.add(User(email=email, name=email))


def emails() -> list[str]:
    """The addresses of the installation's users."""
    with new_application("en"), unit_of_work() as session:
        return [user.email for user in session.query(User).order_by(User.id)]
