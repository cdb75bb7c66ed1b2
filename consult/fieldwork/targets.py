"""How the target list is read: the organisations in frame, with what was done to reach them and what is to be done next."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from consult.accounts.models import User
from consult.fieldwork import attempts
from consult.fieldwork.models import Channel, ContactAttempt, Outcome, Suggestion
from consult.kernel import kept
from consult.kernel.db import db
from consult.kernel.listing import ListSource, days, members_of, whole_numbers
from consult.kernel.scope import current
from consult.organisations import listing, search_text
from consult.organisations.models import Organisation, Site
from consult.organisations.participation import Cause, Participation, PlannedChannel
from consult.organisations.people_models import Affiliation, Person, PersonPhone
from consult.studies import territory_reference
from consult.studies.models import Segment

NEVER = dt.date(9999, 12, 31)
"""Where targets without a next date stand in the order of dates."""
ANYBODY = "any"
AT_ONCE = 1_000
LENGTH_OF_COMMUNE = 5
Clause = Callable[[Sequence[str]], sa.ColumnElement[bool]]


def source() -> ListSource:
    """Return how the target list of the study in scope is read."""
    return _source()


@functools.cache
def _source() -> ListSource:
    return ListSource(
        rows=_rows(), base=sa.select(Participation.organisation_id).where(Participation.in_frame), key=Participation.organisation_id,
        sorts=SORTS, filters=FILTERS, search=lambda text: search_text.contains(Participation.search_key, text),
        default_sort="name", name="targets",
    )  # fmt: skip


def _rows() -> Any:
    here, org = Participation, Organisation
    head = sa.and_(Site.organisation_id == here.organisation_id, Site.is_head_office)
    columns = (
        here.organisation_id, org.ref, org.name, org.siren, org.unchecked_siren, org.phone, org.email, org.workforce_band, org.naf_code,
        here.disposition, here.disposition_cause, here.disposition_reason, here.priority, here.channel, here.next_on, here.next_time,
        Segment.label.label("segment"), Segment.kind.label("segment_kind"), User.name.label("owner"), Site.commune_name, Site.postcode,
    )  # fmt: skip
    return (
        sa.select(*columns)
        .select_from(Participation)
        .join(Organisation, Organisation.id == here.organisation_id)
        .outerjoin(Segment, Segment.id == here.segment_id)
        .outerjoin(User, User.id == here.owner_id)
        .outerjoin(Site, head)
        .where(here.in_frame)
    )


def _tried(*clauses: Any) -> sa.ColumnElement[bool]:
    query = sa.select(ContactAttempt.id).where(
        ContactAttempt.study_id == Participation.study_id, ContactAttempt.organisation_id == Participation.organisation_id, *clauses
    )
    return query.correlate(Participation).exists()


def _times() -> Any:
    query = sa.select(sa.func.count(ContactAttempt.id)).where(
        ContactAttempt.study_id == Participation.study_id, ContactAttempt.organisation_id == Participation.organisation_id
    )
    return query.correlate(Participation).scalar_subquery()


SORTS: dict[str, Any] = {
    **{name: listing.SORTS[name] for name in ("name", "commune", "segment", "disposition", "priority", "owner", "workforce_band", "ref")},
    "next": sa.func.coalesce(Participation.next_on, NEVER),
    "attempts": sa.func.coalesce(_times(), 0),
}


def _next_on(values: Sequence[str]) -> sa.ColumnElement[bool]:
    since, until = days(values)
    clauses = ([Participation.next_on >= since] if since else []) + ([Participation.next_on <= until] if until else [])
    return sa.and_(Participation.next_on.is_not(None), *clauses)


def _suggested(values: Sequence[str]) -> sa.ColumnElement[bool]:
    clauses = [Suggestion.study_id == Participation.study_id, Suggestion.organisation_id == Participation.organisation_id]
    if ANYBODY not in values:
        clauses.append(Suggestion.by_organisation_id.in_(whole_numbers(values)))
    return sa.select(Suggestion.id).where(*clauses).correlate(Participation).exists()


def _territory(values: Sequence[str]) -> sa.ColumnElement[bool]:
    """Targets whose head office lies in one of some inter-municipal bodies, or communes that belong to none; "none" where it is not
    known."""
    codes = [commune.code for value in values for commune in territory_reference.communes_of(value[:9])]
    codes += [value for value in values if len(value) == LENGTH_OF_COMMUNE]
    at_home = sa.select(Site.id).where(Site.organisation_id == Participation.organisation_id, Site.is_head_office)
    known = at_home.where(Site.commune_code.is_not(None)).correlate(Participation).exists()
    clause: sa.ColumnElement[bool] = at_home.where(Site.commune_code.in_(codes)).correlate(Participation).exists()
    return sa.or_(clause, ~known) if listing.NOBODY in values else clause


def _activity(values: Sequence[str]) -> sa.ColumnElement[bool]:
    codes = [value[:10] for value in values if value != listing.NOBODY]
    org = sa.select(Organisation.id).where(Organisation.id == Participation.organisation_id)
    clause: sa.ColumnElement[bool] = org.where(Organisation.naf_code.in_(codes)).correlate(Participation).exists()
    unknown = org.where(Organisation.naf_code.is_(None)).correlate(Participation).exists()
    return sa.or_(clause, unknown) if listing.NOBODY in values else clause


def _first_role(values: Sequence[str]) -> sa.ColumnElement[bool]:
    """Targets by what they are first of all."""
    role = listing.primary_role()
    clause: sa.ColumnElement[bool] = role.in_([value for value in values if value != listing.NOBODY])
    return sa.or_(clause, role.is_(None)) if listing.NOBODY in values else clause


def _one_of(column: Any, members: Any) -> Clause:
    def clause(values: Sequence[str]) -> sa.ColumnElement[bool]:
        wanted = members_of(members, values)
        found: sa.ColumnElement[bool] = column.in_(wanted) if wanted else sa.false()
        return sa.or_(found, column.is_(None)) if listing.NOBODY in values else found

    return clause


FILTERS: dict[str, Clause] = {
    **{name: listing.FILTERS[name] for name in ("segment", "owner", "disposition", "priority", "workforce_band", "inside", "kind")},
    "channel": _one_of(Participation.channel, PlannedChannel),
    "cause": _one_of(Participation.disposition_cause, Cause),
    "next": _next_on,
    "never": lambda _values: sa.not_(_tried()),
    "stop": lambda _values: attempts.to_stop(attempts.stop_after()),
    "suggested": _suggested,
    "territory": _territory,
    "activity": _activity,
    "first_role": _first_role,
}
"""What the target list can be narrowed by. Upper slices add theirs: see `also_by`."""


def also_by(name: str, clause: Clause) -> None:
    """Have the target list narrowed by something that only an upper slice knows of, under a parameter of that name."""
    FILTERS[name] = clause


# what stands beside a page of targets


def contacts_of(organisation_ids: Sequence[int]) -> dict[int, Any]:
    """Return whom to contact in each organisation: rows (organisation_id, person_id, name, job_title, function, phone, do_not_contact),
    the main contact who may be called before others."""
    number = sa.select(PersonPhone.typed).where(PersonPhone.person_id == Person.id).order_by(PersonPhone.id).limit(1)
    name = (sa.func.coalesce(Person.first_name + " ", "") + Person.last_name).label("name")
    query = (
        sa.select(
            Affiliation.organisation_id, Person.id.label("person_id"), name, Affiliation.job_title, Affiliation.function,
            number.correlate(Person).scalar_subquery().label("phone"), Person.do_not_contact,
        )
        .join(Person, Person.id == Affiliation.person_id)
        .where(Affiliation.until.is_(None))
        .order_by(Person.do_not_contact.desc(), Affiliation.is_main, Affiliation.id.desc())
    )  # fmt: skip
    return {row.organisation_id: row for row in _about(query, Affiliation.organisation_id, organisation_ids)}


@dataclass(frozen=True)
class Tries:
    """How often an organisation was tried, and the last attempt."""

    times: int
    at: dt.datetime
    channel: Channel
    outcome: Outcome


def tries_of(organisation_ids: Sequence[int]) -> dict[int, Tries]:
    """Return how often each organisation was tried, and its last attempt, for those that were."""
    columns = (ContactAttempt.organisation_id, ContactAttempt.at, ContactAttempt.channel, ContactAttempt.outcome)
    query = sa.select(*columns).order_by(ContactAttempt.at, ContactAttempt.id)
    found: dict[int, Tries] = {}
    for key, at, channel, outcome in _about(query, ContactAttempt.organisation_id, organisation_ids):
        found[key] = Tries(found[key].times + 1 if key in found else 1, at, channel, outcome)
    return found


def _about(query: Any, column: Any, organisation_ids: Sequence[int]) -> Iterator[Any]:
    """Read the rows about some organisations: one query a thousand, so that an export stays within a statement's bounds."""
    for start in range(0, len(organisation_ids), AT_ONCE):
        yield from db.session.execute(query.where(column.in_(organisation_ids[start : start + AT_ONCE])))


