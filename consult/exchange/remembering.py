"""What was decided for the last file of the same headers, brought to where its columns stand in this one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from consult.excel import Layout, TableColumn
from consult.excel.text import fold

IGNORE = "ignore"
_PROBLEM = frozenset({"problem", "probleme"})
"""What the last column of the rows that an import gave back is headed by, in either language."""


def recalled(remembered: Mapping[str, Any] | None, layout: Layout) -> tuple[str, dict[str, Any]]:
    """Return the key of a layout, and what was decided for the last file that had it.

    The rows that an import gave back are of the layout they came from: the last column only says what was wrong with them.
    """
    columns = [column for column in layout.columns if not column.aside]
    key, former = layout_key(columns), None
    if remembered:
        former = remembered.get(key)
        if former is None and len(columns) > 1 and fold(columns[-1].header) in _PROBLEM:
            came_from = layout_key(columns[:-1])
            former = remembered.get(came_from)
            if former is not None:
                found = _placed(former, columns[:-1])
                found["columns"][str(columns[-1].index)] = IGNORE
                return came_from, found
    return key, _placed(former, columns) if former else {}


def layout_key(columns: Sequence[TableColumn]) -> str:
    """Name a layout: the same headers in the same order have the same name, whatever their case and accents."""
    return hashlib.sha256(json.dumps([fold(column.label) for column in columns]).encode()).hexdigest()


def _placed(former: Mapping[str, Any], columns: Sequence[TableColumn]) -> dict[str, Any]:
    """What was decided by column, for the same columns where they stand now."""
    order = former.get("order") or [column.index for column in columns]
    places = {str(old): str(column.index) for old, column in zip(order, columns, strict=False)}

    def moved(decided: Mapping[str, Any] | None) -> dict[str, Any]:
        return {places[index]: what for index, what in (decided or {}).items() if index in places}

    return {**former, "columns": moved(former.get("columns")), "marks": moved(former.get("marks"))}
