"""Which organisations of the study may be one: by number, by name and place, by name and address on the web, by another name."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz

from consult.kernel.db import db
from consult.kernel.scope import current, unscoped
from consult.kernel.text import compact, fold
from consult.organisations.duplicates import SIMILAR
from consult.organisations.merge_models import DistinctPair, Kind
from consult.organisations.models import Alias, Organisation, Site
from consult.organisations.pairs import Pair, Sign, collected, together
from consult.organisations.participation import Participation

APART = "apart"
WITHIN, BETWEEN, AFTER = "\x1d", "\x1f", "\x1e"
"""What parts places, values and rows of what is read as one text; no name holds them."""


@dataclass(slots=True)
class _Facts:
    """What is known of an organisation that shares something with another."""

    id: int
    name: str
    key: str
    siren: str
    domain: str
    phone: str
    email: str
    places: set[str]

    @staticmethod
    def of(number: str, name: str, key: str, siren: str, domain: str, phone: str, email: str, places: str) -> _Facts:
        """Return the facts of a row as it was read."""
        return _Facts(int(number), name, key, siren, domain, phone, email, {fold(place) for place in places.split(WITHIN)} - {""})


def find() -> Iterator[Pair]:
    """Yield the pairs of organisations of the study in scope that nobody there has said to be two."""
    with unscoped("what organisations share is read in bulk; every row is bound to a participation in the study in scope"):
        text = db.session.scalar(sa.select(everything()))
    return told_by(text)


def told_by(text: str | None) -> Iterator[Pair]:
    """Yield the pairs of which `everything` tells."""
    facts: dict[int, _Facts] = {}
    blocks: dict[tuple[Sign, str], dict[int, None]] = {}
    apart: set[tuple[int, int]] = set()
    for line in (text or "").split(AFTER) if text else ():
        sign, key, *rest = line.split(BETWEEN)
        each = _Facts.of(*rest)
        facts[each.id] = each
        if sign == APART:
            apart.add((each.id, int(key)))
        else:
            may_be = _SIGNS.get(sign) or Sign(sign)
            blocks.setdefault((may_be, compact(key) if may_be in (Sign.SIREN, Sign.SIRET) else key), {})[each.id] = None
    signs = (found for (sign, key), ids in blocks.items() for found in _compared(sign, key, [facts[each] for each in ids]))
    yield from collected(signs, {each.id: each.name for each in facts.values()}, apart)


def _compared(sign: Sign, key: str, members: Sequence[_Facts]) -> Iterator[tuple[int, int, Sign]]:
    for one, other in together(sorted(members, key=lambda each: (each.key, each.id))):
        if one.siren and other.siren and one.siren != other.siren:
            continue  # two legal persons
        if sign is Sign.NAME_AND_PLACE:
            yield from ((one.id, other.id, each) for each in _beside_the_name(one, other))
        elif sign is Sign.DOMAIN:
            if fuzz.token_sort_ratio(one.key, other.key) >= SIMILAR:
                yield one.id, other.id, sign
        elif sign is not Sign.ALIAS or _may_be_called(one, other, key):
            yield one.id, other.id, sign


def _beside_the_name(one: _Facts, other: _Facts) -> Iterator[Sign]:
    """What two organisations of one name share besides: the name alone says nothing."""
    if agree(one.places, other.places):
        yield Sign.NAME_AND_PLACE
    if one.phone and one.phone == other.phone:
        yield Sign.NAME_AND_PHONE
    if one.email and one.email == other.email:
        yield Sign.NAME_AND_EMAIL


def _may_be_called(one: _Facts, other: _Facts, key: str) -> bool:
    """Whether another name of one may mean the other: one of them is called so, and their places do not speak against it."""
    called = key in (fold(one.name), fold(other.name))
    return called and (not one.places or not other.places or agree(one.places, other.places))


def agree(one: set[str], other: set[str]) -> bool:
    """Whether two organisations have a commune in common: by INSEE code where both have one, else by name."""
    codes, others = ({place for place in places if place[:1].isdigit()} for places in (one, other))
    return bool(codes & others) if codes and others else bool(one & other)


# what is shared: read with Core, bound to the study in scope, each key from an index of its own


_O, _S, _P, _A, _D = (tables.__table__ for tables in (Organisation, Site, Participation, Alias, DistinctPair))
_SIGNS = {"name": Sign.NAME_AND_PLACE, "called": Sign.ALIAS}


def everything() -> sa.ScalarSelect[str]:
    """Return the select of all that several organisations of the study share, as one text, so that it can be read along with a page."""
    blocks = sa.union_all(*_blocks()).subquery("blocks")
    places = sa.func.aggregate_strings(sa.func.coalesce(_S.c.commune_code, "") + WITHIN + sa.func.coalesce(_S.c.commune_name, ""), WITHIN)
    of_sites = sa.select(places).where(_S.c.organisation_id == _O.c.id, _S.c.deleted_at.is_(None)).scalar_subquery()
    facts = (_O.c.id, _O.c.name, _O.c.name_key, _O.c.siren, _O.c.domain, _O.c.phone, _O.c.email, of_sites)
    texts: list[Any] = [sa.func.coalesce(sa.cast(column, sa.Text), "") for column in (blocks.c.sign, blocks.c.key, *facts)]
    whole = functools.reduce(lambda one, other: one + BETWEEN + other, texts)
    query = (
        sa.select(sa.func.aggregate_strings(whole, AFTER))
        .select_from(blocks)
        .join(_O, sa.and_(_O.c.id == blocks.c.id, _O.c.deleted_at.is_(None)))
        .join(_P, sa.and_(_P.c.organisation_id == _O.c.id, _P.c.study_id == current().study_id, _P.c.deleted_at.is_(None)))
    )
    return query.correlate(None).scalar_subquery()


def _blocks() -> list[Any]:
    apart = sa.select(sa.literal(APART), sa.cast(_D.c.other_id, sa.String), _D.c.one_id)
    return [
        _several("name", _O.c.name_key),
        _several(Sign.DOMAIN, _O.c.domain),
        _several(Sign.VAT, _O.c.vat_number),
        _several(Sign.FOREIGN_ID, _O.c.foreign_id),
        *_sirens(),
        sa.select(sa.literal(Sign.SIRET.value), _S.c.unchecked_siret, _S.c.organisation_id).where(_S.c.unchecked_siret.is_not(None)),
        *_other_names(),
        apart.where(_D.c.study_id == current().study_id, _D.c.kind == Kind.ORGANISATION),
    ]


def _several(sign: str, column: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Organisations whose value of a column is another one's too."""
    often = sa.select(column).where(column.is_not(None), column != "").group_by(column).having(sa.func.count() > 1)
    return sa.select(sa.literal(str(sign)).label("sign"), column.label("key"), _O.c.id.label("id")).where(column.in_(often))


