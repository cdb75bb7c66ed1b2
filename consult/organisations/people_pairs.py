"""Which people of the study may be one: same name and same organisation, or same address or number under a name that may be theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consult.kernel.db import db
from consult.kernel.scope import current, unscoped
from consult.kernel.text import fold
from consult.organisations.merge_models import DistinctPair, Kind
from consult.organisations.pairs import Pair, Sign, collected, together
from consult.organisations.participation import Participation
from consult.organisations.people_models import Affiliation, Person, PersonEmail, PersonPhone

APART = "apart"
_P, _E, _N, _F, _T, _D = (
    tables.__table__ for tables in (Person, PersonEmail, PersonPhone, Affiliation, Participation, DistinctPair)
)  # fmt: skip


@dataclass(slots=True)
class _Facts:
    """What is known of a person who shares something with another; `organisations` are those of the study."""

    id: int
    name: str
    last: str
    first: str
    organisations: set[str]

    @staticmethod
    def of(row: Any) -> _Facts:
        """Return the facts of a row as it was read."""
        name = " ".join(part for part in (row.first_name, row.last_name) if part)
        return _Facts(row.id, name, fold(row.last_name), fold(row.first_name), set(row.organisations.split(",")))


def find() -> Iterator[Pair]:
    """Yield the pairs of people of the study in scope that nobody there has said to be two."""
    facts: dict[int, _Facts] = {}
    blocks: dict[tuple[str, str], dict[int, None]] = {}
    apart: set[tuple[int, int]] = set()
    for row in _rows():
        facts[row.id] = _Facts.of(row)
        if row.sign == APART:
            apart.add((row.id, int(row.key)))
        else:
            blocks.setdefault((row.sign, row.key), {})[row.id] = None
    signs = (found for (sign, _key), ids in blocks.items() for found in _compared(Sign(sign), [facts[each] for each in ids]))
    yield from collected(signs, {each.id: each.name for each in facts.values()}, apart)


def _compared(sign: Sign, members: Sequence[_Facts]) -> Iterator[tuple[int, int, Sign]]:
    for one, other in together(sorted(members, key=lambda each: (each.last, each.first, each.id))):
        if sign is not Sign.NAME_AND_ORGANISATION:
            if _may_be_one_name(one, other):
                yield one.id, other.id, sign
        elif one.organisations & other.organisations:
            yield one.id, other.id, sign


def _may_be_one_name(one: _Facts, other: _Facts) -> bool:
    """Whether two names may be one person's: the same words, or the same last name where a first name is missing or an initial."""
    words, others = ({*each.last.split(), *each.first.split()} for each in (one, other))
    if words == others:
        return True
    short, long = sorted((one.first, other.first), key=len)
    return one.last == other.last and (not short or (len(short) == 1 and long.startswith(short)))


def _rows() -> Sequence[Any]:
    """Read what several people share, a row for each who does, with names and the organisations of the study where they have a post."""
    blocks = sa.union_all(*_blocks()).subquery("blocks")
    here = sa.and_(_T.c.organisation_id == _F.c.organisation_id, _T.c.study_id == current().study_id, _T.c.deleted_at.is_(None))
    posts = sa.select(sa.func.aggregate_strings(sa.cast(_F.c.organisation_id, sa.String), ",")).select_from(_F).join(_T, here)
    mine = posts.where(_F.c.person_id == _P.c.id, _F.c.deleted_at.is_(None)).scalar_subquery()
    columns = (blocks.c.sign, blocks.c.key, _P.c.id, _P.c.first_name, _P.c.last_name, mine.label("organisations"))
    query = sa.select(*columns).join(_P, sa.and_(_P.c.id == blocks.c.id, _P.c.deleted_at.is_(None))).where(mine.is_not(None))
    with unscoped("people who share something are read in bulk; every row is bound to a post in an organisation of the study in scope"):
        return db.session.execute(query.order_by(blocks.c.sign, blocks.c.key, _P.c.id)).all()


def _blocks() -> list[Any]:
    apart = sa.select(sa.literal(APART), sa.cast(_D.c.other_id, sa.String), _D.c.one_id)
    return [
        _several(Sign.NAME_AND_ORGANISATION, _P.c.sort_name, _P.c.id),
        _several(Sign.NAME_AND_EMAIL, _E.c.address, _E.c.person_id),
        _several(Sign.NAME_AND_PHONE, _N.c.number, _N.c.person_id),
        apart.where(_D.c.study_id == current().study_id, _D.c.kind == Kind.PERSON),
    ]


def _several(sign: Sign, column: sa.ColumnElement[Any], person_id: sa.ColumnElement[int]) -> sa.Select[Any]:
    """People whose value of a column is another row's too."""
    often = sa.select(column).where(column.is_not(None), column != "").group_by(column).having(sa.func.count() > 1)
    return sa.select(sa.literal(sign.value).label("sign"), column.label("key"), person_id.label("id")).where(column.in_(often))
