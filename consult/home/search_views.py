"""One search over the study: what the reader may read, with the passage that holds the words."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from consult.home import searching
from consult.home.blueprint import bp
from consult.kernel.search_hits import MOST
from consult.studies.gate import requires
from consult.web.pages import page


@bp.get("/studies/<int:study_id>/search")
@requires("read_study")
def search(study_id: int) -> ResponseReturnValue:
    """Show what is found, of all kinds or of one."""
    question = searching.Question.read(request.args)
    groups = searching.groups(question)
    return page(
        "home/search.html",
        question=question,
        asked=searching.asked(question),
        groups=groups,
        chosen=next((group for group in groups if group.kind == question.kind), None),
        ranked=searching.can_be_ranked(question.kind),
        most=MOST,
    )
