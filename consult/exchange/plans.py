"""What is kept of a table and of a plan: facts in the batch, rows in a file for the preview pages, and import rows once applied."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa

from consult.exchange.applying import Application
from consult.exchange.fields import MAIN
from consult.exchange.models import ImportBatch, ImportRow
from consult.exchange.planning import Plan
from consult.exchange.table import Table
from consult.kernel.changes import Candidate, Note, Part, Planned, Verdict, encoded, told_apart
from consult.kernel.db import db
from consult.kernel.rows import insert
from consult.kernel.scope import unscoped

PAGE = 50
MOST_NOT_RECORDS = 200


def described(table: Table) -> dict[str, Any]:
    """Return what reading told of a table, as the batch keeps it."""
    layout, source = table.layout, table.source
    text = source.text
    return {
        "format": source.format,
        "sheets": [{"name": s.name, "rows": s.rows, "columns": s.columns, "visible": s.visible, "cells": s.cells} for s in source.sheets],
        "header_row": layout.header_row,
        "header_rows": list(layout.header_rows),
        "first_row": layout.first_row,
        "last_row": layout.last_row,
        "records": layout.records,
        "not_records": [[n.row, n.reason.value, n.text] for n in layout.not_records[:MOST_NOT_RECORDS]],
        "not_records_count": len(layout.not_records),
        "remarks": [[remark.value, plain(values)] for remark, values in layout.remarks],
        "encoding": text.encoding if text else None,
        "delimiter": text.delimiter if text else None,
        "line_end": text.line_end if text else None,
        "kind": table.proposal.kind.value,
        "remembered": table.remembered,
        "columns": [column(use) for use in table.uses],
    }


def column(use: Any) -> dict[str, Any]:
    """Return what is known of a column, as JSON keeps it."""
    proposed = use.proposed
    return {
        "index": use.index,
        "header": use.header,
        "kind": use.kind,
        "field": use.field,
        "hidden": use.hidden,
        "confidence": proposed.confidence,
        "reason": proposed.reason.value,
        "closest": proposed.closest,
        "samples": list(proposed.samples),
        "filled": proposed.filled,
    }


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a remark's values as JSON keeps them."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


# the plan on disk


def _path(folder: Path, batch_id: int) -> Path:
    return folder / f"plan-{batch_id}.jsonl"


def write(folder: Path, batch_id: int, plan: Plan) -> None:
    """Keep a plan for the pages of its preview: one line a row, its verdict first."""
    target = _path(folder, batch_id)
    temporary = target.with_suffix(".part")
    with temporary.open("w", encoding="utf-8") as file:
        file.writelines(f"{row.verdict.value}\t{json.dumps(as_json(row), ensure_ascii=False)}\n" for row in plan.rows)
    temporary.replace(target)


def forget(folder: Path, batch_id: int) -> None:
    """Remove a kept plan."""
    _path(folder, batch_id).unlink(missing_ok=True)


def exists(folder: Path, batch_id: int) -> bool:
    """Tell whether a plan is kept for a batch."""
    return _path(folder, batch_id).is_file()


@dataclass(frozen=True)
class Page:
    """Some rows of a plan: which page of how many."""

    rows: list[dict[str, Any]]
    number: int
    pages: int
    total: int


def read_page(folder: Path, batch_id: int, verdict: str | None, number: int) -> Page:
    """Return a page of the rows of a kept plan, of one verdict or of all."""
    wanted = f"{verdict}\t" if verdict else ""
    total = sum(1 for _line in _lines(folder, batch_id, wanted))
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    first = (number - 1) * PAGE
    rows = [
        json.loads(line.partition("\t")[2])
        for place_, line in enumerate(_lines(folder, batch_id, wanted))
        if first <= place_ < first + PAGE
    ]
    return Page(rows, number, pages, total)


def asking(folder: Path, batch_id: int) -> list[dict[str, Any]]:
    """Return the rows of a kept plan that ask for a decision."""
    return [json.loads(line.partition("\t")[2]) for line in _lines(folder, batch_id, f"{Verdict.AMBIGUOUS.value}\t")]


def not_taken(folder: Path, batch_id: int) -> dict[int, list[Any]]:
    """Return why rows of a kept plan would not be taken, by row."""
    held = (Verdict.REFUSED.value, Verdict.AMBIGUOUS.value)
    rows = (json.loads(line.partition("\t")[2]) for verdict in held for line in _lines(folder, batch_id, f"{verdict}\t"))
    return {row["row"]: [*row["notes"], *_asked(row)] for row in rows}


def _asked(row: Mapping[str, Any]) -> list[Any]:
    return [_named(c["label"], c["hint"]) for part in row["parts"] for c in part["candidates"]]


def _lines(folder: Path, batch_id: int, wanted: str) -> Iterator[str]:
    try:
        with _path(folder, batch_id).open(encoding="utf-8", newline="\n") as file:
            for line in file:
                if line.startswith(wanted):
                    yield line
    except FileNotFoundError:
        return


def as_json(row: Planned) -> dict[str, Any]:
    """Return a planned row as the preview shows it."""
    return {
        "row": row.row,
        "verdict": row.verdict.value,
        "label": row.label,
        "notes": notes(row.notes),
        "parts": [_part(part) for part in row.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    target = part.target
    return {
        "entity": part.name,
        "id": target.id,
        "group": target.group,
        "how": target.how,
        "fresh": part.fresh,
        "changes": [[c.field, encoded(c.old), encoded(c.new), c.extra] for c in part.changes],
        "candidates": [_candidate(c) for c in target.candidates],
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {"id": candidate.id, "row": candidate.row, "label": candidate.label, "hint": candidate.hint, "reasons": notes(candidate.reasons)}


def notes(given: Any) -> list[Any]:
    """Return notes as JSON keeps them."""
    return [[note.code, dict(note.values)] for note in given if isinstance(note, Note)]


def _could_be(row: Planned) -> list[Any]:
    """What an undecided row could have been, for whoever looks at it later."""
    return [_named(c.label, c.hint) for part in row.parts for c in part.target.candidates]


def _named(label: str, hint: str) -> list[Any]:
    return ["could_be", {"label": told_apart(label, hint)}]


# what an applied batch remembers


def remember(batch: ImportBatch, table: Table, plan: Plan, application: Application) -> None:
    """Write one import row for each row that did something, or that must be known again: with the images that undo it."""
    first = {(record.entity, record.row, place): record for (_entity, place), record in application.by_place.items()}
    rows = []
    for row in plan.rows:
        known = any(part.target.how == "by_before" for part in row.parts)
        if row.verdict is Verdict.SAME and known:
            continue
        rows.append(_import_row(batch, table, row, application, first))
    if rows:
        with unscoped("the rows of a batch are written in bulk beside it"):
            insert(db.session(), cast(sa.Table, ImportRow.__table__), rows)


def _import_row(batch: ImportBatch, table: Table, row: Planned, application: Application, first: Mapping[Any, Any]) -> dict[str, Any]:
    applied = row.verdict not in (Verdict.REFUSED, Verdict.AMBIGUOUS)
    images: list[Any] = []
    ids: dict[str, int] = {}
    for part in row.parts if applied else ():
        at = part.target.place
        record = application.by_place[part.entity, at]
        if part.entity in MAIN:
            ids.setdefault(part.entity, record.id)
        own = first.get((part.entity, row.row, at))
        if own is not None and own.images:
            images.append([part.name, own.images])
            images += [[f"beside.{nth}", each] for nth, each in enumerate(own.beside)]
    return {
        "study_id": batch.study_id,
        "batch_id": batch.id,
        "row": row.row,
        "verdict": row.verdict,
        "label": (row.label or "")[:200],
        "layout": table.layout_key,
        "row_key": row.key or None,
        "entity_ids": ids,
        "notes": [*notes(row.notes), *_could_be(row)],
        "images": images,
        "undone": None,
    }
