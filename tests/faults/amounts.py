"""How much is tried: a seeded sample on every run, the full counts under `make soak`."""

from __future__ import annotations

import os

SOAK = bool(os.environ.get("CONSULT_SOAK"))
SEED = int(os.environ.get("CONSULT_SEED", "20221109"))
"""The seed of everything random here; a failure names it, and setting CONSULT_SEED repeats the run."""


def amount(sample: int, full: int) -> int:
    """Return how often to try something in this run."""
    return full if SOAK else sample
