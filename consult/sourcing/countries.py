"""Countries by their code of two letters, named in the reader's language."""

from __future__ import annotations

import functools

from babel import Locale

from consult.kernel.text import fold
from consult.web.i18n import lang

FIRST = ("CH", "FR", "CN", "DE", "IT", "HK", "JP", "TH")
"""Where the trade buys most, offered first."""


@functools.cache
def _named(language: str) -> dict[str, str]:
    known = Locale.parse(language).territories
    return {
        code: known.get(f"{code}-alt-short", name)
        for code, name in known.items()
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB")
    }


@functools.cache
def _ordered(language: str) -> tuple[tuple[str, str], ...]:
    names = _named(language)
    rest = sorted((code for code in names if code not in FIRST), key=lambda code: fold(names[code]))
    return tuple((code, names[code]) for code in (*FIRST, *rest))


def choices() -> list[tuple[str, str]]:
    """Return the countries as (code, name), the most usual first."""
    return list(_ordered(lang()))


def name(code: str | None) -> str:
    """Return the name of a country, the code itself where it is not known."""
    return _named(lang()).get(code, code) if code else ""
