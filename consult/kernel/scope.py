"""Which study is being worked in, and so which rows exist: the second of the two barriers (the first is the gate of `studies`).

Every query of the session is filtered here. No scope is an exception, not everything.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql import visitors
from sqlalchemy.sql.visitors import anon_map

from consult.kernel.model import Base, Confidentiality, SoftDeleted, StudyScoped


class OutOfScope(Exception):
    """Rows of a study were asked for, or written, outside the scope of that study."""


@dataclass(frozen=True)
class Scope:
    """The study worked in, by whom, in which role, and the highest confidentiality rank that role reads (-1: none).

    `stamp` says how the database stood on entering (see `kernel.kept`); None when nobody asked.
    """

    study_id: int
    user_id: int | None
    role: str
    rank: int
    stamp: str | None = field(default=None, compare=False)


F = TypeVar("F", bound=Callable[[Scope], sa.ColumnElement[bool]])

_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)
_unscoped: ContextVar[str | None] = ContextVar("unscoped", default=None)
_rules: dict[type[Any], Callable[[Scope], sa.ColumnElement[bool]]] = {}


def visibility(cls: type[Any]) -> Callable[[F], F]:
    """Register a rule: under a scope, only rows of `cls` that satisfy the clause it returns exist.

    The rule is asked once for each role; the scope it is given has its true role and rank, while study and person are SQL parameters
    (`user_id` is None for the system), to be used in the clause and nowhere else.
    """

    def register(rule: F) -> F:
        _rules[cls] = rule
        return rule

    return register


def of_level(cls: Any, scope: Scope) -> sa.ColumnElement[bool]:
    """Return the clause that a row of `cls` is of a level that the role reads; and, for the team, one's own, whatever its level."""
    level = cls.confidentiality.in_([each for each in Confidentiality if each.rank <= scope.rank])
    if scope.user_id is None or scope.rank < Confidentiality.TEAM.rank:
        return level
    return sa.or_(level, cls.created_by_id == scope.user_id)


def current() -> Scope:
    """Return the scope in force. Raises OutOfScope when there is none."""
    scope = _scope.get()
    if scope is None:
        raise OutOfScope("no study is in scope")
    return scope


def current_or_none() -> Scope | None:
    """Return the scope in force, or None outside every study."""
    return _scope.get()


def install(scope: Scope | None, session: Session) -> None:
    """Put a scope in force until the next call. The session forgets what it loaded under another one."""
    before = _scope.get()
    if before is not None and (scope is None or scope.study_id != before.study_id or scope.user_id != before.user_id):
        session.expunge_all()
    _scope.set(scope)


@contextlib.contextmanager
def within(scope: Scope, session: Session) -> Iterator[Scope]:
    """Work in a scope for the length of a block (command line, jobs)."""
    before = _scope.get()
    install(scope, session)
    try:
        yield scope
        session.flush()
    finally:
        install(before, session)


@contextlib.contextmanager
def unscoped(reason: str) -> Iterator[None]:
    """Lift the study filter for the length of a block, and say why. Only the modules that the guard test lists may."""
    token = _unscoped.set(reason)
    try:
        yield
    finally:
        _unscoped.reset(token)


def attach(session_factory: Any) -> None:
    """Have every query and flush of the session pass here."""
    event.listen(session_factory, "do_orm_execute", _filter)
    event.listen(session_factory, "before_flush", _check_writes)


def _filter(state: ORMExecuteState) -> None:
    if state.is_column_load:
        return
    scope = None if _unscoped.get() else _scope.get()
    if not _unscoped.get() and (scope is None or not state.is_orm_statement or not state.is_select):
        _refuse_scoped_tables(state.statement, scope)
        scope = None
    if state.is_select:
        state.statement = _filtered(state.statement, scope, not state.execution_options.get("include_deleted"))


def _filtered(statement: Any, scope: Scope | None, live_only: bool) -> Any:
    """Return a select with its criteria. A statement that lives on is filtered once for each role, so that SQLAlchemy knows it again."""
    shape = (_shape(scope) if scope else None, live_only)
    known = _known.setdefault(statement, {})
    if shape not in known:
        criteria = (*((_LIVE_ONLY,) if live_only else ()), *(_options(scope) if scope else ()))
        known[shape] = statement.options(*criteria)
    return known[shape]


