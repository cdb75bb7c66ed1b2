"""Counts of long lists and what every page asks again, kept in the process for as long as nothing was written.

Every change is in the audit, so its last entry is a stamp of the whole database's state: the gate reads it with the membership, in the
same statement, and puts it into the scope. Numbers asked together are kept when one of them is long, else counted anew each time; what is
written in the present transaction is never kept. Only what audited tables hold may be kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from consult.kernel.audit import AuditEntry
from consult.kernel.db import db, is_writing
from consult.kernel.scope import current_or_none

LONG = 1_000
MOST = 2_000
MOST_VALUES = 200
T = TypeVar("T")
_numbers: OrderedDict[Hashable, tuple[str, int]] = OrderedDict()
_values: OrderedDict[Hashable, tuple[str, Any]] = OrderedDict()
_first_seen: tuple[str, int] = ("", 0)


def stamp() -> Any:
    """Return the column that says how the database stands, to be read with something else."""
    last = sa.select(sa.func.coalesce(sa.func.max(AuditEntry.id), 0)).scalar_subquery()
    if db.engine.dialect.name == "sqlite":
        return sa.cast(last, sa.String)
    seen = sa.func.pg_current_snapshot()
    oldest, newest = (sa.cast(of(seen), sa.String) for of in (sa.func.pg_snapshot_xmin, sa.func.pg_snapshot_xmax))
    return sa.cast(last, sa.String) + "/" + oldest + "/" + newest


def numbers(keys: Sequence[Hashable], count: Callable[[list[int]], Sequence[int]]) -> list[int]:
    """Return a number for each key: kept ones, and for the others what `count` answers when given their places."""
    reader = _reader()
    if reader is None:
        return list(count(list(range(len(keys)))))
    whole = [(*reader.key, key) for key in keys]
    found = {place: _numbers[key][1] for place, key in enumerate(whole) if key in _numbers and _numbers[key][0] == reader.stamp}
    missing = [place for place in range(len(keys)) if place not in found]
    found.update(zip(missing, count(missing) if missing else (), strict=True))
    if missing and any(number >= LONG for number in found.values()):
        for place in missing:
            _keep(_numbers, whole[place], (reader.stamp, found[place]), MOST)
    return [found[place] for place in range(len(keys))]


def value(key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` answers for the reader in scope: what it answered before, if nothing was written since.

    What it answers is shared between requests and must not be changed by whoever gets it.
    """
    reader = _reader()
    if reader is None:
        return make()
    whole = (*reader.key, key)
    at, found = _values.get(whole, ("", None))
    if at != reader.stamp:
        found = make()
        _keep(_values, whole, (reader.stamp, found), MOST_VALUES)
    return found


def knows(key: Hashable) -> bool:
    """Tell whether `value` has what it answers for the reader in scope."""
    reader = _reader()
    return reader is not None and _values.get((*reader.key, key), ("", None))[0] == reader.stamp


class _Reader(NamedTuple):
    """For whom things are kept, and how the database stood when they came in."""

    key: tuple[Hashable, ...]
    stamp: str


def _reader() -> _Reader | None:
    """Return who reads; None where nothing may be kept: outside a study, unasked how the database stands, or while writing."""
    scope = current_or_none()
    if scope is None or scope.stamp is None or is_writing():
        return None
    settled = _settled(scope.stamp)
    return _Reader((scope.study_id, scope.user_id, scope.role), settled) if settled else None


def _settled(stamp: str) -> str | None:
    """Return the last entry, once no entry before it can still come.

    On PostgreSQL entries are committed out of order: one that is older than the last may be in a transaction that still runs. So nothing is
    kept until every transaction that ran when this process first saw the last entry has ended.
    """
    global _first_seen  # noqa: PLW0603 (of the process, like what is kept)
    last, _slash, running = stamp.partition("/")
    if not running:
        return last
    oldest, newest = (int(number) for number in running.split("/"))
    first = _first_seen
    if first[0] != last:
        _first_seen = first = (last, newest)
    return last if oldest >= first[1] else None


def forget() -> None:
    """Keep nothing any longer: another database has taken the place of the one that was read."""
    global _first_seen  # noqa: PLW0603
    _numbers.clear()
    _values.clear()
    _first_seen = ("", 0)


def _keep(store: OrderedDict[Hashable, Any], key: Hashable, kept: Any, most: int) -> None:
    store[key] = kept
    store.move_to_end(key)
    while len(store) > most:
        store.popitem(last=False)
