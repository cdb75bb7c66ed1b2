"""A seeded source of requests that are almost right, or not at all."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from werkzeug.routing import Rule

from tests.faults.discovery import FoundForm
from tests.faults.installation import Sent
from tests.faults.odd import CONTENT_TYPES, EXTRA_NAMES, HEADERS, JSON_BODIES, METHODS, ODD, PATH_ODD, QUERY_NAMES

Pair = tuple[str, bytes]


class Monkey:
    """An endless, seeded source of requests that are almost right, or not at all."""

    def __init__(
        self, seed: int, rules: Sequence[tuple[str, Rule]], forms: Sequence[FoundForm], ids: Mapping[str, Any], texts: Mapping[str, Any]
    ) -> None:
        self.chance = random.Random(seed)
        self.rules = sorted({rule.rule: rule for _method, rule in rules}.values(), key=lambda rule: rule.rule)
        self.forms, self.ids, self.texts = list(forms), ids, texts

    def every_route(self) -> Iterator[Sent]:
        """Yield each route with each method once."""
        for rule in self.rules:
            for method in METHODS:
                yield self.at(rule, method)

    def endlessly(self) -> Iterator[Sent]:
        """Yield requests for ever."""
        while True:
            yield (
                self.on_form(self.chance.choice(self.forms))
                if self.forms and self.chance.random() < 0.6
                else self.at(self.chance.choice(self.rules), self.chance.choice(METHODS))
            )

    def who(self) -> str:
        return self.chance.choices(("lead", "consultant", "cluster", "outsider", "nobody"), (80, 6, 3, 6, 5))[0]

    def at(self, rule: Rule, method: str) -> Sent:
        """A request to a route, with odd parts in its address, query and body."""
        path = rule.rule
        for name in rule.arguments:
            known = self.ids.get(name, self.texts.get(name, "x"))
            value = self.chance.choice(PATH_ODD) if self.chance.random() < 0.25 else quote(str(known), safe="")
            path = _filled(path, name, value)
        pairs = [(name, self.odd()) for name in self.chance.sample(EXTRA_NAMES, self.chance.randint(0, 4))]
        body, kind = self.body(pairs) if method in ("POST", "PUT", "PATCH", "DELETE") else (b"", "")
        return Sent(self.who(), method, path, self.query(), body, kind, self.headers())

    def on_form(self, form: FoundForm) -> Sent:
        """A form filled in as it should be but for one to three things."""
        pairs: list[Pair] = [(name, value.encode()) for name, value in form.filled(f"Words{self.chance.randint(1, 999)}")]
        for _ in range(self.chance.randint(0, 3)):
            pairs = self.bent(pairs, form)
        body, kind = self.body(pairs, form.multipart)
        path, _sep, query = form.action.partition("?")
        return Sent(self.who(), "POST", path, query or self.query(), body, kind, self.headers())

    def bent(self, pairs: list[Pair], form: FoundForm) -> list[Pair]:
        """The same fields with one thing wrong."""
        names = [name for name, _ in pairs] or ["x"]
        name, what = self.chance.choice(names), self.chance.random()
        if what < 0.7:
            value = self.odd()
            return [(n, value if n == name else v) for n, v in pairs]
        if what < 0.8:
            return [pair for pair in pairs if pair[0] != name]
        if what < 0.9:
            return [*pairs, *((name, self.odd()) for _ in range(self.chance.choice((1, 3, 60))))]
        return [*pairs, (self.chance.choice(EXTRA_NAMES), self.odd())]

    def odd(self) -> bytes:
        return self.chance.choice(ODD)

    def query(self) -> str:
        if self.chance.random() < 0.6:
            return ""
        parts = [f"{name}={quote(self.odd()[:3000], safe='')}" for name in self.chance.choices(QUERY_NAMES, k=self.chance.randint(1, 4))]
        if self.chance.random() < 0.1:
            parts.append(self.chance.choice(("q=\xff\xfe", "%", "&&==", "q=%zz", "a[]=1&a[x]=2", "=" * 50)))
        return "&".join(parts)

    def headers(self) -> tuple[tuple[str, str], ...]:
        return (self.chance.choice(HEADERS),) if self.chance.random() < 0.15 else ()

    def body(self, pairs: list[Pair], multipart: bool = False) -> tuple[bytes, str]:
        """Serialise fields, mostly as a browser would."""
        what = self.chance.random()
        if what < 0.08:
            return self.chance.choice(JSON_BODIES), "application/json"
        if what < 0.13:
            return encoded(pairs), self.chance.choice(CONTENT_TYPES)
        if multipart or what < 0.23:
            body = as_multipart(pairs, self.chance.choice((None, b"", b"PK\x03\x04junk", b"a;b\n1;2\n", b"\xff" * 2000)))
            return (
                body[: self.chance.randrange(len(body) + 1)] if self.chance.random() < 0.3 else body
            ), "multipart/form-data; boundary=XyZ"
        return encoded(pairs), "application/x-www-form-urlencoded"


def encoded(pairs: Sequence[Pair]) -> bytes:
    """Return fields as a form posts them."""
    return "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in pairs).encode()


def as_multipart(pairs: Sequence[Pair], file: bytes | None = None) -> bytes:
    """Return fields as a form with files posts them."""
    parts = [b'--XyZ\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value) for name, value in pairs]
    if file is not None:
        parts.append(
            b'--XyZ\r\nContent-Disposition: form-data; name="file"; filename="../a\x00.csv"\r\nContent-Type: text/csv\r\n\r\n%s\r\n' % file
        )
    return b"".join(parts) + b"--XyZ--\r\n"


def _filled(path: str, name: str, value: str) -> str:
    before, _open, rest = path.partition("<")
    converter, _close, after = rest.partition(">")
    if converter.rpartition(":")[2] == name:
        return before + value + after
    inner = _filled(after, name, value)
    return f"{before}<{converter}>{inner}"
