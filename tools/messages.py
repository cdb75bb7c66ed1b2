"""Bring the French catalogues in line with the messages of the sources, or check that they are.

    python tools/messages.py [slice …]            add missing messages (empty), drop obsolete ones, keep translations,
                                                  put no-break spaces where French wants them
    python tools/messages.py [slice …] --check    list what is missing, untranslated, obsolete or wrong; exit code 1 if anything is

Each slice has its catalogue, `consult/translations/fr/<slice>.po`. What no slice owns (the kernels, the shared
templates) belongs to `web`.
"""

import argparse
import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_python
from babel.messages.pofile import write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parent.parent

if TYPE_CHECKING:
    from consult.web import catalogues
    from tools import wording
else:  # by path: the catalogues must be mendable while the application does not even import
    catalogues = SimpleNamespace(**run_path(str(ROOT / "consult/web/catalogues.py")))
    wording = SimpleNamespace(**run_path(str(ROOT / "tools/wording.py")))

SHARED = "web"
WITHOUT_CATALOGUE = {"kernel", "jobs", "web", "static", "translations", "reference"}
KEYWORDS: dict[str, Any] = {
    "N_": None,
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "lazy_npgettext": ((1, "c"), 2, 3),
}
JINJA_OPTIONS = {"silent": "false", "trimmed": "true", "newstyle_gettext": "true", "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols"}
HEADER = """\
# French for the messages of Consult: {slice}
msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""


@dataclass
class Sources:
    """The messages that a slice's sources hold, and the calls whose message cannot be read from the source."""

    catalogue: Catalog = field(default_factory=lambda: Catalog(locale="fr"))
    in_templates: set[tuple[str, str | None]] = field(default_factory=set)
    unreadable: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Tree:
    """A checkout: where the package, the templates and the catalogues are."""

    root: Path = ROOT

    @property
    def catalogues(self) -> Path:
        return self.root / "consult" / "translations" / "fr"

    def slices(self) -> list[str]:
        """Every slice that has a catalogue or messages to put into one, in order."""
        packages = {path.name for path in self.root.glob("consult/[a-z]*") if path.is_dir()}
        return sorted(packages - WITHOUT_CATALOGUE | {SHARED})

    def catalogue_of(self, slice_name: str) -> Path:
        return self.catalogues / f"{slice_name}.po"

    def files_of(self, slice_name: str) -> list[Path]:
        """The Python modules and templates whose messages belong to the slice."""
        return [path for path in self._files() if self._owner(path) == slice_name]

    def _files(self) -> list[Path]:
        templates = [path for path in self.root.glob("templates/**/*") if path.is_file()]
        return sorted([*self.root.glob("consult/**/*.py"), *templates])

    def _owner(self, path: Path) -> str:
        parts = path.relative_to(self.root).parts
        return parts[1] if len(parts) > 2 and parts[1] in self.slices() else SHARED


def messages_of(tree: Tree, slice_name: str) -> Sources:
    """Extract the slice's messages from its modules and templates."""
    found = Sources()
    for path in tree.files_of(slice_name):
        name, content = path.relative_to(tree.root).as_posix(), path.read_bytes()
        is_python = path.suffix == ".py"
        method: Any = extract_python if is_python else babel_extract
        options = {} if is_python else JINJA_OPTIONS
        for line, message_id, _comments, context in extract(method, BytesIO(content), KEYWORDS, options=options):
            found.catalogue.add(message_id, context=context, locations=[(name, line)])
            if not is_python:
                found.in_templates.add((_singular(message_id), context))
        calls = _unreadable_in_python(content, name) if is_python else _unreadable_in_template(content)
        found.unreadable += [f"{name}:{line}: the message of {call}(…) is not a literal text" for line, call in calls]
    return found


def update(tree: Tree, slice_name: str) -> str:
    """Write the slice's catalogue anew from its sources and the translations there are, no-break spaces mended; says what changed."""
    sources, path = messages_of(tree, slice_name), tree.catalogue_of(slice_name)
    known = catalogues.read_catalogue(path) if path.exists() else Catalog(locale="fr")
    elsewhere = [catalogues.read_catalogue(other) for other in sorted(tree.catalogues.glob("*.po")) if other != path]
    fresh = Catalog(locale="fr")
    for message in _entries(sources.catalogue):
        strings = _translation(message, [known, *elsewhere])
        fresh.add(message.id, strings, context=message.context, flags=message.flags & {"python-format"})
    if path.exists() or len(fresh):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_text(slice_name, fresh))
    added, dropped = _keys(fresh) - _keys(known), _keys(known) - _keys(fresh)
    missing = sum(not catalogues.is_translated(message) for message in _entries(fresh))
    return f"{slice_name}: {len(fresh)} messages, {len(added)} added, {len(dropped)} dropped, {missing} to translate"


