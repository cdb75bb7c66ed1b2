"""What the wizard shows, in the reader's language: the grid of a sheet, its columns, the rows of a plan, a batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from consult.excel import FileKind, Remark, RowReason, Why, words
from consult.excel.values import as_text
from consult.exchange import fields
from consult.exchange.fields import JOINED, ORGANISATION, PERSON
from consult.exchange.models import ImportBatch
from consult.exchange.table import Table, letters
from consult.exchange.words import rejection, said
from consult.kernel.errors import Refused
from consult.organisations.identifiers import written_phone
from consult.web.i18n import _, lang, ngettext, written_date
from consult.web.refusals import known_codes, sentence

HEAD_ROWS, TAIL_ROWS, MOST_COLUMNS, LONGEST = 14, 6, 40, 60
FIRST_CHANGES = 6


def grid(table: Table) -> dict[str, Any]:
    """Return the rows of a sheet that let one judge how it is read: those at its head, and those around its end."""
    layout = table.layout
    head = min(max(HEAD_ROWS, (layout.header_row or 0) + 8), 60)
    shown = table.rows(1, head)
    tail = max(head + 1, layout.last_row - 2)
    gap = tail > head + 1
    after = table.rows(tail, TAIL_ROWS) if layout.last_row > head or table.sheet.rows > head else []
    width = min(MOST_COLUMNS, max((len(row) for _n, row in (*shown, *after)), default=0))
    marks = {n.row: n.reason for n in layout.not_records}
    return {
        "letters": [letters(i + 1) for i in range(width)],
        "head": [_grid_row(number, row, width, table, marks) for number, row in shown],
        "tail": [_grid_row(number, row, width, table, marks) for number, row in after],
        "gap": gap and bool(after),
        "more_columns": max(0, max((len(row) for _n, row in (*shown, *after)), default=0) - width),
    }


def _grid_row(number: int, row: Any, width: int, table: Table, marks: Mapping[int, RowReason]) -> dict[str, Any]:
    layout = table.layout
    cells = [_cut(as_text(row[i])) if i < len(row) else "" for i in range(width)]
    if number in layout.header_rows:
        return {"number": number, "cells": cells, "kind": "header", "mark": _("headers")}
    if number in marks:
        return {"number": number, "cells": cells, "kind": "left", "mark": words(marks[number], lang())}
    inside = layout.first_row <= number <= layout.last_row and any(cells)
    return {"number": number, "cells": cells, "kind": "record" if inside else "outside", "mark": ""}


def _cut(text: str) -> str:
    bare = " ".join(text.split())
    return bare if len(bare) <= LONGEST else bare[: LONGEST - 1] + "…"


def remarks(found: Mapping[str, Any]) -> list[str]:
    """Return what has to be said aloud of a sheet."""
    told = []
    for code, values in found.get("remarks", ()):
        text = words(Remark(code), lang(), **values)
        told.append(text[:1].upper() + text[1:])
    return told


def not_records(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows held not to be records, blank ones apart."""
    rows = ((row, RowReason(reason), text) for row, reason, text in found.get("not_records", ()))
    return [{"row": row, "reason": words(reason, lang()), "text": text} for row, reason, text in rows if reason is not RowReason.BLANK]


def summary(found: Mapping[str, Any], sheet: str) -> str:
    """Return in one sentence how a table was found."""
    head = _("headers on row %(row)s", row=found["header_row"]) if found.get("header_row") else _("no header row")
    records = ngettext("%(num)d record", "%(num)d records", found.get("records", 0))
    left = sum(1 for _row, reason, _text in found.get("not_records", ()) if reason != RowReason.BLANK.value)
    aside = ngettext("%(num)d row that is no record", "%(num)d rows that are no records", left)
    return _("Sheet “%(sheet)s”, %(head)s, %(records)s, %(aside)s.", sheet=sheet, head=head, records=records, aside=aside)


def why(column: Mapping[str, Any]) -> str:
    """Return why a column was given its field, or left open."""
    text = words(Why(column["reason"]), lang())
    closest = column.get("closest")
    return f"{text} ({fields.label_of(closest)}?)" if closest and not column.get("field") else text


