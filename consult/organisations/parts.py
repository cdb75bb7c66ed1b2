"""What hangs on an organisation: roles, relations to others, other names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from consult.kernel.db import db
from consult.kernel.errors import NotFound, Refused
from consult.kernel.model import NAME, now
from consult.kernel.scope import current
from consult.kernel.text import fold, squeeze
from consult.organisations.models import Alias, Organisation, OrganisationRelation, OrganisationRole, RelationKind


class Relation(NamedTuple):
    """A relation as seen from one of its ends; `inverse` when it is read backwards."""

    id: int
    kind: RelationKind
    inverse: bool
    organisation_id: int
    name: str
    since: Any
    until: Any
    source: str | None

    def label(self, lang: str) -> str:
        """Say the relation from this end."""
        return self.kind.inverse(lang) if self.inverse else self.kind.label(lang)


# roles


def roles(organisation_id: int) -> Sequence[OrganisationRole]:
    """Return the roles of an organisation that this study may know of, the primary and the present ones first."""
    query = sa.select(OrganisationRole).where(OrganisationRole.organisation_id == organisation_id)
    return present_first(db.session.scalars(query))


def present_first(roles: Iterable[OrganisationRole]) -> Sequence[OrganisationRole]:
    """Return roles in the order in which they are told: present ones before former ones, the primary one before others."""
    return sorted(roles, key=lambda role: (role.until is not None, not role.is_primary, role.id))


def add_role(organisation: Organisation, values: Mapping[str, Any]) -> OrganisationRole:
    """Give an organisation a role. A primary one takes the place of the former primary role (in this study, or in general)."""
    _refuse_backwards(values)
    study_id = current().study_id if values.get("here_only") else None
    role = OrganisationRole(
        organisation_id=organisation.id, study_id=study_id, role=values["role"], since=values.get("since"), until=values.get("until")
    )
    if values.get("is_primary"):
        _step_down(organisation.id, study_id)
        role.is_primary = True
    db.session.add(role)
    db.session.flush()
    return role


def update_role(role: OrganisationRole, values: Mapping[str, Any]) -> None:
    """Change a role; made primary, it takes the place of the former primary one."""
    _refuse_backwards(values)
    study_id = current().study_id if values.get("here_only") else None
    if role.study_id != study_id:
        role.is_primary = False
        role.study_id = study_id
        db.session.flush()
    if values.get("is_primary") and not role.is_primary:
        _step_down(role.organisation_id, study_id)
    role.role, role.since, role.until = values["role"], values.get("since"), values.get("until")
    role.is_primary = bool(values.get("is_primary"))
    db.session.flush()


def _step_down(organisation_id: int, study_id: int | None) -> None:
    same = OrganisationRole.study_id.is_(None) if study_id is None else OrganisationRole.study_id == study_id
    query = sa.select(OrganisationRole).where(OrganisationRole.organisation_id == organisation_id, OrganisationRole.is_primary, same)
    for role in db.session.scalars(query):
        role.is_primary = False
    db.session.flush()


def get_role(organisation_id: int, role_id: int, deleted: bool = False) -> OrganisationRole:
    """Return a role of an organisation. Raises NotFound."""
    return _part(OrganisationRole, OrganisationRole.organisation_id == organisation_id, role_id, deleted)


def remove(part: OrganisationRole | OrganisationRelation) -> None:
    """Delete a role or a relation; it can be brought back."""
    part.deleted_at, part.deleted_by_id = now(), current().user_id
    db.session.flush()


def bring_back(part: OrganisationRole | OrganisationRelation) -> None:
    """Bring a deleted role or relation back; a role gives way to the primary one that came meanwhile."""
    if isinstance(part, OrganisationRole) and part.is_primary:
        same = OrganisationRole.study_id.is_(None) if part.study_id is None else OrganisationRole.study_id == part.study_id
        query = sa.select(OrganisationRole.id).where(
            OrganisationRole.organisation_id == part.organisation_id, OrganisationRole.is_primary, same
        )
        part.is_primary = db.session.scalar(query) is None
    part.deleted_at = part.deleted_by_id = None
    db.session.flush()


# relations


def relations(organisation_id: int) -> list[Relation]:
    """Return the relations of an organisation with others of the study, in both directions, by name of the other."""
    other = aliased(Organisation)
    forwards = OrganisationRelation.from_id == organisation_id
    there = sa.case((forwards, OrganisationRelation.to_id), else_=OrganisationRelation.from_id)
    query = (
        sa.select(OrganisationRelation, other.id, other.name, forwards)
        .join(other, other.id == there)
        .where(sa.or_(forwards, OrganisationRelation.to_id == organisation_id))
    )
    found = [
        Relation(relation.id, relation.kind, not ahead, other_id, name, relation.since, relation.until, relation.source)
        for relation, other_id, name, ahead in db.session.execute(query)
    ]
    return sorted(found, key=lambda r: (fold(r.name), r.id))


def relate(organisation: Organisation, values: Mapping[str, Any]) -> OrganisationRelation:
    """Relate an organisation to another of the study. `direction` "from" reads kind from this one, "to" from the other."""
    _refuse_backwards(values)
    other_id = values["other_id"]
    if other_id == organisation.id:
        raise Refused("related_to_itself", field="other_id")
    if db.session.scalar(sa.select(Organisation.id).where(Organisation.id == other_id)) is None:
        raise Refused("organisation_unknown", field="other_id")
    ends = (other_id, organisation.id) if values.get("direction") == "to" else (organisation.id, other_id)
    same = sa.select(OrganisationRelation.id).where(
        OrganisationRelation.from_id == ends[0], OrganisationRelation.to_id == ends[1], OrganisationRelation.kind == values["kind"],
        OrganisationRelation.until.is_(None),
    )  # fmt: skip
    if not values.get("until") and db.session.scalar(same) is not None:
        raise Refused("related_already", field="other_id")
    relation = OrganisationRelation(
        from_id=ends[0],
        to_id=ends[1],
        kind=values["kind"],
        since=values.get("since"),
        until=values.get("until"),
        source=values.get("source"),
    )
    db.session.add(relation)
    db.session.flush()
    return relation


def name_of(organisation_id: int) -> str:
    """Return the name of an organisation of the study; empty when there is none."""
    return db.session.scalar(sa.select(Organisation.name).where(Organisation.id == organisation_id)) or ""


def get_relation(organisation_id: int, relation_id: int, deleted: bool = False) -> OrganisationRelation:
    """Return a relation that has an organisation at one of its ends. Raises NotFound."""
    ends = sa.or_(OrganisationRelation.from_id == organisation_id, OrganisationRelation.to_id == organisation_id)
    return _part(OrganisationRelation, ends, relation_id, deleted)


def _part(model: Any, belongs: Any, part_id: int, deleted: bool) -> Any:
    state = model.deleted_at.is_not(None) if deleted else model.deleted_at.is_(None)
    found = db.session.scalar(sa.select(model).where(model.id == part_id, belongs, state).execution_options(include_deleted=deleted))
    if found is None:
        raise NotFound
    return found


def _refuse_backwards(values: Mapping[str, Any]) -> None:
    since, until = values.get("since"), values.get("until")
    if since and until and until < since:
        raise Refused("ends_before_it_begins", field="until")


# other names


def aliases(organisation_id: int) -> Sequence[Alias]:
    """Return the other names of an organisation."""
    return db.session.scalars(sa.select(Alias).where(Alias.organisation_id == organisation_id).order_by(Alias.name)).all()


def set_aliases(organisation: Organisation, names: Iterable[str]) -> None:
    """Make these the other names of an organisation; its own name is none."""
    wanted = {fold(n): n for name in names if (n := (squeeze(name) or "")[:NAME])}
    wanted.pop(fold(organisation.name), None)
    wanted.pop("", None)
    present = {alias.key: alias for alias in aliases(organisation.id)}
    for key in present.keys() - wanted.keys():
        db.session.delete(present[key])
    db.session.add_all(Alias(organisation_id=organisation.id, name=wanted[key], key=key[:NAME]) for key in wanted if key not in present)
    db.session.flush()


def keep_former_name(organisation: Organisation, former: str | None) -> None:
    """Keep the name an organisation bore, so that it stays findable by it; a change of case or accents is none."""
    if former and fold(former) != fold(organisation.name) and fold(former):
        set_aliases(organisation, [*(a.name for a in aliases(organisation.id)), former])


def bearer_of_alias(key: str) -> Organisation | None:
    """Return the oldest organisation of the study with this folded other name."""
    query = sa.select(Organisation).join(Alias, Alias.organisation_id == Organisation.id).where(Alias.key == key)
    return db.session.scalar(query.order_by(Organisation.id).limit(1)) if key else None
