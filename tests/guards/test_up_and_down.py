"""The migrations make the tables of the models, on either engine, and take them down again although there are rows in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade

from consult.cli.migrating import with_migrations
from consult.kernel.db import db
from consult.kernel.model import now
from consult.kernel.settings import load
from consult.organisations.merge_models import DirectoryMerge, DistinctPair, Kind
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person
from consult.studies.models import Study
from tests.faults.kits import SERVER, on_server


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own that has no table yet."""
    name = f"consult_up_and_down_{os.getpid()}"
    given = {}
    if SERVER:
        on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
        given["database_url"] = sa.make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    app = with_migrations(load(tmp_path, environ={}, testing=True, **given))
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    if SERVER:
        on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_up_with_every_index_and_key_then_down_with_rows_and_up_again(fresh: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": db.metadata})
        assert compare_metadata(context, db.metadata) == []
    _fill()
    downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    upgrade()
    assert {"directory_merge", "distinct_pair"} <= set(sa.inspect(db.engine).get_table_names())


def _fill() -> None:
    """Put in what names itself, what was merged and what was said to be two."""
    with db.engine.begin() as connection:
        study = connection.execute(sa.insert(Study).values(ref="STU-0001", title="x").returning(Study.id)).scalar_one()
        for model, values in ((Organisation, {"name": "x"}), (Person, {"last_name": "x"})):
            made: int | None = None
            for number in (1, 2):
                row = {"ref": f"R-{number}", "merged_into_id": made, **values}
                made = connection.execute(sa.insert(model).values(row).returning(model.id)).scalar_one()
        connection.execute(sa.insert(DirectoryMerge).values(kind=Kind.ORGANISATION, kept_id=1, gone_id=2, changes={}, created_at=now()))
        connection.execute(sa.insert(DistinctPair).values(study_id=study, kind=Kind.PERSON, one_id=1, other_id=2))
