"""Needs and capabilities are found by the one search: whatever accents and word forms, as far as the reader may know of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from consult.interviews import service as interviews
from consult.kernel.model import Confidentiality
from consult.sourcing import service
from consult.sourcing.models import Capability, Need
from consult.terms import service as terms
from consult.terms.models import TermList
from tests.interviews.conftest import Field

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def noted(work: Field) -> dict[str, int]:
    """A need told in an interview, and a capability that stands by itself."""
    interview = work.logged()
    with work.acting("lead"):
        told = {"component_id": "Aiguilles dorées", "process_id": "Galvanoplastie", "note": "Livraisons trop irrégulières"}
        need = service.add(Need, told, interviews.get(interview))
        able = {"organisation_id": work.lac.id, "process_id": "Émaillage grand feu", "certifications": "ISO 9001"}
        return {"interview": interview, "need": need.id, "capability": service.add(Capability, able).id}


def found(browser: FlaskClient, work: Field, words: str) -> str:
    return browser.get(f"/studies/{work.study.id}/search", query_string={"q": words}).text


@pytest.mark.parametrize("words", ["aiguille doree", "galvanoplasties", "livraison irreguliere"])
def test_a_need_is_found_with_its_passage(work: Field, noted: dict[str, int], sign_in: SignIn, words: str) -> None:
    page = found(sign_in(work.members["consultant"]), work, words)
    assert f"/needs/{noted['need']}" in page
    assert "<mark>" in page.split("hit-passage")[1]


@pytest.mark.parametrize("words", ["emaillages", "iso 9001"])
def test_a_capability_is_found(work: Field, noted: dict[str, int], sign_in: SignIn, words: str) -> None:
    assert f"/capabilities/{noted['capability']}" in found(sign_in(work.members["consultant"]), work, words)


def test_nobody_finds_what_they_may_not_know_of(work: Field, noted: dict[str, int], sign_in: SignIn) -> None:
    at = f"/needs/{noted['need']}"
    assert at not in found(sign_in(work.members["guest"]), work, "galvanoplastie")
    other = work.make.member(work.study, "consultant", name="Autre Martin")
    with work.acting("lead"):
        service.update(service.get(Need, noted["need"]), {"confidentiality": Confidentiality.STRICT}, None)
    assert at not in found(sign_in(other), work, "galvanoplastie")
    assert at in found(sign_in(work.members["reviewer"]), work, "galvanoplastie")


def test_it_follows_its_words_and_its_interview(work: Field, noted: dict[str, int], sign_in: SignIn) -> None:
    browser, at = sign_in(work.members["consultant"]), f"/needs/{noted['need']}"
    with work.acting("lead"):
        named = terms.find_or_create(TermList.PROCESS, "Galvanoplastie")
        terms.rename(named, {"label_fr": "Dépôt électrolytique", "label_en": None}, None)
    assert [at in found(browser, work, words) for words in ("galvanoplastie", "depots electrolytiques")] == [False, True]
    with work.acting("lead"):
        interviews.delete(interviews.get(noted["interview"]))
    assert at not in found(browser, work, "depots electrolytiques")
    with work.acting("lead"):
        interviews.bring_back(interviews.get(noted["interview"], deleted=True))
    assert at in found(browser, work, "depots electrolytiques")
