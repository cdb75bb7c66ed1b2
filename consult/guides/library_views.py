"""The library: every question of the study, whoever asks it."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from consult.guides import library as questions
from consult.guides.blueprint import bp
from consult.studies.gate import requires
from consult.web.i18n import _
from consult.web.pages import page, see


@bp.get("/questions")
@requires("read_guides")
def library(study_id: int) -> ResponseReturnValue:
    """List the questions by key, with the guides that ask them."""
    return page("guides/library.html", known=questions.every())


@bp.post("/questions/<int:question_id>/delete")
@requires("build_guides")
def delete_from_library(study_id: int, question_id: int) -> ResponseReturnValue:
    """Put a question aside that nobody asks."""
    question = questions.get(question_id)
    questions.delete(question)
    text = _("The question “%(key)s” was deleted.", key=question.key)
    return see(url_for(".library"), text, undo_url=url_for(".restore_to_library", question_id=question_id))


@bp.post("/questions/<int:question_id>/restore")
@requires("build_guides")
def restore_to_library(study_id: int, question_id: int) -> ResponseReturnValue:
    """Bring a question back."""
    questions.restore(question_id)
    return see(url_for(".library"), _("The question is back."))
