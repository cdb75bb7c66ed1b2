"""Imports: receive a file, read it as decided, preview, apply, undo. A batch is a row; its file and its last plan lie in the instance.

Planning only reads and happens outside the write lock; applying plans again, compares with what was previewed, and writes in one
transaction, in which the batch says that it was applied. So a server killed in the middle leaves all or nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from consult.accounts.models import User
from consult.exchange import files, plans
from consult.exchange.applying import Application, Tell
from consult.exchange.fields import by_name
from consult.exchange.files import Kept
from consult.exchange.models import BatchState, ImportBatch, ImportRow, Undone
from consult.exchange.planning import Plan, make_plan
from consult.exchange.table import Table, read_table
from consult.kernel import actor, audit, refs
from consult.kernel.audit import AuditEntry, Deed, note
from consult.kernel.bulk import Ledger
from consult.kernel.changes import Verdict
from consult.kernel.db import aside, db, unit_of_work, writing
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import now
from consult.kernel.scope import current, unscoped
from consult.organisations import redirects
from consult.studies.models import Study

WATCHED = (
    "organisation",
    "site",
    "participation",
    "organisation_role",
    "organisation_term",
    "alias",
    "term",
    "person",
    "person_email",
    "person_phone",
    "affiliation",
    "segment",
)
"""The tables that a plan depends on: a change of one between planning and writing makes the plan anew."""
OPEN_STATES = (BatchState.UPLOADED, BatchState.PARSED, BatchState.PREVIEWED)
IMPORT_LOCK = 7_261_001
"""The number of the lock that imports take on PostgreSQL."""
DONE_STATES = (BatchState.APPLIED, BatchState.REVERTED, BatchState.PARTLY_REVERTED)
UNDOABLE = (BatchState.APPLIED, BatchState.PARTLY_REVERTED)


@dataclass(frozen=True)
class Store:
    """Where the files of an installation are kept, and how large one may be."""

    folder: Path
    limit_mib: int

    def receive(self, stream: IO[bytes], name: str | None) -> Kept:
        """Keep what is sent. Raises ImportRejected when it is empty or too large."""
        return files.keep(self.folder, stream, name, self.limit_mib)


def get(batch_id: int) -> ImportBatch:
    """Return a batch of the study in scope. Raises NotFound."""
    batch = db.session.scalar(sa.select(ImportBatch).where(ImportBatch.id == batch_id))
    if batch is None:
        raise NotFound
    return batch


def by_ref(ref: str) -> ImportBatch:
    """Return a batch of the study in scope by its reference. Raises NotFound."""
    batch = db.session.scalar(sa.select(ImportBatch).where(ImportBatch.ref == ref.strip().upper()))
    if batch is None:
        raise NotFound
    return batch


def study_of(ref: str) -> str | None:
    """Return the reference of the study that a batch belongs to; None when there is no such batch."""
    with unscoped("the command line names a batch without its study; only the study's reference is read"):
        query = sa.select(Study.ref).join(ImportBatch, ImportBatch.study_id == Study.id).where(ImportBatch.ref == ref.strip().upper())
        return db.session.scalar(query)


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Read in a block without holding the write lock, even in a request that is going to write: parsing and planning take time."""
    db.session.rollback()
    with writing(intent=False):
        yield
        db.session.rollback()


# reading a file


@contextlib.contextmanager
def table_of(store: Store, file: Kept, choices: Mapping[str, Any]) -> Iterator[Table]:
    """Read the table of a file as decided, with what was decided for the last file of the same headers. Raises ImportRejected."""
    with files.opened(file.path, file.name, choices, store.limit_mib) as source:
        yield read_table(source, choices, Remembered())


def kept(store: Store, batch: ImportBatch) -> Kept:
    """Return the file of a batch."""
    return Kept(batch.file_name, batch.file_sha256, batch.file_size, files.path_of(store.folder, batch.file_sha256, batch.file_name))


class Remembered(dict[str, Any]):
    """What was last decided in the study for files of the same headers, looked up by layout when it is asked for."""

    def __bool__(self) -> bool:
        return True

    def get(self, layout: str, default: Any = None) -> Any:
        decided = (BatchState.PREVIEWED, BatchState.APPLYING, *DONE_STATES)
        query = sa.select(ImportBatch.choices, ImportBatch.entity).where(ImportBatch.layout == layout, ImportBatch.state.in_(decided))
        row = db.session.execute(query.order_by(ImportBatch.id.desc()).limit(1)).first()
        return {"columns": row.choices.get("columns"), "entity": row.entity} if row and row.choices.get("columns") else default


