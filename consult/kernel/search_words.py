"""The words a text is searched by: folded, without those that say nothing, and cut to their French stem; and what a search asks for.

The same words go into the index of either engine, so that both find the same. Accents go before the stem is taken: who types none finds
as much.
"""

from __future__ import annotations

import functools
import re
import threading
from dataclasses import dataclass

import Stemmer

from consult.kernel.text import compact, fold

LONGEST = 200
"""How many characters of a search are read."""
MOST_TERMS = 12

_SILENT = frozenset(
    """au aux avec ce ces cet cette dans de des du elle en et eux il je la le les leur lui ma mais me mes moi mon ne nos notre
    nous on ou par pas pour qu que qui sa se ses son sur ta te tes toi ton tu un une vos votre vous suis es est sommes sont serai
    seras sera serons serez seront serais serait serions seriez seraient etais etait etions etiez etaient fus fut furent sois soit
    soyons soyez soient ayant eu eue eues eus ai as avons avez ont aurai auras aura aurons aurez auront aurais aurait aurions
    auriez auraient avais avait avions aviez avaient aie aies ait ayons ayez aient""".split()
)
"""French words that every text has. Summer (été) and the like are searched for, although their folded form is also a form of a verb."""

_of_thread = threading.local()


@dataclass(frozen=True)
class Term:
    """One thing asked for: a word with its stem, or several in a row (typed between quotation marks)."""

    words: tuple[str, ...]
    stems: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What a search asks for. `silent` when words were typed and all of them are too common to look for."""

    terms: tuple[Term, ...]
    silent: bool = False

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stem for term in self.terms for stem in term.stems)

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for term in self.terms for word in term.words)


def stems(text: str | None) -> str:
    """Return a text as the index holds it: `stems("Les ateliers de décolletage") == "ateli decolletag"`."""
    return " ".join(_stem(word) for word in fold(text).split() if _says_something(word))


@functools.lru_cache(maxsize=100_000)
def stems_of(token: str) -> tuple[tuple[str, str], ...]:
    """Return folded form and stem of the words in one token of a text; none when it says nothing."""
    return tuple((word, _stem(word)) for word in fold(token).split() if _says_something(word))


def parse(text: str) -> Asked:
    """Read what somebody typed: every word has to be there, those between quotation marks in a row; digits with spaces are one number."""
    text = text[:LONGEST]
    number = compact(text)
    if len(number) >= 6 and number.isdigit():
        return Asked((Term((number,), (number,)),))
    found: list[tuple[str, ...]] = []
    for quoted, bare in re.findall(r"[\"«“]([^\"»”]*)[\"»”]?|([^\"«“]+)", text):
        words = [word for word in fold(quoted or bare).split() if _says_something(word)]
        found += [tuple(words)] if quoted and words else [(word,) for word in words]
    kept = list(dict.fromkeys(found))[:MOST_TERMS]
    return Asked(tuple(Term(words, tuple(map(_stem, words))) for words in kept), silent=not kept and bool(fold(text)))


def _says_something(word: str) -> bool:
    return word not in _SILENT and (len(word) > 1 or word.isdigit())


@functools.lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    if not hasattr(_of_thread, "stemmer"):
        _of_thread.stemmer = Stemmer.Stemmer("french", 0)  # one may not be used by two threads at once
    return str(_of_thread.stemmer.stemWord(word))
