"""Passwords: how they are kept, and which are too easy to guess."""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from consult.kernel.errors import Refused
from consult.kernel.settings import Settings

LEAST, LEAST_FOR_ADMIN, MOST = 12, 15, 128
FEWEST_DIFFERENT = 5
SHORT_ADDITION = 6
"""A common word is still guessed at once with this many characters put before or after it."""
CONTEXT_WORD = 4
OUR_NAME = "consult"

_LIST = Path(__file__).with_name("wordlists") / "common.txt.gz"
_WORDS = re.compile(r"[^\W\d_]+")
_EDGES = re.compile(r"^[^a-z]+|[^a-z]+$")


_SALT, _DIGEST = "bm9ib2R5J3MgcGFzc3dvcmQ", "A" * 43
"""Of a hash that no password is known to have: comparing with it takes as long as with anybody's, and it need not be made at each start."""


class _Hashing:
    """The hashing that the installation's settings ask for."""

    def __init__(self, memory_kib: int, passes: int) -> None:
        self.hasher = PasswordHash((Argon2Hasher(time_cost=passes, memory_cost=memory_kib, parallelism=1),))
        self.nobodys = f"$argon2id$v=19$m={memory_kib},t={passes},p=1${_SALT}${_DIGEST}"


_hashing: list[_Hashing] = []


def configure(settings: Settings) -> None:
    """Hash from here on at the cost that the settings name; hashes of another cost are renewed at the next sign-in."""
    _hashing[:] = [_Hashing(settings.argon2_memory_kib, settings.argon2_passes)]


def hashed(password: str) -> str:
    """Return what the database keeps of a password."""
    return _hashing[0].hasher.hash(_normal(password))


def verify(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Tell whether a password is the one kept, and give its new hash if it should be renewed. Takes as long where nothing is kept."""
    if len(password) > MOST:
        password = password[:MOST] + "too long to be anybody's"
    right, renewed = _hashing[0].hasher.verify_and_update(_normal(password), kept or _hashing[0].nobodys)
    return right and kept is not None, renewed if right and kept is not None else None


def refuse_weak(password: str, is_admin: bool, about: Iterable[str] = (), field: str = "password") -> None:
    """Raise Refused, naming the reason, if a password is too short, too long, or easy to guess. `about`: its owner's name and address."""
    text = _normal(password)
    least = LEAST_FOR_ADMIN if is_admin else LEAST
    if len(text) < least:
        raise Refused("password_too_short_for_admin" if is_admin else "password_too_short", field, least=least, length=len(text))
    if len(text) > MOST:
        raise Refused("password_too_long", field, most=MOST, length=len(text))
    if len(set(text.casefold())) < FEWEST_DIFFERENT:
        raise Refused("password_monotonous", field)
    for word in _context(about):
        if word in _folded(text):
            raise Refused("password_context", field, word=word)
    if _is_common(_folded(text)):
        raise Refused("password_common", field)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))


def _context(about: Iterable[str]) -> list[str]:
    """The words one thinks of first: parts of the person's name and of their address before the @, and the product's name."""
    parts = [part.split("@")[0] for part in about if part]
    words = {_folded(word) for part in parts for word in _WORDS.findall(part)}
    return sorted({word for word in words if len(word) >= CONTEXT_WORD} | {OUR_NAME})


@cache
def _common() -> frozenset[str]:
    return frozenset(gzip.decompress(_LIST.read_bytes()).decode().split("\n"))


def _is_common(text: str) -> bool:
    bare, repeated = _EDGES.sub("", text), _repeated(text)
    padded = bare in _common() and len(text) - len(bare) <= SHORT_ADDITION
    return padded or any(part in _common() for part in (text, repeated, _EDGES.sub("", repeated))) or _is_run(text)


def _repeated(text: str) -> str:
    """The part that makes up the whole text by being repeated: "azerty" of "azertyazerty", else the text."""
    return text[: (text + text).index(text, 1)]


def _is_run(text: str) -> bool:
    """Whether nearly every character follows the one before: abcdefghijkl, 987654321098."""
    steps = [ord(b) - ord(a) for a, b in pairwise(text)]
    return sum(step in (-1, 0, 1) for step in steps) >= len(steps) - 2
