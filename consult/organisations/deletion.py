"""Taking an organisation out of a study, and bringing it back. One that no other study shares leaves the directory too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import now
from consult.kernel.scope import current, unscoped
from consult.organisations import participating, search_text, service
from consult.organisations.models import Organisation
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
    """Take an organisation out of the study in scope. Raises Refused("organisation_in_use") while interviews stand on it."""
    if kept([organisation.id]):
        raise Refused("organisation_in_use")
    here = service.participation_of(organisation.id)
    at, by = now(), current().user_id
    here.deleted_at, here.deleted_by_id = at, by
    if not participating.in_other_studies([organisation.id]):
        organisation.deleted_at, organisation.deleted_by_id = at, by
    with unscoped("an organisation just taken out of the study is outside its scope"):
        db.session.flush()


def restore(organisation_id: int) -> None:
    """Bring an organisation back into the study it was taken out of. Refused when its SIREN was given to another."""
    query = sa.select(Participation).where(Participation.organisation_id == organisation_id, Participation.deleted_at.is_not(None))
    here = db.session.scalar(query.execution_options(include_deleted=True))
    if here is None:
        raise NotFound
    with unscoped("an organisation taken out of the study is outside its scope until it is back"):
        organisation = db.session.get_one(Organisation, organisation_id, execution_options={"include_deleted": True})
        bearer = service.find_by_identifier(organisation.siren, None) if organisation.deleted_at else None
        if bearer not in (None, organisation_id):
            raise Refused("siren_taken")
        here.deleted_at = here.deleted_by_id = None
        organisation.deleted_at = organisation.deleted_by_id = None
        db.session.flush()
    search_text.refresh([organisation_id])
