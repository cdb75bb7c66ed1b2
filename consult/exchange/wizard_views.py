"""The steps of an import: which table, which fields, what it would do, do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consult.excel import ImportRejected
from consult.exchange import plans, service, showing, tasks
from consult.exchange.blueprint import bp
from consult.exchange.fields import entity_label
from consult.exchange.forms import DELIMITERS, ENCODINGS, DoForm, answers, columns_form, layout_choices
from consult.exchange.models import BatchState, ImportBatch, Verdict
from consult.exchange.table import letters
from consult.exchange.words import counted
from consult.studies.gate import requires
from consult.web.i18n import _, lang
from consult.web.pages import page, see

AT_ONCE = 2_000
"""Up to so many records a preview is made while the person waits; beyond, in the background."""


@bp.route("/studies/<int:study_id>/imports/<int:batch_id>/table", methods=["GET", "POST"])
@requires("import")
def locate(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Show which sheet and rows are read, with the grid; each choice is shown at once, and kept when it is sent."""
    form, batch = DoForm(), service.get(batch_id)
    service.refuse_unless(batch, service.OPEN_STATES)
    given = request.form if request.method == "POST" else request.args
    choices = layout_choices(given, batch.choices) if given else dict(batch.choices)
    sent = form.validate_on_submit() and not request.values.get("show")
    try:
        shown = _located(batch, choices)
    except ImportRejected as rejected:
        return _locate_page(batch_id, choices, None, rejected.sentence(lang()))
    if not sent:
        return _locate_page(batch_id, choices, shown)
    service.decide(service.get(batch_id), shown["table"], choices)
    return see(url_for("exchange.columns", batch_id=batch_id))


def _located(batch: ImportBatch, choices: dict[str, Any]) -> dict[str, Any]:
    store = tasks.store()
    with service.reading():
        file = service.kept(store, service.get(batch.id))
        with service.table_of(store, file, choices) as table:
            found = plans.described(table)
            return {"table": table, "found": found, "grid": showing.grid(table), "sheet": table.sheet.name}


def _locate_page(batch_id: int, choices: dict[str, Any], shown: Any, refused: str | None = None) -> ResponseReturnValue:
    batch = service.get(batch_id)
    found = shown["found"] if shown else batch.found
    sheet = str(shown["sheet"] if shown else choices.get("sheet") or batch.sheet)
    return page(
        "exchange/table.html",
        422 if refused else 200,
        batch=batch,
        choices=choices,
        found=found,
        sheet=sheet,
        grid=shown["grid"] if shown else None,
        refused=refused,
        summary=showing.summary(found, sheet) if shown else None,
        remarks=showing.remarks(found),
        not_records=showing.not_records(found),
        kind=showing.file_kind(found),
        encodings=ENCODINGS,
        delimiters=DELIMITERS,
    )


@bp.route("/studies/<int:study_id>/imports/<int:batch_id>/columns", methods=["GET", "POST"])
@requires("import")
def columns(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Show what becomes of each column; when it is sent, plan the import."""
    batch = service.get(batch_id)
    service.refuse_unless(batch, service.OPEN_STATES)
    choices = dict(batch.choices)
    asked = request.args.get("entity")
    with service.reading():
        store = tasks.store()
        file = service.kept(store, service.get(batch_id))
        with service.table_of(store, file, {**choices, **({"entity": asked, "columns": {}} if asked else {})}) as table:
            found = plans.described(table)
            in_frame = service.enters_frame(choices, table)
    form = columns_form(table, asked or table.entity, in_frame)
    if not form.validate_on_submit():
        rows = [{**c, "letter": letters(c["index"]), "why": showing.why(c)} for c in found["columns"]]
        return page(
            "exchange/columns.html", form=form, batch=service.get(batch_id), columns=rows, found=found, kind=showing.file_kind(found)
        )
    return _mapped(batch_id, {**choices, **form.decided()})


def _mapped(batch_id: int, choices: dict[str, Any]) -> ResponseReturnValue:
    store = tasks.store()
    with service.reading():
        file = service.kept(store, service.get(batch_id))
        with service.table_of(store, file, choices) as table:
            records = table.layout.records
    return _plan(batch_id, records, lambda batch: service.decide(batch, table, choices))


def _plan(batch_id: int, records: int, change: Callable[[ImportBatch], None]) -> ResponseReturnValue:
    """Change what was decided, then plan: while the person waits, or in the background for a long file."""
    target = url_for("exchange.preview", batch_id=batch_id)
    if records > AT_ONCE:
        change(service.get(batch_id))
        return see(url_for("home.job", job_id=tasks.start(tasks.PREVIEW, batch_id, current_user.id, target)))
    service.keep(batch_id, change)
    service.preview(tasks.store(), batch_id)
    return see(target)


@bp.get("/studies/<int:study_id>/imports/<int:batch_id>/preview")
@requires("import")
def preview(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Show what the import would do: counts, and every row with its changes; ambiguous rows ask."""
    batch = service.get(batch_id)
    store = tasks.store()
    if batch.state is not BatchState.PREVIEWED or not plans.exists(store.folder, batch_id):
        return see(url_for("exchange.show", batch_id=batch_id))
    verdict = request.args.get("verdict")
    wanted = verdict if verdict in set(Verdict) else None
    number = request.args.get("page", "1")
    shown = plans.read_page(store.folder, batch_id, wanted, int(number) if number.isdecimal() and len(number) < 6 else 1)
    return page(
        "exchange/preview.html",
        batch=batch,
        rows=[showing.planned(row) for row in shown.rows],
        shown=shown,
        verdict=wanted,
        problem=showing.problem(batch),
        cells=showing.reconciliation(batch.counts.get("cells")),
        counted=counted(batch.counts),
        entity=entity_label(batch.entity) if batch.entity else None,
        answered=(batch.choices.get("decisions") or {}),
        form=None,
    )


@bp.post("/studies/<int:study_id>/imports/<int:batch_id>/decisions")
@requires("import")
def decisions(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Take the answers about ambiguous rows, and plan again."""
    batch = service.get(batch_id)
    service.refuse_unless(batch, (BatchState.PREVIEWED,))
    given = answers(request.form)
    if request.form.get("all") in ("new", "skip"):
        given = {**service.undecided(tasks.store(), batch, request.form["all"]), **given}
    if not given:
        return see(
            url_for("exchange.preview", batch_id=batch_id, verdict="ambiguous"), _("Choose an answer for at least one row."), kind="warn"
        )
    return _plan(batch_id, batch.found.get("records", 0), lambda present: service.answer(present, given))


@bp.post("/studies/<int:study_id>/imports/<int:batch_id>/apply")
@requires("import")
def apply(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Apply a previewed batch in the background. A second sending leads to the same work."""
    batch = service.get(batch_id)
    if batch.state is BatchState.APPLYING and batch.job_id:
        return see(url_for("home.job", job_id=batch.job_id))
    if batch.state in service.DONE_STATES:
        return see(url_for("exchange.show", batch_id=batch_id))
    service.ready_to_apply(batch, request.form.get("digest", ""))
    target = url_for("exchange.show", batch_id=batch_id)
    return see(url_for("home.job", job_id=tasks.start(tasks.APPLY, batch_id, current_user.id, target)))
