"""A form that is sent twice makes one thing: by repeated posts of the very same page, and by several threads at a real server."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.scope import unscoped
from tests.faults.amounts import SOAK, amount
from tests.faults.discovery import FoundForm
from tests.faults.installation import Installation, Sent
from tests.faults.kits import ENGINES, Kit, kit
from tests.faults.monkey import as_multipart, encoded

NOT_ROWS = {"audit_entry", "user_session", "throttle_count", "sent_form", "ref_counter", "alembic_version"}
CLOSES_THE_DOOR = {"studies.delete"}
"""What takes the reader out of the study: the gate answers the second sending."""

_words = itertools.count(1)


@pytest.fixture(scope="module", params=ENGINES)
def made(request: pytest.FixtureRequest) -> Iterator[Kit]:
    with kit(request.param) as each:
        yield each


def _counts(installation: Installation) -> Counter[str]:
    with installation.app.app_context(), unscoped("tests count"), db.engine.connect() as connection:
        return Counter(
            {
                table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in db.metadata.sorted_tables
                if table.name not in NOT_ROWS
            }
        )


def _sent(form: FoundForm) -> Sent:
    pairs = [(name, value.encode()) for name, value in form.filled(f"Twice {next(_words)}")]
    path, _sep, query = form.action.partition("?")
    if form.multipart:
        file = b"Raison sociale;Commune\nTwice;Morteau\n"
        return Sent("lead", "POST", path, query, as_multipart(pairs, file), "multipart/form-data; boundary=XyZ")
    return Sent("lead", "POST", path, query, encoded(pairs))


def _makers(made: Kit) -> list[FoundForm]:
    """The forms that make at least one row when they are sent."""
    makers = []
    installation = made.fresh()
    for form in installation.forms("lead"):
        installation = made.fresh()
        before = _counts(installation)
        if installation.send(_sent(_again(installation, form))).status == 303 and (_counts(installation) - before):
            makers.append(form)
    return makers


def _again(installation: Installation, form: FoundForm) -> FoundForm:
    """The same form read anew, with a token of its own."""
    return next((each for each in installation.forms_at("lead", form.page) if each.key == form.key), form)


def test_every_form_that_makes_something_makes_it_once(made: Kit) -> None:
    if made.engine == "postgresql" and not SOAK:
        pytest.skip("the forms are the same on both engines; what differs, sendings at the same moment, is tried on both")
    twice: list[str] = []
    makers = _makers(made)
    for form in makers:
        installation = made.fresh()
        sent = _sent(_again(installation, form))
        before = _counts(installation)
        first = installation.send(sent)
        once = _counts(installation) - before
        second = installation.send(sent)
        both = _counts(installation) - before
        if both != once:
            twice.append(f"{form.action} ({form.page}): {dict(once)} then {dict(both)}, {first.status} {second.status}")
        assert second.status < 500, form.action
    assert len(makers) >= 5, [form.action for form in makers]
    assert not twice, "\n".join(twice)


def test_whatever_is_sent_twice_leads_where_it_led_the_first_time(made: Kit) -> None:
    installation, elsewhere, tried = made.fresh(), [], 0
    for form in installation.forms("lead"):
        if "once" not in form.kinds or installation.endpoint(form) in CLOSES_THE_DOOR:
            continue
        installation = made.fresh()
        sent = _sent(_again(installation, form))
        first = installation.send(sent)
        if first.status != 303:
            continue
        second, tried = installation.send(sent), tried + 1
        led_to = first.headers["Location"], second.headers.get("Location")
        if led_to[0] != led_to[1]:
            elsewhere.append(f"{form.action} ({form.page}): {led_to[0]}, then {second.status} {led_to[1]}")
    assert tried > 25
    assert not elsewhere, "\n".join(elsewhere)


def test_the_same_form_with_other_content_is_another_sending(made: Kit) -> None:
    installation = made.fresh()
    study = installation.here.study.id
    form = next(f for f in installation.forms_at("lead", f"/studies/{study}/segments/new") if f.action.endswith("/segments/new"))
    before = _counts(installation)
    for _ in range(2):
        assert installation.send(_sent(form)).status == 303
    assert (_counts(installation) - before)["segment"] == 2


def test_many_sendings_at_the_same_moment_make_one_row(made: Kit) -> None:
    for number in range(amount(2, 20)):
        installation = made.fresh()
        study = installation.here.study.id
        form = next(f for f in installation.forms_at("lead", f"/studies/{study}/segments/new") if f.action.endswith("/segments/new"))
        sent, before = _sent(form), _counts(installation)
        with ThreadPoolExecutor(2 + number % 7) as threads:
            answers = list(threads.map(installation.send, [sent] * (2 + number % 7)))
        assert {answer.status for answer in answers} == {303}
        assert len({answer.headers["Location"] for answer in answers}) == 1
        assert (_counts(installation) - before)["segment"] == 1
