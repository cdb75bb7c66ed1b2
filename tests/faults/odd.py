"""Values and bodies that nobody would type, and that arrive all the same."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from werkzeug.routing import Rule

from tests.faults.discovery import FoundForm
from tests.faults.installation import Sent

Pair = tuple[str, bytes]

ODD: list[bytes] = [text.encode("utf-8", "surrogatepass") for text in (
    "", " ", "\u00a0", "\u200b", "x" * 21, "x" * 201, "x" * 501, "é" * 200, "x" * 2001, "\x00", "a\x00b", "\ud800", "\udfff\ud800", "a\ud83d",
    "\u202eevil", "\u2066a\u2069", "\ufeff", "\uffff", "\U0001f9d1\u200d\U0001f680" * 40, "😀", "e\u0301" * 200, "ﷺ" * 40, "İ" * 200,
    "0", "-1", "-0", "1", "2", "3", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "1" * 400, "9" * 5000, "1e308", "1e309",
    "1e-400", "1e999999999", "-1e999999999", "NaN", "sNaN", "Infinity", "-inf", "0x10", "1_000", "１２", "²", "٣", "½", "1.5", "1,5", "1 234,50", ",", ".",
    "true", "null", "None", "[]", "{}", "[1,2]", '{"a":1}', "new:", "new:x", "new:" + "x" * 600, "new:\x00", "new:new:1", "__class__", "constructor",
    "31/02/2023", "29/02/2023", "00/00/0000", "9999-12-31", "0001-01-01", "01/01/99999", "12/13/2023", "2023-01-12T00:00:00Z", "25:61", "14h", "-1:00",
    "a@b", "@", "a" * 300 + "@example.org", "x@[127.0.0.1]", "x@exämple.org", "é@example.org", "a@b\r\nBcc: c@d", "xn--a@example.org",
    "../../etc/passwd", "..\\..\\x", "%00", "%2e%2e%2f", "\r\nX-Injected: 1", "\r\n\r\n<script>", "<script>alert(1)</script>", "{{7*7}}", "{% raw %}", "%(name)s", "%s%n",
    "' OR 1=1 --", '"; DROP TABLE study; --', "\\", "\\u0000", "%", "_", "=1+1", "@SUM(A1)", "+33 1 23 45 67 89", "(" * 50, "[" * 500, "*" * 300, "a" * 100_001,
    "http://evil.example/", "javascript:alert(1)", "//evil.example", "/\\evil.example", "\u2028", "\x0b\x0c\x85", "\x1b[31m", "FR1234567890", "12345678901234", "732829320", "73282932000074",
)] + [b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x80" * 50]  # fmt: skip

PATH_ODD: list[str] = [
    "0", "-1", "1", "2", "999999", "2147483647", "2147483648", "9223372036854775808", "1" + "0" * 30, "1.5", "1e3", "%00", "1%00", "%ff", "%EF%BC%91", "%C2%B2", "%D9%A3", "..", ".", "%2e%2e",
    "%2F", "a%2Fb", "..%2f..%2fetc%2fpasswd", "%0d%0aX-Injected:%201", "%ED%A0%80", "%F0%9F%98%80", "x" * 300, "x" * 5000, "%20", "%3Cscript%3E", "null", "__class__", "*", "~", "%5C", "None", "new",
]  # fmt: skip

QUERY_NAMES = (
    "q",
    "next",
    "at",
    "sort",
    "dir",
    "cols",
    "density",
    "view",
    "segment",
    "from",
    "to",
    "page",
    "lang",
    "term",
    "format",
    "ids",
    "x",
)
EXTRA_NAMES = ("id", "study_id", "role", "version", "csrf_token", "action", "kept", "term", "code", "name", "label_fr", "email", "password", "field", "value", "ids", "everything", "query", "text", "once")  # fmt: skip
CONTENT_TYPES = (
    "", "text/plain", "application/json", "application/xml", "multipart/form-data", "multipart/form-data; boundary=", "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=nonsense", "application/octet-stream", "*/*", "text/html; charset=\x00", "multipart/form-data; boundary=" + "b" * 5000,
)  # fmt: skip
JSON_BODIES = (b"", b"{}", b"[]", b"null", b"1", b'"x"', b"{", b"\xff", b'{"fields": 1}', b'{"fields": []}', b'{"fields": {"a": [1, {"b": null}]}}', b'{"fields": {"note": 1}, "base_version": "x"}', b'{"fields": {}, "base_version": 1e400}', b'{"fields": {"note": "\\ud800\\u0000"}, "base_version": 9999999999999999999999}', b'{"fields": {"organisations": {"x": 1}, "date": true, "note": null}, "base_version": []}', b'{"a":' * 3000, b"[" * 100_000, b"NaN", b'{"fields": {"note": "' + b"x" * 100_001 + b'"}}')  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
HEADERS = (
    ("Referer", "http://evil.example/x"), ("Referer", "http://localhost/\x00"), ("Accept-Language", "\xff;q=x,*;q=-1," + "a" * 3000), ("Accept-Language", "fr;q=1e999"), ("X-Forwarded-Host", "evil.example"),
    ("X-HTTP-Method-Override", "DELETE"), ("Range", "bytes=0-,-1"), ("If-None-Match", '"x'), ("If-Modified-Since", "Sat, 99 Foo 99999"), ("HX-Request", "true"), ("Cookie", "consult=..; lang=\xff; consult=x"),
    ("User-Agent", "\x00" * 10), ("User-Agent", "x" * 5000), ("Accept", "application/json"), ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"), ("HX-Target", "<script>"),
)  # fmt: skip


class Monkey:
    """An endless, seeded source of requests that are almost right, or not at all."""

    def __init__(
        self, seed: int, rules: Sequence[tuple[str, Rule]], forms: Sequence[FoundForm], ids: Mapping[str, Any], texts: Mapping[str, str]
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
