"""People, their addresses and their posts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from consult.kernel.errors import NotFound, Refused
from consult.organisations import affiliations, people_service, service
from consult.organisations.models import Organisation
from tests.factories import Make


@pytest.fixture
def place(make: Make) -> tuple[Any, int]:
    """A study with one organisation."""
    study = make.study()
    return study, make.organisation(study, "Atelier").id


def _person(organisation_id: int, **values: Any) -> Any:
    return people_service.create({"first_name": "Jeanne", "last_name": "Morel", "organisation_id": organisation_id, **values})


def test_addresses_and_numbers_are_kept_each_on_its_line(make: Make, place: tuple[Any, int]) -> None:
    with make.inside(place[0]):
        person = _person(place[1], emails="Jeanne@Example.org\n j.morel@example.org ", phones="06 12 34 56 78\nposte 12")
        assert [e.address for e in person.emails] == ["jeanne@example.org", "j.morel@example.org"]
        assert [(p.number, p.typed) for p in person.phones] == [("+33612345678", "06 12 34 56 78"), (None, "poste 12")]
        assert person.sort_name == "morel jeanne"


def test_an_address_belongs_to_one_live_person_unless_it_is_a_shared_mailbox(make: Make, place: tuple[Any, int]) -> None:
    with make.inside(place[0]):
        first = _person(place[1], emails="contact@example.org")
        with pytest.raises(Refused, match="address_taken"):
            _person(place[1], emails="CONTACT@example.org")
        _person(place[1], emails="contact@example.org", shared_mailbox=True)
        people_service.delete(first)
        third = _person(place[1], emails="contact@example.org")
        assert people_service.restore(first.id).emails[0].is_shared
        assert not third.emails[0].is_shared


def test_a_wrong_address_is_refused_with_its_text(make: Make, place: tuple[Any, int]) -> None:
    with make.inside(place[0]), pytest.raises(Refused, match="not_an_address") as refusal:
        _person(place[1], emails="jeanne at example")
    assert refusal.value.values == {"text": "jeanne at example"}


def test_one_open_post_is_the_main_one(make: Make, place: tuple[Any, int]) -> None:
    study = place[0]
    other: Organisation = make.organisation(study, "Other")
    with make.inside(study):
        person = _person(place[1], job_title="Director")
        affiliations.add(person.id, {"organisation_id": other.id})
        assert [(p.organisation_id, p.is_main) for p in affiliations.of(person.id)] == [(place[1], True), (other.id, False)]
        second = affiliations.of(person.id)[1]
        affiliations.update(second, {"is_main": True})
        assert [p.organisation_id for p in affiliations.of(person.id) if p.is_main] == [other.id]
        affiliations.end(second, dt.date(2023, 1, 1))
        assert second.is_main is False


def test_a_post_cannot_end_before_it_begins(make: Make, place: tuple[Any, int]) -> None:
    with make.inside(place[0]), pytest.raises(Refused, match="ends_before_it_begins"):
        _person(place[1], since=dt.date(2023, 2, 1), until=dt.date(2023, 1, 1))


def test_the_only_post_is_ended_rather_than_deleted(make: Make, place: tuple[Any, int]) -> None:
    with make.inside(place[0]):
        person = _person(place[1])
        with pytest.raises(Refused, match="last_post"):
            affiliations.delete(affiliations.of(person.id)[0])


def test_a_person_of_another_study_is_not_found_and_cannot_be_given_a_post_there(make: Make, place: tuple[Any, int]) -> None:
    elsewhere = make.organisation(make.study("There"), "Elsewhere")
    stranger = make.person(elsewhere)
    with make.inside(place[0]):
        with pytest.raises(NotFound):
            people_service.get(stranger.id)
        person = _person(place[1])
        with pytest.raises(Refused, match="organisation_unknown"):
            affiliations.add(person.id, {"organisation_id": elsewhere.id})


def test_find_or_create_knows_both_orders_of_a_name(make: Make, place: tuple[Any, int]) -> None:
    with make.inside(place[0]):
        person = _person(place[1])
        assert people_service.find_or_create("jeanne MOREL", place[1]).id == person.id
        assert people_service.find_or_create("Morel Jeanne", place[1]).id == person.id
        new = people_service.find_or_create("Jean-Paul Faivre", place[1], "Buyer")
        assert (new.first_name, new.last_name) == ("Jean-Paul", "Faivre")
        assert service.get(place[1]).id == affiliations.of(new.id)[0].organisation_id