_known: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()


class _Criteria(LoaderCriteriaOption):
    """What `with_loader_criteria` makes, for criteria that live as long as the process: each is its own key in the cache of statements.

    SQLAlchemy would spell every criterion out in the key of every statement: 1.5 ms each time, more than most statements take.
    """

    _cache_key_traversal = LoaderCriteriaOption._traverse_internals
    __slots__ = ("_parameters",)

    def __init__(self, cls: type[Any], clause: Any) -> None:
        super().__init__(cls, clause, include_aliases=True)
        self._parameters: list[sa.BindParameter[Any]] = []
        super()._gen_cache_key(anon_map(), self._parameters)

    def _gen_cache_key(self, _seen: anon_map, parameters: list[sa.BindParameter[Any]]) -> tuple[Any, ...]:
        parameters.extend(self._parameters)
        return (self,)


_LIVE_ONLY = _Criteria(SoftDeleted, lambda cls: cls.deleted_at.is_(None))


_STUDY = sa.bindparam("scope_study_id", type_=sa.Integer(), callable_=lambda: current().study_id)
_USER = sa.bindparam("scope_user_id", type_=sa.Integer(), callable_=lambda: current().user_id)
_built: dict[tuple[str, int, bool], tuple[Any, ...]] = {}


def _shape(scope: Scope) -> tuple[str, int, bool]:
    return scope.role, scope.rank, scope.user_id is None


def _options(scope: Scope) -> tuple[Any, ...]:
    """Return the criteria for a role. They are built once: study and person are parameters, filled in when a statement runs."""
    shape = _shape(scope)
    if shape not in _built:
        parameters: dict[str, Any] = {"study_id": _STUDY, "user_id": None if scope.user_id is None else _USER}
        template = replace(scope, **parameters)
        rules = tuple(_Criteria(cls, rule(template)) for cls, rule in _rules.items())
        _built[shape] = (_Criteria(StudyScoped, lambda cls: cls.study_id == _STUDY), *rules)
    return _built[shape]


def refuse_unfiltered(table: sa.Table) -> None:
    """Raise OutOfScope when rows of a study would be written past the session while its filter is not lifted."""
    if not _unscoped.get() and table.name in _scoped_tables():
        raise OutOfScope(f"{table.name}: bulk and Core statements are not filtered")


def _refuse_scoped_tables(statement: Any, scope: Scope | None) -> None:
    if isinstance(statement, sa.TextClause):
        raise OutOfScope("a text statement cannot be filtered: use `unscoped` and say why")
    if statement not in _touched:
        tables = {part.name for part in visitors.iterate(statement) if isinstance(part, sa.Table)}
        _touched[statement] = tables & _scoped_tables()
    if _touched[statement]:
        where = "bulk and Core statements are not filtered" if scope else "no study is in scope"
        raise OutOfScope(f"{', '.join(sorted(_touched[statement]))}: {where}")


_touched: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""The scoped tables that a statement touches, as long as the statement lives."""

_names: set[str] = set()


def _scoped_tables() -> set[str]:
    if not _names:
        _names.update(m.local_table.name for m in Base.registry.mappers if issubclass(m.class_, StudyScoped))  # type: ignore[attr-defined]
    return _names


def _check_writes(session: Session, _context: Any, _instances: Any) -> None:
    if _unscoped.get():
        return
    for row in {*session.new, *session.dirty, *session.deleted}:
        if isinstance(row, StudyScoped):
            _check_row(row, current())


def _check_row(row: Any, scope: Scope) -> None:
    if row.study_id is None:
        row.study_id = scope.study_id
    former = inspect(row).attrs.study_id.history.deleted
    if row.study_id != scope.study_id or any(old != scope.study_id for old in former or ()):
        raise OutOfScope(f"{type(row).__name__} of study {row.study_id} written in the scope of study {scope.study_id}")
