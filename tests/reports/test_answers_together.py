"""Answers read together: counted by question over what the reader may read, what has no value apart, small groups hidden from partners."""

from __future__ import annotations

import datetime as dt
import html
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from consult.guides.models import TaxBasis
from consult.interviews import answers
from consult.interviews.answer_models import MissingCode
from consult.interviews.answer_values import Amount
from consult.interviews.models import Interview
from consult.kernel.db import db
from consult.kernel.model import Confidentiality
from consult.reports import answers_reading, answers_together
from consult.reports.answers_counting import TOTAL, Given, by_number
from consult.reports.answers_reading import Chosen
from consult.reports.answers_together import Together
from consult.terms import service as terms
from consult.terms.models import TermList
from tests.counting import statements
from tests.interviews.conftest import ROLES, Field, Guided

SignIn = Callable[..., FlaskClient]
TEAM = ("lead", "reviewer", "consultant")


def _answered(work: Field, guided: Guided, organisation: Any = None, level: Confidentiality | None = None, **given: Any) -> int:
    organisation = organisation or work.combe
    interview = work.logged("lead", guide_version_id=guided.version_id, organisations=[organisation.id])
    with work.acting("lead"):
        for key, value in given.items():
            missing = value if isinstance(value, MissingCode) else None
            answers.put(interview, guided.questions[key], None if missing else value, missing, level=level)
    return interview


def _read(work: Field, guided: Guided, key: str, role: str = "lead", k: int = 3, **chosen: Any) -> Together:
    with work.acting(role):
        asked = next(each for each in answers_reading.questions() if each.id == guided.questions[key])
        return answers_together.read(asked, Chosen(**chosen), k)


def test_choices_are_counted_with_what_has_no_value_apart(work: Field, guided: Guided) -> None:
    for code in ("direct", "direct", "agent", MissingCode.REFUSES, MissingCode.DOES_NOT_KNOW):
        _answered(work, guided, channel=code)
    _answered(work, guided, trade="Cadranier")
    told = _read(work, guided, "channel")
    block = told.blocks[0]
    assert [(line.code, line.count(), block.share(line)) for line in block.lines] == [
        ("direct", 2, 2 / 3),
        ("agent", 1, 1 / 3),
        ("web", 0, 0),
    ]
    assert {line.code: line.count() for line in told.missing.lines if line.interviews} == {
        "refuses": 1,
        "does_not_know": 1,
        "not_filled": 1,
    }


def test_where_several_may_be_chosen_shares_are_of_who_answered(work: Field, guided: Guided) -> None:
    _answered(work, guided, markets=["direct", "web"])
    _answered(work, guided, markets=["direct"])
    block = _read(work, guided, "markets").blocks[0]
    assert {line.code: block.share(line) for line in block.lines} == {"direct": 1, "agent": 0, "web": 0.5}


def test_amounts_of_another_currency_or_tax_are_never_mixed(work: Field, guided: Guided) -> None:
    for number, currency, basis in ((10, "EUR", "ht"), (30, "EUR", "ht"), (500, "EUR", "ttc"), (70, "CHF", "ht")):
        _answered(work, guided, turnover=Amount(Decimal(number), currency, TaxBasis(basis)))
    blocks = _read(work, guided, "turnover").blocks
    assert {str(block.alike).split()[0] + str(block.answers()): block.spread().median for block in blocks if block.spread()} == {
        "EUR2": 20, "EUR1": 500, "CHF1": 70,
    }  # fmt: skip


def test_numbers_have_median_and_quartiles_and_scales_every_degree(work: Field, guided: Guided) -> None:
    for number in (10, 20, 30, 40, 1_000):
        _answered(work, guided, workforce=Decimal(number), relation=Decimal(4))
    spread = _read(work, guided, "workforce").blocks[0].spread()
    assert spread is not None
    assert spread.quartiles == (Decimal(20), Decimal(40))
    assert [spread.count, spread.median, spread.low, spread.high] == [5, Decimal(30), Decimal(10), Decimal(1_000)]
    assert [line.count() for line in _read(work, guided, "relation").blocks[0].lines] == [0, 0, 0, 5, 0]


