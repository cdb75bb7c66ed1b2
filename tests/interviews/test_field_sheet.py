"""The Excel sheet of an interview comes back into the same interview: what differs is shown, and taken over where its writer says so."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import Decimal

from flask.testing import FlaskClient
from openpyxl import load_workbook

from consult.interviews import answers
from tests.guards.test_pages import _faults
from tests.interviews.conftest import Field, Guided

SignIn = Callable[..., FlaskClient]


def test_a_sheet_that_was_filled_in_comes_back_into_the_same_interview(work: Field, guided: Guided, sign_in: SignIn) -> None:
    interview, ids = work.logged(guide_version_id=guided.version_id), guided.questions
    browser = sign_in(work.members["consultant"])
    with work.acting("consultant"):
        answers.put(interview, ids["trade"], "Cadranier", comment="Depuis toujours")
        answers.put(interview, ids["workforce"], Decimal(38))
    book = load_workbook(io.BytesIO(browser.get(work.url(f"{interview}/field-sheet.xlsx")).data))
    for row in book.active.iter_rows():
        filled = {ids["workforce"]: "40", ids["channel"]: "Agent", ids["since"]: "01/03/1998"}
        if row[0].value in filled:
            row[4].value = filled[int(str(row[0].value))]
        if row[0].value == ids["share"]:
            row[5].value = "Ne sait pas"
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    answer = browser.post(work.url(f"{interview}/field-sheet"), data={"file": (stream, "fiche.xlsx")})
    text = answer.get_data(as_text=True)
    assert (answer.status_code, _faults(text)) == (200, [])
    assert len(re.findall(r'name="take"', text)) == 4
    posted = dict(re.findall(r'name="(a\d+-\w+)" value="([^"]*)"', text)) | {
        "take": [str(ids[key]) for key in ("channel", "since", "share")]
    }
    assert browser.post(work.url(f"{interview}/field-sheet/take"), data=posted).status_code == 303
    with work.acting("lead"):
        held = answers.of(interview)
    assert (held[ids["channel"]].value_codes, str(held[ids["since"]].value_date)) == (["agent"], "1998-03-01")
    assert held[ids["share"]].missing == "does_not_know"
    assert (held[ids["workforce"]].value_number, held[ids["trade"]].comment) == (Decimal(38), "Depuis toujours")