def suggested_by(organisation_ids: Sequence[int]) -> dict[int, str]:
    """Return the names of who suggested each organisation, in one text."""
    by = aliased(Organisation)
    person = sa.func.coalesce(Person.first_name + " ", "") + Person.last_name
    query = (
        sa.select(Suggestion.organisation_id, sa.func.coalesce(by.name, person, Suggestion.note, "").label("who"))
        .outerjoin(by, by.id == Suggestion.by_organisation_id)
        .outerjoin(Person, Person.id == Suggestion.by_person_id)
        .order_by(Suggestion.organisation_id, Suggestion.id)
    )
    found: dict[int, list[str]] = {}
    for organisation_id, who in _about(query, Suggestion.organisation_id, organisation_ids):
        found.setdefault(organisation_id, []).append(who)
    return {key: ", ".join(who for who in names if who) for key, names in found.items()}


def suggesters() -> list[tuple[str, str]]:
    """Return the organisations that suggested targets, as (value, name), by name; kept while nothing changes."""
    return kept.value("who suggested targets", _suggesters)


def _suggesters() -> list[tuple[str, str]]:
    query = (
        sa.select(Organisation.id, Organisation.name, Organisation.sort_name)
        .join(Suggestion, Suggestion.by_organisation_id == Organisation.id)
        .distinct()
        .order_by(Organisation.sort_name, Organisation.id)
    )
    return [(str(row.id), row.name) for row in db.session.execute(query)]


