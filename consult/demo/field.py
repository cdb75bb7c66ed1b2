"""The field work of the demo study: how those who were met were reached, and the targets that were not, in every disposition.

What is over has the dates of its time. What is still open is told from the day on which the demonstration is filled, so that there is
somebody to call today and an appointment this week.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.demo.content import Content, Facts
from consult.demo.directory import affiliation_of, organisation_of, person_of
from consult.demo.frame import Frame
from consult.demo.listening import HERE
from consult.fieldwork.models import (
    Appointment,
    AppointmentState,
    Channel,
    ContactAttempt,
    MeetingMode,
    Outcome,
    Replacement,
    Suggestion,
    TemplateKind,
)
from consult.interviews.models import Interview, InterviewMode, InterviewOrganisation
from consult.kernel import refs
from consult.kernel.db import db
from consult.organisations import search_text
from consult.organisations.models import Organisation
from consult.organisations.participation import Cause, Disposition, Participation, PlannedChannel, Priority
from consult.organisations.people_models import Affiliation, Person
from consult.reports import weeks
from consult.reports.tasks import bounds

HOURS = (dt.time(9, 20), dt.time(10, 40), dt.time(11, 15), dt.time(14, 5), dt.time(15, 30), dt.time(16, 45))
CLOSED_FROM = dt.date(2023, 1, 10)
"""When the first of the targets that were closed without being heard was first written to."""
MEETINGS = ((0, 14, 0), (1, 9, 30), (2, 10, 0), (3, 14, 30), (7, 9, 0), (8, 15, 0))
"""The appointments to come: days from today, hour and minute."""
NEXT = (-3, 0, 0, 1, -1, 2, 5, 0, 7)
"""When those who were contacted are to be tried again: days from today."""
OUTCOMES = {
    Disposition.REFUSED: Outcome.REFUSED, Disposition.UNREACHABLE: Outcome.UNREACHABLE, Disposition.INELIGIBLE: Outcome.INELIGIBLE,
    Disposition.OUT_OF_BUSINESS: Outcome.OUT_OF_BUSINESS, Disposition.DROPPED: Outcome.DROPPED,
}  # fmt: skip


def add_targets(content: Content, frame: Frame, organisations: Mapping[str, Organisation]) -> dict[str, Organisation]:
    """Add the targets that were not met, with their people; by key, together with those that were."""
    added = dict(organisations)
    for ref, facts in zip(refs.take(Organisation.ref_prefix, len(content.targets)), content.targets, strict=True):
        added[facts["key"]] = organisation = organisation_of(ref, facts, frame)
        db.session.add_all([organisation, _participation(facts, organisation, frame)])
    db.session.flush()
    search_text.refresh([added[facts["key"]].id for facts in content.targets])
    _add_people(content, added)
    return added


def _participation(facts: Facts, organisation: Organisation, frame: Frame) -> Participation:
    return Participation(
        study_id=frame.study.id, organisation=organisation, in_frame=True, segment_id=frame.segments[facts["segment"]].id,
        owner_id=frame.users[facts["owner"]].id, priority=Priority(facts["priority"]), disposition=Disposition(facts["disposition"]),
        disposition_cause=Cause(facts["cause"]) if "cause" in facts else None, disposition_reason=facts.get("reason"),
        channel=PlannedChannel.CONSULTATION if facts["priority"] == "low" else PlannedChannel.INDIVIDUAL,
    )  # fmt: skip


def _add_people(content: Content, organisations: Mapping[str, Organisation]) -> None:
    known = [(facts["key"], person) for facts in content.targets for person in facts["people"]]
    people = []
    for ref, (home, facts) in zip(refs.take(Person.ref_prefix, len(known)), known, strict=True):
        people.append(person_of(ref, facts))
        db.session.add_all([people[-1], affiliation_of(facts, people[-1], organisations[home], is_main=True)])
    db.session.flush()
    for person in people:
        search_text.refresh_person(person)


def add_field_work(content: Content, frame: Frame, organisations: Mapping[str, Organisation], today: dt.date) -> None:
    """Add attempts and appointments, who suggested whom, who stands in for whom, and the weeks as they were kept."""
    _add_reached(content, frame, organisations)
    _add_not_met(content, frame, organisations, today)
    _add_links(content, organisations)
    db.session.flush()
    _add_weeks(content, frame)


def _add_reached(content: Content, frame: Frame, organisations: Mapping[str, Organisation]) -> None:
    """How those who were met were reached: a letter, a call, an appointment kept."""
    interviews = _interviews()
    for number, facts in enumerate(content.organisations):
        organisation, interview = organisations[facts["key"]], interviews[organisations[facts["key"]].id]
        by, met = frame.users[facts["interview"]["by"][-1]], interview.date
        wrote, agreed = _weekday(met - dt.timedelta(days=18 + number % 5)), _weekday(met - dt.timedelta(days=8 + number % 3))
        db.session.add_all(
            [
                _attempt(organisation, by.id, _at(wrote, number), Outcome.SENT, channel=Channel.EMAIL, message=TemplateKind.APPROACH),
                _attempt(organisation, by.id, _at(agreed, number + 2), Outcome.APPOINTMENT),
                _kept(organisation, interview, by.id, number),
            ]
        )


def _interviews() -> dict[int, Interview]:
    query = sa.select(InterviewOrganisation.organisation_id, Interview).join(Interview, Interview.id == InterviewOrganisation.interview_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _kept(organisation: Organisation, interview: Interview, user_id: int, number: int) -> Appointment:
    starts = dt.datetime.combine(interview.date, interview.starts_at or HOURS[number % len(HOURS)], HERE).astimezone(dt.UTC)
    modes = {InterviewMode.ON_SITE: MeetingMode.ON_SITE, InterviewMode.VIDEO: MeetingMode.VIDEO}
    site = organisation.sites[0]
    return Appointment(
        organisation_id=organisation.id, user_id=user_id, interview_id=interview.id, state=AppointmentState.HELD, starts_at=starts,
        ends_at=starts + dt.timedelta(minutes=interview.duration_min or 60), place=interview.place, commune=site.commune_name,
        mode=modes.get(interview.mode, MeetingMode.PHONE) if interview.mode else MeetingMode.ON_SITE,
        created_at=starts - dt.timedelta(days=8), uid=f"demo-kept-{number}@consult", told_sequence=0,
    )  # fmt: skip


def _add_not_met(content: Content, frame: Frame, organisations: Mapping[str, Organisation], today: dt.date) -> None:
    targets = {here.organisation_id: here for here in db.session.scalars(sa.select(Participation))}
    meetings, following = iter(MEETINGS), iter(NEXT)
    for number, facts in enumerate(content.targets):
        organisation, by = organisations[facts["key"]], frame.users[facts["owner"]].id
        here, disposition = targets[organisation.id], Disposition(facts["disposition"])
        if disposition in OUTCOMES:
            db.session.add_all(_closed(organisation, by, facts, number))
        elif disposition == Disposition.SCHEDULED:
            db.session.add_all(_arranged(organisation, by, next(meetings), today, number))
        elif disposition == Disposition.CONTACTED:
            db.session.add_all(_trying(organisation, by, today, number))
            here.next_on = _weekday(today + dt.timedelta(days=next(following)))
        elif disposition == Disposition.TO_CONTACT and number % 2:
            here.next_on = _weekday(today)


def _closed(organisation: Organisation, by: int, facts: Facts, number: int) -> Iterator[ContactAttempt]:
    """Written to, called in vain, then the answer, or none: the more often, the harder to reach."""
    day = _weekday(CLOSED_FROM + dt.timedelta(days=3 * (number % 17)))
    yield _attempt(organisation, by, _at(day, number), Outcome.SENT, channel=Channel.EMAIL, message=TemplateKind.APPROACH)
    times = 4 if facts["disposition"] == "unreachable" else number % 3
    for each in range(times):
        day = _weekday(day + dt.timedelta(days=6))
        yield _attempt(organisation, by, _at(day, number + each), Outcome.LEFT_MESSAGE if each % 2 else Outcome.NO_ANSWER)
    ended = _at(_weekday(day + dt.timedelta(days=7)), number + 1)
    why: dict[str, Any] = {"cause": Cause(facts["cause"]), "reason": facts.get("reason")}
    yield _attempt(organisation, by, ended, OUTCOMES[Disposition(facts["disposition"])], **why)


def _arranged(
    organisation: Organisation, by: int, meeting: tuple[int, int, int], today: dt.date, number: int
) -> Sequence[ContactAttempt | Appointment]:
    days, hour, minute = meeting
    starts = dt.datetime.combine(_weekday(today + dt.timedelta(days=days)), dt.time(hour, minute), HERE).astimezone(dt.UTC)
    agreed = _at(_weekday(today - dt.timedelta(days=4 + number % 3)), number)
    site, person_id = organisation.sites[0], _main_person(organisation.id)
    return [
        _attempt(organisation, by, agreed - dt.timedelta(days=9), Outcome.SENT, channel=Channel.EMAIL, message=TemplateKind.APPROACH),
        _attempt(organisation, by, agreed, Outcome.APPOINTMENT),
        Appointment(
            organisation_id=organisation.id, person_id=person_id, user_id=by, starts_at=starts, created_at=agreed,
            ends_at=starts + dt.timedelta(minutes=90), mode=MeetingMode.VIDEO if number % 4 == 0 else MeetingMode.ON_SITE,
            place="Sur place" if number % 4 else "Visio", commune=site.commune_name, travel_min=25 + 10 * (number % 4),
            uid=f"demo-to-come-{number}@consult",
        ),
    ]  # fmt: skip


def _main_person(organisation_id: int) -> int | None:
    return db.session.scalar(sa.select(Affiliation.person_id).where(Affiliation.organisation_id == organisation_id).limit(1))


def _trying(organisation: Organisation, by: int, today: dt.date, number: int) -> Iterator[ContactAttempt]:
    first = today - dt.timedelta(days=15 + number % 6)
    steps = ((0, Outcome.SENT), (6, Outcome.NO_ANSWER), (9, Outcome.LEFT_MESSAGE), (12, Outcome.CALL_BACK))
    for days, outcome in steps[: 2 + number % 3]:
        email = {"channel": Channel.EMAIL, "message": TemplateKind.APPROACH} if outcome == Outcome.SENT else {}
        yield _attempt(organisation, by, _at(_weekday(first + dt.timedelta(days=days)), number + days), outcome, **email)


def _attempt(organisation: Organisation, by: int, at: dt.datetime, outcome: Outcome, **more: Any) -> ContactAttempt:
    return ContactAttempt(organisation_id=organisation.id, by_id=by, at=at, outcome=outcome, created_at=at, **more)


def _add_links(content: Content, organisations: Mapping[str, Organisation]) -> None:
    for facts in content.targets:
        here = organisations[facts["key"]].id
        if "suggested_by" in facts:
            by = organisations[facts["suggested_by"]].id
            db.session.add(Suggestion(organisation_id=here, by_organisation_id=by, note="Nommée en fin d’entretien"))
        if "replaced_by" in facts:
            db.session.add(Replacement(organisation_id=here, by_organisation_id=organisations[facts["replaced_by"]].id))


def _add_weeks(content: Content, frame: Frame) -> None:
    """The weeks of the field work, each as it was kept on its Friday."""
    days = [facts["interview"]["date"] for facts in content.organisations]
    monday = min(days) - dt.timedelta(days=min(days).weekday())
    while monday <= max(days):
        friday = monday + dt.timedelta(days=4)
        kept = weeks.take(frame.study.id, monday, friday, bounds(monday))
        kept.taken_at = dt.datetime.combine(friday, dt.time(17, 7), HERE).astimezone(dt.UTC)
        monday += weeks.A_WEEK


def _at(day: dt.date, number: int) -> dt.datetime:
    return dt.datetime.combine(day, HOURS[number % len(HOURS)], HERE).astimezone(dt.UTC)


def _weekday(day: dt.date) -> dt.date:
    """That day, or the Friday before a week-end."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))
