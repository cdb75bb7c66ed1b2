"""What a cell can hold when it is neither text, number, date nor truth value.

Both kinds are texts, so that they can be shown and kept; their class tells converters not to believe them.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TypeAlias


class ErrorCell(str):
    """An error that Excel shows in place of a value, such as `#N/A`."""

    __slots__ = ()


class FormulaCell(str):
    """A formula whose result was never stored in the file, such as `=A1&B1`."""

    __slots__ = ()


Cell: TypeAlias = "str | int | float | bool | date | datetime | time | timedelta"
Row: TypeAlias = "list[Cell]"