def _sirens() -> list[sa.Select[Any]]:
    """A SIREN is unique; it may still stand in the SIRET of an organisation that has none, or twice where it was typed wrong."""
    number, bearer, twin = sa.func.substr(_S.c.siret, 1, 9), _O.alias("bearer"), _S.alias("twin")
    loose = sa.and_(_S.c.organisation_id == _O.c.id, _S.c.siret.is_not(None), _S.c.deleted_at.is_(None))
    bears = sa.and_(bearer.c.siren == number, bearer.c.deleted_at.is_(None))
    same = sa.and_(twin.c.siret.between(number + "00000", number + "99999"), twin.c.organisation_id != _O.c.id, twin.c.deleted_at.is_(None))
    found = []
    for other, both, other_id in ((bearer, bears, bearer.c.id), (twin, same, twin.c.organisation_id)):
        for column in (_O.c.id, other_id):
            query = sa.select(sa.literal(Sign.SIREN.value), number, column).select_from(_O).join(_S, loose).join(other, both)
            found.append(query.where(_O.c.siren.is_(None), _O.c.deleted_at.is_(None)))
    typed = sa.select(sa.literal(Sign.SIREN.value), _O.c.unchecked_siren, _O.c.id).where(_O.c.unchecked_siren.is_not(None))
    return [*found, typed]


def _other_names() -> list[sa.Select[Any]]:
    """Organisations whose name is another one's other name, and those that bear it."""
    both = sa.and_(_O.c.sort_name == _A.c.key, _O.c.id != _A.c.organisation_id)
    return [sa.select(sa.literal("called"), _A.c.key, column).select_from(_A).join(_O, both) for column in (_A.c.organisation_id, _O.c.id)]
