"""Studies from the command line: who acts sees theirs, the system sees all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consult.accounts import service as accounts
from consult.cli.frame import Failure, acting_as, new_application
from consult.cli.studies import in_study
from consult.kernel import scope
from consult.kernel.db import unit_of_work
from consult.studies.models import Membership, Role, Study
from tests.cli.conftest import Consult, add_user


@pytest.fixture
def two_studies(prepared: Path) -> None:
    """Two studies; the first user is a consultant in the second."""
    add_user("other@example.org")
    with new_application("en"), unit_of_work() as session:
        session.add_all([Study(ref="STU-0001", title="Filière horlogère"), Study(ref="STU-0002", title="Filière bois")])
        session.flush()
        first, second = accounts.by_email("first@example.org"), session.query(Study).filter_by(ref="STU-0002").one()
        assert first is not None
        session.add(Membership(study_id=second.id, user_id=first.id, role=Role.CONSULTANT))


@pytest.mark.usefixtures("two_studies")
def test_the_system_sees_every_study_and_a_person_theirs(consult: Consult) -> None:
    everything = json.loads(consult("studies", "--json").out)
    assert everything == [{"ref": "STU-0001", "title": "Filière horlogère"}, {"ref": "STU-0002", "title": "Filière bois"}]
    assert json.loads(consult("studies", "--json", "--as", "first@example.org").out) == everything[1:]
    assert json.loads(consult("studies", "--json", "--as", "other@example.org").out) == []
    assert consult("studies").out.splitlines()[0] == "STU-0001  Filière horlogère"


@pytest.mark.usefixtures("two_studies")
def test_a_command_works_in_a_study_with_the_rights_of_who_acts() -> None:
    with new_application("en"):
        with acting_as(None), in_study("stu-0001") as study:
            assert (scope.current().study_id, scope.current().role, scope.current().rank) == (study.id, "lead", 3)
        with acting_as("first@example.org"), in_study("STU-0002"):
            assert scope.current().rank == 2
        assert scope.current_or_none() is None


@pytest.mark.usefixtures("two_studies")
@pytest.mark.parametrize(("email", "ref"), [("first@example.org", "STU-0001"), (None, "STU-0003")])
def test_a_study_of_others_is_as_one_that_does_not_exist(email: str | None, ref: str) -> None:
    with (
        new_application("en"),
        acting_as(email),
        pytest.raises(Failure, match=rf"There is no study {ref}\. 'consult studies' lists them\."),
        in_study(ref),
    ):
        pass
