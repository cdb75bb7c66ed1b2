"""Identifiers, numbers and addresses: in one form when they pass their check, as typed when they do not."""

from __future__ import annotations

import pytest

from consult.organisations import identifiers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("552 032 534", "552032534"), ("552.032.534", "552032534"), ("356000000", "356000000")],
)
def test_a_siren_loses_its_spaces_and_keeps_its_zeros(typed: str, kept: str) -> None:
    assert identifiers.siren(typed) == (kept, None)


@pytest.mark.parametrize("typed", ["999000018", "12345", "abc", "５５２０３２５３４", "55203253400"])
def test_a_siren_whose_check_fails_is_kept_as_it_was_typed(typed: str) -> None:
    assert identifiers.siren(typed) == (None, typed)


def test_a_siret_of_la_poste_follows_its_own_rule() -> None:
    assert identifiers.siret("356 000 000 49837").value == "35600000049837"
    assert identifiers.siret("35600000049838").value is None


def test_vat_and_swiss_numbers_are_checked_and_kept_anyway() -> None:
    assert identifiers.vat("FR 40 303 265 045") == ("FR40303265045", True)
    assert identifiers.vat("FR 41 303 265 045") == ("FR41303265045", False)
    assert identifiers.foreign("che 100155212") == ("CHE-100.155.212", True)
    assert identifiers.foreign("CHE-100.155.213") == ("CHE-100.155.213", False)
    assert identifiers.foreign("HRB 1234") == ("HRB 1234", True)


def test_a_phone_number_is_kept_in_the_international_form_or_as_typed() -> None:
    assert identifiers.phone_as_kept("03 81 67 00 01") == "+33381670001"
    assert identifiers.phone_as_kept("poste 12") == "poste 12"
    assert identifiers.phone_as_kept("  ") is None
    assert identifiers.written_phone("+33381670001") == "03 81 67 00 01"
    assert identifiers.written_phone("+41329102030") == "+41 32 910 20 30"
    assert identifiers.written_phone("poste 12") == "poste 12"


def test_an_address_is_put_in_lower_case_and_no_server_is_asked() -> None:
    assert identifiers.email(" Jeanne.Morel@EXAMPLE.org ") == "jeanne.morel@example.org"
    assert identifiers.email("jeanne at example.org") is None


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org", "exa mple.org", "nothing"])
def test_only_addresses_of_the_web_are_websites(typed: str) -> None:
    assert identifiers.website(typed) is None


def test_a_website_gets_its_scheme_and_gives_the_domain() -> None:
    assert identifiers.website("www.example.org/fr") == "https://www.example.org/fr"
    assert identifiers.domain("https://www.example.org/fr", None) == "example.org"
    assert identifiers.domain(None, "contact@atelier.example") == "atelier.example"
    assert identifiers.domain(None, "atelier@gmail.com") is None
