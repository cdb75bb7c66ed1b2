"""What the dashboard tells beside the figures: what waits for somebody, and what a new study still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.interviews.models import Interview, InterviewOrganisation, InterviewState
from consult.kernel.db import db
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.studies.models import PerimeterArea, Segment


@dataclass(frozen=True)
class Readiness:
    """Whether the study has what its work needs: each is shown as a step until it is there."""

    perimeter: bool
    segments: bool
    organisations: bool
    interviews: bool

    @property
    def complete(self) -> bool:
        return self.perimeter and self.segments and self.organisations and self.interviews


def readiness() -> Readiness:
    """Tell what the study in scope already has."""
    return Readiness(**{name: _any(model) for name, model in _PARTS.items()})


_PARTS: dict[str, Any] = {"perimeter": PerimeterArea, "segments": Segment, "organisations": Participation, "interviews": Interview}


def _any(model: Any) -> bool:
    return db.session.scalar(sa.select(model.id).limit(1)) is not None


def waiting(limit: int = 6) -> list[Any]:
    """Return the interviews that wait for a reviewer or for their author, oldest first: (id, organisation, date, state)."""
    first = sa.and_(InterviewOrganisation.interview_id == Interview.id, InterviewOrganisation.position == 0)
    query = (
        sa.select(Interview.id, Organisation.name, Interview.date, Interview.state)
        .join(InterviewOrganisation, first)
        .join(Organisation, Organisation.id == InterviewOrganisation.organisation_id)
        .where(Interview.state.in_((InterviewState.SUBMITTED, InterviewState.RETURNED)))
        .order_by(Interview.date, Interview.id)
        .limit(limit)
    )
    return list(db.session.execute(query))
