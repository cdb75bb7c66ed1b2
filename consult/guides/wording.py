"""What a wording needs, by its kind, and how its options are written in a text: one a line, `code = French | English`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from consult.guides.models import CODE, QuestionKind
from consult.kernel.errors import Refused
from consult.kernel.model import LABEL
from consult.kernel.text import fold, squeeze

Option = tuple[str, str, str | None]
MOST_OPTIONS = 500
SCALE_SPAN = 20
CHOSEN = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})
FIELDS_OF: Mapping[str, frozenset[QuestionKind]] = {
    "options": CHOSEN,
    "unit": frozenset({QuestionKind.NUMBER}),
    **dict.fromkeys(("currency", "tax_basis"), frozenset({QuestionKind.AMOUNT})),
    **dict.fromkeys(
        ("scale_min", "scale_max", "scale_min_fr", "scale_min_en", "scale_max_fr", "scale_max_en"), frozenset({QuestionKind.SCALE})
    ),
    "term_list": frozenset({QuestionKind.COMPONENT}),
}
"""The fields that only some kinds have."""
CURRENCIES = ("EUR", "CHF", "USD", "GBP")
KEY = re.compile(r"[a-z][a-z0-9_]*")


def settled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a wording without those that its kind has not, and with what goes without saying."""
    kind = values["kind"]
    kept = {name: None if name in FIELDS_OF and kind not in FIELDS_OF[name] else value for name, value in values.items()}
    if kind == QuestionKind.AMOUNT:
        kept["currency"] = kept.get("currency") or CURRENCIES[0]
    if kind == QuestionKind.SCALE:
        kept["scale_min"] = 1 if kept.get("scale_min") is None else kept["scale_min"]
        kept["scale_max"] = 5 if kept.get("scale_max") is None else kept["scale_max"]
    return kept


def check(values: Mapping[str, Any], options: Sequence[Option]) -> None:
    """Raise Refused when a wording lacks what its kind needs: options to choose from, a scale that goes up, a list of terms."""
    kind = values.get("kind")
    if kind in CHOSEN and len(options) < 2:
        raise Refused("too_few_options", "options")
    if kind == QuestionKind.COMPONENT and not values.get("term_list"):
        raise Refused("which_list", "term_list")
    if kind == QuestionKind.SCALE:
        scale = settled(values)
        if not scale["scale_min"] < scale["scale_max"] <= scale["scale_min"] + SCALE_SPAN:
            raise Refused("scale_upside_down", "scale_max", span=SCALE_SPAN)


def check_key(key: str | None) -> None:
    """Raise Refused unless a key is made of small letters, figures and underscores."""
    if key and not KEY.fullmatch(key):
        raise Refused("question_key_shape", "key")


def options_of(text: str | None) -> list[Option]:
    """Read options, one a line; a line without a code gets one of its words. Raises Refused that names the line."""
    found: list[Option] = []
    lines = [(number, squeezed) for number, line in enumerate((text or "").splitlines(), 1) if (squeezed := squeeze(line))]
    if len(lines) > MOST_OPTIONS:
        raise Refused("too_many_options", "options", most=MOST_OPTIONS)
    for number, line in lines:
        found.append(_option(line, number, {code for code, _fr, _en in found}))
    return found


def _option(line: str, number: int, taken: set[str]) -> Option:
    head, mark, rest = line.partition("=")
    labels = rest if mark and _is_code(head.strip()) else line
    french, _bar, english = (part.strip() for part in labels.partition("|"))
    code = head.strip() if labels is rest else free_code(french, taken)
    if not french:
        raise Refused("option_empty", "options", line=number)
    if max(len(french), len(english)) > LABEL:
        raise Refused("option_long", "options", line=number, most=LABEL)
    if code in taken:
        raise Refused("option_twice", "options", line=number, option=code)
    return code, french, english or None


def _is_code(text: str) -> bool:
    return 0 < len(text) <= CODE and " " not in text


def free_code(label: str, taken: set[str]) -> str:
    """Return a code made of a label's words that is not taken."""
    base = "_".join(fold(label).split())[: CODE - 4].strip("_") or "option"
    return next(code for code in (base, *(f"{base}_{n}" for n in range(2, MOST_OPTIONS + 2))) if code not in taken)


def written(options: Sequence[Option]) -> str:
    """Write options as `options_of` reads them."""
    return "\n".join(f"{code} = {french}" + (f" | {english}" if english else "") for code, french, english in options)
