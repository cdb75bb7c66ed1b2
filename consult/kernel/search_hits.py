"""What a search finds, as far as the reader may know of it: every hit is read by the scoped select of its slice, in one statement."""

from __future__ import annotations

import datetime as dt
import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.model import AnySelect
from consult.kernel.passages import Piece, passage_of
from consult.kernel.scope import current
from consult.kernel.search import MASK, SearchText, Source, facet, sources
from consult.kernel.search_words import Asked, Term

MOST = 500
"""How many hits of a kind are counted, paged and ranked: the newest ones."""
PAGE = 20


@dataclass(frozen=True)
class Hit:
    """A record that was found, and the passage of it that says why. `read_at` is the record on whose page it is read, mostly itself."""

    kind: str
    id: int
    read_at: int
    title: str
    hint: str
    day: dt.date | None
    passage: list[Piece]


@dataclass(frozen=True)
class Found:
    """The hits of one kind: how many there are (`more` when they were not counted to the end), and one page of them."""

    kind: str
    count: int
    more: bool
    hits: list[Hit]


def count(kind: str, asked: Asked) -> tuple[int, bool]:
    """Return how many records of a kind the reader finds, and whether there are more than are counted."""
    found = len(_ids(sources()[kind], asked, MOST + 1)) if asked else 0
    return min(found, MOST), found > MOST


def find(kind: str, asked: Asked, page: int = 1, best_first: bool = False, size: int = PAGE) -> Found:
    """Return a page of what is found of a kind: newest first, or by weight among the newest."""
    source = sources()[kind]
    ids = _ids(source, asked, MOST + 1) if asked else []
    more, ids = len(ids) > MOST, ids[:MOST]
    ordered = _by_weight(source, ids, asked) if best_first and not source.names else ids
    start = max(0, page - 1) * size
    return Found(kind, len(ids), more, _hits(source, ordered[start : start + size], asked))


def newest(kind: str, asked: Asked, size: int) -> list[Hit]:
    """Return the first hits of a kind, uncounted: one statement."""
    source = sources()[kind]
    found = db.session.execute(_statement(kind, _engine(), "matching"), {**_looked_up(source, asked), "most": size}) if asked else ()
    return [_hit(source, row, asked) for row in found]


def _ids(source: Source, asked: Asked, most: int) -> list[int]:
    return list(db.session.scalars(_statement(source.kind, _engine(), "ids"), {**_looked_up(source, asked), "most": most}))


def _hits(source: Source, ids: Sequence[int], asked: Asked) -> list[Hit]:
    shown = _statement(source.kind, _engine(), "shown")
    rows = {row.id: row for row in db.session.execute(shown, {"ids": list(ids)})} if ids else {}
    return [_hit(source, rows[each], asked) for each in ids if each in rows]


def _hit(source: Source, row: Any, asked: Asked) -> Hit:
    told = row._mapping
    passage = passage_of((value for name, value in told.items() if name.startswith("body")), asked)
    return Hit(source.kind, row.id, told.get("read_at", row.id), row.title or "", row.hint or "", row.day, passage)


def _engine() -> str:
    return db.session.get_bind().dialect.name


@functools.cache
def _statement(kind: str, engine: str, what: str) -> AnySelect:
    """Return a statement that lives on, so that SQLAlchemy and the scope know it again: the `ids` of what matches, the `matching` rows in
    the order of the source, or the rows that are `shown` of known ids."""
    source = sources()[kind]
    if what == "shown":
        return source.rows().where(source.key.in_(sa.bindparam("ids", expanding=True)))
    query = (sa.select(source.key) if what == "ids" else source.rows()).where(*source.where)
    narrowed, newest_first = _on_postgresql(query, source) if engine == "postgresql" else _on_sqlite(query, source)
    return narrowed.order_by(*(source.order or (newest_first,))).limit(sa.bindparam("most", type_=sa.Integer))


def _looked_up(source: Source, asked: Asked) -> dict[str, Any]:
    """Return the values by which the index is asked: the words, and what kind of which study."""
    here, everywhere = facet(source.kind, current().study_id), facet(source.kind, None)
    if _engine() == "postgresql":
        return {"words": " & ".join(_for_tsquery(term, source.names) for term in asked.terms), "here": here, "everywhere": everywhere}
    words = " AND ".join(_for_fts5(term, source.names) for term in asked.terms)
    return {"words": f"facet : ({here} OR {everywhere}) AND words : ({words})"}


def _on_sqlite(query: AnySelect, source: Source) -> tuple[AnySelect, Any]:
    index = sa.table("search_text_fts", sa.column("rowid", sa.Integer))
    matches = sa.literal_column("search_text_fts").op("MATCH")(sa.bindparam("words", type_=sa.Text))
    return query.join(index, index.c.rowid.op("&")(MASK) == source.key).where(matches), index.c.rowid.desc()


def _for_fts5(term: Term, names: bool) -> str:
    if len(term.words) > 1:
        return f'"{" ".join(term.stems)}"'
    return f'("{term.stems[0]}" OR "{term.words[0]}" *)' if names else f'"{term.stems[0]}"'


def _on_postgresql(query: AnySelect, source: Source) -> tuple[AnySelect, Any]:
    asked = sa.func.to_tsquery(sa.literal_column("'simple'"), sa.bindparam("words", type_=sa.Text))
    facets = SearchText.facet.in_([sa.bindparam(name, type_=sa.Text) for name in ("here", "everywhere")])
    joined = query.join(SearchText, sa.and_(SearchText.kind == source.kind, SearchText.record_id == source.key))
    return joined.where(facets, sa.literal_column("search_text.words_fts").op("@@")(asked)), SearchText.id.desc()


def _for_tsquery(term: Term, names: bool) -> str:
    if len(term.words) > 1:
        return f"({' <-> '.join(term.stems)})"
    return f"({term.stems[0]} | {term.words[0]}:*)" if names else term.stems[0]


_WORDS = sa.select(SearchText.record_id, SearchText.words).where(
    SearchText.kind == sa.bindparam("kind"), SearchText.record_id.in_(sa.bindparam("ids", expanding=True))
)


def _by_weight(source: Source, ids: Sequence[int], asked: Asked) -> list[int]:
    """Put records in order of how much of them is about what was asked, the newest of equals first; the same on either engine."""
    texts = {row.record_id: row.words for row in db.session.execute(_WORDS, {"kind": source.kind, "ids": list(ids)})} if ids else {}
    usual = sum(map(len, texts.values())) / len(texts) if texts else 1
    weights = {record_id: _weight(f" {words} ", asked, usual) for record_id, words in texts.items()}
    return sorted(ids, key=lambda each: -weights.get(each, 0))


def _weight(words: str, asked: Asked, usual: float) -> float:
    """BM25 without the rarity of a word, which is the same for all that hold every word; words in a row as they were asked weigh more."""
    length = 0.25 + 0.75 * len(words) / usual
    often = (words.count(f" {' '.join(term.stems)} ") for term in asked.terms)
    weight = sum(2.2 * times / (times + 1.2 * length) for times in often)
    in_a_row = words.count(f" {' '.join(stem for term in asked.terms for stem in term.stems)} ") if len(asked.terms) > 1 else 0
    return weight + math.log1p(in_a_row)