def test_days_are_counted_by_period_and_texts_are_listed(work: Field, guided: Guided) -> None:
    one = _answered(work, guided, since=dt.date(1998, 3, 1), story="Trois marques.")
    _answered(work, guided, since=dt.date(2001, 1, 1), customer=work.lac.id)
    assert [line.label for line in _read(work, guided, "since").blocks[0].lines] == ["1998", "1999", "2000", "2001"]
    assert [(each.interview.id, each.text) for each in _read(work, guided, "story").texts] == [(one, "Trois marques.")]
    assert [line.label for line in _read(work, guided, "customer").blocks[0].lines] == ["Cadrans du Lac"]


def test_what_is_above_the_readers_level_is_neither_counted_nor_told(work: Field, guided: Guided, sign_in: SignIn) -> None:
    _answered(work, guided, story="Dit en confiance.", level=Confidentiality.STRICT)
    _answered(work, guided, story="Dit à tous.")
    assert [each.text for each in _read(work, guided, "story", "consultant").texts] == ["Dit à tous."]
    assert _read(work, guided, "story", "consultant").answered == 1
    for role in ROLES:
        for path in ("", f"{guided.questions['story']}", f"{guided.questions['story']}/interviews", "export.xlsx"):
            answer = sign_in(work.members[role]).get(f"/studies/{work.study.id}/answers/{path}", buffered=True)
            assert (answer.status_code == 200) == (role in TEAM), (role, path)
            assert ("Dit en confiance" in _told(answer)) == (
                role in ("lead", "reviewer") and path in (f"{guided.questions['story']}", "export.xlsx")
            )


def _told(answer: Any) -> str:
    if answer.mimetype.endswith("sheet"):
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    return html.unescape(answer.get_data(as_text=True))


def test_partners_see_no_group_of_fewer_than_k_nor_what_gives_it_away(work: Field, guided: Guided) -> None:
    segments = [work.make.segment(work.study, kind, label=kind) for kind in ("brand", "subcontractor")]
    firms = [work.make.organisation(work.study, participation={"segment_id": segment.id}) for segment in segments]
    for firm, number in ((firms[0], 5), (firms[1], 4)):
        for _each in range(number):
            _answered(work, guided, firm, channel="direct", workforce=Decimal(number))
    _answered(work, guided, firms[0], channel="agent", story="Un seul le dit.", workforce=Decimal(9))
    block = _read(work, guided, "channel", for_partners=True).blocks[0]
    shown = {line.code: [block.number(line, group) for group in (TOTAL, *(str(s.id) for s in segments))] for line in block.lines}
    assert shown["agent"] == [None, None, None]
    assert None in (shown["direct"][0], block.answers())
    assert _read(work, guided, "story", for_partners=True).texts == []
    assert _read(work, guided, "customer", for_partners=True).withheld
    spread = _read(work, guided, "workforce", for_partners=True).blocks[0].spread()
    assert spread is not None
    assert (spread.low, spread.high) == (None, None)


def test_every_number_opens_the_interviews_it_counts(work: Field, guided: Guided, sign_in: SignIn) -> None:
    one = _answered(work, guided, channel="direct")
    two = _answered(work, guided, work.lac, channel=MissingCode.REFUSES)
    browser, at = sign_in(work.members["lead"]), f"/studies/{work.study.id}/answers/{guided.questions['channel']}"
    page = html.unescape(browser.get(at).get_data(as_text=True))
    assert f"{at}/interviews?table=0&code=direct" in page
    assert f"{at}/interviews?table=missing&code=refuses" in page
    counted = browser.get(f"{at}/interviews?table=0&code=direct").get_data(as_text=True)
    assert (f'/interviews/{one}"' in counted, f'/interviews/{two}"' in counted) == (True, False)
    assert browser.get(f"{at}/interviews?table=0&code=direct&for=partners").status_code == 404
    assert browser.get(f"{at}?guide=x&segment=99&since=hier&role=x&by=x").status_code == 200
    assert browser.get(f"/studies/{work.study.id}/answers/99999").status_code == 404


