"""An installation for a test that breaks things: its two studies, and browsers that send whatever bytes and keep their cookies."""

from __future__ import annotations

import http.cookies
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, got_request_exception
from werkzeug.routing import Rule
from werkzeug.test import run_wsgi_app

from consult.accounts import sessions
from consult.accounts.models import User
from consult.kernel.db import db, unit_of_work
from tests.faults.discovery import FoundForm, forms_of
from tests.guards.test_routes import TEXTS
from tests.guards.world import Corner, rules


@dataclass(frozen=True)
class Sent:
    """One request, to the byte, so that the very same can be sent again or to another engine."""

    who: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    content_type: str = "application/x-www-form-urlencoded"
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.who}: {self.method} {self.path}?{self.query} [{self.content_type}] {self.body[:300]!r} {self.headers}"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Any
    body: bytes
    cause: str = ""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass
class Installation:
    """A running application with two studies, and browsers that keep their cookies."""

    app: Flask
    engine: str
    here: Corner
    there: Corner
    users: dict[str, int]
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    cause: str = ""

    def __post_init__(self) -> None:
        got_request_exception.connect(self._note, self.app)

    def _note(self, _app: Flask, exception: BaseException, **_more: Any) -> None:
        frames = [
            f"{f.filename.partition('/consult/')[2]}:{f.lineno}"
            for f in traceback.extract_tb(exception.__traceback__)
            if "/consult/" in f.filename
        ]
        self.cause = f"{type(exception).__name__}: {str(exception)[:200]!r} at {' < '.join(reversed(frames[-3:]))}"

    def send(self, sent: Sent) -> Answer:
        """Send a request as its sender's browser would, and keep the cookies that come back."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": sent.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(sent.path).decode("latin-1"),
            "QUERY_STRING": sent.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(sent.body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if sent.body or sent.method in ("POST", "PUT", "PATCH"):
            environ |= {"CONTENT_TYPE": sent.content_type, "CONTENT_LENGTH": str(len(sent.body))}
        if sent.who not in self.cookies:
            self.cookies[sent.who] = self.signed_in(sent.who)
        jar = self.cookies[sent.who]
        environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in sent.headers}
        chunks, status, headers = run_wsgi_app(self.app.wsgi_app, environ, buffered=True)
        self._keep(jar, headers.getlist("Set-Cookie"))
        cause, self.cause = self.cause, ""
        return Answer(int(status.split()[0]), headers, b"".join(chunks), cause)

    def get(self, who: str, path: str) -> Answer:
        """Read a page."""
        address, _sep, query = path.partition("?")
        return self.send(Sent(who, "GET", address, query))

    def address(self, rule: Rule) -> str:
        """Build the address of a route from the records that are there."""
        values = {name: self.here.ids.get(name, TEXTS.get(name, 1 if name.endswith("_id") else "x")) for name in rule.arguments}
        with self.app.test_request_context():
            built = rule.build(values, append_unknown=False)
        assert built is not None, (rule.rule, values)
        return built[1]

    def pages(self, who: str) -> Iterator[tuple[str, Answer]]:
        """Read every page once."""
        for method, rule in rules(self.app):
            if method == "GET" and rule.endpoint != "accounts.language":
                yield rule.rule, self.get(who, self.address(rule))

    def forms(self, who: str) -> list[FoundForm]:
        """Find the forms of every page, each once."""
        found: dict[Any, FoundForm] = {}
        for method, rule in rules(self.app):
            if method != "GET" or rule.endpoint == "home.styleguide":  # its forms are samples
                continue
            for form in self.forms_at(who, self.address(rule)):
                if form.method == "POST":
                    found.setdefault((self.endpoint(form), tuple(sorted(form.kinds))), form)
        return list(found.values())

    def endpoint(self, form: FoundForm) -> str:
        """Name the view that a form posts to."""
        return str(self.app.url_map.bind("localhost").match(form.action.partition("?")[0], method="POST")[0])

    def forms_at(self, who: str, address: str) -> list[FoundForm]:
        """Find the forms of one page."""
        answer = self.get(who, address)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        return list(forms_of(address, answer.text)) if is_page else []

    def fresh_sign_ins(self) -> None:
        """Have everybody sign in anew at their next request."""
        self.cookies.clear()

    def signed_in(self, who: str) -> dict[str, str]:
        """Return the cookies of somebody who has just signed in; none for a stranger."""
        if who not in self.users:
            return {}
        with self.app.app_context(), unit_of_work():
            token = sessions.begin(db.session.get_one(User, self.users[who]), "test")
        signer: Any = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return {self.app.config["SESSION_COOKIE_NAME"]: signer.dumps({"_user_id": token, "_fresh": True})}

    def _keep(self, jar: dict[str, str], lines: Iterable[str]) -> None:
        for line in lines:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if morsel["max-age"] == "0" or "1970" in morsel["expires"]:
                    jar.pop(name, None)
                else:
                    jar[name] = morsel.value
