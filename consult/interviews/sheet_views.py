"""The Excel sheet of an interview: taken along, brought back, compared with what is held, and taken over answer by answer."""

from __future__ import annotations

import tempfile
from io import BytesIO
from typing import Any

from flask import request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict

from consult.excel import ImportRejected, open_source
from consult.guides.reading import Unreadable
from consult.interviews import saving, sheets, writing, writing_views
from consult.interviews.blueprint import bp
from consult.interviews.models import Interview
from consult.interviews.showing import address, title
from consult.kernel.errors import NotFound, Refused
from consult.studies.gate import requires
from consult.web.forms import EntityForm
from consult.web.i18n import _l, lang, ngettext
from consult.web.pages import page, see
from consult.web.refusals import sentence

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetForm(EntityForm):
    """A field sheet that was filled in."""

    file = FileField(_l("Field sheet"), [FileRequired(_l("Choose a file."))], description=_l("xlsx"))


@bp.get("/<int:interview_id>/field-sheet.xlsx")
@requires("log_interviews")
def field_sheet(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Hand out the sheet of an interview, with what was answered so far."""
    interview = _followed(interview_id)
    book = sheets.workbook(interview, writing.sheet(interview), title(interview))
    return send_file(BytesIO(book.to_bytes()), XLSX, as_attachment=True, download_name=f"{interview.ref}.xlsx")


@bp.route("/<int:interview_id>/field-sheet", methods=["GET", "POST"])
@requires("log_interviews")
def bring_sheet(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Take a sheet back and show what it says otherwise; nothing is written yet."""
    interview, form = _followed(interview_id), SheetForm()
    if not form.validate_on_submit():
        return _page(interview, form)
    try:
        found = _differences(interview, form.file.data)
    except ImportRejected as rejected:
        form.file.errors = [*form.file.errors, rejected.sentence(lang())]
        return _page(interview, form)
    except Unreadable as unreadable:
        return _page(interview, form, faults=[(each.cell, sentence(each.refusal)) for each in unreadable.faults])
    return _page(interview, SheetForm(formdata=None), found, 200)


@bp.post("/<int:interview_id>/field-sheet/take")
@requires("log_interviews")
def take_sheet(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Take over the answers of a sheet that were ticked; where somebody answered meanwhile both are shown."""
    interview = _followed(interview_id)
    prefixes = tuple(f"a{number}-" for number in request.form.getlist("take") if number.isdecimal())
    posted = MultiDict([(name, value) for name, value in request.form.items(multi=True) if name.startswith(prefixes or ("\0",))])
    sheet = writing.sheet(interview, posted)
    outcome = saving.save_all(interview, sheet, {})
    if outcome.troubles:
        return writing_views.show(interview, sheet, outcome)
    said = ngettext("%(num)s answer was taken from the sheet.", "%(num)s answers were taken from the sheet.", outcome.saved)
    return see(url_for(".write", interview_id=interview.id), said)


def _followed(interview_id: int) -> Interview:
    interview = writing.interview(interview_id)
    if interview.guide_version_id is None:
        raise NotFound
    if interview.state.is_sealed:
        raise Refused("interview_is_validated")
    return interview


def _differences(interview: Interview, sent: Any) -> list[sheets.Difference]:
    with tempfile.NamedTemporaryFile(prefix="sheet-") as file:
        sent.save(file)
        file.flush()
        with open_source(file.name, filename=sent.filename or "sheet.xlsx") as source:
            return sheets.differences(source, writing.sheet(interview))


def _page(
    interview: Interview, form: SheetForm, found: list[sheets.Difference] | None = None, status: int = 0, faults: list[Any] | None = None
) -> ResponseReturnValue:
    return page(
        "interviews/sheet.html", status or (422 if request.method == "POST" else 200), interview=interview, title=title(interview),
        back=address(interview), sheet_form=form, differences=found, faults=faults or [],
    )  # fmt: skip
