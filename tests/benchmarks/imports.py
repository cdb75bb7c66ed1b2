"""An import of many organisations beside a bare read and upsert, and beside django-import-export: again, changed, in memory, at size."""

from __future__ import annotations

import contextlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine

from consult.accounts.models import User
from consult.exchange import previewing, service
from consult.exchange.carrying_out import carry_out
from consult.exchange.files import Kept
from consult.exchange.reading import Store, table_of
from consult.kernel import actor
from consult.kernel.audit import AuditEntry
from consult.kernel.db import db
from consult.studies import gate
from tests.benchmarks import crowd, peers
from tests.benchmarks.measuring import Ratio, at_most, times_faster

ROWS = 10_000
HEADERS = (
    "Nom", "SIREN", "SIRET", "Code NAF", "Effectif", "Téléphone", "E-mail", "Site web", "Adresse", "Complément d'adresse", "Code postal",
    "Commune", "Nom du contact", "Prénom du contact", "Fonction", "Description", "Année de création", "Notes", "Certification", "Export",
)  # fmt: skip


def workbook(path: Path, rows: int, changed: int = 0, into: str = "Bâtiment neuf") -> None:
    """Write a workbook of organisations with a contact each, every identifier valid; the first `changed` ones moved house."""
    chance = random.Random(20221209)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Liste")
    sheet.append(HEADERS)
    for number in range(rows):
        siren = _luhn(f"{30_000_000 + number:08d}")
        name = " ".join(chance.choices(crowd.WORDS, k=3)).title() + f" {number}"
        _code, commune = chance.choice(crowd.COMMUNES)
        sheet.append([
            name, siren, _luhn(f"{siren}0001"), "26.52Z", chance.choice(["10 à 19", "20 à 49", "50 à 99"]),
            f"03 81 {number % 10000:04d} 00", f"contact{number}@o{number}.example.org", f"https://o{number}.example.org",
            f"{number} rue des Combes", into if number < changed else "", "25500", commune,
            chance.choice(crowd.WORDS).title(), "Camille", "Directrice", "Décolletage et assemblage", 1950 + number % 70,
            "Rencontrés au salon", "ISO 9001", number * 7,
        ])  # fmt: skip
    book.save(path)


