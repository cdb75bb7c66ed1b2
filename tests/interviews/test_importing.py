"""What an import may know of interviews, which state it may give them, and the bulk path that writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from consult.excel import Registry
from consult.excel.text import fold
from consult.interviews import excel, importing, service
from consult.interviews.importing_people import called, key, parted
from consult.interviews.models import Interview, InterviewKind, InterviewMode, InterviewState
from consult.kernel import reversal, scope
from consult.kernel.bulk import Ledger
from consult.kernel.model import now
from consult.organisations.people_models import Person
from tests.factories import count
from tests.interviews.conftest import DAY, Field

DRAFT, SUBMITTED, RETURNED, VALIDATED = InterviewState.DRAFT, InterviewState.SUBMITTED, InterviewState.RETURNED, InterviewState.VALIDATED


FIRST = {
    "date": DAY,
    "kind": InterviewKind.INDIVIDUAL,
    "mode": InterviewMode.ON_SITE,
    "note": "Dit en entretien",
    "effort_days": Decimal("1.50"),
}


def _row(work: Field, **values: object) -> importing.Row:
    asked = [work.members["consultant"].id]
    return importing.Row(None, [work.combe.id], {**FIRST, **values}, asked, ["Nadia Perrin"], {"Salle": "B12"})


def _written(work: Field, rows: list[importing.Row], role: str = "lead", stamp: dt.datetime | None = None) -> list[int]:
    ledger = Ledger(stamp or now())
    with work.acting(role), scope.unscoped("tests write rows in bulk"):
        importing.write(rows, ledger)
        ledger.write()
    return [row.id or 0 for row in rows]


def test_rows_make_interviews_with_those_who_asked_and_answered(work: Field) -> None:
    (made,) = _written(work, [_row(work)])
    with work.acting("lead"):
        interview = service.get(made)
        assert (interview.ref, interview.state, interview.note, interview.extra) == (
            "INT-0001",
            "draft",
            "Dit en entretien",
            {"Salle": "B12"},
        )
        assert [link.user.name for link in interview.interviewer_links] == ["Consultant Martin"]
        assert [link.person.full_name for link in interview.interviewee_links] == ["Nadia Perrin"]
        assert interview.search_key == "int 0001 dit en entretien"


def test_an_interview_is_known_with_its_columns_organisations_and_people(work: Field) -> None:
    (made,) = _written(work, [_row(work)])
    with work.acting("consultant"):
        kept = importing.kept_with([work.combe.id])[made]
        assert (kept.ref, kept.organisations, kept.is_own) == ("INT-0001", {work.combe.id: "Ateliers de la Combe"}, True)
        assert (kept.interviewers, kept.interviewees, kept.values["effort_days"]) == (
            ["Consultant Martin"],
            ["Nadia Perrin"],
            Decimal("1.50"),
        )
        assert importing.kept_with([work.lac.id]) == {}


def test_nobody_knows_of_an_interview_they_may_not_read(work: Field) -> None:
    hidden = work.logged("lead", confidentiality="strict", note="secret")
    with work.acting("consultant"):
        assert importing.kept_with([work.combe.id]) == {}
    with work.acting("reviewer"):
        assert list(importing.kept_with([work.combe.id])) == [hidden]


def test_a_change_keeps_what_a_row_does_not_name_and_goes_back(work: Field) -> None:
    (made,) = _written(work, [_row(work)])
    stamp = now()
    rows = [importing.Row(made, [work.combe.id], {"note": "Autre"}, (), ["Paul Roy"], {"Étage": "2"})]
    _written(work, rows, stamp=stamp)
    kept = work.read(made)
    assert (kept.note, kept.effort_days, kept.version, kept.extra) == ("Autre", Decimal("1.50"), 2, {"Salle": "B12", "Étage": "2"})
    _undo(work, rows, stamp)
    kept = work.read(made)
    assert (kept.note, kept.extra, count(Person)) == ("Dit en entretien", {"Salle": "B12"}, 1)


def test_undoing_takes_back_what_was_made_with_its_people(work: Field) -> None:
    stamp, rows = now(), [_row(work), _row(work, date=dt.date(2023, 2, 1))]
    _written(work, rows, stamp=stamp)
    assert (count(Interview), count(Person)) == (2, 1)
    _undo(work, rows, stamp)
    assert (count(Interview), count(Person)) == (0, 0)


def _undo(work: Field, rows: list[importing.Row], stamp: dt.datetime) -> None:
    with work.acting("lead"), scope.unscoped("tests undo rows in bulk"):
        images = [image for row in rows for image in (*row.images, *(each for person in row.people for each in person))]
        reversal.reverse(images, stamp)


@pytest.mark.parametrize(
    ("role", "wanted", "present", "given", "code"),
    [
        ("lead", DRAFT, None, DRAFT, None),
        ("consultant", SUBMITTED, None, SUBMITTED, None),
        ("consultant", VALIDATED, None, SUBMITTED, "may_not_validate"),
        ("lead", VALIDATED, None, VALIDATED, None),
        ("lead", RETURNED, None, DRAFT, "begins_as_draft"),
        ("consultant", SUBMITTED, DRAFT, SUBMITTED, None),
        ("consultant", VALIDATED, SUBMITTED, None, "state_stays"),
        ("reviewer", VALIDATED, SUBMITTED, VALIDATED, None),
        ("lead", VALIDATED, RETURNED, VALIDATED, None),
        ("lead", DRAFT, VALIDATED, None, "state_stays"),
        ("lead", RETURNED, SUBMITTED, None, "state_stays"),
        ("lead", VALIDATED, VALIDATED, None, None),
    ],
)
def test_a_file_gives_a_state_only_as_far_as_its_reader_may(
    work: Field, role: str, wanted: InterviewState, present: InterviewState | None, given: InterviewState | None, code: str | None
) -> None:
    with work.acting(role):
        assert importing.standing(wanted, present) == (given, code)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Nadia Perrin", ("", "Nadia", "Perrin", "")),
        ("Mme PERRIN Nadia", ("Mme", "Nadia", "PERRIN", "")),
        ("M. Paul Roy (directeur)", ("M.", "Paul", "Roy", "directeur")),
    ],
)
def test_a_person_is_read_as_files_write_them(text: str, parts: tuple[str, ...]) -> None:
    assert parted(text) == parts
    assert called(text) == f"{parts[1]} {parts[2]}"


def test_a_name_is_the_same_whichever_word_comes_first() -> None:
    assert key("M. ROY Paul") == key("Paul Roy (directeur)") != key("Paul Petit")


def test_each_header_of_interviews_names_one_field_in_both_languages() -> None:
    registry = Registry([excel.ENTITY], list(excel.FIELDS))
    for spec in excel.FIELDS:
        for label in (*spec.labels, *spec.synonyms):
            assert registry.named(fold(label)) == [spec], label
