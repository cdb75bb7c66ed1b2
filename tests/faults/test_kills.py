"""The server is killed while people write: what was acknowledged is there, whole, and once; nothing is there in part."""

from __future__ import annotations

import http.client
import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from consult.kernel.audit import AuditEntry
from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.studies.models import Membership, Study
from tests.faults.amounts import SEED, amount
from tests.faults.installation import Installation
from tests.faults.kits import ENGINES, Kit, kit
from tests.faults.serving import Person, Server, serving

WRITERS = 4
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=ENGINES)
def made(request: pytest.FixtureRequest) -> Iterator[Kit]:
    with kit(request.param) as each:
        yield each


class Writer(threading.Thread):
    """Somebody who creates studies one after the other, and sends the very same form again when no answer came."""

    def __init__(self, server: Server, installation: Installation, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._person, self._number, self._stop_asked = Person(server, installation), number, stop
        self.acknowledged: list[str] = []
        self.sent: set[str] = set()
        self.odd: list[str] = []

    def run(self) -> None:
        for turn in itertools.count():
            if self._stop_asked.is_set():
                return
            self._create(f"Study {self._number}-{turn}")

    def _create(self, title: str) -> None:
        fields = None
        while not self._stop_asked.is_set():
            try:
                if fields is None:
                    form = self._person.form("/studies/new")
                    fields = [(name, title if name == "title" else value) for name, value in form.filled()]
                self.sent.add(title)
                status, _text = self._person.post("/studies/new", fields)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            if status == 303:
                self.acknowledged.append(title)
                return
            self.odd.append(f"{title}: {status}")
            return


def _kill_now_and_then(server: Server, writers: list[Writer], chance: random.Random, times: int) -> None:
    for number in range(times):
        _wait_for_writing(writers)
        time.sleep(chance.uniform(0.0, 0.3))
        if number % 5 == 4:
            server.kill()
            server.start()
        else:
            server.kill_worker(chance.randrange(8))
    _wait_for_writing(writers)


def _wait_for_writing(writers: list[Writer]) -> None:
    """Let somebody be acknowledged first, so that each kill falls into the middle of work however slow the machine is."""
    before, deadline = sum(len(writer.acknowledged) for writer in writers), time.monotonic() + 30
    while sum(len(writer.acknowledged) for writer in writers) == before and time.monotonic() < deadline:
        time.sleep(0.02)


def test_what_was_acknowledged_survives_every_kill_whole_and_once(made: Kit) -> None:
    installation, stop = made.fresh(), threading.Event()
    with serving(made) as server:
        writers = [Writer(server, installation, number, stop) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        _kill_now_and_then(server, writers, random.Random(SEED), amount(5, 140))
        stop.set()
        for writer in writers:
            writer.join(60)
    acknowledged = [title for writer in writers for title in writer.acknowledged]
    found, whole = _studies(made)
    assert [odd for writer in writers for odd in writer.odd] == []
    assert len(acknowledged) > WRITERS
    assert [title for title in acknowledged if found[title] != 1] == [], "lost, or made twice"
    assert [title for title, number in found.items() if number != 1] == []
    assert set(found) <= {title for writer in writers for title in writer.sent}
    assert found.keys() == whole, "made in part"


def _studies(made: Kit) -> tuple[Counter[str], set[str]]:
    """The titles that are there, and those that have everything a study begins with: its lead and its line in the audit."""
    with made.app.app_context(), unscoped("tests count"):
        rows = db.session.execute(sa.select(Study.id, Study.title).where(Study.title.like("Study %"))).all()
        led = set(db.session.scalars(sa.select(Membership.study_id)))
        audited = set(db.session.scalars(sa.select(AuditEntry.entity_id).where(AuditEntry.entity == "study")))
        if made.engine == "sqlite":
            with db.engine.connect() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
                assert connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None
        return Counter(row.title for row in rows), {row.title for row in rows if row.id in led & audited}
