"""What one column could be: fields whose names its header resembles, weighed against what its values look like."""
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from consult.excel.looks import digits, looks
from consult.excel.text import fold

_FUZZY = 91.0
_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERING = re.compile(r"^(\d+|[a-z])\s+(?=\w{3})")
_PARTS = re.compile(r"\s[/|–-]\s|\n|\s?/\s?")
_SMALL = frozenset("le la les l de du des d un une en au aux of the a an your votre vos notre et".split())
_FILLERS = frozenset("principal principale obligatoire facultatif optionnel requis required optional complet complete exact exacte actuel actuelle si connu connue "
                     "eventuel eventuelle svp main current".split())


@dataclass(frozen=True)
class FieldSpec:
    """A field that a column may fill, as the slice that owns it describes it.

    `kind` says what its values are: text, note, name, email, phone, url, siren, siret, vat, foreign_id, naf, postcode, insee, commune, country, latitude, longitude, band,
    integer, number, money, date, year, yes_no, choice, terms, civility, first_name, last_name, person, address, city_line.
    `refers` is the full name of the field of another entity for which this one stands (a person's organisation is that organisation's name).
    """

    entity: str
    name: str
    labels: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    kind: str = "text"
    required: bool = False
    key: bool = False
    refers: str = ""

    @property
    def full_name(self) -> str:
        """`entity.name`, unique in the registry."""
        return f"{self.entity}.{self.name}"


@dataclass(frozen=True)
class EntitySpec:
    """A kind of record. `words` in a header or in the level above it point to this entity (*contact* to people); `identity` names the fields of which one must be found;
    `weak` are headers too common to prove the entity by themselves; `companion` entities are fed beside another one and proposed alone only by their own identity."""

    name: str
    labels: tuple[str, ...]
    words: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    companion: bool = False


@dataclass(frozen=True)
class Candidate:
    """A field that a column may be, how sure that is (0 to 1), and why: `header`, `part`, `fuzzy` or `values`."""

    field: FieldSpec
    score: float
    why: str
    hinted: bool = False


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
        return [(spec, score / 100) for word, score, _ in found if abs(len(word) - len(folded)) <= 2 and _same_figures(word, folded) for spec in self._names[word]]

    def hints(self, folded: str) -> set[str]:
        """The entities that the words of a header point to."""
        words = folded.split()
        return {entity for word, entity in self._words.items() if word in words or " " in word and word in folded}

    def without_hints(self, folded: str) -> str:
        """The header without the words that only say whose value it is."""
        kept = [word for word in folded.split() if word not in self._words and word not in _SMALL and word not in _FILLERS]
        return " ".join(kept)


def _same_figures(one: str, other: str) -> bool:
    return re.findall(r"\d+", one) == re.findall(r"\d+", other)


def candidates(registry: Registry, header: str, group: str, values: Sequence[object]) -> list[Candidate]:
    """Every field the column could be, best first, header and values weighed together."""
    shares = looks(values)
    found: dict[str, Candidate] = {}
    for candidate in (*_by_header(registry, header, group), *_by_values(registry, header, shares)):
        weighed = _weighed(candidate, shares, values)
        before = found.get(candidate.field.full_name)
        if before is None or weighed.score > before.score:
            found[candidate.field.full_name] = weighed
    return sorted(found.values(), key=lambda candidate: -candidate.score)


def variants(header: str) -> list[tuple[str, float]]:
    """The forms under which a header is looked up, the surest first."""
    whole = fold(header)
    forms = [(whole, 0.95), (fold(_CAMEL.sub(" ", header)), 0.95), (fold(_BRACKETS.sub(" ", header)), 0.92), (_NUMBERING.sub("", whole), 0.9)]
    parts = [fold(part) for part in _PARTS.split(_BRACKETS.sub(" ", header)) if fold(part)]
    if len(parts) == 2:
        forms.extend((part, 0.8) for part in parts)
    kept: dict[str, float] = {}
    for form, score in forms:
        if form:
            kept.setdefault(form, score)
    return list(kept.items())


