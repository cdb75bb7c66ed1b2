"""Specialities and tags of organisations: terms of the two open lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.errors import NotFound
from consult.kernel.model import NAME
from consult.kernel.text import fold
from consult.organisations import parts
from consult.organisations.models import Organisation, OrganisationTerm
from consult.terms import service as glossary
from consult.terms.models import Term, TermList

LISTS = {"specialities": TermList.SPECIALITY, "tags": TermList.TAG}


def set_terms(organisation: Organisation, values: Mapping[str, Any]) -> None:
    """Make `values["specialities"]` and `values["tags"]` (ids, or new labels) those of an organisation; a list not named stays."""
    for name, kind in LISTS.items():
        if name in values:
            wanted = {term_id(kind, picked) for picked in values[name] or []} - {None}
            present = {link.term_id: link for link in _links(organisation.id, kind)}
            for gone in present.keys() - wanted:
                db.session.delete(present[gone])
            db.session.add_all(OrganisationTerm(organisation_id=organisation.id, term_id=new) for new in sorted(wanted - present.keys()))  # type: ignore[type-var]
    db.session.flush()


def lists_of(organisation_id: int) -> dict[str, list[Any]]:
    """Return the ids of an organisation's specialities and tags, and its other names: what its form shows as lists."""
    found = {name: [link.term_id for link in _links(organisation_id, kind)] for name, kind in LISTS.items()}
    return {**found, "aliases": [alias.name for alias in parts.aliases(organisation_id)]}


def _links(organisation_id: int, kind: TermList) -> Sequence[OrganisationTerm]:
    query = sa.select(OrganisationTerm).join(Term, Term.id == OrganisationTerm.term_id)
    return db.session.scalars(query.where(OrganisationTerm.organisation_id == organisation_id, Term.list == kind)).all()


def term_id(kind: TermList, picked: int | str) -> int | None:
    """Return the id of a live term of a list, by id or by label, through merges; a new label makes a new term, an empty one none."""
    if isinstance(picked, str):
        return glossary.find_or_create(kind, picked[:NAME]).id if fold(picked) else None
    try:
        term = glossary.get(picked)
    except NotFound:
        return None
    return term.id if term.list == kind else None


def terms(kind: TermList) -> Sequence[Term]:
    """Return the live terms of a list, by French label."""
    return db.session.scalars(sa.select(Term).where(Term.list == kind).order_by(Term.key)).all()


def matching(kind: TermList, text: str, limit: int = 20) -> Sequence[Term]:
    """Return the live terms of a list whose label, in either language, holds what is typed."""
    key = fold(text)
    label = sa.or_(Term.key.contains(key, autoescape=True), sa.func.lower(Term.label_en).contains(text.strip().lower(), autoescape=True))
    query = sa.select(Term).where(Term.list == kind, *([label] if key else [])).order_by(Term.key).limit(limit)
    return db.session.scalars(query).all()