def test_the_workbook_has_a_sheet_wide_one_long_a_codebook_and_says_what_it_leaves_out(
    work: Field, guided: Guided, sign_in: SignIn
) -> None:
    _answered(work, guided, channel="direct", story="Réservé à l’équipe.", turnover=Amount(Decimal("12.5"), "CHF", TaxBasis.INCLUDED))
    _answered(work, guided, channel=MissingCode.REFUSES)
    browser = sign_in(work.members["lead"])
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/studies/{work.study.id}/answers/export.xlsx", buffered=True).data))
    assert len(book.sheetnames) == 4
    wide, long, codes, _left_out = (list(sheet.iter_rows(values_only=True)) for sheet in book)
    assert [sum(1 for row in sheet if row[0] and str(row[0]).startswith("INT-")) for sheet in (wide, long)] == [2, 4]
    assert any("direct" in map(str, row) and "Vente directe" in map(str, row) for row in codes)
    partners = browser.get(f"/studies/{work.study.id}/answers/export.xlsx?for=partners", buffered=True)
    assert "Réservé" not in _told(partners)
    assert "Combe" not in _told(partners)


@pytest.mark.parametrize("path", ["", "{id}"])
def test_the_number_of_statements_does_not_grow_with_the_answers(work: Field, guided: Guided, sign_in: SignIn, path: str) -> None:
    browser, at = sign_in(work.members["lead"]), f"/studies/{work.study.id}/answers/{path.format(id=guided.questions['channel'])}"
    numbers = []
    for _round in range(2):
        for _each in range(3):
            _answered(work, guided, channel="direct")
        browser.get(at)
        with statements() as seen:
            browser.get(at)
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] <= 16


def test_numbers_below_nought_are_counted_in_the_range_that_holds_them() -> None:
    numbers = [-9, -7, -5, -3, -1, 0, 1, 3, 5, 7]
    given = [Given(n, "", Decimal(number)) for n, number in enumerate(numbers)]
    lines = {line.code: [numbers[n] for n in line.interviews] for line in by_number(given, str)}
    step = Decimal(list(lines)[1]) - Decimal(next(iter(lines)))
    assert all(Decimal(low) <= number < Decimal(low) + step for low, held in lines.items() for number in held)
    assert sum(map(len, lines.values())) == len(numbers)


def test_validated_ones_are_all_that_count_whatever_their_interviewee_did_since(work: Field, guided: Guided) -> None:
    for state in ("draft", "validated", "approved", "amended", "sent_back"):
        interview = _answered(work, guided, channel="direct")
        with work.make.inside(None):
            db.session.execute(sa.update(Interview).where(Interview.id == interview).values(state=state))
    assert _read(work, guided, "channel", validated=True).answered == 4
    with work.acting("lead"):
        asked = [each for each in answers_reading.questions() if each.id == guided.questions["channel"]]
        chosen = Chosen(validated=True)
        (count,) = answers_together.counts(asked, chosen, answers_reading.interviews(chosen), 3)
    assert (count.answered, count.without) == (4, 0)


def test_a_term_is_called_as_the_reader_of_the_workbook_calls_it(work: Field) -> None:
    with work.make.inside(None):
        term = terms.find_or_create(TermList.COMPONENT, "Aiguille")
        term.label_en = "Hand"
    with work.acting("lead"):
        told = [answers_reading.names("value_term_id", [term.id], lang)[term.id] for lang in ("fr", "en")]
    assert told == ["Aiguille", "Hand"]
