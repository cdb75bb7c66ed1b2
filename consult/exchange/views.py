"""Imports of a study: the list, sending a file, the page of a batch, undoing it, what it refused. The steps are in `wizard_views`."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, current_app, g, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consult.accounts import throttle
from consult.excel import ImportRejected, Reason
from consult.exchange import service, showing, tasks, wizard_views  # noqa: F401 (the steps register themselves on the blueprint)
from consult.exchange.blueprint import bp
from consult.exchange.excel import XLSX, refused_workbook
from consult.exchange.fields import entity_label
from consult.exchange.forms import DoForm, UploadForm
from consult.exchange.models import BatchState
from consult.kernel.errors import NotFound, Refused
from consult.studies.gate import requires
from consult.web.i18n import _l
from consult.web.pages import page, see
from consult.web.refusals import sentence

MIB = 2**20


def register(app: Flask) -> None:
    """Put the slice into the application; its steps register themselves on the blueprint."""
    app.register_blueprint(bp)
    menu = app.extensions["slots"]
    menu.entry("report", _l("Imports"), "exchange.index", "database-import", capability="import", count=service.rail_count, key="m")
    menu.entry("new", _l("Import a spreadsheet"), "exchange.upload", "file-spreadsheet", capability="import")


@bp.url_value_preprocessor
def _let_files_in(endpoint: str | None, _values: object) -> None:
    """A spreadsheet may be larger than other posts; beyond its own limit the reader says so in words."""
    if endpoint == "exchange.upload":
        request.max_content_length = (current_app.config["SETTINGS"].upload_mib + 1) * MIB


@bp.get("/studies/<int:study_id>/imports/")
@requires("import")
def index(study_id: int) -> ResponseReturnValue:
    """List the imports of the study, newest first."""
    batches = service.batches()
    return page(
        "exchange/index.html",
        batches=batches,
        names=service.names(batches),
        problem=showing.problem,
        entity_label=entity_label,
    )


@bp.route("/studies/<int:study_id>/imports/new", methods=["GET", "POST"])
@requires("import")
def upload(study_id: int) -> ResponseReturnValue:
    """Take a file and read it."""
    form, limit = UploadForm(), current_app.config["SETTINGS"].upload_mib
    if not form.validate_on_submit():
        return page("exchange/upload.html", form=form, limit=limit * MIB)
    sent = form.file.data
    try:
        throttle.count_import(current_user.id, current_app.config["SETTINGS"].imports_per_hour)
        return see(url_for("exchange.locate", batch_id=_received(sent.stream, sent.filename)))
    except Refused as refusal:
        form.file.errors = [sentence(refusal)]
        return page("exchange/upload.html", 429, form=form, limit=limit * MIB)
    except ImportRejected as rejected:
        service.reject(Path(sent.filename or "file").name[:200], "", 0, rejected.code.value, rejected.values)
        form.file.errors = [rejected.sentence(current_user.lang)]
        return page("exchange/upload.html", 413 if rejected.code is Reason.FILE_TOO_LARGE else 422, form=form, limit=limit * MIB)


def _received(stream: object, name: str | None) -> int:
    store = tasks.store()
    with service.reading():
        file = store.receive(stream, name)  # type: ignore[arg-type]
        with service.table_of(store, file, {}) as table:
            pass
    return service.begin(file, table).id


@bp.get("/studies/<int:study_id>/imports/<int:batch_id>")
@requires("import")
def show(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Show a batch: what it was, what it did, and how to undo it."""
    batch = service.get(batch_id)
    rows = [showing.outcome(row) for row in service.rows_of(batch)] if batch.state in service.DONE_STATES else []
    return page(
        "exchange/show.html",
        batch=batch,
        people=service.names([batch]),
        rows=rows,
        problem=showing.problem(batch),
        mapping=showing.mapping(batch.found or {}),
        summary=showing.summary(batch.found, batch.sheet or "") if batch.found else None,
        cells=showing.reconciliation((batch.counts or {}).get("cells")),
        entity=entity_label(batch.entity) if batch.entity else None,
        can_undo=batch.state in service.UNDOABLE,
        open=batch.state in service.OPEN_STATES,
        form=None,
    )


@bp.post("/studies/<int:study_id>/imports/<int:batch_id>/undo")
@requires("import")
def undo(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Undo a batch in the background."""
    DoForm().validate()
    batch = service.get(batch_id)
    service.refuse_unless(batch, service.UNDOABLE)
    job_id = tasks.start(tasks.UNDO, batch.id, current_user.id, url_for("exchange.show", batch_id=batch.id))
    return see(url_for("home.job", job_id=job_id))


@bp.get("/studies/<int:study_id>/imports/<int:batch_id>/file")
@requires("import")
def file(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Hand out the file as it was sent."""
    batch = service.get(batch_id)
    kept = service.kept(tasks.store(), batch)
    if batch.state is BatchState.REJECTED or not kept.path.is_file():
        raise NotFound
    return send_file(kept.path, "application/octet-stream", as_attachment=True, download_name=batch.file_name)


@bp.get("/studies/<int:study_id>/imports/<int:batch_id>/refused.xlsx")
@requires("import")
def refused(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Hand out the rows that were not taken, as they stood, with what is wrong beside each."""
    batch = service.get(batch_id)
    store = tasks.store()
    try:
        headers, rows = service.refused_rows(store, batch)
    except ImportRejected as error:
        raise NotFound from error
    service.note_export(batch)
    return send_file(
        refused_workbook(batch, headers, rows), XLSX, as_attachment=True, download_name=f"{g.study.ref}-{batch.ref}-refused.xlsx"
    )
