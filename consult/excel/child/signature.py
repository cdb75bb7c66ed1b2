"""What a file is, by its first bytes and its directory, and whether its name says the same."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from consult.excel.errors import ImportRejected, Reason

FAMILIES = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xltx": "xlsx",
    ".xltm": "xlsx",
    ".xlsb": "xlsb",
    ".xls": "xls",
    ".xlt": "xls",
    ".ods": "ods",
    ".ots": "ods",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
}
_EXPECTED = {"xlsx": ".xlsx", "xlsb": ".xlsb", "xls": ".xls", "ods": ".ods", "csv": ".csv"}
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF", b"\x00\x00\x01\x00", b"8BPS")
_ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
_OLD_EXCEL = re.compile(rb"\x09[\x00\x02\x04]..[\x00-\x07]\x00[\x10\x20\x40]\x00", re.S)
_DATABASES = (b"SQLite format 3", b"\x00\x01\x00\x00Standard ")


def identify(path: Path, extension: str) -> str:
    """The family of the file (`xlsx`, `xlsb`, `xls`, `ods`, `csv`), once its name and content agree; otherwise ImportRejected."""
    size = path.stat().st_size
    if size == 0:
        raise ImportRejected(Reason.EMPTY_FILE)
    with path.open("rb") as file:
        head = file.read(4096)
    found = _family(path, head)
    claimed = FAMILIES.get(extension)
    if claimed is None:
        raise ImportRejected(Reason.UNKNOWN_EXTENSION, extension=extension or "?")
    if found != claimed:
        if found == "csv" and claimed in ("xlsx", "xlsb", "ods"):
            raise ImportRejected(Reason.NOT_A_WORKBOOK)
        raise ImportRejected(Reason.WRONG_EXTENSION, extension=extension, content=found, expected=_EXPECTED[found])
    return found


def _family(path: Path, head: bytes) -> str:
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(path)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zipped(path)
    if _OLD_EXCEL.match(head):
        raise ImportRejected(Reason.OLD_EXCEL)
    if head.startswith(b"%PDF"):
        raise ImportRejected(Reason.PDF)
    if head.startswith(_ARCHIVES):
        raise ImportRejected(Reason.OTHER_DOCUMENT, content="archive")
    if head.startswith(_DATABASES):
        raise ImportRejected(Reason.OTHER_DOCUMENT, content="database")
    if head.startswith(_PICTURES) and not _is_text(head):
        raise ImportRejected(Reason.IMAGE)
    if head.startswith(b"{\\rtf"):
        raise ImportRejected(Reason.OTHER_DOCUMENT, content="word")
    _refuse_markup(head)
    if not _is_text(head):
        raise ImportRejected(Reason.NOT_A_WORKBOOK)
    return "csv"


def _refuse_markup(head: bytes) -> None:
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if not start.startswith(b"<"):
        return
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start and b"<html" not in start[:500]:
        raise ImportRejected(Reason.XML_SPREADSHEET)
    if re.match(rb"<(!doctype html|html|head|meta|table|body|style|div|!--)", start):
        raise ImportRejected(Reason.WEB_PAGE)
    if start.startswith((b"<svg", b"<?xml")) and b"<svg" in start:
        raise ImportRejected(Reason.IMAGE)
    if start.startswith(b"<?xml"):
        raise ImportRejected(Reason.WEB_PAGE if b"<html" in start else Reason.NOT_A_WORKBOOK)


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    odd = sum(byte < 9 or 13 < byte < 32 and byte != 27 for byte in head)
    if odd <= max(4, len(head) // 100):
        return True
    zeros_even, zeros_odd = head[0::2].count(0), head[1::2].count(0)
    return max(zeros_even, zeros_odd) > len(head) * 0.35 and min(zeros_even, zeros_odd) < len(head) * 0.05


def _compound(path: Path) -> str:
    body = path.read_bytes()
    names = body.replace(b"\x00", b"")
    if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0" in body:
        raise ImportRejected(Reason.ENCRYPTED)
    if b"W\0o\0r\0k\0b\0o\0o\0k\0" in body or b"B\0o\0o\0k\0" in body or b"workbook" in names.lower()[:200_000]:
        return "xls"
    for mark, content in ((b"WordDocument", "word"), (b"PowerPoint Document", "slides"), (b"__substg1.0", "mail")):
        if mark in names:
            raise ImportRejected(Reason.OTHER_DOCUMENT, content=content)
    return "xls"


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/").lower().lstrip("/") for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, UnicodeDecodeError) as error:
        raise ImportRejected(_why_no_directory(path)) from error
    return _kind_of_package(names)


def _why_no_directory(path: Path) -> Reason:
    """A zip file whose directory, which stands at its end, cannot be found was cut; one whose directory is wrong is damaged."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 70_000))
        return Reason.DAMAGED if b"PK\x05\x06" in file.read() else Reason.TRUNCATED


def _kind_of_package(names: set[str]) -> str:
    if not names:
        raise ImportRejected(Reason.DAMAGED)
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("word/") for name in names):
        raise ImportRejected(Reason.OTHER_DOCUMENT, content="word")
    if any(name.startswith("ppt/") for name in names):
        raise ImportRejected(Reason.OTHER_DOCUMENT, content="slides")
    if any(name.endswith(".iwa") for name in names):
        raise ImportRejected(Reason.OTHER_DOCUMENT, content="numbers")
    if "content.xml" in names and not any(name.startswith("xl/") for name in names):
        return "ods"
    if "[content_types].xml" in names or any(name.endswith("workbook.xml") for name in names):
        return "xlsx"
    raise ImportRejected(Reason.OTHER_DOCUMENT, content="archive")
