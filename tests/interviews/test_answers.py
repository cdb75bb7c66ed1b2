"""Answers: typed, one for each question, never a value and a missing code; two people who write at once lose nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from consult.guides.models import QuestionKind, QuestionVersion, TaxBasis
from consult.interviews import answer_reading, answers, service
from consult.interviews.answer_models import Answer, MissingCode
from consult.interviews.answer_values import Amount, value_of
from consult.kernel.audit import AuditEntry
from consult.kernel.db import db
from consult.kernel.errors import Forbidden, NotFound, Refused
from consult.kernel.model import Confidentiality
from consult.web.i18n import force_locale
from tests.interviews.conftest import Field, Guided


@pytest.fixture
def interview(work: Field, guided: Guided) -> int:
    """An interview that follows the guide."""
    return work.logged(guide_version_id=guided.version_id)


def _held(work: Field, interview: int, question: int, role: str = "lead") -> Answer | None:
    with work.acting(role):
        return answers.of(interview).get(question)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("relation", Decimal(4)),
        ("turnover", Amount(Decimal("1234567.50"), "CHF", TaxBasis.INCLUDED)),
        ("workforce", Decimal(38)),
        ("share", Decimal("12.5")),
        ("since", dt.date(1998, 3, 1)),
        ("story", "Trois marques.\n\n- L’une part."),
        ("trade", "Cadranier"),
        ("channel", "agent"),
        ("markets", ["direct", "web"]),
    ],
)
def test_each_kind_of_answer_comes_back_as_it_was_given(work: Field, guided: Guided, interview: int, key: str, value: Any) -> None:
    with work.acting("consultant"):
        answers.put(interview, guided.questions[key], value, comment="Sous réserve")
    with work.acting("consultant"):
        held = answers.of(interview)[guided.questions[key]]
        assert value_of(held.wording.kind, held) == value
        assert (held.missing, held.comment, held.version) == (None, "Sous réserve", 1)


def test_an_answer_is_a_value_or_a_reason_why_there_is_none(work: Field, guided: Guided, interview: int) -> None:
    question = guided.questions["trade"]
    with work.acting("consultant"), pytest.raises(Refused, match="answer_or_missing"):
        answers.put(interview, question, "Cadranier", MissingCode.REFUSES)
    with work.acting("consultant"):
        answers.put(interview, question, "Cadranier")
    with work.acting("consultant"):
        answers.put(interview, question, None, MissingCode.REFUSES, seen=1)
    held = _held(work, interview, question)
    assert held is not None
    assert (held.value_text, held.missing, held.given) == (None, MissingCode.REFUSES, True)


def test_the_database_itself_holds_no_value_beside_a_missing_code(work: Field, guided: Guided, interview: int) -> None:
    with pytest.raises(sa.exc.IntegrityError), work.acting("lead"):
        db.session.add(
            Answer(
                interview_id=interview, question_id=guided.questions["trade"], value_text="x", missing=MissingCode.REFUSES,
                question_version_id=1,
            )
        )  # fmt: skip


def test_two_people_who_answer_the_same_question_differently_see_both(work: Field, guided: Guided, interview: int) -> None:
    question = guided.questions["workforce"]
    with work.acting("consultant"):
        answers.put(interview, question, Decimal(38), seen=0)
    with work.acting("lead"), pytest.raises(answers.Disputed) as caught:
        answers.put(interview, question, Decimal(40), seen=0)
    assert (caught.value.fields, caught.value.mine["value_number"]) == (("value",), Decimal(40))
    held = _held(work, interview, question)
    assert held is not None
    assert held.value_number == 38


def test_a_comment_and_a_value_written_at_the_same_time_are_both_kept(work: Field, guided: Guided, interview: int) -> None:
    question = guided.questions["workforce"]
    with work.acting("consultant"):
        answers.put(interview, question, Decimal(38))
    with work.acting("consultant"):
        answers.put(interview, question, Decimal(40), seen=1)
    with work.acting("lead"):
        answers.put(interview, question, Decimal(38), comment="Dont deux apprentis", seen=1)
    held = _held(work, interview, question)
    assert held is not None
    assert (held.value_number, held.comment) == (Decimal(40), "Dont deux apprentis")


def test_the_same_answer_sent_twice_is_one(work: Field, guided: Guided, interview: int) -> None:
    question = guided.questions["workforce"]
    for _ in range(2):
        with work.acting("consultant"):
            answers.put(interview, question, Decimal(38), seen=0)
    held = _held(work, interview, question)
    assert held is not None
    assert held.version == 1


def test_an_answer_that_is_emptied_can_be_given_again_in_the_same_row(work: Field, guided: Guided, interview: int) -> None:
    question = guided.questions["trade"]
    with work.acting("consultant"):
        first = answers.put(interview, question, "Cadranier")
        assert first is not None
        number = first.id
    with work.acting("consultant"):
        assert answers.put(interview, question, None, seen=1) is None
    assert _held(work, interview, question) is None
    with work.acting("consultant"):
        again = answers.put(interview, question, "Émailleur", seen=0)
        assert again is not None
        assert (again.id, again.value_text) == (number, "Émailleur")


def test_nothing_is_written_into_a_validated_interview(work: Field, guided: Guided, interview: int) -> None:
    question = guided.questions["trade"]
    with work.acting("consultant"):
        answers.put(interview, question, "Cadranier")
    with work.acting("lead"):
        service.validate(service.get(interview))
    with work.acting("consultant"), pytest.raises(Refused, match="interview_is_validated"):
        answers.put(interview, question, "Émailleur", seen=1)
    with pytest.raises(Refused, match="interview_is_validated"), work.acting("lead"):  # nor below the service
        answers.of(interview)[question].value_text = "Émailleur"


def test_a_strict_answer_is_for_its_authors_the_lead_and_reviewers(work: Field, guided: Guided, interview: int) -> None:
    question = guided.questions["trade"]
    with work.acting("consultant"):
        answers.put(interview, question, "Cadranier", level=Confidentiality.STRICT)
    other = work.make.member(work.study, "consultant")
    assert _held(work, interview, question, "reviewer") is not None
    assert _held(work, interview, question, "consultant") is not None
    with work.acting("consultant", other):
        assert answers.of(interview) == {}
    with work.acting("consultant", other), pytest.raises(Refused, match="answer_of_others"):
        answers.put(interview, question, "Émailleur", seen=0)


def test_answers_of_an_interview_one_may_not_read_are_not_read(work: Field, guided: Guided, interview: int) -> None:
    with work.acting("consultant"):
        answers.put(interview, guided.questions["trade"], "Cadranier", level=Confidentiality.PARTNERS)
    assert _held(work, interview, guided.questions["trade"], "guest") is None
    with work.acting("guest"), pytest.raises(Forbidden):
        answers.put(interview, guided.questions["trade"], "x")


def test_a_question_that_the_guide_does_not_ask_is_not_answered(work: Field, guided: Guided) -> None:
    interview = work.logged()
    with work.acting("consultant"), pytest.raises(NotFound):
        answers.put(interview, guided.questions["trade"], "Cadranier")


def test_every_change_of_an_answer_is_in_the_history_of_its_interview(work: Field, guided: Guided, interview: int) -> None:
    for value, seen in (("Cadranier", 0), ("Émailleur", 1)):
        with work.acting("consultant"):
            answers.put(interview, guided.questions["trade"], value, seen=seen)
    with work.acting("lead"):
        query = sa.select(AuditEntry.subject_id, AuditEntry.changes).where(AuditEntry.entity == "answer").order_by(AuditEntry.id)
        rows = db.session.execute(query).all()
    assert [row.subject_id for row in rows] == [interview, interview]
    assert rows[1].changes["value_text"] == ["Cadranier", "Émailleur"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("share", Decimal("1000.1")), ("share", Decimal(-1001)), ("workforce", Decimal(10) ** 14),
        ("turnover", Amount(-(Decimal(10) ** 14), "EUR")), ("relation", Decimal(6)),
    ],
)  # fmt: skip
def test_a_number_beyond_what_its_kind_holds_is_refused_whoever_writes(
    work: Field, guided: Guided, interview: int, key: str, value: Any
) -> None:
    with work.acting("consultant"), pytest.raises(Refused, match="answer_o"):
        answers.put(interview, guided.questions[key], value)
    assert _held(work, interview, guided.questions[key]) is None


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (None, 1987, "1987"), (None, 19870, "19\u202f870"), ("pièces", 1987, "1\u202f987\u00a0pièces"),
        (None, Decimal("1987.5"), "1\u202f987,5"),
    ],
)  # fmt: skip
def test_a_year_is_read_without_a_separator(work: Field, unit: str | None, value: Decimal | int, text: str) -> None:
    wording = QuestionVersion(kind=QuestionKind.NUMBER, unit=unit, label_fr="En quelle année ?")
    with work.acting("consultant"), force_locale("fr"):
        assert answer_reading.shown(wording, (), {"value_number": Decimal(value)}) == text
