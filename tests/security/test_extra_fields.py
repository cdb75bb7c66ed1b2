"""Fields that a form does not show change nothing, however they are named: the database ends up as without them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from consult.accounts.models import User
from consult.kernel.db import db
from consult.kernel.scope import unscoped
from tests.faults.discovery import FoundForm
from tests.faults.installation import Installation, Sent
from tests.faults.kits import Kit, kit, once
from tests.faults.monkey import as_multipart, encoded

VOLATILE = {"token_hash", "fingerprint", "led_to", "password_hash", "changes", "body", "choices", "found", "file_sha256", "uid"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(\+00:00)?")
"""A moment within a record that is kept as JSON."""
UNSEEN = {"user_session", "throttle_count", "sent_form", "outgoing_message"}

pytestmark = once


@pytest.fixture(scope="module")
def made() -> Iterator[Kit]:
    with kit("sqlite") as each:
        yield each


def _extra(installation: Installation, form: FoundForm) -> list[tuple[str, bytes]]:
    there, here = installation.there, installation.here
    wanted: dict[str, Any] = {
        "role": "lead",
        "study_id": there.study.id,
        "id": there.ids["organisation_id"],
        "is_admin": "1",
        "may_create_studies": "1",
        "created_by_id": there.members["lead"].id,
        "updated_by_id": 1,
        "deleted_at": "2020-01-01",
        "deleted_by_id": 1,
        "ref": "ORG-9999",
        "created_at": "2000-01-01",
        "user_id": there.members["lead"].id,
        "password_hash": "x",
        "search_key": "x",
        "sort_name": "x",
        "owner_id": there.members["lead"].id,
        "validated_by_id": 1,
        "validated_at": "2020-01-01",
        "batch_id": 1,
        "is_active": "0",
        "email": "thief@example.org",
        "organisation_id": there.ids["organisation_id"],
        "interview_id": there.ids["interview_id"],
        "in_frame": "0",
        "extra": "{}",
        "effort_cached": "1",
        "_method": "DELETE",
        "state": "archived",
        "confidentiality": "public",
        "membership_id": here.ids["membership_id"],
        "shared_by": "1",
        "tokens": "x",
        "lang": "en",
        "theme": "dark",
        "single_keys": "",
    }
    return [(name, str(value).encode()) for name, value in wanted.items() if name not in form.kinds]


def _state(installation: Installation) -> dict[str, list[str]]:
    """Every row of every table, without what differs from one moment to the next."""
    with installation.app.app_context(), unscoped("tests compare all tables"), db.engine.connect() as connection:
        state = {}
        for table in db.metadata.sorted_tables:
            columns = [
                c for c in table.c if c.name not in VOLATILE and not isinstance(c.type, sa.DateTime) and "UTC" not in type(c.type).__name__
            ]
            if table.name not in UNSEEN:
                state[table.name] = sorted(INSTANT.sub("now", repr(tuple(row))) for row in connection.execute(sa.select(*columns)))
        return state


def _after(made: Kit, form: FoundForm, with_extra: bool) -> tuple[int, dict[str, list[str]]]:
    installation = made.fresh()
    pairs = [(name, value.encode()) for name, value in form.filled("Extra")]
    pairs += _extra(installation, form) if with_extra else []
    path, _sep, query = form.action.partition("?")
    body, kind = (
        (as_multipart(pairs, b"Raison sociale\nX\n"), "multipart/form-data; boundary=XyZ")
        if form.multipart
        else (encoded(pairs), "application/x-www-form-urlencoded")
    )
    return installation.send(Sent("lead", "POST", path, query, body, kind)).status, _state(installation)


def test_no_form_obeys_a_field_that_it_does_not_show(made: Kit) -> None:
    forms = made.fresh().forms("lead")
    obeyed = []
    for form in forms:
        if form.action.endswith("/preferences"):
            continue  # shows theme and language each in a form of its own
        plain, extra = _after(made, form, False), _after(made, form, True)
        if plain != extra:
            tables = [name for name in plain[1] if plain[1][name] != extra[1][name]]
            obeyed.append(f"{form.action}: {plain[0]} {extra[0]} {[(t, sorted(set(extra[1][t]) ^ set(plain[1][t]))[:4]) for t in tables]}")
    assert len(forms) > 20
    assert not obeyed, "\n".join(obeyed)


def test_an_invited_person_does_not_become_more_than_they_were_invited_to_be(made: Kit) -> None:
    installation = made.fresh()
    form = next(form for form in installation.forms_at("lead", "/users/invite") if "email" in form.kinds)
    pairs = [
        (name, b"new@example.org" if name == "email" else value.encode())
        for name, value in form.filled()
        if name not in ("is_admin", "may_create_studies")
    ]
    assert installation.send(Sent("lead", "POST", form.action, "", encoded(pairs))).status == 303
    link = installation.get("lead", "/link").text.partition("/invitations/")[2]
    path = "/invitations/" + link[: next(i for i, c in enumerate(link) if not (c.isalnum() or c in "-_"))]
    joining = next(form for form in installation.forms_at("nobody", path) if "again" in form.kinds)
    sent = [(name, value.encode()) for name, value in joining.filled()] + [
        ("is_admin", b"1"),
        ("may_create_studies", b"1"),
        ("role", b"lead"),
        ("email", b"other@example.org"),
    ]
    assert installation.send(Sent("nobody", "POST", path, "", encoded(sent))).status == 303
    with made.app.app_context():
        joined = db.session.scalars(sa.select(User).where(User.email == "new@example.org")).one()
        assert (joined.is_admin, joined.may_create_studies) == (False, False)
