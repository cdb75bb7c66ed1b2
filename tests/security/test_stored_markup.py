"""Whatever is typed into any field is shown as text on every page, in the very words that were typed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.faults.amounts import amount
from tests.faults.discovery import FoundForm
from tests.faults.installation import Answer, Installation, Sent
from tests.faults.kits import Kit, kit, once
from tests.faults.monkey import as_multipart, encoded
from tests.security.markup import PAYLOADS, PROBE, intrusions

pytestmark = once


@pytest.fixture(scope="module")
def made() -> Iterator[Kit]:
    with kit("sqlite") as each:
        yield each


def send_payload(installation: Installation, form: FoundForm, payload: str) -> Answer:
    """Send a form with the payload in every field into which people type."""
    typed = {name for name in form.texts() if name not in ("email", "current")}
    pairs = [(name, (payload if name in typed else value).encode()) for name, value in form.filled("Markup")]
    path, _sep, query = form.action.partition("?")
    if form.multipart:
        file = f"Raison sociale;Notes\n{payload};{payload}\n".encode()
        return installation.send(Sent("lead", "POST", path, query, as_multipart(pairs, file), "multipart/form-data; boundary=XyZ"))
    return installation.send(Sent("lead", "POST", path, query, encoded(pairs)))


def _faults(where: str, answer: Answer) -> Iterator[str]:
    if answer.headers.get("Content-Type", "").startswith("text/html") and answer.body:
        yield from (f"{where}: {found}" for found in intrusions(answer.text))


def test_no_page_lets_what_was_typed_become_markup(made: Kit) -> None:
    faults: list[str] = []
    kept = 0
    for start in range(0, len(PAYLOADS), amount(len(PAYLOADS), 1)):
        installation = made.fresh()
        payloads = itertools.cycle(PAYLOADS[start:] + PAYLOADS[:start])
        for form in sorted(installation.forms("lead"), key=lambda each: "/edit" in each.action):
            if form.texts():
                answer = send_payload(installation, form, next(payloads))
                kept += answer.status == 303
                faults += _faults(f"answer of {form.action}", answer)
        for rule, answer in installation.pages("lead"):
            faults += _faults(rule, answer)
    assert kept > 10, "hardly anything was kept, so nothing was tried"
    assert not faults, "\n".join(faults[:30])


def test_no_page_lets_its_address_become_markup(made: Kit) -> None:
    installation = made.fresh()
    faults: list[str] = []
    study = installation.here.study.id
    for payload in PAYLOADS[:: amount(4, 1)]:
        for path in (
            f"/studies/{study}/organisations/",
            f"/studies/{study}/people/",
            f"/studies/{study}/interviews/",
            f"/studies/{study}/perimeter",
            "/sign-in",
            "/users",
            f"/nothing/{quote(payload)}",
        ):
            query = "&".join(f"{name}={quote(payload)}" for name in ("q", "next", "sort", "view", "at", "cols", "segment", "density"))
            for who in ("lead", "nobody"):
                faults += _faults(path, installation.get(who, f"{path}?{query}"))
    assert not faults, "\n".join(faults[:30])


def test_the_detector_sees_what_it_is_for() -> None:
    assert list(intrusions(f"<p>&lt;{PROBE}&gt;</p>")) == []
    for text in (f"<{PROBE}>", "<img src=x onerror=alert(1)>", "<a href='java\tscript:alert(1)'>x</a>", "<script>alert(1)</script>"):
        assert list(intrusions(text)), text
