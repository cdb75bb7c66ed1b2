"""Where in a text the words of a search stand: the passage that is shown beside what was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from consult.kernel.search_words import Asked, stems_of

LENGTH = 240
"""How long a passage is, in characters, about."""
_TOKEN = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"(?m)^[ \t]*(?:#{1,6}|[-*+>]|\d+\.)[ \t]+|[*_`~]{1,3}|\]\([^)\s]*\)|\[(?=[^\]]*\]\()")
_SPACES = re.compile(r"\s+")


class Piece(NamedTuple):
    """A part of a passage; `is_hit` when it is a word that was asked for."""

    text: str
    is_hit: bool


def passage(text: str | None, asked: Asked, length: int = LENGTH) -> list[Piece]:
    """Return the stretch of a text that holds most of the words asked for, in pieces; its beginning when it holds none."""
    text = text or ""
    start, end = _stretch(text, _hits(text, asked), length)
    told = _SPACES.sub(" ", _MARKS.sub("", text[start:end])).strip()
    pieces: list[Piece] = []
    at = 0
    for first, last, _stem in _hits(told, asked):
        pieces += [Piece(told[at:first], False), Piece(told[first:last], True)]
        at = last
    whole = [Piece("… " if start else "", False), *pieces, Piece(told[at:], False), Piece(" …" if end < len(text) else "", False)]
    return [piece for piece in whole if piece.text]


def holds(text: str | None, asked: Asked) -> bool:
    """Tell whether a text holds any of the words asked for."""
    return bool(_hits(text or "", asked, most=1))


def _hits(text: str, asked: Asked, most: int = 400) -> list[tuple[int, int, str]]:
    """Return start, end and stem of the words that were asked for; the search ends soon after all of them were met."""
    wanted, beginnings = asked.stems, asked.words
    found: list[tuple[int, int, str]] = []
    missing, until = set(wanted), len(text)
    for token in _TOKEN.finditer(text):
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