def places() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the inter-municipal bodies and the activities of the targets, each as (value, label); kept while nothing changes."""
    return kept.value("places and activities of targets", _places)


def _places() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    here = sa.select(Participation.organisation_id).where(Participation.in_frame)
    communes = db.session.scalars(
        sa.select(Site.commune_code).where(Site.is_head_office, Site.commune_code.is_not(None), Site.organisation_id.in_(here)).distinct()
    )
    found = {known.epci for code in communes if code and (known := territory_reference.commune(code)) and known.epci}
    groups = [(siren, group.name) for siren in found if (group := territory_reference.epci(siren))]
    codes = db.session.scalars(
        sa.select(Organisation.naf_code).where(Organisation.naf_code.is_not(None), Organisation.id.in_(here)).distinct()
    )
    activities = [(code, f"{code} {territory_reference.naf_label(code) or ''}".strip()) for code in codes if code]
    return sorted(groups, key=lambda each: each[1]), sorted(activities)


def rail_count() -> Any:
    """Return the expression of how many targets the study in scope has."""
    here = sa.bindparam("study_of_targets", type_=sa.Integer(), callable_=lambda: current().study_id)
    query = sa.select(sa.func.count(Participation.id)).where(
        Participation.study_id == here, Participation.in_frame, Participation.deleted_at.is_(None)
    )
    return query.scalar_subquery()
