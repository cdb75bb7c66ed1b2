"""What the tests of imports share: a study, its people, and files made on the spot."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from consult.accounts.models import User
from consult.exchange import previewing, service, tasks, undoing
from consult.exchange.carrying_out import carry_out
from consult.exchange.files import Kept
from consult.exchange.models import ImportBatch
from consult.exchange.planning import Plan
from consult.exchange.reading import table_of
from consult.exchange.table import Table
from consult.kernel import actor, scope
from consult.kernel.db import db, unit_of_work
from consult.kernel.scope import unscoped
from consult.studies.models import Membership, Role, Study
from tests.factories import Make

DIRECTORY = tuple(
    "organisation site participation organisation_role organisation_term alias term person person_email person_phone affiliation "
    "organisation_relation interview".split()
)


class Importer:
    """Imports files into one study, as its lead, through the services."""

    def __init__(self, app: Flask, study: Study, lead: User) -> None:
        self.app, self.study, self.lead = app, study, lead

    def inside(self) -> Any:
        """Work in the study."""
        return scope.within(scope.Scope(self.study.id, self.lead.id, "lead", 3), db.session())

    def plan(self, path: Path, **choices: Any) -> tuple[Table, Plan]:
        """Read and plan a file; nothing is written."""
        file = Kept(path.name, "", path.stat().st_size, path)
        with actor.acting(actor.Actor(self.lead.id)), self.inside(), table_of(tasks.store(), file, choices) as table:
            return table, previewing.plan(table, choices)

    def apply(self, path: Path, **choices: Any) -> tuple[str, Plan]:
        """Apply a file; returns the batch's reference and the plan."""
        with actor.acting(actor.Actor(self.lead.id)), self.inside():
            with path.open("rb") as stream:
                file = tasks.store().receive(stream, path.name)
            with table_of(tasks.store(), file, choices) as table:
                made, ref = carry_out(table, choices, lambda: service.begin(file, table, choices), None)
                return ref, made

    def undo(self, ref: str) -> undoing.UndoReport:
        """Undo a batch."""
        with actor.acting(actor.Actor(self.lead.id, actor.Via.UNDO)), unit_of_work(), self.inside():
            return undoing.undo(service.by_ref(ref))


@pytest.fixture
def study(make: Make) -> Study:
    """A study."""
    return make.study()


@pytest.fixture
def lead(make: Make, study: Study) -> User:
    """Its lead."""
    return make.member(study, "lead")


@pytest.fixture
def importer(app: Flask, study: Study, lead: User) -> Importer:
    """The way to import into the study."""
    return Importer(app, study, lead)


@pytest.fixture
def csv(tmp_path: Path) -> Callable[..., Path]:
    """Make a csv file of lines."""
    numbers = iter(range(1, 1000))

    def made(*lines: str, name: str = "") -> Path:
        path = tmp_path / (name or f"file{next(numbers)}.csv")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return made


@pytest.fixture
def browser(sign_in: Callable[..., FlaskClient], lead: User) -> FlaskClient:
    """A browser in which the lead is signed in."""
    return sign_in(lead)


def second_study(make: Make, lead: User) -> Study:
    """Make another study with the same lead."""
    study = make.study("Another")
    with make.inside(study):
        db.session.add(Membership(study_id=study.id, user_id=lead.id, role=Role.LEAD))
    return study


def fingerprint(but: frozenset[str] = frozenset({"version"})) -> str:
    """Hash the directory: every row of its tables; versions go up even when a value goes back."""
    mixed = hashlib.sha256()
    with unscoped("tests compare whole tables"), db.engine.connect() as connection:
        for name in DIRECTORY:
            table = db.metadata.tables[name]
            columns = [column for column in table.c if column.name not in but]
            for row in connection.execute(sa.select(*columns).order_by(table.c.id)):
                mixed.update(json.dumps([name, *map(str, row)]).encode())
    return mixed.hexdigest()


def total(table: str) -> int:
    """Count the rows of a table."""
    with db.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(db.metadata.tables[table])).scalar_one()


def send(browser: FlaskClient, study: Study, path: Path, name: str | None = None) -> Any:
    """Send a file through the page."""
    data = {"file": (io.BytesIO(path.read_bytes()), name or path.name)}
    return browser.post(f"/studies/{study.id}/imports/new", data=data, content_type="multipart/form-data")


def number_in(location: str) -> int:
    """The batch's id in an address."""
    found = re.search(r"/imports/(\d+)", location)
    assert found, location
    return int(found.group(1))


def batch(batch_id: int) -> ImportBatch:
    """Read a batch."""
    with unscoped("tests read back"):
        row = db.session.get_one(ImportBatch, batch_id, populate_existing=True)
        db.session.expunge_all()
    db.session.rollback()
    return row
