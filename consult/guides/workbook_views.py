"""A guide as a workbook, out and in again; the field sheet of an interview; a copy from another study."""

from __future__ import annotations

import tempfile
from io import BytesIO
from typing import Any

from flask import request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.file import FileField, FileRequired

from consult.excel import ImportRejected, open_source
from consult.guides import elsewhere, excel, field_sheet, plain, reading, replacing, service
from consult.guides.blueprint import bp
from consult.guides.outline import Outline
from consult.guides.reading import Unreadable
from consult.studies.gate import requires
from consult.web.forms import EntityForm
from consult.web.i18n import _, _l, lang
from consult.web.pages import page, see
from consult.web.refusals import sentence

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WorkbookForm(EntityForm):
    """A file that holds a guide."""

    file = FileField(_l("Workbook"), [FileRequired(_l("Choose a file."))])


def _sent(book: Any, whole: Outline, name: str) -> ResponseReturnValue:
    stream = BytesIO(book.to_bytes())
    return send_file(stream, XLSX, as_attachment=True, download_name=f"{whole.guide.code}-v{whole.version.number}-{name}.xlsx")


@bp.get("/versions/<int:version_id>/workbook.xlsx")
@requires("read_guides")
def workbook(study_id: int, version_id: int) -> ResponseReturnValue:
    """Hand out a version as a workbook."""
    whole = service.outline(version_id)
    return _sent(excel.workbook(whole.guide.title(lang()), plain.read(whole), lang()), whole, "guide")


@bp.get("/versions/<int:version_id>/field-sheet.xlsx")
@requires("read_guides")
def field_sheet_of_version(study_id: int, version_id: int) -> ResponseReturnValue:
    """Hand out a version as a sheet to be filled in, for one interview."""
    whole = service.outline(version_id)
    return _sent(field_sheet.workbook(whole, lang()), whole, "fiche" if lang() == "fr" else "sheet")


@bp.route("/<int:guide_id>/import", methods=["GET", "POST"])
@requires("build_guides")
def import_workbook(study_id: int, guide_id: int) -> ResponseReturnValue:
    """Make the draft of a guide of a workbook, whole or not at all."""
    guide, form, faults = service.get(guide_id), WorkbookForm(), list[Any]()
    if form.validate_on_submit():
        try:
            sections = _read(form.file.data)
        except ImportRejected as rejected:
            form.file.errors = [rejected.sentence(lang())]
        except Unreadable as unreadable:
            faults = [{"sheet": each.sheet, "cell": each.cell, "text": sentence(each.refusal)} for each in unreadable.faults]
        else:
            version = replacing.replace(guide, sections)
            text = _("The draft now asks what the workbook says. What was published stays as it is.")
            return see(url_for(".show", guide_id=guide.id, version=version.id), text)
    return page("guides/import.html", form=form, guide=guide, version=service.versions(guide)[0], faults=faults)


def _read(sent: Any) -> tuple[plain.PlainSection, ...]:
    with tempfile.NamedTemporaryFile(prefix="guide-") as file:
        sent.save(file)
        file.flush()
        with open_source(file.name, filename=sent.filename or "guide.xlsx") as source:
            return reading.read(source)


@bp.route("/copy", methods=["GET", "POST"])
@requires("build_guides")
def copy_from(study_id: int) -> ResponseReturnValue:
    """Choose a guide of another study, and copy it."""
    if request.method == "GET":
        return page("guides/copy.html", found=elsewhere.guides(current_user.id))
    guide = elsewhere.copy(current_user.id, request.form.get("version", 0, type=int))
    return see(url_for(".show", guide_id=guide.id), _("The guide was copied. It is a draft of this study."))
