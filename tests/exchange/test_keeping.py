"""What is not applied can be let go of, and is, in the end, by itself; its file goes with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient

from consult.accounts.models import User
from consult.exchange import keeping, plans, reading, tasks
from consult.exchange.models import BatchState
from consult.jobs import door
from consult.kernel.audit import AuditEntry, Deed
from consult.kernel.db import db
from consult.kernel.model import now
from consult.studies.models import Study
from tests.exchange.conftest import batch, number_in, second_study, send
from tests.exchange.test_wizard import _address, _apply, _previewed
from tests.factories import Make

Csv = Callable[..., Path]
DAYS = 30


def _file(number: int) -> Path:
    return reading.kept(tasks.store(), batch(number)).path


def _audited(number: int) -> list[AuditEntry]:
    query = sa.select(AuditEntry).where(AuditEntry.entity == "import_batch", AuditEntry.entity_id == number)
    found = list(db.session.scalars(query.where(AuditEntry.deed == Deed.DELETED)))
    db.session.rollback()
    return found


def test_an_open_import_is_discarded_with_its_file_its_plan_and_what_was_read(
    browser: FlaskClient, study: Study, lead: User, csv: Csv
) -> None:
    number = _previewed(browser, study, csv("Entreprise,Ville", "Alpha,Morteau"))
    file = _file(number)
    assert file.is_file()
    answer = browser.post(_address(study, number, "/discard"))
    assert answer.status_code == 303
    gone = batch(number)
    assert (gone.state, gone.problem, gone.found, gone.choices, gone.counts) == (BatchState.REJECTED, keeping.DISCARDED, {}, {}, {})
    assert not file.exists()
    assert not plans.exists(tasks.store().folder, number)
    assert [(entry.actor_id, entry.changes["ref"]) for entry in _audited(number)] == [(lead.id, [None, gone.ref])]
    page = browser.get(_address(study, number)).text
    assert "Abandonné" in page
    assert lead.name in page
    for step in ("/file", "/refused.xlsx"):
        assert browser.get(_address(study, number, step)).status_code == 404
    for step in ("/table", "/columns", "/preview"):
        assert browser.get(_address(study, number, step)).location.endswith(_address(study, number))


def test_the_same_file_can_be_sent_again_after_it_was_discarded(browser: FlaskClient, study: Study, csv: Csv) -> None:
    path = csv("Entreprise,Ville", "Alpha,Morteau")
    first = number_in(send(browser, study, path).location)
    browser.post(_address(study, first, "/discard"))
    second = number_in(send(browser, study, path).location)
    assert second != first
    assert _file(second).is_file()


def test_what_was_applied_is_not_discarded(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = _previewed(browser, study, csv("Entreprise,Ville", "Alpha,Morteau"))
    _apply(browser, study, number)
    assert "/discard" not in browser.get(_address(study, number)).text
    assert browser.post(_address(study, number, "/discard")).status_code == 422
    assert batch(number).state is BatchState.APPLIED
    assert _file(number).is_file()


def test_a_file_that_another_import_holds_stays_when_one_is_discarded(
    browser: FlaskClient, make: Make, lead: User, study: Study, csv: Csv
) -> None:
    other, path = second_study(make, lead), csv("Entreprise,Ville", "Alpha,Morteau")
    here, there = (number_in(send(browser, where, path).location) for where in (study, other))
    browser.post(_address(study, here, "/discard"))
    with browser.get(_address(other, there, "/file")) as answer:
        assert answer.status_code == 200
    browser.post(_address(other, there, "/discard"))
    assert not _file(there).exists()


def test_an_abandoned_import_expires_and_says_so_but_no_other(browser: FlaskClient, study: Study, csv: Csv) -> None:
    abandoned = number_in(send(browser, study, csv("Entreprise,Ville", "Alpha,Morteau")).location)
    applied = _previewed(browser, study, csv("Entreprise,Ville", "Beta,Maîche"))
    _apply(browser, study, applied)
    assert f"{now() + dt.timedelta(days=DAYS):%d/%m/%Y}" in browser.get(_address(study, abandoned)).text
    file = _file(abandoned)
    assert keeping.expire_abandoned(tasks.store(), DAYS) == 0
    with time_machine.travel(now() + dt.timedelta(days=DAYS, hours=1)):
        assert keeping.expire_abandoned(tasks.store(), DAYS) == 1
        assert keeping.expire_abandoned(tasks.store(), DAYS) == 0
    assert (batch(abandoned).state, batch(applied).state) == (BatchState.EXPIRED, BatchState.APPLIED)
    assert not file.exists()
    assert _file(applied).is_file()
    assert [entry.actor_id for entry in _audited(abandoned)] == [None]
    page = browser.get(_address(study, abandoned)).text
    assert "30 jours" in page.replace("\xa0", " ")
    assert browser.get(f"/studies/{study.id}/imports/").status_code == 200


def test_work_on_an_import_begins_its_days_anew(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = number_in(send(browser, study, csv("Entreprise,Ville", "Alpha,Morteau")).location)
    start = now()
    with time_machine.travel(start + dt.timedelta(minutes=90)):
        browser.post(_address(study, number, "/table"), data={"header_row": "1"})
    with time_machine.travel(start + dt.timedelta(days=DAYS, minutes=60)):
        assert keeping.expire_abandoned(tasks.store(), DAYS) == 0
    with time_machine.travel(start + dt.timedelta(days=DAYS, minutes=120)):
        assert keeping.expire_abandoned(tasks.store(), DAYS) == 1


def test_the_sweep_of_jobs_lets_go_of_abandoned_imports(browser: FlaskClient, study: Study, csv: Csv) -> None:
    number = number_in(send(browser, study, csv("Entreprise,Ville", "Alpha,Morteau")).location)
    with time_machine.travel(now() + dt.timedelta(days=DAYS + 1)):
        for kind in door.kinds():
            if kind.put_right:
                kind.put_right()
    assert batch(number).state is BatchState.EXPIRED


@pytest.mark.parametrize("role", ["reviewer", "cluster", "guest"])
def test_who_may_not_import_may_not_discard(
    browser: FlaskClient, make: Make, sign_in: Callable[[User], FlaskClient], study: Study, csv: Csv, role: str
) -> None:
    number = number_in(send(browser, study, csv("Entreprise,Ville", "Alpha,Morteau")).location)
    assert sign_in(make.member(study, role)).post(_address(study, number, "/discard")).status_code == 403
    assert batch(number).state is BatchState.PARSED
