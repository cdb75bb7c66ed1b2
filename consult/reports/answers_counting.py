"""Answers to one question read together: counted, with shares, medians and quartiles; what has no value stands apart.

Values that cannot be compared (another currency, with or without tax, another unit or scale) are never in one table.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from consult.reports import small_groups

TOTAL = ""
"""The column of everybody."""
MOST_BINS = 8


@dataclass(frozen=True)
class Given:
    """One answer: in which interview, of which group, and what. `alike` is what makes values comparable: currency and tax, unit, scale."""

    interview_id: int
    group: str
    value: Any
    alike: Hashable = None


@dataclass
class Line:
    """One value, or range of values, and the interviews that gave it, by group."""

    code: str
    label: str
    by_group: dict[str, list[int]] = field(default_factory=dict)

    @property
    def interviews(self) -> list[int]:
        return [each for some in self.by_group.values() for each in some]

    def count(self, group: str = TOTAL) -> int:
        return len(self.interviews) if group == TOTAL else len(self.by_group.get(group, ()))


@dataclass(frozen=True)
class Spread:
    """How numbers are spread over a group."""

    count: int
    mean: Decimal
    median: Decimal
    low: Decimal | None
    high: Decimal | None
    quartiles: tuple[Decimal, Decimal] | None


@dataclass
class Block:
    """One table: values that can be compared. `adds_up` unless one may choose several. `hidden` holds what a recipient does not see, as
    (code, group); the code TOTAL is the line of all, the group TOTAL the column of all."""

    alike: Hashable
    lines: list[Line]
    answered: dict[str, int]
    spreads: dict[str, Spread] = field(default_factory=dict)
    adds_up: bool = True
    hidden: set[tuple[str, str]] = field(default_factory=set)

    def number(self, line: Line, group: str = TOTAL) -> int | None:
        """Return how many gave a value; None when that is hidden."""
        return None if (line.code, group) in self.hidden else line.count(group)

    def answers(self, group: str = TOTAL) -> int | None:
        """Return how many of a group answered; None when that is hidden."""
        return None if (TOTAL, group) in self.hidden else self.answered.get(group, 0)

    def share(self, line: Line, group: str = TOTAL) -> float | None:
        """Return the share of those who answered."""
        count, answers = self.number(line, group), self.answers(group)
        return None if count is None or not answers else count / answers

    def spread(self, group: str = TOTAL) -> Spread | None:
        """Return how the numbers of a group are spread; None when it is hidden or empty."""
        return None if (TOTAL, group) in self.hidden else self.spreads.get(group)


Sort = Callable[[Sequence[Given]], list[Line]]


def block(alike: Hashable, given: Sequence[Given], lines: list[Line], adds_up: bool = True, numbers: bool = False) -> Block:
    """Make the table of comparable answers, with how their numbers are spread where they are `numbers`."""
    answered: dict[str, int] = {}
    for each in given:
        answered[each.group] = answered.get(each.group, 0) + 1
    spreads = {TOTAL: spread([each.value for each in given])} if numbers and given else {}
    if numbers:
        spreads |= {group: spread([each.value for each in given if each.group == group]) for group in answered}
    return Block(alike, lines, {**answered, TOTAL: len(given)}, spreads, adds_up)


def comparable(given: Iterable[Given]) -> dict[Hashable, list[Given]]:
    """Part answers into those that can be compared, the largest part first."""
    parts: dict[Hashable, list[Given]] = {}
    for each in given:
        parts.setdefault(each.alike, []).append(each)
    return dict(sorted(parts.items(), key=lambda part: -len(part[1])))


def by_code(given: Iterable[Given], labels: Mapping[str, str]) -> list[Line]:
    """Return a line for each code of `labels`, in their order, and for each further one that somebody gave; a value is a list of codes."""
    lines = {code: Line(code, label) for code, label in labels.items()}
    for each in given:
        for code in dict.fromkeys(each.value):
            line = lines.setdefault(code, Line(code, code))
            line.by_group.setdefault(each.group, []).append(each.interview_id)
    return list(lines.values())


def most_frequent(lines: list[Line]) -> list[Line]:
    """Put the lines in order of how many gave them."""
    return sorted(lines, key=lambda line: (-line.count(), line.label))


def by_number(given: Sequence[Given], written: Callable[[Decimal], str]) -> list[Line]:
    """Return ranges of equal width between round bounds that hold every number; each number is a line of its own where they are few."""
    numbers = sorted({each.value for each in given})
    if len(numbers) <= MOST_BINS:
        lines = {number: Line(str(number), written(number)) for number in numbers}
        return _filed(given, lines, lambda number: number)
    step = _round_step((numbers[-1] - numbers[0]) / MOST_BINS)
    first, last = (_floor(number / step) for number in (numbers[0], numbers[-1]))
    lines = {n: Line(f"{n * step}", f"{written(n * step)} – {written((n + 1) * step)}") for n in range(first, last + 1)}
    return _filed(given, lines, lambda number: _floor(number / step))


def _floor(number: Decimal) -> int:
    """Round down, below nought too, where `//` rounds towards it."""
    return int(number.to_integral_value(ROUND_FLOOR))


def by_degree(given: Sequence[Given], low: int, high: int, ends: tuple[str, str]) -> list[Line]:
    """Return a line for each degree of a scale, whether somebody chose it or not; what its ends mean stands beside them."""
    told = {low: ends[0], high: ends[1]}
    lines = {Decimal(n): Line(str(n), f"{n} · {told[n]}" if told.get(n) else str(n)) for n in range(low, high + 1)}
    for each in given:
        lines.setdefault(each.value, Line(str(each.value), str(each.value.normalize())))
    return _filed(given, dict(sorted(lines.items())), lambda number: number)


def by_period(given: Sequence[Given]) -> list[Line]:
    """Return a line for each year, or for each month where all lie within eighteen; none is left out between the first and the last."""
    days = [each.value for each in given]
    if not days:
        return []
    first, last = min(days), max(days)
    by_month = (last.year - first.year) * 12 + last.month - first.month < 18
    place = _month if by_month else _year
    lines = {n: Line(str(n), f"{n % 12 + 1:02d}/{n // 12}" if by_month else str(n)) for n in range(place(first), place(last) + 1)}
    return [line for line in _filed(given, lines, place) if by_month or len(lines) <= 30 or line.count()]


def _month(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _year(day: dt.date) -> int:
    return day.year


def _filed(given: Iterable[Given], lines: Mapping[Any, Line], place: Callable[[Any], Any]) -> list[Line]:
    for each in given:
        lines[place(each.value)].by_group.setdefault(each.group, []).append(each.interview_id)
    return list(lines.values())


def _round_step(width: Decimal) -> Decimal:
    """Return 1, 2 or 5 times a power of ten, at least as wide."""
    power = Decimal(10) ** (width.adjusted())
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= width)


def spread(numbers: Sequence[Decimal]) -> Spread:
    """Return mean, median, extremes and, from four numbers on, quartiles (inclusive: the numbers are all there are)."""
    ordered = sorted(numbers)
    quartiles = statistics.quantiles(ordered, n=4, method="inclusive") if len(ordered) > 3 else None
    return Spread(
        len(ordered), Decimal(statistics.mean(ordered)), Decimal(statistics.median(ordered)), ordered[0], ordered[-1],
        (Decimal(quartiles[0]), Decimal(quartiles[2])) if quartiles else None,
    )  # fmt: skip


def mask(table: Block, groups: Sequence[str], k: int) -> None:
    """Hide groups of fewer than k, and what would give them away; of numbers, extremes too, and quartiles of fewer than twice k."""
    counts = [[line.count(group) for group in groups] for line in table.lines]
    table.hidden |= {_named(table, groups, cell) for cell in small_groups.hidden(counts, k, table.adds_up)} if counts else set()
    answers = small_groups.hidden([[table.answered.get(group, 0) for group in groups]], k, adds_up=False)
    table.hidden |= {(TOTAL, groups[j] if j >= 0 else TOTAL) for _i, j in answers}
    for group, told in table.spreads.items():
        quartiles = told.quartiles if told.count >= 2 * k else None
        table.spreads[group] = Spread(told.count, told.mean, told.median, None, None, quartiles)


def _named(table: Block, groups: Sequence[str], cell: tuple[int, int]) -> tuple[str, str]:
    i, j = cell
    return (table.lines[i].code if i >= 0 else TOTAL, groups[j] if j >= 0 else TOTAL)
