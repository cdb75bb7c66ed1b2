"""Reads a header word by word: which names of fields stand in it, whose they are, and what else is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from consult.excel.headwords import ABBREVIATIONS, FUNCTIONS, NAMING, NEUTRAL, OTHERS, QUALIFIERS, STOPS, VAGUE
from consult.excel.text import fold

_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FIGURES = re.compile(r"(?<=[a-zA-Z]{3})(?=\d)")
_ENDINGS = re.compile(r"[(\[{·./-]\s?(e|s|es|ne|nes|rice|trice|trices|euse|ère)\b[)\]}]?(·s|\(s\))?", re.I)
_NOTHING_NEW = QUALIFIERS | NAMING | NEUTRAL
_NUMBER = re.compile(r"\b[nN]\s?[°º]\s?(?=\w)")
_YEAR = re.compile(r"(19|20)\d\d")
_DAY = re.compile(r"\b\d{1,2}[/.]\d{1,2}[/.]((?:19|20)\d\d)\b")


@lru_cache(maxsize=20_000)
def words_of(header: str) -> tuple[str, ...]:
    """The words of a header, folded, written out and in the singular, without those that only join: `Adr. de l'Ets` gives
    *adresse etablissement*."""
    plain = _FIGURES.sub(" ", _CAMEL.sub(" ", _ENDINGS.sub(" ", _NUMBER.sub(" no ", _DAY.sub(r"\1", header)))))
    written = (word for piece in fold(plain).split() for word in ABBREVIATIONS.get(piece, _singular(piece)).split())
    return tuple(word for word in written if word not in STOPS)


def _singular(word: str) -> str:
    if len(word) < 4 or word[-1] not in "sx" or word.endswith(("ss", "us", "is", "eaux")):
        return word
    return word[:-1]


@dataclass(frozen=True)
class Span:
    """A name of a field among the words of a header; `strange` says how many of the other words nobody knows, `of_function` whether one
    of them is a department, `other` whether one makes it another thing, `only_whose` that the name itself says no more than whose it is;
    `year` is one that stands beside it."""

    name: tuple[str, ...]
    strange: int
    of_function: bool
    other: bool
    only_whose: bool
    year: int = 0


@dataclass(frozen=True)
class Heading:
    """A header as read. `whose` is the word that says of whom it speaks, if it names nothing else; `for_sure` that no other word does;
    `named` that it asks for a name; `plain` that it says nothing but that; `other` that a word beside the names makes it another thing,
    `strange` that nobody knows one."""

    words: tuple[str, ...]
    spans: tuple[Span, ...]
    whose: str
    for_sure: bool
    named: bool
    plain: bool
    other: bool
    strange: bool


def read(header: str, known: Callable[[tuple[str, ...]], bool], whose: Callable[[str], bool]) -> Heading:
    """Read a header. `known` tells a name of a field, `whose` a word that only says whose a value is."""
    words = words_of(header)
    places = _names(words, known)
    inside = {place for first, last in places for place in range(first, last)}
    rest = [word for place, word in enumerate(words) if place not in inside]
    told = [word for word in words if word not in _NOTHING_NEW]
    return Heading(
        words,
        tuple(_span(words, place, places, rest, whose) for place in places),
        next((word for word in (*told[:1], *told[-1:]) if whose(word)), ""),
        all(whose(word) for word in told),
        any(word in NAMING for word in words),
        bool(words) and not told,
        any(word in OTHERS for word in rest),
        any(word not in _NOTHING_NEW and not whose(word) for word in rest),
    )


def _names(words: Sequence[str], known: Callable[[tuple[str, ...]], bool]) -> list[tuple[int, int]]:
    """Where the longest names of fields stand among the words."""
    size = len(words)
    found = [(start, end) for start in range(size) for end in range(start + 1, size + 1) if known(tuple(words[start:end]))]
    return [one for one in found if not any(other != one and other[0] <= one[0] and one[1] <= other[1] for other in found)]


def _span(
    words: Sequence[str], place: tuple[int, int], places: list[tuple[int, int]], rest: Sequence[str], whose: Callable[[str], bool]
) -> Span:
    name = tuple(words[slice(*place)])
    beside = {words[first] for first, last in places if last - first == 1 and (first, last) != place and words[first] in VAGUE}
    years = [int(word) for word in rest if _YEAR.fullmatch(word)]
    rest = [word for word in rest if word not in name]
    strange = [word for word in rest if not (word in _NOTHING_NEW or whose(word) or _YEAR.fullmatch(word))]
    unknown = [word for word in strange if word not in FUNCTIONS]
    only = all(whose(word) or word in NEUTRAL or word in NAMING for word in name)
    return Span(
        name, len(unknown), len(unknown) < len(strange), any(word in OTHERS for word in (*rest, *beside)), only, max(years, default=0)
    )
