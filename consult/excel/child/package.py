"""The directory of an xlsx package: its sheets, in order, with their parts; tolerant of the names and rels that real writers produce."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

from consult.excel.child.archive import as_utf8
from consult.excel.child.sheet_xml import SheetFacts, scan

_ITEM = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.S)
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*>[^<]|<!\[CDATA\[")
_STRICT = b"http://purl.oclc.org/ooxml/"


@dataclass
class Package:
    """What the directory says: whether the package is Strict, its date system, and the facts of each worksheet by name."""

    strict: bool = False
    date1904: bool = False
    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    shared_strings: Callable[[], bytes] = bytes
    _longest: int | None = None

    def is_short(self, longest: int) -> bool:
        """Whether no shared string can be longer than that."""
        if self._longest is None:
            self._longest = max(map(len, self.shared_strings().split(b"</")), default=0)
        return self._longest < longest

    def empty_strings(self) -> set[int]:
        """The numbers of the shared strings that hold no character, since a cell that shows one of them is empty."""
        body = self.shared_strings()
        return {number for number, item in enumerate(_ITEM.finditer(body)) if not (item.group(1) and _TEXT.search(item.group(1)))}


class Parts:
    """The parts of a package by name, ignoring case and the direction of slashes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with zipfile.ZipFile(path) as archive:
            self._names = {name.replace("\\", "/").lstrip("/").casefold(): name for name in archive.namelist()}

    def read(self, name: str) -> bytes:
        """The part as UTF-8 without byte order mark; nothing if there is no such part."""
        real = self._names.get(name.lstrip("/").casefold())
        if real is None:
            return b""
        with zipfile.ZipFile(self._path) as archive:
            body = archive.read(real)
        return as_utf8(body) or body

    def ending(self, suffix: str) -> str:
        """The first part whose name ends so, or an empty name."""
        return next((name for name in self._names if name.endswith(suffix)), "")


def survey(path: Path) -> Package:
    """Read the directory and scan every worksheet; an oddity in one of them leaves that one out, never raises."""
    found = Package()
    try:
        _survey(Parts(path), found)
    except (zipfile.BadZipFile, ElementTree.ParseError, OSError, ValueError, KeyError, IndexError):
        pass
    return found


def _survey(parts: Parts, found: Package) -> None:
    name = parts.ending("xl/workbook.xml") or parts.ending("workbook.xml")
    body = parts.read(name)
    found.strict = _STRICT in body[:4000]
    found.date1904 = re.search(rb"""date1904\s*=\s*["'](1|true)""", body) is not None
    folder = name.rpartition("/")[0]
    targets = _targets(parts.read(f"{folder}/_rels/{name.rpartition('/')[2]}.rels"), folder)
    for sheet in _children(_root(body), "sheet"):
        relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        title = sheet.attrib.get("name", "")
        found.sheets[title] = scan(partial(parts.read, targets.get(relation, "")))
    found.shared_strings = partial(parts.read, f"{folder}/sharedStrings.xml")


def _root(body: bytes) -> ElementTree.Element:
    """The tree of a small part; declarations of a document type were refused before, so that nothing in it can expand."""
    return ElementTree.fromstring(body)  # noqa: S314


def _children(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == name]


def _targets(body: bytes, folder: str) -> dict[str, str]:
    if not body:
        return {}
    found: dict[str, str] = {}
    for relation in _children(_root(body), "Relationship"):
        target = relation.attrib.get("Target", "").replace("\\", "/")
        full = target if target.startswith("/") else f"{folder}/{target}"
        found[relation.attrib.get("Id", "")] = _resolved(full)
    return found


def _resolved(name: str) -> str:
    kept: list[str] = []
    for step in name.split("/"):
        if step == ".." and kept:
            kept.pop()
        elif step not in ("", ".", ".."):
            kept.append(step)
    return "/".join(kept)
