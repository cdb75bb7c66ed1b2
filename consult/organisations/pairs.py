"""By what two records of the directory may be one and the same, in words; never by a telephone number or a name alone.

Records that share something are read in blocks, each from an index; only those of one block are compared, and in a large block only
neighbours in the order of their names. Nothing is ever compared with everything.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TypeVar

from consult.kernel.model import Choice

WHOLE_BLOCK = 12
"""Blocks up to this size are compared whole."""
NEIGHBOURS = 3
"""In a larger one, with how many that follow in the order of names."""
T = TypeVar("T")


class Sign(Choice):
    """Why two records may be one."""

    SIREN = "siren", "même SIREN", "same SIREN"
    SIRET = "siret", "même SIRET", "same SIRET"
    VAT = "vat_number", "même numéro de TVA", "same VAT number"
    FOREIGN_ID = "foreign_id", "même identifiant étranger", "same foreign identifier"
    DOMAIN = "domain", "même domaine internet et nom proche", "same internet domain and similar name"
    NAME_AND_PLACE = "name_and_place", "même nom dans la même commune", "same name in the same commune"
    NAME_AND_PHONE = "name_and_phone", "même nom et même téléphone", "same name and same phone number"
    NAME_AND_EMAIL = "name_and_email", "même nom et même adresse e-mail", "same name and same e-mail address"
    ALIAS = "alias", "l’un porte un autre nom de l’autre", "one bears another name of the other"
    NAME_AND_ORGANISATION = "name_and_organisation", "même nom dans la même organisation", "same name in the same organisation"


class Likelihood(Choice):
    """How likely it is that two records are one, in words."""

    SURE = "sure", "presque certain", "almost certain"
    LIKELY = "likely", "probable", "likely"
    POSSIBLE = "possible", "possible", "possible"


IDENTIFIERS = frozenset({Sign.SIREN, Sign.SIRET, Sign.VAT, Sign.FOREIGN_ID})


@dataclass(frozen=True)
class Pair:
    """Two records that may be one, the older first, with the reasons."""

    one: int
    other: int
    signs: tuple[Sign, ...]
    names: tuple[str, str] = field(default=("", ""), compare=False)

    @property
    def likelihood(self) -> Likelihood:
        """An identifier, or two signs of different kinds, say more than one sign."""
        if IDENTIFIERS & set(self.signs):
            return Likelihood.SURE
        return Likelihood.POSSIBLE if self.signs == (Sign.ALIAS,) else Likelihood.LIKELY if len(self.signs) == 1 else Likelihood.SURE


def together(members: Sequence[T]) -> Iterator[tuple[T, T]]:
    """Yield what to compare in a block whose members are in the order of their names."""
    if len(members) <= WHOLE_BLOCK:
        yield from itertools.combinations(members, 2)
        return
    for place, one in enumerate(members):
        for other in members[place + 1 : place + 1 + NEIGHBOURS]:
            yield one, other


def collected(signs: Iterable[tuple[int, int, Sign]], names: Mapping[int, str], apart: Set[tuple[int, int]]) -> Iterator[Pair]:
    """Yield one pair for all signs of two records, but for those said to be two."""
    order, found = list(Sign), dict[tuple[int, int], set[Sign]]()
    for one, other, sign in signs:
        if one != other:
            found.setdefault((min(one, other), max(one, other)), set()).add(sign)
    for (one, other), every in found.items():
        if (one, other) not in apart:
            yield Pair(one, other, tuple(sorted(every, key=order.index)), (names[one], names[other]))
