"""Needs and capabilities as the one search finds them: by component, process, quality, certification and note."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from consult.interviews.models import Interview
from consult.kernel.db import db
from consult.kernel.model import AnySelect
from consult.kernel.search import Source, Text
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.sourcing.models import Capability, Need
from consult.terms.models import Term

OWN: dict[type[Any], tuple[str, ...]] = {Need: ("quality", "note"), Capability: ("certifications", "source", "note")}
"""The columns that are text, of each."""
WHOLES: dict[str, tuple[str | tuple[str, ...], frozenset[str]]] = {
    "interview": ("interview_id", frozenset({"date", "deleted_at"})),
    "term": (("component_id", "process_id"), frozenset({"label_fr", "label_en"})),
}
"""What is told in an interview is as new as the interview; a component or a process that is called otherwise is found by its new name."""


def source(model: type[Any], code: int) -> Source:
    """Return how records of a table are found."""
    here = model.organisation_id.in_(sa.select(Participation.organisation_id))
    return Source(model.__tablename__, code, model.__tablename__, model.id, _texts(model), _rows(model), wholes=WHOLES, where=(here,))


def _joined(model: type[Any], columns: Callable[[Any, Any], list[Any]]) -> Any:
    component, process = aliased(Term), aliased(Term)
    told = sa.select(*columns(component, process)).select_from(model)
    named = told.outerjoin(component, component.id == model.component_id).outerjoin(process, process.id == model.process_id)
    return named.outerjoin(Interview, Interview.id == model.interview_id)


def _texts(model: type[Any]) -> Callable[[Sequence[int]], Iterable[Text]]:
    """Without an interview a record is as new as the day on which it was noted. One of a deleted interview is not found."""

    def texts(ids: Sequence[int]) -> Iterable[Text]:
        own = [getattr(model, name) for name in ("ref", *OWN[model])]
        dated = [model.id, model.study_id, Interview.date, model.created_at]
        query = _joined(model, lambda one, two: [*dated, one.label_fr, one.label_en, two.label_fr, two.label_en, *own])
        stands = sa.or_(model.interview_id.is_(None), Interview.id.is_not(None))
        for row in db.session.execute(query.where(model.id.in_(ids), stands)):
            yield Text(row[0], row[1], row[2] or row[3].date(), " ".join(part for part in row[4:] if part))

    return texts


def _rows(model: type[Any]) -> Callable[[], AnySelect]:
    def columns(component: Any, process: Any) -> list[Any]:
        own = [getattr(model, name).label(f"body_{name}") for name in OWN[model]]
        day = sa.func.coalesce(Interview.date, sa.func.date(model.created_at), type_=sa.Date())
        return [
            model.id.label("id"), Organisation.name.label("title"), model.ref.label("hint"), day.label("day"),
            _both(component.label_fr, process.label_fr).label("body"), _both(component.label_en, process.label_en).label("body_en"), *own,
        ]  # fmt: skip

    def rows() -> AnySelect:
        here = sa.and_(Participation.organisation_id == model.organisation_id, Participation.study_id == model.study_id)
        named: AnySelect = _joined(model, columns).join(Participation, here).join(Organisation, Organisation.id == model.organisation_id)
        return named

    return rows


def _both(one: Any, two: Any) -> Any:
    """Return two words of which one may be missing, in one."""
    return sa.func.coalesce(one + " · " + two, one, two)


NEEDS, CAPABILITIES = source(Need, 6), source(Capability, 7)
