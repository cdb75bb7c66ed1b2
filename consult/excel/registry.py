"""What a file may feed: entities and fields, as the slices that own them describe them, looked up by the names people give them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz, process

from consult.excel.text import fold

_FUZZY = 91.0
_SMALL = frozenset("le la les l de du des d un une en au aux of the a an your votre vos notre et".split())
_FILLERS = frozenset(
    "principal principale obligatoire facultatif optionnel requis required optional complet complete exact exacte actuel actuelle si "
    "connu connue "
    "eventuel eventuelle svp main current billing mailing primary business unite legale".split()
)


@dataclass(frozen=True)
class FieldSpec:
    """A field that a column may fill, as the slice that owns it describes it.

    `kind` says what its values are: text, note, name, email, phone, url, siren, siret, vat, foreign_id, naf, postcode, insee, commune,
    country, latitude, longitude, band, member, integer, number, money, days, duration, date, time, year, yes_no, choice, terms, people,
    civility, first_name, last_name, person, address, city_line.
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
    _words: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for spec in self.fields:
            for word in dict.fromkeys(fold(word) for word in (spec.name, *spec.labels, *spec.synonyms)):
                if word:
                    self._names.setdefault(word, []).append(spec)
        for entity in self.entities:
            for word in entity.words:
                self._words.setdefault(fold(word), entity.name)

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

    def hints(self, folded: str) -> set[str]:
        """The entities that the words of a header point to."""
        words = folded.split()
        return {entity for word, entity in self._words.items() if word in words or " " in word and word in folded}

    def without_hints(self, folded: str) -> str:
        """The header without the words that only say whose value it is."""
        return " ".join(word for word in folded.split() if word not in self._words and word not in _SMALL)

    def without_fillers(self, folded: str) -> str:
        """The same without *principal*, *obligatoire* and other words that add nothing."""
        return " ".join(word for word in self.without_hints(folded).split() if word not in _FILLERS)


def _same_figures(one: str, other: str) -> bool:
    return re.findall(r"\d+", one) == re.findall(r"\d+", other)
