"""Inter-municipal bodies in a table: beside organisations and communes they are where those stand, else they are what is listed."""

from __future__ import annotations

import re

from consult.excel.headwords import EPCI
from consult.excel.seen import OPEN_BELOW, Seen
from consult.excel.text import fold

_WORD = re.compile(rf"\b({'|'.join(sorted(EPCI))})s?\b")
_TELL = frozenset(("name", "siren", "siret", "commune", "insee"))


def without_them(header: str) -> str:
    """The header of a column as it is read where these bodies are what the table lists: `SIREN EPCI` is their SIREN."""
    return " ".join(_WORD.sub(" ", fold(header)).split()) or "nom"


def are_listed(seen: list[Seen]) -> bool:
    """Whether a table lists inter-municipal bodies: a column speaks of them, and no other names an organisation or a commune for sure."""
    others = [one for one in seen if not one.of_epci]
    return len(others) < len(seen) and not any(_tells(one) for one in others)


def _tells(one: Seen) -> bool:
    plain = fold(one.column.header) in ("nom", "name", "libelle")
    return not plain and any(each.field.kind in _TELL and each.score >= OPEN_BELOW for each in one.candidates)
