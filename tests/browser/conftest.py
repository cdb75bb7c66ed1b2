"""A house with two studies, served on a free port of this machine, and Chromium to visit it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from consult.accounts.models import User
from consult.accounts.passwords import hashed
from consult.kernel.db import db, unit_of_work
from consult.studies.models import Study
from tests.factories import Make
from tests.faults.installation import Installation
from tests.faults.kits import kit

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PASSWORD = "eleven steel springs resting"
WORDS = "un-mot-de-passe-de-test-1"
TABLET = {"width": 820, "height": 1180}
WATCH = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.__violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
EXPECTED = ("ERR_INTERNET_DISCONNECTED", "the server responded with a status of 4", "the server responded with a status of 503")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """One browser for all, or skipped tests where there is none (failed ones where everything must run)."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not here")
        pytest.skip("Chromium is not here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as library:
        browser = library.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def house(chromium: Any) -> Iterator[House]:
    """The house, with its tokens against forged requests, and a password for its lead."""
    with kit("sqlite") as made:
        installation = made.fresh()
        made.app.config["WTF_CSRF_ENABLED"] = True
        with made.app.app_context(), unit_of_work():
            lead = db.session.get_one(User, installation.users["lead"])
            lead.password_hash, lead.email = hashed(PASSWORD), "lead@example.org"
        server = make_server("127.0.0.1", 0, made.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield House(installation, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join(10)


@dataclass
class House:
    """A served installation."""

    installation: Installation
    address: str

    @property
    def study(self) -> str:
        """The address of the study worked in."""
        return f"{self.address}/studies/{self.installation.here.study.id}"

    def cookies(self, who: str) -> list[Any]:
        """Return the cookies of somebody who has just signed in."""
        return [{"name": name, "value": value, "url": self.address} for name, value in self.installation.signed_in(who).items()]


@dataclass
class Visit:
    """A window of its own, with everything that went wrong in it."""

    context: Any
    page: Any
    problems: list[str] = field(default_factory=list)
    axe: bool = False
    """Whether axe runs here, which styles pages in ways that the policy forbids to it."""


@pytest.fixture
def visit(house: House, chromium: Any) -> Iterator[Callable[..., Visit]]:
    """Open a window in which somebody is signed in. Errors of scripts, dialogs and violations of the policy fail the test."""
    opened: list[Visit] = []

    def open_window(who: str = "lead", width: int = 1440, height: int = 900, **options: Any) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-GB", reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        context.add_cookies(house.cookies(who))
        context.add_init_script(WATCH)
        made = Visit(context, context.new_page())
        made.page.on("pageerror", lambda error: made.problems.append(f"{made.page.url}: {error}"))
        made.page.on("console", lambda message: note(made, message))
        made.page.on("dialog", lambda dialog: refuse(made, dialog))
        opened.append(made)
        return made

    yield open_window
    problems = [problem for each in opened for problem in each.problems]
    for each in opened:
        each.context.close()
    assert not problems, "\n".join(problems)


def refuse(made: Visit, dialog: Any) -> None:
    """Keep that a dialog came up, and send it away."""
    made.problems.append(f"{made.page.url}: dialog {dialog.message}")
    dialog.dismiss()


def note(made: Visit, message: Any) -> None:
    """Keep an error of the console, unless it tells of an answer that the test is about."""
    expected = (*EXPECTED, "Applying inline style") if made.axe else EXPECTED
    if message.type == "error" and not any(text in message.text for text in expected):
        made.problems.append(f"{made.page.url}: {message.text}")


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application served on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)


@pytest.fixture
def signed_in(make: Make, address: str, chromium: Any) -> Iterator[Callable[[User], Any]]:
    """Return a page in which a user has signed in, at a tablet's size; any error of its scripts fails the test."""
    problems: list[str] = []

    def enter(user: User, size: dict[str, int] = TABLET) -> Any:
        page = chromium.new_context(viewport=size, locale="fr-FR").new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None)
        page.goto(f"{address}/sign-in")
        page.fill("input[name=email]", user.email)
        page.fill("input[name=password]", WORDS)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield enter
    assert problems == []


def member(make: Make, study: Study, role: str, name: str) -> User:
    """Make a member of a study who signs in with a password."""
    user = make.member(study, role, name=name)
    with make.inside(None):
        db.session.get_one(User, user.id).password_hash = hashed(WORDS)
    return user
