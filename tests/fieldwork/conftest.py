"""A study with its lead, a consultant, and one target with somebody to call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from consult.organisations.participation import Participation
from tests.factories import Make
from tests.organisations.twins import rows


class Field:
    """A study with two consultants and one target."""

    def __init__(self, make: Make) -> None:
        self.make = make
        self.study = make.study("Filière horlogère", client="ANCT", provider="Cadran")
        self.lead = make.member(self.study, "lead", name="Camille Montavon")
        self.consultant = make.member(self.study, "consultant", name="Julien Berthelin")
        self.other = make.member(self.study, "consultant", name="Sarah Roussey")
        self.target = make.organisation(
            self.study, "Ateliers de la Combe", commune="25411", phone="+33353011001", participation={"owner_id": self.consultant.id}
        )
        self.person = make.person(self.target, "Morel", first_name="Jeanne", civility="ms")

    def url(self, path: str) -> str:
        return f"/studies/{self.study.id}/{path}"

    def here(self, organisation_id: int | None = None) -> Participation:
        """How a target stands now."""
        found: Participation = rows(Participation, study_id=self.study.id, organisation_id=organisation_id or self.target.id)[0]
        return found

    def inside(self) -> Any:
        return self.make.inside(self.study, self.consultant)


@pytest.fixture
def field(make: Make) -> Field:
    return Field(make)


@pytest.fixture
def caller(field: Field, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """A browser in which the consultant is signed in."""
    return sign_in(field.consultant)
