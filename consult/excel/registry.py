"""What a file may feed: entities and fields, as the slices that own them describe them, looked up by the names people give them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rapidfuzz import fuzz, process

from consult.excel.heading import Heading, read, words_of
from consult.excel.text import fold

_FUZZY = 91.0


@dataclass(frozen=True)
class FieldSpec:
    """A field that a column may fill, as the slice that owns it describes it.

    `kind` says what its values are: text, note, name, email, phone, url, siren, siret, vat, foreign_id, naf, postcode, insee, commune,
    country, latitude, longitude, band, member, integer, number, money, days, duration, date, time, year, yes_no, choice, terms, people,
    civility, first_name, last_name, person, job, address, city_line.
    `refers` is the full name of the field of another entity for which this one stands (a person's organisation is that organisation's
    name).
    """

    entity: str
    name: str
    labels: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    kind: str = "text"
    required: bool = False
    key: bool = False
    refers: str = ""

    @cached_property
    def full_name(self) -> str:
        """`entity.name`, unique in the registry."""
        return f"{self.entity}.{self.name}"

    def is_called(self, folded: str) -> bool:
        """Whether this is one of the field's own labels, not a synonym."""
        return any(fold(label) == folded for label in self.labels)


@dataclass(frozen=True)
class EntitySpec:
    """A kind of record. `words` in a header or in the level above it point to this entity (*contact* to people); `identity` names the
    fields of which one must be found;
    `of` names the entity that has these (people of an organisation: *contact* beside *structure*);
    `weak` are headers too common to prove the entity by themselves; `companion` entities are fed beside another one and proposed alone
    only by their own identity."""

    name: str
    labels: tuple[str, ...]
    words: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    companion: bool = False
    of: str = ""


@dataclass
class Registry:
    """All entities and fields that a file may feed."""

    entities: list[EntitySpec]
    fields: list[FieldSpec]
    _names: dict[str, list[FieldSpec]] = field(default_factory=dict)
    _written: dict[tuple[str, ...], list[FieldSpec]] = field(default_factory=dict)
    _whose: dict[tuple[str, ...], set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for spec in self.fields:
            for word in dict.fromkeys((spec.name, *spec.labels, *spec.synonyms)):
                _note(self._names, fold(word), spec)
                _note(self._written, words_of(word), spec)
        for entity in self.entities:
            for word in entity.words:
                self._whose.setdefault(words_of(word), set()).add(entity.name)

    def entity(self, name: str) -> EntitySpec:
        """The entity of that name; KeyError when the registry has none."""
        return next(entity for entity in self.entities if entity.name == name)

    def field_named(self, full_name: str) -> FieldSpec:
        """The field `entity.name`; KeyError when the registry has none."""
        found = next((spec for spec in self.fields if spec.full_name == full_name), None)
        if found is None:
            raise KeyError(full_name)
        return found

    def named(self, folded: str) -> list[FieldSpec]:
        """The fields that bear this folded name."""
        return self._names.get(folded, [])

    def close_to(self, folded: str) -> list[tuple[FieldSpec, float]]:
        """The fields whose name differs by a slip of the pen."""
        if len(folded) < 6:
            return []
        found = process.extract(folded, self._names.keys(), scorer=fuzz.ratio, score_cutoff=_FUZZY, limit=3)
        return [
            (spec, score / 100)
            for word, score, _ in found
            if abs(len(word) - len(folded)) <= 2 and _same_figures(word, folded)
            for spec in self._names[word]
        ]

    def written(self, words: tuple[str, ...]) -> list[FieldSpec]:
        """The fields that bear this name, abbreviations written out and joining words left away (see `heading.words_of`)."""
        return self._written.get(words, [])

    def hints(self, header: str) -> set[str]:
        """The entities that the words of a header point to."""
        words = words_of(header)
        return {entity for place in range(len(words)) for size in (1, 2) for entity in self._whose.get(words[place : place + size], ())}

    def read(self, header: str) -> Heading:
        """The header word by word: the names of fields in it, and whose they are."""
        return read(header, lambda name: name in self._written, lambda word: (word,) in self._whose)


def _note(names: dict[Any, list[FieldSpec]], name: Any, spec: FieldSpec) -> None:
    if name and spec not in names.setdefault(name, []):
        names[name].append(spec)


def _same_figures(one: str, other: str) -> bool:
    return re.findall(r"\d+", one) == re.findall(r"\d+", other)