def begin(file: Kept, table: Table, choices: Mapping[str, Any] | None = None) -> ImportBatch:
    """Note a file that was read. The same file sent again while it is not applied yet is the same batch."""
    here = _open_batch(file)
    if here is not None:
        return here
    batch = ImportBatch(ref="", file_name=file.name, file_sha256=file.sha256, file_size=file.size, choices=dict(choices or {}))
    _describe(batch, table)
    try:
        with db.session.begin_nested():
            batch.ref = refs.take(ImportBatch.ref_prefix)[0]
            batch.study_id = current().study_id
            batch.created_by_id = actor.current().user_id
            db.session.add(batch)
    except IntegrityError:
        here = _open_batch(file)
        if here is None:
            raise
        return here
    return batch


def _open_batch(file: Kept) -> ImportBatch | None:
    who = actor.current().user_id
    query = sa.select(ImportBatch).where(
        ImportBatch.file_sha256 == file.sha256, ImportBatch.state.in_(OPEN_STATES), ImportBatch.created_by_id == who
    )
    return db.session.scalar(query.where(ImportBatch.file_name == file.name).limit(1)) if who else None


def reject(name: str, sha256: str, size: int, code: str, values: Mapping[str, Any]) -> None:
    """Note a refused file after the request, so that the list of imports tells of it."""
    study_id, who = current().study_id, actor.current().user_id
    told = {key: str(value) for key, value in values.items()}

    def write(session: Any) -> None:
        ref = refs.take(ImportBatch.ref_prefix, session=session)[0]
        row = {"ref": ref, "study_id": study_id, "state": BatchState.REJECTED, "file_name": name, "file_sha256": sha256, "file_size": size}
        session.execute(
            sa.insert(cast(sa.Table, ImportBatch.__table__)).values(**row, problem=code, problem_values=told, created_by_id=who, version=1)
        )

    def unfiltered(session: Any) -> None:
        with unscoped("a refused file is noted in the study it was sent to, after the request"):
            write(session)

    aside(unfiltered)


def decide(batch: ImportBatch, table: Table, choices: Mapping[str, Any]) -> None:
    """Take over what was decided about a batch, and how it is read now; what was previewed no longer holds."""
    refuse_unless(batch, OPEN_STATES)
    batch.choices = dict(choices)
    _describe(batch, table)
    db.session.flush()


def _describe(batch: ImportBatch, table: Table) -> None:
    batch.state, batch.plan_digest, batch.problem = BatchState.PARSED, None, None
    batch.entity, batch.sheet, batch.layout = table.entity, table.sheet.name[:200], table.layout_key
    batch.found = plans.described(table)


def refuse_unless(batch: ImportBatch, states: tuple[BatchState, ...]) -> None:
    """Raise Refused when a batch is not in one of the states in which this can be done."""
    if batch.state not in states:
        raise Refused("import_wrong_state")


def keep(batch_id: int, change: Callable[[ImportBatch], None]) -> None:
    """Change a batch in a transaction of its own, so that planning, which reads apart from it, sees what was decided."""
    with unit_of_work():
        change(get(batch_id))


def answer(batch: ImportBatch, given: Mapping[str, Any]) -> None:
    """Take over answers about ambiguous rows, by row and part; the preview no longer holds."""
    former = batch.choices.get("decisions") or {}
    merged = {row: {**former.get(row, {}), **parts} for row, parts in {**former, **given}.items()}
    merged.update({row: {**former.get(row, {}), **parts} for row, parts in given.items()})
    batch.choices = {**batch.choices, "decisions": merged}
    batch.state, batch.plan_digest = BatchState.PARSED, None
    db.session.flush()


def undecided(store: Store, batch: ImportBatch, kind: str) -> dict[str, dict[str, Any]]:
    """Return the same answer ("new" or "skip") for every row of the preview that still asks."""
    found: dict[str, dict[str, Any]] = {}
    for row in plans.asking(store.folder, batch.id):
        found[str(row["row"])] = {part["entity"]: {kind: True} for part in row["parts"] if part["candidates"]}
    return found


# planning


def plan(table: Table, choices: Mapping[str, Any], tell: Tell | None = None) -> Plan:
    """Plan the import of a table in the study in scope. Only reads."""
    decisions = {int(row): answers for row, answers in (choices.get("decisions") or {}).items()}
    return make_plan(table, decisions, made_before(table.layout_key), tell)


