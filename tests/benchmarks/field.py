"""The target list and the coverage over 5,000 targets with 2,000 interviews, each beside a bare route on the same rows."""

from __future__ import annotations

import datetime as dt
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from consult.interviews.models import Interview, InterviewKind, InterviewOrganisation, InterviewState
from consult.kernel.db import aside, db, know_sizes, unit_of_work
from consult.kernel.model import now
from consult.kernel.scope import unscoped
from tests.benchmarks import crowd
from tests.benchmarks.lists import bare_route
from tests.benchmarks.measuring import Ratio, at_most, in_turn

TARGETS, INTERVIEWS = 5_000, 2_000


def run(rounds: int = 15) -> list[Ratio]:
    """Measure the target list as a list, the coverage as a dashboard (LIMITS)."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "field"
        instance.mkdir()
        app = crowd.application(instance)
        study_id, token = crowd.fill(app, TARGETS)
        _hold(app, study_id)
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True

        def read(path: str) -> None:
            answer = browser.get(f"/studies/{study_id}/{path}")
            assert answer.status_code == 200, answer.status
            answer.get_data()

        database = instance / "consult.sqlite"
        page, raw = in_turn(lambda: read("targets/"), bare_route(database), rounds)
        grid, counted = in_turn(lambda: read("coverage/?rows=segment&columns=workforce"), bare_grid(database), rounds)
        return [
            at_most("target list of 5,000: median / bare route", page, raw, 1.6),
            at_most("target list of 5,000: 95th percentile / bare route", page, raw, 2, 0.95),
            at_most("coverage of 5,000 targets and 2,000 interviews: median / bare route", grid, counted, 3),
        ]


def _hold(app: Flask, study_id: int) -> None:
    """Hold an interview with every second or third target, in turn in each state."""
    states = (InterviewState.DRAFT, InterviewState.SUBMITTED, InterviewState.VALIDATED)
    same = {"study_id": study_id, "kind": InterviewKind.INDIVIDUAL, "date": dt.date(2023, 1, 2), "extra": {}, "search_key": ""}
    stamps = {"created_at": now(), "updated_at": now(), "version": 1}
    held = [{"id": n, "ref": f"INT-{n:05d}", "state": states[n % 3], **same, **stamps} for n in range(1, INTERVIEWS + 1)]
    links = [{"study_id": study_id, "interview_id": n, "organisation_id": n * 2, "position": 0} for n in range(1, INTERVIEWS + 1)]
    with app.app_context(), unit_of_work(), unscoped("the benchmark makes its data"):
        db.session.execute(sa.insert(Interview), held)
        db.session.execute(sa.insert(InterviewOrganisation), links)
        aside(know_sizes)


def bare_grid(database: Path) -> Callable[[], None]:
    """Return a bare Flask route that counts the same grid with raw SQL and joins strings."""
    app = Flask("bare")
    connection = sqlite3.connect(database, check_same_thread=False)
    query = """SELECT p.segment_id, o.workforce_band, count(*), sum(i.held), sum(i.validated)
        FROM participation p JOIN organisation o ON o.id = p.organisation_id
        LEFT JOIN (SELECT l.organisation_id, 1 AS held, max(v.state = 'validated') AS validated FROM interview_organisation l
            JOIN interview v ON v.id = l.interview_id WHERE v.study_id = 1 AND v.deleted_at IS NULL GROUP BY l.organisation_id) i
            ON i.organisation_id = p.organisation_id
        WHERE p.study_id = 1 AND p.in_frame AND p.deleted_at IS NULL GROUP BY 1, 2"""

    @app.get("/")
    def index() -> str:
        return "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in connection.execute(query))

    browser = app.test_client()

    def read() -> None:
        assert browser.get("/").status_code == 200

    return read
