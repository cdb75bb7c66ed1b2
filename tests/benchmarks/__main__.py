"""`python -m tests.benchmarks [start lists writing]`: run the benchmarks and print their table."""

from __future__ import annotations

import importlib
import sys

from tests.benchmarks.measuring import Ratio, table

ALL = ("start", "lists", "writing")


def main(names: list[str]) -> None:
    """Run the named benchmarks, all of them when none is named."""
    rows: list[Ratio] = []
    for name in names or ALL:
        rows += importlib.import_module(f"tests.benchmarks.{name}").run()
    print(table(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
