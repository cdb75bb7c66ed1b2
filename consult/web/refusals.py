"""The sentences for what services refuse, and how they come to stand beside the field they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consult.kernel.errors import Refused
from consult.web.i18n import _l

_sentences: dict[str, Any] = {
    "nothing_to_restore": _l("This change is not about this field, so there is no former value to restore."),
    "interrupted": _l("The server was stopped in the middle of this work. Nothing of it was kept. Start it again."),
    "never_begun": _l("The server was stopped before this work had begun. Nothing was changed. Start it again."),
    "unforeseen": _l(
        "Something unforeseen happened. Nothing was changed. Try again; if it happens again, give the reference to your administrator."
    ),
}


def sentences(more: Mapping[str, Any]) -> None:
    """Register the sentences of a slice's refusal codes; placeholders are filled with the refusal's values."""
    _sentences.update(more)


def sentence(refusal: Refused) -> str:
    """Return the refusal in the reader's language."""
    template = _sentences[refusal.code]
    return str(template) % refusal.values if refusal.values else str(template)


def known_codes() -> frozenset[str]:
    """Return every code that has a sentence."""
    return frozenset(_sentences)
