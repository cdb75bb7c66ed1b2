"""The catalogues of translations: one `.po` a slice, merged and compiled into the one `.mo` that the application reads."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DOMAIN = "messages"


class ConflictingTranslations(ValueError):
    """The same message is translated in two ways; the text names the message and the catalogues."""


def compile_catalogues(source_dir: Path, target_dir: Path) -> list[Path]:
    """Bring `target_dir/<locale>/LC_MESSAGES/messages.mo` up to date with `source_dir/<locale>/*.po`; gives the files it wrote.

    A locale is compiled when one of its catalogues is newer than the compiled file, or has come or gone. Several processes may
    do it at once: each replaces the file whole. Raises ConflictingTranslations when two catalogues disagree.
    """
    written = []
    for locale_dir in sorted(path for path in source_dir.glob("*") if path.is_dir()):
        sources = sorted(locale_dir.glob("*.po"))
        target = target_dir / locale_dir.name / "LC_MESSAGES" / f"{DOMAIN}.mo"
        if not sources or _is_current(target, [locale_dir, *sources]):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(target, merge_catalogues(locale_dir.name, sources))
        written.append(target)
    return written


def merge_catalogues(locale: str, sources: Iterable[Path]) -> Catalog:
    """One catalogue with every translated message of the sources. Raises ConflictingTranslations when two of them disagree."""
    merged = Catalog(locale=locale, domain=DOMAIN)
    origin: dict[object, Path] = {}
    for source in sources:
        for message in read_catalogue(source, locale):
            if not message.id or not is_translated(message):
                continue
            known = merged.get(_singular(message), message.context)
            if known is not None:
                _refuse_difference(known, message, origin[_key(message)], source)
            forms = forms_of(message)
            merged.add(message.id, forms if message.pluralizable else forms[0], context=message.context, flags=message.flags)
            origin.setdefault(_key(message), source)
    return merged


def read_catalogue(source: Path, locale: str = "fr") -> Catalog:
    """The catalogue that a `.po` file holds. Raises an error with the line where the file is malformed."""
    with source.open("rb") as stream:
        return read_po(stream, locale=locale, abort_invalid=True)


def is_translated(message: Message) -> bool:
    """Whether every form of the message has its translation, held to be sure by its translator."""
    return all(forms_of(message)) and not message.fuzzy


def forms_of(message: Message) -> tuple[str, ...]:
    """The translations of the message: one, or one per plural form; empty texts where there is none yet."""
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def _is_current(target: Path, sources: Iterable[Path]) -> bool:
    if not target.exists():
        return False
    compiled_at = target.stat().st_mtime_ns
    return all(source.stat().st_mtime_ns < compiled_at for source in sources)


def _write_whole(target: Path, catalogue: Catalog) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{DOMAIN}-")
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            write_mo(stream, catalogue)
        written.chmod(0o644)
        written.replace(target)
    finally:
        written.unlink(missing_ok=True)


def _refuse_difference(known: Message, other: Message, known_in: Path, other_in: Path) -> None:
    ours, theirs = forms_of(known), forms_of(other)
    shared = min(len(ours), len(theirs))  # a singular is answered by the first form of a plural
    if ours[:shared] != theirs[:shared]:
        raise ConflictingTranslations(
            f"{_singular(known)!r} is {_quoted(ours)} in {known_in.name} and {_quoted(theirs)} in {other_in.name}",
        )


def _quoted(forms: tuple[str, ...]) -> str:
    return " / ".join(repr(form) for form in forms)


def _singular(message: Message) -> str:
    return message.id[0] if isinstance(message.id, list | tuple) else message.id


def _key(message: Message) -> tuple[str, str | None]:
    return _singular(message), message.context
