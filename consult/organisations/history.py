"""What happened to an organisation or a person, as a reader is told it: one person's quick successive changes of a field are one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from consult.accounts.models import User
from consult.kernel import audit
from consult.kernel.actor import Via
from consult.kernel.audit import AuditEntry, Deed
from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.scope import current
from consult.organisations import participating, people_service, redirects, search_text, service
from consult.organisations.consents_models import ConsentRecord
from consult.organisations.merge_models import Kind
from consult.organisations.models import Alias, Organisation, OrganisationRelation, OrganisationRole, OrganisationTerm, Site
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation, Person, PersonEmail, PersonPhone
from consult.studies.models import Segment
from consult.terms.models import Term, label_in
from consult.web.i18n import lang

TOGETHER = dt.timedelta(minutes=10)
FIELD_BY_FIELD = (Deed.CHANGED, Deed.MERGED, Deed.UNMERGED)
"""Deeds that are told by what became of each field."""
MODELS: dict[str, Any] = {
    model.__tablename__: model
    for model in (
        Organisation,
        Site,
        OrganisationRole,
        OrganisationRelation,
        OrganisationTerm,
        Alias,
        Participation,
        Affiliation,
        Person,
        PersonEmail,
        PersonPhone,
        ConsentRecord,
    )
}
OF_THE_STUDY = {"participation", "organisation_role", "consent_record"}
"""Parts whose changes in another study are that study's own."""
HIDDEN = frozenset(
    {
        "organisation_id",
        "person_id",
        "deleted_at",
        "key",
        "extra",
        "ref",
        "domain",
        "is_retired",
        "study_id",
        "number",
        "merged_into_id",
        "proof_id",
    }
)
RESTORABLE = frozenset({"organisation", "site", "participation", "person", "affiliation"})


@dataclass
class Change:
    """One field's change, as values; `entry_id` is the entry whose former value can be restored."""

    field: str
    old: Any
    new: Any
    entry_id: int


@dataclass
class Moment:
    """What one person did at one moment to one record or part of it. `who` is None for the system, or for somebody of another study."""

    id: int
    at: dt.datetime
    who: str | None
    elsewhere: bool
    via: Via
    deed: Deed
    entity: str
    entity_id: int | None
    reason: str | None
    batch_id: int | None
    changes: list[Change] = field(default_factory=list)


def of(subject: str, subject_id: int, limit: int = 300) -> list[Moment]:
    """Return what happened to a record and its parts, newest first. The caller has made sure that the reader may see the record."""
    here = current().study_id
    entries = [
        e
        for e in audit.history(subject, subject_id, limit)
        if e.entity in MODELS and (e.study_id in (here, None) or e.entity not in OF_THE_STUDY)
    ]
    names = _names(entries)
    return together([_moment(e, names, here) for e in entries])


def _moment(entry: AuditEntry, names: Mapping[tuple[str, int], str], here: int) -> Moment:
    elsewhere = entry.study_id not in (here, None)
    who = None if elsewhere or entry.actor_id is None else names.get(("user", entry.actor_id))
    changes = [
        Change(name, _read(entry.entity, name, old, names), _read(entry.entity, name, new, names), entry.id)
        for name, (old, new) in entry.changes.items()
        if name not in HIDDEN
    ]
    return Moment(
        entry.id, entry.at, who, elsewhere, entry.via, entry.deed, entry.entity, entry.entity_id, entry.reason, entry.batch_id, changes
    )


def together(moments: list[Moment]) -> list[Moment]:
    """Fold one person's consecutive changes of a field within ten minutes into one (`moments` newest first).

    A change that leads back to a value the field had in the meantime, as restoring one does, begins a line of its own.
    """
    runs: dict[tuple[str, int | None, str], _Run] = {}
    for moment in reversed(moments):
        for change in moment.changes:
            key = (moment.entity, moment.entity_id, change.field)
            run = runs.get(key)
            if run is None or not run.goes_on(moment, change):
                runs[key] = _Run(moment, change, moment.at, [change.old, change.new])
                continue
            change.old, change.entry_id = run.change.old, run.change.entry_id
            run.moment.changes = [each for each in run.moment.changes if each is not run.change]
            run.moment, run.change = moment, change
            run.seen.append(change.new)
    return [m for m in moments if m.changes or m.deed != Deed.CHANGED]