def check(tree: Tree, slice_name: str) -> list[str]:
    """Everything that is wrong with the slice's messages or their French, one sentence each."""
    sources, path = messages_of(tree, slice_name), tree.catalogue_of(slice_name)
    known = catalogues.read_catalogue(path) if path.exists() else Catalog(locale="fr")
    problems = list(sources.unreadable)
    for message in _entries(sources.catalogue):
        translation = known.get(message.id, message.context)
        if translation is None or translation.pluralizable != message.pluralizable:
            problems.append(f"{path.name}: missing: {_singular(message.id)!r}")
        else:
            in_template = (_singular(message.id), message.context) in sources.in_templates
            problems += [f"{path.name}: {problem}" for problem in wording.problems_of(translation, in_template)]
    problems += [f"{path.name}: obsolete: {key[0]!r}" for key in sorted(_keys(known) - _keys(sources.catalogue), key=str)]
    if path.exists() and _written_entries(path) != len(known):
        problems.append(f"{path.name}: the same message stands there more than once")
    return problems


def check_together(tree: Tree) -> list[str]:
    """What is wrong with the catalogues taken together: contradictions, and catalogues of no slice."""
    paths = sorted(tree.catalogues.glob("*.po"))
    problems = [f"{path.name}: no slice has this name" for path in paths if path.stem not in tree.slices()]
    try:
        catalogues.merge_catalogues("fr", paths)
    except catalogues.ConflictingTranslations as conflict:
        problems.append(str(conflict))
    return problems


def as_text(slice_name: str, catalogue: Catalog) -> bytes:
    """The catalogue as its file holds it: sorted, without dates or line numbers, so that a diff shows messages alone."""
    body = BytesIO()
    write_po(body, catalogue, width=120, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return HEADER.format(slice=slice_name).encode() + body.getvalue().strip() + b"\n"


def _entries(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _keys(catalogue: Catalog) -> set[tuple[str, str | None]]:
    return {(_singular(message.id), message.context) for message in _entries(catalogue)}


def _singular(message_id: Any) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _translation(message: Message, sources: list[Catalog]) -> Any:
    empty: Any = ("", "") if message.pluralizable else ""
    for catalogue in sources:
        known = catalogue.get(message.id, message.context)
        if known is None or not any(catalogues.forms_of(known)):
            continue
        forms = (*map(wording.with_no_break_spaces, catalogues.forms_of(known)), "")
        return forms[:2] if message.pluralizable else forms[0]
    return empty


def _written_entries(path: Path) -> int:
    return sum(line.startswith("msgid ") for line in path.read_text("utf-8").splitlines()) - 1  # less the header


def _needed(call: str) -> list[int]:
    spec = KEYWORDS[call] or (1,)
    return [(part[0] if isinstance(part, tuple) else part) - 1 for part in spec]


def _unreadable_in_python(content: bytes, name: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(content, name)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            texts = [isinstance(arg, ast.Constant) and isinstance(arg.value, str) for arg in node.args]
            if not all(index < len(texts) and texts[index] for index in _needed(node.func.id)):
                yield node.lineno, node.func.id


def _unreadable_in_template(content: bytes) -> Iterator[tuple[int, str]]:
    for line, call, messages, _comments in babel_extract(BytesIO(content), list(KEYWORDS), (), JINJA_OPTIONS):
        texts = messages if isinstance(messages, tuple) else (messages,)
        if not all(index < len(texts) and texts[index] is not None for index in _needed(call)):
            yield line, call


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Bring the French catalogues in line with the sources, or check that they are.")
    parser.add_argument("slices", nargs="*", metavar="slice", help="the slices to look at (all of them by default)")
    parser.add_argument("--check", action="store_true", help="write nothing; list what is wrong, exit code 1 if anything is")
    options = parser.parse_args(arguments)
    tree = Tree()
    if unknown := set(options.slices) - set(tree.slices()):
        parser.error(f"no such slice: {', '.join(sorted(unknown))}; there are {', '.join(tree.slices())}")
    chosen = options.slices or tree.slices()
    if not options.check:
        print("\n".join(update(tree, slice_name) for slice_name in chosen))
        return 0
    problems = [problem for slice_name in chosen for problem in check(tree, slice_name)] + check_together(tree)
    print("\n".join(problems) or f"{len(chosen)} catalogues are complete.")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
