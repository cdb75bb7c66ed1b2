"""Awkward spreadsheets through the command line: each is read or refused in one clear line, in bounded time, and nothing else comes out."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Consult, Outcome, consult, installation, prepared
from tests.exchange.test_commands import study
from tests.faults.amounts import SEED, amount
from tests.faults.kits import once

__all__ = ["Outcome", "consult", "installation", "prepared", "study"]
pytestmark = once
LONGEST = 10.0


@pytest.fixture
def files(shared: Path) -> list[Path]:
    """A seeded sample of them, all of them in a long run."""
    found = sorted(path for path in (shared / "data" / "hostile").iterdir() if path.name != "MANIFEST.tsv")
    return random.Random(SEED).sample(found, amount(20, len(found)))


def _fault(said: Outcome, seconds: float) -> str:
    """What is wrong with an answer, if anything is."""
    lines = said.err.strip().splitlines()
    if seconds > LONGEST:
        return f"{seconds:.0f} s"
    if said.code == 0:
        return "" if json.loads(said.out)["columns"] is not None and not lines else f"said beside the answer: {lines}"
    if said.code == 2 and len(lines) == 1 and not said.out and "unforeseen" not in lines[0]:
        return ""
    return f"{said.code}: {said.err[-300:]}"


@pytest.mark.parametrize("options", [["--dry-run"], ["--entity", "organisation"]], ids=["proposed", "applied"])
def test_each_file_is_read_or_refused_in_one_line(consult: Consult, study: str, files: list[Path], options: list[str]) -> None:
    faults: list[str] = []
    for path in files:
        begun = time.monotonic()
        said = consult("import", path, "--study", study, "--json", "--lang", "en", *options)
        fault = _fault(said, time.monotonic() - begun)
        faults += [f"{path.name}: {fault}"] if fault else []
    assert not faults, f"seed {SEED}\n" + "\n".join(faults)
