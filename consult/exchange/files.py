"""The files that were sent: kept in the instance directory under their hash, opened with what was decided about their text."""

from __future__ import annotations

import hashlib
import math
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from consult.excel import ImportRejected, Limits, Reason, Source, TextOptions, open_source
from consult.kernel.model import NAME
from consult.kernel.text import squeeze

MIB = 2**20


@dataclass(frozen=True)
class Kept:
    """A file as it was received."""

    name: str
    sha256: str
    size: int
    path: Path


def keep(folder: Path, stream: IO[bytes], name: str | None, limit_mib: int) -> Kept:
    """Keep a file under its hash. Raises ImportRejected when it is larger than the limit, or empty."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    shown = _name(name)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix="receiving-")
    try:
        with os.fdopen(handle, "wb") as target:
            digest, size = _copy(stream, target, limit_mib)
        path = folder / (digest + Path(shown).suffix.lower()[:6])
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Kept(shown, digest, size, path)


def _copy(stream: IO[bytes], target: IO[bytes], limit_mib: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for block in _blocks(stream):
        size += len(block)
        if size > limit_mib * MIB:
            raise too_large(stream.seek(0, os.SEEK_END) if stream.seekable() else size, limit_mib)
        digest.update(block)
        target.write(block)
    if not size:
        raise ImportRejected(Reason.EMPTY_FILE)
    return digest.hexdigest(), size


def too_large(size: int, limit_mib: int) -> ImportRejected:
    """Return the refusal of a file of this size, which is rounded up: it never looks as small as the limit."""
    return ImportRejected(Reason.FILE_TOO_LARGE, size=f"{math.ceil(10 * size / MIB) / 10} MiB", limit=f"{limit_mib} MiB")


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(2**16):
        yield block


def _name(given: str | None) -> str:
    """The name as it is shown: no folder, no control characters, short enough, its ending kept."""
    bare = squeeze((given or "").replace("\\", "/").rpartition("/")[2]) or "file"
    stem, dot, ending = bare.rpartition(".")
    return bare if len(bare) <= NAME else f"{stem[: NAME - len(ending) - 1]}{dot}{ending}"[:NAME]


def path_of(folder: Path, sha256: str, name: str) -> Path:
    """Where a file of this hash and name lies."""
    return folder / (sha256 + Path(name).suffix.lower()[:6])


def opened(path: Path, name: str, choices: Mapping[str, Any], limit_mib: int) -> Source:
    """Parse a kept file. Raises ImportRejected; a file that is no longer there is told as damaged."""
    text = TextOptions(choices.get("encoding") or None, choices.get("delimiter") or None)
    try:
        return open_source(path, filename=name, text=text, limits=Limits(upload=limit_mib * MIB))
    except FileNotFoundError as error:
        raise ImportRejected(Reason.DAMAGED) from error
