"""The organisations list over 50,000 rows beside a bare route on the same rows, Django's admin and Flask-Admin."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.benchmarks import crowd, peers
from tests.benchmarks.measuring import Ratio, at_most, in_turn, times_faster

ROWS = 50_000


def run(rounds: int = 25) -> list[Ratio]:
    """Measure the list against its peers and against itself: filtered, last page, four times the rows."""
    with tempfile.TemporaryDirectory() as folder:
        ours, path = _ours(Path(folder) / "many", ROWS)
        few, few_path = _ours(Path(folder) / "few", ROWS // 5)
        many, many_path = _ours(Path(folder) / "more", ROWS * 4)
        database = Path(folder) / "many" / "consult.sqlite"
        bare, django, flask_admin = bare_route(database), peers.django_admin(database), peers.flask_admin(database)
        first = lambda: ours(path)  # noqa: E731
        page, raw = in_turn(first, bare, rounds)
        return [
            at_most("list of 50,000: median / bare route", page, raw, 1.6),
            at_most("list of 50,000: 95th percentile / bare route", page, raw, 2, 0.95),
            _processor(first, bare, rounds),
            times_faster("list of 50,000 / Django's admin", *in_turn(first, django, 5), goal=15),
            times_faster("list of 50,000 / Flask-Admin", *in_turn(first, flask_admin, 5), goal=8),
            at_most("three filters, text and sort / unfiltered", *in_turn(lambda: ours(path + FILTERED), first, rounds), goal=1.3),
            at_most("last page / first page", *in_turn(lambda: ours(path + "?at=last"), first, rounds), goal=1.1),
            at_most("200,000 rows / 10,000 rows", *in_turn(lambda: many(many_path), lambda: few(few_path), rounds), goal=1.2),
        ]


FILTERED = "?q=atelier&disposition=done&priority=high&workforce_band=12&sort=name"


def _ours(instance: Path, rows: int) -> tuple[Callable[[str], None], str]:
    instance.mkdir()
    app = crowd.application(instance)
    study_id, token = crowd.fill(app, rows)
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return lambda address: _read(app, browser, address), f"/studies/{study_id}/organisations/"


def _read(app: Flask, browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status
    answer.get_data()


def bare_route(database: Path) -> Callable[[], None]:
    """Return a bare Flask route that reads one page of the same rows with raw SQL and joins strings."""
    app = Flask("bare")
    connection = sqlite3.connect(database, check_same_thread=False)
    page = """SELECT o.ref, o.name, o.kind, s.label, si.commune_name, o.workforce_band, p.disposition, p.priority, u.name
        FROM participation p JOIN organisation o ON o.id = p.organisation_id LEFT JOIN segment s ON s.id = p.segment_id
        LEFT JOIN site si ON si.organisation_id = o.id AND si.is_head_office LEFT JOIN user_account u ON u.id = p.owner_id
        WHERE p.study_id = 1 AND p.deleted_at IS NULL ORDER BY p.sort_name, p.id LIMIT 50"""

    @app.get("/")
    def index() -> str:
        total = connection.execute("SELECT count(*) FROM participation WHERE study_id = 1 AND deleted_at IS NULL").fetchone()[0]
        lines = ("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in connection.execute(page))
        return f"<p>{total}</p><table>{''.join(lines)}</table>"

    browser = app.test_client()

    def read() -> None:
        assert browser.get("/").status_code == 200

    return read


def _processor(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> Ratio:
    def spent(side: Callable[[], Any]) -> float:
        began = time.process_time()
        side()
        return time.process_time() - began

    pairs = [(spent(ours), spent(theirs)) for _ in range(rounds)]
    mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    return Ratio(
        "list of 50,000: processor time / bare route",
        mine / other,
        "≤ 2.2×",
        mine / other <= 2.2,
        f"{mine * 1000:.2f} ms / {other * 1000:.2f} ms",
    )
