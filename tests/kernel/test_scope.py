"""A study's rows exist only inside that study."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.interviews.models import Interview, InterviewOrganisation
from consult.kernel import scope
from consult.kernel.db import db, unit_of_work
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.studies.models import Segment
from tests.factories import Make


def _within(study_id: int, user_id: int | None = None, rank: int = 3) -> scope.Scope:
    return scope.Scope(study_id, user_id, "lead", rank)


def test_a_query_without_scope_is_an_error_not_everything(make: Make) -> None:
    make.segment(make.study())
    with pytest.raises(scope.OutOfScope):
        db.session.scalars(sa.select(Segment)).all()


def test_rows_of_another_study_are_not_found(make: Make) -> None:
    here, there = make.study(), make.study("Other")
    mine, theirs = make.segment(here), make.segment(there)
    with scope.within(_within(here.id), db.session()):
        assert db.session.get(Segment, mine.id) is not None
        assert db.session.get(Segment, theirs.id) is None


def test_the_identity_map_does_not_answer_across_scopes(make: Make) -> None:
    here, there = make.study(), make.study("Other")
    theirs = make.segment(there)
    with scope.within(_within(there.id), db.session()):
        assert db.session.get(Segment, theirs.id) is not None
    with scope.within(_within(here.id), db.session()):
        assert db.session.get(Segment, theirs.id) is None


def test_column_selects_joined_loads_and_subqueries_are_filtered(make: Make) -> None:
    here, there = make.study(), make.study("Other")
    organisation = make.organisation(here)
    with make.inside(there):
        db.session.add(Participation(study_id=there.id, organisation_id=organisation.id))
    make.interview(here, organisation)
    make.interview(there, organisation)
    with scope.within(_within(here.id), db.session()):
        assert len(db.session.execute(sa.select(Interview.id)).all()) == 1
        links = db.session.scalars(sa.select(InterviewOrganisation).options(joinedload(InterviewOrganisation.interview))).all()
        assert [link.interview.study_id for link in links] == [here.id]
        assert db.session.scalar(sa.select(sa.func.count(Interview.id))) == 1


def test_organisations_of_other_studies_do_not_exist(make: Make) -> None:
    here, there = make.study(), make.study("Other")
    mine, theirs = make.organisation(here), make.organisation(there)
    with scope.within(_within(here.id), db.session()):
        assert db.session.get(Organisation, theirs.id) is None
        assert db.session.scalars(sa.select(Organisation.id)).all() == [mine.id]


def test_a_write_into_another_study_is_refused(make: Make) -> None:
    here, there = make.study(), make.study("Other")
    with unit_of_work(), scope.within(_within(here.id), db.session()):
        db.session.add(Segment(study_id=there.id, kind="brand", label="X"))
        with pytest.raises(scope.OutOfScope):
            db.session.flush()
        db.session.rollback()


def test_moving_a_row_into_this_study_is_refused_by_its_former_study(make: Make) -> None:
    here, there = make.study(), make.study("Other")
    segment = make.segment(there)
    with unit_of_work(), scope.within(_within(here.id), db.session()):
        with scope.unscoped("steal a row"):
            stolen = db.session.get_one(Segment, segment.id)
        stolen.study_id = here.id
        with pytest.raises(scope.OutOfScope):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        sa.text("SELECT * FROM segment"),
        sa.select(Segment.__table__),
        sa.update(Segment).values(label="X"),
        sa.delete(Segment),
        sa.insert(Segment),
    ],
)
def test_text_core_and_bulk_statements_on_scoped_tables_are_refused(make: Make, statement: sa.Executable) -> None:
    study = make.study()
    with scope.within(_within(study.id), db.session()), pytest.raises(scope.OutOfScope):
        db.session.execute(statement)


def test_interviews_above_the_readers_level_do_not_exist_but_ones_own_do(make: Make) -> None:
    study = make.study()
    organisation, author = make.organisation(study), make.member(study, "consultant")
    make.interview(study, organisation, confidentiality="strict", by=author)
    with scope.within(_within(study.id, rank=2), db.session()):
        assert db.session.scalars(sa.select(Interview)).all() == []
    with scope.within(_within(study.id, author.id, rank=2), db.session()):
        assert len(db.session.scalars(sa.select(Interview)).all()) == 1
    with scope.within(_within(study.id, rank=-1), db.session()):
        assert db.session.scalars(sa.select(Interview)).all() == []


def test_a_block_that_fails_leaves_no_scope_behind_and_tells_its_own_error(make: Make) -> None:
    study = make.study()
    with pytest.raises(RuntimeError, match="the first error"), scope.within(_within(study.id), db.session()):
        db.session.add(Segment(study_id=study.id, kind=None, label=None))
        raise RuntimeError("the first error")
    assert scope.current_or_none() is None
    db.session.rollback()