def made_before(layout: str) -> dict[str, dict[str, int]]:
    """Return the records that applied rows of a layout made or matched, by the key of the row; one that was merged is where it went."""
    kept_rows = sa.or_(ImportRow.undone.is_(None), ImportRow.undone == Undone.KEPT)
    query = sa.select(ImportRow.row_key, ImportRow.entity_ids).where(ImportRow.layout == layout, ImportRow.row_key.is_not(None), kept_rows)
    made = {row.row_key: row.entity_ids for row in db.session.execute(query.order_by(ImportRow.id)) if row.entity_ids}
    return redirects.followed(made)


def preview(store: Store, batch_id: int, tell: Tell | None = None) -> None:
    """Plan a batch outside the write lock, keep the plan for the pages, and note its name and counts in a short transaction."""
    with reading():
        batch = get(batch_id)
        refuse_unless(batch, OPEN_STATES)
        file, choices = kept(store, batch), dict(batch.choices)
        with table_of(store, file, choices) as table:
            made = plan(table, choices, tell)
        plans.write(store.folder, batch_id, made)
        digest, told = made.digest, {**made.counts, "cells": made.cells.as_dict()}
    with unit_of_work():
        batch = get(batch_id)
        refuse_unless(batch, OPEN_STATES)
        if batch.choices != choices:
            raise Refused("import_changed")
        batch.state, batch.counts, batch.plan_digest, batch.problem = BatchState.PREVIEWED, told, digest, None


# applying


def ready_to_apply(batch: ImportBatch, seen_digest: str) -> None:
    """Mark a previewed batch as being applied. Raises Refused when it is not the preview that was seen, or when nothing can be applied."""
    refuse_unless(batch, (BatchState.PREVIEWED,))
    if batch.entity is None:
        raise Refused("import_no_entity")
    if not seen_digest or batch.plan_digest != seen_digest:
        raise Refused("import_changed")
    batch.state, batch.problem = BatchState.APPLYING, None
    db.session.flush()


def apply(store: Store, batch_id: int, tell: Tell | None = None) -> dict[str, int]:
    """Apply a batch that is marked so. All in one transaction; Refused("import_changed") when its preview no longer holds."""
    batch = get(batch_id)
    refuse_unless(batch, (BatchState.APPLYING,))
    file, choices, expected = kept(store, batch), dict(batch.choices), batch.plan_digest
    with table_of(store, file, choices) as table:
        made, _ref = carry_out(table, choices, lambda: get(batch_id), expected, tell)
    plans.forget(store.folder, batch_id)
    return made.counts


def carry_out(
    table: Table, choices: Mapping[str, Any], batch_of: Callable[[], ImportBatch], expected: str | None, tell: Tell | None = None
) -> tuple[Plan, str]:
    """Plan and write in a transaction of its own, into the batch that `batch_of` gives there; returns the plan and the batch's reference.

    Planned outside the write lock, and again when somebody changed the directory before the lock was had; the fourth time under the lock.
    """
    for attempt in range(4):
        mark = _mark()
        made = plan(table, choices, tell) if attempt < 3 else None
        with unit_of_work():
            _one_at_a_time()
            if made is not None and _moved(mark):
                continue
            made = made or plan(table, choices, tell)
            if expected is not None and made.digest != expected:
                raise Refused("import_changed")
            batch = batch_of()
            with _as_import(batch.id):
                write(batch, table, made, tell, enters_frame(choices, table))
            return made, batch.ref
    raise Refused("import_changed")


def enters_frame(choices: Mapping[str, Any], table: Table) -> bool:
    """Tell whether new organisations enter the target list: as it was decided, else only if a column says where they stand."""
    if choices.get("frame") in ("in", "out"):
        return bool(choices["frame"] == "in")
    named = by_name()
    return any(use.field in named and named[use.field].table in ("participation", "role") for use in table.uses if use.field)


def write(batch: ImportBatch, table: Table, made: Plan, tell: Tell | None = None, in_frame: bool = False) -> None:
    """Write a plan in the present transaction, with the rows that remember it. Raises Refused when somebody changed a record meanwhile."""
    ledger = Ledger(now())
    application = Application(made.rows, ledger, tell, in_frame)
    try:
        application.write()
        plans.remember(batch, table, made, application)
        batch.state, batch.applied_at, batch.applied_by_id = BatchState.APPLIED, ledger.at, actor.current().user_id
        batch.counts = {**made.counts, "cells": made.cells.as_dict()}
        db.session.flush()
    except (StaleDataError, IntegrityError) as error:
        raise Refused("import_changed") from error


def give_back(batch_id: int, problem: str) -> None:
    """Return a batch that could not be applied to its preview, saying why."""
    with unit_of_work():
        batch = get(batch_id)
        if batch.state is BatchState.APPLYING:
            batch.state, batch.problem = BatchState.PREVIEWED, problem


