"""Whether what a column holds bears out the field proposed for it, in the words of this study. Better open than wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from consult.excel import Layout, MappedColumn, Why
from consult.excel.locate import column_values
from consult.excel.text import fold
from consult.exchange.converters import converter_of
from consult.exchange.fields import (
    DISPOSITION,
    INTERVIEW,
    INTERVIEW_KIND,
    INTERVIEW_STATE,
    KIND,
    OWNER,
    ROLE,
    SEGMENT,
    STATUS,
    Field,
    by_name,
    registry,
)
from consult.exchange.references import Names

LEAST_KNOWN = 0.3
"""The share of a column's values that must be members of a closed list for the column to be proposed for it."""
SURELY_KNOWN = 0.6
"""The share from which the values of a column give it to a list that its header does not name."""
_INSTEAD = {
    SEGMENT: (ROLE, KIND),
    ROLE: (SEGMENT, KIND),
    KIND: (INTERVIEW_KIND, ROLE, SEGMENT),
    STATUS: (INTERVIEW_STATE, DISPOSITION),
    DISPOSITION: (STATUS,),
    INTERVIEW_KIND: (KIND,),
    INTERVIEW_STATE: (STATUS, DISPOSITION),
}
"""Lists that go by the same headers: where the values are not of the one, they may be of another."""
_SIZES = frozenset("tpe pme eti ge pmi mic sme microentreprise micro".split())
"""Classes of size: a column of nothing else tells no kind of organisation."""
_OF_THE_TEAM = frozenset(
    fold(word)
    for word in (
        "référent",
        "référente",
        "responsable",
        "consultant",
        "consultante",
        "chargé de mission",
        "chef de projet",
        "chargé d’affaires",
    )
)
"""Headers of a member of the team, or of a contact: the values tell which."""


def believed(columns: Sequence[MappedColumn], layout: Layout, entity: str | None) -> list[MappedColumn]:
    """Return the proposed columns with those closed lists left open, or given to another, of which the column holds hardly any member.

    A list of organisations or people with a day in it says nothing of an interview that was held: that is for somebody to choose.
    """
    names, found = Names(), [_own(column, entity) for column in columns]
    taken = {column.field for column in found}
    if entity != INTERVIEW:
        taken |= {INTERVIEW_KIND, INTERVIEW_STATE}
    else:
        found = [_named_so(column, taken) for column in found]
    for place, column in enumerate(found):
        found[place] = _believed(column, layout, names, taken)
        taken.add(found[place].field)
    return found


def _own(column: MappedColumn, entity: str | None) -> MappedColumn:
    if entity == INTERVIEW or column.reason is Why.OVERRIDE or not (column.field or "").startswith(f"{INTERVIEW}."):
        return column
    return replace(column, field=None, confidence=min(column.confidence, 0.6), reason=Why.UNSURE, closest=column.field)


def _named_so(column: MappedColumn, taken: set[str | None]) -> MappedColumn:
    """In a file of interviews, a column left over by another kind of record that bears the very name of a field of interviews is that one:
    the people met beside a contact."""
    if column.field is not None or column.reason is not Why.TAKEN:
        return column
    named = [each for each in registry().named(fold(column.header)) if each.entity == INTERVIEW and not each.refers]
    own = [each.full_name for each in named if each.full_name not in taken]
    taken.update(own)
    return replace(column, field=own[0], confidence=0.9, reason=Why.HEADER, closest=None) if len(own) == 1 else column


def _believed(column: MappedColumn, layout: Layout, names: Names, taken: set[str | None]) -> MappedColumn:
    if column.reason in (Why.OVERRIDE, Why.NO_ENTITY, Why.ASIDE):
        return column
    values = column_values(layout.sample, column.index)
    spec = by_name().get(column.field or "")
    if _names_the_team(column) and OWNER not in taken and _share(by_name()[OWNER], values, column.header, names) >= SURELY_KNOWN:
        return replace(column, field=OWNER, confidence=0.8, reason=Why.VALUES, closest=None)
    if spec is not None and spec.name == KIND and values and all(fold(str(value)) in _SIZES for value in values):
        return replace(column, field=None, confidence=min(column.confidence, 0.6), reason=Why.UNSURE, closest=KIND)
    if spec is None or not (spec.members or spec.reference) or _share(spec, values, column.header, names) >= LEAST_KNOWN:
        return column
    for name in _INSTEAD.get(spec.name, ()):
        if name not in taken and _share(by_name()[name], values, column.header, names) >= SURELY_KNOWN:
            return replace(column, field=name, confidence=0.8, reason=Why.VALUES, closest=None)
    return replace(column, field=None, confidence=min(column.confidence, 0.6), reason=Why.DISAGREE, closest=column.field)


def _names_the_team(column: MappedColumn) -> bool:
    return fold(column.header) in _OF_THE_TEAM


def _share(spec: Field, values: Sequence[object], header: str, names: Names) -> float:
    """The share of values that a field knows; all of them where there are none."""
    if not values:
        return 1.0
    convert = converter_of(spec, header, list(values))
    made = [convert(value)[0] for value in values]
    if spec.members:
        return sum(1 for value in made if isinstance(value, spec.members)) / len(values)
    return sum(1 for value in made if value is not None and names.meant(spec.reference, str(value))) / len(values)
