"""What one column could be: fields whose names its header resembles, weighed against what its values look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consult.excel.looks import digits, looks
from consult.excel.registry import FieldSpec, Registry
from consult.excel.text import fold

_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERING = re.compile(r"^(\d+|[a-z])\s+(?=\w{3})")
_PARTS = re.compile(r"\s[/|–-]\s|\n|\s?/\s?")


@dataclass(frozen=True)
class Candidate:
    """A field that a column may be, how sure that is (0 to 1), and why: `header`, `part`, `fuzzy` or `values`."""

    field: FieldSpec
    score: float
    why: str
    hinted: bool = False


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
    first = re.sub(r"\s(no )?1$", "", whole)
    forms = [
        (whole, 0.95),
        (first, 0.93),
        (fold(_CAMEL.sub(" ", header)), 0.95),
        (fold(_BRACKETS.sub(" ", header)), 0.92),
        (_NUMBERING.sub("", whole), 0.9),
    ]
    parts = [fold(part) for part in _PARTS.split(_BRACKETS.sub(" ", header)) if fold(part)]
    if len(parts) == 2:
        forms.extend(((parts[0], 0.82), (parts[1], 0.8)))
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
    plain = fold(_CAMEL.sub(" ", _BRACKETS.sub(" ", header)))
    for bare in dict.fromkeys((registry.without_hints(plain), registry.without_fillers(plain))):
        if bare and bare != fold(header) and not any(candidate.score > 0.85 for candidate in found):
            found.extend(
                Candidate(spec, 0.86 if not hints or spec.entity in hints else 0.78, "part", spec.entity in hints)
                for spec in registry.named(bare)
            )
    if not found:
        found.extend(Candidate(spec, 0.78 * score, "fuzzy", spec.entity in hints) for spec, score in registry.close_to(fold(header)))
    return found


_TELLING = {
    "siret": (0.8, 0.82),
    "siren": (0.8, 0.8),
    "email": (0.7, 0.8),
    "vat": (0.7, 0.76),
    "swiss": (0.7, 0.76),
    "naf": (0.8, 0.76),
    "url": (0.8, 0.74),
}
_NAMELESS = {"", "nom", "noms", "name", "names", "nom complet", "identite", "participant", "responsable"}
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
    if shares.get("person", 0.0) >= 0.6 and fold(header) in _NAMELESS:
        yield from (Candidate(spec, 0.85, "values", spec.entity in hints) for spec in registry.fields if spec.kind == "person")


_EXPECTED: dict[str, tuple[tuple[str, ...], float]] = {
    "email": (("email",), 0.4),
    "url": (("url",), 0.4),
    "naf": (("naf",), 0.5),
    "postcode": (("postcode",), 0.35),
    "insee": (("insee",), 0.5),
    "phone": (("phone",), 0.35),
    "date": (("date",), 0.3),
    "latitude": (("latitude", "amount"), 0.5),
    "longitude": (("longitude", "amount"), 0.5),
    "number": (("amount",), 0.4),
    "days": (("amount",), 0.4),
    "integer": (("amount", "band"), 0.4),
    "money": (("amount", "money"), 0.3),
    "civility": (("civility",), 0.4),
    "yes_no": (("yes_no",), 0.5),
    "year": (("amount", "date"), 0.5),
    "vat": (("vat",), 0.3),
    "person": (("person", "first_name"), 0.25),
}
_NEVER: dict[str, tuple[str, ...]] = {
    "name": ("email", "phone", "siren", "siret", "date", "url", "amount"),
    "first_name": ("email", "phone", "amount", "date"),
    "last_name": ("email", "phone", "amount", "date", "url"),
    "commune": ("amount", "email", "phone", "date"),
    "country": ("amount", "email", "date"),
    "address": ("email", "date", "url", "latitude"),
    "text": ("email", "siret"),
    "choice": ("email", "url", "phone"),
    "member": ("url", "phone", "amount", "date"),
    "terms": ("email", "siret", "phone", "date"),
    "people": ("email", "siret", "phone", "date"),
    "note": (),
    "band": ("email", "url", "date"),
    "person": ("email", "phone", "url", "amount"),
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
    if kind in ("name", "last_name") and shares.get("person", 0.0) >= 0.6 and candidate.score > 0.8:
        score -= 0.15
    if any(shares.get(look, 0.0) > 0.6 for look in _NEVER.get(kind, ())):
        score *= 0.45
    return Candidate(candidate.field, score, candidate.why, candidate.hinted)


def _identifier(score: float, kind: str, values: Sequence[object]) -> float:
    """SIREN and SIRET are told apart by their length, whatever the header says."""
    lengths = {"siren": (8, 9), "siret": (13, 14)}[kind]
    sample = values[:200]
    share = sum(1 for value in sample if len(digits(value)) in lengths) / len(sample)
    return min(0.99, score + 0.04) if share >= 0.6 else score if share >= 0.3 else score * 0.4
