"""A merge undone: both records, and all that named them, as they were.

What somebody changed since is kept, on the row where they changed it, and named. Where the two cannot be told apart any more (one of them
was merged further, deleted, or its identifier is another's by now), nothing is undone and the reason is said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from consult.kernel import actor
from consult.kernel.audit import Deed
from consult.kernel.bulk import chunks, models_by_table, new_ids
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import now
from consult.kernel.scope import unscoped
from consult.organisations import journals, rewriting, search_text
from consult.organisations.journals import Written
from consult.organisations.merge_models import DirectoryMerge, Kind
from consult.organisations.merging import WHY, said, table_of
from consult.organisations.references import Link, Place, Row, links_onto, place_of, rows_at

Kept = tuple[str, str]
"""What stays as somebody changed it since: table and column, or a table alone when the row itself is concerned."""


def last_into(kind: Kind, kept_id: int) -> list[DirectoryMerge]:
    """Return the merges into a record that stand, the last one first."""
    query = sa.select(DirectoryMerge).where(
        DirectoryMerge.kind == kind, DirectoryMerge.kept_id == kept_id, DirectoryMerge.undone_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(DirectoryMerge.id.desc())))


def of(kind: Kind, gone_id: int) -> DirectoryMerge:
    """Return the merge by which a record went. Raises NotFound when it did not, or is back."""
    query = sa.select(DirectoryMerge).where(
        DirectoryMerge.kind == kind, DirectoryMerge.gone_id == gone_id, DirectoryMerge.undone_at.is_(None)
    )
    found = db.session.scalar(query.order_by(DirectoryMerge.id.desc()).limit(1))
    if found is None:
        raise NotFound
    return found


def undo(merge: DirectoryMerge) -> list[Kept]:
    """Undo a merge; return what was changed since and therefore stays. Who may is asked by the caller. Raises Refused."""
    with unscoped(WHY):
        db.session.flush()
        way_back = _WayBack(merge)
        try:
            with db.session.begin_nested():
                way_back.go()
        except IntegrityError as clash:
            raise Refused("cannot_unmerge") from clash
        merge.undone_at, merge.undone_by_id = now(), actor.current().user_id
        db.session.flush()
    db.session.expire_all()
    return way_back.kept


class _WayBack:
    """One merge while it is undone."""

    def __init__(self, merge: DirectoryMerge) -> None:
        self.kind, self.journal, self.at = Kind(merge.kind), merge.changes, merge.created_at
        self.table = table_of(self.kind)
        self.survivor, self.gone = self._record(merge.kept_id), self._record(merge.gone_id)
        self.kept: list[Kept] = []
        self._ids: dict[str, Iterator[int]] = {}
        self._links: dict[str, list[Link]] = {}
        self._refuse_further(merge)

    def _record(self, record_id: int) -> Row:
        query = sa.select(self.table).where(self.table.c.id == record_id)
        return dict(db.session.execute(query.with_for_update()).mappings().one())

    def _refuse_further(self, merge: DirectoryMerge) -> None:
        if self.survivor["merged_into_id"] is not None or self.gone["merged_into_id"] != merge.kept_id:
            raise Refused("merged_further", ref=self.survivor["ref"])
        if self.survivor["deleted_at"] is not None:
            raise Refused("survivor_deleted", ref=self.survivor["ref"])
        later = last_into(self.kind, merge.kept_id)[0]
        if later.id != merge.id:
            raise Refused("undo_later_merge_first", ref=self._record(later.gone_id)["ref"])

    def go(self) -> None:
        """Write everything back, the last written first."""
        self._put_back(journals.written(self.journal, "kept"))
        self._take_out_made()
        self._put_back(journals.written(self.journal, "filled"))
        self._move_back(journals.written(self.journal, "moved"))
        self._put_back(journals.written(self.journal, "gone"))
        self._find_as_before()
        for row in (self.survivor, self.gone):
            rewriting.note(Deed.UNMERGED, self.table, row, {"merged": [said(self.survivor), said(self.gone)]})

    def _present(self, entries: Iterable[Written]) -> list[tuple[Written, Row]]:
        """The rows that are still there; the others are named."""
        listed = list(entries)
        rows = {place: row for table in {each.table for each in listed} for place, row in self._read(table, listed)}
        self.kept += [(each.table.name, "") for each in listed if each.place not in rows]
        return [(each, rows[each.place]) for each in listed if each.place in rows]

    def _read(self, table: sa.Table, entries: Iterable[Written]) -> Iterator[tuple[Place, Row]]:
        for some in chunks((each.key for each in entries if each.table is table), 400):
            query = sa.select(table).where(rows_at(table, some)).with_for_update()
            yield from ((place_of(table, row), row) for row in map(dict, db.session.execute(query).mappings()))

    def _put_back(self, entries: Iterable[Written]) -> None:
        former = [(each, row, self._former(each, row)) for each, row in self._present(entries)]
        rewriting.update([(each.table, row, {**values, **self._stamps(each, row)}) for each, row, values in former if values], _unstamped)

    def _former(self, each: Written, row: Row) -> dict[str, Any]:
        """The values to put back: those that are still what the merge wrote. The others are kept, and named."""
        values: dict[str, Any] = {}
        for name, value in each.new.items():
            if row[name] == value:
                values[name] = each.old[name]
            elif isinstance(value, dict) and isinstance(row[name], dict):
                values[name] = _without_added(row[name], each.old[name] or {}, value)
            else:
                self.kept.append((each.table.name, name))
        return values

    def _stamps(self, each: Written, row: Row) -> dict[str, Any]:
        """The stamps of before for a row that nobody touched since; else those of now."""
        if row.get("updated_at") == self.at:
            return each.stamps
        return {"updated_at": now(), "updated_by_id": actor.current().user_id} if each.stamps else {}

    def _take_out_made(self) -> None:
        for name, row_id in self.journal["made"]:
            table = db.metadata.tables[name]
            row = db.session.execute(sa.select(table).where(table.c.id == row_id)).mappings().first()
            if row is not None and row["updated_at"] == self.at and not self._name_was_kept():
                rewriting.delete([(table, dict(row))])

    def _name_was_kept(self) -> bool:
        """Whether the survivor was renamed since: a name that it bore then stays findable."""
        return any(entry == (self.table.name, "name") for entry in self.kept)

    def _move_back(self, entries: list[Written]) -> None:
        """Have rows name what they named, and put back those that fell away: at one moment, since they name each other."""
        updates, inserts = [], journals.dropped(self.journal)
        own = {each.place for each in entries}
        for each, row in self._present(entries):
            values = self._former(each, row)
            if values and self._is_named_since(each, row, {**row, **values}, own):
                inserts.append((each.table, {**row, **values, **each.stamps, "id": self._next_id(each.table)}))
            elif values:
                updates.append((each.table, row, {**values, **self._stamps(each, row)}))
        rewriting.put_in(inserts)
        rewriting.update(updates, _unstamped)

    def _is_named_since(self, each: Written, row: Row, was: Row, own: set[Place]) -> bool:
        """Whether rows that came since name a row by what it became, so that it has to stay there for them."""
        if each.table.name not in self._links:
            self._links[each.table.name] = list(links_onto(each.table.name))
        for link in self._links[each.table.name]:
            here, before = (tuple(r[name] for name in link.targets) for r in (row, was))
            if here != before:
                named = (link.table.c[name] == value for name, value in zip(link.columns, here, strict=True))
                naming = [dict(r) for r in db.session.execute(sa.select(link.table).where(*named)).mappings()]
                if any(place_of(link.table, r) not in own for r in naming):
                    self.kept.append((each.table.name, ""))
                    return True
        return False

    def _next_id(self, table: sa.Table) -> int:
        if table.name not in self._ids:
            self._ids[table.name] = new_ids(models_by_table()[table.name])
        return next(self._ids[table.name])

    def _find_as_before(self) -> None:
        """Have both records be found as before; anew where something by which they are found was changed since."""
        ids = (self.survivor["id"], self.gone["id"])
        present = search_text.derived(self.kind, ids)
        entries: list[tuple[tuple[str, int], Mapping[str, Any]]] = [((t, i), changed) for t, i, changed in self.journal["derived"]]
        as_written = all(present.get(place, {}).get(n) == pair[1] for place, changed in entries for n, pair in changed.items())
        for place, changed in entries if as_written and not self.kept else ():
            search_text.put_back(place, {name: pair[0] for name, pair in changed.items()})
        for each in ids if self.kept or not as_written else ():
            search_text.bring_up_to_date(self.kind, each)


def _unstamped(_row: Row) -> dict[str, dt.datetime]:
    return {}


def _without_added(present: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """A map edited since, without what the merge had put in and with what it had taken out."""
    rest = {key: value for key, value in present.items() if not (key in new and key not in old and new[key] == value)}
    gone = {key: value for key, value in old.items() if key not in new and key not in present}
    return {**rest, **gone}
