"""What somebody has before them today and tomorrow: interviews with whom they are held and how to reach them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from consult.interviews.models import COUNTED_STATES, Interview, Interviewee, Interviewer, InterviewOrganisation
from consult.kernel.db import db
from consult.kernel.scope import current
from consult.organisations.models import Organisation
from consult.organisations.people_models import Person


def interviews(today: dt.date) -> Sequence[Interview]:
    """Return the interviews of today and tomorrow that the reader asks in or wrote, in their order, with organisations and people."""
    me = current().user_id
    asked = sa.select(Interviewer.interview_id).where(Interviewer.user_id == me)
    organisation = selectinload(Interview.organisation_links).joinedload(InterviewOrganisation.organisation)
    query = (
        sa.select(Interview)
        .where(Interview.date.between(today, today + dt.timedelta(days=1)), Interview.state.not_in(COUNTED_STATES))
        .where(sa.or_(Interview.created_by_id == me, Interview.id.in_(asked)))
        .order_by(Interview.date, Interview.starts_at.is_(None), Interview.starts_at, Interview.id)
        .options(
            organisation.selectinload(Organisation.sites),
            selectinload(Interview.interviewee_links).joinedload(Interviewee.person).selectinload(Person.phones),
            selectinload(Interview.interviewer_links).joinedload(Interviewer.user),
        )
    )
    return db.session.scalars(query).all()
