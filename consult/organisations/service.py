"""Organisations: finding, naming, changing them. Naming one in a study makes it take part there, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from consult.kernel import refs
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.locking import expect_version
from consult.kernel.scope import unscoped
from consult.organisations import duplicates, identifiers, labelling, participating, parts, redirects, search_text, sites
from consult.organisations.merge_models import Kind
from consult.organisations.models import Nomenclature, Organisation, OrganisationKind, OrganisationTerm, Site
from consult.organisations.participation import Participation

PLAIN = (
    "name", "short_name", "legal_name", "kind", "status", "workforce_band", "workforce", "workforce_year", "turnover_band", "created_year",
    "description", "notes", "source", "verified_on",
)  # fmt: skip
"""The fields kept as they are given; the others are checked first."""

FIELDS = (*PLAIN, "siren", "vat_number", "foreign_id", "naf_code", "naf_edition", "phone", "email", "website")
"""Every field of an organisation that its form shows."""

CHECKED: dict[str, Callable[[str | None], str | None]] = {
    "vat_number": lambda text: identifiers.vat(text)[0],
    "foreign_id": lambda text: identifiers.foreign(text)[0],
    "phone": identifiers.phone_as_kept,
    "email": identifiers.email,
    "website": identifiers.website,
}
"""The fields brought to one form before they are kept."""


class Named(NamedTuple):
    """What naming an organisation led to: `joined` when it was in the directory already and has only been added to the study."""

    organisation: Organisation
    joined: bool


def get(organisation_id: int) -> Organisation:
    """Return an organisation that takes part in the study in scope. Raises NotFound."""
    found = db.session.scalar(sa.select(Organisation).where(Organisation.id == organisation_id))
    if found is None:
        raise redirects.missing(Kind.ORGANISATION, organisation_id)
    return found


def participation_of(organisation_id: int) -> Participation:
    """Return how an organisation takes part in the study in scope. Raises NotFound."""
    found = db.session.scalar(sa.select(Participation).where(Participation.organisation_id == organisation_id))
    if found is None:
        raise redirects.missing(Kind.ORGANISATION, organisation_id)
    return found


def create(values: Mapping[str, Any], anyway: bool = False) -> Named:
    """Name an organisation in the study in scope.

    `values` are those of the form: the organisation's fields, its first site's (`address`, `postcode`, `commune`, `siret`), `role`,
    `specialities`, `tags`, `aliases`, and those of its participation. One with the same SIREN or SIRET elsewhere in the installation
    only joins the study. Raises Refused("already_here") when it takes part already, and Refused("look_alike") when others resemble it,
    unless `anyway`.
    """
    known = find_by_identifier(values.get("siren"), values.get("siret"))
    if known is not None:
        return Named(_join(known, values), True)
    if not anyway and (alike := duplicates.find(duplicates.candidate(values))):
        raise Refused("look_alike", field="name", alike=alike, number=len(alike))
    organisation = Organisation(ref=refs.take(Organisation.ref_prefix)[0])
    _fill(organisation, values)
    db.session.add(organisation)
    db.session.flush()
    _add_parts(organisation, values)
    participating.join(organisation, values)
    search_text.refresh([organisation.id])
    return Named(organisation, False)


def _join(organisation_id: int, values: Mapping[str, Any]) -> Organisation:
    here = db.session.scalar(sa.select(Participation.id).where(Participation.organisation_id == organisation_id))
    if here is not None:
        raise Refused("already_here", field="siren", organisation_id=organisation_id)
    participating.rejoin(organisation_id)
    organisation = get(organisation_id)
    participating.fill(participation_of(organisation_id), {"in_frame": True, **values})
    return organisation


def _add_parts(organisation: Organisation, values: Mapping[str, Any]) -> None:
    if any(values.get(name) for name in ("address", "postcode", "commune", "siret")):
        sites.add(organisation, {**values, "label": None, "workforce": None, "is_head_office": True})
    if values.get("role"):
        parts.add_role(organisation, {"role": values["role"], "is_primary": True})
    labelling.set_terms(organisation, values)
    parts.set_aliases(organisation, values.get("aliases") or [])


def update(organisation: Organisation, values: Mapping[str, Any], seen: int | None) -> None:
    """Change an organisation's own fields, terms and other names. A former name stays findable as an alias."""
    expect_version(organisation, seen)
    former = organisation.name
    with db.session.no_autoflush:
        _fill(organisation, values)
    db.session.flush()
    labelling.set_terms(organisation, values)
    if "aliases" in values:
        parts.set_aliases(organisation, values["aliases"] or [])
    if former != organisation.name:
        parts.keep_former_name(organisation, former)
    search_text.refresh([organisation.id])


