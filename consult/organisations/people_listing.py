"""How people are listed: those of the study's organisations, with their present post."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from consult.kernel.listing import ListSource, members_of, whole_numbers
from consult.organisations import search_text
from consult.organisations.models import Organisation
from consult.organisations.people_models import Affiliation, Person, PersonEmail, PersonFunction, PersonPhone


@functools.cache
def people() -> ListSource:
    """Return how the people of the study in scope are listed."""
    return ListSource(
        rows=_rows(),
        base=sa.select(Person.id),
        key=Person.id,
        sorts=SORTS,
        filters=FILTERS,
        search=_search,
        default_sort="name",
        name="people",
    )


def _post() -> Any:
    """The one post shown of a person: an open one before a former one, the main one before."""
    query = sa.select(Affiliation.id).where(Affiliation.person_id == Person.id)
    order = (Affiliation.until.is_not(None), Affiliation.is_main.desc(), Affiliation.id)
    return query.order_by(*order).limit(1).correlate(Person).scalar_subquery()


def _first(model: Any, column: Any) -> Any:
    return sa.select(column).where(model.person_id == Person.id).order_by(model.id).limit(1).correlate(Person).scalar_subquery()


def _rows() -> sa.Select[Any]:
    columns = (
        Person.id, Person.ref, Person.first_name, Person.last_name, Person.civility, Person.do_not_contact, Person.verified_on,
        Affiliation.job_title, Affiliation.function, Affiliation.until, Organisation.id.label("organisation_id"),
        Organisation.name.label("organisation"), _first(PersonEmail, PersonEmail.address).label("email"),
        _first(PersonPhone, sa.func.coalesce(PersonPhone.number, PersonPhone.typed)).label("phone"),
    )  # fmt: skip
    return (
        sa.select(*columns)
        .select_from(Person)
        .outerjoin(Affiliation, Affiliation.id == _post())
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
    )


def _organisation_name() -> Any:
    query = sa.select(Organisation.sort_name).join(Affiliation, Affiliation.organisation_id == Organisation.id)
    return query.where(Affiliation.id == _post()).correlate(Person).scalar_subquery()


def _search(text: str) -> sa.ColumnElement[bool]:
    """Every word in the person's own text, or the whole in a name of an organisation they belong to."""
    posts = sa.select(Affiliation.person_id).join(Organisation, Organisation.id == Affiliation.organisation_id)
    return sa.or_(
        search_text.contains(Person.search_key, text), Person.id.in_(posts.where(search_text.contains(Organisation.search_key, text)))
    )


SORTS: dict[str, Any] = {"name": Person.sort_name, "organisation": sa.func.coalesce(_organisation_name(), "~")}


def _held(*clauses: Any) -> sa.ColumnElement[bool]:
    return Person.id.in_(sa.select(Affiliation.person_id).where(Affiliation.until.is_(None), *clauses))


def _reachable(values: Sequence[str]) -> sa.ColumnElement[bool]:
    found = Person.id.in_(sa.select(PersonEmail.person_id))
    return found if values[0] == "1" else sa.not_(found)


FILTERS: dict[str, Any] = {
    "organisation": lambda values: _held(Affiliation.organisation_id.in_(whole_numbers(values))),
    "function": lambda values: _held(Affiliation.function.in_(members_of(PersonFunction, values))),
    "do_not_contact": lambda values: Person.do_not_contact if values[0] == "1" else sa.not_(Person.do_not_contact),
    "has_email": _reachable,
}  # fmt: skip
