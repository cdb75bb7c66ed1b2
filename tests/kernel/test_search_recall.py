"""On either engine the search finds what PostgreSQL's own French finds, with accents folded: 200 questions to 240 notes.

`data/french_queries.tsv` holds what PostgreSQL answered; where there is a server with the extension `unaccent` it is asked again.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from consult.interviews.models import Interview
from consult.interviews.searching import NOTES as SOURCE
from consult.kernel import scope, search, search_hits
from consult.kernel.db import db, unit_of_work
from consult.kernel.search_words import parse
from tests.factories import Make
from tests.kernel.french import NOTES, QUERIES

WRITTEN = dict(line.split("\t") for line in (Path(__file__).parent / "data" / "french_queries.tsv").read_text("utf-8").splitlines())
EXPECTED = {text: {int(number) for number in numbers.split()} for text, numbers in WRITTEN.items()}


def test_it_finds_what_postgresql_finds(make: Make) -> None:
    study = make.study()
    organisation = make.organisation(study)
    ids = {make.interview(study, organisation, note=NOTES[0]).id: 0}
    with make.inside(study):
        first = db.session.get_one(Interview, next(iter(ids)))
        same = {"study_id": study.id, "kind": first.kind, "date": first.date}
        rows = [Interview(ref=f"I-{n}", note=NOTES[n], **same) for n in range(1, len(NOTES))]
        db.session.add_all(rows)
        db.session.flush()
        ids |= {row.id: n for n, row in enumerate(rows, 1)}
    assert list(EXPECTED) == QUERIES
    with unit_of_work(), scope.within(scope.Scope(study.id, None, "lead", 3), db.session()):
        found = {text: {ids[each] for each in search_hits._ids(SOURCE, parse(text), 300)} for text in QUERIES}
    assert {text: (found[text], EXPECTED[text]) for text in QUERIES if found[text] != EXPECTED[text]} == {}
    assert sum(map(len, EXPECTED.values())) > 1_000
    assert search.missing() == []


@pytest.mark.postgres
def test_postgresql_still_answers_what_is_written_down(make: Make) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("asks a server")
    with db.engine.connect() as connection:
        for statement in (
            "CREATE EXTENSION IF NOT EXISTS unaccent",
            "CREATE TEXT SEARCH CONFIGURATION bare_french (COPY = french)",
            "ALTER TEXT SEARCH CONFIGURATION bare_french ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem",
        ):
            connection.execute(sa.text(statement))
        note = sa.func.to_tsvector(sa.text("'bare_french'"), sa.bindparam("note", type_=sa.Text))
        asked = sa.func.plainto_tsquery(sa.text("'bare_french'"), sa.bindparam("asked", type_=sa.Text))
        for text in QUERIES[:60]:
            holds = [connection.scalar(sa.select(note.op("@@")(asked)), {"note": told, "asked": text}) for told in NOTES[:60]]
            assert {n for n, found in enumerate(holds) if found} == {n for n in EXPECTED[text] if n < 60}, text
        connection.rollback()
