"""Organisations of a plan, their sites and what they are first of all, as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from consult.exchange.fields import NAME, ORGANISATION, SITE
from consult.exchange.written import Records, Written, having, rows_by_id, rows_where
from consult.kernel import refs
from consult.kernel.db import db
from consult.kernel.text import fold
from consult.organisations import identifiers, search_text
from consult.organisations.models import Alias, Nomenclature, Organisation, OrganisationRole, Site


def write(records: Records, tell: Callable[[int, int], None] | None) -> None:
    """Put the organisations of a plan into the ledger, with their sites and primary roles. `tell` is told of the progress."""
    _organisations(records, tell)
    _sites(records)
    _roles(records)


def _organisations(records: Records, tell: Callable[[int, int], None] | None) -> None:
    every = records.of(ORGANISATION)
    codes = iter(refs.take(Organisation.ref_prefix, n) if (n := sum(r.fresh for r in every)) else ())
    rows = rows_by_id(Organisation, [r.target.id for r in every if r.target.id and (r.values or r.extra)])
    sites: dict[Any, list[dict[str, Any]]] = {}
    for site in records.of(SITE):
        sites.setdefault(site.owner, []).append(_site_columns(site.of("site")))
    for number, record in enumerate(every, 1):
        if tell and number % 500 == 0:
            tell(number, len(every))
        if record.fresh:
            _new(records, record, next(codes), sites.get(record.target.place, ()))
        else:
            record.id = record.target.id or 0
            _changed(records, record, rows.get(record.id))


def _new(records: Records, record: Written, ref: str, sites: Iterable[Mapping[str, Any]]) -> None:
    values = _columns(record.of("organisation"), {})
    values["extra"] = record.extra
    record.words = search_text.of_new(values, ref, sites)
    record.id, image = records.ledger.insert(Organisation, ref=ref, **values, **record.words)
    record.images.append(image)


def _changed(records: Records, record: Written, row: dict[str, Any] | None) -> None:
    if row is None:
        return
    values = _columns(record.of("organisation"), row)
    if record.extra:
        values["extra"] = {**(row["extra"] or {}), **record.extra}
    if values:
        record.images.append(records.ledger.update(Organisation, row, values))
    if NAME in record.values and fold(row["name"]) != fold(values["name"]):
        _keep_name(records, record, row["name"])


def _keep_name(records: Records, record: Written, former: str) -> None:
    """The former name of an organisation stays findable as an alias."""
    known = db.session.scalar(sa.select(Alias.id).where(Alias.organisation_id == record.id, Alias.key == fold(former)))
    if known is None:
        record.images.append(records.ledger.insert(Alias, organisation_id=record.id, name=former, key=fold(former))[1])


def _columns(values: dict[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Columns that follow from others: a SIREN that fails its check, the edition of a code, the domain."""
    if "siren" in values:
        values["siren"], values["unchecked_siren"] = identifiers.siren(values["siren"])
    if "naf_code" in values:
        values["naf_edition"] = row.get("naf_edition") or Nomenclature.NAF_REV2
    if "website" in values or "email" in values:
        values["domain"] = identifiers.domain(values.get("website", row.get("website")), values.get("email", row.get("email")))
    return values


def _sites(records: Records) -> None:
    every = records.of(SITE)
    rows = rows_by_id(Site, [r.target.id for r in every if r.target.id and r.values])
    heads = having(Site.organisation_id, Site.is_head_office, [records.id_of(ORGANISATION, r.owner) for r in every if r.fresh])
    for record in every:
        values = _site_columns(record.of("site"))
        if record.fresh:
            owner = records.id_of(ORGANISATION, record.owner)
            record.id, image = records.ledger.insert(Site, organisation_id=owner, is_head_office=owner not in heads, **values)
            heads.add(owner)
            record.images.append(image)
        elif values and record.target.id in rows:
            record.images.append(records.ledger.update(Site, rows[record.target.id], values))


def _site_columns(values: dict[str, Any]) -> dict[str, Any]:
    if "siret" in values:
        values["siret"], values["unchecked_siret"] = identifiers.siret(values["siret"])
    return values


def _roles(records: Records) -> None:
    """A role that a file gives becomes the primary one; the former stays beside it."""
    every = [r for r in records.of(ORGANISATION) if r.of("role")]
    general = (OrganisationRole.study_id.is_(None), OrganisationRole.is_primary, OrganisationRole.deleted_at.is_(None))
    former = {
        row["organisation_id"]: row
        for row in rows_where(OrganisationRole, OrganisationRole.organisation_id, [r.id for r in every if not r.fresh], *general)
    }
    for record in every:
        if record.id in former:
            record.images.append(records.ledger.update(OrganisationRole, former[record.id], {"is_primary": False}))
        role = record.of("role")["role"]
        record.images.append(records.ledger.insert(OrganisationRole, organisation_id=record.id, role=role, is_primary=True)[1])
