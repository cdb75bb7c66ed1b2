"""Taking an organisation out of a study, and bringing it back. One that no other study shares leaves the directory too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import SoftDeleted, now
from consult.kernel.scope import current, unscoped
from consult.organisations import identifiers, participating, search_text, service, sites
from consult.organisations.models import Organisation, Site
from consult.organisations.participation import Participation

Keeping = Callable[[Sequence[int]], set[int]]
KEPT_BECAUSE: list[Keeping] = []


def keep_because(reason: Keeping) -> None:
    """Have a function of an upper slice tell which organisations of the study must stay, because something was said with them."""
    if reason not in KEPT_BECAUSE:
        KEPT_BECAUSE.append(reason)


def kept(organisation_ids: Sequence[int]) -> set[int]:
    """Return those of the organisations that something of the study still stands on."""
    return set().union(*(reason(organisation_ids) for reason in KEPT_BECAUSE)) if organisation_ids else set()


def delete(organisation: Organisation) -> None:
    """Take an organisation out of the study in scope. Raises Refused("organisation_in_use") while interviews stand on it.

    Its sites leave the directory with it, so that their SIRETs are free.
    """
    if kept([organisation.id]):
        raise Refused("organisation_in_use")
    leaving: list[SoftDeleted] = [service.participation_of(organisation.id)]
    if not participating.in_other_studies([organisation.id]):
        leaving += [organisation, *sites.of(organisation.id)]
    at, by = now(), current().user_id
    for record in leaving:
        record.deleted_at, record.deleted_by_id = at, by
    with unscoped("an organisation just taken out of the study is outside its scope"):
        db.session.flush()


def restore(organisation_id: int) -> None:
    """Bring an organisation back into the study it was taken out of, with the sites that left with it. Raises Refused, with the number and
    its holder, when its SIREN or one of its SIRETs was given to another meanwhile."""
    query = sa.select(Participation).where(Participation.organisation_id == organisation_id, Participation.deleted_at.is_not(None))
    here = db.session.scalar(query.execution_options(include_deleted=True))
    if here is None:
        raise NotFound
    with unscoped("an organisation taken out of the study is outside its scope until it is back"):
        organisation = db.session.get_one(Organisation, organisation_id, execution_options={"include_deleted": True})
        taken = held_by_others(organisation_id, organisation.deleted_at)
        if taken:
            code, number, holder = taken
            raise Refused(code, number=number, holder=holder)
        coming: list[SoftDeleted] = [here, organisation, *_sites_gone(organisation_id, organisation.deleted_at)]
        for record in coming:
            record.deleted_at = record.deleted_by_id = None
        db.session.flush()
    search_text.refresh([organisation_id])


def held_by_others(organisation_id: int, deleted_at: dt.datetime | None) -> tuple[str, str, str] | None:
    """Tell which number of an organisation deleted at that moment another bears by now: the code of the refusal, the number as it is
    written, and the name of who bears it. The caller has lifted the study filter."""
    if deleted_at is None:
        return None
    siren = db.session.scalar(
        sa.select(Organisation.siren).where(Organisation.id == organisation_id).execution_options(include_deleted=True)
    )  # fmt: skip
    holder = db.session.scalar(sa.select(Organisation.name).where(Organisation.siren == siren, Organisation.id != organisation_id))
    if siren and holder:
        return "siren_taken_since", identifiers.written_siren(siren), holder
    for site in _sites_gone(organisation_id, deleted_at):
        bearer = sa.select(Organisation.name).join(Site, Site.organisation_id == Organisation.id).where(Site.siret == site.siret)
        holder = db.session.scalar(bearer) if site.siret else None
        if holder:
            return "siret_taken_since", identifiers.written_siret(site.siret), holder
    return None


def _sites_gone(organisation_id: int, deleted_at: dt.datetime | None) -> Sequence[Site]:
    """The sites that left the directory with their organisation."""
    query = sa.select(Site).where(Site.organisation_id == organisation_id, Site.deleted_at == deleted_at).order_by(Site.id)
    return db.session.scalars(query.execution_options(include_deleted=True)).all() if deleted_at else []
