"""What was heard in the demo study: one validated interview for each organisation, with the steps of its review.

Rows are written whole, with the dates of their time: the services would say that all was logged and validated today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from consult.accounts.models import User
from consult.demo.answering import add_answers
from consult.demo.captures import consent_of
from consult.demo.content import Content, Facts
from consult.demo.frame import Frame
from consult.guides.models import GuideVersion
from consult.interviews import passages
from consult.interviews.approval_models import Revision
from consult.interviews.models import (
    Interview,
    Interviewee,
    Interviewer,
    InterviewKind,
    InterviewMode,
    InterviewOrganisation,
    InterviewState,
    Review,
)
from consult.interviews.service import search_text
from consult.kernel import refs
from consult.kernel.db import db
from consult.kernel.model import Confidentiality
from consult.organisations.models import Organisation
from consult.organisations.participation import Disposition, Participation
from consult.organisations.people_models import Person

HERE = ZoneInfo("Europe/Paris")
WRITTEN_UP_IN = dt.timedelta(days=2)
VALIDATED_IN = dt.timedelta(days=6)


def add_interviews(
    content: Content,
    frame: Frame,
    organisations: Mapping[str, Organisation],
    people: Mapping[str, Person],
    guides: Mapping[str, GuideVersion],
) -> dict[str, Interview]:
    """Add the interviews in the order in which they were held, with their answers, and validate them; gives them by key."""
    before = _before_validation()
    held = sorted(content.organisations, key=lambda facts: (facts["interview"]["date"], facts["key"]))
    made: dict[str, Interview] = {}
    for ref, facts in zip(refs.take(Interview.ref_prefix, len(held)), held, strict=True):
        interview = _interview(ref, facts["interview"], frame, before[organisations[facts["key"]].id])
        _link(interview, facts, frame, organisations[facts["key"]], people)
        interview.quote_consent = consent_of(facts)
        db.session.add(interview)
        made[facts["key"]] = interview
    db.session.flush()
    add_answers(content, guides, made, organisations, people)
    for interview in made.values():
        interview.state = InterviewState.VALIDATED
    db.session.flush()
    db.session.add_all(_first_revision(interview) for interview in db.session.scalars(sa.select(Interview)))
    return made


def _first_revision(interview: Interview) -> Revision:
    """The texts as they were validated, which reopening or an amendment is compared with."""
    whence = {"study_id": interview.study_id, "interview_id": interview.id, "number": 1}
    return Revision(**whence, at=interview.validated_at, by_id=interview.validated_by_id, content=passages.content(interview))


def _interview(ref: str, facts: Facts, frame: Frame, former: dict[str, Any]) -> Interview:
    author, reviewer = _author(facts, frame), _reviewer(facts, frame)
    submitted, validated = _evening(facts["date"] + WRITTEN_UP_IN), _evening(facts["date"] + VALIDATED_IN)
    interview = Interview(
        ref=ref,
        study_id=frame.study.id,
        kind=InterviewKind(facts["kind"]),
        state=InterviewState.SUBMITTED,
        date=facts["date"],
        starts_at=facts.get("time"),
        duration_min=facts["minutes"],
        mode=InterviewMode(facts["mode"]),
        place=facts.get("place"),
        summary=facts["summary"],
        note=facts["note"],
        effort_days=Decimal(str(facts["days"])),
        confidentiality=Confidentiality(facts["level"]),
        created_by_id=author.id,
        submitted_at=submitted,
        validated_at=validated,
        validated_by_id=reviewer.id,
    )
    interview.search_key = search_text(interview)
    interview.reviews = [
        _step(frame, submitted, author, InterviewState.DRAFT, InterviewState.SUBMITTED),
        _step(frame, validated, reviewer, InterviewState.SUBMITTED, InterviewState.VALIDATED, former),
    ]
    return interview


def _before_validation() -> dict[int, dict[str, Any]]:
    """What each validation found in the target list, by organisation: an appointment. Reopening an interview goes back to it."""
    rows = db.session.execute(sa.select(Participation.organisation_id, Participation.id))
    return {organisation: {str(target): {"disposition": Disposition.SCHEDULED, "reason": None}} for organisation, target in rows}


def _author(facts: Facts, frame: Frame) -> User:
    return frame.users[facts["by"][-1]]


def _reviewer(facts: Facts, frame: Frame) -> User:
    """The lead validates what she did not take part in; the reviewer the rest."""
    return frame.users["bernard" if "camille" in facts["by"] else "camille"]


def _evening(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(17, 30), HERE).astimezone(dt.UTC)


def _step(
    frame: Frame, at: dt.datetime, by: User, was: InterviewState, became: InterviewState, former: dict[str, Any] | None = None
) -> Review:
    return Review(study_id=frame.study.id, at=at, by_id=by.id, was=was, became=became, former=former or {})


def _link(interview: Interview, facts: Facts, frame: Frame, organisation: Organisation, people: Mapping[str, Person]) -> None:
    study_id, titles = frame.study.id, {person["key"]: person["title"] for person in facts["people"]}
    interview.organisation_links = [InterviewOrganisation(study_id=study_id, organisation=organisation, position=0)]
    interview.interviewer_links = [Interviewer(study_id=study_id, user=frame.users[key]) for key in facts["interview"]["by"]]
    interview.interviewee_links = [
        Interviewee(study_id=study_id, person=people[key], job_title=titles[key]) for key in facts["interview"]["with"]
    ]
