"""Other lists beside a table: a legend, a count, a second list."""

from __future__ import annotations

from consult.excel.cells import Row
from consult.excel.labels import filled
from consult.excel.text import fold


def columns_aside(head: list[Row], number: int, texts: dict[int, str]) -> set[int]:
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
    again = {fold(texts[index]) for index in block if index in texts} & {fold(texts[index]) for index in main if index in texts}
    shorter = len(mine) < (1.0 if again else 0.6) * len(theirs)
    return alone > 0.3 or (contiguous and shorter and len(theirs) >= 5) or not any(index in texts for index in block)
