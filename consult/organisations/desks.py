"""What the pages of duplicates and merges need to know of each kind of record: how it is had, and where its pages are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from consult.organisations import people_service, service
from consult.organisations.blueprint import organisation_url, person_url
from consult.organisations.merge_models import Kind
from consult.web.i18n import _l


@dataclass(frozen=True)
class Desk:
    """One kind of record: `argument` and `other` are what addresses call two of them; `get` returns one that the reader may see, or
    raises NotFound."""

    kind: Kind
    argument: str
    other: str
    get: Callable[[int], Any]
    page: Callable[[int], str]
    listing: str
    title: Any
    capability: str

    def name(self, record: Any) -> str:
        """Return what a record is called."""
        return str(record.name if self.kind is Kind.ORGANISATION else record.full_name)

    def url(self, view: str, record_id: int | None = None, **more: Any) -> str:
        """Return an address of this desk: `view` is its name without the kind."""
        own: dict[str, Any] = {} if record_id is None else {self.argument: record_id}
        return url_for(f"organisations.{view}_{self.kind.value}", **own, **more)

    def between(self, view: str, one_id: int, other_id: int) -> str:
        """Return an address about two records."""
        return self.url(view, one_id, **{self.other: other_id})


ORGANISATIONS = Desk(
    Kind.ORGANISATION,
    "organisation_id",
    "other_id",
    service.get,
    organisation_url,
    "organisations.index",
    _l("Organisations"),
    "read_steering",
)
PEOPLE = Desk(
    Kind.PERSON, "person_id", "other_person_id", people_service.get, person_url, "organisations.people", _l("People"), "read_people"
)
DESKS = {desk.kind: desk for desk in (ORGANISATIONS, PEOPLE)}