def _by_header(registry: Registry, header: str, group: str) -> Iterable[Candidate]:
    hints = registry.hints(fold(f"{group} {header}"))
    found: list[Candidate] = []
    for form, score in variants(header):
        found.extend(Candidate(spec, score, "header" if score > 0.85 else "part", spec.entity in hints) for spec in registry.named(form))
    bare = registry.without_hints(fold(_BRACKETS.sub(" ", header)))
    if bare and bare != fold(header):
        found.extend(Candidate(spec, 0.86 if not hints or spec.entity in hints else 0.78, "part", spec.entity in hints) for spec in registry.named(bare))
    if not found:
        found.extend(Candidate(spec, 0.78 * score, "fuzzy", spec.entity in hints) for spec, score in registry.close_to(fold(header)))
    return found


_TELLING = {"siret": (0.8, 0.82), "siren": (0.8, 0.8), "email": (0.7, 0.8), "vat": (0.7, 0.76), "swiss": (0.7, 0.76), "naf": (0.8, 0.76), "url": (0.8, 0.74)}
_KIND_OF_LOOK = {"swiss": "foreign_id"}


def _by_values(registry: Registry, header: str, shares: dict[str, float]) -> Iterable[Candidate]:
    """Fields that the values alone give away: only kinds that nothing else resembles."""
    hints = registry.hints(fold(header))
    for look, (least, score) in _TELLING.items():
        if shares.get(look, 0.0) >= least:
            kind = _KIND_OF_LOOK.get(look, look)
            for spec in registry.fields:
                if spec.kind == kind:
                    yield Candidate(spec, score, "values", spec.entity in hints)


_EXPECTED: dict[str, tuple[tuple[str, ...], float]] = {
    "email": (("email",), 0.4), "url": (("url",), 0.4), "naf": (("naf",), 0.5), "postcode": (("postcode",), 0.35), "insee": (("insee",), 0.5), "phone": (("phone",), 0.35),
    "date": (("date",), 0.3), "latitude": (("latitude", "amount"), 0.5), "longitude": (("longitude", "amount"), 0.5), "number": (("amount",), 0.4),
    "integer": (("amount", "band"), 0.4), "money": (("amount", "money"), 0.3), "civility": (("civility",), 0.4), "yes_no": (("yes_no",), 0.5), "year": (("amount", "date"), 0.5),
    "vat": (("vat",), 0.3), "person": (("person", "first_name"), 0.25),
}
_NEVER: dict[str, tuple[str, ...]] = {
    "name": ("email", "phone", "siren", "siret", "date", "url", "amount"), "first_name": ("email", "phone", "amount", "date"), "last_name": ("email", "phone", "amount", "date", "url"),
    "commune": ("amount", "email", "phone", "date"), "country": ("amount", "email", "date"), "address": ("email", "date", "url", "latitude"), "text": ("email", "siret"),
    "choice": ("email", "url", "phone"), "terms": ("email", "siret", "phone", "date"), "note": (), "band": ("email", "url", "date"), "person": ("email", "phone", "url", "amount"),
}


def _weighed(candidate: Candidate, shares: dict[str, float], values: Sequence[object]) -> Candidate:
    if not values:
        return Candidate(candidate.field, min(candidate.score, 0.9), candidate.why, candidate.hinted)
    score, kind = candidate.score, candidate.field.kind
    if kind in ("siren", "siret"):
        score = _identifier(score, kind, values)
    elif kind in _EXPECTED:
        expected, least = _EXPECTED[kind]
        share = max(shares.get(look, 0.0) for look in expected)
        score = min(0.99, score + 0.04) if share >= max(0.6, least) else score if share >= least else score * 0.45
    if any(shares.get(look, 0.0) > 0.6 for look in _NEVER.get(kind, ())):
        score *= 0.45
    return Candidate(candidate.field, score, candidate.why, candidate.hinted)


def _identifier(score: float, kind: str, values: Sequence[object]) -> float:
    """SIREN and SIRET are told apart by their length, whatever the header says."""
    lengths = {"siren": (8, 9), "siret": (13, 14)}[kind]
    sample = values[:200]
    share = sum(1 for value in sample if len(digits(value)) in lengths) / len(sample)
    return min(0.99, score + 0.04) if share >= 0.6 else score if share >= 0.3 else score * 0.4
