"""Two records of the directory made one, in one transaction: all that named the one that goes names the one that stays.

What refers to a record is read from the tables (`references`), what follows is planned first (`folding`) and then written below the
session (`rewriting`), so that a validated interview may follow although nobody may edit it. The journal of the merge undoes it
(`unmerging`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from consult.kernel import actor
from consult.kernel.audit import Deed
from consult.kernel.bulk import encoded
from consult.kernel.db import db, is_writing
from consult.kernel.errors import Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import now
from consult.kernel.scope import unscoped
from consult.kernel.text import fold
from consult.organisations import comparing, rewriting, search_text
from consult.organisations.comparing import GONE, OF_THE_STUDY, Choices, Words
from consult.organisations.folding import Change, Drop, Moves
from consult.organisations.journals import Journal
from consult.organisations.merge_models import DirectoryMerge, Kind
from consult.organisations.models import Alias, Organisation
from consult.organisations.participation import Participation
from consult.organisations.people_models import Person
from consult.organisations.references import Row, place_of

WHY = "a record of the directory is one for the installation: merging it moves what refers to it in every study"
MODELS: dict[Kind, Any] = {Kind.ORGANISATION: Organisation, Kind.PERSON: Person}
ALIAS: Any = Alias.__table__


@dataclass(frozen=True)
class Decisions:
    """What somebody chose: whose values are kept of the records, and, by study, of how they take part in it."""

    fields: Choices = field(default_factory=dict)
    studies: Mapping[int, Choices] = field(default_factory=dict)


def table_of(kind: Kind) -> sa.Table:
    """Return the table of a kind of record."""
    found: sa.Table = MODELS[kind].__table__
    return found


def rows(kind: Kind, kept_id: int, gone_id: int) -> tuple[Row, Row]:
    """Return two records as they stand, in the whole installation."""
    table = table_of(kind)
    query = sa.select(table).where(table.c.id.in_((kept_id, gone_id)), table.c.deleted_at.is_(None))
    found = {row["id"]: dict(row) for row in db.session.execute(query.with_for_update() if is_writing() else query).mappings()}
    if kept_id == gone_id or len(found) != 2:
        raise Refused("nothing_to_merge_with")
    return found[kept_id], found[gone_id]


def read(kind: Kind, kept_id: int, gone_id: int) -> tuple[Row, Row]:
    """Return two records, which the caller has made sure that the reader may see, as they stand."""
    with unscoped(WHY):
        return rows(kind, kept_id, gone_id)


def follows(kind: Kind, kept: Row, gone: Row, decisions: Decisions) -> Moves:
    """Return what would follow from merging in every study; of which the reader is told what they lead, and no more."""
    with unscoped(WHY):
        return planned(kind, kept, gone, decisions)


def planned(kind: Kind, kept: Row, gone: Row, decisions: Decisions, name: str | None = None) -> Moves:
    """Say what would follow from merging; reads only. `name` is what the organisation will be called."""
    moves = Moves({Participation.__tablename__: _both_take_part(decisions)})
    moves.relink(table_of(kind), gone, kept)
    if kind is Kind.ORGANISATION:
        _drop_own_name(moves, (kept["id"], gone["id"]), fold(name or kept["name"]))
    return moves


def _drop_own_name(moves: Moves, ids: tuple[int, int], key: str) -> None:
    """What an organisation is called is none of its other names."""
    query = sa.select(ALIAS).where(ALIAS.c.organisation_id.in_(ids), ALIAS.c.key == key).order_by(ALIAS.c.id)
    for row in [dict(found) for found in db.session.execute(query).mappings()]:
        place = place_of(ALIAS, row)
        moves.changes.pop(place, None)
        moves.drops.setdefault(place, Drop(ALIAS, row, None))


def _both_take_part(decisions: Decisions) -> Any:
    def prefer(stays: Row, goes: Row) -> dict[str, Any]:
        compared = comparing.compare(OF_THE_STUDY, stays, goes, decisions.studies.get(goes["study_id"], {}))
        taken = [each for each in compared if each.chosen == GONE]
        return {name: value for each in taken for name, value in each.values.items()}

    return prefer


def merge(kind: Kind, kept: Any, gone: Any, decisions: Decisions, words: Words, seen: Mapping[int, int]) -> DirectoryMerge:
    """Make one of two records of the study in scope. `seen` are the versions that were shown, by id.

    Who may is asked by the caller (`leading`). Raises Conflict, or Refused when there are not two records.
    """
    for record in sorted((kept, gone), key=lambda each: int(each.id)):
        expect_version(record, seen.get(record.id))
    with unscoped(WHY):
        db.session.flush()
        made = _Merge(kind, *rows(kind, kept.id, gone.id), decisions, words)
        made.write()
        db.session.flush()
    db.session.expire_all()
    return made.record


class _Merge:
    """One merge while it is written."""

    def __init__(self, kind: Kind, kept: Row, gone: Row, decisions: Decisions, words: Words) -> None:
        self.kind, self.kept, self.gone, self.at = kind, kept, gone, now()
        self.outcome = comparing.outcome(kind, kept, gone, decisions.fields, words)
        self.moves = planned(kind, kept, gone, decisions, self.outcome.values.get("name"))
        self.journal = Journal()
        self.record = DirectoryMerge(kind=kind, kept_id=kept["id"], gone_id=gone["id"], created_at=self.at)

    def write(self) -> None:
        """Write it: the record that goes first, since what is unique of it may be the other's from here on."""
        derived = search_text.derived(self.kind, (self.kept["id"], self.gone["id"]))
        changes, stamps = list(self.moves.changes.values()), rewriting.stamped(self.at)
        self._update("gone", [(table_of(self.kind), self.gone, self._farewell())], stamps)
        self._update("moved", [(c.table, c.row, c.moved) for c in changes if c.moved], stamps)
        self._name_further()
        self._drop()
        filled: list[rewriting.Update] = [(c.table, {**c.row, **c.moved, **self._stamp(c, stamps)}, c.filled) for c in changes if c.filled]
        self._update("filled", filled, stamps)
        self._update("kept", [(table_of(self.kind), self.kept, self.outcome.values)], stamps)
        self._tell()
        db.session.expire_all()
        search_text.bring_up_to_date(self.kind, self.kept["id"])
        self.journal.note_derived(derived, search_text.derived(self.kind, (self.kept["id"], self.gone["id"])))
        self.record.changes = self.journal.as_dict()
        db.session.add(self.record)

    def _farewell(self) -> dict[str, Any]:
        return {"deleted_at": self.at, "deleted_by_id": actor.current().user_id, "merged_into_id": self.kept["id"]}

    def _update(self, stage: str, updates: list[rewriting.Update], stamps: rewriting.Stamps) -> None:
        real = [each for each in updates if each[2]]
        rewriting.update(real, stamps)
        self.journal.note_updates(stage, real)

    def _stamp(self, change: Change, stamps: rewriting.Stamps) -> dict[str, Any]:
        """What moving has already done to a row that is filled too."""
        version = {"version": change.row["version"] + 1} if rewriting.is_versioned(change.table) else {}
        return {**stamps(change.row), **version} if change.moved else {}

    def _drop(self) -> None:
        dropped = list(self.moves.drops.values())
        self.journal.note_drops(dropped)
        for each in dropped:
            if each.into is not None and each.table.name == Participation.__tablename__:
                self._tell_of_the_study(each)
        rewriting.delete((each.table, each.row) for each in dropped)

    def _tell_of_the_study(self, drop: Drop) -> None:
        """Note, for those of that study alone, which values of how the organisation took part were not kept."""
        assert drop.into is not None  # noqa: S101
        stays = self.moves.changes[drop.into].after if drop.into in self.moves.changes else self._row(drop.table, drop.into[1][0])
        names = [name for group in OF_THE_STUDY for name in group]
        lost = {n: [drop.row[n], stays[n]] for n in names if drop.row[n] not in (None, "", stays[n])}
        if lost:
            rewriting.note(Deed.MERGED, drop.table, stays, {n: [encoded(v) for v in pair] for n, pair in lost.items()})

    def _row(self, table: sa.Table, row_id: int) -> Row:
        return dict(db.session.execute(sa.select(table).where(table.c.id == row_id)).mappings().one())

    def _name_further(self) -> None:
        """Keep the names that were not kept as other names, but for those that it has already."""
        if not self.outcome.names:
            return
        held = [dict(row) for row in db.session.execute(sa.select(ALIAS).where(ALIAS.c.organisation_id == self.kept["id"])).mappings()]
        name = str(self.outcome.values.get("name", self.kept["name"]))
        for each in comparing.further_names(self.outcome.names, name, {row["key"] for row in held}):
            self.journal.note_made(ALIAS, rewriting.insert(ALIAS, self._alias(each)))

    def _alias(self, name: str) -> dict[str, Any]:
        who = actor.current().user_id
        stamps: dict[str, Any] = {"created_at": self.at, "updated_at": self.at, "created_by_id": who, "updated_by_id": who}
        return {"organisation_id": self.kept["id"], "name": name, "key": fold(name)[:200], **stamps}

    def _tell(self) -> None:
        lost = {name: [encoded(value) for value in pair] for name, pair in self.outcome.lost.items()}
        for row in (self.kept, self.gone):
            rewriting.note(Deed.MERGED, table_of(self.kind), row, {"merged": [said(self.gone), said(self.kept)], **lost})


def said(row: Row) -> str:
    """Return a record as it is spoken of: its reference and its name."""
    name = row["name"] if "name" in row else " ".join(part for part in (row["first_name"], row["last_name"]) if part)
    return f"{row['ref']} · {name}"
