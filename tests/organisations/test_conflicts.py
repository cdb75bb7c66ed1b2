"""Two people on one organisation: lists of names and terms grow together, whatever was shown to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from markupsafe import Markup

from consult.kernel.db import db
from consult.organisations import parts
from consult.organisations.models import Organisation
from tests.factories import Make


def _opened(browser: FlaskClient, address: str) -> dict[str, Any]:
    """Return what the form posts when nothing is changed in it."""
    text = browser.get(address).get_data(as_text=True)
    hidden = {name: Markup(value).unescape() for name, value in re.findall(r'name="(version|shown)"[^>]*value="([^"]*)"', text)}
    assert set(hidden) == {"version", "shown"}
    return {"name": "Combe", "kind": "company", "status": "active", "phone": "", "aliases": "", **hidden}


def test_other_names_added_meanwhile_survive_a_save_of_something_else(make: Make, sign_in: Callable[..., FlaskClient]) -> None:
    study = make.study()
    organisation = make.organisation(study, "Combe")
    lead, consultant = (sign_in(make.member(study, role)) for role in ("lead", "consultant"))
    address = f"/studies/{study.id}/organisations/{organisation.id}/edit"
    first, second = _opened(lead, address), _opened(consultant, address)
    assert lead.post(address, data={**first, "aliases": "Ateliers Combe\nLa Combe", "phone": "03 81 00 00 01"}).status_code == 303
    answer = consultant.post(address, data={**second, "phone": "03 81 00 00 02"})
    assert answer.status_code == 409
    text = answer.get_data(as_text=True)
    assert "[]" not in re.search(r"<textarea[^>]*name=\"aliases\".*?</textarea>", text, re.DOTALL)[0]  # type: ignore[index]
    version = re.search(r'name="version"[^>]*value="(\d+)"', text)
    assert version
    assert (
        consultant.post(address, data={**second, "version": version[1], "phone": "03 81 00 00 02", "aliases": "Combe SA"}).status_code
        == 303
    )
    with make.inside(study):
        assert {alias.name for alias in parts.aliases(organisation.id)} == {"Ateliers Combe", "La Combe", "Combe SA"}
        assert db.session.get_one(Organisation, organisation.id).phone == "+33381000002"


def test_a_name_taken_out_by_one_is_not_put_back_by_the_other(make: Make, sign_in: Callable[..., FlaskClient]) -> None:
    study = make.study()
    organisation = make.organisation(study, "Combe")
    with make.inside(study):
        parts.set_aliases(db.session.get_one(Organisation, organisation.id), ["Old", "Kept"])
    browser = sign_in(make.member(study, "lead"))
    address = f"/studies/{study.id}/organisations/{organisation.id}/edit"
    first, second = _opened(browser, address), _opened(browser, address)
    assert browser.post(address, data={**first, "aliases": "Kept"}).status_code == 303
    assert browser.post(address, data={**second, "aliases": "Old\nKept\nNew"}).status_code == 303
    with make.inside(study):
        assert {alias.name for alias in parts.aliases(organisation.id)} == {"Kept", "New"}
