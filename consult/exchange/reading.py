"""A sent file, read as it was decided. Parsing and planning take time, so they happen outside the write lock and write nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from consult.excel import Why
from consult.exchange import files
from consult.exchange.files import Kept
from consult.exchange.models import BatchState, ImportBatch
from consult.exchange.service import DONE_STATES
from consult.exchange.table import Table, read_table
from consult.kernel.db import db, writing


@dataclass(frozen=True)
class Store:
    """Where the files of an installation are kept, and how large one may be."""

    folder: Path
    limit_mib: int

    def receive(self, stream: IO[bytes], name: str | None) -> Kept:
        """Keep what is sent. Raises ImportRejected when it is empty or too large."""
        return files.keep(self.folder, stream, name, self.limit_mib)


def kept(store: Store, batch: ImportBatch) -> Kept:
    """Return the file of a batch."""
    return Kept(batch.file_name, batch.file_sha256, batch.file_size, files.path_of(store.folder, batch.file_sha256, batch.file_name))


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Read in a block without holding the write lock, even in a request that is going to write. Nothing may be written before it.

    The request's own transaction begins anew after the block: what was loaded before is to be loaded again.
    """
    db.session.rollback()
    with writing(intent=False):
        yield
        db.session.rollback()


@contextlib.contextmanager
def table_of(store: Store, file: Kept, choices: Mapping[str, Any], afresh: bool = False) -> Iterator[Table]:
    """Read the table of a file as decided, with what was decided for the last file of the same headers unless it is read `afresh`.

    Raises ImportRejected, and Refused for a choice that does not fit the file.
    """
    with files.opened(file.path, file.name, choices, store.limit_mib) as source:
        yield read_table(source, choices, None if afresh else Remembered())


class Remembered(dict[str, Any]):
    """What was last decided in the study for files of the same headers, looked up by layout when it is asked for."""

    def __bool__(self) -> bool:
        return True

    def get(self, layout: str, default: Any = None) -> Any:
        decided = (BatchState.PREVIEWED, BatchState.APPLYING, *DONE_STATES)
        query = sa.select(ImportBatch.choices, ImportBatch.entity, ImportBatch.found).where(
            ImportBatch.layout == layout, ImportBatch.state.in_(decided)
        )
        row = db.session.execute(query.order_by(ImportBatch.id.desc()).limit(1)).first()
        if row is None:
            return default
        order = [column["index"] for column in (row.found or {}).get("columns", ()) if column["reason"] != Why.ASIDE.value]
        kept = {name: row.choices.get(name) for name in ("columns", "marks", "defaults")} if row.choices.get("columns") else {}
        return {**kept, "entity": row.entity if kept else None, "order": order}
