"""Spreadsheets from the command line: the same engine as the wizard's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from consult.cli.frame import TOLD, Command, Failure, say, say_json
from consult.cli.studies import in_study
from consult.cli.words import N_
from consult.excel import ImportRejected, words
from consult.exchange import fields, keeping, previewing, service, showing_table, tasks, undoing
from consult.exchange.carrying_out import carry_out
from consult.exchange.files import Kept
from consult.exchange.models import BatchState
from consult.exchange.planning import Plan
from consult.exchange.reading import table_of
from consult.exchange.table import Table
from consult.exchange.words import counted, said
from consult.kernel import actor, scope
from consult.kernel.changes import Verdict, told_apart
from consult.kernel.db import unit_of_work
from consult.kernel.errors import Forbidden, Refused
from consult.studies.permissions import may
from consult.web.i18n import _, lang


@click.command("import", cls=Command, help=N_("Import a spreadsheet into a study, or say what that would do."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--study", "study_ref", required=True, metavar="REF", help=N_("The study, by its reference."))
@click.option("--entity", help=N_("What the file holds; found by itself if not given."))
@click.option("--sheet", help=N_("The sheet, by name or number; found by itself if not given."))
@click.option("--header-row", type=click.IntRange(min=0), help=N_("The row of the headers, counted from 1; 0 when there is none."))
@click.option("--dry-run", is_flag=True, help=N_("Say what would be done and write nothing."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
def import_file(
    file: Path, study_ref: str, entity: str | None, sheet: str | None, header_row: int | None, dry_run: bool, as_json: bool
) -> None:
    choices = _choices(entity, sheet, header_row)
    with _rejections_told(), in_study(study_ref):
        _refuse_reader()
        told = _foreseen(file, choices) if dry_run else _applied(file, choices)
    if as_json:
        say_json(told)
    else:
        _say(told)


@click.command("undo", cls=Command, help=N_("Undo an import; what was edited since is kept and named."))
@click.argument("batch")
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
def undo(batch: str, as_json: bool) -> None:
    study_ref = service.study_of(batch)
    if study_ref is None:
        raise Failure(_("There is no import %(ref)s.", ref=batch))
    with in_study(study_ref):
        _refuse_reader()
        report = _undone(batch)
    if as_json:
        say_json({"batch": batch.strip().upper(), **report.as_dict()})
        return
    say(_("%(ref)s: %(number)s rows undone.", ref=batch.strip().upper(), number=report.reversed))
    for row, label in report.kept:
        say(_("Row %(row)s is kept, because it was changed or used since: %(label)s", row=row, label=label))
    for row, label in report.failed:
        say(_("Row %(row)s could not be undone: %(label)s", row=row, label=label))


@click.command("fields", cls=Command, help=N_("List what a spreadsheet can feed: kinds of records and their fields."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
def list_fields(as_json: bool) -> None:
    found: list[dict[str, Any]] = [
        {"entity": e.name, "label": fields.entity_label(e.name), "fields": _fields_of(e.name)} for e in fields.registry().entities
    ]
    if as_json:
        say_json(found)
        return
    for entity in found:
        say(f"{entity['entity']}  {entity['label']}")
        for each in entity["fields"]:
            say(f"  {each['field']}  {each['label']}")


def _fields_of(entity: str) -> list[dict[str, Any]]:
    return [
        {"field": each.name, "label": each.label, "kind": each.spec.kind, "required": each.spec.required}
        for each in fields.FIELDS if each.spec.entity == entity
    ]  # fmt: skip


def _choices(entity: str | None, sheet: str | None, header_row: int | None) -> dict[str, Any]:
    if entity is not None and entity not in fields.MAIN:
        raise Failure(_("There is no kind of record %(entity)s. Choose among: %(all)s.", entity=entity, all=", ".join(fields.MAIN)))
    given = {"entity": entity, "sheet": sheet, "header_row": header_row}
    return {name: value for name, value in given.items() if value is not None}


@contextlib.contextmanager
def _rejections_told() -> Iterator[None]:
    try:
        yield
    except ImportRejected as rejected:
        raise Failure(rejected.sentence(lang())) from rejected
    except (click.ClickException, *TOLD):
        raise
    except Exception as error:  # a script reads one line, whatever a file provokes
        raise Failure(_("Something unforeseen happened (%(kind)s). Nothing was changed.", kind=type(error).__name__)) from error


def _refuse_reader() -> None:
    if not may(scope.current().role, "import"):
        raise Forbidden


def _foreseen(path: Path, choices: dict[str, Any]) -> dict[str, Any]:
    """What importing the file would do. Nothing is written, neither in the database nor in the instance."""
    file = Kept(path.name, "", path.stat().st_size, path)
    with _read(file, choices) as table:
        return {**_told(table, previewing.plan(table, choices)), "batch": None}


def _applied(path: Path, choices: dict[str, Any]) -> dict[str, Any]:
    with path.open("rb") as stream:
        file = tasks.store().receive(stream, path.name)
    try:
        with _read(file, choices) as table:
            service.refuse_empty(table)
            if table.entity is None:
                raise Failure(_nothing_fits(table))
            made, ref = carry_out(table, choices, lambda: service.begin(file, table, choices), None)
            return {**_told(table, made), "batch": ref}
    except BaseException:
        keeping.drop(file)
        raise


@contextlib.contextmanager
def _read(file: Kept, choices: dict[str, Any]) -> Iterator[Table]:
    """Read a file as the options say. A row of headers without any record below it is a mistake in the option."""
    try:
        with table_of(tasks.store(), file, choices) as table:
            if choices.get("header_row") and not table.layout.records:
                raise Failure(_no_header_there(choices["header_row"], table.sheet.name, table.sheet.rows))
            yield table
    except Refused as refusal:
        if refusal.code != "import_header_beyond":
            raise
        raise Failure(_no_header_there(**refusal.values)) from refusal


def _no_header_there(row: int, sheet: str, last: int) -> str:
    return _(
        "--header-row %(row)s: there is no record below it. Sheet “%(sheet)s” ends on row %(last)s, so its headers stand on row %(most)s "
        "at the latest.",
        row=row,
        sheet=sheet,
        last=last,
        most=max(0, last - 1),
    )


def _nothing_fits(table: Table) -> str:
    kind = words(table.proposal.kind, lang())
    return _(
        "This file holds nothing that can be imported yet (%(kind)s): no column names a record. Say what it holds with --entity.",
        kind=kind,
    )


def _undone(ref: str) -> undoing.UndoReport:
    batch = service.by_ref(ref)
    if batch.state is BatchState.REVERTED:
        raise Failure(_("%(ref)s is undone already.", ref=batch.ref))
    batch_id = batch.id
    with unit_of_work(), actor.acting(actor.Actor(actor.current().user_id, actor.Via.UNDO, None, batch_id)):
        return undoing.undo(service.get(batch_id))


def _told(table: Table, made: Plan) -> dict[str, Any]:
    layout = table.layout
    columns = [{"index": u.index, "header": u.proposed.header, "field": u.field, "confidence": u.proposed.confidence} for u in table.uses]
    return {
        "entity": table.entity,
        "sheet": table.sheet.name,
        "header_row": layout.header_row or None,
        "last_row": layout.last_row or None,
        "columns": columns,
        "missing": showing_table.missing(service.described(table), table.entity),
        "not_records": [{"row": n.row, "reason": words(n.reason, lang())} for n in table.left_out],
        "counts": made.counts,
        "refused": _rows(made, Verdict.REFUSED),
        "ambiguous": _rows(made, Verdict.AMBIGUOUS),
        "cells": made.cells.as_dict(),
    }


def _rows(made: Plan, verdict: Verdict) -> list[dict[str, Any]]:
    return [{"row": row.row, "reason": _reason(row)} for row in made.rows if row.verdict is verdict]


def _reason(row: Any) -> str:
    candidates = [c for part in row.parts for c in part.target.candidates]
    asked = [f"{told_apart(c.label, c.hint) or c.row} ({', '.join(said(reason) for reason in c.reasons)})" for c in candidates]
    return " ; ".join([*asked, *(said(note) for note in row.notes)]) if asked else "; ".join(said(note) for note in row.notes)


def _say(told: dict[str, Any]) -> None:
    counts = told["counts"]
    say(
        _(
            "Sheet “%(sheet)s”, headers on row %(row)s, last record on row %(last)s.",
            sheet=told["sheet"],
            row=told["header_row"] or "—",
            last=told["last_row"] or "—",
        )
    )
    say(counted(counts))
    for each in told["columns"]:
        say(f"  {each['index']:>3}  {each['header']}  →  {each['field'] or '—'}")
    for each in (*told["refused"], *told["ambiguous"]):
        say(_("Row %(row)s: %(reason)s", row=each["row"], reason=each["reason"]))
    if told["batch"]:
        say(_("Applied as %(batch)s. To undo it: consult undo %(batch)s", batch=told["batch"]))
