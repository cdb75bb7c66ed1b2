"""What an import would do: planned apart from everything that writes, then noted with the batch in one short transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consult.exchange import plans, service
from consult.exchange.models import BatchState
from consult.exchange.planning import Plan, Tell, make_plan
from consult.exchange.reading import Store, kept, reading, table_of
from consult.exchange.table import Table
from consult.kernel.bulk import uncollected
from consult.kernel.db import db, on_commit, unit_of_work


@dataclass(frozen=True)
class Foreseen:
    """What importing a batch would do if it were decided so, and how its file is read then."""

    choices: dict[str, Any]
    table: Table
    plan: Plan


@uncollected()
def plan(table: Table, choices: Mapping[str, Any], tell: Tell | None = None) -> Plan:
    """Plan the import of a table in the study in scope. Only reads."""
    decisions = {int(row): answers for row, answers in (choices.get("decisions") or {}).items()}
    return make_plan(table, decisions, service.made_before(table.layout_key), tell)


def foresee(store: Store, batch_id: int, choices: Mapping[str, Any], tell: Tell | None = None) -> Foreseen:
    """Read and plan a batch as if it were decided so. Writes nothing. Raises ImportRejected."""
    with reading():
        file = kept(store, service.get(batch_id))
        with table_of(store, file, choices) as table:
            return Foreseen(dict(choices), table, plan(table, choices, tell))


def take(store: Store, batch_id: int, before: Mapping[str, Any], foreseen: Foreseen) -> None:
    """Note what was foreseen of a batch in the present transaction. Raises Refused when somebody decided otherwise than `before` meanwhile.

    Its rows are put on the disk once that is sure, and the former ones taken away at once: the pages never show another plan than the
    one that the batch names.
    """
    batch = service.choose(batch_id, before, foreseen.choices)
    service.decide(batch, foreseen.table, foreseen.choices)
    made = foreseen.plan
    batch.state, batch.plan_digest = BatchState.PREVIEWED, made.digest
    batch.counts = {**made.counts, "cells": made.cells.as_dict()}
    db.session.flush()
    plans.forget(store.folder, batch_id)
    on_commit(lambda: plans.write(store.folder, batch_id, made))


def preview(store: Store, batch_id: int, tell: Tell | None = None) -> None:
    """Plan a batch as it is decided, outside every request."""
    with reading():
        batch = service.get(batch_id)
        service.refuse_unless(batch, service.OPEN_STATES)
        choices = dict(batch.choices)
    foreseen = foresee(store, batch_id, choices, tell)
    with unit_of_work():
        take(store, batch_id, choices, foreseen)


def undecided(store: Store, batch_id: int, kind: str) -> dict[str, dict[str, Any]]:
    """Return the same answer ("new" or "skip") for every row of the preview that still asks."""
    found: dict[str, dict[str, Any]] = {}
    for row in plans.asking(store.folder, batch_id):
        found[str(row["row"])] = {part["entity"]: {kind: True} for part in row["parts"] if part["candidates"]}
    return found
