"""What the report for partners holds: facts that partners may know, and an account of what is left out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.interviews.models import COUNTED_STATES, Interview, InterviewOrganisation
from consult.kernel.db import db
from consult.kernel.model import AnySelect, Confidentiality
from consult.kernel.scope import unscoped
from consult.organisations.models import Organisation, Site
from consult.organisations.participation import Participation
from consult.reports import figures, standing
from consult.reports.figures import Figure
from consult.reports.standing import Coverage
from consult.studies.models import Segment, Study

WHY = "a report is made for its recipient, not with the rights of whoever exports it"


@dataclass(frozen=True)
class Content:
    """Everything the workbook says, as rows."""

    study: Study
    as_of: dt.datetime
    figures: list[Figure]
    coverage: list[Coverage]
    organisations: list[Any]
    interviews: list[Any]
    strict: int
    unvalidated: int


def content(study_id: int) -> Content:
    """Gather the report of a study for partners."""
    found = figures.figures(study_id)
    with unscoped(WHY):
        study = db.session.get_one(Study, study_id)
        organisations = list(db.session.execute(_organisations(study_id)))
        interviews = list(db.session.execute(_interviews(study_id)))
        unvalidated = db.session.scalar(_unvalidated(study_id)) or 0
    coverage = standing.coverage(study_id)
    return Content(study, found[0].as_of, found, coverage, organisations, interviews, strict_count(study_id), unvalidated)


def strict_count(study_id: int) -> int:
    """Count the validated interviews that are strict: in the figures, and on no list that leaves the team."""
    with unscoped(WHY):
        query = sa.select(sa.func.count(Interview.id)).where(*_counted(study_id), Interview.confidentiality == Confidentiality.STRICT)
        return db.session.scalar(query) or 0


def _counted(study_id: int) -> list[Any]:
    return [Interview.study_id == study_id, Interview.state.in_(COUNTED_STATES)]


def _unvalidated(study_id: int) -> AnySelect:
    return sa.select(sa.func.count(Interview.id)).where(Interview.study_id == study_id, Interview.state.not_in(COUNTED_STATES))


def _organisations(study_id: int) -> AnySelect:
    """Select the target list: ref, name, kind, segment, commune, workforce band, website."""
    head = sa.and_(Site.organisation_id == Organisation.id, Site.is_head_office)
    return (
        sa.select(
            Organisation.ref, Organisation.name, Organisation.kind, Segment.label.label("segment"), Site.commune_name, Site.postcode,
            Organisation.workforce_band, Organisation.naf_code, Organisation.website,
        )
        .join(Participation, Participation.organisation_id == Organisation.id)
        .outerjoin(Segment, Segment.id == Participation.segment_id)
        .outerjoin(Site, head)
        .where(Participation.study_id == study_id, Participation.in_frame)
        .order_by(Participation.sort_name, Participation.id)
    )  # fmt: skip


def _interviews(study_id: int) -> AnySelect:
    """Select a line per organisation of every validated interview that is not strict: ref, date, organisation, kind, mode."""
    return (
        sa.select(
            Interview.ref, Interview.date, Organisation.ref.label("organisation_ref"), Organisation.name, Interview.kind, Interview.mode
        )
        .join(InterviewOrganisation, InterviewOrganisation.interview_id == Interview.id)
        .join(Organisation, Organisation.id == InterviewOrganisation.organisation_id)
        .where(*_counted(study_id), Interview.confidentiality != Confidentiality.STRICT)
        .order_by(Interview.date, Interview.id, InterviewOrganisation.position)
    )
