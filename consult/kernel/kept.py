"""Counts of long lists, kept in the process for as long as nothing was written.

Every change is in the audit, so its last entry is a stamp of the whole database's state: the gate reads it with the membership, in the
same statement, and puts it into the scope. Numbers asked together are kept when one of them is long, else counted anew each time; what is
written in the present transaction is never kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import sqlalchemy as sa

from consult.kernel.audit import AuditEntry
from consult.kernel.db import db, is_writing
from consult.kernel.scope import current_or_none

LONG = 1_000
MOST = 2_000
_numbers: OrderedDict[Hashable, tuple[str, int]] = OrderedDict()


def stamp() -> Any:
    """Return the column that says how the database stands, to be read with something else."""
    last = sa.select(sa.func.coalesce(sa.func.max(AuditEntry.id), 0)).scalar_subquery()
    if db.engine.dialect.name == "sqlite":
        return sa.cast(last, sa.String)
    # entries may be committed out of order: the oldest transaction still running tells such moments apart
    running = sa.cast(sa.func.pg_snapshot_xmin(sa.func.pg_current_snapshot()), sa.String)
    return sa.cast(last, sa.String) + "/" + running


def numbers(keys: Sequence[Hashable], count: Callable[[list[int]], Sequence[int]]) -> list[int]:
    """Return a number for each key: kept ones, and for the others what `count` answers when given their places."""
    scope = current_or_none()
    if scope is None or scope.stamp is None or is_writing():
        return list(count(list(range(len(keys)))))
    whole = [(scope.study_id, scope.user_id, scope.role, key) for key in keys]
    found = {place: _numbers[key][1] for place, key in enumerate(whole) if key in _numbers and _numbers[key][0] == scope.stamp}
    missing = [place for place in range(len(keys)) if place not in found]
    found.update(zip(missing, count(missing) if missing else (), strict=True))
    if missing and any(number >= LONG for number in found.values()):
        for place in missing:
            _keep(whole[place], scope.stamp, found[place])
    return [found[place] for place in range(len(keys))]


def _keep(key: Hashable, at: str, number: int) -> None:
    _numbers[key] = (at, number)
    _numbers.move_to_end(key)
    while len(_numbers) > MOST:
        _numbers.popitem(last=False)
