"""Specialities and tags of the organisations of a plan, as rows; a term nobody knows yet is made."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from consult.exchange.fields import ORGANISATION, by_name
from consult.exchange.written import Records, Written
from consult.kernel.bulk import chunks
from consult.kernel.db import db
from consult.kernel.text import fold
from consult.organisations.models import OrganisationTerm
from consult.terms import service as glossary
from consult.terms.models import Term


def write(records: Records) -> None:
    """Put the links of organisations to terms into the ledger; terms are united with those there are, never replaced."""
    every = [
        (r, by_name()[name].terms, r.values[name])
        for r in records.of(ORGANISATION)
        for name in r.values
        if name in by_name() and by_name()[name].terms
    ]
    if not every:
        return
    known: dict[tuple[Any, str], int] = {place: term.id for place, term in glossary.by_label().items()}
    linked = _linked([r.id for r, _kind, _labels in every if not r.fresh])
    for record, kind, labels in every:
        for label in labels:
            term_id = _term(records, record, known, kind, label)
            if (record.id, term_id) not in linked:
                linked.add((record.id, term_id))
                record.images.append(records.ledger.insert(OrganisationTerm, organisation_id=record.id, term_id=term_id)[1])


def _linked(ids: list[int]) -> set[tuple[int, int]]:
    query = sa.select(OrganisationTerm.organisation_id, OrganisationTerm.term_id)
    rows = (row for some in chunks(ids) for row in db.session.execute(query.where(OrganisationTerm.organisation_id.in_(some))))
    return {(row.organisation_id, row.term_id) for row in rows}


def _term(records: Records, record: Written, known: dict[tuple[Any, str], int], kind: Any, label: str) -> int:
    key = fold(label)[:200]
    if (kind, key) not in known:
        known[kind, key], image = records.ledger.insert(Term, list=kind, key=key, label_fr=label[:200])
        record.images.append(image)
    return known[kind, key]
