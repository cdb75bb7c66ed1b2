"""The bounds on a zipped workbook, checked against what its parts really unpack to and not only what they declare."""

from __future__ import annotations

import copy
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from consult.excel.errors import ImportRejected, Reason
from consult.excel.limits import MIB, Limits

_CHUNK = 1 << 20
_PROLOG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.S)
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"']+)["']""")
_USUAL = {
    "utf-8",
    "utf8",
    "us-ascii",
    "ascii",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "iso-8859-1",
    "iso-8859-15",
    "windows-1252",
    "latin1",
    "latin-1",
}
_BYTES = {"iso-8859-1", "iso-8859-15", "windows-1252", "latin1", "latin-1"}
_PICTURES = re.compile(r"(?:^|/)(?:media|pictures)/[^/]+$", re.I)
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, UnicodeDecodeError)


def check_archive(path: Path, limits: Limits) -> None:
    """Refuse what is too large, oddly packed, doubly named, encrypted or declares a document type; unpacks every part once to be sure."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_directory(parts, limits)
            for part in parts:
                _check_part(archive, part, limits)
    except _BROKEN as error:
        raise ImportRejected(Reason.DAMAGED) from error


def _check_directory(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(parts) > limits.parts:
        raise ImportRejected(Reason.TOO_MANY_PARTS, count=len(parts), limit=limits.parts)
    seen: set[str] = set()
    for part in parts:
        _check_entry(part, limits)
        name = part.filename.replace("\\", "/").casefold()
        if name in seen:
            raise ImportRejected(Reason.DUPLICATE_PARTS, part=part.filename[:80])
        seen.add(name)
    if sum(part.file_size for part in parts) > limits.unzipped:
        raise ImportRejected(Reason.UNZIPPED_TOO_LARGE, limit=f"{limits.unzipped // MIB} MiB")


def _check_entry(part: zipfile.ZipInfo, limits: Limits) -> None:
    if part.flag_bits & 0x1:
        raise ImportRejected(Reason.ENCRYPTED)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ImportRejected(Reason.ODD_COMPRESSION)
    if part.file_size > limits.part:
        raise ImportRejected(Reason.UNZIPPED_TOO_LARGE, limit=f"{limits.part // MIB} MiB")
    if part.file_size > limits.ratio_from and part.file_size > limits.ratio * max(1, part.compress_size):
        raise ImportRejected(Reason.ZIP_BOMB, part=part.filename[:80])


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> None:
    chunks = _unpacked(archive, part)
    head = next(chunks, b"")
    total = len(head)
    for chunk in chunks:
        total += len(chunk)
    if total != part.file_size:
        raise ImportRejected(Reason.DAMAGED)
    if not _PICTURES.search(part.filename.replace("\\", "/")):  # drawings come with a declaration, and nobody here parses them
        _refuse_declarations(head)


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's bytes to the end of its stream, even beyond the size it declares, since another reader would follow it there."""
    whole = copy.copy(part)
    whole.file_size = part.file_size + _CHUNK
    with archive.open(whole) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _refuse_declarations(head: bytes) -> None:
    text = as_utf8(head)
    if text is None:
        return
    declared = _ENCODING.match(text)
    if declared and declared.group(1).decode("ascii", "replace").lower() not in _USUAL:
        raise ImportRejected(Reason.ODD_ENCODING, encoding=declared.group(1).decode("ascii", "replace")[:40])
    position = 0
    while found := _PROLOG.match(text, position):
        position = found.end()
    if text.startswith(b"<!", position):
        raise ImportRejected(Reason.DTD)
    if position == len(text) and len(head) == _CHUNK:
        raise ImportRejected(Reason.DAMAGED)


def as_utf8(head: bytes) -> bytes | None:
    """The XML text as UTF-8 bytes, whatever its byte order mark or zero bytes say; None when it is no XML."""
    for mark, encoding in (
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if head.startswith(mark):
            return head.decode(encoding, "replace").lstrip("\ufeff").encode()
    for start, encoding in (
        (b"<\x00\x00\x00", "utf-32-le"),
        (b"\x00\x00\x00<", "utf-32-be"),
        (b"<\x00", "utf-16-le"),
        (b"\x00<", "utf-16-be"),
    ):
        if head.startswith(start):
            return head.decode(encoding, "replace").encode()
    if head.startswith(b"\x4c\x6f\xa7\x94"):
        raise ImportRejected(Reason.ODD_ENCODING, encoding="EBCDIC")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text if text.startswith(b"<") else None


def in_utf8(body: bytes) -> bytes:
    """A part in UTF-8, whatever encoding it declares or shows; parts that are no XML as they are."""
    text = as_utf8(body)
    if text is None:
        return body
    declared = _ENCODING.match(text[:500])
    name = declared.group(1).decode("ascii", "replace").lower() if declared else ""
    return text.decode(name, "replace").encode() if name in _BYTES and not _is_wide(body) else text


def _is_wide(body: bytes) -> bool:
    return b"\x00" in body[:4] or body.startswith((b"\xff\xfe", b"\xfe\xff"))


def forbid_declarations(parser: Any) -> None:
    """Make a parser of expat's refuse a document type, wherever in the part it is declared."""

    def refuse(*_: object) -> None:
        raise ImportRejected(Reason.DTD)

    parser.StartDoctypeDeclHandler = refuse
