"""The steps of an import: which table, which fields, what it would do, do it.

Each step reads and plans first, apart from the request's transaction (`reading`), and then notes in it what was decided.
"""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consult.excel import ImportRejected
from consult.exchange import plans, previewing, service, showing, showing_table, tasks
from consult.exchange.blueprint import bp
from consult.exchange.carrying_out import enters_frame
from consult.exchange.fields import MAIN, entity_label
from consult.exchange.forms import DELIMITERS, ENCODINGS, DoForm, answers, columns_form, layout_choices, page_number
from consult.exchange.models import BatchState, ImportBatch, Verdict
from consult.exchange.reading import kept, reading, table_of
from consult.kernel.errors import Refused
from consult.studies.gate import requires
from consult.web.i18n import _, lang
from consult.web.pages import page, see
from consult.web.refusals import sentence

AT_ONCE = 2_000
"""Up to so many records a preview is made while the person waits; beyond, in the background."""


# which table


@bp.route("/studies/<int:study_id>/imports/<int:batch_id>/table", methods=["GET", "POST"])
@requires("import")
def locate(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Show which sheet and rows are read, with the grid; each choice is shown at once, and kept when it is sent."""
    form, batch = DoForm(), service.get(batch_id)
    if batch.state not in service.OPEN_STATES:
        return _closed(batch)
    given = request.form if request.method == "POST" else request.args
    choices = layout_choices(given, batch.choices) if given else dict(batch.choices)
    sent = form.validate_on_submit() and not request.values.get("show")
    shown: dict[str, Any] | None = None
    try:
        shown = _located(batch_id, choices)
        if sent:
            service.decide(service.get(batch_id), shown["table"], choices)
            return see(url_for("exchange.columns", batch_id=batch_id))
        service.refuse_empty(shown["table"])
    except ImportRejected as rejected:
        return _locate_page(batch_id, choices, shown, rejected.sentence(lang()))
    except Refused as refusal:
        return _locate_page(batch_id, choices, shown, sentence(refusal), 422 if sent or shown is None else 200)
    return _locate_page(batch_id, choices, shown)


def _located(batch_id: int, choices: dict[str, Any]) -> dict[str, Any]:
    store = tasks.store()
    with reading():
        file = kept(store, service.get(batch_id))
        with table_of(store, file, choices) as table:
            return {"table": table, "found": service.described(table), "grid": showing_table.grid(table), "sheet": table.sheet.name}


def _locate_page(
    batch_id: int, choices: dict[str, Any], shown: dict[str, Any] | None, refused: str | None = None, status: int = 422
) -> ResponseReturnValue:
    batch = service.get(batch_id)
    found: dict[str, Any] = shown["found"] if shown else {**batch.found, **choices}
    sheet = str(shown["sheet"] if shown else choices.get("sheet") or batch.sheet)
    return page(
        "exchange/table.html",
        status if refused else 200,
        batch=batch,
        choices=choices,
        found=found,
        sheet=sheet,
        grid=shown["grid"] if shown else None,
        refused=refused,
        summary=showing_table.summary(found, sheet) if shown else None,
        remarks=showing_table.remarks(found),
        not_records=showing_table.not_records(found) if shown else [],
        kind=showing_table.file_kind(found),
        encodings=ENCODINGS,
        delimiters=DELIMITERS,
    )


def _closed(batch: ImportBatch) -> ResponseReturnValue:
    """The steps of an import that is over, or being applied, lead to its page."""
    if request.method == "POST":
        service.refuse_unless(batch, service.OPEN_STATES)
    return see(url_for("exchange.show", batch_id=batch.id))


# which fields


@bp.route("/studies/<int:study_id>/imports/<int:batch_id>/columns", methods=["GET", "POST"])
@requires("import")
def columns(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Show what becomes of each column; when it is sent, plan the import. `?entity=` proposes fields for another kind of record."""
    batch = service.get(batch_id)
    if batch.state not in service.OPEN_STATES:
        return _closed(batch)
    if not batch.found.get("records"):
        return see(url_for("exchange.locate", batch_id=batch_id))
    choices, asked = dict(batch.choices), request.args.get("entity")
    asked = asked if asked in MAIN and request.method == "GET" else None
    with reading():
        store = tasks.store()
        file = kept(store, service.get(batch_id))
        with table_of(store, file, {**choices, "entity": asked, "columns": {}} if asked else choices, afresh=bool(asked)) as table:
            found, filled = service.described(table), table.filled()
            form = columns_form(table, asked or table.entity, enters_frame(choices, table))
    if not form.validate_on_submit():
        return _columns_page(batch_id, form, found, filled)
    return _plan(batch_id, choices, {**choices, **form.decided()})


def _columns_page(batch_id: int, form: Any, found: dict[str, Any], filled: dict[int, int]) -> ResponseReturnValue:
    columns = showing_table.columns(found, filled)
    return page(
        "exchange/columns.html",
        form=form,
        batch=service.get(batch_id),
        columns=columns,
        found=found,
        mapped=showing_table.mapped(columns),
        missing=showing_table.missing(found, form.entity.data),
        kind=showing_table.file_kind(found),
        entities=[(name, entity_label(name)) for name in MAIN],
    )


# what it would do


def _plan(batch_id: int, before: dict[str, Any], choices: dict[str, Any]) -> ResponseReturnValue:
    """Decide and plan: while the person waits, or in the background for a long file. `before` is what the choices were made on."""
    target = url_for("exchange.preview", batch_id=batch_id)
    if service.get(batch_id).found.get("records", 0) > AT_ONCE:
        service.choose(batch_id, before, choices)
        return see(url_for("home.job", job_id=tasks.start(tasks.PREVIEW, batch_id, current_user.id, target)))
    store = tasks.store()
    previewing.take(store, batch_id, before, previewing.foresee(store, batch_id, choices))
    return see(target)


@bp.get("/studies/<int:study_id>/imports/<int:batch_id>/preview")
@requires("import")
def preview(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Show what the import would do: counts, and every row with its changes; ambiguous rows ask."""
    batch, store = service.get(batch_id), tasks.store()
    if batch.state is not BatchState.PREVIEWED:
        return see(url_for("exchange.show", batch_id=batch_id))
    if not plans.exists(store.folder, batch_id):
        return see(url_for("exchange.columns", batch_id=batch_id), _("The preview has to be made again."), kind="info")
    wanted = request.args.get("verdict")
    wanted = wanted if wanted in set(Verdict) else None
    shown = plans.read_page(store.folder, batch_id, wanted, page_number(request.args))
    return page(
        "exchange/preview.html",
        batch=batch,
        rows=[showing.planned(row, batch.entity) for row in shown.rows],
        shown=shown,
        wanted=wanted,
        problem=showing.problem(batch),
        cells=showing.reconciliation(batch.counts.get("cells")),
        outlook=showing.outlook(batch.counts),
        missing=showing_table.missing(batch.found, batch.entity),
        entity=entity_label(batch.entity) if batch.entity else None,
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
        given = {**previewing.undecided(tasks.store(), batch_id, request.form["all"]), **given}
    if not given:
        again = url_for("exchange.preview", batch_id=batch_id, verdict="ambiguous")
        return see(again, _("Choose an answer for at least one row."), kind="warn")
    return _plan(batch_id, dict(batch.choices), service.answered(batch.choices, given))


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
