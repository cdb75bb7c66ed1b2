"""Who takes part in an interview: the organisations it concerns, the members of the team who asked, the people who answered.

Each is a set. What somebody typed is compared with what they were shown, and only the difference is applied, so that two people who add
different names at the same time both keep theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.accounts.models import User
from consult.interviews.models import Interview, Interviewee, Interviewer, InterviewOrganisation
from consult.kernel.bulk import chunks
from consult.kernel.db import db
from consult.kernel.errors import Refused
from consult.kernel.model import NAME
from consult.kernel.scope import current, unscoped
from consult.organisations import people_service
from consult.organisations import service as organisations
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation, Person
from consult.studies.models import Membership, Role

TEAM = (Role.LEAD, Role.REVIEWER, Role.CONSULTANT)
Answering = Sequence[tuple[int | str, str | None]]
"""People who answered: id or name to create, with the job title of that day (None: the one in the directory)."""


def shown(interview: Interview | None) -> dict[str, Any]:
    """Return who takes part as a form shows it; the form carries it, so that a save tells what its writer changed."""
    if interview is None:
        return {"organisations": [], "interviewers": [], "interviewees": []}
    return {
        "organisations": [link.organisation_id for link in interview.organisation_links],
        "interviewers": [link.user_id for link in interview.interviewer_links],
        "interviewees": [[link.person_id, link.job_title] for link in interview.interviewee_links],
    }


def apply(interview: Interview, values: Mapping[str, Any]) -> bool:
    """Bring who takes part in line with what was typed: `organisations`, `interviewers`, `interviewees`, each where given, changed as
    compared with `base` (what the writer was shown; what there is unless given). Tells whether anything changed."""
    base = {**shown(interview), **(values.get("base") or {})}
    changed = False
    if "organisations" in values:
        changed |= _apply_organisations(interview, values["organisations"], base["organisations"])
    if "interviewers" in values:
        changed |= _apply_interviewers(interview, values["interviewers"], base["interviewers"])
    if "interviewees" in values:
        changed |= _apply_interviewees(interview, values["interviewees"], base["interviewees"])
    return changed


def team() -> list[tuple[int, str]]:
    """Return the members of the study who may hold interviews, as (id, name), by name."""
    query = (
        sa.select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.study_id == current().study_id, Membership.role.in_(TEAM), User.is_active)
        .order_by(User.name, User.id)
    )
    return [(row.id, row.name) for row in db.session.execute(query)]


def organisation_names(ids: Sequence[int]) -> dict[int, str]:
    """Return the names of organisations of the study by id; those that are not of it are left out."""
    query = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)} if ids else {}


def met(organisation_ids: Sequence[int]) -> set[int]:
    """Return those of the organisations with which the study in scope has an interview, be it one that the reader may not know of: nobody
    takes an organisation from under an interview."""
    found: set[int] = set()
    with unscoped("an organisation stays while any interview stands on it, whoever may read that one"):
        for some in chunks(organisation_ids):
            query = sa.select(InterviewOrganisation.organisation_id).join(Interview, Interview.id == InterviewOrganisation.interview_id)
            here = (Interview.study_id == current().study_id, Interview.deleted_at.is_(None))
            found.update(db.session.scalars(query.where(InterviewOrganisation.organisation_id.in_(some), *here)))
    return found


def without_segment(interview: Interview) -> list[str]:
    """Return the names of the organisations of an interview that no figure counts yet, because no segment says what they are."""
    query = (
        sa.select(Organisation.name)
        .join(Participation, Participation.organisation_id == Organisation.id)
        .join(InterviewOrganisation, InterviewOrganisation.organisation_id == Organisation.id)
        .where(InterviewOrganisation.interview_id == interview.id, Participation.segment_id.is_(None))
    )
    return list(db.session.scalars(query.order_by(Organisation.name)))


def people_names(ids: Sequence[int]) -> dict[int, str]:
    """Return the full names of people of the study by id; those that are not of it are left out."""
    return {p.id: p.full_name for p in db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))} if ids else {}


def _apply_organisations(interview: Interview, typed: Sequence[int | str], base: Sequence[int]) -> bool:
    wanted = list(dict.fromkeys(_organisation(value) for value in typed))
    present = [link.organisation_id for link in interview.organisation_links]
    _refuse_unknown(wanted, present)
    after = _merged(present, wanted, base)
    if not after:
        raise Refused("organisation_required", field="organisations")
    if after == present:
        return False
    by_id = {link.organisation_id: link for link in interview.organisation_links}
    interview.organisation_links = [
        by_id.get(each) or InterviewOrganisation(study_id=current().study_id, organisation_id=each) for each in after
    ]
    for position, link in enumerate(interview.organisation_links):
        link.position = position
    return True


def _organisation(value: int | str) -> int:
    return value if isinstance(value, int) else organisations.find_or_create(_name(value, "organisations")).id


def _name(typed: str, field: str) -> str:
    if len(typed) > NAME:
        raise Refused("name_too_long", field=field, longest=NAME)
    return typed


def _refuse_unknown(wanted: Sequence[int], present: Sequence[int]) -> None:
    fresh = [each for each in wanted if each not in present]
    if len(organisation_names(fresh)) != len(fresh):
        raise Refused("organisation_unknown", field="organisations")


def _merged(present: Sequence[int], typed: Sequence[int], base: Sequence[int]) -> list[int]:
    """Return what there is, with what the writer added to what they were shown and without what they took away; in their order."""
    kept = [each for each in present if each in typed or each not in base]
    added = [each for each in typed if each not in base and each not in present]
    order = {each: place for place, each in enumerate(typed)}
    return sorted([*kept, *added], key=lambda each: order.get(each, len(order)))


def _apply_interviewers(interview: Interview, typed: Sequence[int], base: Sequence[int]) -> bool:
    present = [link.user_id for link in interview.interviewer_links]
    after = _merged(present, list(dict.fromkeys(typed)), base)
    members = {member for member, _name in team()} if set(after) - set(present) else set()
    if set(after) - set(present) - members:
        raise Refused("interviewer_not_in_team", field="interviewers")
    if set(after) == set(present):
        return False
    by_id = {link.user_id: link for link in interview.interviewer_links}
    interview.interviewer_links = [by_id.get(each) or Interviewer(study_id=current().study_id, user_id=each) for each in after]
    return True


def _apply_interviewees(interview: Interview, typed: Answering, base: Sequence[Sequence[Any]]) -> bool:
    titles = _people(interview, typed)
    before = {int(person): title for person, title in base}
    links = {link.person_id: link for link in interview.interviewee_links}
    after = _merged(list(links), list(titles), list(before))
    changed = set(after) != set(links)
    for person in after:
        title = titles.get(person)
        if person not in links:
            links[person] = Interviewee(study_id=current().study_id, person_id=person, job_title=title or _title_of(person, interview))
        elif person in titles and title != before.get(person, links[person].job_title) and title != links[person].job_title:
            links[person].job_title, changed = title, True
    if changed:
        interview.interviewee_links = [links[person] for person in after]
    return changed


def _people(interview: Interview, typed: Answering) -> dict[int, str | None]:
    """Return the ids of the people typed with their titles; those named for the first time are created in the first organisation."""
    first = interview.organisation_links[0].organisation_id
    titles: dict[int, str | None] = {}
    for row, (value, title) in enumerate(typed):
        person = value if isinstance(value, int) else people_service.find_or_create(_name(value, f"person_{row}"), first, title).id
        titles.setdefault(person, title)
    present = {link.person_id for link in interview.interviewee_links}
    fresh = [person for person in titles if person not in present]
    if len(people_names(fresh)) != len(fresh):
        raise Refused("person_unknown", field="person_0")
    return titles


def _title_of(person_id: int, interview: Interview) -> str | None:
    """Return the job title that the directory knows, in one of the organisations concerned if there is one."""
    concerned = [link.organisation_id for link in interview.organisation_links]
    query = (
        sa.select(Affiliation.job_title)
        .where(Affiliation.person_id == person_id, Affiliation.until.is_(None), Affiliation.job_title.is_not(None))
        .order_by(Affiliation.organisation_id.in_(concerned).desc(), Affiliation.is_main.desc(), Affiliation.id)
    )
    return db.session.scalar(query.limit(1))
