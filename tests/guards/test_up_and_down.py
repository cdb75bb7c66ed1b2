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
from consult.cli.preparing import prepare
from consult.kernel.db import db
from consult.kernel.model import now
from consult.kernel.search import SearchText, is_ours
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
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "target_metadata": db.metadata, "include_object": _ours_alone}
        )
        assert compare_metadata(context, db.metadata) == []
    _fill()
    downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    upgrade()
    assert {"directory_merge", "distinct_pair"} <= set(sa.inspect(db.engine).get_table_names())


def _ours_alone(_item: object, name: str | None, _kind: str, reflected: bool, _other: object) -> bool:
    """The search index of each engine is its own; the test below looks into it."""
    return not (reflected and is_ours(name))


def test_what_was_there_before_there_was_a_search_is_indexed_when_an_installation_is_prepared(fresh: Flask) -> None:
    upgrade(revision="0006_remarks")
    with db.engine.begin() as connection:
        connection.execute(sa.insert(Organisation).values(ref="ORG-0001", name="Cadrans du Val", search_key="cadrans du val"))
    prepare(Path(fresh.config["SETTINGS"].instance))
    assert _indexed("cadran") == ["organisation"]
    with db.engine.begin() as connection:
        connection.execute(sa.delete(sa.table("search_text")))
    assert _indexed("cadran") == []
    prepare(Path(fresh.config["SETTINGS"].instance))
    assert _indexed("cadran") == ["organisation"]
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE search_text SET words = 'autre'"))
    assert (_indexed("cadran"), _indexed("autre")) == ([], ["organisation"])


def _indexed(word: str) -> list[str]:
    """Return the kinds of what the engine's own index finds for a word."""
    on_sqlite = "JOIN search_text_fts f ON f.rowid = s.id WHERE search_text_fts MATCH :word"
    on_server = "WHERE words_fts @@ to_tsquery('simple', :word)"
    query = f"SELECT s.kind FROM search_text s {on_sqlite if db.engine.dialect.name == 'sqlite' else on_server}"
    with db.engine.connect() as connection:
        return list(connection.scalars(sa.text(query), {"word": word}))


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
        connection.execute(sa.insert(SearchText).values(id=1, kind="organisation", record_id=1, facet="organisation_0", words="x"))
        connection.execute(sa.insert(DistinctPair).values(study_id=study, kind=Kind.PERSON, one_id=1, other_id=2))
