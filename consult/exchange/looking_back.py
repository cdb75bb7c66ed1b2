"""The imports of a study as they are looked up later: the list, the rows of each and what they made, the rows that were not taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.exchange import plans
from consult.exchange.fields import ORGANISATION, PERSON
from consult.exchange.models import BatchState, ImportBatch, ImportRow, Undone, Verdict, readable
from consult.exchange.plans import PAGE, Page
from consult.exchange.reading import Store, kept, table_of
from consult.exchange.service import DONE_STATES
from consult.interviews.models import Interview
from consult.kernel import audit
from consult.kernel.audit import Deed, note
from consult.kernel.db import aside, db
from consult.kernel.scope import current
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person

KEPT = "kept"
"""The rows that stayed when their import was undone; asked for like a verdict."""
NOT_TAKEN = (Verdict.REFUSED, Verdict.AMBIGUOUS)


def batches(limit: int = 100) -> list[Any]:
    """Return the imports of the study in scope, newest first."""
    return list(db.session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc()).limit(limit)))


def names(batches_: Iterable[ImportBatch]) -> dict[int, str]:
    """Return the names of the people who sent, applied, undid or last touched batches, by id."""
    ids = {i for b in batches_ for i in (b.created_by_id, b.applied_by_id, b.reverted_by_id, b.updated_by_id) if i}
    return dict(db.session.execute(sa.select(User.id, User.name).where(User.id.in_(ids))).all()) if ids else {}


def rail_count() -> Any:
    """Return how many files came into the study, as a scalar subquery; those that were refused, discarded or have expired do not count."""
    gone = ImportBatch.state.in_((BatchState.REJECTED, BatchState.EXPIRED))
    came = sa.and_(ImportBatch.study_id == current().study_id, sa.not_(gone), readable(current()))
    return sa.select(sa.func.count(ImportBatch.id)).where(came).scalar_subquery()


# the rows of an applied batch


def rows_of(batch: ImportBatch, wanted: str | None, number: int) -> Page:
    """Return a page of the rows that an applied batch remembers: of one verdict, those that stayed when it was undone, or all."""
    which = [ImportRow.batch_id == batch.id]
    if wanted == KEPT:
        which.append(ImportRow.undone.in_((Undone.KEPT, Undone.FAILED)))
    elif wanted:
        which.append(ImportRow.verdict == Verdict(wanted))
    total = db.session.scalar(sa.select(sa.func.count(ImportRow.id)).where(*which)) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    columns = (ImportRow.row, ImportRow.verdict, ImportRow.label, ImportRow.notes, ImportRow.undone, ImportRow.entity_ids)
    query = sa.select(*columns).where(*which).order_by(ImportRow.row).limit(PAGE).offset((number - 1) * PAGE)
    return Page([row._asdict() for row in db.session.execute(query)], number, pages, total)


def still_there(rows: Iterable[Any]) -> dict[str, dict[int, str]]:
    """Return what the records that rows made or matched are called now, by kind and id; undoing and deleting take some away."""
    called: dict[str, tuple[Any, ...]] = {
        ORGANISATION: (Organisation, Organisation.name),
        PERSON: (Person, Person.first_name, Person.last_name),
        "interview": (Interview,),
    }
    found: dict[str, dict[int, str]] = {}
    for kind, (model, *names_) in called.items():
        ids = {row["entity_ids"][kind] for row in rows if kind in (row["entity_ids"] or {})}
        query = sa.select(model.id, *names_).where(model.id.in_(ids))
        found[kind] = {row[0]: " ".join(filter(None, row[1:])) for row in db.session.execute(query)} if ids else {}
    return found


# the rows that were not taken


def refused_rows(store: Store, batch: ImportBatch) -> tuple[list[str], list[tuple[list[Any], list[Any]]]]:
    """Return the headers of a table, and the rows not taken: their cells as they stood, and why. Raises ImportRejected."""
    told = _not_taken(store, batch)
    with table_of(store, kept(store, batch), batch.choices) as table:
        places = [use.index - 1 for use in table.uses]
        rows = [([row[i] if i < len(row) else "" for i in places], told[number]) for number, row in table.records() if number in told]
        return [use.proposed.header or use.header for use in table.uses], rows


def _not_taken(store: Store, batch: ImportBatch) -> dict[int, list[Any]]:
    if batch.state in DONE_STATES:
        query = sa.select(ImportRow.row, ImportRow.notes).where(ImportRow.batch_id == batch.id, ImportRow.verdict.in_(NOT_TAKEN))
        return {row.row: row.notes for row in db.session.execute(query)}
    return plans.not_taken(store.folder, batch.id)


def note_export(batch: ImportBatch) -> None:
    """Write down, after the request, that the rows a batch refused were handed out."""
    entry = note(Deed.EXPORTED, "import_batch", batch.id, batch.study_id, what="refused rows")
    aside(lambda session: audit.write(session, [entry]), vital=True)