def _luhn(digits: str) -> str:
    total = sum(sum(divmod(int(d) * (2 - place % 2), 10)) for place, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def run(rounds: int = 3) -> list[Ratio]:
    """Measure an import of 10,000 organisations, the same again, one in a hundred changed, five times as many, and what it weighs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, more, less = (folder / f"{each}.xlsx" for each in ("first", "more", "less"))
        changed = [folder / f"changed{number}.xlsx" for number in range(rounds)]
        for number, path in enumerate(changed):
            workbook(path, ROWS, ROWS // 100, f"Bâtiment {number}")
        workbook(first, ROWS)
        workbook(more, 5 * ROWS)
        workbook(less, ROWS // 10)
        ours = Ours(folder)
        new, bare = _turns(rounds, lambda: ours.fresh(first, ROWS), lambda: _bare(folder, first))
        again = [ours.again(first, ROWS, 0) for _ in range(rounds)]
        few = [ours.again(path, ROWS, ROWS // 100) for path in changed]
        previews = [ours.preview(first) for _ in range(rounds)]
        many = [ours.fresh(more, 5 * ROWS)]
        small, bare_small = _turns(rounds, lambda: ours.fresh(less, ROWS // 10), lambda: _bare(folder, less))
        peer = peers.django_import(folder, first, dict(zip(HEADERS, range(len(HEADERS)), strict=True)))
        peak = _peak(folder, first)
        return [
            at_most("import of 10,000 × 20 / bare read and upsert", new, bare, 1.6),
            times_faster("import of 10,000 × 20 / django-import-export", new, [peer()], 20),
            at_most("the same with 1 % changed / bare read and upsert", few, bare, 1.2),
            at_most("the same again / bare read and upsert", again, bare, 1.2),
            at_most("preview / import", previews, new, 1),
            at_most("50,000 rows / 10,000 rows", many, new, 5.3),
            at_most("import of 1,000 × 20 / bare read and upsert", small, bare_small, 1.6),
            at_most("10,000 rows / 1,000 rows", new, small, 11.2),
            Ratio("peak of the importing process, MB", peak, "≤ 180 MB", peak <= 180, "resident, its parser apart"),
        ]


def _turns(rounds: int, ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[list[float], list[float]]:
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return [mine for mine, _other in pairs], [other for _mine, other in pairs]


class Ours:
    """An installation with one empty study, imported into afresh or again."""

    def __init__(self, folder: Path) -> None:
        self.instance = folder / "ours"
        self.instance.mkdir()
        self.app = crowd.application(self.instance)
        self.study_id, _token = crowd.fill(self.app, 1)
        self.empty = folder / "empty.sqlite"
        with self.app.app_context():
            db.engine.dispose()
        shutil.copy(self.instance / "consult.sqlite", self.empty)
        with contextlib.closing(sqlite3.connect(self.empty)) as connection, connection:
            for table in ("participation", "site", "organisation"):
                connection.execute(f"DELETE FROM {table}")

    def fresh(self, path: Path, rows: int) -> float:
        """Import into an empty study; seconds."""
        with self.app.app_context():
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            (self.instance / f"consult.sqlite{suffix}").unlink(missing_ok=True)
        shutil.copy(self.empty, self.instance / "consult.sqlite")
        return self._timed(path, {"new": rows})

    def again(self, path: Path, rows: int, changed: int) -> float:
        """Import into what a former import left; seconds. Whatever stays as it was is not audited."""
        before = self._audited()
        spent = self._timed(path, {"new": 0, "changed": changed, "same": rows - changed})
        assert changed or self._audited() - before <= 1, "an unchanged file wrote to the audit"
        return spent

    def _audited(self) -> int:
        with self.app.app_context():
            return db.session.query(AuditEntry).count()

    def preview(self, path: Path) -> float:
        """Plan only; seconds."""
        with self._reading(path) as (table, began):
            previewing.plan(table, {})
            return time.perf_counter() - began

    def _timed(self, path: Path, expected: dict[str, int]) -> float:
        with self._reading(path) as (table, began):
            file = Kept(path.name, "0" * 64, path.stat().st_size, path)
            plan, _ref = carry_out(table, {}, lambda: service.begin(file, table, {}), None)
            spent = time.perf_counter() - began
        assert {name: number for name, number in plan.counts.items() if number or name in expected} == expected, plan.counts
        return spent

    @contextlib.contextmanager
    def _reading(self, path: Path) -> Iterator[tuple[Any, float]]:
        with self.app.app_context(), actor.acting(actor.Actor(1, actor.Via.COMMAND)):
            assert gate.enter(self.study_id, db.session.get_one(User, 1).id)
            db.session.rollback()
            began = time.perf_counter()
            with table_of(Store(path.parent, 50), Kept(path.name, "", path.stat().st_size, path), {}) as table:
                yield table, began


def _bare(folder: Path, path: Path) -> float:
    """Read with calamine and upsert with `executemany`, one transaction; seconds."""
    target = folder / "bare.sqlite"
    target.unlink(missing_ok=True)
    connection = sqlite3.connect(target)
    connection.execute("PRAGMA journal_mode=WAL")
    names = [f"c{n}" for n in range(len(HEADERS))]
    connection.execute(f"CREATE TABLE o (id INTEGER PRIMARY KEY, {', '.join(names)}, UNIQUE (c1))")
    statement = (
        f"INSERT INTO o ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"ON CONFLICT (c1) DO UPDATE SET {', '.join(f'{n}=excluded.{n}' for n in names)}"
    )
    began = time.perf_counter()
    rows = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows()
    next(rows)
    with connection:
        connection.executemany(statement, rows)
    spent = time.perf_counter() - began
    connection.close()
    return spent


def _peak(folder: Path, path: Path) -> float:
    """Import in a process of its own and return the most memory it held, in MB."""
    code = f"from tests.benchmarks import imports; imports.alone({str(folder / 'alone')!r}, {str(path)!r}, {ROWS})"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    return float(told.strip().splitlines()[-1])


def alone(folder: str, path: str, rows: int) -> None:
    """Import a workbook of so many rows once and print the peak of this process, in MB."""
    Path(folder).mkdir()
    Ours(Path(folder)).fresh(Path(path), rows)
    held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))  # ru_maxrss is the parent's where that held more
    assert held
    print(int(held[1]) / 1024)


__all__ = ["alone", "run", "workbook"]
