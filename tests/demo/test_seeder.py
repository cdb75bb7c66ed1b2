"""Filling an empty database gives the demo study whole; doing it again changes nothing."""

import dataclasses

import pytest
import sqlalchemy as sa

from consult.accounts import passwords
from consult.accounts import service as accounts
from consult.accounts.models import User
from consult.demo import seeder
from consult.demo.content import load
from consult.interviews import review
from consult.interviews.models import Interview
from consult.kernel import scope
from consult.kernel.audit import AuditEntry
from consult.kernel.db import db, unit_of_work
from consult.organisations.models import Organisation
from consult.organisations.participation import Disposition, Participation
from consult.studies.models import Study
from tests.factories import count


@pytest.fixture
def settings(app):
    return dataclasses.replace(app.config["SETTINGS"], demo=True)


@pytest.fixture
def seeded(settings):
    sign_ins = seeder.seed(settings)
    study = db.session.scalars(sa.select(Study)).one()
    db.session.expunge_all()
    db.session.rollback()
    return study, sign_ins


def as_lead(study):
    return scope.within(scope.Scope(study.id, None, "lead", 3), db.session())


def test_reopening_an_interview_takes_its_organisation_back_to_an_appointment(seeded):
    study, _sign_ins = seeded
    with as_lead(study):
        interview = db.session.scalars(sa.select(Interview).order_by(Interview.id).limit(1)).one()
        review.reopen(interview, "Chiffre à vérifier")
        target = db.session.scalars(
            sa.select(Participation).where(Participation.organisation_id == interview.organisation_links[0].organisation_id)
        ).one()
        assert target.disposition == Disposition.SCHEDULED


def test_a_second_time_changes_nothing(seeded, settings):
    before = count(AuditEntry), count(Organisation), count(User)
    assert seeder.is_seeded()
    assert seeder.seed(settings) == []
    assert (count(AuditEntry), count(Organisation), count(User)) == before


def test_one_password_may_be_chosen_for_all(settings):
    sign_ins = seeder.seed(dataclasses.replace(settings, demo_password="une phrase pour tous"))
    assert {each.password for each in sign_ins} == {"une phrase pour tous"}


def test_new_passwords_replace_the_former_ones(seeded, settings):
    _study, before = seeded
    after = seeder.reset_passwords(settings)
    assert [each.email for each in after] == [each.email for each in before]
    user = accounts.by_email(after[0].email)
    assert passwords.verify(after[0].password, user.password_hash)[0]
    assert not passwords.verify(before[0].password, user.password_hash)[0]


def test_an_ordinary_database_never_receives_demo_rows(app):
    with pytest.raises(seeder.NotADemonstration):
        seeder.seed(app.config["SETTINGS"])
    with pytest.raises(seeder.NotADemonstration):
        seeder.reset_passwords(app.config["SETTINGS"])
    assert not seeder.is_seeded()


def test_filling_is_one_transaction_of_the_caller(app):
    chosen = {facts["key"]: "une phrase pour tous" for facts in load().users}
    with unit_of_work() as session:
        assert seeder.fill(load(), chosen)
        session.rollback()
    assert count(User) == count(Organisation) == count(AuditEntry) == 0