def set_field(organisation: Organisation, name: str, value: Any, seen: int | None = None) -> None:
    """Change one field of an organisation in place."""
    expect_version(organisation, seen)
    with db.session.no_autoflush:
        _fill(organisation, {name: value})
    db.session.flush()
    if name in ("name", "short_name", "legal_name", "siren", "website", "email"):
        search_text.refresh([organisation.id])


def find_or_create(name: str, kind: OrganisationKind | None = None, **values: Any) -> Organisation:
    """Return the organisation of the study that bears this very name (or alias), or name a new one in it.

    For forms where one is named in passing: of several homonyms the oldest is taken, and nothing is asked.
    """
    key = search_text.sort_name(name)
    found = (
        db.session.scalar(sa.select(Organisation).where(Organisation.sort_name == key).order_by(Organisation.id).limit(1)) if key else None
    )
    found = found or parts.bearer_of_alias(key)
    return found or create({"name": name, "kind": kind or OrganisationKind.COMPANY, "in_frame": True, **values}, anyway=True).organisation


def find_by_identifier(siren: str | None, siret: str | None) -> int | None:
    """Return the id of the live organisation of the whole installation that has this valid SIREN, or the site with this SIRET; or the
    one into which the bearer of the SIREN was merged."""
    number, establishment = identifiers.siren(siren).value, identifiers.siret(siret).value
    number = number or (establishment[:9] if establishment else None)
    with unscoped("an official identifier is looked up in the whole installation; a hit reveals identity and sites only"):
        found = db.session.scalar(sa.select(Organisation.id).where(Organisation.siren == number)) if number else None
        if found is None and establishment:
            found = db.session.scalar(sa.select(Site.organisation_id).where(Site.siret == establishment))
        if found is None and number:
            found = redirects.bearers([number]).get(number)
    return found


def pick(text: str, limit: int = 20) -> list[tuple[int, str, str]]:
    """Return organisations of the study for a box that is typed into: id, name, and where it is or its reference."""
    head = sa.and_(Site.organisation_id == Participation.organisation_id, Site.is_head_office)
    query = (
        sa.select(Organisation.id, Organisation.name, sa.func.coalesce(Site.commune_name, Organisation.ref))
        .join(Participation, Participation.organisation_id == Organisation.id)
        .outerjoin(Site, head)
        .order_by(Participation.sort_name, Participation.id)
        .limit(limit)
    )
    if text.strip():
        query = query.where(search_text.contains(Participation.search_key, text))
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def terms_of(organisation_id: int) -> list[OrganisationTerm]:
    """Return the specialities and tags of an organisation."""
    return list(db.session.scalars(sa.select(OrganisationTerm).where(OrganisationTerm.organisation_id == organisation_id)))


def _fill(organisation: Organisation, values: Mapping[str, Any]) -> None:
    for name in PLAIN:
        if name in values:
            setattr(organisation, name, values[name])
    organisation.kind = organisation.kind or OrganisationKind.COMPANY
    for name, kept in CHECKED.items():
        if name in values:
            setattr(organisation, name, kept(values[name]))
    if "siren" in values:
        _fill_siren(organisation, values["siren"])
    if "naf_code" in values:
        _fill_activity(organisation, values["naf_code"], values.get("naf_edition"))
    if "website" in values or "email" in values:
        organisation.domain = identifiers.domain(organisation.website, organisation.email)


def _fill_activity(organisation: Organisation, code: str | None, edition: Nomenclature | None) -> None:
    organisation.naf_code = code
    organisation.naf_edition = (edition or organisation.naf_edition or Nomenclature.NAF_REV2) if code else None


def _fill_siren(organisation: Organisation, typed: str | None) -> None:
    number, doubtful = identifiers.siren(typed)
    if number and number != organisation.siren:
        bearer = find_by_identifier(number, None)
        if bearer is not None and bearer != organisation.id:
            raise Refused("siren_taken", field="siren")
    organisation.siren, organisation.unchecked_siren = number, doubtful
