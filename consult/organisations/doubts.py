"""Values that are kept as they were typed although their check fails: which ones, and what is said to whoever types one."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from consult.organisations import identifiers
from consult.organisations.models import Organisation, Site
from consult.organisations.people_models import Person
from consult.web.i18n import _l, written_label

_FAILS = _l("“%(text)s” does not pass its check. It is kept as you typed it.")
SENTENCES: dict[str, Any] = {
    "phone": _l("“%(text)s” is no number that can be called. It is kept as you typed it."),
    "siren": _l("“%(text)s” is no valid SIREN. It is kept as you typed it."),
    "siret": _l("“%(text)s” is no valid SIRET. It is kept as you typed it."),
    "vat_number": _FAILS,
    "foreign_id": _FAILS,
}


def of(organisation: Organisation) -> set[str]:
    """Return the names of an organisation's fields whose check fails: they are shown with a warning."""
    checks = {
        "siren": not organisation.unchecked_siren,
        "vat_number": identifiers.vat(organisation.vat_number)[1],
        "foreign_id": identifiers.foreign(organisation.foreign_id)[1],
        "phone": not organisation.phone or identifiers.phone(organisation.phone) is not None,
    }
    return {name for name, passes in checks.items() if not passes}


def of_person(person: Person) -> set[str]:
    """Return the numbers of a person that cannot be called."""
    return {each.typed for each in person.phones if each.number is None}


def written(organisation: Organisation, field: str) -> str:
    """Return a field of an organisation as it is read."""
    if field == "phone":
        return identifiers.written_phone(organisation.phone)
    if field == "siren":
        return identifiers.written_siren(organisation.siren) or organisation.unchecked_siren or ""
    return written_label(getattr(organisation, field))


def sentence(field: str, text: str) -> str:
    """Say that what stands in a field fails its check and is kept all the same."""
    return str(SENTENCES[field]) % {"text": text}


def said(organisation: Organisation, but: Set[str] = frozenset()) -> str:
    """Say of every field in doubt, but those that were so before, that it is kept as typed; nothing where all is well."""
    return " ".join(sentence(field, written(organisation, field)) for field in sorted(of(organisation) - but))


def said_of_site(site: Site) -> str:
    """Say the same of a site's SIRET."""
    return sentence("siret", site.unchecked_siret) if site.unchecked_siret else ""


def said_of_numbers(person: Person, but: Set[str] = frozenset()) -> str:
    """Say the same of a person's telephone numbers."""
    return " ".join(sentence("phone", text) for text in sorted(of_person(person) - but))
