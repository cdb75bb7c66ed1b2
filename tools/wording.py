"""What can be wrong with one translated message: a form left empty, a placeholder lost, French typography."""

import re
from collections.abc import Iterator

from babel.messages.catalog import Message

PLACEHOLDER = re.compile(r"%\((\w+)\)[-#0 +]?[\d.]*[sdifr]")
IN_BRACES = re.compile(r"\{(\w+)(?:![rsa])?\}")
BARE_PERCENT = re.compile(r"%(?!%|\()")
TYPOGRAPHY = (
    (re.compile(r" [:;!?»]|« "), "an ordinary space where a no-break space belongs (before : ; ! ? and inside « »)"),
    (re.compile(r"[^\W\d_][!?](?!\w)|«\w|\w»"), "no space where a no-break space belongs (before ! ? and inside « »)"),
)


NO_BREAK = "\u00a0"


def with_no_break_spaces(text: str) -> str:
    """The French text with no-break spaces where it has ordinary ones before `: ; ! ? »` and after `«`."""
    return re.sub(r" (?=[:;!?»])|(?<=«) ", NO_BREAK, text)


def problems_of(message: Message, in_template: bool) -> Iterator[str]:
    """The problems of a message and its French, one sentence each. Templates always format, so that a percent sign is doubled there."""
    ids, forms = _texts(message.id), _texts(message.string)
    if not all(forms):
        yield f"untranslated: {ids[0]!r}"
        return
    if message.fuzzy:
        yield f"fuzzy, to be checked: {ids[0]!r}"
    yield from _wrong_placeholders(ids, forms)
    formatted = in_template or any(PLACEHOLDER.search(text) for text in ids)
    for text in {*ids, *forms}:
        if formatted and BARE_PERCENT.search(text.replace("%%", "")):
            yield f"a percent sign that is not doubled: {text!r}"
    for text in forms:
        yield from (f"{problem}: {text!r}" for pattern, problem in TYPOGRAPHY if pattern.search(text))


def _wrong_placeholders(ids: tuple[str, ...], forms: tuple[str, ...]) -> Iterator[str]:
    allowed = set().union(*(_names(text) for text in ids))
    for index, form in enumerate(forms):
        # French uses its first form for zero too: the number must be there even where English writes "one".
        needed = _names(ids[-1]) if _names(ids[0]) <= _names(ids[-1]) else _names(ids[min(index, len(ids) - 1)])
        if lost := needed - _names(form):
            yield f"placeholder lost ({', '.join(sorted(lost))}): {form!r}"
        if foreign := _names(form) - allowed:
            yield f"placeholder unknown ({', '.join(sorted(foreign))}): {form!r}"


def _names(text: str) -> set[str]:
    return {*PLACEHOLDER.findall(text), *IN_BRACES.findall(text)}


def _texts(value: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (value or "",) if value is None or isinstance(value, str) else tuple(value)
