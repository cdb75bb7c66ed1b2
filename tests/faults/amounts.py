"""How much is tried: a seeded sample on every run, the full counts under `make soak`."""

from __future__ import annotations

import os

SOAK = float(os.environ.get("CONSULT_SOAK") or 0)
"""The share of the full counts: 1 for all of them, 0.1 for a tenth, nothing for the sample."""

SEED = int(os.environ.get("CONSULT_SEED", "20221109"))
"""The seed of everything random here; a failure names it, and setting CONSULT_SEED repeats the run."""


def amount(sample: int, full: int) -> int:
    """Return how often to try something in this run: where less is more, `full` may be the smaller one."""
    return max(sample, round(full * SOAK)) if SOAK and full > sample else full if SOAK else sample
