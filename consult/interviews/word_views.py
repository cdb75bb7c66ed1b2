"""A Word note dropped in: read, shown cut at its headings with where each passage would go, and filed when its writer says so."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired

from consult.excel.errors import ImportRejected
from consult.excel.limits import MIB
from consult.excel.word import Paragraph, paragraphs
from consult.guides import service as guides
from consult.guides.outline import Outline
from consult.interviews import files, filing, writing
from consult.interviews.blueprint import bp
from consult.interviews.models import Interview
from consult.interviews.showing import address, title
from consult.kernel.errors import Refused
from consult.kernel.listing import whole_numbers
from consult.studies.gate import requires
from consult.web.forms import EntityForm
from consult.web.i18n import _, _l, ngettext
from consult.web.pages import page, see
from consult.web.refusals import sentence


class WordForm(EntityForm):
    """A note as Word keeps it."""

    file = FileField(_l("Word document"), [FileRequired(_l("Choose a file."))], description=_l("docx"))


@bp.url_value_preprocessor
def _let_in(endpoint: str | None, _values: object) -> None:
    """A document may weigh more than what is typed."""
    if endpoint == f"{bp.name}.read_word":
        request.max_content_length = (current_app.config["SETTINGS"].upload_mib + 1) * MIB


@bp.route("/<int:interview_id>/word", methods=["GET", "POST"])
@requires("log_interviews")
def read_word(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Take a Word note, keep it whole with the interview's files, and show where its passages would go; none is filed yet."""
    interview, form = _open(interview_id), WordForm()
    if not form.validate_on_submit():
        return _page(interview, form)
    try:
        found = filing.passages(_read(form.file.data), _outline(interview))
    except ImportRejected:
        found = None
    if not found:
        said = (
            _("This document holds no text.") if found == [] else _("This is no Word document that can be read. Save it as .docx in Word.")
        )
        form.file.errors = [*form.file.errors, said]
        return _page(interview, form)
    if not form.saved_by(lambda values, _seen: _keep(interview, values["file"])):
        return _page(interview, form)
    return _page(interview, WordForm(formdata=None), found, 200)


@bp.post("/<int:interview_id>/word/file")
@requires("log_interviews")
def file_word(study_id: int, interview_id: int) -> ResponseReturnValue:
    """File the passages as their writer chose."""
    interview = _open(interview_id)
    filed = [_passage(n) for n in whole_numbers(_numbers()) if request.form[f"text-{n}"].strip()]
    try:
        count = filing.apply(interview, [(place, heading, text) for place, heading, text in filed if place is not None])
    except Refused as refusal:
        found = [filing.Passage(heading, [text], filing.NOWHERE if place is None else place) for place, heading, text in filed]
        return _page(interview, WordForm(formdata=None), found, 422, sentence(refusal))
    said = ngettext("The note is filed: %(num)s answer changed.", "The note is filed: %(num)s answers changed.", count)
    return see(url_for(".write", interview_id=interview.id), said)


def _open(interview_id: int) -> Interview:
    interview = writing.interview(interview_id)
    if interview.state.is_sealed:
        raise Refused("interview_is_validated")
    return interview


def _outline(interview: Interview) -> Outline | None:
    return guides.outline(interview.guide_version_id) if interview.guide_version_id is not None else None


def _read(upload: Any) -> list[Paragraph]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "note.docx"
        upload.save(path)
        return paragraphs(path)


def _keep(interview: Interview, upload: Any) -> None:
    upload.stream.seek(0)
    files.add_once(interview, upload.stream, upload.filename)


def _numbers() -> list[str]:
    """Return the numbers of the passages that were posted, in their order."""
    return sorted((name.removeprefix("text-") for name in request.form if name.startswith("text-")), key=lambda each: (len(each), each))


def _passage(n: int) -> tuple[int | None, str, str]:
    """Return one passage: where it goes (None: nowhere), its heading and its text."""
    place = next(iter(whole_numbers([request.form.get(f"place-{n}", "")])), None)
    return place, request.form.get(f"heading-{n}", ""), request.form[f"text-{n}"]


def _page(
    interview: Interview, form: WordForm, found: list[filing.Passage] | None = None, status: int = 0, trouble: str = ""
) -> ResponseReturnValue:
    outline = _outline(interview)
    return page(
        "interviews/word.html", status or (422 if request.method == "POST" else 200), interview=interview, title=title(interview),
        back=address(interview), word_form=form, passages=found, places=outline.parts if outline else (), free=filing.FREE, trouble=trouble,
    )  # fmt: skip
