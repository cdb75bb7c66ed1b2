"""The index of what is searched: one row for each record that has text, kept by whatever writes the audit, whichever way a row was written.

A slice registers what text it has (`Source`). The index holds folded stems (`search_words`), never what a reader is shown: that is read by
`search_hits` from the record itself, under the scope. SQLite looks into an FTS5 table over `search_text`, kept by triggers; PostgreSQL
into a generated column. Both are called `…_fts` and are no business of the models.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.kernel.db import Model, db
from consult.kernel.model import AnySelect, Base
from consult.kernel.rows import upsert
from consult.kernel.scope import unscoped
from consult.kernel.search_words import stems

MASK = 2**32 - 1
CHUNK = 500
PENDING = "search_pending"


class SearchText(Model):
    """The words of one record. The id says how new it is: its day, then the kind and the record, so that the newest are read first."""

    __tablename__ = "search_text"
    __table_args__ = (sa.UniqueConstraint("kind", "record_id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(20))
    record_id: Mapped[int]
    facet: Mapped[str] = mapped_column(sa.String(40))
    words: Mapped[str] = mapped_column(sa.Text)


class Text(NamedTuple):
    """What a record is found by. `study_id` is None for a record of the directory, `day` where none is newer than another."""

    record_id: int
    study_id: int | None
    day: dt.date | None
    text: str


@dataclass(frozen=True)
class Source:
    """What a slice has to be searched.

    `code` is its own number, below 128, for good. `texts` reads records by id, live ones only, unfiltered. `rows` returns the scoped select
    of what is shown: columns labelled id, title, hint, day, body… (what a passage is taken from), and read_at where another record's page
    shows it; `key` is its id column. `parts` are tables whose rows belong to a record, by the column that names it; `wholes` are tables
    whose rows a record belongs to, by the column or columns that name it, with the columns of it that matter. With `names`, a word finds
    also what begins with it, and `order` says how hits stand (else newest first). What does not satisfy `where` is neither found nor
    counted: clauses on the record alone, beside those of the scope.
    """

    kind: str
    code: int
    table: str
    key: Any
    texts: Callable[[Sequence[int]], Iterable[Text]]
    rows: Callable[[], AnySelect]
    parts: Mapping[str, str] = field(default_factory=dict)
    wholes: Mapping[str, tuple[str | tuple[str, ...], frozenset[str]]] = field(default_factory=dict)
    names: bool = False
    order: tuple[Any, ...] = ()
    where: tuple[Any, ...] = ()


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Have a slice's records be found."""
    _sources[source.kind] = source


def sources() -> dict[str, Source]:
    """Return what is searched, by kind."""
    return _sources


def facet(kind: str, study_id: int | None) -> str:
    """Return the word by which the index parts kinds and studies."""
    return f"{kind}_{study_id or 0}"


# keeping it


def attach(session_factory: Any) -> None:
    """Have every transaction of the session bring the index up to date before it commits."""
    event.listen(session_factory, "before_commit", _before_commit)
    event.listen(session_factory, "after_rollback", lambda session: session.info.pop(PENDING, None))


def note(session: Session, entries: Iterable[Mapping[str, Any]]) -> None:
    """Remember that rows were written, out of their audit entries, until the transaction commits."""
    watched = _watched()
    for entry in entries:
        columns = watched.get(entry["entity"])
        if columns is not None:
            rows = session.info.setdefault(PENDING, {}).setdefault(entry["entity"], {})
            seen = rows.setdefault(entry["entity_id"], {})
            for column in columns & entry["changes"].keys():
                seen[column] = [*seen.get(column, ()), *entry["changes"][column]]


def _watched() -> dict[str, set[str]]:
    """The tables that are watched, with those of their columns of which it matters what they held."""
    found: dict[str, set[str]] = {}
    for source in _sources.values():
        found.setdefault(source.table, set())
        for table, column in source.parts.items():
            found.setdefault(table, set()).add(column)
        for table, (_column, columns) in source.wholes.items():
            found.setdefault(table, set()).update(columns)
    return found


def _before_commit(session: Session) -> None:
    if PENDING not in session.info or session.in_nested_transaction():
        return
    session.flush()
    pending = session.info.pop(PENDING, {})
    with unscoped("the index holds every study; what is found is read under the scope"):
        for source in _sources.values():
            bring_up_to_date(source, sorted(_touched(source, pending)))


def _touched(source: Source, pending: Mapping[str, Mapping[int, Mapping[str, Any]]]) -> set[int]:
    """Return the records of a source that the written rows are, belong to, or hold."""
    ids = set(pending.get(source.table, {}))
    for table, column in source.parts.items():
        ids |= _named(table, column, pending.get(table, {}))
    for table, (columns, watched) in source.wholes.items():
        changed = [row_id for row_id, changes in pending.get(table, {}).items() if watched & set(changes)]
        for column in (columns,) if isinstance(columns, str) else columns:
            ids |= set(_ids(source.table, "id", column, changed))
    return ids


