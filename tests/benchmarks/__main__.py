"""`python -m tests.benchmarks [name …]`: run the benchmarks named in ALL, or some of them, and print one table."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.measuring import Ratio, table

ALL = ("start", "lists", "field", "writing", "imports", "web_imports", "search")
INTO = "--into="


def main(arguments: list[str]) -> int:
    """Run the benchmarks named, or all of them, each in a process of its own; one that breaks is named, and the others are run."""
    into = [Path(each.removeprefix(INTO)) for each in arguments if each.startswith(INTO)]
    names = [each for each in arguments if not each.startswith(INTO)]
    if into:
        into[0].write_text(json.dumps([asdict(row) for row in importlib.import_module(f"tests.benchmarks.{names[0]}").run()]))
        return 0
    rows, broken = [], []
    with tempfile.TemporaryDirectory() as folder:
        for name in names or ALL:
            print(f"{name} …", file=sys.stderr, flush=True)
            told = Path(folder) / name
            if subprocess.run([sys.executable, "-m", "tests.benchmarks", name, f"{INTO}{told}"], check=False).returncode:
                broken.append(name)
            else:
                rows += [Ratio(**row) for row in json.loads(told.read_text())]
    print(table(rows) if rows else "nothing was measured")
    if broken:
        print(f"broken: {', '.join(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
