"""What a file is, told by its content and not by its name: only known kinds are kept, and only harmless ones are shown in place."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO

from consult.kernel.errors import Refused

HEAD = 4096
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class Kind:
    """A kind of file: its media type, the endings of its names (the first is given where a name has another), and whether a browser may
    show it in the page."""

    mime: str
    endings: tuple[str, ...]
    shown: bool = False


JPEG = Kind("image/jpeg", (".jpg", ".jpeg"), shown=True)
PNG = Kind("image/png", (".png",), shown=True)
WEBP = Kind("image/webp", (".webp",), shown=True)
HEIC = Kind("image/heic", (".heic", ".heif"))
MP3 = Kind("audio/mpeg", (".mp3",), shown=True)
M4A = Kind("audio/mp4", (".m4a", ".mp4"), shown=True)
AAC = Kind("audio/aac", (".aac",), shown=True)
OGG = Kind("audio/ogg", (".ogg", ".opus", ".oga"), shown=True)
WAV = Kind("audio/wav", (".wav",), shown=True)
FLAC = Kind("audio/flac", (".flac",), shown=True)
WEBM = Kind("audio/webm", (".weba", ".webm"), shown=True)
PDF = Kind("application/pdf", (".pdf",))
TEXT = Kind("text/plain", (".txt", ".csv", ".md"))
DOCX = Kind(f"{OFFICE}wordprocessingml.document", (".docx",))
XLSX = Kind(f"{OFFICE}spreadsheetml.sheet", (".xlsx",))
PPTX = Kind(f"{OFFICE}presentationml.presentation", (".pptx",))
ODT, ODS, ODP = (Kind(f"{OPEN}{name}", (ending,)) for name, ending in (("text", ".odt"), ("spreadsheet", ".ods"), ("presentation", ".odp")))

KINDS = (JPEG, PNG, WEBP, HEIC, MP3, M4A, AAC, OGG, WAV, FLAC, WEBM, PDF, TEXT, DOCX, XLSX, PPTX, ODT, ODS, ODP)
ACCEPTED = ",".join(["image/*", "audio/*", *(ending for kind in KINDS for ending in kind.endings)])
"""What a form's field offers to choose from."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"ID3", MP3), (b"OggS", OGG), (b"fLaC", FLAC), (b"\x1a\x45\xdf\xa3", WEBM),
    (b"%PDF-", PDF),
)  # fmt: skip
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f"))
_RIFF = {b"WEBP": WEBP, b"WAVE": WAV}
_BRANDS = {b"heic": HEIC, b"heix": HEIC, b"heim": HEIC, b"mif1": HEIC, b"msf1": HEIC, b"M4A ": M4A, b"M4B ": M4A}
_VIDEO_BRANDS = (b"isom", b"iso2", b"mp41", b"mp42", b"dash", b"3gp4", b"3gp5")
"""Brands of films and of sound alike: taken for sound where the name says so, as recorders of telephones write them."""
_OFFICE = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}


def of_mime(mime: str) -> Kind | None:
    """Return the kind of a media type."""
    return next((kind for kind in KINDS if kind.mime == mime), None)


def told(stream: IO[bytes], name: str) -> Kind:
    """Return what a file is. Raises Refused for what is not known, or may run something."""
    stream.seek(0)
    head = stream.read(HEAD)
    found = _by_beginning(head, name) or (_in_zip(stream) if head.startswith(b"PK\x03\x04") else None) or _text(stream, head)
    if found is None:
        raise Refused("file_kind_unknown", field="file", name=name)
    return found


def _by_beginning(head: bytes, name: str) -> Kind | None:
    known = next((kind for mark, kind in _BEGINNINGS if head.startswith(mark)), None)
    if known is not None:
        return known
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _by_brand(head[8:12], name)
    return _raw_sound(head)


def _by_brand(brand: bytes, name: str) -> Kind | None:
    is_sound = name.lower().endswith(".m4a")
    return _BRANDS.get(brand) or (M4A if is_sound and brand in _VIDEO_BRANDS else None)


def _raw_sound(head: bytes) -> Kind | None:
    """Sound without a header begins with eleven or twelve set bits; the layer tells MP3 from AAC."""
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return AAC
    return MP3 if head[1] & 0x06 == 0x02 else None


def _in_zip(stream: IO[bytes]) -> Kind | None:
    """An office document is a zip of known members; one that carries macros is refused."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith(("vbaproject.bin", ".exe", ".js")) or name.startswith(("Basic/", "Scripts/")) for name in names):
                raise Refused("file_runs_something", field="file")
            declared = _declared(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return None
    return of_mime(declared) if declared.startswith(OPEN) else next((kind for name, kind in _OFFICE.items() if name in names), None)


def _declared(archive: zipfile.ZipFile) -> str:
    with archive.open("mimetype") as member:
        return member.read(200).decode("ascii", "replace")


def _text(stream: IO[bytes], head: bytes) -> Kind | None:
    """Text has no control characters and reads as UTF-8 or as Windows does; what begins like a page or a script is none."""
    if not head or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"#!", b"MZ", b"{\\rtf")):
        return None
    stream.seek(0)
    content = stream.read()
    if content.translate(None, _CONTROLS) != content:
        return None
    for encoding in ("utf-8", "cp1252"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return TEXT
    return None