@dataclass
class _Run:
    """Changes of a field told as one so far: where they ended, when they began, and every value on the way."""

    moment: Moment
    change: Change
    began: dt.datetime
    seen: list[Any]

    def goes_on(self, moment: Moment, change: Change) -> bool:
        """Tell whether a later change belongs to the run."""
        alike = moment.deed == self.moment.deed == Deed.CHANGED and moment.who == self.moment.who
        return alike and moment.at - self.began <= TOGETHER and change.new not in self.seen


_REFERENCES = {"owner_id": "user", "segment_id": "segment", "term_id": "term", "from_id": "organisation", "to_id": "organisation"}


def also_of(model: Any, **references: str) -> None:
    """Have the history of an organisation tell of rows of an upper slice, which are the study's own. `references` says of which kind the
    ids in a column are: "user", "organisation"."""
    MODELS[model.__tablename__] = model
    OF_THE_STUDY.add(model.__tablename__)
    _REFERENCES.update(references)


def _names(entries: Sequence[AuditEntry]) -> dict[tuple[str, int], str]:
    """Read the names behind the ids that the entries mention, one query a kind."""
    wanted: dict[str, set[int]] = {"user": {e.actor_id for e in entries if e.actor_id}}
    for entry in entries:
        for name, values in entry.changes.items():
            if name in _REFERENCES:
                wanted.setdefault(_REFERENCES[name], set()).update(v for v in values if isinstance(v, int))
    columns: dict[str, tuple[Any, Any]] = {
        "user": (User.id, User.name),
        "segment": (Segment.id, Segment.label),
        "term": (Term.id, label_in(lang())),
        "organisation": (Organisation.id, Organisation.name),
    }
    parts = [
        sa.select(sa.literal(kind).label("kind"), columns[kind][0].label("id"), columns[kind][1].label("name")).where(
            columns[kind][0].in_(ids)
        )
        for kind, ids in wanted.items()
        if ids
    ]
    if not parts:
        return {}
    union = sa.union_all(*parts).subquery()
    rows = db.session.execute(sa.select(union.c.kind, union.c.id, union.c.name).execution_options(include_deleted=True))
    found = {(kind, number): name for kind, number, name in rows}
    missing = {number for number in wanted.get("organisation", ()) if ("organisation", number) not in found}
    merged = redirects.names(Kind.ORGANISATION, missing) if missing else {}
    return {**found, **{("organisation", number): name for number, name in merged.items()}}


def _read(entity: str, name: str, value: Any, names: Mapping[tuple[str, int], str]) -> Any:
    if name in _REFERENCES and value is not None:
        return names.get((_REFERENCES[name], value), "…")
    columns = sa.inspect(MODELS[entity]).columns
    return audit.decode(MODELS[entity], name, value) if name in columns else value


def restore(subject: str, subject_id: int, entry_id: int, name: str) -> None:
    """Give a field of a record, or of its part, the value it had before an entry. Raises NotFound, or Refused when a rule forbids it."""
    entry = db.session.get(AuditEntry, entry_id)
    if entry is None or (entry.subject, entry.subject_id) != (subject, subject_id) or entry.entity not in RESTORABLE or name in HIDDEN:
        raise NotFound
    if name not in entry.changes or (entry.entity in OF_THE_STUDY and entry.study_id != current().study_id):
        raise NotFound
    record = db.session.scalar(sa.select(MODELS[entry.entity]).where(MODELS[entry.entity].id == entry.entity_id))
    if record is None:
        raise NotFound
    try:
        with db.session.begin_nested():
            _give_back(record, name, audit.decode(type(record), name, entry.changes[name][0]))
    except IntegrityError as clash:
        raise Refused("value_taken_since") from clash


def _give_back(record: Any, name: str, value: Any) -> None:
    if isinstance(record, Organisation):
        service.set_field(record, "siren" if name == "unchecked_siren" else name, value)
    elif isinstance(record, Person):
        people_service.set_field(record, name, value)
    elif isinstance(record, Participation):
        participating.fill(record, {"perimeter_reason": record.perimeter_reason, name: value})
    else:
        setattr(record, name, value)
        db.session.flush()
    if isinstance(record, Site):
        search_text.refresh([record.organisation_id])
