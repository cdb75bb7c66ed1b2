"""Which records of the study's directory may be one and the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from consult.kernel import kept
from consult.kernel.scope import current
from consult.organisations import organisation_pairs, people_pairs
from consult.organisations.merge_models import Kind
from consult.organisations.pairs import Likelihood, Pair
from consult.studies.permissions import may

FINDERS: dict[Kind, Callable[[], Iterable[Pair]]] = {Kind.ORGANISATION: organisation_pairs.find, Kind.PERSON: people_pairs.find}


def pairs(kind: Kind) -> Sequence[Pair]:
    """Return the pairs of the study in scope that nobody there has said to be two, the likeliest first.

    Read at once, and kept for as long as nothing is written.
    """
    return kept.value(("pairs", kind), lambda: _ordered(FINDERS[kind]()))


def _ordered(found: Iterable[Pair]) -> list[Pair]:
    order = list(Likelihood)
    return sorted(found, key=lambda pair: (order.index(pair.likelihood), pair.names, pair.one, pair.other))


def beside() -> Any:
    """Return a column that reads what `pairs` needs of organisations along with a page's own statement; NULL when it is known, or not
    for the reader."""
    known = kept.knows(("pairs", Kind.ORGANISATION)) or not may(current().role, "read_steering")
    return sa.null() if known else organisation_pairs.everything()


def take(text: str | None) -> None:
    """Keep what `beside` read; where it was known already, nothing."""
    kept.value(("pairs", Kind.ORGANISATION), lambda: _ordered(organisation_pairs.told_by(text)))


def pairs_of(kind: Kind, record_id: int) -> list[Pair]:
    """Return the pairs of which a record is one."""
    return [pair for pair in pairs(kind) if record_id in (pair.one, pair.other)]
