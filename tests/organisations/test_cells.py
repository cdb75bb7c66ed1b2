"""Numbers and addresses corrected in place: as they are read, and with a word where one fails its check."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from consult.organisations import people_service, service
from tests.organisations.conftest import Here

SCRIPT = {"HX-Request": "true"}


def _read(answer: Any) -> str:
    """Return an answer as it is read: no entities, ordinary spaces."""
    return html.unescape(answer.get_data(as_text=True)).replace("\xa0", " ")


def _cell(here: Here, path: str, **data: str) -> str:
    """Send what a cell's script sends and return the answer."""
    answer = here.browser.post(f"/studies/{here.study.id}/{path}", data=data, headers=SCRIPT)
    assert answer.status_code == 200
    return _read(answer)


def _person(here: Here, phones: str = "") -> int:
    with here.make.inside(here.study):
        return people_service.create({"last_name": "Morel", "organisation_id": here.id, "phones": phones}).id


def _numbers(here: Here, person_id: int) -> list[tuple[str | None, str]]:
    with here.make.inside(here.study):
        return [(phone.number, phone.typed) for phone in people_service.get(person_id).phones]


def test_a_number_is_corrected_in_the_form_in_which_it_is_read(here: Here) -> None:
    assert 'value="03 81 67 00 01"' in here.get(f"organisations/{here.id}/cells/phone")
    assert here.form(f"organisations/{here.id}/edit")["phone"] == "03 81 67 00 01"
    here.post(f"organisations/{here.id}/cells/phone", phone="+41 32 910 20 30")
    assert here.organisation().phone == "+41329102030"
    assert 'value="+41 32 910 20 30"' in here.get(f"organisations/{here.id}/cells/phone")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [("phone", "poste douze", "un numéro que l’on peut appeler"), ("siren", "123 456 789", "un SIREN valide")],
)
def test_a_number_that_fails_its_check_is_kept_as_typed_and_said_to_be_so(here: Here, field: str, typed: str, said: str) -> None:
    path = f"organisations/{here.id}/cells/{field}"
    for address in (path, f"{path}?at=page"):
        shown = _cell(here, address, **{field: typed})
        assert f"« {typed} » n’est pas {said}. Il est gardé tel que vous l’avez saisi." in shown
        assert "à vérifier" in shown
    assert f'value="{typed}"' in here.get(path)
    page = _read(here.browser.get(here.post(path, **{field: typed}).location))
    assert f"« {typed} » n’est pas {said}" in page


def test_a_good_siren_is_written_in_threes_and_one_that_is_taken_is_refused(here: Here) -> None:
    shown = _cell(here, f"organisations/{here.id}/cells/siren?at=page", siren="552032534")
    assert "552 032 534" in shown
    assert "à vérifier" not in shown
    assert here.organisation().siren == "552032534"
    other = here.make.organisation(here.study, "Autre")
    answer = here.post(f"organisations/{other.id}/cells/siren", siren="552 032 534")
    assert answer.status_code == 422
    assert "Une autre organisation de l’annuaire porte ce SIREN." in _read(answer)


def test_what_is_no_address_is_an_error_that_says_how_one_is_written(here: Here) -> None:
    answer = here.browser.post(
        f"/studies/{here.study.id}/organisations/{here.id}/cells/email", data={"email": "contact at combe"}, headers=SCRIPT
    )
    text = _read(answer)
    assert answer.status_code == 422
    assert "Elle s’écrit ainsi" in text
    assert 'value="contact at combe"' in text


def test_a_number_that_one_did_not_touch_is_not_taken_for_a_change(here: Here) -> None:
    mine = here.form(f"organisations/{here.id}/edit")
    with here.make.inside(here.study):
        service.set_field(service.get(here.id), "phone", "03 81 67 99 99")
    assert here.post(f"organisations/{here.id}/edit", **{**mine, "short_name": "ADC"}).status_code == 303
    assert (here.organisation().phone, here.organisation().short_name) == ("+33381679999", "ADC")


def test_an_extension_is_never_lost(here: Here) -> None:
    here.post(f"organisations/{here.id}/cells/phone", phone="03 81 67 00 01 ext. 12")
    assert "03 81 67 00 01 ext. 12" in here.get(f"organisations/{here.id}")
    assert "à vérifier" not in here.get(f"organisations/{here.id}")
    person = _person(here, "03 81 67 00 02 ext. 7")
    assert "03 81 67 00 02 ext. 7" in here.get(f"people/{person}")


def test_a_person_s_number_is_read_in_one_form_and_kept_as_it_was_typed(here: Here) -> None:
    person = _person(here, "+33 (0)3.81.67.00.02")
    path = f"people/{person}/cells/phone"
    assert 'value="03 81 67 00 02"' in here.get(path)
    here.post(path, phone="03 81 67 00 02")
    shown = here.form(f"people/{person}/edit")
    assert shown["phones"] == "03 81 67 00 02"
    here.post(f"people/{person}/edit", **shown)
    assert _numbers(here, person) == [("+33381670002", "+33 (0)3.81.67.00.02")]
    here.post(path, phone="0381670003")
    assert _numbers(here, person) == [("+33381670003", "0381670003")]


def test_a_person_s_number_in_doubt_is_said_to_be_so(here: Here) -> None:
    person = _person(here)
    assert "à vérifier" in _cell(here, f"people/{person}/cells/phone", phone="12")
    form = here.form(f"people/{person}/edit")
    page = _read(here.browser.get(here.post(f"people/{person}/edit", **{**form, "phones": "12\n34"}).location))
    assert "« 34 » n’est pas un numéro" in page
    assert "« 12 » n’est pas un numéro" not in page, "it was so before"
    assert re.search(r'<span class="cell">12 <span class="badge b-warn">à vérifier</span>', here.get("people/"))


def test_somebody_else_s_address_is_refused_in_the_cell_too(here: Here) -> None:
    first, second = _person(here), _person(here)
    here.post(f"people/{first}/cells/email", email="contact@example.org")
    answer = here.browser.post(
        f"/studies/{here.study.id}/people/{second}/cells/email", data={"email": "contact@example.org"}, headers=SCRIPT
    )
    assert answer.status_code == 422
    assert "est l’adresse de quelqu’un d’autre" in _read(answer)


def test_a_siret_that_fails_its_check_is_kept_and_said_to_be_so(here: Here) -> None:
    answer = here.post(f"organisations/{here.id}/sites/new", commune="new:25056", country="fr", siret="123 456 789 00012")
    page = _read(here.browser.get(answer.location))
    assert "« 123 456 789 00012 » n’est pas un SIRET valide" in page


@pytest.mark.parametrize(
    ("path", "field", "typed"),
    [("organisations/new", "name", "É" * 201), ("organisations/new", "phone", "1" * 41), ("people/new", "phones", "2" * 41),
     ("organisations/new", "aliases", "Combe\n" + "a" * 201), ("people/new", "last_name", "b" * 201)],
)  # fmt: skip
def test_what_is_too_long_is_an_error_beside_its_field_and_nothing_is_cut(here: Here, path: str, field: str, typed: str) -> None:
    page = here.get(path)
    assert "maxlength" not in page[page.index("<main") :], "a browser would cut without a word"
    answer = here.post(path, **{"name": "Nom", "last_name": "Nom", "organisation_id": str(here.id), **here.form(path), field: typed})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-err"' in text
    assert typed in text
