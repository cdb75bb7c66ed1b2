"""What the database itself refuses, whoever writes to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from consult.kernel.db import db, unit_of_work
from consult.kernel.model import now
from consult.kernel.scope import unscoped
from consult.organisations import service
from consult.organisations.models import Alias, Organisation, OrganisationRelation, OrganisationRole, RelationKind, RoleKind, Site
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation, PersonEmail
from tests.factories import Make

SIREN, SIRET = "552032534", "55203253400646"


def _insert(*rows: Any) -> None:
    with unit_of_work(), unscoped("tests attack the database"):
        for row in rows:
            db.session.add(row)
            db.session.flush()


def _one(make: Make, **values: Any) -> Organisation:
    return make.organisation(None, **values)


def _two_sirens(make: Make) -> list[Any]:
    return [Organisation(ref=f"ORG-9{n}", name="X", siren=SIREN) for n in range(2)]


def _two_sirets(make: Make) -> list[Any]:
    one = _one(make)
    return [Site(organisation_id=one.id, siret=SIRET) for _ in range(2)]


def _two_head_offices(make: Make) -> list[Any]:
    one = _one(make)
    return [Site(organisation_id=one.id, is_head_office=True) for _ in range(2)]


def _two_primary_roles(make: Make) -> list[Any]:
    one = _one(make)
    return [OrganisationRole(organisation_id=one.id, role=role, is_primary=True) for role in (RoleKind.BRAND, RoleKind.FUNDER)]


def _two_primary_roles_in_a_study(make: Make) -> list[Any]:
    one, study = _one(make), make.study()
    return [
        OrganisationRole(organisation_id=one.id, study_id=study.id, role=role, is_primary=True)
        for role in (RoleKind.BRAND, RoleKind.FUNDER)
    ]


def _itself(make: Make) -> list[Any]:
    one = _one(make)
    return [OrganisationRelation(from_id=one.id, to_id=one.id, kind=RelationKind.MEMBER_OF)]


def _two_participations(make: Make) -> list[Any]:
    one, study = _one(make), make.study()
    return [Participation(study_id=study.id, organisation_id=one.id) for _ in range(2)]


def _segment_of_another_study(make: Make) -> list[Any]:
    one, study = _one(make), make.study()
    return [Participation(study_id=study.id, organisation_id=one.id, in_frame=True, segment_id=make.segment(make.study("There")).id)]


def _two_main_posts(make: Make) -> list[Any]:
    one, two = _one(make), _one(make)
    person = make.person(one)
    return [Affiliation(person_id=person.id, organisation_id=two.id, is_main=True)]


def _two_bearers_of_an_address(make: Make) -> list[Any]:
    one = _one(make)
    return [PersonEmail(person_id=make.person(one).id, address="a@example.org") for _ in range(2)]


def _same_alias(make: Make) -> list[Any]:
    one = _one(make)
    return [Alias(organisation_id=one.id, name="A", key="a") for _ in range(2)]


@pytest.mark.parametrize(
    "attack",
    [
        _two_sirens,
        _two_sirets,
        _two_head_offices,
        _two_primary_roles,
        _two_primary_roles_in_a_study,
        _itself,
        _two_participations,
        _segment_of_another_study,
        _two_main_posts,
        _two_bearers_of_an_address,
        _same_alias,
    ],
)
def test_the_database_refuses(make: Make, attack: Callable[[Make], list[Any]]) -> None:
    rows = attack(make)
    with pytest.raises(IntegrityError):
        _insert(*rows)


def test_what_is_unique_is_so_among_live_rows_only(make: Make) -> None:
    gone = now()
    one, other = _one(make), _one(make)
    _insert(
        Organisation(ref="ORG-91", name="X", siren=SIREN, deleted_at=gone),
        Organisation(ref="ORG-92", name="X", siren=SIREN),
        Site(organisation_id=one.id, siret=SIRET, is_head_office=True, deleted_at=gone),
        Site(organisation_id=one.id, siret=SIRET, is_head_office=True),
        OrganisationRole(organisation_id=one.id, role=RoleKind.BRAND, is_primary=True, deleted_at=gone),
        OrganisationRole(organisation_id=one.id, role=RoleKind.BRAND, is_primary=True),
        Affiliation(person_id=make.person(one).id, organisation_id=other.id, is_main=True, deleted_at=gone),
        PersonEmail(person_id=make.person(one).id, address="a@example.org", is_retired=True),
        PersonEmail(person_id=make.person(one).id, address="a@example.org", is_shared=True),
        PersonEmail(person_id=make.person(one).id, address="a@example.org"),
    )
    with unit_of_work(), unscoped("tests count"):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(PersonEmail)) == 3


def test_a_search_text_of_any_length_fits_the_index(make: Make) -> None:
    study = make.study()
    with make.inside(study):
        names = [f"{n} " + "été " * 45 for n in range(40)]
        organisation = service.create({"name": "é" * 200, "aliases": names}).organisation
        assert len(service.participation_of(organisation.id).search_key) <= 1_500
