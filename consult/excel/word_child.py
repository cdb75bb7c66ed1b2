"""The process in which a Word document is read: started by path, limited before anything is opened, without the application.

    python -I word_child.py REQUEST    (JSON: path, limits, cpu)

Prints {"ok": true, "paragraphs": [[level, text], …]}: level 1 to 6 for a heading, 0 for text, whose Markdown keeps bold, italic and lists.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import types
import zipfile
from pathlib import Path
from typing import Any
from xml.parsers import expat

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
BODY, STYLES = "word/document.xml", "word/styles.xml"


class Styles:
    """Which styles of a document are headings, and of which level, whatever they are called in the writer's language."""

    def __init__(self) -> None:
        self.levels: dict[str, int] = {}
        self._style = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == W + "style":
            self._style = attributes.get(W + "styleId", "")
        elif tag == W + "outlineLvl" and self._style:
            self._note(attributes.get(W + "val", ""))
        elif tag == W + "name" and attributes.get(W + "val", "").lower().startswith("heading "):
            self._note(str(int(attributes[W + "val"].split()[-1]) - 1) if attributes[W + "val"].split()[-1].isdecimal() else "")

    def _note(self, level: str) -> None:
        if level.isdecimal() and int(level) < 6:
            self.levels[self._style] = int(level) + 1


class Paragraphs:
    """The paragraphs of a document in their order, tables cell by cell."""

    def __init__(self, levels: dict[str, int]) -> None:
        self.levels, self.found = levels, []  # type: tuple[dict[str, int], list[tuple[int, str]]]
        self._runs: list[str] = []
        self._level, self._listed, self._in_text, self._off = 0, False, False, 0
        self._marks: set[str] = set()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name, value = tag.removeprefix(W), attributes.get(W + "val", "")
        if name == "p":
            self._runs, self._level, self._listed = [], 0, False
        elif name == "pStyle":
            self._level = self.levels.get(value, 0)
        elif name == "numPr":
            self._listed = True
        elif name == "r":
            self._marks = set()
        elif name in ("b", "i") and value not in ("0", "false", "none"):
            self._marks.add("**" if name == "b" else "*")
        elif name in ("del", "delText", "instrText"):
            self._off += name == "del"
        elif name == "t":
            self._in_text = True
        elif name in ("br", "cr", "tab"):
            self._runs.append("\n" if name != "tab" else " ")

    def text(self, data: str) -> None:
        if self._in_text and not self._off:
            mark = "".join(sorted(self._marks, reverse=True)) if not self._level and data.strip() else ""
            self._runs.append(f"{mark}{data}{mark[::-1]}" if mark else data)

    def end(self, tag: str) -> None:
        name = tag.removeprefix(W)
        if name == "t":
            self._in_text = False
        elif name == "del":
            self._off -= 1
        elif name == "p":
            text = "".join(self._runs).replace("****", "").strip()
            if text:
                self.found.append((self._level, f"- {text}" if self._listed and not self._level else text))


def _parse(archive: zipfile.ZipFile, part: str, reader: Any, forbid: Any) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    forbid(parser)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = getattr(reader, "end", None)
    parser.CharacterDataHandler = getattr(reader, "text", None)
    with archive.open(part) as file:
        parser.ParseFile(file)


def _read(request: dict[str, Any]) -> dict[str, Any]:
    archives = importlib.import_module("consult.excel.child.archive")
    errors = importlib.import_module("consult.excel.errors")
    limits = importlib.import_module("consult.excel.limits").Limits(**request["limits"])
    try:
        archives.check_archive(Path(request["path"]), limits)
        with zipfile.ZipFile(request["path"]) as archive:
            styles = Styles()
            if STYLES in archive.namelist():
                _parse(archive, STYLES, styles, archives.forbid_declarations)
            paragraphs = Paragraphs(styles.levels)
            _parse(archive, BODY, paragraphs, archives.forbid_declarations)
    except errors.ImportRejected as rejected:
        return {"ok": False, "reason": rejected.code.value}
    except (KeyError, expat.ExpatError, MemoryError, ValueError):
        return {"ok": False, "reason": "damaged"}
    return {"ok": True, "paragraphs": paragraphs.found}


def main() -> None:
    """Take the limits, read, and print the answer."""
    request = json.loads(sys.argv[1])
    memory, cpu = request["limits"]["memory"], request["cpu"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    here = Path(__file__).resolve().parent
    for name, folder in (("consult", here.parent), ("consult.excel", here)):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    json.dump(_read(request), sys.stdout)


if __name__ == "__main__":
    main()
