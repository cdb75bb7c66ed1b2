"""What one column could be: fields whose names its header resembles, weighed against what its values look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from consult.excel.heading import Heading, Span, words_of
from consult.excel.headwords import QUALIFIERS, VAGUE
from consult.excel.looks import looks
from consult.excel.registry import FieldSpec, Registry
from consult.excel.text import fold
from consult.excel.weighing import weighed

_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBERING = re.compile(r"^(\d+|[a-z])\s+(?=\w{3})")
_PARTS = re.compile(r"\s[/|–-]\s|\n|\s?/\s?")
_KIND_OF_PART = re.compile(r"\d\s+-\s+(type|label|libellé)$", re.I)
_PATH = re.compile(r"\s+[–—-]\s+|\s*[:›>]\s*|(?<=\w{4})\.(?=\w{3})")


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
        score = weighed(candidate.field.kind, candidate.score, shares, values)
        before = found.get(candidate.field.full_name)
        if before is None or score > before.score:
            found[candidate.field.full_name] = replace(candidate, score=score)
    return sorted(found.values(), key=lambda candidate: -candidate.score)


def variants(header: str, *, parts: bool = True) -> list[tuple[str, float]]:
    """The forms under which a header is looked up, the surest first; `parts` says whether either half of it may be its name."""
    whole = fold(header)
    first = re.sub(r"\s(no )?1$", "", whole)
    forms = [
        (whole, 0.95),
        (first, 0.93),
        (fold(_CAMEL.sub(" ", header)), 0.95),
        (fold(_BRACKETS.sub(" ", header)), 0.92),
        (_NUMBERING.sub("", whole), 0.9),
    ]
    halves = [fold(part) for part in _PARTS.split(_BRACKETS.sub(" ", header)) if fold(part)]
    if parts and len(halves) == 2:
        forms.extend(((halves[0], 0.82), (halves[1], 0.8)))
    kept: dict[str, float] = {}
    for form, score in forms:
        if form:
            kept.setdefault(form, score)
    return list(kept.items())


def _by_header(registry: Registry, header: str, group: str) -> Iterable[Candidate]:
    hints = registry.hints(f"{group} {header}")
    bare = _BRACKETS.sub(" ", header)
    heading = registry.read(bare if words_of(bare) else header)
    if _KIND_OF_PART.search(header):
        return []
    found: list[Candidate] = []
    for form, score in variants(header, parts=not (heading.other or heading.strange)):
        found.extend(
            Candidate(spec, score + _OWN_NAME * spec.is_called(form), "header" if score > 0.85 else "part", spec.entity in hints)
            for spec in registry.named(form)
        )
    if not any(candidate.score > 0.85 for candidate in found):
        found.extend(_by_words(registry, heading, hints))
        found.extend(_by_path(registry, bare, group, hints))
    if not found:
        found.extend(Candidate(spec, 0.78 * score, "fuzzy", spec.entity in hints) for spec, score in registry.close_to(fold(header)))
    return found


_NO_NAMES = frozenset("no dern dernier derniere first premier premiere 1er 1ere".split())
"""Words with which a header such as *dernier contact*, *numéro d'entreprise* asks for no name."""
_OWN_NAME = 0.01
"""What a field's own name is worth more than another word for it."""


def _by_words(registry: Registry, heading: Heading, hints: set[str]) -> Iterable[Candidate]:
    """Fields whose names stand among the words of the header, or of which it only says whose they are."""
    named = [(span, specs) for span in heading.spans if not span.only_whose and (specs := _of_span(registry, span))]
    for span, specs in named:
        score = _span_score(span, len(named))
        if score:
            yield from _scored(specs, score, hints)
    if heading.plain and heading.named:
        yield from _scored(registry.written(("nom",)), 0.86, hints)
    if heading.whose and not named and not heading.other and _NO_NAMES.isdisjoint(heading.words):
        yield from _of_whom(registry, heading, hints)


def _of_span(registry: Registry, span: Span) -> list[FieldSpec]:
    """The fields that a name among other words may mean: not one of the team, and of a department only what a person has."""
    return [spec for spec in registry.written(span.name) if spec.kind != "member" and (not span.of_function or spec.kind in _PERSONAL)]


_PERSONAL = ("phone", "email", "person", "first_name", "last_name", "job", "civility")


def _by_path(registry: Registry, header: str, group: str, hints: set[str]) -> Iterable[Candidate]:
    """Fields named by the last part of a header such as `Address 1: City` or `siege.code_postal`, or by it together with the level
    above."""
    path = [words for words in (words_of(part) for part in _PATH.split(header)) if words]
    while len(path) > 1 and all(word in QUALIFIERS for word in path[-1]):
        path.pop()
    before = registry.read(" ".join(word for part in path[:-1] for word in part))
    if before.words and not before.other and not before.strange:
        yield from _scored(registry.written(path[-1]), 0.87, hints)
    if group:
        yield from _scored(registry.written(words_of(f"{group} {header}")), 0.86, hints)


def _scored(specs: Sequence[FieldSpec], score: float, hints: set[str]) -> Iterable[Candidate]:
    for spec in specs:
        yield Candidate(spec, score if not hints or spec.entity in hints else score - 0.08, "part", spec.entity in hints)


def _span_score(span: Span, names: int) -> float:
    """How sure a name is that stands among other words: not at all where one of them makes it another thing."""
    if span.other or (span.strange and all(word in VAGUE for word in span.name)):
        return 0.0
    if span.strange:
        return 0.65 if span.strange == 1 else 0.6
    if names > 1:
        return 0.0 if len(span.name) == 1 and span.name[0] in VAGUE else 0.78
    return 0.84 + (span.year - 1990) / 10_000 if span.year else 0.87


def _of_whom(registry: Registry, heading: Heading, hints: set[str]) -> Iterable[Candidate]:
    """The name of whom the header speaks, when it names nothing else: *dirigeant principal*, *nom du tuteur*, *structure porteuse*."""
    kinds = ("name", "person", "last_name") if heading.named else ("name", "person")
    for entity in registry.hints(heading.whose):
        for kind in kinds:
            of_kind = [spec for spec in registry.fields if (spec.entity, spec.kind) == (entity, kind) and not spec.refers]
            yield from _scored(of_kind[:1], 0.86 if heading.for_sure else 0.72, hints)


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
    """Fields that the values alone give away: only kinds that nothing else resembles, and only where the header does not speak of
    something else."""
    hints, heading = registry.hints(header), registry.read(header)
    if not heading.other:
        for look, (least, score) in _TELLING.items():
            if shares.get(look, 0.0) >= least and not (look == "url" and _names_another(heading)):
                kind = _KIND_OF_LOOK.get(look, look)
                yield from (Candidate(spec, score, "values", spec.entity in hints) for spec in registry.fields if spec.kind == kind)
    if shares.get("person", 0.0) >= 0.6 and (fold(header) in _NAMELESS or heading.plain):
        yield from (Candidate(spec, 0.85, "values", spec.entity in hints) for spec in registry.fields if spec.kind == "person")
    if shares.get("civility", 0.0) >= 0.8 and fold(header) in _FORMS_OF_ADDRESS:
        yield from (Candidate(spec, 0.9, "values", spec.entity in hints) for spec in registry.fields if spec.kind == "civility")


_FORMS_OF_ADDRESS = {"", "titre", "title", "genre", "appellation", "prefix", "prefixe", "name prefix"}


def _names_another(heading: Heading) -> bool:
    """Whether a header has a word of its own: a column of addresses of the web may be anything that has one."""
    return bool(heading.words) and not heading.spans
