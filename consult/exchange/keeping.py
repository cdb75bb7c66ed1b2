"""How long a sent file is kept: as long as its import is under way or was applied; not beyond that."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from consult.exchange import files, plans
from consult.exchange.files import Kept
from consult.exchange.models import BatchState, ImportBatch
from consult.exchange.reading import Store, kept
from consult.exchange.service import OPEN_STATES, refuse_unless
from consult.kernel import actor, audit
from consult.kernel.audit import Deed, note
from consult.kernel.db import db, on_commit, unit_of_work
from consult.kernel.model import now
from consult.kernel.scope import unscoped

DISCARDED, EXPIRED = "import_discarded", "import_expired"
GONE = (BatchState.REJECTED, BatchState.EXPIRED)
"""The states of a batch that keeps no file."""


def discard(store: Store, batch: ImportBatch) -> None:
    """Let go of an import that was not applied, with its file, in the present transaction. Raises Refused when it is not open."""
    refuse_unless(batch, OPEN_STATES)
    _end(store, batch, BatchState.REJECTED, DISCARDED)


def expire_abandoned(store: Store, days: int) -> int:
    """Let go, as the system and in every study, of imports that nobody went on with for so many days; returns how many.

    Looked for without the write lock first, since there are seldom any.
    """
    query = sa.select(ImportBatch).where(ImportBatch.state.in_(OPEN_STATES), ImportBatch.updated_at < now() - dt.timedelta(days=days))
    with unscoped("imports that were abandoned are let go of in every study"):
        if db.session.scalar(query.with_only_columns(ImportBatch.id).limit(1)) is None:
            return 0
        with unit_of_work(), actor.acting(actor.Actor(None, actor.Via.JOB)):
            abandoned = db.session.scalars(query).all()
            for batch in abandoned:
                _end(store, batch, BatchState.EXPIRED, EXPIRED, days=days)
            return len(abandoned)


def drop(file: Kept) -> None:
    """Remove a file that could not be read, unless an import holds the same one."""
    if not _held(file, but=None):
        file.path.unlink(missing_ok=True)


def _end(store: Store, batch: ImportBatch, state: BatchState, problem: str, **values: int) -> None:
    """What was read out of the file goes with it: only its name, its size and who sent it stay."""
    file, batch_id = kept(store, batch), batch.id
    batch.state, batch.problem, batch.problem_values = state, problem, dict(values)
    batch.found, batch.choices, batch.counts, batch.plan_digest = {}, {}, {}, None
    audit.write(db.session(), [note(Deed.DELETED, "import_batch", batch_id, batch.study_id, ref=batch.ref, file=batch.file_name)])
    db.session.flush()
    held = _held(file, but=batch_id)
    on_commit(lambda: _clear(store, batch_id, None if held else file))


def _clear(store: Store, batch_id: int, file: Kept | None) -> None:
    plans.forget(store.folder, batch_id)
    if file is not None:
        file.path.unlink(missing_ok=True)


def _held(file: Kept, but: int | None) -> bool:
    """Whether an import, of whatever study, still needs the file: the same content under the same ending is kept once."""
    query = sa.select(ImportBatch.file_name).where(ImportBatch.file_sha256 == file.sha256, ImportBatch.state.not_in(GONE))
    with unscoped("a file is kept once for all studies"):
        names = db.session.scalars(query.where(ImportBatch.id != but) if but is not None else query)
        return any(files.path_of(file.path.parent, file.sha256, name) == file.path for name in names)
