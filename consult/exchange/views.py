"""Imports of a study: the list, the page of one, undoing it, letting it go, its files. `upload_views` and `wizard_views` have the steps."""

from __future__ import annotations

from flask import Flask, g, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consult.excel import ImportRejected
from consult.exchange import (
    keeping,
    looking_back,
    reading,
    service,
    showing,
    showing_table,
    sources,
    tasks,
    upload_views,  # noqa: F401 (it registers itself on the blueprint)
    wizard_views,  # noqa: F401 (so do these)
)  # fmt: skip
from consult.exchange.blueprint import bp
from consult.exchange.excel import XLSX, refused_workbook
from consult.exchange.fields import entity_label
from consult.exchange.forms import DoForm, page_number
from consult.exchange.models import Verdict
from consult.kernel.errors import NotFound
from consult.studies.gate import requires
from consult.web.i18n import _, _l
from consult.web.pages import page, see


def register(app: Flask) -> None:
    """Put the slice into the application; sending a file and the steps register themselves on the blueprint."""
    app.register_blueprint(bp)
    menu = app.extensions["slots"]
    menu.fill("history.sources", sources.named)
    menu.entry("report", _l("Imports"), "exchange.index", "database-import", capability="import", count=looking_back.rail_count, key="m")
    menu.entry("new", _l("Import a spreadsheet"), "exchange.upload", "file-spreadsheet", capability="import")


@bp.get("/studies/<int:study_id>/imports/")
@requires("import")
def index(study_id: int) -> ResponseReturnValue:
    """List the imports of the study, newest first."""
    batches = looking_back.batches()
    return page("exchange/index.html", batches=batches, names=looking_back.names(batches), state=showing.state, entity_label=entity_label)


@bp.get("/studies/<int:study_id>/imports/<int:batch_id>")
@requires("import")
def show(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Show a batch: what it was, what it did row by row, and how to undo it or let it go."""
    batch = service.get(batch_id)
    wanted = request.args.get("verdict")
    wanted = wanted if wanted in {*Verdict, looking_back.KEPT} else None
    done = batch.state in service.DONE_STATES
    rows = looking_back.rows_of(batch, wanted, page_number(request.args)) if done else None
    return page(
        "exchange/show.html",
        batch=batch,
        state=showing.state(batch),
        people=looking_back.names([batch]),
        shown=rows,
        rows=showing.outcomes(rows.rows, batch.entity, looking_back.still_there(rows.rows)) if rows else [],
        wanted=wanted,
        problem=showing.problem(batch),
        mapping=showing_table.mapping(batch.found),
        summary=showing_table.summary(batch.found, batch.sheet or "") if batch.found else None,
        cells=showing.reconciliation(batch.counts.get("cells")),
        entity=entity_label(batch.entity) if batch.entity else None,
        done=done,
        can_undo=batch.state in service.UNDOABLE,
        open=batch.state in service.OPEN_STATES,
        kept_until=showing.kept_until(batch, tasks.settings().abandoned_import_days),
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


@bp.post("/studies/<int:study_id>/imports/<int:batch_id>/discard")
@requires("import")
def discard(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Let go of an import that was not applied, with its file."""
    DoForm().validate()
    batch = service.get(batch_id)
    keeping.discard(tasks.store(), batch)
    return see(url_for("exchange.index"), _("The import of %(file)s is discarded, and its file deleted.", file=batch.file_name))


@bp.get("/studies/<int:study_id>/imports/<int:batch_id>/file")
@requires("import")
def file(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Hand out the file as it was sent."""
    batch = service.get(batch_id)
    kept = reading.kept(tasks.store(), batch)
    if batch.state in keeping.GONE or not kept.path.is_file():
        raise NotFound
    return send_file(kept.path, "application/octet-stream", as_attachment=True, download_name=batch.file_name)


@bp.get("/studies/<int:study_id>/imports/<int:batch_id>/refused.xlsx")
@requires("import")
def refused(study_id: int, batch_id: int) -> ResponseReturnValue:
    """Hand out the rows that were not taken, as they stood, with what is wrong beside each."""
    batch = service.get(batch_id)
    if batch.state in keeping.GONE:
        raise NotFound
    try:
        headers, rows = looking_back.refused_rows(tasks.store(), batch)
    except ImportRejected as error:
        raise NotFound from error
    looking_back.note_export(batch)
    return send_file(
        refused_workbook(batch, headers, rows), XLSX, as_attachment=True, download_name=f"{g.study.ref}-{batch.ref}-refused.xlsx"
    )
