"""Where in a text the words of a search stand: the passage that is shown beside what was found."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from consult.kernel.search_words import Asked, stems_of
from consult.kernel.text import fold

LENGTH = 240
"""How long a passage is, in characters, about."""
_TOKEN = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"(?m)^[ \t]*(?:#{1,6}|[-*+>]|\d+\.)[ \t]+|[*_`~]{1,3}|\]\([^)\s]*\)|\[(?=[^\]]*\]\()")
_SPACES = re.compile(r"\s+")
_BEGIN, _END = "\x02", "\x03"
_HIT = re.compile(f"[{_BEGIN}{_END}]")
_LATIN = {char: fold(char) for char in map(chr, range(0x180)) if _TOKEN.match(char)}
_UNUSUAL = re.compile("[^\\x00-\u017f\u2000-\u206f€]|[" + "".join(char for char, said in _LATIN.items() if not said or " " in said) + "]")


class Piece(NamedTuple):
    """A part of a passage; `is_hit` when it is a word that was asked for."""

    text: str
    is_hit: bool


def passage(text: str | None, asked: Asked, length: int = LENGTH) -> list[Piece]:
    """Return the stretch of a text that holds most of the words asked for, in pieces; its beginning when it holds none."""
    return passage_of((text,), asked, length)


def passage_of(texts: Iterable[str | None], asked: Asked, length: int = LENGTH) -> list[Piece]:
    """Return a passage of the first text that holds any of the words asked for; of the first when none does."""
    told = [text for text in texts if text] or [""]
    for text in told:
        if hits := _hits(text, asked):
            return _pieces(text, hits, length)
    return _pieces(told[0], [], length)


def _pieces(text: str, hits: Sequence[tuple[int, int, str]], length: int) -> list[Piece]:
    start, end = _stretch(text, hits, length)
    marked, at = [], start
    for first, last, _stem in hits:
        if start <= first and last <= end:
            marked += [_HIT.sub("", text[at:first]), _BEGIN, text[first:last], _END]
            at = last
    marked.append(_HIT.sub("", text[at:end]))
    parts = _HIT.split(_SPACES.sub(" ", _MARKS.sub("", "".join(marked))).strip())
    whole = [Piece("… " if start else "", False), *(Piece(part, place % 2 == 1) for place, part in enumerate(parts))]
    return [piece for piece in (*whole, Piece(" …" if end < len(text) else "", False)) if piece.text]


def _hits(text: str, asked: Asked, most: int = 400) -> list[tuple[int, int, str]]:
    """Return start, end and stem of the words that were asked for; the search ends soon after all of them were met."""
    wanted, beginnings = asked.stems, asked.words
    found: list[tuple[int, int, str]] = []
    missing, until = set(wanted), len(text)
    likely = _TOKEN if _UNUSUAL.search(text) else _likely(asked)
    for token in likely.finditer(text):
        if token.start() > until or len(found) >= most:
            break
        for word, stem in stems_of(token.group()):
            met = stem if stem in wanted else next((w for w in beginnings if word.startswith(w)), None)
            if met is not None:
                found.append((token.start(), token.end(), met))
                missing.discard(met)
                if not missing:
                    until = min(until, token.end() + LENGTH)
                break
    return found


@functools.lru_cache(maxsize=256)
def _likely(asked: Asked) -> re.Pattern[str]:
    """Return a pattern of the words that begin as one asked for does: a text has too many others to take the stem of each.

    A stem of three letters or more has the first two of its word; of a shorter one even the second may differ.
    """
    beginnings = {stem[: 2 if len(stem) > 2 else 1] for stem in asked.stems} | {word[:2] for word in asked.words}
    firsts: set[str] = set()
    ways: list[str] = []
    for beginning in beginnings:
        alone = "".join(char for char, said in _LATIN.items() if said.startswith(beginning))
        first, second = (
            "".join(char for char, said in _LATIN.items() if said == letter) for letter in (beginning[0], beginning[1:] or beginning[0])
        )
        firsts.update(alone, first)
        ways += [f"(?<=[{alone}])"] if alone else []
        ways += [f"(?<=[{first}])[{second}]"] if first and second and len(beginning) > 1 else []
    if not ways:
        return _TOKEN
    return re.compile(f"[{''.join(sorted(firsts))}](?<![^\\W_].)(?:{'|'.join(sorted(ways))})[^\\W_]*")


def _stretch(text: str, hits: Sequence[tuple[int, int, str]], length: int) -> tuple[int, int]:
    """Return where the passage begins and ends: around the hits that stand together and are of the most kinds, whole words only."""
    if not hits:
        return 0, _edge(text, min(len(text), length), back=True)
    best, richest = hits[0][0], 0
    for place, (first, _last, _stem) in enumerate(hits):
        kinds = len({stem for start, _end, stem in hits[place:] if start < first + length * 2 // 3})
        if kinds > richest:
            best, richest = first, kinds
    start = max(0, best - length // 4)
    start = _edge(text, start, back=False) if start else 0
    return start, _edge(text, min(len(text), start + length), back=True)


def _edge(text: str, at: int, back: bool) -> int:
    """Return a place near `at` that cuts no word."""
    if at in (0, len(text)):
        return at
    found = text.rfind(" ", max(0, at - 40), at) if back else text.find(" ", at, at + 40)
    return at if found < 0 else found if back else found + 1
