"""Sending a file: it is read at once, or refused with a sentence, and never more than so many an hour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from consult.accounts import throttle
from consult.excel import ImportRejected, Reason
from consult.exchange import allowance, keeping, service, showing, tasks
from consult.exchange.blueprint import bp
from consult.exchange.files import MIB, too_large
from consult.exchange.forms import UploadForm
from consult.exchange.reading import reading, table_of
from consult.kernel.errors import Refused
from consult.studies.gate import requires
from consult.web.app import reference
from consult.web.i18n import lang
from consult.web.pages import page, see

AROUND = 1024
"""What a form adds to the bytes of the file that it carries, at most."""


@bp.url_value_preprocessor
def _let_files_in(endpoint: str | None, _values: object) -> None:
    """A spreadsheet may be larger than other posts; a little beyond its own limit it is still received, to be refused in words."""
    if endpoint == "exchange.upload":
        request.max_content_length = (tasks.settings().upload_mib + 1) * MIB


@bp.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say of a file that is not even received how large it was, and how large it may be."""
    told: dict[str, Any] = {}
    if request.endpoint == "exchange.upload":
        told["text"] = too_large((request.content_length or 0) - AROUND, tasks.settings().upload_mib).sentence(lang())
        told["again"] = url_for("exchange.upload", **(request.view_args or {}))
    return render_template("errors/413.html", reference=reference(), typed=(), home_url=url_for("home.start"), **told), 413


@bp.route("/studies/<int:study_id>/imports/new", methods=["GET", "POST"])
@requires("import")
def upload(study_id: int) -> ResponseReturnValue:
    """Take a file and read it."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _page(form)
    name = Path(form.file.data.filename or "file").name[:200]
    try:
        _count_try()
        return see(url_for("exchange.locate", batch_id=_received(form.file.data)))
    except Refused as refusal:
        return _page(form, 429, showing.throttled(refusal), name)
    except ImportRejected as rejected:
        service.reject(name, request.content_length or 0, rejected.code.value, rejected.values)
        return _page(form, 413 if rejected.code is Reason.FILE_TOO_LARGE else 422, rejected.sentence(lang()), name)


def _page(form: Any, status: int = 200, refused: str = "", name: str = "") -> ResponseReturnValue:
    settings = tasks.settings()
    if refused:
        form.file.errors = [refused]
    return page(
        "exchange/upload.html",
        status,
        form=form,
        limit=settings.upload_mib * MIB,
        refused_name=name,
        allowance=showing.allowance(allowance.allowance(current_user.id, settings.imports_per_hour)),
    )


def _count_try() -> None:
    """Refuse who has sent as many files as they may, and whoever goes on sending files that cannot be read."""
    per_hour = tasks.settings().imports_per_hour
    allowance.refuse_beyond(current_user.id, per_hour)
    try:
        throttle.count_import(current_user.id, allowance.TRIES * per_hour)
    except Refused as refusal:
        raise Refused("import_tries", minutes=refusal.values["minutes"]) from refusal


def _received(sent: Any) -> int:
    """Keep and read a file apart from everything that writes, then note it. One that cannot be read is not kept."""
    store = tasks.store()
    with reading():
        file = store.receive(sent.stream, sent.filename)
        try:
            with table_of(store, file, {}) as table:
                pass
        except ImportRejected:
            keeping.drop(file)
            raise
    return service.begin(file, table).id
