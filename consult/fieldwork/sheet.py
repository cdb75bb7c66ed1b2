"""Everything about reaching one target, for whoever is about to call it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consult.fieldwork import appointments, attempts, claims, suggestions
from consult.fieldwork.models import Appointment, ContactAttempt, ContactClaim, Replacement, Suggestion
from consult.kernel.db import db
from consult.organisations import redirects
from consult.organisations.merge_models import Kind
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation, Person


@dataclass(frozen=True)
class Sheet:
    """A target with whom to ask for, what was tried, what is arranged, who suggested it, and who is calling it now."""

    here: Participation
    posts: Sequence[Affiliation]
    attempts: Sequence[ContactAttempt]
    appointments: Sequence[Appointment]
    suggestions: Sequence[Suggestion]
    suggested: Sequence[Suggestion]
    replacement: Replacement | None
    stands_in_for: Sequence[Replacement]
    claim: ContactClaim | None
    stops: bool

    @property
    def organisation(self) -> Organisation:
        return self.here.organisation

    @property
    def first(self) -> Person | None:
        """Whom to ask for first: the main contact among those who may be called."""
        return next((post.person for post in self.posts if not post.person.do_not_contact), None)


def of(organisation_id: int) -> Sheet:
    """Return the sheet of an organisation of the study. Raises NotFound."""
    stops = attempts.to_stop(attempts.stop_after()).label("stops")
    query = sa.select(Participation, stops).where(Participation.organisation_id == organisation_id)
    whole = joinedload(Participation.organisation).selectinload(Organisation.sites)
    row = db.session.execute(query.options(whole, joinedload(Participation.owner), joinedload(Participation.segment))).first()
    if row is None or row[0].organisation is None:
        raise redirects.missing(Kind.ORGANISATION, organisation_id)
    return Sheet(
        here=row[0],
        posts=_posts(organisation_id),
        attempts=attempts.of(organisation_id),
        appointments=appointments.of(organisation_id),
        suggestions=suggestions.of(organisation_id),
        suggested=suggestions.by(organisation_id),
        replacement=suggestions.replacement_of(organisation_id),
        stands_in_for=suggestions.replaced_by(organisation_id),
        claim=claims.of([organisation_id]).get(organisation_id),
        stops=bool(row.stops) and row[0].in_frame,
    )


def _posts(organisation_id: int) -> Sequence[Any]:
    person = joinedload(Affiliation.person, innerjoin=True)
    query = sa.select(Affiliation).where(Affiliation.organisation_id == organisation_id, Affiliation.until.is_(None))
    parts = (person.selectinload(Person.phones), person.selectinload(Person.emails))
    return db.session.scalars(query.options(*parts).order_by(Affiliation.is_main.desc(), Affiliation.id)).all()
