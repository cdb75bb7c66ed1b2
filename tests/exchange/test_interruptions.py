"""A server killed in the middle leaves all or nothing; two people at once do not undo each other's work."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from consult.accounts.models import User
from consult.exchange import previewing, reading, service, tasks
from consult.exchange.models import BatchState, ImportBatch
from consult.kernel import actor
from consult.kernel.db import db, unit_of_work
from consult.kernel.errors import Refused
from consult.kernel.scope import unscoped
from consult.organisations.models import Organisation
from consult.studies.models import Study
from tests.exchange.conftest import Importer, fingerprint, total

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = 400

CHILD = """
import sys
from pathlib import Path
from consult import create_app
from consult.exchange import carrying_out, tasks
from consult.kernel import bulk, scope
from consult.kernel.db import db
from consult.kernel.settings import load
app = create_app(load(Path(sys.argv[1]), environ={}, database_url=sys.argv[2], argon2_memory_kib=8, argon2_passes=1))
def slowly(write):
    def written(self):
        print("writing", flush=True)
        for model in list(self._inserts):
            rows = self._inserts[model]
            write_one = bulk.Ledger._insert_all(self, model, rows)
            import time; time.sleep(0.02)
            self._inserts[model] = []
        self._inserts.clear()
        write(self)
    return written
bulk.Ledger.write = slowly(bulk.Ledger.write)
with app.app_context():
    with scope.within(scope.Scope(int(sys.argv[3]), int(sys.argv[4]), "lead", 3), db.session()):
        print("ready", flush=True)
        carrying_out.apply(tasks.store(), int(sys.argv[5]))
        print("done", flush=True)
"""


def _file(folder: Path) -> Path:
    path = folder / "many.csv"
    lines = [f"Entreprise {n},Morteau,25500,Jeanne,Personne{n}" for n in range(PEOPLE)]
    path.write_text("\n".join(["Entreprise,Ville,CP,Prénom contact,Nom contact", *lines]), encoding="utf-8")
    return path


def _ready(importer: Importer, path: Path) -> int:
    """Bring a file to where it is being applied."""
    with actor.acting(actor.Actor(importer.lead.id)), importer.inside():
        with path.open("rb") as stream:
            file = tasks.store().receive(stream, path.name)
        with reading.table_of(tasks.store(), file, {}) as table, unit_of_work():
            batch_id = service.begin(file, table).id
        previewing.preview(tasks.store(), batch_id)
        with unit_of_work():
            batch = service.get(batch_id)
            service.ready_to_apply(batch, batch.plan_digest or "")
    return batch_id


def _state(batch_id: int) -> ImportBatch:
    with unscoped("tests read"):
        row = db.session.get_one(ImportBatch, batch_id, populate_existing=True)
        db.session.expunge_all()
    db.session.rollback()
    return row


@pytest.mark.parametrize("moment", range(4))
def test_a_process_killed_while_it_writes_leaves_nothing_or_all(importer: Importer, tmp_path: Path, moment: int) -> None:
    before, batch_id = fingerprint(), _ready(importer, _file(tmp_path))
    settings = importer.app.config["SETTINGS"]
    db.session.remove()
    arguments = [settings.instance, settings.sqlalchemy_url, importer.study.id, importer.lead.id, batch_id]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    for line in child.stdout:
        if line.strip() == "writing":
            break
    time.sleep(random.uniform(0, 0.15) + 0.02 * moment)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    state = _state(batch_id).state
    if state is BatchState.APPLIED:
        assert (total("organisation"), total("person")) == (PEOPLE, PEOPLE)
    else:
        assert state is BatchState.APPLYING
        assert fingerprint() == before
        assert total("audit_entry") == _audited_before(importer)


def _audited_before(importer: Importer) -> int:
    with db.engine.connect() as connection:
        table = db.metadata.tables["audit_entry"]
        return connection.execute(sa.select(sa.func.count()).select_from(table).where(table.c.batch_id.is_(None))).scalar_one()


def test_two_imports_of_one_file_at_once_make_its_records_once(app: Flask, study: Study, lead: User, tmp_path: Path) -> None:
    path = _file(tmp_path)
    outcomes: list[Any] = []
    gate = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            gate.wait()
            try:
                outcomes.append(Importer(app, study, lead).apply(path)[1].counts["new"])
            except Refused as refusal:
                outcomes.append(refusal.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total("organisation") == PEOPLE, outcomes
    assert min(map(str, outcomes)) in ("0", "400")


def test_an_edit_between_planning_and_writing_is_planned_again(
    importer: Importer, csv: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    importer.apply(csv("Entreprise,SIREN,Ville,Téléphone", "Alpha,732829320,Morteau,0381000001"))
    plan: Any = previewing.plan
    edited: list[Any] = []

    def planned(*given: object) -> object:
        made = plan(*given)
        if not edited:
            edited.append(True)
            _edit_in_another_thread(importer)
        return made

    monkeypatch.setattr(previewing, "plan", planned)
    _ref, made = importer.apply(csv("Entreprise,SIREN,Ville,Téléphone,Effectif", "Alpha,732829320,Morteau,0381000002,4"))
    changes = {change.field: change.old for part in made.rows[0].parts for change in part.changes}
    assert changes == {"organisation.phone": "+33381000007", "organisation.workforce": None}


def _edit_in_another_thread(importer: Importer) -> None:
    def edit() -> None:
        with importer.app.app_context():
            changed()
            db.session.remove()

    def changed() -> None:
        with unit_of_work() as session, importer.inside():
            table = db.metadata.tables["organisation"]
            row = session.execute(sa.select(table.c.id)).scalar_one()
            session.get_one(Organisation, row).phone = "+33381000007"
            session.flush()

    db.session.rollback()
    thread = threading.Thread(target=edit)
    thread.start()
    thread.join()
