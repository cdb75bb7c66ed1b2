"""Two people on one record: what merges by itself, what somebody has to choose, and who comes first where only one can have it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError, IntegrityError

from consult.kernel import audit
from consult.kernel.db import db
from consult.kernel.errors import Conflict, Refused


def expect_version(record: Any, seen: int | None) -> None:
    """Raise Conflict unless the record is still at the version that was shown. None means that the caller shows no version.

    The row is held first: another save may be under way between our reading and our writing, and its text is to be shown too.
    """
    if seen is None:
        return
    if record in db.session:
        hold(record)
    if record.version != seen:
        raise Conflict(record, seen)


def hold(record: Any) -> None:
    """Let nobody else write a record until the transaction ends, and read it as it stands now.

    On SQLite a writer has been alone since its transaction began.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.refresh(record, with_for_update={"of": type(record)})


@contextlib.contextmanager
def first_come(code: str, field: str | None = None, **values: Any) -> Iterator[None]:
    """Write in a block what only one may have. Two may take it at the same moment: the database decides, and the second is Refused.

    What the block wrote is undone then, and nothing else of the transaction. New rows are added, and rows changed, inside the block.
    """
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise Refused(code, field, **values) from error


def is_taken(error: DBAPIError) -> bool:
    """Tell whether the database refused a row because another one has what must be unique."""
    return isinstance(error, IntegrityError) and (
        "UNIQUE constraint failed" in str(error.orig) or getattr(error.orig, "sqlstate", "") == "23505"
    )


def columns_of(record: Any) -> frozenset[str]:
    """Return the names of a record's own columns: what a version is about, and what can be merged over it."""
    return frozenset(attribute.key for attribute in inspect(type(record)).column_attrs)


def merge_lists(mine: Sequence[Any], shown: Sequence[Any] | None, present: Sequence[Any]) -> list[Any]:
    """Make a list of several values what I made of the one I was shown, without undoing what others did to it meanwhile.

    What others added stays, what they took out stays out; `shown` is None where nothing was shown, and mine is then the whole.
    """
    if shown is None:
        return list(mine)
    kept = [value for value in present if value in mine or value not in shown]
    return kept + [value for value in mine if value not in kept and value not in shown]


@dataclass(frozen=True)
class Merge:
    """The outcome of a three-way merge: values to save where nobody disagrees, and per disputed field (mine, theirs)."""

    values: dict[str, Any]
    disputed: dict[str, tuple[Any, Any]]


def merge(record: Any, seen: int, mine: Mapping[str, Any]) -> Merge:
    """Merge what I typed over version `seen` with what the record has become since; fields that differ merge by themselves."""
    base = audit.values_at(record, seen)
    values: dict[str, Any] = {}
    disputed: dict[str, tuple[Any, Any]] = {}
    for name, typed in mine.items():
        theirs = getattr(record, name)
        was = base.get(name, theirs)
        i_changed, they_changed = _differ(typed, was), _differ(theirs, was)
        if i_changed and they_changed and _differ(typed, theirs):
            disputed[name] = (typed, theirs)
        elif i_changed:
            values[name] = typed
    return Merge(values, disputed)


def _differ(one: Any, other: Any) -> bool:
    """Tell whether two values say different things. Blank text and empty lists say nothing, as None does; nought and "no" say something."""
    first, second = (None if value in ("", [], {}) else value for value in (one, other))
    return first != second
