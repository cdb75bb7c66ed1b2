"""A name as it is compared with another: what is left of it without the legal form and the small words."""

from __future__ import annotations

import re

from consult.kernel.model import NAME
from consult.kernel.text import fold

_FORMS = re.compile(
    r"\b(sarl|sas|sasu|sa|eurl|sci|snc|scop|gie|ag|gmbh|ltd|inc|sprl|ste|societe|ets|etablissements|entreprise|groupe|cie|et|de|du|des|la|le|les|d|l)\b"
)


def name_key(name: str | None) -> str:
    """Return a name without its legal form and small words: how two names are compared."""
    folded = fold(name)
    return " ".join(_FORMS.sub(" ", folded).split()) or folded


def kept_key(name: str | None) -> str:
    """Return the same as a column keeps it."""
    return name_key(name)[:NAME]
