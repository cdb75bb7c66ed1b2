"""A workbook of 10,000 organisations sent, previewed and applied through a real server, while two others save their interviews."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.benchmarks import imports
from tests.benchmarks.measuring import Ratio, percentile
from tests.benchmarks.writing import Side, awaited_server, consultant, prepare, save

ROWS = 10_000
HEAD = Path("migrations/HEAD")
ALONE = 20.0
"""How long the two are measured before the import begins, in seconds."""


def run(rows: int = ROWS) -> list[Ratio]:
    """Measure how long each step takes, how often the progress was seen to move, and what the two others wait meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        imports.workbook(path, rows)
        side = prepare(Path(folder) / "installation", "", writers=2)
        with awaited_server(side) as port, _worker(side):
            _beside(side, port, lambda: time.sleep(ALONE))
            alone = _spent(side)
            visit = Visit(side, port)
            _beside(side, port, lambda: visit.walk(path))
        beside = _spent(side)
        refused = sum(len(writer.refused) for writer in side.writers)
        p95, usual = percentile(beside, 0.95), percentile(alone, 0.95)
        detail = f"{p95 * 1000:.0f} ms over {len(beside)} saves / {usual * 1000:.0f} ms over {len(alone)}"
        return [
            Ratio(f"two who save 30 answers, 95th percentile: during an import of {rows} rows / alone", p95 / usual, "told", True, detail),
            *(Ratio(f"an import of {rows} rows through the web: {what}, seconds", spent, "told", True, "") for what, spent in visit.steps),
            Ratio("progress of the import seen to move, times", visit.moved, "≥ 3", visit.moved >= 3, "asked twice a second"),
            Ratio("saves refused beside an import", refused, "0", refused == 0, ""),
        ]


def _spent(side: Side) -> list[float]:
    """Return how long the saves took since this was last asked."""
    taken = [spent for writer in side.writers for spent in writer.times[writer.told :]]
    for writer in side.writers:
        writer.told = len(writer.times)
    return taken


def _beside(side: Side, port: int, work: Callable[[], None]) -> None:
    """Have everybody save for as long as some work takes."""
    ended = threading.Event()
    threads = [threading.Thread(target=save, args=(side, writer, port, ended.is_set)) for writer in side.writers]
    for thread in threads:
        thread.start()
    try:
        work()
    finally:
        ended.set()
        for thread in threads:
            thread.join(60)


@contextlib.contextmanager
def _worker(side: Side) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(Path(side.environment["CONSULT_INSTANCE"]) / "consult.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")  # its tables are made, by no migration
        connection.execute("INSERT INTO alembic_version VALUES (?)", (HEAD.read_text("ascii").split("_")[0],))
    with subprocess.Popen([sys.executable, "-m", "consult", "worker"], env=side.environment) as process:
        try:
            yield
        finally:
            process.terminate()


class Visit:
    """A lead who sends a file and follows it to the end; `steps` holds what was done and the seconds it took."""

    def __init__(self, side: Side, port: int) -> None:
        self._base = f"/studies/{side.study_id}/imports"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"Cookie": f"{side.cookie_name}={consultant(side, 'lead')}"}
        self.steps: list[tuple[str, float]] = []
        self.moved = 0

    def walk(self, path: Path) -> None:
        """Send, locate, map, preview, apply."""
        token = self._token(f"{self._base}/new")
        batch = self._timed("sending", lambda: self._post(f"{self._base}/new", {"csrf_token": token, "file": path})).removesuffix("/table")
        self._timed("locating", lambda: self._post(f"{batch}/table", {"csrf_token": token}))
        page = self._get(f"{batch}/columns")
        selects = re.findall(r'<select[^>]* name="(entity|frame|c\d+)".*?</select>', page, re.DOTALL)
        chosen = {}
        for name in selects:
            found = re.search(rf'<select[^>]* name="{name}".*?<option selected value="([^"]*)".*?</select>', page, re.DOTALL)
            chosen[name] = found[1] if found else ""
        self._timed("preview", lambda: self._followed(self._post(f"{batch}/columns", {"csrf_token": token, **chosen})))
        digest = re.search(r'name="digest"[^>]*value="([^"]+)"', self._get(f"{batch}/preview"))
        assert digest, "the preview shows nothing to apply"
        self.moved = 0
        self._timed("commit", lambda: self._followed(self._post(f"{batch}/apply", {"csrf_token": token, "digest": digest[1]})))
        assert "10" in self._get(batch)

    def _timed(self, what: str, work: Callable[[], str]) -> str:
        began = time.perf_counter()
        said = work()
        self.steps.append((what, time.perf_counter() - began))
        return said

    def _followed(self, address: str) -> str:
        """Wait for the work behind an address, where there is any, and return where it leads."""
        done = -1
        while "/jobs/" in address:
            told = json.loads(self._get(f"{address}/progress"))
            self.moved, done = self.moved + (told["done"] != done), told["done"]
            if told["url"]:
                assert told["state"] == "done", told
                return str(told["url"])
            time.sleep(0.5)
        return address

    def _get(self, address: str) -> str:
        self._connection.request("GET", address, headers=self._headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, (address, answer.status, text[:500])
        for name, value in answer.getheaders():
            if name == "Set-Cookie":
                self._headers["Cookie"] = value.split(";")[0]
        return text

    def _token(self, address: str) -> str:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self._get(address))
        assert token
        return token[1]

    def _post(self, address: str, values: dict[str, str | Path]) -> str:
        files = {name: FileStorage(io.BytesIO(value.read_bytes()), value.name) for name, value in values.items() if isinstance(value, Path)}
        boundary, body = encode_multipart({**values, **files})
        headers = {**self._headers, "Content-Type": f"multipart/form-data; boundary={boundary}"}
        self._connection.request("POST", address, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 303, (address, answer.status, text[:2000])
        return urllib.parse.urlsplit(answer.headers["Location"]).path