def file_kind(found: Mapping[str, Any]) -> str | None:
    """Return what a file is known to be when it is not a list of records."""
    kind = FileKind(found.get("kind", "unknown"))
    return words(kind, lang()) if kind not in (FileKind.RECORDS, FileKind.UNKNOWN) else None


def problem(batch: ImportBatch) -> str | None:
    """Return why a batch was refused or could not be applied."""
    if not batch.problem:
        return None
    if batch.problem in known_codes():
        return sentence(Refused(batch.problem))
    return rejection(batch.problem, batch.problem_values or {})


def outcome(row: Any) -> dict[str, Any]:
    """Return a row of an applied batch that somebody has to look at."""
    return {
        "row": row.row,
        "verdict": row.verdict.value,
        "label": row.label,
        "notes": [said(note) for note in row.notes],
        "undone": row.undone,
        "organisation_id": (row.entity_ids or {}).get(ORGANISATION),
    }


# the rows of a plan


def planned(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a kept plan as the preview shows it."""
    changes = [change for part in row["parts"] for change in _changes(part)]
    return {
        "row": row["row"],
        "verdict": row["verdict"],
        "label": row["label"],
        "first": changes[:FIRST_CHANGES],
        "more": changes[FIRST_CHANGES:],
        "notes": [said(note) for note in row["notes"]],
        "matched": [
            said((f"{part['how']}", {"row": part["group"]}))
            for part in row["parts"]
            if part["how"] and part["entity"] in (ORGANISATION, PERSON)
        ],
        "questions": [_question(part) for part in row["parts"] if part["candidates"]],
        "organisation_id": next((part["id"] for part in row["parts"] if part["entity"] == ORGANISATION), None),
    }


def _changes(part: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for name, old, new, extra in part["changes"]:
        if name == JOINED and part["fresh"]:
            continue
        label = _("Extra: %(header)s", header=name) if extra else _label(name)
        yield {"label": label, "old": value(name, old), "new": value(name, new)}


def _label(name: str) -> str:
    return _("Takes part in this study") if name == JOINED else fields.label_of(name)


def value(name: str, kept: Any) -> str:
    """Return a field's value, as JSON kept it, as a person reads it."""
    if kept is None or kept == "":
        return ""
    spec = fields.by_name().get(name)
    if isinstance(kept, list):
        return ", ".join(value(name, each) for each in kept)
    if isinstance(kept, bool):
        return _("yes") if kept else _("no")
    if spec and spec.spec.kind == "phone":
        return written_phone(str(kept))
    if spec and spec.members:
        return spec.members(kept).label(lang())
    if spec and spec.spec.kind == "date":
        return written_date(dt.date.fromisoformat(str(kept)[:10]))
    return str(kept)


def _question(part: Mapping[str, Any]) -> dict[str, Any]:
    candidates = []
    for each in part["candidates"]:
        answer = f"use:{each['id']}" if each["id"] is not None else f"line:{each['row']}"
        reasons = ", ".join(said(reason) for reason in each["reasons"])
        candidates.append({"answer": answer, "label": each["label"], "hint": each["hint"], "reasons": reasons, "id": each["id"]})
    return {"entity": part["entity"], "candidates": candidates}


def mapping(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what became of each column of a batch."""
    kinds = {"extra": _("kept as extra"), "open": _("left open, kept as extra"), "ignore": _("ignored by choice")}
    return [
        {"letter": letters(c["index"]), "header": c["header"], "becomes": fields.label_of(c["field"]) if c["field"] else kinds[c["kind"]]}
        for c in found.get("columns", ())
    ]


def reconciliation(cells: Mapping[str, int] | None) -> str | None:
    """Return where every cell went, in one sentence."""
    if not cells:
        return None
    return _(
        "%(read)s cells read = %(fields)s in fields + %(extra)s in extra + %(refused)s in rows not taken + %(ignored)s ignored by choice",
        **cells,
    )
