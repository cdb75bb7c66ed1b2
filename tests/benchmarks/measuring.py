"""Two sides in turn, several times, medians: so that a ratio holds while the machine's own speed drifts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """One line of the table: ours over theirs, the goal, and both medians in milliseconds (or the unit named)."""

    what: str
    ratio: float
    goal: str
    met: bool
    detail: str


def in_turn(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[list[float], list[float]]:
    """Time both sides alternately, after one round that is not counted; seconds."""
    mine: list[float] = []
    other: list[float] = []
    for number in range(rounds + 1):
        for side, times in ((ours, mine), (theirs, other)):
            began = time.perf_counter()
            side()
            if number:
                times.append(time.perf_counter() - began)
    return mine, other


def percentile(times: Sequence[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of the times lies."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def at_most(what: str, ours: Sequence[float], theirs: Sequence[float], goal: float, share: float = 0.5) -> Ratio:
    """Compare a percentile of both sides (the median unless named) against a ratio that is not to be exceeded."""
    a, b = (statistics.median(side) if share == 0.5 else percentile(side, share) for side in (ours, theirs))
    return Ratio(what, a / b, f"≤ {goal:g}×", a / b <= goal, f"{a * 1000:.2f} ms / {b * 1000:.2f} ms")


def times_faster(what: str, ours: Sequence[float], theirs: Sequence[float], goal: float) -> Ratio:
    """Compare medians against how many times faster ours is to be."""
    a, b = statistics.median(ours), statistics.median(theirs)
    return Ratio(what, b / a, f"≥ {goal:g}× faster", b / a >= goal, f"{a * 1000:.2f} ms / {b * 1000:.2f} ms")


def table(rows: Sequence[Ratio]) -> str:
    """Write the table for people."""
    width = max(len(row.what) for row in rows)
    lines = [f"{'what':<{width}}  {'ratio':>8}  {'goal':<16}  ours / theirs"]
    lines += [f"{r.what:<{width}}  {r.ratio:>8.2f}  {r.goal:<16}  {r.detail}{'' if r.met else '   missed'}" for r in rows]
    return "\n".join(lines)
