"""A server killed at any moment between the click on *Apply* and the end of the import: said once, and the import can be started again."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from consult.exchange import carrying_out, previewing, service, tasks
from consult.exchange.models import BatchState
from consult.exchange.reading import table_of
from consult.jobs import door
from consult.jobs.models import JobState
from consult.jobs.sweeping import Left, sweep
from consult.kernel import actor
from consult.kernel.db import db, unit_of_work
from tests.exchange.conftest import Importer, batch, fingerprint, total

ROOT = Path(__file__).resolve().parent.parent.parent

CHILD = """
import os, signal, sys
from pathlib import Path
from consult import create_app
from consult.accounts import sessions
from consult.accounts.models import User
from consult.exchange import carrying_out
from consult.jobs import door
from consult.kernel import db as database
from consult.kernel.settings import load

instance, url, study, lead, batch, moment = sys.argv[1:]
app = create_app(load(Path(instance), environ={}, database_url=url, argon2_memory_kib=8, argon2_passes=1))
app.config["WTF_CSRF_ENABLED"] = False
die = lambda *_given, **_named: os.kill(os.getpid(), signal.SIGKILL)

with app.app_context(), database.unit_of_work() as session:
    token = sessions.begin(session.get_one(User, int(lead)), "test")
with app.app_context():
    digest = database.db.session.connection().exec_driver_sql(f"SELECT plan_digest FROM import_batch WHERE id = {int(batch)}").scalar()
    database.db.session.remove()
browser = app.test_client()
with browser.session_transaction() as session:
    session.update(_user_id=token, _fresh=True)

if moment == "committing":
    database.commit = die
if moment == "queueing":
    door.Jobs.start = die
if moment == "working":
    carrying_out.apply = die
answer = browser.post(f"/studies/{study}/imports/{batch}/apply", data={"digest": digest})
assert answer.status_code == 303, answer.text
queue = app.extensions["jobs"].queue.huey
task = queue.dequeue()
if moment == "taking":
    die()
queue.execute(task)
"""


def _previewed(importer: Importer, path: Path) -> int:
    with actor.acting(actor.Actor(importer.lead.id)), importer.inside():
        with path.open("rb") as stream:
            file = tasks.store().receive(stream, path.name)
        with table_of(tasks.store(), file, {}) as table, unit_of_work():
            batch_id = service.begin(file, table).id
        previewing.preview(tasks.store(), batch_id)
    return batch_id


def _kill_at(moment: str, importer: Importer, batch_id: int) -> None:
    settings = importer.app.config["SETTINGS"]
    db.session.remove()
    (settings.instance / "queue.sqlite").unlink(missing_ok=True)
    arguments = [settings.instance, settings.sqlalchemy_url, importer.study.id, importer.lead.id, batch_id, moment]
    command = [sys.executable, "-c", CHILD, *map(str, arguments)]
    ended = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def _start_again(importer: Importer) -> list[Left]:
    return sweep(importer.app.extensions["jobs"], alone=True, grace=dt.timedelta(0))


def _states(importer: Importer) -> list[Any]:
    with db.engines["jobs"].connect() as connection:
        return [tuple(row) for row in connection.execute(door._table.select().with_only_columns(door._table.c.state, door._table.c.said))]


@pytest.fixture
def file(csv: Callable[..., Path]) -> Path:
    return csv("Entreprise,Ville,CP", *(f"Entreprise {n},Morteau,25500" for n in range(5)))


@pytest.mark.parametrize(
    ("moment", "before", "said", "told_by_batch"),
    [
        ("committing", BatchState.PREVIEWED, "never_begun", None),
        ("queueing", BatchState.APPLYING, "never_begun", "interrupted"),
        ("taking", BatchState.APPLYING, "never_begun", "interrupted"),
        ("working", BatchState.APPLYING, "interrupted", "interrupted"),
    ],
)
def test_an_import_that_a_killed_server_left_is_given_back_once_and_can_be_applied(
    importer: Importer, browser: FlaskClient, file: Path, moment: str, before: BatchState, said: str, told_by_batch: str | None
) -> None:
    batch_id, untouched = _previewed(importer, file), fingerprint()
    _kill_at(moment, importer, batch_id)
    assert batch(batch_id).state is before

    left = _start_again(importer)
    assert [(each.remains.what, each.remains.whole) for each in left] == [(f"l’import {batch(batch_id).ref} ({file.name})", False)]
    assert (batch(batch_id).state, batch(batch_id).problem) == (BatchState.PREVIEWED, told_by_batch)
    assert _states(importer) == [(JobState.INTERRUPTED, said)]
    assert fingerprint() == untouched
    assert _start_again(importer) == []

    page = browser.get(f"/studies/{importer.study.id}/imports/{batch_id}/preview").text
    assert ("Le serveur a été arrêté au milieu de ce travail" in page) is (told_by_batch is not None)
    answer = browser.post(f"/studies/{importer.study.id}/imports/{batch_id}/apply", data={"digest": batch(batch_id).plan_digest})
    assert answer.status_code == 303
    assert (batch(batch_id).state, total("organisation")) == (BatchState.APPLIED, 5)


def test_an_import_killed_after_it_had_committed_is_said_whole(importer: Importer, file: Path) -> None:
    batch_id = _previewed(importer, file)
    with actor.acting(actor.Actor(importer.lead.id)), importer.inside(), unit_of_work():
        found = service.get(batch_id)
        service.ready_to_apply(found, found.plan_digest or "")
        job_id = door.enqueue(_NoQueue(), tasks.APPLY, importer.lead.id, importer.study.id, batch_id=batch_id, result_url="/")
        found.job_id = job_id
    with actor.acting(actor.Actor(importer.lead.id)), importer.inside():
        carrying_out.apply(tasks.store(), batch_id)
    door.change(job_id, JobState.WAITING, state=JobState.RUNNING, started_at=batch(batch_id).applied_at)
    assert [each.remains.whole for each in _start_again(importer)] == [True]
    assert _states(importer) == [(JobState.DONE, None)]
    assert (batch(batch_id).state, batch(batch_id).problem) == (BatchState.APPLIED, None)


def test_an_import_whose_job_is_in_no_queue_of_this_installation_is_given_back(importer: Importer, file: Path) -> None:
    """A backup taken while it was being applied, and restored: the jobs are not part of it."""
    batch_id = _previewed(importer, file)
    with importer.inside(), unit_of_work():
        found = service.get(batch_id)
        service.ready_to_apply(found, found.plan_digest or "")
        found.job_id = 4711
    assert _start_again(importer) == []
    assert (batch(batch_id).state, batch(batch_id).problem) == (BatchState.PREVIEWED, "interrupted")


def test_what_was_left_in_a_study_deleted_since_does_not_keep_the_server_from_starting(importer: Importer, file: Path) -> None:
    batch_id = _previewed(importer, file)
    _kill_at("queueing", importer, batch_id)
    with unit_of_work() as session:
        study = session.get_one(type(importer.study), importer.study.id)
        study.deleted_at = dt.datetime.now(dt.UTC)
    assert [each.remains.what for each in _start_again(importer)] == [tasks.APPLY]
    assert batch(batch_id).state is BatchState.PREVIEWED


class _NoQueue(door.Jobs):
    def __init__(self) -> None:
        """Nobody works."""

    def start(self, job_id: int) -> None:
        """Nobody works."""
