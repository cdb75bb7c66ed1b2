"""Eight consultants saving thirty answers of their interviews at once, on SQLite and on PostgreSQL, through a real server.

Nobody waits long, nobody is refused, nothing that was acknowledged is lost. What one answer that saves itself costs is told besides.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask.sessions import SecureCookieSessionInterface

from consult.accounts import sessions
from consult.accounts.models import User
from consult.guides.models import GuideItem
from consult.interviews.answer_models import Answer
from consult.interviews.models import Interview
from consult.kernel.db import db, unit_of_work
from tests.benchmarks import crowd
from tests.benchmarks.measuring import Ratio, percentile
from tests.factories import Make, count

CLIENTS = 8
ROUNDS = 3
SERVER = os.environ.get("CONSULT_BENCH_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1/postgres")
ANSWERS = 30
TEXT = "Peu de visibilité au-delà de quatre mois, ce qui bloque l’investissement machine. " * 3


@dataclass
class Writer:
    """One consultant with an interview of their own, and what came of their saves."""

    cookie: str
    interview_id: int
    times: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    told: int = 0


@dataclass
class Side:
    """A prepared database and what a server needs to run on it."""

    environment: dict[str, str]
    study_id: int
    cookie_name: str
    writers: list[Writer]
    questions: list[int]
    app: Any


def run(seconds: float = 10) -> list[Ratio]:
    """Measure saves of notes by eight clients, the two engines in turn; `seconds` is the length of one turn."""
    with tempfile.TemporaryDirectory() as folder, _postgres_database() as address:
        sides = {"SQLite": prepare(Path(folder) / "sqlite", "")}
        if address:
            sides["PostgreSQL"] = prepare(Path(folder) / "postgres", address)
        for _ in range(ROUNDS):
            for side in sides.values():
                _turn(side, seconds)
        return _rows(sides)


def _rows(sides: dict[str, Side]) -> list[Ratio]:
    times = {name: [t for writer in side.writers for t in writer.times] for name, side in sides.items()}
    p95, p50 = percentile(times["SQLite"], 0.95), percentile(times["SQLite"], 0.5)
    detail = f"{p95 * 1000:.1f} ms / {p50 * 1000:.1f} ms over {len(times['SQLite'])} saves"
    rows = [Ratio("8 writers of 30 answers on SQLite: 95th percentile / median", p95 / p50, "≤ 3×", p95 <= 3 * p50, detail)]
    if "PostgreSQL" in times:
        other = percentile(times["PostgreSQL"], 0.95)
        detail = f"{p95 * 1000:.1f} ms / {other * 1000:.1f} ms over {len(times['PostgreSQL'])} saves"
        rows.append(
            Ratio("8 writers of 30 answers: 95th percentile, SQLite / PostgreSQL", p95 / other, "≤ 1.3×", p95 <= 1.3 * other, detail)
        )
    refused = sum(len(writer.refused) for side in sides.values() for writer in side.writers)
    rows.append(Ratio("8 writers of 30 answers: saves refused or failed", refused, "0", refused == 0, ", ".join(sides)))
    lost = sum(_lost(side) for side in sides.values())
    return [*rows, Ratio("8 writers of 30 answers: acknowledged saves lost", lost, "0", lost == 0, ", ".join(sides))]


def _lost(side: Side) -> int:
    """Count saves that were acknowledged and that the version of some answer does not show."""
    with side.app.app_context():
        make = Make()
        with make.inside(make.known_study(side.study_id)):
            rows = db.session.execute(sa.select(Answer.interview_id, Answer.version)).all()
    least = {writer.interview_id: min(version for number, version in rows if number == writer.interview_id) for writer in side.writers}
    return sum(len(writer.times) - least[writer.interview_id] for writer in side.writers)


@contextlib.contextmanager
def _postgres_database() -> Iterator[str]:
    """Make a database for the benchmark where a PostgreSQL server answers; an empty address where none does."""
    engine = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    name = f"consult_bench_{os.getpid()}"
    try:
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError:
        yield ""
        return
    try:
        yield engine.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


def prepare(instance: Path, address: str, writers: int = CLIENTS) -> Side:
    """Make a study whose consultants have an interview of thirty questions each."""
    instance.mkdir()
    app = crowd.application(instance, address)
    with app.app_context():
        make = Make()
        study = make.study()
        guide = make.guide(study, asking=[{"kind": "text", "label_fr": f"Question {n}"} for n in range(ANSWERS)])
        with make.inside(study):
            questions = list(db.session.scalars(sa.select(GuideItem.question_id).where(GuideItem.version_id == guide.id)))
        writing = [_writer(app, make, study, guide.id) for _ in range(writers)]
        assert count(Interview) == writers
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    environment = {**os.environ, "CONSULT_INSTANCE": str(instance), **({"CONSULT_DATABASE_URL": address} if address else {})}
    return Side(environment, study.id, app.config["SESSION_COOKIE_NAME"], writing, questions, app)


def _writer(app: Any, make: Make, study: Any, version_id: int) -> Writer:
    organisation, user = make.organisation(study), make.member(study, "consultant")
    interview = make.interview(study, organisation, by=user, guide_version_id=version_id)
    return Writer(_cookie(app, user), interview.id)


def consultant(side: Side, role: str) -> str:
    """Return the cookie of a new member of the study who is signed in."""
    with side.app.app_context():
        make = Make()
        return _cookie(side.app, make.member(make.known_study(side.study_id), role))


def _cookie(app: Any, user: User) -> str:
    with unit_of_work():
        token = sessions.begin(db.session.get_one(User, user.id), "benchmark")
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return str(signer.dumps({"_user_id": token, "_fresh": True}))


def _turn(side: Side, seconds: float) -> None:
    with awaited_server(side) as port:
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=save, args=(side, writer, port, lambda: time.monotonic() >= until)) for writer in side.writers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 60)


@contextlib.contextmanager
def awaited_server(side: Side) -> Iterator[int]:
    """Serve an installation as `consult serve` does; the port, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-b",
        f"127.0.0.1:{port}",
        "-w",
        "2",
        "-k",
        "gthread",
        "--threads",
        "4",
        "--log-level",
        "warning",
    ]
    with subprocess.Popen([*command, "consult:create_app()"], env=side.environment) as process:
        try:
            _await(port)
            yield port
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def save(side: Side, writer: Writer, port: int, is_over: Callable[[], bool]) -> None:
    """Open the page once, then send all answers again and again until it is over, each over the versions that the last one left."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": f"{side.cookie_name}={writer.cookie}"}
    address = f"/studies/{side.study_id}/interviews/{writer.interview_id}/write"
    connection.request("GET", address, headers=headers)
    opened = connection.getresponse()
    text = opened.read().decode()
    for name, value in opened.getheaders():
        if name == "Set-Cookie" and value.startswith(side.cookie_name):
            headers["Cookie"] = value.split(";")[0]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    assert token, text[:500]
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    seen = len(writer.times)
    while not is_over():
        values = {f"a{number}-value": f"{TEXT} {time.monotonic_ns()}" for number in side.questions}
        body = urllib.parse.urlencode({"csrf_token": token[1], **values, **{f"a{number}-seen": seen for number in side.questions}})
        began = time.perf_counter()
        connection.request("POST", address, body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 303:
            writer.times.append(time.perf_counter() - began)
            seen += 1
        else:
            writer.refused.append(answer.status)
