"""Where a study should be by now: its goals spread evenly over its days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Period:
    """A study's days, as far as they are known."""

    starts_on: dt.date | None
    ends_on: dt.date | None

    def elapsed(self, today: dt.date) -> float | None:
        """Return which part of the period is over at the end of a day, from 0 to 1; None where either end is not known."""
        if self.starts_on is None or self.ends_on is None:
            return None
        whole = (self.ends_on - self.starts_on).days + 1
        over = (today - self.starts_on).days + 1
        return min(1.0, max(0.0, over / whole))

    def expected(self, goal: float | None, today: dt.date) -> int | None:
        """Return how many of a goal should be reached at the end of a day; None without a goal or a period."""
        part = self.elapsed(today)
        return None if part is None or not goal else int(goal * part + 1e-9)

    def behind(self, goal: int | None, done: int, today: dt.date) -> int:
        """Return by how many a count is behind; 0 on pace, or where there is none."""
        expected = self.expected(goal, today)
        return 0 if expected is None else max(0, expected - done)

    def days_left(self, today: dt.date) -> int | None:
        """Return how many days are left after today; None where the end is not known."""
        return None if self.ends_on is None else max(0, (self.ends_on - today).days)