def _named(table: str, column: str, rows: Mapping[int, Mapping[str, Any]]) -> set[int]:
    told = {value for changes in rows.values() for value in changes.get(column, ()) if value is not None}
    return told | set(_ids(table, column, "id", [row_id for row_id, changes in rows.items() if column not in changes]))


def _ids(table: str, wanted: str, column: str, values: Sequence[int]) -> Iterator[int]:
    columns = Base.metadata.tables[table].c
    for start in range(0, len(values), CHUNK):
        query = sa.select(columns[wanted]).where(columns[column].in_(values[start : start + CHUNK]))
        yield from (found for found in db.session.scalars(query) if found is not None)


def bring_up_to_date(source: Source, ids: Sequence[int]) -> None:
    """Have the index hold what records say now; the caller has lifted the study filter."""
    for start in range(0, len(ids), CHUNK):
        some = list(ids[start : start + CHUNK])
        rows = {text.record_id: _row(source, text) for text in source.texts(some)}
        stored = sa.select(SearchText.id, SearchText.record_id, SearchText.words, SearchText.facet)
        known = db.session.execute(stored.where(SearchText.kind == source.kind, SearchText.record_id.in_(some))).all()
        same = {row.record_id for row in known if row.record_id in rows and _same(row, rows[row.record_id])}
        gone = [row.record_id for row in known if row.record_id not in rows]
        if gone:
            _forget(source.kind, gone)
        upsert(
            db.session(), SearchText, [row for record_id, row in sorted(rows.items()) if record_id not in same], by=("kind", "record_id")
        )


def _row(source: Source, text: Text) -> dict[str, Any]:
    day = text.day.toordinal() if text.day else 0
    place = day << 40 | source.code << 32 | text.record_id
    return {
        "id": place, "kind": source.kind, "record_id": text.record_id, "facet": facet(source.kind, text.study_id), "words": stems(text.text)
    }  # fmt: skip


def _same(stored: Any, row: Mapping[str, Any]) -> bool:
    return (stored.id, stored.words, stored.facet) == (row["id"], row["words"], row["facet"])


def _forget(kind: str, record_ids: Sequence[int]) -> None:
    table = cast(sa.Table, SearchText.__table__)
    db.session.execute(sa.delete(table).where(table.c.kind == kind, table.c.record_id.in_(record_ids)))


def missing() -> list[str]:
    """Return the kinds of which there are records and nothing is indexed: those that this version is the first to search."""
    table = cast(sa.Table, SearchText.__table__)
    with unscoped("the index holds every study"):
        return [
            kind
            for kind, source in _sources.items()
            if db.session.scalar(sa.select(sa.exists().where(table.c.kind == kind))) is not True
            and db.session.scalar(sa.select(Base.metadata.tables[source.table].c.id).limit(1)) is not None
        ]


def fill(kinds: Iterable[str]) -> None:
    """Index every record of these kinds, in the caller's transaction."""
    with unscoped("the index holds every study"):
        for kind in kinds:
            source = _sources[kind]
            bring_up_to_date(source, db.session.scalars(sa.select(Base.metadata.tables[source.table].c.id).order_by("id")).all())


def rebuild() -> None:
    """Make the whole index anew from the records, so that nothing of what was erased remains in its pages; in the caller's transaction."""
    db.session.execute(sa.delete(cast(sa.Table, SearchText.__table__)))
    fill(_sources)
    if db.session.get_bind().dialect.name == "sqlite":
        with unscoped("the index is the engine's own table"):
            db.session.execute(sa.text("INSERT INTO search_text_fts(search_text_fts) VALUES ('rebuild')"))


# what each engine looks into


_OLD = "INSERT INTO search_text_fts(search_text_fts, rowid, facet, words) VALUES ('delete', old.id, old.facet, old.words);"
_NEW = "INSERT INTO search_text_fts(rowid, facet, words) VALUES (new.id, new.facet, new.words);"
SQLITE = (
    """CREATE VIRTUAL TABLE search_text_fts
    USING fts5(facet, words, content='search_text', content_rowid='id', tokenize="ascii tokenchars '_'")""",
    f"CREATE TRIGGER search_text_in AFTER INSERT ON search_text BEGIN {_NEW} END",
    f"CREATE TRIGGER search_text_out AFTER DELETE ON search_text BEGIN {_OLD} END",
    f"CREATE TRIGGER search_text_over AFTER UPDATE ON search_text BEGIN {_OLD} {_NEW} END",
)
POSTGRESQL = (
    "ALTER TABLE search_text ADD COLUMN words_fts tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "CREATE INDEX ix_search_text_words_fts ON search_text USING gin (words_fts)",
)


def is_ours(name: str | None) -> bool:
    """Tell whether a table, column or index is one of those that only the engine's own search knows."""
    return "_fts" in (name or "")


@event.listens_for(SearchText.__table__, "after_create")
def _make(_table: Any, connection: sa.Connection, **_more: Any) -> None:
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)


@event.listens_for(SearchText.__table__, "after_drop")
def _take_down(_table: Any, connection: sa.Connection, **_more: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE IF EXISTS search_text_fts")
