"""The imports of a study: a batch is a row, its file and its last plan lie in the instance. What is decided about one, and when it may be.

How its file is read is in `reading`, what it would do in `previewing`, doing it in `carrying_out`, undoing it in `undoing`, how long
its file is kept in `keeping`, and what is shown of it afterwards in `looking_back`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from consult.exchange import plans
from consult.exchange.fields import INTERVIEW
from consult.exchange.files import Kept
from consult.exchange.models import BatchState, ImportBatch, ImportRow, Undone
from consult.exchange.table import Table
from consult.kernel import actor, audit, refs
from consult.kernel.audit import Deed, note
from consult.kernel.db import aside, db, unit_of_work
from consult.kernel.errors import NotFound, Refused
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
    "membership",
    "interview",
    "interview_organisation",
    "interviewer",
    "interviewee",
)
"""The tables that a plan depends on: a change of one between planning and writing makes the plan anew."""
OPEN_STATES = (BatchState.UPLOADED, BatchState.PARSED, BatchState.PREVIEWED)
DONE_STATES = (BatchState.APPLIED, BatchState.REVERTED, BatchState.PARTLY_REVERTED)
UNDOABLE = (BatchState.APPLIED, BatchState.PARTLY_REVERTED)
MOST_NOT_RECORDS = 200
"""So many rows that are no records are kept with a batch and shown; their number is told whole."""


def get(batch_id: int) -> ImportBatch:
    """Return a batch of the study in scope. Raises NotFound."""
    return _found(ImportBatch.id == batch_id)


def by_ref(ref: str) -> ImportBatch:
    """Return a batch of the study in scope by its reference. Raises NotFound."""
    return _found(ImportBatch.ref == ref.strip().upper())


def _found(which: sa.ColumnElement[bool]) -> ImportBatch:
    batch = db.session.scalar(sa.select(ImportBatch).where(which))
    if batch is None:
        raise NotFound
    return batch


def study_of(ref: str) -> str | None:
    """Return the reference of the study that a batch belongs to; None when there is no such batch."""
    with unscoped("the command line names a batch without its study; only the study's reference is read"):
        query = sa.select(Study.ref).join(ImportBatch, ImportBatch.study_id == Study.id).where(ImportBatch.ref == ref.strip().upper())
        return db.session.scalar(query)


def refuse_unless(batch: ImportBatch, states: tuple[BatchState, ...]) -> None:
    """Raise Refused when a batch is not in one of the states in which this can be done."""
    if batch.state not in states:
        raise Refused("import_wrong_state")


def refuse_empty(table: Table) -> None:
    """Raise Refused when a table has no record: nothing can come of it but "0 rows, success"."""
    if not table.layout.records:
        raise Refused("import_no_record" if table.layout.header_row else "import_all_left_out", row=table.layout.header_row)


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
    _note_sent(batch)
    return batch


def _note_sent(batch: ImportBatch) -> None:
    """Write down that a file was sent by the pages. On the command line it is applied at once, and what it writes tells of it."""
    if actor.current().via is actor.Via.WEB:
        audit.write(db.session(), [note(Deed.CREATED, "import_batch", batch.id, batch.study_id, ref=batch.ref, file=batch.file_name)])


def _open_batch(file: Kept) -> ImportBatch | None:
    who = actor.current().user_id
    query = sa.select(ImportBatch).where(
        ImportBatch.file_sha256 == file.sha256, ImportBatch.state.in_(OPEN_STATES), ImportBatch.created_by_id == who
    )
    return db.session.scalar(query.where(ImportBatch.file_name == file.name).limit(1)) if who else None


def reject(name: str, size: int, code: str, values: Mapping[str, Any]) -> None:
    """Note a refused file after the request, so that the list of imports tells of it. Nothing of its content is kept."""
    study_id, who = current().study_id, actor.current().user_id
    told = {key: str(value) for key, value in values.items()}

    def write(session: Any) -> None:
        ref = refs.take(ImportBatch.ref_prefix, session=session)[0]
        row = {"ref": ref, "study_id": study_id, "state": BatchState.REJECTED, "file_name": name, "file_sha256": "", "file_size": size}
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
    refuse_empty(table)
    batch.choices = dict(choices)
    _describe(batch, table)
    db.session.flush()


def choose(batch_id: int, before: Mapping[str, Any], choices: Mapping[str, Any]) -> ImportBatch:
    """Take over choices made on those of `before`; they are yet to be planned. Raises Refused when somebody chose otherwise meanwhile."""
    batch = get(batch_id)
    refuse_unless(batch, OPEN_STATES)
    if batch.choices != before:
        raise Refused("import_chosen_meanwhile")
    batch.choices, batch.state, batch.plan_digest, batch.problem = dict(choices), BatchState.PARSED, None, None
    db.session.flush()
    return batch


def _describe(batch: ImportBatch, table: Table) -> None:
    batch.state, batch.plan_digest, batch.problem = BatchState.PARSED, None, None
    batch.entity, batch.sheet, batch.layout = table.entity, table.sheet.name[:200], table.layout_key
    batch.holds_interviews = table.feeds(INTERVIEW)
    batch.found = described(table)


def described(table: Table) -> dict[str, Any]:
    """Return what reading told of a table, as the batch keeps it and the pages show it."""
    left_out = table.left_out
    told = [[row.row, row.reason.value, row.text] for row in left_out[:MOST_NOT_RECORDS]]
    return {**plans.described(table), "not_records": told, "not_records_count": len(left_out)}


def answered(choices: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return choices with answers about ambiguous rows, by row and part, added to those given before."""
    former = choices.get("decisions") or {}
    return {**choices, "decisions": {**former, **{row: {**former.get(row, {}), **parts} for row, parts in given.items()}}}


def made_before(layout: str) -> dict[str, dict[str, int]]:
    """Return the records that applied rows of a layout made or matched, by the key of the row; one that was merged is where it went."""
    kept_rows = sa.or_(ImportRow.undone.is_(None), ImportRow.undone == Undone.KEPT)
    query = sa.select(ImportRow.row_key, ImportRow.entity_ids).where(ImportRow.layout == layout, ImportRow.row_key.is_not(None), kept_rows)
    made = {row.row_key: row.entity_ids for row in db.session.execute(query.order_by(ImportRow.id)) if row.entity_ids}
    return redirects.followed(made)


def ready_to_apply(batch: ImportBatch, seen_digest: str) -> None:
    """Mark a previewed batch as being applied. Raises Refused when it is not the preview that was seen, or when nothing can be applied."""
    refuse_unless(batch, (BatchState.PREVIEWED,))
    if batch.entity is None:
        raise Refused("import_no_entity")
    if not seen_digest or batch.plan_digest != seen_digest:
        raise Refused("import_changed")
    batch.state, batch.problem = BatchState.APPLYING, None
    db.session.flush()


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
