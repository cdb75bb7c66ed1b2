"""Several people merge the same two records at once, in both directions, while they are being edited."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.scope import unscoped
from consult.organisations.merge_models import DirectoryMerge
from consult.organisations.references import links_onto
from tests.faults.amounts import amount
from tests.faults.kits import ENGINES, Kit, kit
from tests.faults.serving import Person, serving


@pytest.fixture(scope="module", params=ENGINES)
def made(request: pytest.FixtureRequest) -> Iterator[Kit]:
    with kit(request.param) as each:
        yield each


def test_two_records_are_merged_once_and_nothing_is_left_behind(made: Kit) -> None:
    installation = made.fresh()
    study, one, other = (installation.here.ids[name] for name in ("study_id", "organisation_id", "other_id"))
    root = f"/studies/{study}/organisations/"
    ways = [f"{root}{a}/merge/{b}" for a, b in ((one, other), (other, one))]
    with serving(made) as server:
        people = [Person(server, installation, "lead") for _ in range(amount(6, 16))]
        forms = [dict(person.form(path).filled()) for person, path in zip(people, itertools.cycle(ways), strict=False)]
        edits = [dict(person.form(f"{root}{one}/edit").fields) for person in people]

        def work(number: int) -> list[int]:
            person, way = people[number], ways[number % 2]
            deeds = [
                (way, forms[number]),
                (f"{root}{one}/edit", {**edits[number], "description": f"words {number}"}),
            ]
            turned = deeds if number % 3 else deeds[::-1]
            return [person.post(path, list(fields.items()))[0] for path, fields in turned]

        with ThreadPoolExecutor(len(people)) as threads:
            statuses = [status for each in threads.map(work, range(len(people))) for status in each]
    assert set(statuses) <= {303, 409, 503}, statuses
    with made.app.app_context(), unscoped("tests read"):
        merges = list(db.session.scalars(sa.select(DirectoryMerge)))
        assert len(merges) <= 1
        for merge in merges:
            for link in links_onto("organisation"):
                query = sa.select(sa.func.count()).where(link.table.c[link.columns[0]] == merge.gone_id)
                assert db.session.scalar(query) == 0, link
