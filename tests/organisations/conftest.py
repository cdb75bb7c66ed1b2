"""What the tests of the directory's pages stand on: a study, its lead's browser and one organisation."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from consult.kernel.db import db, unit_of_work
from consult.kernel.scope import unscoped
from consult.organisations import service
from consult.organisations.models import Organisation
from consult.studies.models import Study
from tests.factories import Make
from tests.organisations.twins import Two

SignIn = Callable[..., FlaskClient]


class Here:
    """A study, its lead's browser and one organisation."""

    def __init__(self, make: Make, sign_in: SignIn) -> None:
        self.make = make
        self.study: Study = make.study()
        self.lead = make.member(self.study, "lead", name="Camille Morel")
        self.browser = sign_in(self.lead)
        with make.inside(self.study, self.lead):
            self.id = service.create({"name": "Atelier de la Combe", "commune": "25411", "phone": "03 81 67 00 01"}).organisation.id

    def get(self, path: str, status: int = 200) -> str:
        answer = self.browser.get(f"/studies/{self.study.id}/{path}")
        assert answer.status_code == status, (path, answer.status_code)
        return answer.get_data(as_text=True)

    def post(self, path: str, **data: Any) -> Any:
        return self.browser.post(f"/studies/{self.study.id}/{path}", data=data)

    def form(self, path: str) -> dict[str, str]:
        """Return what a form's page would send when nothing is typed."""
        page = self.get(path)
        page = page[page.index("<main") :]
        found: dict[str, str] = {}
        for tag in re.findall(r"<input[^>]*>", page):
            name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
            if name and not (re.search(r'type="(checkbox|radio)"', tag) and "checked" not in tag):
                found[name[1]] = value[1] if value else ""
        found |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL))
        for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
            chosen = re.search(r'<option selected value="([^"]*)"|<option value="([^"]*)" selected', options)
            found[name] = (chosen[1] or chosen[2] or "") if chosen else ""
        return {k: v for k, v in found.items() if k != "csrf_token"}

    def organisation(self) -> Organisation:
        with unit_of_work(), unscoped("tests look"):
            found = db.session.get_one(Organisation, self.id)
            db.session.expunge(found)
            return found


@pytest.fixture
def here(make: Make, sign_in: SignIn) -> Here:
    """One organisation."""
    return Here(make, sign_in)


@pytest.fixture
def two(make: Make) -> Two:
    """Two records of one company."""
    return Two(make)
