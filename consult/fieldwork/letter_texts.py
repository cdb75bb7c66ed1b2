"""The messages as they are shipped, a text file each: the subject, an empty line, the message. A study may write its own in their place."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from consult.fieldwork.models import TemplateKind

TEXTS = Path(__file__).with_name("texts")
LANGUAGES = ("fr", "en")


@cache
def shipped() -> dict[tuple[TemplateKind, str], tuple[str, str]]:
    """Return subject and text of every message, by kind and language."""
    return {(kind, lang): _read(f"{kind.value}.{lang}.txt") for kind in TemplateKind for lang in LANGUAGES}


def _read(name: str) -> tuple[str, str]:
    subject, _blank, body = TEXTS.joinpath(name).read_text("utf-8").partition("\n\n")
    return subject, body.strip()
