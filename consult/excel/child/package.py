"""The directory of an xlsx package: its worksheets, in order, with their parts; tolerant of what real writers produce."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

from consult.excel.child.archive import in_utf8
from consult.excel.child.formats import DAY, meanings
from consult.excel.child.sheet_xml import SheetFacts, scan

_ITEM = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.S)
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*>[^<]|<!\[CDATA\[")
_STRICT = b"http://purl.oclc.org/ooxml/"
_NO_WORKSHEETS = ("/chartsheet", "/dialogsheet", "/xlMacrosheet", "/xlIntlMacrosheet")
_STATES = {"hidden": "hidden", "veryhidden": "very_hidden"}


@dataclass(frozen=True)
class Listed:
    """A worksheet as the workbook lists it; `part` is empty when it leads nowhere."""

    name: str
    visible: str
    part: str


@dataclass
class Package:
    """What the directory says: whether the package is Strict, its date system, its worksheets, and the facts of each of them by name."""

    strict: bool = False
    date1904: bool = False
    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    worksheets: list[Listed] = field(default_factory=list)
    read: Callable[[str], bytes] = field(default=lambda name: b"")
    styles: str = ""
    strings: str = ""
    _longest: int | None = None

    def is_short(self, longest: int) -> bool:
        """Whether no shared string can be longer than that."""
        if self._longest is None:
            self._longest = max(map(len, self.read(self.strings).split(b"</")), default=0)
        return self._longest < longest

    def empty_strings(self) -> set[int]:
        """The numbers of the shared strings that hold no character, since a cell that shows one of them is empty."""
        body = self.read(self.strings)
        return {number for number, item in enumerate(_ITEM.finditer(body)) if not (item.group(1) and _TEXT.search(item.group(1)))}


class Parts:
    """The parts of a package by name, ignoring case, the direction of slashes and escapes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with zipfile.ZipFile(path) as archive:
            self._names = {_resolved(name).casefold(): name for name in archive.namelist()}

    def read(self, name: str) -> bytes:
        """The part as UTF-8 without byte order mark; nothing if there is no such part."""
        wanted = name.lstrip("/").casefold()
        real = self._names.get(wanted) or self._names.get(unquote(wanted))
        if real is None:
            return b""
        with zipfile.ZipFile(self._path) as archive:
            return in_utf8(archive.read(real))

    def ending(self, suffix: str) -> str:
        """The first part whose name ends so, or an empty name."""
        return next((name for name in self._names if name.endswith(suffix)), "")

    def within(self, folder: str) -> list[str]:
        """The XML parts of a folder, `sheet2` before `sheet10`."""
        found = [name for name in self._names if f"/{folder}/" in f"/{name}" and name.endswith(".xml") and "_rels/" not in name]
        return sorted(found, key=lambda name: (len(name), name))


def survey(path: Path) -> Package:
    """Read the directory and scan every worksheet; an oddity in one of them leaves that one out, never raises."""
    found = Package()
    try:
        _survey(Parts(path), found)
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, IndexError):
        pass
    return found


def _survey(parts: Parts, found: Package) -> None:
    found.read = parts.read
    name = _workbook(parts)
    body = parts.read(name)
    found.strict = _STRICT in body[:4000]
    found.date1904 = re.search(rb"""date1904\s*=\s*["'](1|true)""", body) is not None
    folder, _, last = name.rpartition("/")
    relations = _relations(parts.read(f"{folder}/_rels/{last}.rels"), folder)
    found.strings = _related(relations, "/sharedStrings") or parts.ending("sharedstrings.xml")
    found.styles = _related(relations, "/styles") or parts.ending("styles.xml")
    found.worksheets = _worksheets(body, relations, parts) if _root(body) is not None else _without_workbook(parts)
    for sheet in found.worksheets:
        facts = found.sheets[sheet.name] = scan(partial(parts.read, sheet.part))
        if facts.sixties and not found.date1904:
            facts.without_day_60({str(n) for n, meant in enumerate(meanings(parts.read(found.styles))) if meant == DAY})


def _workbook(parts: Parts) -> str:
    named = _related(_relations(parts.read("_rels/.rels"), ""), "/officeDocument")
    return named if named and parts.read(named) else parts.ending("xl/workbook.xml") or parts.ending("workbook.xml")


@dataclass(frozen=True)
class _Relation:
    kind: str
    target: str


def _worksheets(body: bytes, relations: dict[str, _Relation], parts: Parts) -> list[Listed]:
    """The worksheets in the order of the workbook. Where it leads to none of their parts, the parts are taken in their own order."""
    spare = parts.within("worksheets")
    listed = _children(body, "sheet")
    lost = not any(parts.read(relation.target) for relation in relations.values() if relation.kind.endswith("/worksheet"))
    found: list[Listed] = []
    for number, sheet in enumerate(listed):
        key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        relation = relations.get(key, _Relation("", ""))
        if relation.kind.endswith(_NO_WORKSHEETS) or not key and not lost:  # modules of macros lead nowhere on purpose
            continue
        part = spare[number] if lost and number < len(spare) else relation.target
        visible = _STATES.get(sheet.attrib.get("state", "").casefold(), "visible")
        found.append(Listed(sheet.attrib.get("name", ""), visible, part))
    return found


def _without_workbook(parts: Parts) -> list[Listed]:
    return [Listed(name.rpartition("/")[2].removesuffix(".xml"), "visible", name) for name in parts.within("worksheets")]


def _root(body: bytes) -> ElementTree.Element | None:
    """The tree of a small part, if it is one; declarations of a document type were refused before, so that nothing in it can expand."""
    try:
        return ElementTree.fromstring(body, ElementTree.XMLParser(encoding="utf-8"))  # noqa: S314
    except ElementTree.ParseError:
        return None


def _children(body: bytes, name: str) -> list[ElementTree.Element]:
    root = _root(body)
    return [] if root is None else [element for element in root.iter() if element.tag.rpartition("}")[2] == name]


def _relations(body: bytes, folder: str) -> dict[str, _Relation]:
    found: dict[str, _Relation] = {}
    for relation in _children(body, "Relationship"):
        target = relation.attrib.get("Target", "").replace("\\", "/")
        full = target if target.startswith("/") else f"{folder}/{target}"
        found[relation.attrib.get("Id", "")] = _Relation(relation.attrib.get("Type", ""), _resolved(full))
    return found


def _related(relations: dict[str, _Relation], kind: str) -> str:
    return next((relation.target for relation in relations.values() if relation.kind.endswith(kind)), "")


def _resolved(name: str) -> str:
    kept: list[str] = []
    for step in name.replace("\\", "/").split("/"):
        if step == ".." and kept:
            kept.pop()
        elif step not in ("", ".", ".."):
            kept.append(step)
    return "/".join(kept)
