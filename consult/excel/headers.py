"""Finds the header row: which of the first rows names the columns of what stands below it, and what the level above it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from consult.excel import synonyms
from consult.excel.cells import ErrorCell, Row
from consult.excel.text import clean_name, fold, is_blank

_CANDIDATES = 40
_BELOW = 25
_VALUE = re.compile(
    r"^[\s\d.,:/()+%€$£'\u00a0\u202f-]+$"  # numbers, dates, phones
    r"|^\S+@\S+\.\S+$|^(https?://|www\.)\S+$"
    r"|^\d{2}[./]?\d{2}\s?[A-Z]$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$"
    r"|^(vrai|faux|true|false|oui|non|yes|no|x|n/?a|null)$",
    re.I,
)
_DATUM = re.compile(
    r"\S+@\S+\.\S+$|(https?://|www\.)\S+$|[+\d][\d .\u00a0\u202f-]{7,}$|\d{1,2}/\d{1,2}/\d{2,4}$|\d{5}$|\d{2}\.?\d{2}[A-Z]$"
)
VOCABULARY: frozenset[str] = frozenset(fold(word) for name in dir(synonyms) if name.isupper() for word in getattr(synonyms, name))


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


def filled(row: Row) -> dict[int, object]:
    """The filled cells of a row by column."""
    return {index: value for index, value in enumerate(row) if value != "" and not is_blank(value)}


def is_label(value: object) -> bool:
    """Whether a cell could be a header: words, and not a value such as a number, a date, an address of the web, or yes."""
    if not isinstance(value, str) or isinstance(value, ErrorCell):
        return False
    text = value.strip()
    return bool(text) and len(text) <= 400 and not _VALUE.match(text) and any(letter.isalpha() for letter in text)


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
    number = _lower_level(head, number, merged)
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
    labels = len(texts) / len(cells)
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


def _lower_level(head: list[Row], number: int, merged: Sequence[tuple[int, int, int, int]]) -> int:
    """The row that completes a two-level header whose upper level was found: its texts stand only where the upper row opens a group or is
    merged down."""
    if number + 2 >= len(head):
        return number
    upper, lower = filled(head[number]), filled(head[number + 1])
    if not lower or not all(is_label(value) for value in lower.values()):
        return number
    bottom = max((last for first, _, last, _ in merged if first == number and last > first and last - first < 3), default=number)
    if bottom > number and bottom < len(head) and filled(head[bottom]):
        return bottom
    grouped = _grouped(head, number, merged)
    if grouped and set(lower) <= grouped and len(lower) >= 2:
        after = filled(head[number + 2])
        if len(after) > len(lower) and set(after) & (set(upper) - set(lower)):
            return number + 1
    return number


def _grouped(head: list[Row], number: int, merged: Sequence[tuple[int, int, int, int]]) -> set[int]:
    """The columns that stand under a text spread over several: merged, or followed by empty cells of the same row."""
    spread = {
        column for first, left, last, right in merged if first <= number <= last and right > left for column in range(left, right + 1)
    }
    cells = sorted(filled(head[number]))
    for index, following in zip(cells, [*cells[1:], cells[-1] + 1], strict=False):
        if following - index > 1:
            spread.update(range(index, following))
    return spread


def _block(head: list[Row], number: int, merged: Sequence[tuple[int, int, int, int]], confidence: float) -> HeaderBlock:
    texts = {index: clean_name(str(value)) for index, value in filled(head[number]).items()}
    rows = [number + 1]
    groups: dict[int, str] = {}
    for above in range(number - 1, max(-1, number - 3), -1):
        upper = _upper_level(head, above, number, merged, texts)
        if upper is None:
            break
        rows.insert(0, above + 1)
        for index, text in upper.items():
            if index not in texts:
                texts[index] = text
            elif text != texts[index]:
                groups[index] = f"{text} – {groups[index]}" if index in groups else text
    return HeaderBlock(number + 1, tuple(rows), texts, groups, _aside(head, number, texts), confidence)


def _upper_level(
    head: list[Row], above: int, number: int, merged: Sequence[tuple[int, int, int, int]], texts: dict[int, str]
) -> dict[int, str] | None:
    """What the row above says of each column when it is a level of the header, None when it is a title, blank, or data."""
    cells = filled(head[above])
    if not cells or not all(is_label(value) for value in cells.values()):
        return None
    spans = {(first, left): (last, right) for first, left, last, right in merged}
    down = {index for index in cells if spans.get((above, index), (above, 0))[0] >= number}
    wide = [(index, spans[above, index][1]) for index in cells if (above, index) in spans and spans[above, index][1] > index]
    first, last = min(texts), max(texts)
    if len(cells) >= len(texts) and not (down or wide):
        return None
    whole = len(cells) == 1 and not down and (min(cells) <= first and (not wide or wide[0][1] >= last))
    if whole or not (down or wide or len(cells) >= 2) or (min(cells) > last and not down):
        return None
    return _spread(cells, dict(wide), down, last)


def _spread(cells: dict[int, object], wide: dict[int, int], down: set[int], last: int) -> dict[int, str]:
    found: dict[int, str] = {}
    places = sorted(cells)
    for place, index in enumerate(places):
        following = places[place + 1] if place + 1 < len(places) else max(last, index) + 1
        end = wide.get(index, index if index in down or wide else following - 1)
        for column in range(index, min(end, following - 1) + 1):
            found[column] = clean_name(str(cells[index]))
    return found


def _aside(head: list[Row], number: int, texts: dict[int, str]) -> set[int]:
    """The columns of other lists beside the table: parted from it by an empty column, and not filled on the same rows."""
    rows = [set(filled(row)) for row in head[number + 1 :]]
    used = sorted(set(texts) | {index for row in rows for index in row})
    blocks: list[list[int]] = []
    for index in used:
        if blocks and index - blocks[-1][-1] == 1:
            blocks[-1].append(index)
        else:
            blocks.append([index])
    if len(blocks) < 2:
        return set()
    heights = [sum(1 for row in rows if row & set(block)) for block in blocks]
    main = max(range(len(blocks)), key=lambda place: (len([i for i in blocks[place] if i in texts]) * min(heights[place], 30), -place))
    return {
        index
        for place, block in enumerate(blocks)
        if place != main and _is_aside(rows, set(block), set(blocks[main]), texts)
        for index in block
    }


def _is_aside(rows: list[set[int]], block: set[int], main: set[int], texts: dict[int, str]) -> bool:
    mine = [number for number, row in enumerate(rows) if row & block]
    theirs = {number for number, row in enumerate(rows) if row & main}
    if not mine:
        return not any(index in texts for index in block)
    alone = sum(1 for number in mine if number not in theirs) / len(mine)
    contiguous = mine[-1] - mine[0] + 1 == len(mine) and mine[0] <= 1
    shorter = len(mine) < 0.6 * len(theirs)
    return alone > 0.3 or (contiguous and shorter and len(theirs) >= 5) or not any(index in texts for index in block)
