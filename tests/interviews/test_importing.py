"""Interviews out of a file: new, changed, same, refused or to be decided; and back again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from consult.excel import Registry
from consult.excel.text import fold
from consult.interviews import excel, service
from consult.interviews.importing import Line, Outcome, apply_rows, plan
from consult.interviews.models import Interview, InterviewKind, InterviewMode
from consult.kernel import reversal, scope
from consult.kernel.bulk import Ledger
from consult.kernel.changes import Verdict
from consult.kernel.model import now
from consult.organisations.people_models import Person
from tests.factories import count
from tests.guards.world import fingerprint
from tests.interviews.conftest import DAY, Field


def _lines(work: Field, **more: object) -> list[Line]:
    values = {
        "date": DAY,
        "kind": InterviewKind.INDIVIDUAL,
        "mode": InterviewMode.ON_SITE,
        "note": "Dit en entretien",
        "effort_days": Decimal("1.50"),
    }
    first = Line(2, work.combe.id, {**values, **more}, ["consultant MARTIN", "Inconnue"], ["Nadia Perrin"], {"Salle": "B12"})
    return [first, Line(3, work.lac.id, {"date": dt.date(2023, 2, 1)})]


def _applied(work: Field, lines: list[Line], stamp: dt.datetime | None = None) -> list[Outcome]:
    ledger = Ledger(stamp or now())
    with work.acting("lead"), scope.unscoped("tests apply rows in bulk"):
        outcomes = apply_rows(lines, ledger)
        ledger.write()
    return outcomes


def _verdicts(work: Field, lines: list[Line], role: str = "lead") -> list[str]:
    with work.acting(role):
        return [outcome.verdict.value for outcome in plan(lines)]


def test_rows_make_interviews_with_those_who_asked_and_answered(work: Field) -> None:
    assert _verdicts(work, _lines(work)) == ["new", "new"]
    made = [outcome.interview_id for outcome in _applied(work, _lines(work))]
    with work.acting("lead"):
        interview = service.get(made[0] or 0)
        assert (interview.ref, interview.state, interview.note, interview.extra) == (
            "INT-0001",
            "draft",
            "Dit en entretien",
            {"Salle": "B12"},
        )
        assert [link.user.name for link in interview.interviewer_links] == ["Consultant Martin"]
        assert [link.person.full_name for link in interview.interviewee_links] == ["Nadia Perrin"]
        assert service.get(made[1] or 0).confidentiality == "team"


def test_the_same_file_again_changes_nothing(work: Field) -> None:
    _applied(work, _lines(work))
    assert _verdicts(work, _lines(work)) == ["same", "same"]
    before = fingerprint()
    _applied(work, _lines(work))
    assert fingerprint() == before


def test_a_changed_cell_changes_that_field_and_a_blank_one_erases_nothing(work: Field) -> None:
    _applied(work, _lines(work))
    changed = _lines(work, note="Autre chose")
    assert _verdicts(work, changed) == ["changed", "same"]
    made = _applied(work, changed)[0].interview_id
    kept = work.read(made or 0)
    assert (kept.note, kept.effort_days, kept.version) == ("Autre chose", Decimal("1.50"), 2)


def test_a_validated_interview_is_left_as_it_is(work: Field) -> None:
    made = _applied(work, _lines(work))[0].interview_id or 0
    with work.acting("lead"):
        service.validate(service.get(made))
    assert _verdicts(work, _lines(work)) == ["same", "same"]
    assert _verdicts(work, _lines(work, note="Autre")) == ["refused", "same"]
    _applied(work, _lines(work, note="Autre"))
    assert work.read(made).note == "Dit en entretien"


def test_two_interviews_of_one_day_or_two_rows_about_it_are_to_be_decided(work: Field) -> None:
    assert _verdicts(work, [*_lines(work), Line(4, work.combe.id, {"date": DAY})]) == ["new", "new", "ambiguous"]
    work.logged()
    work.logged()
    assert _verdicts(work, _lines(work))[0] == "ambiguous"


def test_a_row_without_a_date_is_refused(work: Field) -> None:
    assert _verdicts(work, [Line(2, work.combe.id, {"note": "x"})]) == ["refused"]


def test_the_plan_does_not_tell_of_an_interview_one_may_not_read(work: Field) -> None:
    work.logged("lead", confidentiality="strict", note="secret")
    assert _verdicts(work, _lines(work), "consultant")[0] == "new"


def test_undoing_takes_back_what_was_made_with_its_people(work: Field) -> None:
    stamp = now()
    outcomes = _applied(work, _lines(work), stamp)
    assert count(Interview) == 2
    _undo(work, outcomes, stamp)
    assert (count(Interview), count(Person)) == (0, 0)


def test_undoing_gives_back_what_was_changed_and_keeps_what_somebody_edited_since(work: Field) -> None:
    first, second = (o.interview_id or 0 for o in _applied(work, _lines(work)))
    stamp = now()
    changed = [_lines(work, note="Autre chose")[0], Line(3, work.lac.id, {"date": dt.date(2023, 2, 1), "place": "Maîche"})]
    outcomes = _applied(work, changed, stamp)
    assert [o.verdict for o in outcomes] == [Verdict.CHANGED, Verdict.CHANGED]
    with work.acting("lead"):
        service.update(service.get(second), {"summary": "Ajouté depuis"}, None)
    _undo(work, outcomes, stamp)
    assert work.read(first).note == "Dit en entretien"
    assert (work.read(second).place, work.read(second).summary) == ("Maîche", "Ajouté depuis")


def _undo(work: Field, outcomes: list[Outcome], stamp: dt.datetime) -> None:
    with work.acting("lead"), scope.unscoped("tests undo rows in bulk"):
        bound = {place: whole for outcome in outcomes for place, whole in outcome.bound.items()}
        reversal.reverse([image for outcome in outcomes for image in outcome.images], stamp, bound)


def test_each_header_of_interviews_names_one_field_in_both_languages() -> None:
    registry = Registry([excel.ENTITY], list(excel.FIELDS))
    for spec in excel.FIELDS:
        for label in (*spec.labels, *spec.synonyms):
            assert registry.named(fold(label)) == [spec], label