def give_back_stranded(is_alive: Callable[[int | None], bool]) -> None:
    """Return the batches, of whatever study, that are marked as being applied though the job they name is not alive."""
    with unscoped("what a stopped server left in any study is put right"), unit_of_work():
        for batch in db.session.scalars(sa.select(ImportBatch).where(ImportBatch.state == BatchState.APPLYING)):
            if not is_alive(batch.job_id):
                batch.state, batch.problem = BatchState.PREVIEWED, "interrupted"


@contextlib.contextmanager
def _as_import(batch_id: int, via: actor.Via = actor.Via.IMPORT) -> Iterator[None]:
    with actor.acting(actor.Actor(actor.current().user_id, via, None, batch_id)):
        yield


def _one_at_a_time() -> None:
    """On PostgreSQL, where writers do not queue by themselves, have imports wait for each other: each sees what the one before made."""
    if db.engine.dialect.name == "postgresql":
        for name in ("lock_timeout", "statement_timeout"):
            db.session.execute(sa.select(sa.func.set_config(name, "120s", True)))
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(IMPORT_LOCK)))


def _mark() -> int:
    return db.session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0


def _moved(mark: int) -> bool:
    query = sa.select(AuditEntry.id).where(AuditEntry.id > mark, AuditEntry.entity.in_(WATCHED)).limit(1)
    return db.session.scalar(query) is not None


# the batches of a study


def batches(limit: int = 100) -> list[Any]:
    """Return the imports of the study in scope, newest first, with who sent them."""
    return list(db.session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc()).limit(limit)))


def names(batches_: Iterable[ImportBatch]) -> dict[int, str]:
    """Return the names of the people who sent, applied or undid batches, by id."""
    ids = {i for batch in batches_ for i in (batch.created_by_id, batch.applied_by_id, batch.reverted_by_id) if i}
    return dict(db.session.execute(sa.select(User.id, User.name).where(User.id.in_(ids))).all()) if ids else {}


def rows_of(batch: ImportBatch, limit: int = 200) -> list[Any]:
    """Return the rows of an applied batch that somebody has to look at: not taken, or kept when it was undone."""
    kept_back = ImportRow.verdict.in_((Verdict.REFUSED, Verdict.AMBIGUOUS)) | ImportRow.undone.in_((Undone.KEPT, Undone.FAILED))
    query = sa.select(ImportRow.row, ImportRow.verdict, ImportRow.label, ImportRow.notes, ImportRow.undone, ImportRow.entity_ids)
    return list(db.session.execute(query.where(ImportRow.batch_id == batch.id, kept_back).order_by(ImportRow.row).limit(limit)))


def refused_rows(store: Store, batch: ImportBatch) -> tuple[list[str], list[tuple[list[Any], list[Any]]]]:
    """Return the headers of a table, and the rows not taken: their cells as they stood, and why. Raises ImportRejected."""
    told = _not_taken(store, batch)
    with table_of(store, kept(store, batch), batch.choices) as table:
        places = [use.index - 1 for use in table.uses]
        rows = [([row[i] if i < len(row) else "" for i in places], told[number]) for number, row in table.records() if number in told]
        return [use.proposed.header or use.header for use in table.uses], rows


def _not_taken(store: Store, batch: ImportBatch) -> dict[int, list[Any]]:
    if batch.state in DONE_STATES:
        query = sa.select(ImportRow.row, ImportRow.notes)
        held = ImportRow.verdict.in_((Verdict.REFUSED, Verdict.AMBIGUOUS))
        return {row.row: row.notes for row in db.session.execute(query.where(ImportRow.batch_id == batch.id, held))}
    return plans.not_taken(store.folder, batch.id)


def note_export(batch: ImportBatch) -> None:
    """Write down, after the request, that the rows a batch refused were handed out."""
    entry = note(Deed.EXPORTED, "import_batch", batch.id, batch.study_id, what="refused rows")
    aside(lambda session: audit.write(session, [entry]), vital=True)


def rail_count() -> Any:
    """Return how many files came into the study, as a scalar subquery; refused ones do not count."""
    came = sa.and_(ImportBatch.study_id == current().study_id, ImportBatch.state != BatchState.REJECTED)
    return sa.select(sa.func.count(ImportBatch.id)).where(came).scalar_subquery()


__all__ = ["Store", "Verdict", "apply", "batches", "begin", "decide", "get", "preview", "ready_to_apply", "reject", "write"]
