"""One search over 200,000 French notes: beside the same question put to a bare FTS5 table, and beside a tenth of the notes."""

from __future__ import annotations

import datetime as dt
import functools
import random
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask

from consult.interviews.models import Interview, InterviewOrganisation
from consult.kernel import scope, search, search_hits
from consult.kernel.bulk import chunks
from consult.kernel.db import aside, db, know_sizes, unit_of_work
from consult.kernel.model import now
from consult.kernel.scope import unscoped
from consult.kernel.search_words import parse, stems
from tests.benchmarks import crowd
from tests.benchmarks.measuring import Ratio, at_most, in_turn
from tests.kernel.french import FORMS

NOTES = 200_000
COMMON, RARE, SEVERAL = "recrutements", "zirconium", "prix commandes ateliers"
BARE = """SELECT i.id, o.name, i.ref, i.date, i.summary, snippet(bare, 0, '[', ']', '…', 32) FROM bare JOIN interview i ON i.id = bare.rowid
    LEFT JOIN interview_organisation io ON io.interview_id = i.id AND io.position = 0 LEFT JOIN organisation o ON o.id = io.organisation_id
    WHERE bare MATCH ? AND i.study_id = 1 AND i.deleted_at IS NULL ORDER BY bare.rowid DESC LIMIT 50"""
"""The same rows, from a table that holds each text and its words, by hand; what a reader may read is not asked."""


def run(rounds: int = 25, notes: int = NOTES) -> list[Ratio]:
    """Measure the newest 50 and the best of them for a common word, a rare one and several, and how both grow."""
    with tempfile.TemporaryDirectory() as folder:
        many, few = _filled(Path(folder) / "many", notes), _filled(Path(folder) / "few", notes // 10)
        bare = _bare(Path(folder) / "many" / "consult.sqlite")
        told = []
        for what, text in (("a common word", COMMON), ("a rare word", RARE), ("three words", SEVERAL)):
            newest, raw = in_turn(_asking(many, text, _newest), functools.partial(bare, text), rounds)
            told.append(at_most(f"newest 50, {what}: ours / a bare FTS5 query", newest, raw, 2))
            ranked, found = in_turn(_asking(many, text, _ranked), _asking(many, text, _counted), rounds)
            told.append(at_most(f"best 50 of the newest 500, {what}: ours / newest", ranked, found, 4))
        told += [
            at_most(f"{what}: {notes} notes / {notes // 10}", *in_turn(_asking(many, COMMON, how), _asking(few, COMMON, how), rounds), 1.3)
            for what, how in (("newest 50", _newest), ("best 50", _ranked), ("counted", _counted))
        ]
        return told


def _newest(text: str) -> int:
    return len(search_hits.newest("interview", parse(text), 50))


def _ranked(text: str) -> int:
    return len(search_hits.find("interview", parse(text), best_first=True, size=50).hits)


def _counted(text: str) -> int:
    return len(search_hits.find("interview", parse(text), size=50).hits)


def _asking(app: Flask, text: str, how: Callable[[str], int]) -> Callable[[], None]:
    def ask() -> None:
        with app.app_context(), scope.within(scope.Scope(1, 1, "lead", 3), db.session()):
            assert how(text) > 0
            db.session.rollback()

    return ask


def _bare(database: Path) -> Callable[[str], None]:
    """Return what asks a bare FTS5 table over the same notes, in a file of the same kind."""
    connection = sqlite3.connect(database, check_same_thread=False)
    connection.execute("CREATE VIRTUAL TABLE bare USING fts5(words)")
    connection.execute("INSERT INTO bare(rowid, words) SELECT record_id, words FROM search_text WHERE kind = 'interview'")
    connection.commit()

    def ask(text: str) -> None:
        asked = " AND ".join(f'"{stem}"' for stem in stems(text).split())
        assert connection.execute(BARE, (asked,)).fetchall()

    return ask


def _filled(instance: Path, notes: int) -> Flask:
    instance.mkdir()
    app = crowd.application(instance)
    crowd.fill(app, 500)
    with app.app_context(), unit_of_work(), unscoped("the benchmark makes its data"):
        for rows in chunks(_rows(random.Random(1791), notes), 5_000):
            db.session.execute(sa.insert(cast(sa.Table, Interview.__table__)), rows)
            links = [
                {"study_id": 1, "interview_id": row["id"], "organisation_id": cast(int, row["id"]) % 500 + 1, "position": 0} for row in rows
            ]
            db.session.execute(sa.insert(cast(sa.Table, InterviewOrganisation.__table__)), links)
        search.fill(["interview"])
        aside(know_sizes)
    return app


def _rows(chance: random.Random, notes: int) -> Any:
    every = [form for forms in FORMS for form in forms.split()]
    links = "et de la avec pour les sans puis mais dans des nos ses leur trois chaque aucun moins plus déjà encore".split()
    for number in range(1, notes + 1):
        words = (f"{chance.choice(links)} {word}" for word in chance.choices(every, k=60))
        yield {
            "id": number, "ref": f"INT-{number}", "study_id": 1, "kind": "individual", "state": "validated", "lang": "fr",
            "date": _day(number, notes), "note": " ".join(words) + (" zirconium" if number % 2_000 == 0 else ""), "extra": {},
            "confidentiality": "team", "search_key": "", "version": 1, "created_at": now(), "updated_at": now(),
        }  # fmt: skip


def _day(number: int, notes: int) -> dt.date:
    """Spread the notes over ten years, the last one the newest."""
    return dt.date(2016, 1, 1) + dt.timedelta(days=3_650 * number // notes)
