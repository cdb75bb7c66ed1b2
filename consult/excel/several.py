"""Several values in one cell, and people written as one text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from consult.excel.given_names import CIVILITIES, FIRST_NAMES
from consult.excel.looks import is_person
from consult.excel.text import clean_name, clean_note, fold

SEPARATORS = (";", "\n", "|", "/", ",")
_PARTICLES = frozenset("de du des d la le von van der den di da".split())
_POSTS = frozenset(
    "directeur directrice direction president presidente gerant gerante responsable chef cheffe charge chargee maire adjoint adjointe "
    "assistant assistante secretaire dirigeant dirigeante fondateur fondatrice associe associee pdg dg dga drh daf ceo cfo manager head "
    "director president chairman officer standard accueil contact service vice animateur animatrice coordinateur coordinatrice conseiller "
    "conseillere delegue deleguee ingenieur ingenieure proviseur proviseure professeur technicien technicienne commercial commerciale "
    "tresorier tresoriere resp dir consultant consultante engineer coordinator lead vp rh cto cto coo elu elue depute deputee".split()
)
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_BULLET = re.compile(r"^\s*[-–—•*·▪➔➜>]\s+")


def separators_found(values: Iterable[object]) -> tuple[str, ...]:
    """The separators that part the values of a column, the most used first; a comma or slash counts only where it is often used."""
    texts = [clean_note(value) for value in values if isinstance(value, str)]
    counts = {mark: sum(1 for text in texts if mark in text.strip()) for mark in SEPARATORS}
    least = {",": 0.15, "/": 0.15}
    return tuple(mark for mark in sorted(counts, key=lambda mark: -counts[mark]) if counts[mark] > least.get(mark, 0.0) * len(texts))


def people_separators(values: Iterable[object]) -> tuple[str, ...]:
    """The separators that part the people of a column: those between which names stand. A line break may also stand before a post, a
    comma or slash inside a name: half of the pieces must begin like a person, and each around a comma or slash be a whole name."""
    texts = [clean_note(value).strip() for value in values if isinstance(value, str)]
    return tuple(mark for mark in SEPARATORS if _parts_people(mark, [text for text in texts if mark in text]))


def _parts_people(mark: str, texts: list[str]) -> bool:
    pieces = [_IN_BRACKETS.sub("", piece) for text in texts for piece in split_values(text, mark)]
    named = sum(1 for piece in pieces if _is_name(piece))
    whole = sum(1 for piece in pieces if is_person(piece))
    if len(pieces) <= len(texts) or named < 0.8 * len(pieces):
        return False
    if mark in ",/" and (named < len(pieces) or any(len(piece.split()) < 2 for piece in pieces)):
        return False
    return mark in ";|" or whole >= 0.5 * len(pieces)


def _is_name(text: str) -> bool:
    """Whether a piece may be a name: one to five words that begin with a capital, none of which is a post."""
    words = [word for word in text.split() if fold(word) not in CIVILITIES and fold(word) not in _PARTICLES]
    capitals = all(word[0].isupper() for word in words) and not any(letter.isdigit() for letter in text)
    return 1 <= len(words) <= 5 and capitals and not _POSTS & {fold(word) for word in words}


def split_values(cell: object, separators: Iterable[str] = SEPARATORS) -> list[str]:
    """The values of a cell, cleaned, in order, each once; separators inside brackets do not count, and bullets are dropped."""
    marks = set(separators)
    parts, depth, start = [], 0, 0
    text = clean_note(str(cell))
    for place, letter in enumerate(text):
        depth = max(0, depth + (letter in "([") - (letter in ")]"))
        if letter in marks and not depth:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return [name for name in dict.fromkeys(clean_name(_BULLET.sub("", part)) for part in parts) if name]


_POST_BESIDE = re.compile(r"^(?P<name>[^,;:(\n]+?)\s*(?:[,;:(\n]|\s[-–—|/]\s)\s*(?P<post>.+?)\)?$", re.S)


def name_and_post(text: str) -> tuple[str, str]:
    """A person's name and the post that a cell gives beside it: `M. Jean DUPONT, DG`, `Anne ROY (directrice)`; no post where the rest is
    none."""
    found = _POST_BESIDE.match(clean_note(text).strip())
    if found is None or not _is_name(found["name"]):
        return text, ""
    words = fold(found["post"]).split()
    return (clean_name(found["name"]), clean_name(found["post"])) if words and not _POSTS.isdisjoint(words[:3]) else (text, "")


def split_person(text: str) -> tuple[str, str, str]:
    """A person as (civility, first name, last name): `Mme Anne-Marie DUPONT`, `DUPONT Anne-Marie`, `Dupont, Anne-Marie`. What cannot be
    told is the last name."""
    words = clean_name(name_and_post(text)[0]).split()
    civility = words.pop(0) if len(words) > 1 and fold(words[0]) in CIVILITIES else ""
    bare = " ".join(words)
    if "," in bare:
        last, _, first = bare.partition(",")
        return civility, first.strip(), last.strip()
    capitals = [word for word in words if len(word) > 1 and word.isupper()]
    if capitals and len(capitals) < len(words):
        return civility, " ".join(word for word in words if word not in capitals), " ".join(capitals)
    if len(words) == 2 and _is_given(words[1]) and not _is_given(words[0]):
        return civility, words[1], words[0]
    if len(words) >= 2 and (_is_given(words[0]) or not civility and len(words) == 2):
        return civility, words[0], " ".join(words[1:])
    return civility, "", bare


def _is_given(word: str) -> bool:
    folded = fold(word.replace("-", " ")).split()
    return bool(folded) and folded[0] in FIRST_NAMES
