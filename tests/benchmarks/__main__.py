"""`python -m tests.benchmarks [start lists field writing imports search]`: run the benchmarks and print a table for each."""

from __future__ import annotations

import importlib
import subprocess
import sys

from tests.benchmarks.measuring import table

ALL = ("start", "lists", "field", "writing", "imports", "search")


def main(names: list[str]) -> None:
    """Run a benchmark; several, or all of them when none is named, each in a process of its own."""
    if len(names) == 1:
        print(table(importlib.import_module(f"tests.benchmarks.{names[0]}").run()))
        return
    for name in names or ALL:
        subprocess.run([sys.executable, "-m", "tests.benchmarks", name], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
