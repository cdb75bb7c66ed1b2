"""Boxes that suggest what is typed need a script; whoever has none types a name, and chooses on the page that comes back."""

from __future__ import annotations

import html
import re
from typing import Any

from consult.organisations import affiliations, labelling, parts, people_service, service, sites
from consult.terms.models import TermList
from tests.organisations.conftest import Here


def _offered(answer: Any, name: str) -> list[tuple[str, str]]:
    """Return the value and the words of each record that a refused form offers for a name."""
    text = answer.get_data(as_text=True)
    found = re.findall(rf'<input type="(?:radio|checkbox)" id="{name}-\d+" name="{name}" value="([^"]*)"><span>(.*?)</span>', text)
    return [(html.unescape(value), html.unescape(re.sub(r"<[^>]+>", "", words)).replace("\xa0", " ")) for value, words in found]


def _person_of(here: Here, name: str) -> Any:
    with here.make.inside(here.study):
        return next(person for person in people_service.of_organisation(here.id) if person.last_name == name)


def test_every_box_has_an_input_for_a_name(here: Here) -> None:
    pages = {
        f"organisations/{here.id}/relations/new": ("other_id",), f"organisations/{here.id}/sites/new": ("commune",),
        "people/new": ("organisation_id",), "organisations/new": ("commune", "specialities", "tags"),
        "interviews/new": ("organisations", "person_0"),
    }  # fmt: skip
    for path, names in pages.items():
        plain = "".join(re.findall(r"<noscript>(.*?)</noscript>", here.get(path), re.DOTALL))
        assert all(f'name="{name}-typed"' in plain for name in names), path


def test_the_one_record_of_that_very_name_is_taken(here: Here) -> None:
    other = here.make.organisation(here.study, "Cadrans du Lac")
    here.make.organisation(here.study, "Cadrans du Lac et fils")
    path = f"organisations/{here.id}/relations/new"
    answer = here.post(path, **{"kind": "from:customer_of", "other_id": "", "other_id-typed": "cadrans du LAC"})
    assert answer.status_code == 303
    with here.make.inside(here.study):
        assert [relation.organisation_id for relation in parts.relations(here.id)] == [other.id]


def test_where_a_name_could_be_several_they_are_offered_and_one_is_chosen(here: Here) -> None:
    first, second = (here.make.organisation(here.study, f"Cadrans du {place}") for place in ("Lac", "Mont"))
    typed = {"kind": "from:customer_of", "other_id": "", "other_id-typed": "Cadrans"}
    answer = here.post(f"organisations/{here.id}/relations/new", **typed)
    assert answer.status_code == 422
    assert 'value="Cadrans"' in answer.get_data(as_text=True)
    assert [value for value, _words in _offered(answer, "other_id")] == [str(first.id), str(second.id)]
    typed["other_id"] = ["", str(second.id)]  # type: ignore[assignment]
    assert here.post(f"organisations/{here.id}/relations/new", **typed).status_code == 303
    with here.make.inside(here.study):
        assert [relation.name for relation in parts.relations(here.id)] == ["Cadrans du Mont"]


def test_a_name_that_nothing_bears_is_said_to_be_so_and_kept(here: Here) -> None:
    typed = {"last_name": "Morel", "lang": "fr", "organisation_id": "", "organisation_id-typed": "Nulle part"}
    answer = here.post("people/new", **typed)
    text = html.unescape(answer.get_data(as_text=True)).replace("\xa0", " ")
    assert answer.status_code == 422
    assert "Rien ici ne s’appelle « Nulle part »." in text
    assert 'value="Nulle part"' in text
    typed["organisation_id-typed"] = "Atelier de la Combe"
    assert here.post("people/new", **typed).status_code == 303
    assert _person_of(here, "Morel")


def test_nothing_of_another_study_is_offered(here: Here) -> None:
    here.make.organisation(here.make.study("Ailleurs"), "Secret SA")
    answer = here.post("people/new", **{"last_name": "Morel", "lang": "fr", "organisation_id": "", "organisation_id-typed": "Secret"})
    assert answer.status_code == 422
    assert _offered(answer, "organisation_id") == []


def test_another_organisation_typed_takes_the_place_of_the_one_chosen(here: Here) -> None:
    other = here.make.organisation(here.study, "Cadrans du Lac")
    typed = {"last_name": "Morel", "lang": "fr", "organisation_id": str(here.id), "organisation_id-typed": "Cadrans du Lac"}
    here.post("people/new", **typed)
    with here.make.inside(here.study):
        person = people_service.of_organisation(other.id)[0]
        assert [post.organisation_id for post in affiliations.of(person.id)] == [other.id]


def test_terms_are_typed_with_semicolons_and_what_resembles_one_is_asked_first(here: Here) -> None:
    with here.make.inside(here.study):
        labelling.term_id(TermList.SPECIALITY, "Usinage de précision")
    path = f"organisations/{here.id}/edit"
    typed = {**here.form(path), "specialities": [], "specialities-typed": "Sertissage; Usinage"}
    answer = here.post(path, **typed)
    assert answer.status_code == 422
    assert [words for _value, words in _offered(answer, "specialities")] == ["Usinage de précision", "Créer « Usinage »"]
    chosen = [value for value, words in _offered(answer, "specialities") if words.startswith("Créer")]
    assert here.post(path, **{**typed, "specialities": chosen}).status_code == 303
    with here.make.inside(here.study):
        labels = {term.id: term.label_fr for term in labelling.terms(TermList.SPECIALITY)}
        assert {labels[number] for number in labelling.lists_of(here.id)["specialities"]} == {"Sertissage", "Usinage"}


def test_a_commune_is_typed_and_its_homonyms_are_told_apart(here: Here) -> None:
    path = f"organisations/{here.id}/sites/new"
    typed = {"country": "fr", "commune": "", "commune-typed": "Saint-Denis"}
    answer = here.post(path, **typed)
    assert answer.status_code == 422
    offered = dict(_offered(answer, "commune"))
    assert {"93066", "97411"} <= offered.keys()
    assert here.post(path, **{**typed, "commune": ["", "93066"]}).status_code == 303
    assert here.post(path, **{**typed, "commune-typed": "Les Fins", "postcode": "25500"}).status_code == 303
    assert here.post(path, **{**typed, "commune-typed": "La Chaux-de-Fonds", "country": "ch"}).status_code == 303
    with here.make.inside(here.study):
        found = [(site.commune_code, site.commune_name) for site in sites.of(here.id)][1:]
        assert found == [("93066", "Saint-Denis"), ("25240", "Les Fins"), (None, "La Chaux-de-Fonds")]


def test_a_name_too_long_is_an_error_and_is_shown_again(here: Here) -> None:
    for sent in ({"specialities": ["new:" + "x" * 201]}, {"specialities": [], "specialities-typed": "x" * 201}):
        answer = here.post(f"organisations/{here.id}/edit", **{**here.form(f"organisations/{here.id}/edit"), **sent})
        text = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "Ce nom est trop long" in text
        assert "x" * 201 in text


def test_an_organisation_is_still_called_by_a_number(here: Here) -> None:
    with here.make.inside(here.study):
        number = service.create({"name": "360"}).organisation.id
    typed = {"last_name": "Morel", "lang": "fr", "organisation_id": "", "organisation_id-typed": "360"}
    assert here.post("people/new", **typed).status_code == 303
    with here.make.inside(here.study):
        assert len(people_service.of_organisation(number)) == 1
