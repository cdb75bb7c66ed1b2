"""The lists of needs and of capabilities: what is selected, what they can be narrowed and sorted by; and those of one organisation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from consult.kernel.db import db
from consult.kernel.listing import ListSource, members_of, whole_numbers
from consult.kernel.model import Confidentiality
from consult.kernel.scope import current
from consult.kernel.text import fold
from consult.organisations.models import Organisation
from consult.organisations.participation import Participation
from consult.sourcing.models import RULES, Capability, Criticality, Horizon, Maturity, Need, Relocatable
from consult.studies.models import Segment
from consult.terms.models import Term, TermList
from consult.web.i18n import lang

COMPONENT, PROCESS = aliased(Term, name="component"), aliased(Term, name="process")
OWN: dict[type[Any], tuple[str, ...]] = {
    Need: ("volume_per_year", "quality", "horizon", "source_country", "criticality", "relocatable"),
    Capability: ("capacity_per_year", "spare_percent", "certifications", "maturity", "verified_on", "source"),
}
NOTHING = -1


def source(model: type[Any]) -> ListSource:
    """Return how a list is read in the study in scope."""
    return ListSource(
        rows=_joined(model, sa.select(*_columns(model))), base=_joined(model, sa.select(model.id)), key=model.id, sorts=_sorts(model),
        filters=_filters(model), search=lambda text: _matching(model, text), default_sort="organisation",
    )  # fmt: skip


def _label(term: Any) -> Any:
    return sa.func.coalesce(term.label_en, term.label_fr) if lang() == "en" else term.label_fr


def _columns(model: type[Any]) -> list[Any]:
    own = [getattr(model, name) for name in ("id", "ref", "organisation_id", "interview_id", "unit", "confidentiality", "note", "version")]
    own += [getattr(model, name) for name in OWN[model]]
    named = {"component": _label(COMPONENT), "process": _label(PROCESS), "organisation": Organisation.name, "segment": Segment.label}
    return [*own, *(column.label(name) for name, column in named.items())]


def _joined(model: type[Any], query: Any) -> Any:
    """Join what a row is named and narrowed by. An organisation that was taken out of the study takes its records out of the list."""
    here = sa.and_(Participation.organisation_id == model.organisation_id, Participation.study_id == model.study_id)
    named = query.select_from(model).join(Participation, here).join(Organisation, Organisation.id == model.organisation_id)
    named = named.outerjoin(COMPONENT, COMPONENT.id == model.component_id).outerjoin(PROCESS, PROCESS.id == model.process_id)
    return named.outerjoin(Segment, Segment.id == Participation.segment_id)


def _sorts(model: type[Any]) -> dict[str, Any]:
    amount = getattr(model, OWN[model][0])
    return {
        "organisation": Participation.sort_name, "ref": model.ref, "component": sa.func.coalesce(COMPONENT.key, ""),
        "process": sa.func.coalesce(PROCESS.key, ""), "amount": sa.func.coalesce(amount, NOTHING),
        **({"spare": sa.func.coalesce(Capability.spare_percent, NOTHING)} if model is Capability else {}),
    }  # fmt: skip


def _codes(column: Any, members: Any) -> Callable[[Sequence[str]], Any]:
    return lambda values: column.in_(members_of(members, values))


def _filters(model: type[Any]) -> dict[str, Any]:
    return {
        "component": lambda values: model.component_id.in_(whole_numbers(values)),
        "process": lambda values: model.process_id.in_(whole_numbers(values)),
        "organisation": lambda values: model.organisation_id.in_(whole_numbers(values)),
        "segment": lambda values: Participation.segment_id.in_(whole_numbers(values)),
        "confidentiality": _codes(model.confidentiality, Confidentiality),
        **(_of_needs() if model is Need else _of_capabilities()),
    }


def _of_needs() -> dict[str, Any]:
    return {
        "horizon": _codes(Need.horizon, Horizon),
        "relocatable": _codes(Need.relocatable, Relocatable),
        "criticality": _codes(Need.criticality, Criticality),
        "country": Need.source_country.in_,
    }


def _of_capabilities() -> dict[str, Any]:
    return {
        "maturity": _codes(Capability.maturity, Maturity),
        "spare": lambda _values: Capability.spare_percent > 0,
        "verified": lambda _values: Capability.verified_on.is_not(None),
    }


def _matching(model: type[Any], text: str) -> sa.ColumnElement[bool]:
    words = fold(text).split()[:12]
    named = [Participation.search_key, sa.func.coalesce(COMPONENT.key, ""), sa.func.coalesce(PROCESS.key, "")]
    found = [sa.or_(*(place.contains(word, autoescape=True) for place in named)) for word in words]
    return sa.and_(*found) if found else sa.false()


def told_in(interview_id: int) -> dict[type[Any], list[Any]]:
    """Return what was told in an interview, of both kinds, in one query."""
    return _gathered([_told(model).where(model.interview_id == interview_id) for model in (Need, Capability)])


def told_of(organisation_id: int) -> dict[type[Any], list[Any]]:
    """Return what is noted of an organisation, of both kinds, in one query."""
    return _gathered([_told(model).where(model.organisation_id == organisation_id) for model in (Need, Capability)])


def _gathered(selects: Sequence[sa.Select[Any]]) -> dict[type[Any], list[Any]]:
    found: dict[type[Any], list[Any]] = {Need: [], Capability: []}
    for row in db.session.execute(sa.union_all(*selects).order_by("id")):
        found[Need if row.kind == Need.__tablename__ else Capability].append(row)
    return found


def _told(model: type[Any]) -> sa.Select[Any]:
    more = (Need.relocatable, Need.source_country) if model is Need else (Capability.maturity, sa.cast(sa.null(), sa.String()))
    columns = (
        sa.literal(model.__tablename__).label("kind"), model.id.label("id"), _label(COMPONENT).label("component"),
        _label(PROCESS).label("process"), getattr(model, OWN[model][0]).label("amount"), model.unit.label("unit"),
        sa.type_coerce(more[0], sa.String()).label("mark"), more[1].label("country"), model.confidentiality.label("level"),
        Organisation.name.label("organisation"),
    )  # fmt: skip
    return _joined(model, sa.select(*columns))


def used(kind: TermList) -> list[tuple[str, str]]:
    """Return the terms of a list, as (value, label)."""
    query = sa.select(Term.id, _label(Term)).where(Term.list == kind).order_by(Term.key, Term.id)
    return [(str(number), label) for number, label in db.session.execute(query)]


def segments() -> list[tuple[str, str]]:
    """Return the segments of the study, as (value, label)."""
    query = sa.select(Segment.id, Segment.label).order_by(Segment.position, Segment.id)
    return [(str(row.id), row.label) for row in db.session.execute(query)]


def countries_named() -> list[str]:
    """Return the codes of the countries where something is bought today."""
    query = sa.select(Need.source_country).where(Need.source_country.is_not(None)).distinct().order_by(Need.source_country)
    return [code for code in db.session.scalars(query) if code]


def rail_count() -> Any:
    """Return, as one number to select, how many needs and capabilities the reader may know of."""
    scope = current()
    counts = []
    for model in (Need, Capability):
        mine = (model.study_id == scope.study_id, model.deleted_at.is_(None), RULES[model](scope))
        counts.append(sa.select(sa.func.count(model.id)).where(*mine).scalar_subquery())
    return counts[0] + counts[1]
