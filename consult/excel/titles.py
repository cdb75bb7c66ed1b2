"""What a table is called: by its file, its sheet, and the lines above it."""

from __future__ import annotations

from consult.excel.heading import words_of
from consult.excel.headwords import NEUTRAL
from consult.excel.registry import Registry

_LISTED = frozenset(
    "annuaire repertoire acteur stakeholder directory institution institutionnel cluster filiere ecosysteme prospect".split()
)


def told_by(about: str, registry: Registry) -> set[str]:
    """The entities that the words of a title point to. Members and partners may be either, but a list of them is of organisations where
    nothing in it names people."""
    words = set(words_of(about))
    listed = {entity.of for entity in registry.entities if entity.of} if words & (NEUTRAL | _LISTED) else set()
    return registry.hints(about) | listed
