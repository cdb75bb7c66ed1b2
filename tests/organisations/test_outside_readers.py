"""What a guest and the cluster read of the directory: neither the people nor how the study steers its targets."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from consult.organisations import participating, people_service, service
from consult.organisations.participation import Disposition, Priority, Stance
from consult.studies.models import Study
from tests.factories import Make

SignIn = Callable[..., FlaskClient]
OUTSIDE = ("guest", "cluster")
INSIDE = ("lead", "reviewer", "consultant")
LINKS = re.compile(r'href="([^"]*/organisations/[^"]*)"')
COLUMNS = ("name", "segment", "phone", "email", "disposition", "priority", "owner", "influence", "interest", "stance", "last_interview")
KEPT = (
    "Hortense", "Vuillemin", "hortense@combe.example", "06 81 67 00 02", "contact@combe.example", "03 81 67 00 01", "Camille Morel",
    "Fermeture annoncée", "Statut de prise de contact", "Priorité", "Référent", "Influence", "Position", "Dernier entretien",
    "Grille influence-intérêt", "/history", "/export/", "/people/",
)  # fmt: skip


class Directory:
    """A study with one organisation about which everything is known."""

    def __init__(self, make: Make, sign_in: SignIn) -> None:
        self.make, self.sign_in = make, sign_in
        self.study: Study = make.study()
        self.lead = make.member(self.study, "lead", name="Camille Morel")
        segment = make.segment(self.study, "brand", label="Marques de luxe")
        with make.inside(self.study, self.lead):
            fields = {"name": "Atelier de la Combe", "phone": "03 81 67 00 01", "email": "contact@combe.example"}
            self.id = service.create(fields).organisation.id
            here = service.participation_of(self.id)
            steering: dict[str, Any] = {
                "in_frame": True, "segment_id": segment.id, "owner_id": self.lead.id, "priority": Priority.HIGH, "influence": 5,
                "interest": 4, "stance": next(iter(Stance)), "disposition": Disposition.REFUSED,
                "disposition_reason": "Fermeture annoncée",
            }  # fmt: skip
            participating.update(here, steering, None)
            person = {"first_name": "Hortense", "last_name": "Vuillemin", "organisation_id": self.id}
            ways = {"emails": ["hortense@combe.example"], "phones": ["06 81 67 00 02"]}
            self.person_id = people_service.create({**person, **ways}).id

    def reader(self, role: str) -> Callable[[str], Any]:
        browser = self.sign_in(self.make.member(self.study, role))
        return lambda path: browser.get(f"/studies/{self.study.id}/{path}", buffered=True)


@pytest.fixture
def directory(make: Make, sign_in: SignIn) -> Directory:
    """A study with one organisation about which everything is known."""
    return Directory(make, sign_in)


def _pages(directory: Directory) -> list[str]:
    columns = "&".join(f"cols={key}" for key in COLUMNS)
    return ["organisations/", f"organisations/?{columns}", f"organisations/{directory.id}"]


@pytest.mark.parametrize("role", OUTSIDE)
def test_pages_name_the_organisation_but_neither_people_nor_steering(directory: Directory, role: str) -> None:
    get, text = directory.reader(role), ""
    for path in _pages(directory):
        text = get(path).get_data(as_text=True)
        assert "Atelier de la Combe" in text
        assert "Marques de luxe" in text
        assert [word for word in KEPT if word in text] == [], path
    assert "Base de sondage" in text


@pytest.mark.parametrize("role", INSIDE)
def test_who_works_on_the_study_reads_them(directory: Directory, role: str) -> None:
    get = directory.reader(role)
    text = "".join(get(path).get_data(as_text=True) for path in (*_pages(directory), "people/"))
    assert [word for word in KEPT if word not in text] == []


@pytest.mark.parametrize("role", OUTSIDE)
@pytest.mark.parametrize("asked", ["disposition=done", "owner=none", "priority=low", "stance=none", "influence=1", "interest=1"])
def test_a_filter_typed_into_the_address_tells_nothing(directory: Directory, role: str, asked: str) -> None:
    text = directory.reader(role)(f"organisations/?{asked}").get_data(as_text=True)
    assert "Atelier de la Combe" in text
    assert [link for link in LINKS.findall(text) if asked in link] == []


@pytest.mark.parametrize("role", OUTSIDE)
def test_a_sort_typed_into_the_address_is_passed_over(directory: Directory, role: str) -> None:
    get = directory.reader(role)
    for sort in ("owner", "priority", "disposition", "influence", "interest"):
        text = get(f"organisations/?sort={sort}").get_data(as_text=True)
        assert [link for link in LINKS.findall(text) if f"sort={sort}" in link] == []


@pytest.mark.parametrize("role", OUTSIDE)
def test_a_shared_view_that_asks_for_steering_is_not_offered(directory: Directory, role: str) -> None:
    lead = directory.sign_in(directory.lead)
    at = f"/studies/{directory.study.id}/lists/organisations/views"
    lead.post(at, data={"name": "Those who refused", "query": "disposition=refused", "shared": "1"})
    lead.post(at, data={"name": "Those of the Combe", "query": "q=combe", "shared": "1"})
    text = directory.reader(role)("organisations/").get_data(as_text=True)
    assert "Those of the Combe" in text
    assert "Those who refused" not in text


def test_the_palette_finds_people_for_those_who_may_read_them(directory: Directory) -> None:
    for role in OUTSIDE:
        get = directory.reader(role)
        for text in ("vuillemin", "hortense", "people", "grid"):
            assert get(f"palette?q={text}").json[:-1] == [], (role, text)
        assert [hit["label"] for hit in get("palette?q=combe").json[:-1]] == ["Atelier de la Combe"]
    for role in INSIDE:
        assert [hit["label"] for hit in directory.reader(role)("palette?q=vuillemin").json[:-1]] == ["Hortense Vuillemin"]


@pytest.mark.parametrize("role", [*OUTSIDE, *INSIDE])
def test_people_grid_history_and_exports_open_to_those_who_work_on_the_study(directory: Directory, role: str) -> None:
    get, person = directory.reader(role), f"people/{directory.person_id}"
    expected = 403 if role in OUTSIDE else 200
    for path in (
        "people/", person, f"{person}/history", "people/export/csv", "people/pick?q=hortense", "organisations/grid",
        f"organisations/{directory.id}/history", "organisations/export/csv", "organisations/export/xlsx",
    ):  # fmt: skip
        assert get(path).status_code == expected, path
