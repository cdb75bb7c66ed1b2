"""Finds the header row: which of the first rows names the columns of what stands below it, and what the level above it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from consult.excel.beside import columns_aside
from consult.excel.cells import Row
from consult.excel.labels import VOCABULARY, filled, is_label
from consult.excel.levels import is_split, lower_level, upper_level
from consult.excel.looks import is_year
from consult.excel.text import clean_name, fold, is_blank

_CANDIDATES = 40
_BELOW = 25
_DATUM = re.compile(
    r"\S+@\S+\.\S+$|(https?://|www\.)\S+$|[+\d][\d .\u00a0\u202f-]{7,}$|\d{1,2}/\d{1,2}/\d{2,4}$|\d{5}$|\d{2}\.?\d{2}[A-Z]$"
)


@dataclass
class HeaderBlock:
    """The header found. `row` and `rows` count from 1 (0 when there is none); `texts` and `groups` are by column from 0."""

    row: int
    rows: tuple[int, ...]
    texts: dict[int, str]
    groups: dict[int, str] = field(default_factory=dict)
    aside: set[int] = field(default_factory=set)
    confidence: float = 0.0

    def columns(self, head: list[Row]) -> list[int]:
        """The columns (from 0) that have a header, or data below it."""
        used = set(self.texts) | set(self.groups)
        for row in head[self.row :]:
            used.update(index for index, value in enumerate(row) if index not in used and not is_blank(value))
        return sorted(used)


def find_header(head: list[Row], merged: Sequence[tuple[int, int, int, int]] = ()) -> HeaderBlock:
    """The most likely header among the first rows; a block without row when the first row is already data."""
    cells = [filled(row) for row in head[: _CANDIDATES * 2 + _BELOW]]
    candidates = [number for number, row in enumerate(cells) if row][:_CANDIDATES]
    scored = [(_score(cells, number, rank), -number) for rank, number in enumerate(candidates)]
    if not scored:
        return HeaderBlock(0, (), {})
    score, number = max(scored)
    number = -number
    if score < 0.9:
        return HeaderBlock(0, (), {}, aside=set(), confidence=0.3)
    number = lower_level(head, number, merged)
    return _block(head, number, merged, min(1.0, score / 3.0))


def given_header(head: list[Row], merged: Sequence[tuple[int, int, int, int]], row: int) -> HeaderBlock:
    """The block for a header row that a person chose (from 1; 0 for none)."""
    if row < 1 or row > len(head):
        return HeaderBlock(0, (), {}, confidence=1.0)
    return _block(head, row - 1, merged, 1.0)


def _score(head: list[dict[int, object]], number: int, rank: int) -> float:
    cells = head[number]
    texts = {index: fold(str(value)) for index, value in cells.items() if is_label(value)}
    if not texts:
        return 0.0
    years = sum(1 for value in cells.values() if is_year(value)) if len(texts) >= 2 else 0
    labels = (len(texts) + years) / len(cells)
    known = sum(1 for text in texts.values() if text in VOCABULARY)
    below = _without_repeats(texts, [row for row in head[number + 1 : number + 1 + _BELOW] if row])
    width = max((len(row) for row in below), default=0)
    if not below:
        return (0.5 + known) / 2 * labels if known else 0.0
    typical = sorted(len(row) for row in below)[len(below) // 2]
    fit = min(1.0, len(cells) / max(1, typical, width * 0.6))
    under = sum(1 for index in cells if any(index in row for row in below)) / len(cells)
    score = 1.1 * labels + 0.9 * fit + 0.4 * under + 0.9 * _contrast(texts, below) + 0.6 * len(set(texts.values())) / len(texts)
    score += 1.2 * min(1.0, known / len(texts) * 1.4) + min(known, 6) * 0.08
    score -= 0.07 * rank + 0.5 * _wordy(cells)
    if len(cells) == 1 and max(width, typical) > 1:
        score -= 1.6
    if str(next(iter(cells.values()))).rstrip().endswith(":"):
        score *= 0.5
    if known < 3 and any(isinstance(value, str) and _DATUM.match(value.strip()) for value in cells.values()):
        score *= 0.3
    return score * labels


def _wordy(cells: dict[int, object]) -> float:
    return sum(1 for value in cells.values() if isinstance(value, str) and len(value) > 90) / len(cells)


def _contrast(texts: dict[int, str], below: list[dict[int, object]]) -> float:
    """How much the row differs from what stands under it: other kinds of values, or texts of which it is none and which are longer or
    shorter."""
    total = 0.0
    for index, text in texts.items():
        values = [row[index] for row in below if index in row]
        if not values:
            continue
        others = sum(1 for value in values if not is_label(value)) / len(values)
        same = sum(1 for value in values if isinstance(value, str) and fold(value) == text)
        repeated = len(values) - len({str(value) for value in values}) > 0.3 * len(values)
        total += 1.0 if others > 0.5 else -0.8 if same else 0.45 if repeated else 0.25
    return total / len(texts)


def _without_repeats(texts: dict[int, str], below: list[dict[int, object]]) -> list[dict[int, object]]:
    """The rows below that are not the same header once more."""

    def again(row: dict[int, object]) -> int:
        return sum(1 for index, text in texts.items() if isinstance(row.get(index), str) and fold(str(row[index])) == text)

    return [row for row in below if again(row) < max(2, 0.9 * len(texts))]


def _block(head: list[Row], number: int, merged: Sequence[tuple[int, int, int, int]], confidence: float) -> HeaderBlock:
    texts = {index: clean_name(str(value)) for index, value in filled(head[number]).items()}
    rows = [number + 1]
    groups: dict[int, str] = {}
    if number and is_split(filled(head[number - 1]), filled(head[number])):
        before = filled(head[number - 1])
        texts = {index: clean_name(f"{before.get(index, '')} {texts.get(index, '')}") for index in sorted({*before, *texts})}
        number -= 1
        rows.insert(0, number + 1)
    for above in range(number - 1, max(-1, number - 3), -1):
        upper = upper_level(head, above, number, merged, texts)
        if upper is None:
            break
        rows.insert(0, above + 1)
        for index, text in upper.items():
            if index not in texts:
                texts[index] = text
            elif text != texts[index]:
                groups[index] = f"{text} – {groups[index]}" if index in groups else text
    return HeaderBlock(rows[-1], tuple(rows), texts, groups, columns_aside(head, rows[-1] - 1, texts), confidence)
