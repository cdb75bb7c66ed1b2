"""The demo study, as everybody finds it: what it holds and how its figures read."""

import dataclasses
from collections import Counter

import pytest
import sqlalchemy as sa

from consult.accounts import passwords
from consult.accounts import service as accounts
from consult.accounts.models import User
from consult.demo import seeder
from consult.demo.answering import INVENTED
from consult.demo.content import load
from consult.interviews.answer_models import Answer, MissingCode
from consult.interviews.models import Interview, InterviewOrganisation, InterviewState
from consult.kernel import scope
from consult.kernel.db import db
from consult.organisations import search_text
from consult.organisations.models import Organisation, OrganisationRelation, Site
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation, Person
from consult.reports import figures
from consult.studies.models import Membership, PerimeterCommune, Study
from tests.conftest import emptied, rest
from tests.factories import count


@pytest.fixture(scope="module")
def filled(_app):
    """The database with the demo study, made once: no test here may write."""
    with emptied(_app):
        yield seeder.seed(dataclasses.replace(_app.config["SETTINGS"], demo=True))


@pytest.fixture
def seeded(filled):
    rest()
    yield db.session.scalars(sa.select(Study)).one(), filled
    rest()


def as_lead(study):
    return scope.within(scope.Scope(study.id, None, "lead", 3), db.session())


def test_the_study_is_there_with_its_81_organisations_and_81_interviews(seeded):
    assert count(Organisation) == count(Participation) == 81 + len(load().targets) == 130
    assert count(Interview) == count(InterviewOrganisation) == 81
    assert count(Person) == sum(len(each["people"]) for each in (*load().organisations, *load().targets))
    assert count(Affiliation) == count(Person) + len(load().affiliations)
    assert count(OrganisationRelation) == len(load().relations)
    assert count(PerimeterCommune) == 252


def test_the_headline_figures_read_as_published(seeded):
    study, _sign_ins = seeded
    with as_lead(study):
        values = {figure.code: figure.value for figure in figures.figures(study.id)}
    expected = {"met_individually": 39, "met_brands": 9, "met_subcontractors": 30, "outside": 17, "institutions": 25}
    assert {code: values[code] for code in expected} == expected


def test_all_interviews_are_validated_by_somebody_who_did_not_hold_them(seeded):
    study, _sign_ins = seeded
    with as_lead(study):
        for interview in db.session.scalars(sa.select(Interview)):
            assert interview.state == InterviewState.VALIDATED
            assert interview.date < interview.submitted_at.date() < interview.validated_at.date()
            assert interview.validated_by_id not in {link.user_id for link in interview.interviewer_links} - {interview.created_by_id}
            assert [step.became for step in interview.reviews] == [InterviewState.SUBMITTED, InterviewState.VALIDATED]


def test_every_interview_is_answered_along_its_guide_in_its_own_way(seeded):
    study, _sign_ins = seeded
    with as_lead(study):
        guides = dict(db.session.execute(sa.select(Interview.id, Interview.guide_version_id)).all())
        rows = db.session.execute(sa.select(Answer.interview_id, Answer.missing, Answer.comment, Answer.value_number)).all()
        invented = sa.select(sa.func.count(Answer.id)).where(Answer.comment == INVENTED)
        assert (db.session.scalar(invented) or 0) > 300
    assert len(set(guides.values())) == 3
    counts = Counter(row.interview_id for row in rows)
    assert set(counts) == set(guides)
    assert min(counts.values()) >= 20
    assert {row.missing for row in rows} == {None, *MissingCode}
    assert len({row.value_number for row in rows}) > 150


@pytest.mark.parametrize("text", ["usiers", "999 000 012", "villers lac", "pole emploi"])
def test_an_organisation_is_found_by_name_number_place_or_former_name(seeded, text):
    study, _sign_ins = seeded
    with as_lead(study):
        assert db.session.scalars(sa.select(Participation.id).where(search_text.contains(Participation.search_key, text))).all()


def test_brands_and_subcontractors_are_inside_the_perimeter(seeded):
    study, _sign_ins = seeded
    with as_lead(study):
        inside = set(db.session.scalars(sa.select(PerimeterCommune.commune_code)))
        counts = [commune in inside for commune in db.session.scalars(sa.select(Site.commune_code))]
    assert len(counts) == 130
    assert sum(counts) >= 39


def test_everybody_signs_in_with_the_password_given_and_has_the_role_said(seeded):
    _study, sign_ins = seeded
    assert len({each.password for each in sign_ins}) == len(sign_ins) == 8
    for each in sign_ins:
        user = accounts.by_email(each.email)
        assert passwords.verify(each.password, user.password_hash)[0]
    assert count(Membership) == 7


def test_the_administrator_of_the_demonstration_is_no_member_of_the_study(seeded):
    admins = db.session.scalars(sa.select(User).where(User.is_admin)).all()
    assert [user.email for user in admins] == ["admin@example.org"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Membership).where(Membership.user_id == admins[0].id)) == 0
