"""Interviews of a plan, as rows: once the organisations and people they name are written."""

from __future__ import annotations

from typing import Any

from consult.exchange import references
from consult.exchange.fields import INTERVIEW, INTERVIEWEES, INTERVIEWERS, MET, ORGANISATION
from consult.exchange.written import Records, Written
from consult.interviews import importing

_OF_OTHERS = ("interviewers", "interviewees", "ref")
"""Columns of a file that are no columns of an interview."""


def write(records: Records) -> None:
    """Put the interviews of a plan into the ledger."""
    askers = references.ids_of_team()
    pairs = [(record, _row(record, records, askers)) for record in records.of(INTERVIEW) if record.fresh or record.values or record.extra]
    importing.write([row for _record, row in pairs], records.ledger)
    for record, row in pairs:
        record.images, record.beside = row.images, row.people
    for record in records.of(INTERVIEW):
        record.id = record.target.id or next((row.id or 0 for each, row in pairs if each is record), 0)


def _row(record: Written, records: Records, askers: dict[str, int]) -> importing.Row:
    concerned = [records.id_of(ORGANISATION, place) for place in record.organisations]
    organisations = concerned if record.fresh or MET in record.values else concerned[:1]
    values: dict[str, Any] = {name: value for name, value in record.of("interview").items() if name not in _OF_OTHERS}
    asked = [askers[label] for label in record.values.get(INTERVIEWERS, ()) if label in askers]
    return importing.Row(
        record.target.id, list(dict.fromkeys(organisations)), values, asked, list(record.values.get(INTERVIEWEES, ())), record.extra
    )
