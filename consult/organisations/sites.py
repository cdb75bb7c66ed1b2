"""Establishments of an organisation. The first is the head office; at most one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.locking import expect_version
from consult.kernel.model import now
from consult.kernel.scope import current, unscoped
from consult.organisations import identifiers, search_text
from consult.organisations.models import Organisation, Site
from consult.studies import territory_reference

PLAIN = ("label", "address", "workforce", "country")


def of(organisation_id: int) -> Sequence[Site]:
    """Return the sites of an organisation, its head office first."""
    query = sa.select(Site).where(Site.organisation_id == organisation_id)
    return db.session.scalars(query.order_by(Site.is_head_office.desc(), Site.id)).all()


def get(organisation_id: int, site_id: int, deleted: bool = False) -> Site:
    """Return a site of an organisation. Raises NotFound."""
    state = Site.deleted_at.is_not(None) if deleted else Site.deleted_at.is_(None)
    query = sa.select(Site).where(Site.id == site_id, Site.organisation_id == organisation_id, state)
    found = db.session.scalar(query.execution_options(include_deleted=deleted))
    if found is None:
        raise NotFound
    return found


def add(organisation: Organisation, values: Mapping[str, Any]) -> Site:
    """Add a site. `commune` is an INSEE code, or the name as typed, which the postcode helps to tell."""
    site = Site(organisation_id=organisation.id, is_head_office=not of(organisation.id))
    db.session.add(site)
    _fill(site, organisation, values)
    db.session.flush()
    search_text.refresh([organisation.id])
    return site


def update(site: Site, organisation: Organisation, values: Mapping[str, Any], seen: int | None) -> None:
    """Change a site. Raises Refused("siret_taken") when another live site has its SIRET."""
    expect_version(site, seen)
    _fill(site, organisation, values)
    db.session.flush()
    search_text.refresh([organisation.id])


def delete(site: Site) -> None:
    """Delete a site; it can be brought back."""
    site.deleted_at, site.deleted_by_id = now(), current().user_id
    search_text.refresh([site.organisation_id])


def restore(site: Site) -> None:
    """Bring a deleted site back; it is head office no more if another has become it, and its SIRET stays with whoever took it."""
    if site.is_head_office and any(other.is_head_office for other in of(site.organisation_id)):
        site.is_head_office = False
    holder = _holder(site.siret)
    if holder is not None:
        raise Refused("siret_taken_since", number=identifiers.written_siret(site.siret), holder=holder)
    site.deleted_at = site.deleted_by_id = None
    search_text.refresh([site.organisation_id])


def place(commune: str | None, postcode: str | None) -> tuple[str | None, str | None]:
    """Return the INSEE code and the name of the commune meant, by code or by name and postcode; the name as typed when it is in doubt."""
    text = (commune or "").strip()
    found = territory_reference.commune(text) if len(text) == 5 and text[0].isdigit() else None
    if found is None and text:
        found = territory_reference.commune_by_name_and_postcode(text, postcode or "")
    return (found.code, found.name) if found else (None, text or None)


def _fill(site: Site, organisation: Organisation, values: Mapping[str, Any]) -> None:
    with db.session.no_autoflush:
        for name in PLAIN:
            if name in values:
                setattr(site, name, values[name])
        site.country = site.country or "FR"
        if "postcode" in values:
            site.postcode = values["postcode"]
        if "commune" in values:
            site.commune_code, site.commune_name = place(values["commune"], values.get("postcode"))
        if "siret" in values:
            _fill_siret(site, organisation, values["siret"])
    if values.get("is_head_office") and not site.is_head_office:
        _step_down(organisation.id)
        site.is_head_office = True


def _fill_siret(site: Site, organisation: Organisation, typed: str | None) -> None:
    number, doubtful = identifiers.siret(typed)
    if number and organisation.siren and not number.startswith(organisation.siren):
        raise Refused("siret_of_another", field="siret", siren=identifiers.written_siren(organisation.siren))
    if number and number != site.siret and _bearer(number) not in (None, site.id):
        raise Refused("siret_taken", field="siret")
    site.siret, site.unchecked_siret = number, doubtful
    if number and not organisation.siren and not organisation.unchecked_siren and _siren_is_free(number[:9]):
        organisation.siren = number[:9]


def _bearer(siret: str) -> int | None:
    with unscoped("a SIRET is unique in the whole installation"):
        return db.session.scalar(sa.select(Site.id).where(Site.siret == siret))


def _holder(siret: str | None) -> str | None:
    """The name of the organisation of which a site has a SIRET."""
    with unscoped("a SIRET is unique in the whole installation; who has it is told by name"):
        query = sa.select(Organisation.name).join(Site, Site.organisation_id == Organisation.id).where(Site.siret == siret)
        return db.session.scalar(query) if siret else None


def _siren_is_free(siren: str) -> bool:
    with unscoped("a SIREN is unique in the whole installation"):
        return db.session.scalar(sa.select(Organisation.id).where(Organisation.siren == siren)) is None


def _step_down(organisation_id: int) -> None:
    for site in of(organisation_id):
        site.is_head_office = False
    db.session.flush()
